use std::time::SystemTime;

use aws_credential_types::provider::ProvideCredentials as _;
use aws_types::SdkConfig;
use settings::{DATABASE_AUTH, DATABASE_SECRET_ARN, Setting};

use crate::token::token;
use crate::{Credentials, Error, Place, ask, secret};

/// How this function proves to Postgres who it is, as `DATABASE_AUTH` says.
#[derive(Debug, Clone)]
pub enum Login {
    /// By what stands in `DATABASE_URL`.
    Url,
    /// By a token that its IAM role signs, a new one for every connection.
    Iam(SdkConfig),
    /// By a secret `{"username": …, "password": …}`, which may be rotated while the function runs.
    Secret(SdkConfig, String),
}

impl Login {
    /// As the settings say.
    ///
    /// # Errors
    /// If the secret's name is missing.
    pub async fn from_settings() -> Result<Self, Error> {
        match DATABASE_AUTH.get().as_deref() {
            Some("iam") => Ok(Self::Iam(ask::config()?)),
            Some("secret") => Ok(Self::Secret(ask::config()?, DATABASE_SECRET_ARN.require()?)),
            _ => Ok(Self::Url),
        }
    }

    /// What to tell Postgres at a log-in now; none if `DATABASE_URL` says it all.
    ///
    /// # Errors
    /// If no token can be signed, or the secret cannot be read.
    pub async fn credentials(&self, place: &Place) -> Result<Option<Credentials>, Error> {
        match self {
            Self::Url => Ok(None),
            Self::Iam(aws) => {
                let password = signed(aws, place).await?;
                Ok(Some(Credentials { user: None, password }))
            }
            Self::Secret(aws, arn) => Ok(Some(secret::login(aws, DATABASE_SECRET_ARN, arn).await?)),
        }
    }
}

async fn signed(aws: &SdkConfig, place: &Place) -> Result<String, Error> {
    let missing = |what: &str| Error::Token(format!("there {what}"));
    let region = aws.region().ok_or_else(|| missing("is no AWS_REGION"))?;
    let provider = aws.credentials_provider().ok_or_else(|| missing("are no AWS credentials"))?;
    let credentials = provider.provide_credentials().await;
    let credentials = credentials.map_err(|error| Error::Token(format!("no AWS credentials: {error}")))?;
    token(place, region.as_ref(), credentials, SystemTime::now())
}

/// The password in the secret that `setting` names: `{"password": …}`.
///
/// # Errors
/// If the setting is missing, or the secret cannot be read.
pub async fn password_of(setting: Setting) -> Result<String, Error> {
    let arn = setting.require()?;
    Ok(secret::login(&ask::config()?, setting, &arn).await?.password)
}
