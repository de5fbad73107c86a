mod attempt;
mod bulk;
mod cancel_group;
mod cancel_run;
mod configurations;
mod dead_letters;
mod endpoints;
mod execute;
mod health;
mod imports;
mod kind;
mod limits;
mod list;
mod metrics;
mod models;
mod new_schedule;
mod new_tests;
mod overrides;
mod reason;
mod redrive;
mod rescore;
mod retry;
mod revoke;
mod schedules;
mod show;
mod show_group;
mod start;
mod start_group;
mod stats;
mod test_results;
mod test_run_download;
mod test_runs;
mod test_set_execute;
mod test_set_import;
mod test_sets;
mod tokens;
mod wait;
mod wake;
mod webhooks;
mod why;

pub(crate) use bulk::bulk;
pub(crate) use cancel_group::cancel_group;
pub(crate) use cancel_run::cancel_run;
pub(crate) use configurations::{
    change_configuration, configuration, configurations, create_configuration, delete_configuration,
};
pub(crate) use dead_letters::dead_letters;
pub(crate) use endpoints::{create_endpoint, delete_endpoint, endpoint, endpoints, invoke, replace_endpoint};
pub(crate) use execute::execute;
pub(crate) use health::health;
pub(crate) use imports::{close_import, commit_import, import, open_import, put_part};
pub(crate) use limits::{lift_limit, limits, set_limit};
pub(crate) use list::list;
pub(crate) use metrics::{
    assign_metric, create_metric, delete_metric, metric, metrics, release_metric, replace_metric,
};
pub(crate) use models::{create_model, delete_model, model, models};
pub(crate) use redrive::redrive;
pub(crate) use rescore::rescore;
pub(crate) use retry::retry;
pub(crate) use revoke::revoke;
pub(crate) use schedules::{
    create_schedule, delete_schedule, pause_schedule, resume_schedule, schedule, schedules,
};
pub(crate) use show::show;
pub(crate) use show_group::show_group;
pub(crate) use start::start;
pub(crate) use start_group::{start_chain, start_group};
pub(crate) use stats::stats;
pub(crate) use test_results::{test_result, test_results};
pub(crate) use test_run_download::download;
pub(crate) use test_runs::{delete_run, rename_run, run_metrics, test_run, test_runs};
pub(crate) use test_set_execute::execute_test_set;
pub(crate) use test_set_import::import_test_set;
pub(crate) use test_sets::{
    change_test_set, create_test_set, delete_test_set, test_set, test_set_stats, test_set_tests, test_sets,
};
pub(crate) use tokens::{create_token, revoke_token, tokens};
pub(crate) use wake::wake;
pub(crate) use webhooks::{create_webhook, delete_webhook, test_webhook, webhooks};
pub(crate) use why::why;
