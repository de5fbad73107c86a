use task::CatchUp;

/// A schedule of the system, declared in code: its tasks run for no organization, see no tenant's rows and are hidden from
/// all tenants. A deployment makes the database's system schedules the ones in [`SCHEDULES`](crate::SCHEDULES).
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// Its name, unique among them; another name is another schedule.
    pub name: &'static str,
    /// The kind of its tasks.
    pub kind: &'static str,
    /// Their arguments, a JSON object.
    pub args: &'static str,
    /// When it ticks.
    pub when: When,
    /// What becomes of missed ticks.
    pub catch_up: CatchUp,
}

/// When a schedule ticks.
#[derive(Debug, Clone, Copy)]
pub enum When {
    /// By a cron pattern of five fields on the clocks of an IANA time zone.
    Cron {
        /// As `30 6 * * mon-fri`.
        pattern: &'static str,
        /// As `Europe/Berlin`.
        time_zone: &'static str,
    },
    /// Every so many seconds, at least 10.
    Every {
        /// How many.
        seconds: i64,
    },
}
