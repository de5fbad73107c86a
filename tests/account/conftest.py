"""The log of a local run, and what is deployed."""

import json
import os
import sys
from pathlib import Path

import pytest

import provoked
from cloudwatch import emitted
from deployed.stacks import Deployment

# What the local stack knows of the template.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "infra" / "local"))
# A stack's name with a hyphen in it, which a namespace is not free to have everywhere.
NAME = "rhesis-quality"
MODES = ("existing", "rds", "aurora")


def deployed(mode: str) -> Deployment:
    """What a deployment makes, with one of the databases."""
    return Deployment(NAME, {"DatabaseMode": mode})


@pytest.fixture(scope="session")
def facts() -> dict:
    """What `make dashboard` started."""
    return json.loads(Path(os.environ["STACK_JSON"]).read_text())


@pytest.fixture(scope="session")
def events(facts) -> list[emitted.Event]:
    """The functions' log. The local stack has its own name; what it emits is read as if it were called NAME."""
    renamed = f'"Namespace":"{facts["stack_name"]}"', f'"Namespace":"{NAME}"'
    return [emitted.Event(it.timestamp, it.stream, it.message.replace(*renamed)) for it in provoked.everything(facts)]


@pytest.fixture(scope="session", params=MODES)
def deployment(request) -> Deployment:
    return deployed(request.param)


@pytest.fixture(scope="session")
def samples(events) -> list[emitted.Sample]:
    """All that CloudWatch would have of the log."""
    return emitted.of(events, deployed("existing").resources("AWS::Logs::MetricFilter"))
