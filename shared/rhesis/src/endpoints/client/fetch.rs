use reqwest::Request;
use url::Url;

use crate::endpoints::guard::Guard;
use crate::endpoints::{CallError, Client, Protocol};

impl Client {
    /// What makes requests for [`fetch`](Self::fetch), for a library that wants to make them itself.
    pub(crate) fn maker(&self) -> reqwest::Client {
        self.http.maker()
    }

    /// Sends a request that is no endpoint's, where the guard lets it; answers the body of a success, of at most
    /// `most` bytes. `field` is what an error of the address names. The time it may take is the request's own.
    pub(crate) async fn fetch(
        &self,
        field: &str,
        request: Request,
        most: usize,
    ) -> Result<String, CallError> {
        let way = self.guard().check(field, request.url(), Protocol::Rest.schemes())?;
        self.http.exchange(way, request, most).await?.text()
    }
}

impl Guard {
    /// Whether requests may go to this URL, as far as it can be seen without looking its name up.
    pub(crate) fn check_url(&self, field: &str, url: &str) -> Result<(), CallError> {
        let url =
            Url::parse(url).map_err(|error| CallError::invalid(field, &format!("is not a URL: {error}")))?;
        self.check(field, &url, Protocol::Rest.schemes()).map(|_| ())
    }
}
