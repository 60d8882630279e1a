//! `Range` (RFC 9110 §14): what is asked for of content whose length is known, and several parts as one
//! answer.

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use http::HeaderValue;

/// More parts than this are not worth their heads: the whole is sent (RFC 9110 §14.2).
const MOST: usize = 16;

/// What of the content is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All: nothing was asked that can be read, or too much of it.
    Whole,
    /// One part.
    Part(Range<usize>),
    /// Several, in the order they were asked for.
    Parts(Vec<Range<usize>>),
    /// No byte of any exists.
    Unsatisfiable,
}

/// Reads a `Range` for content of this length. What is not one, or asks for more than the whole in
/// pieces, means the whole.
pub fn wanted(field: &[u8], length: usize) -> Wanted {
    let Some(asked) = specs(field) else {
        return Wanted::Whole;
    };
    let mut parts: Vec<_> = asked.iter().filter_map(|spec| spec.within(length)).collect();
    let bytes: usize = parts.iter().map(ExactSizeIterator::len).sum();
    match parts.len() {
        0 => Wanted::Unsatisfiable,
        1 => Wanted::Part(parts.remove(0)),
        _ if asked.len() > MOST || bytes >= length => Wanted::Whole,
        _ => Wanted::Parts(parts),
    }
}

/// One range as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spec {
    /// From here, up to and with there or the end.
    From(usize, Option<usize>),
    /// So many at the end.
    Last(usize),
}

impl Spec {
    /// The bytes it means of content of this length, unless there are none.
    pub fn within(self, length: usize) -> Option<Range<usize>> {
        let range = match self {
            Self::From(first, last) => first..last.map_or(length, |last| last.saturating_add(1).min(length)),
            Self::Last(count) => length.saturating_sub(count)..length,
        };
        (range.start < range.end).then_some(range)
    }
}

/// The ranges of a field, or `None` when one of them is none, or they are not of bytes.
pub fn specs(field: &[u8]) -> Option<Vec<Spec>> {
    let text = std::str::from_utf8(field).ok()?.trim();
    let (unit, list) = text.split_once('=')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let specs: Option<Vec<Spec>> = list
        .split(',')
        .map(str::trim)
        .filter(|spec| !spec.is_empty())
        .map(spec)
        .collect();
    specs.filter(|specs| !specs.is_empty())
}

fn spec(text: &str) -> Option<Spec> {
    let (first, last) = text.split_once('-')?;
    match (first.trim(), last.trim()) {
        ("", count) => Some(Spec::Last(number(count)?)),
        (first, "") => Some(Spec::From(number(first)?, None)),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Spec::From(first, Some(last)))
        }
    }
}

fn number(digits: &str) -> Option<usize> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().unwrap_or(usize::MAX))
}

/// Several parts as one content (RFC 9110 §14.6), and its type.
pub fn multipart(whole: &Bytes, parts: &[Range<usize>], kind: Option<&HeaderValue>) -> (String, Bytes) {
    let boundary = boundary(whole);
    let mut content = BytesMut::new();
    for range in parts {
        content.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
        if let Some(kind) = kind {
            content.extend_from_slice(b"Content-Type: ");
            content.extend_from_slice(kind.as_bytes());
            content.extend_from_slice(b"\r\n");
        }
        let place = format!(
            "Content-Range: bytes {}-{}/{}\r\n\r\n",
            range.start,
            range.end - 1,
            whole.len()
        );
        content.extend_from_slice(place.as_bytes());
        content.extend_from_slice(&whole[range.clone()]);
    }
    content.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/byteranges; boundary={boundary}"), content.freeze())
}

/// A line that the content does not have.
fn boundary(content: &[u8]) -> String {
    let mut number = content.len();
    loop {
        let boundary = format!("gerai-part-{number}");
        let there = content
            .windows(boundary.len())
            .any(|window| window == boundary.as_bytes());
        if !there {
            return boundary;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderValue;

    use super::{Wanted, multipart, wanted};

    #[test]
    fn ranges_are_read_as_rfc_9110_says() {
        let of = |text: &str| wanted(text.as_bytes(), 10);
        assert_eq!(of("bytes=0-4"), Wanted::Part(0..5));
        assert_eq!(of("Bytes=0-4"), Wanted::Part(0..5), "units have no case");
        assert_eq!(of("bytes=5-"), Wanted::Part(5..10));
        assert_eq!(of("bytes=-3"), Wanted::Part(7..10));
        assert_eq!(of("bytes=-30"), Wanted::Part(0..10));
        assert_eq!(of("bytes=0-99"), Wanted::Part(0..10));
        assert_eq!(of("bytes=10-"), Wanted::Unsatisfiable);
        assert_eq!(of("bytes=-0"), Wanted::Unsatisfiable);
        assert_eq!(of("bytes=10-,-0"), Wanted::Unsatisfiable);
        assert_eq!(of("bytes=0-1, 3-4"), Wanted::Parts(vec![0..2, 3..5]));
        assert_eq!(of("bytes=7-8,0-1"), Wanted::Parts(vec![7..9, 0..2]), "in their order");
        assert_eq!(of("bytes=0-1,20-"), Wanted::Part(0..2), "what there is of them");
        assert_eq!(of("bytes=0-6,4-9"), Wanted::Whole, "more than the whole");
        assert_eq!(
            of(&format!("bytes={}", ["0-0"; 17].join(","))),
            Wanted::Whole,
            "too many"
        );
        for whole in [
            "bytes=4-2",
            "lines=0-1",
            "bytes=a-b",
            "bytes=+1-2",
            "bytes=1",
            "bytes=",
            "bytes=0-1,x",
        ] {
            assert_eq!(of(whole), Wanted::Whole, "{whole}");
        }
    }

    #[test]
    fn parts_are_told_apart_by_a_line_the_content_does_not_have() {
        let whole = Bytes::from_static(b"0 gerai-part-14");
        let kind = HeaderValue::from_static("text/plain");
        let (kind, content) = multipart(&whole, &[0..1, 14..15], Some(&kind));
        assert_eq!(kind, "multipart/byteranges; boundary=gerai-part-15");
        assert_eq!(
            content,
            "\r\n--gerai-part-15\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-0/15\r\n\r\n0\
             \r\n--gerai-part-15\r\nContent-Type: text/plain\r\nContent-Range: bytes 14-14/15\r\n\r\n4\
             \r\n--gerai-part-15--\r\n"
        );
    }
}
