"""A running stack, and applications of its tenant."""

import json
import os

import pytest
from rhesis_tasks import AsyncTasks, Tasks
from rhesis_tasks.api import wire


@pytest.fixture(scope="session")
def stack():
    with open(os.environ["STACK_JSON"]) as file:
        return json.load(file)


@pytest.fixture
def app(stack):
    return Tasks(stack["api_url"], stack["token"])


@pytest.fixture
def async_app(stack):
    return AsyncTasks(stack["api_url"], stack["token"])


@pytest.fixture(autouse=True)
def environment(stack, monkeypatch):
    monkeypatch.setenv("RHESIS_TASKS_URL", stack["api_url"])
    monkeypatch.setenv("RHESIS_TASKS_TOKEN", stack["token"])


@pytest.fixture
def no_pauses(monkeypatch):
    """Requests are sent again at once."""
    monkeypatch.setattr(wire, "PAUSES", (0, 0, 0))
