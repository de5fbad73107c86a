import pytest
from conftest import a_metric, a_test_set, named, a_test
from release import refused
from rhesis.sdk import entities as sdk
from rhesis.sdk.clients import APIClient, Endpoints, Methods


def described(test: sdk.Test) -> dict:
    """What a user said of a test."""
    said = test.to_dict()
    del said["id"], said["prompt"]["id"], said["test_type"]
    return said


def test_a_test_set_is_pushed_with_its_tests_and_pulled_with_them(test_set):
    pulled = sdk.TestSet(id=test_set.id).pull()
    assert [described(test) for test in pulled.tests] == [described(test) for test in test_set.tests]
    for field in ("name", "description", "short_description", "test_set_type", "metadata"):
        assert getattr(pulled, field) == getattr(test_set, field), field
    assert pulled.test_count == 3
    without = sdk.TestSet(id=test_set.id).pull(include_tests=False)
    assert (without.tests, without.test_count) == (None, 3)


def test_tests_are_fetched_by_the_page(test_set):
    all_tests = sdk.TestSets.pull(id=test_set.id).fetch_tests()
    assert [test.id for test in test_set.fetch_tests(skip=1, limit=1)] == [all_tests[1].id]
    assert test_set.fetch_tests(skip=3) == []


def prompts(test_set: sdk.TestSet) -> list[str]:
    """What is asked by the tests of a set, as it is there now."""
    return [test.prompt.content for test in test_set.fetch_tests()]


def test_a_test_set_is_listed_changed_and_deleted(test_set):
    assert test_set.id in [listed.id for listed in sdk.TestSets.all()]
    assert sdk.TestSets.first().id == test_set.id, "the newest comes first"
    found = sdk.TestSets.pull(name=test_set.name.lower())
    assert (found.id, found.test_count) == (test_set.id, 3)
    found.name, found.description = named("Renamed"), "what is known, and by whom"
    found.push()
    again = sdk.TestSets.pull(id=test_set.id)
    assert (again.name, again.description, again.short_description) == (found.name, found.description, "facts")
    assert sdk.TestSets.exists(test_set.id) and again.delete()
    assert not sdk.TestSets.exists(test_set.id) and not again.delete()


def test_a_test_set_without_tests_is_given_those_of_others_and_loses_them(test_set):
    other = sdk.TestSet(name=named("Some"), test_set_type="Single-Turn")
    other.push()
    assert other.fetch_tests() == []
    canada, australia, norway = test_set.fetch_tests()
    added = other.add_tests([canada, {"id": australia.id}, norway.id])
    assert (added["success"], added["total_tests"]) == (True, 3)
    assert prompts(other) == prompts(test_set)
    removed = other.remove_tests([australia])
    assert (removed["success"], removed["total_tests"], removed["removed_associations"]) == (True, 1, 1)
    assert prompts(other) == [canada.prompt.content, norway.prompt.content]
    assert len(prompts(test_set)) == 3, "they are still there"


def test_tests_that_there_are_not_are_refused_and_none_is_added(test_set, caplog):
    other = a_test_set()
    known = test_set.fetch_tests()[0]
    assert refused(lambda: other.add_tests([known, other.id]), caplog) == (422, "test_ids[1]")
    assert len(prompts(other)) == 3


def test_metrics_are_added_and_removed_by_name_id_and_as_they_were_found(test_set):
    first, second, third = (a_metric() for _ in range(3))
    listed = test_set.add_metrics([first["name"], second["id"], third])
    ids = lambda metrics: {metric["id"] for metric in metrics}  # noqa: E731
    assert ids(listed) == ids(test_set.get_metrics()) == ids([first, second, third])
    left = test_set.remove_metrics([first["name"], third])
    assert ids(left) == ids(test_set.get_metrics()) == ids([second])
    with pytest.raises(ValueError, match="Metric not found"):
        test_set.add_metric("a metric that there is not")


def test_a_set_travels_through_files(test_set, tmp_path):
    test_set.pull()
    for suffix in ("csv", "json", "jsonl"):
        file = tmp_path / f"tests.{suffix}"
        getattr(test_set, f"to_{suffix}")(file)
        read = getattr(sdk.TestSet, f"from_{suffix}")(file, name=named(suffix))
        read.push()
        assert prompts(read) == prompts(test_set), suffix


@pytest.mark.parametrize("change", [{"surprise": 1}, {"tests": [{"prompt": {"content": "?"}, "surprise": 1}]}])
def test_a_set_with_a_field_that_there_is_not_is_refused_by_name(change, caplog):
    data = {"name": named("Set"), "test_set_type": "Single-Turn", "tests": []} | change
    push = lambda: APIClient().send_request(Endpoints.TEST_SETS, Methods.POST, data=data, url_params="bulk")  # noqa: E731
    assert refused(push, caplog) == (422, "tests[0].surprise" if "tests" in change else "surprise")
    assert sdk.TestSets.all(filter=f"name eq '{data['name']}'") == []


def test_conversations_are_refused_by_name(caplog):
    conversation = a_test("Hello")
    conversation.prompt = None
    conversation.test_configuration = {"goal": "to be polite"}
    pushed = sdk.TestSet(name=named("Talks"), test_set_type="Single-Turn", tests=[conversation])
    assert refused(pushed.push, caplog) == (422, "tests[0].test_configuration")
    pushed.test_set_type = "Multi-Turn"
    assert refused(pushed.push, caplog) == (422, "test_set_type")
