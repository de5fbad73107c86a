"""The charts of a dashboard: what each draws of what was emitted, and what of it AWS emits itself."""

import json
from dataclasses import dataclass, field

from deployed.stacks import Deployment

from . import documented, search
from .emitted import Sample


@dataclass
class Line:
    """One entry of a chart's metrics: the samples that it draws, one list a metric, or the reason why none can ever be."""

    label: str
    statistic: str
    period: int
    drawn: dict[str, list[Sample]] = field(default_factory=dict)
    own: bool = False
    problem: str | None = None


@dataclass
class Widget:
    """One field of the dashboard."""

    title: str
    place: tuple[int, int, int, int]
    lines: list[Line]
    markdown: str | None = None

    def problems(self) -> list[str]:
        """What of it would stay empty. What AWS emits itself has no samples here, but a place in AWS's documentation."""
        empty = [it.problem or f"{it.label}: nothing emits this" for it in self.lines if it.problem or not (it.own or it.drawn)]
        return [f"{self.title}: {problem}" for problem in empty]


def of(deployment: Deployment, samples: list[Sample]) -> list[Widget]:
    """The widgets of the deployment's dashboard."""
    (dashboard,) = deployment.resources("AWS::CloudWatch::Dashboard").values()
    return [widget(deployment, samples, it) for it in json.loads(dashboard["DashboardBody"])["widgets"]]


def widget(deployment: Deployment, samples: list[Sample], it: dict) -> Widget:
    place, properties = (it["x"], it["y"], it["width"], it["height"]), it["properties"]
    if it["type"] == "text":
        return Widget("", place, [], properties["markdown"])
    assert it["type"] == "metric", it
    lines = [line(deployment, samples, properties, entry) for entry in properties["metrics"]]
    return Widget(properties["title"], place, lines)


def line(deployment: Deployment, samples: list[Sample], properties: dict, entry: list) -> Line:
    """An entry is `[namespace, metric, dimension, value, …, {options}]`, or an expression among its options alone."""
    *named, options = entry if isinstance(entry[-1], dict) else [*entry, {}]
    if not named:
        return searched(samples, options)
    namespace, metric, *pairs = named
    dimensions = dict(zip(pairs[::2], pairs[1::2], strict=True))
    statistic = options.get("stat", properties.get("stat", "Average"))
    made = Line(options.get("label", metric), statistic, properties["period"])
    if namespace.startswith("AWS/"):
        made.own, made.problem = True, documented.problem(deployment, namespace, metric, dimensions)
        return made
    wanted = (namespace, metric, frozenset(dimensions.items()))
    found = [it for it in samples if (it.namespace, it.metric, it.dimensions) == wanted]
    made.drawn = {made.label: found} if found else {}
    return made


def searched(samples: list[Sample], options: dict) -> Line:
    asked = search.read(options["expression"])
    made = Line(options.get("label", options["id"]), asked.statistic, asked.period)
    for sample in filter(asked.finds, samples):
        own = " ".join(value for _, value in sorted(sample.dimensions))
        made.drawn.setdefault(made.label if asked.summed else f"{sample.metric} {own}", []).append(sample)
    found = list(filter(asked.finds, samples))
    for name, values in asked.terms.items():
        for value in values:
            if not any((dict(it.dimensions) | {"MetricName": it.metric}).get(name) == value for it in found):
                made.problem = f"{made.label}: nothing has the {name} {value}"
    return made
