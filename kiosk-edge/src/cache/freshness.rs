//! How long a response is fresh, and whether it may be kept at all, by its origin's word (RFC 9111
//! §3, §4.2), for a shared cache.
//!
//! Our own rules, because the library that did this knows no status codes but its own list, takes
//! `proxy-revalidate` for "already stale", does not know `must-understand`, reads dates leniently and
//! repeated directives in the order of their strictness.

use gerai_shared::Micros;
use http::header::{DATE, EXPIRES, LAST_MODIFIED};
use http::{HeaderMap, HeaderName, StatusCode};

use super::date;
use super::directives::Directives;

/// The longest a guess holds, in seconds: a day.
const LONGEST_GUESS: i64 = 86_400;

/// The freshness lifetime of a response in seconds, counted from when the origin made it; 0 when it
/// has to be validated each time. `None` when it may not be kept at all.
pub fn lifetime(status: StatusCode, headers: &HeaderMap, directives: &Directives, now: i64) -> Option<i64> {
    let understood = is_understood(status);
    if !may_be_kept(status, directives, understood) {
        return None;
    }
    if directives.of_the_whole("no-cache") {
        return Some(0);
    }
    if let Some(seconds) = explicit(headers, directives, now) {
        return Some(seconds);
    }
    // `public` allows to guess where the status alone does not.
    if guessable(status) || directives.has("public") {
        return Some(guess(headers, now).unwrap_or(0));
    }
    None
}

/// Whether a response says itself for how long it is fresh, and that is at all.
pub fn says_for_how_long(headers: &HeaderMap, now: Micros) -> bool {
    explicit(headers, &Directives::of(headers), now.0 / 1_000_000).is_some_and(|seconds| seconds > 0)
}

/// The lifetime that the origin says (§4.2.1), the more specific first.
fn explicit(headers: &HeaderMap, directives: &Directives, now: i64) -> Option<i64> {
    directives
        .seconds("s-maxage")
        .or_else(|| directives.seconds("max-age"))
        .or_else(|| {
            let mut said = headers.get_all(EXPIRES).iter();
            let first = said.next()?;
            // Two of them, or one that is no date ("0"), mean "already expired" (§5.3).
            let expires = first.to_str().ok().and_then(|text| date::parse(text, now));
            let expires = expires.filter(|_| said.next().is_none());
            Some(expires.map_or(0, |expires| (expires - made(headers, now)).max(0)))
        })
}

/// A tenth of the time since it was last changed (§4.2.2).
fn guess(headers: &HeaderMap, now: i64) -> Option<i64> {
    let changed = read(headers, &LAST_MODIFIED, now)?;
    Some(((made(headers, now) - changed) / 10).clamp(0, LONGEST_GUESS))
}

/// When the origin made it; where it does not say so, now.
fn made(headers: &HeaderMap, now: i64) -> i64 {
    read(headers, &DATE, now).unwrap_or(now)
}

fn read(headers: &HeaderMap, name: &HeaderName, now: i64) -> Option<i64> {
    date::parse(headers.get(name)?.to_str().ok()?, now)
}

fn may_be_kept(status: StatusCode, directives: &Directives, understood: bool) -> bool {
    let code = status.as_u16();
    // A 304 is no response of its own; parts have a place of their own (`parts`); a proxy's question
    // who somebody is concerns one connection.
    if code < 200 || matches!(code, 206 | 304 | 407) || directives.of_the_whole("private") {
        return false;
    }
    match (directives.has("must-understand"), understood) {
        // `no-store` beside it is for caches that do not know `must-understand` (§5.2.2.3).
        (true, understood) => understood,
        (false, _) => !directives.has("no-store"),
    }
}

/// The status codes whose meaning for caches we follow (RFC 9110 §15).
fn is_understood(status: StatusCode) -> bool {
    guessable(status)
        || matches!(
            status.as_u16(),
            201 | 202 | 302 | 303 | 307 | 400 | 403 | 500 | 502..=504
        )
}

