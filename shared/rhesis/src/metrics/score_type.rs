use serde::{Deserialize, Serialize};

/// What the score of a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ScoreType {
    /// A number, which a threshold decides on.
    Numeric,
    /// One of some categories, of which some pass.
    Categorical,
    /// Met or not met: the number 1 or 0, or one of two categories.
    Binary,
}

/// How a score is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Operator {
    /// Numeric: equals the threshold. Else: is one of those that pass, or is met.
    #[serde(rename = "=")]
    Equal,
    /// Is less than the threshold.
    #[serde(rename = "<")]
    Less,
    /// Is greater than the threshold.
    #[serde(rename = ">")]
    Greater,
    /// Is the threshold or less.
    #[serde(rename = "<=")]
    AtMost,
    /// Is the threshold or more.
    #[serde(rename = ">=")]
    AtLeast,
    /// Numeric: differs from the threshold. Else: is none of those that pass, or is not met.
    #[serde(rename = "!=")]
    Differs,
}

impl ScoreType {
    const ALL: [Self; 3] = [Self::Numeric, Self::Categorical, Self::Binary];

    /// The word that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Numeric => "numeric",
            Self::Categorical => "categorical",
            Self::Binary => "binary",
        }
    }

    /// The operator where none is said: `>=` for numbers, else `=`.
    pub fn default_operator(self) -> Operator {
        if self == Self::Numeric { Operator::AtLeast } else { Operator::Equal }
    }

    /// Whether scores of this type can be compared so.
    pub fn allows(self, operator: Operator) -> bool {
        self == Self::Numeric || matches!(operator, Operator::Equal | Operator::Differs)
    }
}

impl Operator {
    const ALL: [Self; 6] =
        [Self::Equal, Self::Less, Self::Greater, Self::AtMost, Self::AtLeast, Self::Differs];

    /// The sign that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Less => "<",
            Self::Greater => ">",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
            Self::Differs => "!=",
        }
    }
}

impl TryFrom<String> for ScoreType {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        (Self::ALL.into_iter().find(|known| known.as_str() == word))
            .ok_or_else(|| format!("is {word:?}: must be numeric, categorical or binary"))
    }
}

impl TryFrom<String> for Operator {
    type Error = String;

    fn try_from(sign: String) -> Result<Self, String> {
        (Self::ALL.into_iter().find(|known| known.as_str() == sign))
            .ok_or_else(|| format!("is {sign:?}: must be =, <, >, <=, >= or !="))
    }
}
