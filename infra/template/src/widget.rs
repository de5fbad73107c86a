use catalog::Spec;

/// What the dashboard measures of every kind: a part of a widget, with its mark and its series.
pub(crate) struct Widget {
    pub(crate) mark: &'static str,
    series: &'static [Series],
}

/// One line of a chart: a metric of AWS's own, by the dimension that names queue or function.
struct Series {
    namespace: &'static str,
    metric: &'static str,
    dimension: &'static str,
    /// What the queue's name has behind the kind.
    end: &'static str,
    /// What the legend has behind the kind.
    said: &'static str,
}

/// Every one of them.
pub(crate) const WIDGETS: [Widget; 4] = [
    Widget { mark: "# >>> oldest messages", series: &[queue("ApproximateAgeOfOldestMessage", "")] },
    Widget { mark: "# >>> dead letters", series: &[queue("ApproximateNumberOfMessagesVisible", "-dead")] },
    Widget {
        mark: "# >>> failing functions",
        series: &[function("Errors", " fails"), function("Throttles", " is throttled")],
    },
    Widget { mark: "# >>> running functions", series: &[function("ConcurrentExecutions", "")] },
];

const fn queue(metric: &'static str, end: &'static str) -> Series {
    Series { namespace: "AWS/SQS", metric, dimension: "QueueName", end, said: "" }
}

const fn function(metric: &'static str, said: &'static str) -> Series {
    Series { namespace: "AWS/Lambda", metric, dimension: "FunctionName", end: "", said }
}

impl Widget {
    /// The series of every kind, as items of a list.
    pub(crate) fn of(&self, specs: &[Spec]) -> String {
        let lines = specs.iter().flat_map(|spec| self.series.iter().map(|it| it.line(spec.kind)));
        lines.collect()
    }
}

impl Series {
    fn line(&self, kind: &str) -> String {
        let Self { namespace, metric, dimension, end, said } = self;
        format!(
            "              - !Sub '[\"{namespace}\", \"{metric}\", \"{dimension}\", \"${{Stack}}-{kind}{end}\", {{\"label\": \"{kind}{said}\"}}]'\n"
        )
    }
}
