use std::time::Duration;

use rhesis::long_calls::{self, Begun, Bounds, Whose};
use rhesis::tokens::Identity;
use uuid::Uuid;

use crate::App;
use crate::answer::problem::Problem;
use crate::identity::SettingsError;
use crate::request::caller::Caller;

/// How many long calls there may be unless `LONG_CALLS` says so: of the 20 instances in the template, 8 are for everything else.
const IN_ALL: i32 = 12;

/// The most that can be set; Lambda gives an account 1,000 instances unless asked for more.
const MOST: i32 = 1000;

/// What a lease lasts beyond the call: the statements before and after it.
const MARGIN: Duration = Duration::from_secs(5);

/// The bounds of long calls, those that wait for a task or call an endpoint: each holds an instance for seconds. `in_all` of them
/// at a time, of which half may be one organization's and a quarter one user's.
#[must_use]
pub fn bounds(in_all: i32) -> Bounds {
    Bounds { of_user: (in_all / 4).max(1), of_organization: (in_all / 2).max(1), in_all }
}

/// The same, by `LONG_CALLS`; 12 if it is not set.
///
/// # Errors
/// If it is no number from 1 to 1000.
pub fn bounds_from_env() -> Result<Bounds, SettingsError> {
    read(settings::LONG_CALLS.get().as_deref())
}

fn read(setting: Option<&str>) -> Result<Bounds, SettingsError> {
    let in_all = setting.map_or(Ok(IN_ALL), str::parse).ok().filter(|in_all| (1..=MOST).contains(in_all));
    let wrong = SettingsError { variable: "LONG_CALLS", must: "must be a whole number from 1 to 1000" };
    in_all.map(bounds).ok_or(wrong)
}

/// One that is under way. Not ended by its drop, which could not wait: what is forgotten is over by itself.
#[must_use]
pub(crate) struct LongCall(Uuid);

impl LongCall {
    /// Begins a call of at most `time`; 429 if there is no room.
    pub(crate) async fn begin(app: &App, caller: Caller, time: Duration) -> Result<Self, Problem> {
        let Caller { user_id, organization_id } = caller;
        let (whose, bounds) = (Identity { user_id, organization_id }, app.long_calls);
        let begun = app
            .store
            .ask(async |connection| long_calls::begin(connection, whose, time + MARGIN, bounds).await)
            .await
            .map_err(|error: sqlx::Error| Problem::from(error))?;
        match begun {
            Begun::Begun(id) => Ok(Self(id)),
            Begun::Full(whose) => {
                tracing::info!(?whose, "no room for a long call");
                Err(Problem::too_many(said(whose, bounds)))
            }
        }
    }

    /// Ends it, whatever came of it.
    pub(crate) async fn end(self, app: &App) {
        let ended: Result<(), sqlx::Error> =
            app.store.ask(async |connection| long_calls::end(connection, self.0).await).await;
        if let Err(error) = ended {
            tracing::warn!(error = error.to_string(), "a long call is counted until its lease is over");
        }
    }
}

fn said(full: Whose, bounds: Bounds) -> String {
    let (most, whose) = match full {
        Whose::User => (bounds.of_user, "of one user"),
        Whose::Organization => (bounds.of_organization, "of one organization"),
        Whose::Api => (bounds.in_all, "in all"),
    };
    format!("At most {most} requests {whose} may wait, or call an endpoint, at a time.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_a_number_of_calls_and_everybody_has_room_for_one() {
        assert_eq!(read(None), Ok(Bounds { of_user: 3, of_organization: 6, in_all: 12 }));
        assert_eq!(read(Some("1")), Ok(Bounds { of_user: 1, of_organization: 1, in_all: 1 }));
        for wrong in ["0", "-1", "1001", "1.5", "many", "99999999999"] {
            assert_eq!(read(Some(wrong)).map_err(|error| error.variable), Err("LONG_CALLS"), "{wrong}");
        }
    }
}