/// The status codes that may be kept by a guess (RFC 9110 §15.1).
fn guessable(status: StatusCode) -> bool {
    matches!(
        status.as_u16(),
        200 | 203 | 204 | 300 | 301 | 308 | 404 | 405 | 410 | 414 | 501
    )
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

    use super::lifetime;
    use crate::cache::directives::Directives;

    const NOW: i64 = 1_795_289_400;
    const DATE: (&str, &str) = ("date", "Sat, 21 Nov 2026 19:30:00 GMT");
    const YESTERDAY: (&str, &str) = ("last-modified", "Fri, 20 Nov 2026 19:30:00 GMT");

    fn of(status: u16, fields: &[(&str, &str)]) -> Option<i64> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(
                name.parse::<HeaderName>().unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        let status = StatusCode::from_u16(status).unwrap();
        lifetime(status, &headers, &Directives::of(&headers), NOW)
    }

    fn control(status: u16, value: &str) -> Option<i64> {
        of(status, &[("cache-control", value), DATE, YESTERDAY])
    }

    #[test]
    fn the_more_specific_word_counts() {
        assert_eq!(control(200, "max-age=10, s-maxage=20"), Some(20));
        assert_eq!(control(200, "MAX-AGE=\"10\""), Some(10));
        assert_eq!(control(200, "max-age=003600"), Some(3_600));
        assert_eq!(control(200, "max-age=10, max-age=20"), Some(10), "the first of two");
        assert_eq!(control(200, "extension=\"max-age=3600\", max-age=1"), Some(1));
        for unreadable in ["max-age=a1", "max-age='10'", "max-age=1.5", "max-age", "max-age=-1"] {
            assert_eq!(control(200, unreadable), Some(0), "{unreadable}");
        }
        assert_eq!(control(200, "max-age=99999999999999999999"), Some(i64::from(i32::MAX)));
        let expires = ("expires", "Sat, 21 Nov 2026 19:31:40 GMT");
        assert_eq!(of(200, &[DATE, expires]), Some(100));
        assert_eq!(of(200, &[("date", "yesterday"), expires]), Some(100));
        assert_eq!(of(200, &[DATE, expires, ("cache-control", "max-age=7")]), Some(7));
        assert_eq!(of(200, &[DATE, expires, expires]), Some(0), "two are none");
        assert_eq!(of(200, &[DATE, ("expires", "0"), YESTERDAY]), Some(0));
        assert_eq!(of(200, &[DATE, ("expires", DATE.1), YESTERDAY]), Some(0));
    }

    #[test]
    fn a_tenth_is_guessed_where_the_status_or_public_allows() {
        for status in [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501] {
            assert_eq!(of(status, &[DATE, YESTERDAY]), Some(8_640), "{status}");
        }
        for status in [201, 202, 302, 307, 403, 500, 502, 503, 504, 599] {
            assert_eq!(of(status, &[DATE, YESTERDAY]), None, "{status}");
            assert_eq!(control(status, "public"), Some(8_640), "{status}");
        }
        assert_eq!(of(200, &[DATE]), Some(0), "nothing to guess from");
        let old = ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(of(200, &[DATE, old]), Some(86_400), "no longer than a day");
    }

    #[test]
    fn any_final_status_is_kept_when_the_origin_says_for_how_long() {
        for status in [
            200, 203, 204, 299, 301, 302, 303, 307, 308, 400, 401, 403, 404, 410, 499, 500, 502, 503, 599,
        ] {
            assert_eq!(control(status, "max-age=60"), Some(60), "{status}");
        }
        for status in [206, 304, 407] {
            assert_eq!(control(status, "max-age=60"), None, "{status}");
        }
    }

    #[test]
    fn what_forbids_keeping() {
        for forbidden in [
            "no-store",
            "private",
            "Private, max-age=60",
            "private=\"x\", private, max-age=60",
            "private=\"\", max-age=60",
            "private=\"no name\", max-age=60",
        ] {
            assert_eq!(control(200, forbidden), None, "{forbidden}");
        }
        assert_eq!(control(200, "no-cache, max-age=60"), Some(0), "kept, never fresh");
        assert_eq!(control(200, "no-cache=\"x\", no-cache, max-age=60"), Some(0));
        assert_eq!(control(200, "no-cache=\"x\", max-age=60"), Some(60), "but for x");
        assert_eq!(
            control(200, "private=\"x, y\", max-age=60"),
            Some(60),
            "but for x and y"
        );
        assert_eq!(control(599, "max-age=60, must-understand"), None);
        assert_eq!(control(200, "max-age=60, must-understand, no-store"), Some(60));
        assert_eq!(control(200, "max-age=60, must-understand, private"), None);
        assert_eq!(
            control(200, "max-age=60, community=\"UCI\""),
            Some(60),
            "unknown ones say nothing"
        );
    }
}
