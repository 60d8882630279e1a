//! HTTP's dates (RFC 9110 §5.6.7): one form to write, three to read. Seconds since the Unix epoch.
//!
//! Read to the letter: what is not quite a date is none, and a response that says so is stale rather
//! than fresh for a guess.

use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Reads a date; `now` tells the century of RFC 850's years of two digits.
pub fn parse(text: &str, now: i64) -> Option<i64> {
    let text = text.trim();
    match text.split_once(", ") {
        Some((_, rest)) => {
            let (rest, "GMT") = rest.rsplit_once(' ')? else {
                return None;
            };
            let (date, clock) = rest.rsplit_once(' ')?;
            let dashed = date.contains('-');
            let mut pieces = date.split(if dashed { '-' } else { ' ' });
            let (day, month, year) = (pieces.next()?, pieces.next()?, pieces.next()?);
            if pieces.next().is_some() {
                return None;
            }
            let year = match (dashed, year.len()) {
                (false, 4) => number(year)?,
                (true, 2) => century(number(year)?, now)?,
                _ => return None,
            };
            seconds(year, month, fixed(day, 2)?, clock)
        }
        None => {
            // As C's asctime() writes it.
            let pieces: Vec<&str> = text.split_ascii_whitespace().collect();
            let [_, month, day, clock, year] = pieces[..] else {
                return None;
            };
            seconds(fixed(year, 4)?, month, number(day)?, clock)
        }
    }
}

/// Writes a date in the one form that is to be written.
pub fn format(seconds: i64) -> String {
    let Ok(at) = OffsetDateTime::from_unix_timestamp(seconds) else {
        return "Thu, 01 Jan 1970 00:00:00 GMT".to_owned();
    };
    let day = DAYS[usize::from(at.weekday().number_days_from_monday())];
    let month = MONTHS[usize::from(u8::from(at.month()) - 1)];
    let (hour, minute, second) = at.to_hms();
    format!(
        "{day}, {:02} {month} {:04} {hour:02}:{minute:02}:{second:02} GMT",
        at.day(),
        at.year()
    )
}

fn seconds(year: u32, month: &str, day: u32, clock: &str) -> Option<i64> {
    let month = MONTHS.iter().position(|name| *name == month)?;
    let month = Month::try_from(u8::try_from(month + 1).ok()?).ok()?;
    let date = Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
    let mut pieces = clock.split(':').map(|piece| fixed(piece, 2));
    let (hour, minute, second) = (pieces.next()??, pieces.next()??, pieces.next()??);
    if pieces.next().is_some() {
        return None;
    }
    // A leap second is the last one of its minute to us.
    let byte = |number: u32| u8::try_from(number).ok();
    let time = Time::from_hms(byte(hour)?, byte(minute)?, byte(second.min(59))?).ok()?;
    Some(date.with_time(time).assume_offset(UtcOffset::UTC).unix_timestamp())
}

/// A year that seems more than 50 years ahead is of the past (RFC 9110 §5.6.7).
fn century(year: u32, now: i64) -> Option<u32> {
    let this = u32::try_from(OffsetDateTime::from_unix_timestamp(now).ok()?.year()).ok()?;
    let year = this / 100 * 100 + year;
    Some(if year > this + 50 { year - 100 } else { year })
}

fn fixed(digits: &str, length: usize) -> Option<u32> {
    (digits.len() == length).then(|| number(digits))?
}

fn number(digits: &str) -> Option<u32> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::{format, parse};

    /// 2026-11-21T19:30:00Z.
    const NOW: i64 = 1_795_289_400;

    #[test]
    fn the_three_forms_are_read() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(parse(text, NOW), Some(784_111_777), "{text}");
        }
        assert_eq!(format(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(parse(&format(NOW), NOW), Some(NOW));
        let in_2050 = parse("Thursday, 18-Aug-50 02:01:18 GMT", NOW);
        assert_eq!(in_2050, parse("Thu, 18 Aug 2050 02:01:18 GMT", NOW));
    }

    #[test]
    fn what_is_not_quite_a_date_is_none() {
        for text in [
            "0",
            "",
            "-1",
            "Thu, 18 Aug 50 02:01:18 GMT",
            "Thu, 18 Aug 2050 02:01:18 UTC",
            "Thu, 18  Aug  2050 02:01:18 GMT",
            "Thu, 18-Aug-2050 02:01:18 GMT",
            "Thu, 18 Aug 2050 02.01.18 GMT",
            "Thu, 18 Aug 2050 2:01:18 GMT",
            "Thu, 31 Feb 2050 02:01:18 GMT",
            "Thu, 18 Aug 2050 25:01:18 GMT",
            "Thu, 18 Aug 2050 02:01:18 +0700",
        ] {
            assert_eq!(parse(text, NOW), None, "{text}");
        }
    }
}
