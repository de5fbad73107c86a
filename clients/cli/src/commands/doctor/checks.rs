//! The checks that are one statement each: it answers a row (severity, what was found, what to do) for each finding.

/// A statement, and what it is given: `$1` if it says so.
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) sql: &'static str,
    pub(super) given: Given,
    /// Whether it must read rows of every tenant, which `tasks_engine` alone does.
    pub(super) as_engine: bool,
}

#[derive(Clone, Copy)]
pub(super) enum Given {
    Nothing,
    /// The kinds of tasks.
    Kinds,
    /// The seconds after which a transaction is long.
    Long,
    /// The connections that the functions may open.
    Connections,
}

pub(super) const CHECKS: [Check; 8] = [
    Check { name: "server", sql: include_str!("sql/server.sql"), given: Given::Nothing, as_engine: false },
    Check { name: "roles", sql: include_str!("sql/roles.sql"), given: Given::Kinds, as_engine: false },
    Check {
        name: "row_security",
        sql: include_str!("sql/row_security.sql"),
        given: Given::Nothing,
        as_engine: false,
    },
    Check { name: "relay", sql: include_str!("sql/relay.sql"), given: Given::Nothing, as_engine: true },
    Check { name: "overdue", sql: include_str!("sql/overdue.sql"), given: Given::Nothing, as_engine: true },
    Check {
        name: "transactions",
        sql: include_str!("sql/transactions.sql"),
        given: Given::Long,
        as_engine: false,
    },
    Check {
        name: "dead_rows",
        sql: include_str!("sql/dead_rows.sql"),
        given: Given::Nothing,
        as_engine: false,
    },
    Check {
        name: "connections",
        sql: include_str!("sql/connections.sql"),
        given: Given::Connections,
        as_engine: false,
    },
];
