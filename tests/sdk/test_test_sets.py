from conftest import named
from rhesis.sdk import entities as sdk


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
