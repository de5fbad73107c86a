use serde::{Deserialize, Serialize};

/// How a client proves itself to the token server: `token_endpoint_auth_method` of RFC 7591.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// Id and secret are fields of the form.
    #[default]
    ClientSecretPost,
    /// Id and secret are user and password of HTTP Basic.
    ClientSecretBasic,
}

impl AuthMethod {
    /// Every method there is.
    pub const ALL: [Self; 2] = [Self::ClientSecretPost, Self::ClientSecretBasic];

    /// The word that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretPost => "client_secret_post",
            Self::ClientSecretBasic => "client_secret_basic",
        }
    }

    /// The method of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == word)
    }

    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
