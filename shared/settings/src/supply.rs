use std::collections::HashMap;
use std::fmt;

use crate::setting::Setting;
use crate::{function, of, supplied};

/// Settings that stand both in the environment and in the secret: nobody could say which of them holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Twice(Vec<&'static str>);

/// Gives the process what the settings' secret holds. Of it only what this function declares, and what may come from a
/// secret, is ever read.
///
/// # Errors
/// If the environment sets one of them too.
pub fn supply(secret: HashMap<String, String>) -> Result<(), Twice> {
    let mine: Vec<Setting> =
        of(function().unwrap_or_default()).iter().copied().filter(|it| it.is_in_secret()).collect();
    let given = |setting: &&Setting| secret.get(setting.name()).is_some_and(|text| !text.is_empty());
    let twice: Vec<_> =
        mine.iter().filter(given).filter(|it| it.of_environment().is_some()).map(|it| it.name()).collect();
    if !twice.is_empty() {
        return Err(Twice(twice));
    }
    supplied::keep(secret.into_iter().filter(|(name, _)| mine.iter().any(|it| it.name() == name)).collect());
    Ok(())
}

impl fmt::Display for Twice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} set in the environment and in SETTINGS_SECRET_ARN: leave one out", self.0.join(", "))
    }
}

impl fmt::Debug for Twice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Twice {}
