import os

from conftest import named
from release import refused
from rhesis.sdk import entities as sdk
from rhesis.sdk.clients import APIClient, Endpoints, Methods


def test_a_model_is_listed_pulled_without_its_key_and_deleted():
    data = {"name": named("Judge"), "model_name": "gpt-4o-mini", "endpoint": os.environ["ENDPOINT_URL"], "key": "sk-secret"}
    made = APIClient().send_request(Endpoints.MODELS, Methods.POST, data=data)
    for model in (sdk.Models.pull(id=made["id"]), sdk.Models.pull(name=data["name"].lower()), sdk.Models.first()):
        assert (model.id, model.name, model.model_name, model.key) == (made["id"], data["name"], "gpt-4o-mini", None)
    assert made["id"] in [listed.id for listed in sdk.Models.all()]
    assert sdk.Models.exists(made["id"]) and sdk.Models.pull(id=made["id"]).delete()
    assert not sdk.Models.exists(made["id"])


def test_a_model_is_not_made_by_a_push_which_looks_for_its_provider(caplog):
    model = sdk.Model(name=named("Judge"), provider="openai", model_name="gpt-4o-mini", key="sk-secret")
    assert refused(model.push, caplog) == (404, None)
