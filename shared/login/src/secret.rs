use std::collections::HashMap;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::DisplayErrorContext;
use aws_types::SdkConfig;
use serde_json::{Map, Value};
use settings::Setting;

use crate::{Credentials, Error};

/// Reads the secret that `setting` names: a JSON object of texts.
pub(crate) async fn read(
    aws: &SdkConfig,
    setting: Setting,
    arn: &str,
) -> Result<HashMap<String, String>, Error> {
    let wrong = |why: String| Error::Secret { setting, why };
    let answer = Client::new(aws).get_secret_value().secret_id(arn).send().await;
    let answer = answer.map_err(|error| {
        let code = error.as_service_error().and_then(|error| error.meta().code()).map(str::to_owned);
        wrong(match code {
            Some(code) => format!("Secrets Manager refuses it: {code}"),
            None => format!("Secrets Manager cannot be asked: {}", DisplayErrorContext(&error)),
        })
    })?;
    let text = answer.secret_string().ok_or_else(|| wrong("it holds no text".into()))?;
    texts(text).map_err(wrong)
}

/// Reads a secret `{"username": …, "password": …}`, of which the user may be missing.
pub(crate) async fn login(aws: &SdkConfig, setting: Setting, arn: &str) -> Result<Credentials, Error> {
    let mut secret = read(aws, setting, arn).await?;
    let password = secret.remove("password").filter(|password| !password.is_empty());
    let password = password.ok_or_else(|| Error::Secret { setting, why: "it has no password".into() })?;
    Ok(Credentials { user: secret.remove("username"), password })
}

/// The members of a JSON object; none of its text is quoted.
fn texts(json: &str) -> Result<HashMap<String, String>, String> {
    let object: Map<String, Value> =
        serde_json::from_str(json).map_err(|_| "it must hold a JSON object".to_owned())?;
    let text = |(name, value): (String, Value)| match value {
        Value::String(text) => Ok((name, text)),
        // Amazon RDS writes the port into its secrets as a number.
        Value::Number(number) => Ok((name, number.to_string())),
        _ => Err(format!("its {name} must be a text")),
    };
    object.into_iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_an_object_of_texts_and_is_never_quoted() {
        let read = texts(r#"{"username": "me", "password": "p", "port": 5432}"#).unwrap();
        assert_eq!((read["username"].as_str(), read["port"].as_str()), ("me", "5432"));
        for bad in ["hunter2", "\"hunter2\"", r#"["hunter2"]"#, r#"{"password": {"a": "hunter2"}}"#, ""] {
            let said = texts(bad).unwrap_err();
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}
