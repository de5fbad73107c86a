mod execute;
mod health;
mod kind;
mod show;
mod start;
mod wait;

pub(crate) use execute::execute;
pub(crate) use health::health;
pub(crate) use show::show;
pub(crate) use start::start;
