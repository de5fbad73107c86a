"""The saved queries, on a log."""

from deployed.stacks import Deployment

from . import insights
from .emitted import Event
from .patterns import at

# Of Lambda's own JSON lines, `platform.report`, which the local stack's emulator writes as text.
OF_LAMBDA = {"record.status"}


def problems(deployment: Deployment, events: list[Event]) -> list[str]:
    """Fields that a query reads and no line of the log has."""
    lines = [event.fields for event in events]
    found = []
    for logical, query in deployment.resources("AWS::Logs::QueryDefinition").items():
        for name in sorted(insights.names(query["QueryString"]) - OF_LAMBDA):
            if all(at(fields, name.split(".")) is None for fields in lines):
                found.append(f"{logical}: no line of the log has {name}")
    return found
