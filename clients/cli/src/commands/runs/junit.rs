use std::io::{BufWriter, Write};
use std::path::Path;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::gate::{Counts, Verdict};
use crate::api::{Api, Pages};
use crate::commands::tasks::text;
use crate::exit::Failure;
use crate::output::Draft;

/// Writes the results of a run as `JUnit` XML: one case a test, and one for the gate. Page by page, into a draft beside the file, which
/// takes its place when it is whole.
pub(super) async fn write(
    api: &Api,
    run: Uuid,
    counts: &Counts,
    shown: &RawValue,
    verdict: &Verdict,
    file: &Path,
) -> Result<(), Failure> {
    let wrong = |error: std::io::Error| Failure::failed(format!("{}: {error}.", file.display()));
    let draft = Draft::begin(file).map_err(wrong)?;
    let mut report = Junit { xml: Writer::new_with_indent(BufWriter::new(draft), b' ', 1), run };
    report.all(api, counts, shown, verdict).await.map_err(|error| match error {
        Wrong::Disk(error) => wrong(error),
        Wrong::Api(failure) => failure,
    })?;
    let whole = report.xml.into_inner().into_inner();
    whole.map_err(std::io::IntoInnerError::into_error).and_then(Draft::keep).map_err(wrong)
}

/// What keeps a report from being written.
enum Wrong {
    Disk(std::io::Error),
    Api(Failure),
}

impl From<std::io::Error> for Wrong {
    fn from(error: std::io::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<Failure> for Wrong {
    fn from(failure: Failure) -> Self {
        Self::Api(failure)
    }
}

/// A report that is being written.
struct Junit<W: Write> {
    xml: Writer<W>,
    run: Uuid,
}

impl<W: Write> Junit<W> {
    async fn all(
        &mut self,
        api: &Api,
        counts: &Counts,
        shown: &RawValue,
        verdict: &Verdict,
    ) -> Result<(), Wrong> {
        let value: Value = serde_json::from_str(shown.get()).unwrap_or_default();
        let set = legal(&text(&value["test_set"]["name"]));
        self.xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        // A test without a result is no passing one, and the gate is a case of its own.
        let missing = counts.total.saturating_sub(counts.done);
        let numbers = [
            ("tests", counts.total.max(counts.done) + 1),
            ("failures", counts.failed + u64::from(!verdict.reasons.is_empty())),
            ("errors", counts.errors + missing),
        ]
        .map(|(name, number)| (name, number.to_string()));
        let mut suites = BytesStart::new("testsuites");
        let mut suite = BytesStart::new("testsuite");
        suite.push_attribute(("name", set.as_str()));
        suite.push_attribute(("id", self.run.to_string().as_str()));
        for (name, number) in &numbers {
            suites.push_attribute((*name, number.as_str()));
            suite.push_attribute((*name, number.as_str()));
        }
        self.xml.write_event(Event::Start(suites))?;
        self.xml.write_event(Event::Start(suite))?;
        let mut pages = Pages::of(api, format!("/test_results?test_run_id={}&limit=200", self.run));
        while let Some(page) = pages.next().await? {
            for row in page {
                let result: Value = serde_json::from_str(row.get()).unwrap_or_default();
                let name = format!("{} {}", result["position"], text(&result["prompt"]));
                self.case(&set, &name, &text(&result["status"]), &text(&result["reason"]))?;
            }
        }
        for _ in 0..missing {
            self.case(&set, "a test without a result", "Error", "The run ended before it.")?;
        }
        let gate = if verdict.reasons.is_empty() { "Pass" } else { "Fail" };
        self.case(&set, "gate", gate, &verdict.reasons.join("; "))?;
        self.xml.write_event(Event::End(BytesEnd::new("testsuite")))?;
        self.xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
        self.xml.get_mut().write_all(b"\n")?;
        Ok(())
    }

    fn case(&mut self, set: &str, name: &str, status: &str, reason: &str) -> std::io::Result<()> {
        let (name, reason) = (legal(name), legal(reason));
        let mut case = BytesStart::new("testcase");
        case.push_attribute(("classname", set));
        case.push_attribute(("name", name.as_str()));
        let within = match status {
            "Pass" => return self.xml.write_event(Event::Empty(case)),
            "Fail" => "failure",
            _ => "error",
        };
        self.xml.write_event(Event::Start(case))?;
        let mut problem = BytesStart::new(within);
        problem.push_attribute(("message", reason.lines().next().unwrap_or_default()));
        self.xml.write_event(Event::Start(problem))?;
        self.xml.write_event(Event::Text(BytesText::new(&reason)))?;
        self.xml.write_event(Event::End(BytesEnd::new(within)))?;
        self.xml.write_event(Event::End(BytesEnd::new("testcase")))
    }
}

/// A text without the characters that XML 1.0 cannot hold in any spelling.
fn legal(text: &str) -> String {
    let fits = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|c| if fits(c) { c } else { '\u{fffd}' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_xml_whatever_its_text_is() {
        let mut report = Junit { xml: Writer::new(Vec::new()), run: Uuid::nil() };
        report.case("s\"<", "a & b\u{0}\u{1b}", "Fail", "]]> <x>\nmore").unwrap();
        let xml = String::from_utf8(report.xml.into_inner()).unwrap();
        assert_eq!(
            xml,
            "<testcase classname=\"s&quot;&lt;\" name=\"a &amp; b\u{fffd}\u{fffd}\"><failure message=\"]]&gt; &lt;x&gt;\">]]&gt; &lt;x&gt;\nmore</failure></testcase>"
        );
    }
}
