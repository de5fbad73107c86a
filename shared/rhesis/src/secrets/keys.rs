use std::fmt;
use std::sync::Arc;

use fernet::Fernet;
use secrecy::{ExposeSecret as _, SecretString};

use super::Sealed;

/// The setting that holds the keys.
pub const SETTING: &str = settings::DB_ENCRYPTION_KEY.name();

/// The keys of a deployment: the first one seals, every one opens. So a new key is put before the old one, and the
/// old one is taken away when nothing is sealed by it any more.
// Shared by its clones: every route of the API has one, and a key's copy is wiped, byte for byte, when it goes.
#[derive(Clone, Default)]
pub struct Keys(Arc<[Fernet]>);

/// Why a secret cannot be sealed or opened. Names no secret and no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// There is no key.
    #[error("{SETTING} is not set: without it no secret can be stored or used")]
    NoKey,
    /// A key is none. Counted from 1.
    #[error("{SETTING}: key {0} is not 32 bytes in URL-safe base64, as Fernet.generate_key() makes them")]
    BadKey(usize),
    /// It was sealed with none of the keys, or is damaged.
    #[error("the stored secret was encrypted with none of the keys in {SETTING}: it must be given again")]
    Unreadable,
}

impl Keys {
    /// The keys of the setting `DB_ENCRYPTION_KEY`; none, if it is not set or empty.
    pub fn from_env() -> Result<Self, SecretError> {
        Self::parse(&settings::DB_ENCRYPTION_KEY.get().unwrap_or_default())
    }

    /// Keys in URL-safe base64, separated by commas.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let keys = (text.split(',').enumerate())
            .map(|(i, key)| Fernet::new(key.trim()).ok_or(SecretError::BadKey(i + 1)))
            .collect::<Result<_, _>>()?;
        Ok(Self(keys))
    }

    /// Encrypts a secret.
    pub fn seal(&self, secret: &SecretString) -> Result<Sealed, SecretError> {
        let first = self.0.first().ok_or(SecretError::NoKey)?;
        Ok(Sealed(first.encrypt(secret.expose_secret().as_bytes())))
    }

    /// Decrypts a secret.
    pub fn open(&self, sealed: &Sealed) -> Result<SecretString, SecretError> {
        if self.0.is_empty() {
            return Err(SecretError::NoKey);
        }
        let opened = self.0.iter().find_map(|key| key.decrypt(&sealed.0).ok());
        String::from_utf8(opened.ok_or(SecretError::Unreadable)?)
            .map(SecretString::from)
            .map_err(|_| SecretError::Unreadable)
    }
}

impl Keys {
    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// The key that a secret is under, counted from 0; `None` if it is under none of them.
    pub(super) fn key_of(&self, sealed: &Sealed) -> Option<usize> {
        self.0.iter().position(|key| key.decrypt(&sealed.0).is_ok())
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "Keys(none)" } else { "Keys(***)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
    const TWO: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    fn opened(keys: &str, token: &str) -> Result<String, SecretError> {
        let opened = Keys::parse(keys).unwrap().open(&Sealed(token.to_owned()));
        opened.map(|secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn what_python_sealed_is_opened() {
        // Made by cryptography 48.0.0, but for the first, which is the vector of the specification.
        for (key, token, secret) in [
            (
                ONE,
                "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==",
                "hello",
            ),
            (
                ONE,
                "gAAAAAAdwJ6w5VVwDDpM-zYLx4cNPRMUP5nfXSh4gbAXH7OE273EsL-O7R8MqfJYWa_pX26dlh61UKASMC37F_R9pxZhzhV8u6El9RZ_ErqP4J-dNgAzkv0=",
                "sk-proj-ünï🔑 \n x",
            ),
            (
                TWO,
                "gAAAAABlU_EApIdHuyA27mq2ggN_ZeDYuavKrY3ypEdbXbB81EhZUL2Nsmc_6fwarGYTXoY9pcAafmNVoBkWa7jZxoqHSqOtZg==",
                "second",
            ),
        ] {
            assert_eq!(opened(key, token).as_deref(), Ok(secret));
            assert_eq!(opened(&format!("{TWO}, {ONE}"), token).as_deref(), Ok(secret), "after a rotation");
        }
    }

    #[test]
    fn what_is_damaged_or_of_another_key_is_not_opened() {
        let invalid = [
            "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==",
            "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==",
            "%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==",
            "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==",
            "plain text",
            "",
        ];
        for token in invalid {
            assert_eq!(opened(ONE, token), Err(SecretError::Unreadable), "{token}");
        }
        let sealed = Keys::parse(TWO).unwrap().seal(&"x".into()).unwrap();
        assert_eq!(opened(ONE, &sealed.0), Err(SecretError::Unreadable));
    }

    #[test]
    fn the_first_key_seals_and_every_key_opens() {
        let rotated = Keys::parse(&format!("{TWO},{ONE}")).unwrap();
        let sealed = rotated.seal(&"s3cr3t".into()).unwrap();
        assert_eq!(opened(TWO, &sealed.0).as_deref(), Ok("s3cr3t"));
        assert_ne!(sealed, rotated.seal(&"s3cr3t".into()).unwrap());
    }

    #[test]
    fn without_a_key_nothing_is_sealed_and_the_setting_is_named() {
        let problem = Keys::parse(" ").unwrap().seal(&"s3cr3t".into()).unwrap_err().to_string();
        assert_eq!(problem, "DB_ENCRYPTION_KEY is not set: without it no secret can be stored or used");
    }

    #[test]
    fn a_key_that_is_none_is_named_by_its_place_and_not_shown() {
        for bad in ["hunter2", "aGk=", &ONE[..20]] {
            let problem = Keys::parse(&format!("{ONE},{bad}")).unwrap_err();
            assert_eq!(problem, SecretError::BadKey(2), "{bad}");
            assert!(!problem.to_string().contains(bad));
        }
        assert_eq!(format!("{:?}", Keys::parse(ONE).unwrap()), "Keys(***)");
    }
}
