"""Rhesis's own SDK, unmodified, against a running stack; RHESIS_BASE_URL and RHESIS_API_KEY are all that it is told."""

import os
import time
from collections import Counter
from uuid import uuid4

import pytest
from release import BEHAVIOR
from rhesis.sdk import entities as sdk
from rhesis.sdk.clients import APIClient, Endpoints, Methods

# The longest that a run of a handful of tests may take, in seconds.
PATIENCE = 120


def named(what: str) -> str:
    """A name that nothing else in the organization has."""
    return f"{what} {uuid4()}"


def a_test(prompt: str, expected: str | None = None, behavior: str = "Correctness") -> sdk.Test:
    """A test that is not pushed yet."""
    asked = sdk.Prompt(content=prompt, expected_response=expected)
    about = {"category": "Facts", "topic": "Geography", BEHAVIOR: behavior, "metadata": {"source": "book"}}
    return sdk.Test(prompt=asked, **about)


def ended(run_id: str) -> sdk.TestRun:
    """The run, once it has ended."""
    patience = time.monotonic() + PATIENCE
    while (run := sdk.TestRuns.pull(id=run_id)).status == sdk.RunStatus.PROGRESS:
        assert time.monotonic() < patience, f"the run has not ended: {run}"
        time.sleep(0.3)
    return run


def counts(run: sdk.TestRun) -> Counter:
    """How many tests of a run passed, failed, or could not be judged, as the run itself says."""
    said = {
        "Pass": run.attributes["tests_passed"],
        "Fail": run.attributes["tests_failed"],
        "Error": run.attributes["execution_errors"],
    }
    assert sum(said.values()) == run.attributes["total_tests"] == run.attributes["tests_done"]
    return Counter({status: count for status, count in said.items() if count})


def counted(run: sdk.TestRun) -> Counter:
    """The same as its results say."""
    return Counter(result["status"]["name"] for result in run.get_test_results())


@pytest.fixture
def unsaved():
    """An endpoint as a user of the SDK writes it, not pushed yet."""
    return sdk.Endpoint(
        name=named("Bot"),
        description="answers questions",
        connection_type="REST",
        project_id="a-project",
        url=os.environ["ENDPOINT_URL"],
        method="POST",
        request_headers={"X-Team": "quality"},
        request_mapping={"input": "{{ input }}"},
        response_mapping={"output": "output"},
        # Since 0.19; passed over before.
        timeout_seconds=20,
    )


@pytest.fixture
def endpoint(unsaved):
    """The demo endpoint, pushed."""
    unsaved.push()
    return unsaved


@pytest.fixture
def test_set():
    """A pushed set: one test that passes, one that is answered wrongly, and one at which the endpoint breaks."""
    return a_test_set()


def a_test_set() -> sdk.TestSet:
    """Such a set, pushed."""
    pushed = sdk.TestSet(
        name=named("Facts"),
        description="what is known",
        short_description="facts",
        test_set_type="Single-Turn",
        metadata={"by": "hand"},
        tests=[
            a_test("Quelle est la capitale du Canada ?", "Ottawa"),
            a_test("What is the capital of Australia?", "Canberra"),
            a_test("Do you ship to Norway?", "Yes"),
        ],
    )
    pushed.push()
    return pushed


@pytest.fixture
def metric():
    """A metric that wants the very answer, by its name; the SDK has no class for it."""
    return a_metric()["name"]


def a_metric() -> dict:
    """Such a metric."""
    data = {"name": named("Same"), "class_name": "exact"}
    return APIClient().send_request(Endpoints.METRICS, Methods.POST, data=data)
