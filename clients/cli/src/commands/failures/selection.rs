use clap::Args;
use serde_json::{Map, Value};

use crate::output::moment;

/// Which tasks are meant, by what dead letters and batch operations share.
#[derive(Debug, Args)]
pub(super) struct Selection {
    /// Only tasks of this kind
    #[arg(long)]
    kind: Option<String>,
    /// Only tasks that failed with this error; see `dead-letters`
    #[arg(long)]
    fingerprint: Option<String>,
    /// Only tasks that were started since: a time, or a while ago as 2h
    #[arg(long, value_parser = moment, value_name = "TIME")]
    since: Option<String>,
    /// Only tasks that were started before: a time, or a while ago as 30m
    #[arg(long, value_parser = moment, value_name = "TIME")]
    until: Option<String>,
}

impl Selection {
    /// The part of a request that says so.
    pub(super) fn body(&self) -> Map<String, Value> {
        let all = [
            ("kind", &self.kind),
            ("fingerprint", &self.fingerprint),
            ("created_after", &self.since),
            ("created_before", &self.until),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?.into()))).collect()
    }
}
