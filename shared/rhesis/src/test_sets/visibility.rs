/// Who sees a test set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Visibility {
    /// Meant for everybody; today as good as `Organization`, for no organization sees another's rows.
    Public,
    /// Everybody in its organization.
    #[default]
    Organization,
    /// The user who made it.
    User,
}

impl Visibility {
    const ALL: [Self; 3] = [Self::Public, Self::Organization, Self::User];

    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Organization => "organization",
            Self::User => "user",
        }
    }

    /// The visibility of a word, if it is one of the three.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|visibility| visibility.as_str() == word)
    }
}
