"""What is not ours is not there, and says so."""

import pytest
from conftest import named, a_test
from release import NEWEST, refused
from rhesis.sdk import entities as sdk

# Traces ask for a project before they ask us.
NEWEST_ONLY = ["Experiments", "Annotations"] if NEWEST else []


@pytest.mark.parametrize("collection", ["Projects", "Topics", "Categories", "Prompts", "Statuses", "Tests", *NEWEST_ONLY])
def test_a_collection_that_is_not_ours_is_not_found(collection, caplog):
    assert refused(getattr(sdk, collection).all, caplog) == (404, None)
    assert not getattr(sdk, collection).exists("01976ad0-0000-7000-8000-000000000000")


def test_a_project_is_not_made(caplog):
    assert refused(sdk.Project(name=named("Project"), description="of mine").push, caplog) == (404, None)


def test_tests_are_made_with_their_set_and_not_alone(test_set, endpoint, caplog):
    assert refused(a_test("What is 1 + 1?").push, caplog) == (404, None)
    test = test_set.fetch_tests()[0]
    assert refused(lambda: test.execute(endpoint), caplog) == (404, None)
    assert refused(test.get_files, caplog) == (404, None)
    assert refused(lambda: test.add_files([{"filename": "a.txt", "content_type": "text/plain", "data": "YQ=="}]), caplog) == (404, None)


def test_users_settings_are_not_ours(caplog):
    model = sdk.Model(id="01976ad0-0000-7000-8000-000000000000", name="Judge")
    for choose in (model.set_default_generation, model.set_default_evaluation):
        assert refused(choose, caplog) == (404, None)


def test_endpoints_are_configured_by_hand(caplog):
    by_model = lambda: sdk.Endpoint.auto_configure(input_text="curl …", url="https://ai.example.com/")  # noqa: E731
    assert refused(by_model, caplog) == (405, None)
