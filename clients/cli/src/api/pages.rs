use reqwest::header::LINK;
use serde_json::value::RawValue;

use super::{Api, Ask};
use crate::exit::Failure;

/// A list, page by page: one page is in memory, however long the list is.
pub(crate) struct Pages<'a> {
    api: &'a Api,
    path: String,
    next: Option<String>,
}

impl<'a> Pages<'a> {
    /// The list at a path, which may have a query.
    pub(crate) fn of(api: &'a Api, path: impl Into<String>) -> Self {
        let next: String = path.into();
        let path = next.split('?').next().unwrap_or_default().to_owned();
        Self { api, path, next: Some(next) }
    }

    /// Whether another page may follow.
    pub(crate) fn has_more(&self) -> bool {
        self.next.is_some()
    }

    /// The next page's rows as the API wrote them; none after the last page. A page may be empty and not the last.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Box<RawValue>>>, Failure> {
        let Some(asked) = self.next.take() else { return Ok(None) };
        let answer = self.api.send(Ask::get(asked.clone())).await?;
        let link = answer.headers.get(LINK).and_then(|link| link.to_str().ok());
        self.next = link.and_then(next_query).map(|query| format!("{}{query}", self.path));
        if self.next.as_ref() == Some(&asked) {
            return Err(Failure::unreachable(
                "The API says that a page follows itself: this list has no end.",
            ));
        }
        let rows: Vec<Box<RawValue>> = answer.read()?;
        if rows.iter().any(|row| !row.get().starts_with('{')) {
            return Err(answer.strange());
        }
        Ok(Some(rows))
    }
}

/// The query of the next page in a header `Link: <?limit=2&cursor=…>; rel="next"`.
pub(crate) fn next_query(link: &str) -> Option<String> {
    let next = link.split(',').find(|one| one.contains("rel=\"next\""))?;
    let address = next.split_once('<')?.1.split_once('>')?.0;
    Some(address.get(address.find('?')?..)?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_the_query_of_the_link_named_next() {
        assert_eq!(next_query("<?limit=2&cursor=abc>; rel=\"next\"").unwrap(), "?limit=2&cursor=abc");
        assert_eq!(next_query("<?a>; rel=\"prev\", <https://x/y?b=1>; rel=\"next\"").unwrap(), "?b=1");
        assert_eq!(next_query("<?a>; rel=\"prev\""), None);
        assert_eq!(next_query("nonsense; rel=\"next\""), None);
    }
}
