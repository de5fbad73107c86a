/// Connections of one environment of `api`: one invocation at a time, and no transaction while another waits.
pub const API_CONNECTIONS: u32 = 1;

/// Connections of one `relay`.
pub const RELAY_CONNECTIONS: u32 = 1;

/// Connections of `migrate`.
pub const MIGRATE_CONNECTIONS: u32 = 1;

/// Connections of one environment of a task function: for the engine, and for its handlers' transactions. Those are short,
/// so the ten of a batch share one, and ten kinds fit into the connections of an ordinary server.
pub const TASK_CONNECTIONS: (u32, u32) = (1, 1);
