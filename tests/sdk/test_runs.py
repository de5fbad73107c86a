from collections import Counter

import pytest
from conftest import a_metric, counted, counts, ended, named
from release import refused
from rhesis.sdk import ExecutionMode
from rhesis.sdk import entities as sdk
from rhesis.sdk.clients import APIClient, Endpoints, Methods
from rhesis.sdk.entities.test_configuration import TestConfiguration, TestConfigurations

OUTCOMES = Counter({"Pass": 1, "Fail": 1, "Error": 1})


@pytest.fixture
def run(test_set, endpoint, metric) -> sdk.TestRun:
    """A run that has ended."""
    return ended(test_set.execute(endpoint, metrics=[metric])["test_run_id"])


@pytest.mark.parametrize("mode", [ExecutionMode.PARALLEL, "sequential"])
def test_a_run_that_was_executed_ends_with_the_counts_of_its_results(test_set, endpoint, metric, mode):
    submitted = test_set.execute(endpoint, mode=mode, metrics=[metric])
    run = ended(submitted["test_run_id"])
    assert run.status == sdk.RunStatus.PARTIAL
    assert counts(run) == counted(run) == OUTCOMES
    assert run.test_configuration_id == submitted["test_configuration_id"]
    configured = TestConfigurations.pull(id=run.test_configuration_id)
    assert configured.attributes["execution_mode"].lower() == ExecutionMode.from_string(mode).value.lower()


def test_a_run_is_judged_by_the_metrics_of_its_set_where_none_are_named(test_set, endpoint):
    test_set.add_metric(a_metric())
    run = ended(test_set.execute(endpoint)["test_run_id"])
    assert counts(run) == counted(run) == OUTCOMES


def test_metrics_are_named_as_they_were_found(test_set, endpoint):
    found = a_metric()
    run = ended(test_set.execute(endpoint, metrics=[{"id": found["id"], "name": found["name"]}])["test_run_id"])
    assert counts(run) == OUTCOMES


def test_runs_are_listed_and_pulled_by_id_and_name(run):
    assert run.id in [listed.id for listed in sdk.TestRuns.all()]
    assert sdk.TestRuns.first().id == run.id, "the newest comes first"
    assert sdk.TestRuns.exists(run.id)
    run.name = named("Before the new model")
    run.push()
    assert sdk.TestRuns.pull(name=run.name.upper()).to_dict() == sdk.TestRuns.pull(id=run.id).to_dict()
    assert run.delete() and not sdk.TestRuns.exists(run.id)


def test_results_are_pulled_one_by_one_and_as_a_list_of_their_run(run):
    results = sdk.TestResults.all(filter=f"test_run_id eq '{run.id}'")
    assert Counter(result.status.name for result in results) == OUTCOMES
    passed = next(result for result in results if result.status.name == "Pass")
    pulled = sdk.TestResults.pull(id=passed.id)
    assert (pulled.test_run_id, pulled.test_id, pulled.status.name) == (run.id, passed.test_id, "Pass")
    assert pulled.test_output["output"] == "Ottawa" and pulled.test_metrics["metrics"]
    assert sdk.TestResults.exists(passed.id) and not sdk.TestResults.exists(run.id)


def test_results_of_no_run_in_particular_are_refused(run, caplog):
    assert refused(sdk.TestResults.all, caplog) == (422, "test_run_id")


def test_the_last_run_is_that_which_ended_last(test_set, endpoint, run):
    last = test_set.last_run(endpoint)
    assert (last["id"], last["status"], last["test_count"]) == (run.id, "Partial", 3)
    assert last["pass_rate"] == pytest.approx(100 / 3, abs=0.1)


def test_a_set_that_was_not_run_has_no_last_run(test_set, endpoint):
    assert test_set.last_run(endpoint) is None
    with pytest.raises(ValueError, match="No completed test run"):
        test_set.rescore(endpoint)


@pytest.mark.parametrize("reference", ["last", "run", "id", "name"])
def test_answers_are_judged_anew_without_asking_for_them(test_set, endpoint, run, reference):
    run.name = named("Judged once")
    run.push()
    # What is asked now would be answered by nobody.
    endpoint.url = "https://ai.example.invalid/"
    endpoint.push()
    of = {"last": None, "run": run, "id": run.id, "name": run.name}[reference]
    again = ended(test_set.rescore(endpoint, run=of, metrics=[a_metric()["name"]])["test_run_id"])
    assert again.id != run.id
    assert counts(again) == counted(again) == OUTCOMES


def test_a_configuration_is_pushed_executed_and_finds_its_runs(test_set, endpoint, metric, caplog):
    test_set.add_metric(metric)
    configured = TestConfiguration(
        endpoint_id=endpoint.id, test_set_id=test_set.id, attributes={"execution_mode": "Sequential"}
    )
    configured.push()
    assert configured.get_test_runs() == []
    execute = f"{configured.id}/execute"
    started = [APIClient().send_request(Endpoints.TEST_CONFIGURATIONS, Methods.POST, url_params=execute) for _ in range(2)]
    runs = [ended(one["test_run_id"]) for one in started]
    assert [counts(run) for run in runs] == [OUTCOMES] * 2
    assert {run["id"] for run in configured.get_test_runs()} == {run.id for run in runs}
    pulled = TestConfigurations.pull(id=configured.id)
    assert (pulled.endpoint_id, pulled.test_set_id) == (endpoint.id, test_set.id)
    pulled.attributes = {"execution_mode": "Parallel"}
    pulled.push()
    assert TestConfigurations.pull(id=configured.id).attributes["execution_mode"] == "Parallel"
    assert refused(pulled.delete, caplog) == (409, None)
