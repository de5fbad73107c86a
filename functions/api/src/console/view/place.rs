use axum::http::Uri;
use url::form_urlencoded;

/// The first page. It has a name of its own: gateways take the slash from the end of `/console/`, and nothing could be relative to it.
pub(in crate::console) const FIRST: &str = "overview";

/// Where a page is, and how its links get from there to others: relative, so that they hold behind any prefix that a gateway has
/// taken off.
#[derive(Debug, Clone)]
pub(in crate::console) struct Place {
    /// What is behind `/console/`, without the query.
    pub(in crate::console) page: String,
    /// The query, without `?`.
    pub(in crate::console) query: String,
    /// What every form of the session carries.
    pub(in crate::console) csrf: String,
}

impl Place {
    pub(in crate::console) fn of(uri: &Uri) -> Self {
        let page = uri.path().strip_prefix("/console/").unwrap_or_default().to_owned();
        Self { page, query: uri.query().unwrap_or_default().to_owned(), csrf: String::new() }
    }

    /// The way from here to a page of the console, given as what is behind `/console/`.
    pub(in crate::console) fn to(&self, page: &str) -> String {
        let up = "../".repeat(self.page.matches('/').count());
        format!("{up}{}", if page.is_empty() { FIRST } else { page })
    }

    /// This page, with its query, as what is behind `/console/`.
    pub(in crate::console) fn here(&self) -> String {
        if self.query.is_empty() { self.page.clone() } else { format!("{}?{}", self.page, self.query) }
    }

    /// What the query says of a name; empty if nothing.
    pub(in crate::console) fn asked(&self, name: &str) -> String {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(known, _)| known == name).map_or_else(String::new, |(_, value)| value.into_owned())
    }

    /// The query with one name said otherwise, and from the first page on.
    pub(in crate::console) fn with(&self, name: &str, value: &str) -> String {
        let kept = form_urlencoded::parse(self.query.as_bytes())
            .filter(|(known, _)| known != name && known != "cursor" && known != "skip");
        let mut query = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
        query.extend_pairs(kept);
        if !value.is_empty() {
            query.append_pair(name, value);
        }
        query.finish()
    }

    /// The query of the next page of a list that is only a part of this page: the route's cursor, beside what the page was asked.
    pub(in crate::console) fn onward(&self, next: Option<&str>) -> Option<String> {
        let mut pairs = form_urlencoded::parse(next?.trim_start_matches('?').as_bytes());
        pairs.find(|(name, _)| name == "cursor").map(|(_, cursor)| self.with("cursor", &cursor))
    }

    /// The query of a JSON route: of this page's, what the route knows and the user said.
    pub(in crate::console) fn for_route(&self, names: &[&str]) -> String {
        let known = form_urlencoded::parse(self.query.as_bytes())
            .filter(|(name, value)| names.contains(&name.as_ref()) && !value.is_empty());
        form_urlencoded::Serializer::new(String::new()).extend_pairs(known).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(uri: &'static str) -> Place {
        Place::of(&Uri::from_static(uri))
    }

    #[test]
    fn links_lead_from_any_depth_to_any_page() {
        assert_eq!(place("/console/overview").to("tasks"), "tasks");
        assert_eq!(place("/console/tasks?status=RETRY").to(""), "overview");
        assert_eq!(place("/console/tasks/7").to("runs/3"), "../runs/3");
        assert_eq!(place("/console/runs/1/compare/2").to(""), "../../../overview");
    }

    #[test]
    fn a_query_is_changed_in_one_name_and_begins_at_the_first_page() {
        let place = place("/console/tasks?status=RETRY&kind=a%26b&cursor=x");
        assert_eq!(place.with("status", "FAILURE"), "?kind=a%26b&status=FAILURE");
        assert_eq!(place.with("status", ""), "?kind=a%26b");
        assert_eq!(place.asked("kind"), "a&b");
        assert_eq!(place.for_route(&["kind", "cursor"]), "kind=a%26b&cursor=x");
    }
}
