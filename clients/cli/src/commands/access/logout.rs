use clap::Args;

use super::USUAL;
use crate::exit::{Ended, Exit, Failure};
use crate::output::aside;
use crate::place;

/// Forgets a profile; its token stays valid until `tokens delete`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks logout --name staging")]
pub(crate) struct Logout {
    /// The name of the profile
    #[arg(long, default_value = USUAL)]
    name: String,
}

impl Logout {
    pub(crate) fn run(self) -> Ended {
        let mut profiles = place::Profiles::load()?;
        if !profiles.forget(&self.name) {
            return Err(Failure::not_found(format!("There is no profile {:?}.", self.name)));
        }
        profiles.save()?;
        aside(&format!("The profile {} is forgotten.", self.name));
        Ok(Exit::Done)
    }
}
