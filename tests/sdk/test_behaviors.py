import pytest
from conftest import a_metric, counts, ended, named, a_test
from release import BEHAVIOR, Behavior, Behaviors
from rhesis.sdk import entities as sdk


def test_a_behavior_is_pushed_listed_changed_and_deleted():
    behavior = Behavior(name=named("Truth"), description="says what is so")
    behavior.push()
    assert Behaviors.pull(name=behavior.name.upper()).to_dict() == behavior.to_dict()
    assert behavior.id in [listed.id for listed in Behaviors.all()] and Behaviors.first().id == behavior.id
    behavior.description = "says nothing else"
    behavior.push()
    assert Behaviors.pull(id=behavior.id).description == "says nothing else"
    assert behavior.delete() and not Behaviors.exists(behavior.id)


def test_the_metrics_of_a_behavior_judge_its_tests_where_nothing_else_is_named(endpoint):
    behavior, metric = Behavior(name=named("Truth")), a_metric()
    behavior.push()
    assert [one["id"] for one in behavior.add_metric(metric["id"])] == [metric["id"]]
    assert [one["id"] for one in behavior.get_metrics()] == [metric["id"]]
    tests = [a_test("Quelle est la capitale du Canada ?", "Ottawa", behavior.name)]
    test_set = sdk.TestSet(name=named("Facts"), test_set_type="Single-Turn", tests=tests)
    test_set.push()
    assert getattr(test_set.fetch_tests()[0], BEHAVIOR) == behavior.name
    assert counts(ended(test_set.execute(endpoint)["test_run_id"])) == {"Pass": 1}
    behavior.remove_metric(metric["id"])
    assert behavior.get_metrics() == []
    assert counts(ended(test_set.execute(endpoint)["test_run_id"])) == {"Error": 1}, "nothing judges it"
