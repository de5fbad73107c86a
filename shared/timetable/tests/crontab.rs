//! Patterns beside a second reading of crontab(5): a field is a set of numbers, a minute matches if all fields do, and of two
//! restricted days either suffices; a field that begins with `*` is not restricted.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use chrono::{DateTime, Datelike as _, TimeDelta, Timelike as _, Utc};
use timetable::{Cron, Zone};

/// The numbers of a field of plain numbers, ranges and steps.
fn numbers(field: &str, low: u32, high: u32) -> Vec<u32> {
    field
        .split(',')
        .flat_map(|item| {
            let (range, step) = item.split_once('/').unwrap_or((item, "1"));
            let (from, to) = match range.split_once('-') {
                _ if range == "*" => (low, high),
                Some((from, to)) => (from.parse().unwrap(), to.parse().unwrap()),
                None => (range.parse().unwrap(), range.parse().unwrap()),
            };
            (from..=to).step_by(step.parse().unwrap())
        })
        .collect()
}

/// A pattern as crontab(5) reads it.
struct Crontab {
    fields: [Vec<u32>; 5],
    /// Whether one of the two days begins with `*`.
    open: bool,
}

impl Crontab {
    fn read(pattern: &str) -> Self {
        let fields: Vec<&str> = pattern.split(' ').collect();
        let bounds = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];
        let open = fields[2].starts_with('*') || fields[4].starts_with('*');
        Self {
            fields: std::array::from_fn(|place| numbers(fields[place], bounds[place].0, bounds[place].1)),
            open,
        }
    }

    fn matches(&self, at: DateTime<Utc>) -> bool {
        let [minutes, hours, days, months, weekdays] = &self.fields;
        if !minutes.contains(&at.minute()) || !hours.contains(&at.hour()) || !months.contains(&at.month()) {
            return false;
        }
        let weekday = at.weekday().num_days_from_sunday();
        let day = days.contains(&at.day());
        let weekday = weekdays.contains(&weekday) || weekday == 0 && weekdays.contains(&7);
        if self.open { day && weekday } else { day || weekday }
    }
}

fn read(pattern: &str) -> Cron {
    Cron::read(pattern, Zone::named("UTC").unwrap()).unwrap_or_else(|error| panic!("{pattern}: {error}"))
}

#[test]
fn every_pattern_ticks_at_the_minutes_that_crontab_names_and_at_no_other() {
    let began: DateTime<Utc> = "2026-01-30T22:07:00Z".parse().unwrap();
    let minutes = ["0", "*/45", "5,50-59/3"];
    let hours = ["0", "*/7", "22-23"];
    let days = ["*", "13", "*/2", "1-31/9", "28-31", "2-20/6,5"];
    let months = ["*", "2", "*/5"];
    let weekdays = ["*", "5", "*/2", "0-7/3", "7", "1,3-4", "*/7"];
    for (minute, hour) in minutes.iter().zip(hours) {
        for day in days {
            for month in months {
                for weekday in weekdays {
                    let pattern = format!("{minute} {hour} {day} {month} {weekday}");
                    let cron = read(&pattern);
                    let ticks: Vec<_> = std::iter::successors(cron.after(began), |tick| cron.after(*tick))
                        .take_while(|tick| *tick <= began + TimeDelta::days(40))
                        .collect();
                    let crontab = Crontab::read(&pattern);
                    let named: Vec<_> = (1..=40 * 24 * 60)
                        .map(|minutes| began + TimeDelta::minutes(minutes))
                        .filter(|at| crontab.matches(*at))
                        .collect();
                    assert_eq!(ticks, named, "{pattern}");
                }
            }
        }
    }
}

#[test]
fn a_step_that_passes_over_its_whole_field_is_refused() {
    for pattern in [
        "*/61 * * * *",
        "*/100 * * * *",
        "0 */25 * * *",
        "0 0 */32 * *",
        "0 0 1 */13 *",
        "0 0 * * */8",
        "0-30/99 * * * *",
    ] {
        let refused = Cron::read(pattern, Zone::named("UTC").unwrap()).unwrap_err();
        assert!(refused.contains("a step of"), "{pattern}: {refused}");
    }
    for pattern in ["*/60 * * * *", "0 */24 * * *", "0 0 */31 * *", "0 0 1 */12 *", "0 0 * * */7"] {
        read(pattern);
    }
}
