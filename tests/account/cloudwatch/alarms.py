"""What the alarms watch."""

from deployed.stacks import Deployment

from . import documented
from .emitted import Sample


def problems(deployment: Deployment, samples: list[Sample]) -> list[str]:
    """Alarms that could never ring: nothing emits what they watch, under the dimensions that they name."""
    emitted = {(it.namespace, it.metric, it.dimensions) for it in samples}
    found = []
    for logical, alarm in deployment.resources("AWS::CloudWatch::Alarm").items():
        namespace, metric = alarm["Namespace"], alarm["MetricName"]
        dimensions = {it["Name"]: it["Value"] for it in alarm.get("Dimensions", [])}
        if namespace.startswith("AWS/"):
            problem = documented.problem(deployment, namespace, metric, dimensions)
        else:
            watched = (namespace, metric, frozenset(dimensions.items()))
            problem = None if watched in emitted else f"nothing emits {metric} in {namespace} by {sorted(dimensions)}"
        if problem:
            found.append(f"{logical}: {problem}")
    return found
