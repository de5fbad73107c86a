use clap::{Args, Subcommand};
use serde_json::json;

use crate::api::Ask;
use crate::commands::tasks::{text, whole_id};
use crate::commands::{Consent, Desk, find, list};
use crate::exit::{Ended, Exit, Failure};
use crate::output::{ago, aside};

/// Tokens that ask the API on your behalf
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks tokens list", arg_required_else_help = true)]
pub(crate) struct Tokens {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists your tokens; none is shown whole
    #[command(after_help = "Examples:\n  $ rhesis-tasks tokens list")]
    List,
    /// Makes a token and prints it, this once
    #[command(
        after_help = "Examples:\n  $ rhesis-tasks tokens create pipeline --days 90 | jq -r .access_token"
    )]
    Create {
        /// What it is for
        name: String,
        /// In how many days it ends; never unless it is said
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
        days: Option<u32>,
    },
    /// Revokes a token: whoever asks with it is refused
    #[command(
        after_help = "Examples:\n  $ rhesis-tasks tokens delete --yes 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"
    )]
    Delete {
        /// The token's id
        id: String,
        #[command(flatten)]
        consent: Consent,
    },
}

impl Tokens {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        match self.what {
            What::List => {
                list(
                    &mut desk,
                    "/tokens",
                    ["token", "name", "begins", "created", "last used", "ends"],
                    |token| {
                        [
                            text(&token["id"]),
                            text(&token["name"]),
                            text(&token["token_obfuscated"]),
                            ago(&token["created_at"]),
                            ago(&token["last_used_at"]),
                            ago(&token["expires_at"]),
                        ]
                    },
                )
                .await
            }
            What::Create { name, days } => {
                let body = json!({"name": name, "expires_in_days": days});
                let made = desk.api.object(Ask::post("/tokens").json(&body), "access_token").await?;
                if desk.out.json {
                    desk.out.object(&made)?;
                } else {
                    desk.out.line(&text(&made["access_token"]))?;
                    aside("It is shown this once: keep it where nobody else reads.");
                }
                Ok(Exit::Done)
            }
            What::Delete { id: given, consent } => {
                let id = whole_id(&given, "token")?;
                let token = find(&desk.api, "/tokens", "id", &id.to_string()).await?;
                let token = token.ok_or_else(|| Failure::not_found(format!("There is no token {id}.")))?;
                consent.to(&format!("Revokes 1 token, {}.", text(&token["name"])))?;
                desk.api.send(Ask::delete(format!("/tokens/{id}"))).await?;
                desk.out.answer(&json!({"id": id}), &format!("{} is revoked.", text(&token["name"])))?;
                Ok(Exit::Done)
            }
        }
    }
}
