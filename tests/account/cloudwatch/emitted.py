"""What CloudWatch would have of a log group: counters in the embedded metric format, and those that metric filters make."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from .patterns import matches


@dataclass(frozen=True)
class Event:
    """One line of a log group."""

    timestamp: int
    stream: str
    message: str

    @cached_property
    def fields(self) -> dict:
        """The line as JSON; what is none has no fields. CloudWatch finds nested ones by their path."""
        try:
            found = json.loads(self.message)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Sample:
    """One value of a metric, at a time in seconds."""

    namespace: str
    metric: str
    dimensions: frozenset
    time: float
    value: float


def embedded(event: Event) -> list[Sample]:
    """The samples in one line."""
    fields, samples = event.fields, []
    told = fields.get("_aws")
    if not told:
        return samples
    for directive in told["CloudWatchMetrics"]:
        for names in directive["Dimensions"]:
            dimensions = frozenset((name, str(fields[name])) for name in names)
            for metric in directive["Metrics"]:
                values = fields[metric["Name"]]
                for value in values if isinstance(values, list) else [values]:
                    sample = Sample(directive["Namespace"], metric["Name"], dimensions, told["Timestamp"] / 1000, float(value))
                    samples.append(sample)
    return samples


def filtered(event: Event, filters: dict[str, dict]) -> list[Sample]:
    """What metric filters make of one line."""
    samples = []
    for properties in filters.values():
        if matches(properties["FilterPattern"], event.fields):
            for made in properties["MetricTransformations"]:
                value = float(made["MetricValue"])
                samples.append(Sample(made["MetricNamespace"], made["MetricName"], frozenset(), event.timestamp / 1000, value))
    return samples


def of(events: list[Event], filters: dict[str, dict]) -> list[Sample]:
    """All samples of a log group."""
    return [sample for event in events for sample in embedded(event) + filtered(event, filters)]


def clock(seconds: float) -> datetime:
    """A sample's time as one of the day."""
    return datetime.fromtimestamp(seconds)
