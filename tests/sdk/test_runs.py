from collections import Counter

import pytest
from conftest import counted, counts, ended
from rhesis.sdk import ExecutionMode
from rhesis.sdk import entities as sdk

OUTCOMES = Counter({"Pass": 1, "Fail": 1, "Error": 1})


@pytest.mark.parametrize("mode", [ExecutionMode.PARALLEL, "sequential"])
def test_a_run_that_was_executed_ends_with_the_counts_of_its_results(test_set, endpoint, metric, mode):
    submitted = test_set.execute(endpoint, mode=mode, metrics=[metric])
    run = ended(submitted["test_run_id"])
    assert run.status == sdk.RunStatus.PARTIAL
    assert counts(run) == counted(run) == OUTCOMES
    assert run.test_configuration_id == submitted["test_configuration_id"]
