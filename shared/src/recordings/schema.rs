//! What the types of the wire are made of, as their schemas say: so also the fields that are left out
//! where there is nothing to say.

use std::collections::BTreeSet;

use serde_json::Value;

/// Types by name.
pub(crate) struct Schemas(Value);

impl Schemas {
    /// Those of an OpenAPI document.
    pub(crate) fn of(document: utoipa::openapi::OpenApi) -> Self {
        Self(serde_json::to_value(document).unwrap()["components"]["schemas"].take())
    }

    fn named(&self, name: &str) -> &Value {
        let schema = &self.0[name];
        assert!(schema.is_object(), "{name} has no schema");
        schema
    }

    /// Every field (`Ticket.token`) and every word (`Lane=priority`) of every type.
    pub(crate) fn all(&self) -> BTreeSet<String> {
        let mut parts = BTreeSet::new();
        for (name, schema) in self.0.as_object().unwrap() {
            parts_of(name, schema, &mut parts);
        }
        parts
    }

    /// Those that `value`, a `name`, says.
    pub(crate) fn said(&self, name: &str, value: &Value, parts: &mut BTreeSet<String>) {
        self.walk(name, self.named(name), value, parts);
    }

    fn walk(&self, name: &str, schema: &Value, value: &Value, parts: &mut BTreeSet<String>) {
        if value.is_null() {
            return;
        }
        if let Some(known) = reference(schema) {
            return self.said(known, value, parts);
        }
        if let (Some(_), Some(word)) = (words(schema), value.as_str()) {
            parts.insert(format!("{name}={word}"));
        }
        for (field, schema) in fields(schema) {
            if let Some(value) = value.get(field).filter(|value| !value.is_null()) {
                parts.insert(format!("{name}.{field}"));
                self.walk(&format!("{name}.{field}"), schema, value, parts);
            }
        }
        for part in list(schema, "allOf") {
            self.walk(name, part, value, parts);
        }
        for part in list(schema, "oneOf").filter(|part| self.fits(part, value)) {
            self.walk(&labelled(name, part), part, value, parts);
        }
        for value in value.as_array().into_iter().flatten() {
            self.walk(name, &schema["items"], value, parts);
        }
    }

    /// Whether a value may be of this one of several: its tag says so, and what it must have is there.
    fn fits(&self, schema: &Value, value: &Value) -> bool {
        if let Some(known) = reference(schema) {
            return self.fits(self.named(known), value);
        }
        let tags = fields(schema)
            .all(|(field, of)| words(of).is_none_or(|words| words.len() != 1 || value.get(field) == words.first()));
        let needed = list(schema, "required").all(|field| value.get(field.as_str().unwrap_or_default()).is_some());
        let own = match words(schema) {
            Some(words) => words.contains(value),
            None => schema["type"] != "null",
        };
        tags && needed && own && list(schema, "allOf").all(|part| self.fits(part, value))
    }

    /// A type in words, with the types it is made of: what a change of its shape changes.
    pub(crate) fn shape(&self, schema: &Value) -> String {
        if let Some(known) = reference(schema) {
            return self.shape(self.named(known));
        }
        let several = |key, by: &str| {
            let parts: Vec<String> = list(schema, key).map(|part| self.shape(part)).collect();
            (!parts.is_empty()).then(|| parts.join(by))
        };
        if let Some(parts) = several("oneOf", " | ").or_else(|| several("allOf", " & ")) {
            return parts;
        }
        if let Some(words) = words(schema) {
            return Value::from(words.clone()).to_string();
        }
        if schema.get("properties").is_some() {
            let parts: Vec<String> = fields(schema)
                .map(|(field, of)| format!("{field}: {}", self.shape(of)))
                .collect();
            return format!("{{{}}}", parts.join(", "));
        }
        if let Some(of) = schema.get("items") {
            return format!("[{}]", self.shape(of));
        }
        [&schema["type"], &schema["format"]]
            .into_iter()
            .filter(|part| !part.is_null())
            .map(|part| part.to_string().replace('"', ""))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The alternatives of a tagged type, as tag and what it stands for.
    pub(crate) fn variants<'s>(&'s self, name: &str, tag: &str, content: &str) -> Vec<(String, &'s Value)> {
        list(self.named(name), "oneOf")
            .map(|part| {
                let word = words(&part["properties"][tag]).unwrap()[0].as_str().unwrap();
                (word.to_owned(), &part["properties"][content])
            })
            .collect()
    }
}

fn parts_of(name: &str, schema: &Value, parts: &mut BTreeSet<String>) {
    for word in words(schema).into_iter().flatten() {
        parts.insert(format!("{name}={}", word.as_str().unwrap_or_default()));
    }
    for (field, schema) in fields(schema) {
        parts.insert(format!("{name}.{field}"));
        parts_of(&format!("{name}.{field}"), schema, parts);
    }
    for part in list(schema, "allOf") {
        parts_of(name, part, parts);
    }
    for part in list(schema, "oneOf") {
        parts_of(&labelled(name, part), part, parts);
    }
    if let Some(items) = schema.get("items") {
        parts_of(name, items, parts);
    }
}

/// One of several, by its tag: `Actor(staff)`.
fn labelled(name: &str, schema: &Value) -> String {
    let tag = fields(schema).find_map(|(_, of)| match words(of).map(Vec::as_slice) {
        Some([Value::String(word)]) => Some(word.clone()),
        _ => None,
    });
    tag.map_or_else(|| name.to_owned(), |tag| format!("{name}({tag})"))
}

fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

fn words(schema: &Value) -> Option<&Vec<Value>> {
    schema["enum"].as_array()
}

fn fields(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema["properties"].as_object().into_iter().flatten()
}

fn list<'s>(schema: &'s Value, key: &str) -> impl Iterator<Item = &'s Value> + use<'s> {
    schema[key].as_array().into_iter().flatten()
}
