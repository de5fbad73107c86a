use super::MAX_TIMEOUT;
use crate::endpoints::guard::Guard;
use crate::endpoints::request::{build, prepare};
use crate::endpoints::response::{Mappings, OUTPUT};
use crate::endpoints::secrets::Opened;
use crate::endpoints::{CallError, Endpoint, Protocol, request, secrets};

impl Endpoint {
    /// Whether it can be called, as far as that can be known without calling it: address, templates, paths, auth.
    ///
    /// The error names the first field that is wrong.
    pub fn check(&self, guard: &Guard) -> Result<(), CallError> {
        if !(1..=MAX_TIMEOUT).contains(&self.timeout_seconds) {
            let why = format!("must be a whole number of seconds from 1 to {MAX_TIMEOUT}");
            return Err(CallError::invalid("timeout_seconds", &why));
        }
        request::check_target(self)?;
        request::check(self)?;
        self.auth.check(guard)?;
        let one = self.sample(guard, "one")?;
        if one == self.sample(guard, "two")? {
            let why = "says {{ input }} nowhere: every prompt would make the same request";
            return Err(CallError::invalid("request_body_template", why));
        }
        secrets::check(self)?;
        let mappings = Mappings::parse(&self.mappings)?;
        if !mappings.is_empty() && !mappings.has(OUTPUT) {
            return Err(CallError::invalid("response_mappings.output", "is missing"));
        }
        Ok(())
    }

    /// What is sent for a prompt.
    fn sample(&self, guard: &Guard, prompt: &str) -> Result<(String, String), CallError> {
        let prepared = prepare(self, guard, prompt, &Opened::sample(self))?;
        if self.protocol == Protocol::WebSocket {
            return Ok((prepared.url.into(), prepared.content.written()));
        }
        let request = build(&self.method, prepared)?;
        let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
        Ok((request.url().to_string(), String::from_utf8_lossy(body).into_owned()))
    }
}
