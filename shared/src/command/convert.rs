//! Older shapes, lifted to the present one.

use serde_json::Value;

/// The fields a kind gained, with the protocol each came in. In an older command they are absent,
/// and nothing follows from them: an older edge's rows, and their hash, are arrived at alike. Only what
/// is missing is filled in: edges of protocol 3 have said what protocol 4 asks for since before it was
/// called so. A line's packet, which `sale.sell` gained with 4, is no field of the body and stands as it
/// is: rows have the same lines, whose hash must not change.
const GAINED: [(&str, u16, &str); 11] = [
    ("ticket.transfer", 2, "product"),
    ("ticket.issue", 3, "token"),
    ("ticket.check_in", 3, "token"),
    ("ticket.transfer", 3, "from"),
    ("session.extend", 3, "sale"),
    ("sale.sell", 3, "shift"),
    ("sale.void", 3, "shift"),
    ("ticket.issue", 4, "consent"),
    ("ticket.issue", 4, "wanted"),
    ("ticket.check_in", 4, "slot"),
    ("sale.sell", 4, "unacked"),
];

/// Lifts the body of an older version to the present shape. Converters are kept for ever.
pub(super) fn convert(kind: &str, version: u16, mut body: Value) -> Value {
    if let Some(fields) = body.as_object_mut() {
        for (gained_by, since, field) in GAINED {
            if gained_by == kind && version < since {
                fields.entry(field).or_insert(Value::Null);
            }
        }
    }
    body
}
