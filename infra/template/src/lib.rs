//! What every kind of task has in `template.yaml`, made of its contract: queue, dead-letter queue, function, event source, alarms,
//! the right to be sent to, and an output; and what the dashboard in `infra/monitoring.yaml` draws of it.
//!
//! It stands between marks, as plain text that `sam build`, `sam validate`, `sam local` and any reader take as it is. One number of a
//! block is a person's: `MaximumConcurrency`, which stays what it was.

mod block;
mod section;
mod widget;

use catalog::Spec;

use section::{Section, concurrency};
use widget::WIDGETS;

/// The template with the parts that the kinds have; everything else of it is as it was.
///
/// # Errors
/// A mark that is not there, as a sentence.
pub fn with_kinds(template: &str, specs: &[Spec]) -> Result<String, String> {
    let blocks: Vec<String> =
        specs.iter().map(|spec| block::of(spec, concurrency(template, spec.kind))).collect();
    let senders: String = specs.iter().map(block::sender).collect();
    let outputs: String = specs.iter().map(block::output).collect();
    let text = Section::SENDERS.replaced(template, &senders)?;
    let text = Section::BLOCKS.replaced(&text, &format!("\n{}\n", blocks.join("\n")))?;
    Section::OUTPUTS.replaced(&text, &outputs)
}

/// The stack of alarms and dashboard, with what the widgets draw of each kind; everything else of it is as it was.
///
/// # Errors
/// A mark that is not there, as a sentence.
pub fn with_widgets(monitoring: &str, specs: &[Spec]) -> Result<String, String> {
    WIDGETS.iter().try_fold(monitoring.to_owned(), |text, widget| {
        Section { opens: widget.mark }.replaced(&text, &widget.of(specs))
    })
}

/// The beginning of a kind's logical ids: `word_count` is `WordCount`.
#[must_use]
pub fn logical_id(kind: &str) -> String {
    let words = kind.split('_').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_made_of_its_contracts_and_again_the_same() {
        let template = "Resources:\n            # >>> who may be woken\n            # <<<\n  # >>> kinds\n  # <<<\nOutputs:\n  # >>> names\n  # <<<\n";
        let made = with_kinds(template, catalog::TASKS).unwrap();
        assert!(made.contains("\n  CountTestSetsQueue:\n") && made.contains("      Timeout: 35\n"), "{made}");
        assert!(
            made.contains("      VisibilityTimeout: 210\n")
                && made.contains("  CountTestSetsFunctionName: {")
        );
        assert_eq!(with_kinds(&made, catalog::TASKS).unwrap(), made);
        let busier = made.replacen("{MaximumConcurrency: 2}", "{MaximumConcurrency: 7}", 1);
        assert_eq!(with_kinds(&busier, catalog::TASKS).unwrap(), busier);
        let fewer = with_kinds(&made, &catalog::TASKS[1..]).unwrap();
        assert!(!fewer.contains(&format!("  {}Queue:", logical_id(catalog::TASKS[0].kind))));
    }

    #[test]
    fn the_dashboard_draws_queue_and_function_of_every_kind_and_of_none_that_is_gone() {
        let marks: String =
            WIDGETS.iter().map(|it| format!("            - {}\n              # <<<\n", it.mark)).collect();
        let made = with_widgets(&marks, catalog::TASKS).unwrap();
        for named in ["count_test_sets\"", "count_test_sets-dead\""] {
            assert!(made.contains(&format!("\"QueueName\", \"${{Stack}}-{named}")), "{made}");
        }
        assert_eq!(made.matches("\"FunctionName\", \"${Stack}-count_test_sets\"").count(), 3, "{made}");
        assert_eq!(with_widgets(&made, catalog::TASKS).unwrap(), made);
        let fewer = with_widgets(&made, &catalog::TASKS[1..]).unwrap();
        assert!(!fewer.contains(&format!("-{}\"", catalog::TASKS[0].kind)), "{fewer}");
    }

    #[test]
    fn a_template_without_its_marks_is_refused_by_what_is_missing() {
        assert!(with_kinds("Resources:\n", catalog::TASKS).unwrap_err().contains("# >>> who may be woken"));
        assert!(with_widgets("Resources:\n", catalog::TASKS).unwrap_err().contains("# >>> oldest messages"));
    }
}
