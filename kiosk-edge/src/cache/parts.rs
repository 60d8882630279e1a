//! Parts of contents whose wholes are not here (RFC 9111 §3.3, §3.4): in memory only, one stretch a URI.

use std::ops::Range;
use std::sync::{Arc, PoisonError};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::ETAG;

use super::{Cache, Entry};

/// A stretch of a content.
#[derive(Debug)]
pub struct Part {
    /// What a whole would be kept as, with the stretch for its content.
    pub entry: Entry,
    /// Where in the whole it begins.
    pub start: usize,
    /// How long the whole is.
    pub whole: usize,
}

impl Part {
    /// The bytes of the whole that are here.
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.entry.body.len()
    }

    /// These bytes of the whole, if all are here.
    pub fn cut(&self, wanted: &Range<usize>) -> Option<Bytes> {
        let here = self.range();
        let inside = here.start <= wanted.start && wanted.end <= here.end;
        inside.then(|| {
            self.entry
                .body
                .slice(wanted.start - here.start..wanted.end - here.start)
        })
    }

    /// Its strong validator: only what shares one may be put together.
    pub fn tag(&self) -> Option<&[u8]> {
        self.entry
            .headers
            .get(ETAG)
            .map(|tag| tag.as_bytes())
            .filter(|tag| tag.starts_with(b"\""))
    }

    /// With an older stretch of the same content, where they meet; the newer one's headers stay.
    fn joined(mut self, older: &Part) -> Self {
        let (new, old) = (self.range(), older.range());
        let same = self.tag().is_some() && self.tag() == older.tag() && self.whole == older.whole;
        let meet = new.start <= old.end && old.start <= new.end;
        if !same || !meet || self.entry.vary != older.entry.vary {
            return self;
        }
        let mut content = BytesMut::with_capacity(new.end.max(old.end) - new.start.min(old.start));
        if old.start < new.start {
            content.extend_from_slice(&older.entry.body[..new.start - old.start]);
        }
        content.extend_from_slice(&self.entry.body);
        if old.end > new.end {
            content.extend_from_slice(&older.entry.body[new.end - old.start..]);
        }
        self.start = new.start.min(old.start);
        self.entry.body = content.freeze();
        self
    }
}

impl Cache {
    /// The stretch that is here for a request's headers.
    pub fn part(&self, key: &str, request: &HeaderMap) -> Option<Arc<Part>> {
        self.parts.get(key).filter(|part| part.entry.answers(request))
    }

    /// Keeps a stretch, put together with the one that is here; what is whole then is kept as that.
    /// Not when the key was forgotten since `forgotten`.
    pub fn keep_part(&self, key: &Arc<str>, part: Part, forgotten: u64) {
        let part = match self.parts.get(key) {
            Some(older) => part.joined(&older),
            None => part,
        };
        if part.range() == (0..part.whole) {
            let mut entry = part.entry;
            let content = std::mem::take(&mut entry.body);
            entry.fill(content);
            self.parts.invalidate(key);
            self.store(key, Arc::new(entry), forgotten);
            return;
        }
        let changing = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        if !changing.since(key, forgotten) {
            self.parts.insert(Arc::clone(key), Arc::new(part));
        }
    }
}
