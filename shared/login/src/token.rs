use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SignatureLocation, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

use crate::{Error, Place};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// How long Postgres takes a token for a log-in; what is logged in stays.
const VALIDITY: Duration = Duration::from_secs(900);

/// A token in place of a password: a signed request to connect, which RDS checks with IAM. Nothing goes over the network.
pub(crate) fn token(
    place: &Place,
    region: &str,
    credentials: Credentials,
    now: SystemTime,
) -> Result<String, Error> {
    let Place { host, port, user } = place;
    let refused =
        |error: &dyn std::fmt::Display| Error::Token(format!("the token cannot be signed: {error}"));
    let mut settings = SigningSettings::default();
    settings.expires_in = Some(VALIDITY);
    settings.signature_location = SignatureLocation::QueryParams;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    let identity = credentials.into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("rds-db")
        .time(now)
        .settings(settings)
        .build()
        .map_err(|error| refused(&error))?;
    let url = format!("https://{host}:{port}/?Action=connect&DBUser={}", encoded(user));
    let request = SignableRequest::new("GET", url.as_str(), std::iter::empty(), SignableBody::Bytes(&[]))
        .map_err(|error| refused(&error))?;
    let (instructions, _) = sign(request, &params.into()).map_err(|error| refused(&error))?.into_parts();
    let mut token = url.trim_start_matches("https://").to_owned();
    token.extend(instructions.params().iter().map(|(name, value)| format!("&{name}={}", encoded(value))));
    Ok(token)
}

/// As a part of a query string.
fn encoded(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, UNRESERVED)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::UNIX_EPOCH;

    use super::*;

    const SESSION: &str = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIe\
                           oIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGd==";

    /// What botocore 1.44.5 (`generate_db_auth_token`) makes of the same, at the same time.
    const BOTOCORE: [(&str, &str); 2] = [
        (
            "task_execute_test",
            "db.cluster-abc.eu-central-1.rds.amazonaws.com:5432/?Action=connect&DBUser=task_execute_test&\
             X-Amz-Algorithm=AWS4-HMAC-SHA256&\
             X-Amz-Credential=AKIDEXAMPLE%2F20261122%2Feu-central-1%2Frds-db%2Faws4_request&\
             X-Amz-Date=20261122T120000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&\
             X-Amz-Security-Token=AQoDYXdzEPT%2F%2F%2F%2F%2F%2F%2F%2F%2F%2FwEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLW\
             sKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI%2FqkPpKPi%2FkMcGd%3D%3D&\
             X-Amz-Signature=36a680adb3528b756a4d5fc1be0d81de9800ad69d660519723e0a20b82a02135",
        ),
        (
            "o'dd user",
            "db.cluster-abc.eu-central-1.rds.amazonaws.com:5432/?Action=connect&DBUser=o%27dd%20user&\
             X-Amz-Algorithm=AWS4-HMAC-SHA256&\
             X-Amz-Credential=AKIDEXAMPLE%2F20261122%2Feu-central-1%2Frds-db%2Faws4_request&\
             X-Amz-Date=20261122T120000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&\
             X-Amz-Security-Token=AQoDYXdzEPT%2F%2F%2F%2F%2F%2F%2F%2F%2F%2FwEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLW\
             sKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI%2FqkPpKPi%2FkMcGd%3D%3D&\
             X-Amz-Signature=b0f320ca0fc2a545b7803bd67e93970e527b426ac638f4177ced14aa0dadd593",
        ),
    ];

    /// The place, and the parameters in any order.
    fn parts(token: &str) -> (&str, BTreeSet<&str>) {
        let (place, query) = token.split_once('?').unwrap();
        (place, query.split('&').collect())
    }

    #[test]
    fn a_token_is_what_the_aws_sdk_for_python_makes_of_the_same() {
        let now = UNIX_EPOCH + Duration::from_secs(1_795_348_800);
        for (user, expected) in BOTOCORE {
            let host = "db.cluster-abc.eu-central-1.rds.amazonaws.com".to_owned();
            let place = Place { host, port: 5432, user: user.to_owned() };
            let credentials = Credentials::new(
                "AKIDEXAMPLE",
                "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                Some(SESSION.to_owned()),
                None,
                "test",
            );
            let made = token(&place, "eu-central-1", credentials, now).unwrap();
            assert_eq!(parts(&made), parts(expected));
        }
    }
}
