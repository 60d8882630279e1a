//! Points in time, business days and Indonesia's three time zones.

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime, UtcOffset, macros::format_description};
use utoipa::ToSchema;
use uuid::Uuid;

/// A point in time: microseconds since 1970-01-01T00:00:00Z. A witness, never a judge: nothing is
/// ordered by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Micros(pub i64);

impl Micros {
    /// This point plus a number of minutes.
    #[must_use]
    pub fn plus_minutes(self, minutes: u32) -> Self {
        Self(self.0.saturating_add(i64::from(minutes) * 60_000_000))
    }

    /// Milliseconds from `earlier` to here; negative when `earlier` is later.
    #[must_use]
    pub fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0) / 1_000
    }

    /// The same point as a UTC date and time; the Unix epoch where it is out of range.
    #[must_use]
    pub fn to_utc(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// RFC 3339 in UTC with microseconds, as Laravel prints it: `2026-01-31T10:00:00.000000Z`.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        self.to_utc()
            .format(format_description!(
                "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z"
            ))
            .unwrap_or_default()
    }
}

impl From<OffsetDateTime> for Micros {
    fn from(at: OffsetDateTime) -> Self {
        Self(i64::try_from(at.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX))
    }
}

/// The zones outlets live in. Indonesia keeps no summer time, so an offset says it all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Zone {
    /// Western: UTC+7 (Java, Sumatra).
    Wib,
    /// Central: UTC+8 (Bali, Sulawesi).
    Wita,
    /// Eastern: UTC+9 (Papua, Maluku).
    Wit,
}

impl Zone {
    fn offset(self) -> UtcOffset {
        let hours = match self {
            Self::Wib => 7,
            Self::Wita => 8,
            Self::Wit => 9,
        };
        UtcOffset::from_hms(hours, 0, 0).unwrap_or(UtcOffset::UTC)
    }

    /// The wall clock of this zone at a point in time.
    #[must_use]
    pub fn local(self, at: Micros) -> OffsetDateTime {
        at.to_utc().to_offset(self.offset())
    }

    /// Minutes since local midnight.
    #[must_use]
    pub fn minute_of_day(self, at: Micros) -> u16 {
        let local = self.local(at);
        u16::from(local.hour()) * 60 + u16::from(local.minute())
    }

    /// The point in time so many minutes after the local midnight a day begins with.
    #[must_use]
    pub fn at(self, day: Day, minute: u16) -> Micros {
        Micros::from(day.0.midnight().assume_offset(self.offset())).plus_minutes(u32::from(minute))
    }

    /// The business day a point in time belongs to, for an outlet whose day starts `starts_at`
    /// minutes after local midnight.
    #[must_use]
    pub fn business_day(self, at: Micros, starts_at: u16) -> Day {
        let shifted = Micros(at.0.saturating_sub(i64::from(starts_at) * 60_000_000));
        Day(self.local(shifted).date())
    }
}

/// A business day of an outlet, written `2026-11-21`. It starts at the outlet's own hour, not at
/// midnight, and is stated in every command: the day a number belongs to is never computed twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, format = Date)]
pub struct Day(pub Date);

impl Day {
    /// So many days later; earlier when negative.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(time::Duration::days(days)))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = (self.0.year(), u8::from(self.0.month()), self.0.day());
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl std::str::FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Date::parse(text, format_description!("[year]-[month]-[day]"))
            .map(Self)
            .map_err(|_| format!("`{text}` is not a day; write it as 2026-11-21"))
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// When a command was given, as its edge saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Stamp {
    /// Last central time plus monotonic time since.
    pub time: Micros,
    /// The business day of the outlet.
    pub day: Day,
    /// The boot of the edge it was given in.
    pub boot: Uuid,
    /// Microseconds since that boot.
    pub uptime: i64,
}

#[cfg(test)]
mod tests {
    use super::{Micros, Zone};

    /// 2026-11-21T19:30:00Z.
    const EVENING: Micros = Micros(1_795_289_400_000_000);

    #[test]
    fn zones_are_fixed_offsets() {
        assert_eq!(EVENING.to_rfc3339(), "2026-11-21T19:30:00.000000Z");
        assert_eq!(Zone::Wib.minute_of_day(EVENING), 2 * 60 + 30);
        assert_eq!(Zone::Wita.minute_of_day(EVENING), 3 * 60 + 30);
        assert_eq!(Zone::Wit.minute_of_day(EVENING), 4 * 60 + 30);
    }

    #[test]
    fn minutes_of_a_day_are_counted_from_local_midnight() {
        let day = Zone::Wib.business_day(EVENING, 4 * 60);
        assert_eq!(Zone::Wib.at(day, 26 * 60 + 30), EVENING);
    }

    #[test]
    fn a_business_day_starts_at_the_outlets_hour() {
        assert_eq!(Zone::Wib.business_day(EVENING, 4 * 60).to_string(), "2026-11-21");
        assert_eq!(Zone::Wit.business_day(EVENING, 4 * 60).to_string(), "2026-11-22");
        assert_eq!(Zone::Wib.business_day(EVENING, 0).to_string(), "2026-11-22");
    }

    #[test]
    fn a_day_is_read_as_it_is_written() {
        let day = Zone::Wib.business_day(EVENING, 0);
        assert_eq!(day.to_string().parse(), Ok(day));
        assert!("21-11-2026".parse::<super::Day>().is_err());
    }
}
