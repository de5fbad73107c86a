use std::io::{IsTerminal, Read};

use clap::Args;
use serde_json::{Value, json};

use super::USUAL;
use crate::api::{Api, Ask};
use crate::exit::{Ended, Exit, Failure};
use crate::interrupt;
use crate::output::{Sink, aside};
use crate::place::{self, Place, Profile};

/// No token is longer.
const LONGEST_TOKEN: u64 = 16 << 10;

/// Keeps an address and a token as a profile, once the API has taken the token
///
/// The token is read from stdin; it is never an argument, which other users of the machine could read.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  $ rhesis-tasks login --url https://api.example.org
  $ cat token | rhesis-tasks login --url https://staging.example.org --name staging")]
pub(crate) struct Login {
    /// Where the API answers
    #[arg(long)]
    url: String,
    /// The name of the profile
    #[arg(long, default_value = USUAL)]
    name: String,
    /// Use it from now on where no other is named
    #[arg(long)]
    usual: bool,
    /// Where the token comes from: - for stdin, which is the only way
    #[arg(long, default_value = "-", value_parser = ["-"])]
    token: String,
}

impl Login {
    pub(crate) async fn run(self, mut out: Sink) -> Ended {
        let url = place::address(&self.url)?;
        let token = token()?;
        let place = Place {
            url: url.clone(),
            token: token.clone(),
            console: None,
            source: self.name.clone(),
            is_found: false,
        };
        let me: Value = Api::new(&place)?.object(Ask::get("/me"), "user_id").await?;
        let mut profiles = place::Profiles::load()?;
        profiles.keep(&self.name, Profile { url: url.clone(), token }, self.usual);
        profiles.save()?;
        let answer = json!({"profile": self.name, "url": url, "user_id": me["user_id"], "organization_id": me["organization_id"]});
        out.answer(&answer, &format!("Signed in to {url} as the profile {}.", self.name))?;
        Ok(Exit::Done)
    }
}

/// The token from stdin; at a terminal it is asked for and not shown.
fn token() -> Result<String, Failure> {
    let text = if std::io::stdin().is_terminal() {
        aside("Paste a token (it is not shown):");
        interrupt::remember_terminal();
        console::Term::stderr().read_secure_line().map_err(|error| Failure::failed(format!("{error}.")))?
    } else {
        let mut text = String::new();
        let read = std::io::stdin().take(LONGEST_TOKEN).read_to_string(&mut text);
        read.map_err(|error| Failure::usage(format!("stdin: {error}.")))?;
        text
    };
    let token = text.trim();
    if token.is_empty() || token.chars().any(|character| !character.is_ascii_graphic()) {
        return Err(Failure::usage("stdin holds no token: it is one word."));
    }
    Ok(token.to_owned())
}
