import pytest
from conftest import named
from release import refused
from rhesis.sdk import entities as sdk
from rhesis.sdk.clients import APIClient, Endpoints, Methods


def test_an_endpoint_is_pushed_and_pulled_by_its_id_and_its_name_as_it_was(unsaved):
    pushed = unsaved.push()
    assert unsaved.id == pushed["id"]
    for found in (
        sdk.Endpoint(id=unsaved.id).pull(),
        sdk.Endpoints.pull(id=unsaved.id),
        sdk.Endpoints.pull(name=unsaved.name.upper()),
    ):
        assert found.to_dict() == unsaved.to_dict() | {
            "response_mapping": {"output": "$.output"},
            "endpoint_path": None,
            "query_params": {},
        }


def test_an_endpoint_is_listed_until_it_is_deleted(endpoint):
    assert endpoint.id in [listed.id for listed in sdk.Endpoints.all()]
    assert sdk.Endpoints.first().id == endpoint.id, "the newest comes first"
    assert [found.id for found in sdk.Endpoints.all(filter=f"name eq '{endpoint.name}'")] == [endpoint.id]
    assert sdk.Endpoints.exists(endpoint.id)
    assert endpoint.delete()
    assert not sdk.Endpoints.exists(endpoint.id)
    assert not endpoint.delete()
    with pytest.raises(ValueError, match="No entity found"):
        sdk.Endpoints.pull(name=endpoint.name)


def test_an_endpoint_answers_when_it_is_invoked(endpoint):
    assert endpoint.invoke(input="Quelle est la capitale du Canada ?")["output"] == "Ottawa"
    endpoint.test()


def test_a_pulled_endpoint_is_changed_and_pushed_and_keeps_its_token(unsaved):
    unsaved.auth_token = "a token of some length"
    assert unsaved.push()["auth"] == {"type": "bearer_token", "auth_token": "***"}
    pulled = sdk.Endpoints.pull(id=unsaved.id)
    assert pulled.auth_token is None
    pulled.name = named("Renamed")
    pulled.request_mapping = {"input": "{{ input }}", "top": 1}
    pushed = pulled.push()
    assert pushed["auth"] == {"type": "bearer_token", "auth_token": "***"}
    again = sdk.Endpoints.pull(name=pulled.name)
    assert (again.id, again.request_mapping) == (unsaved.id, {"input": "{{ input }}", "top": 1})
    assert pulled.invoke(input="Quelle est la capitale du Canada ?")["output"] == "Ottawa"


def test_a_connection_that_there_is_not_is_refused_by_name(unsaved, caplog):
    unsaved.connection_type = "GRPC"
    assert refused(unsaved.push, caplog) == (422, "connection_type")


def test_a_conversation_that_goes_on_is_refused_by_name(endpoint, caplog):
    goes_on = lambda: endpoint.invoke(input="And then?", conversation_id="one of yesterday")  # noqa: E731
    assert refused(goes_on, caplog) == (422, "conversation_id")


@pytest.mark.parametrize(
    ("kind", "data", "field"),
    [
        (Endpoints.ENDPOINTS, {"name": "Bot", "connection_type": "REST", "surprise": 1}, "surprise"),
        (Endpoints.METRICS, {"name": "m", "class_name": "exact", "surprise": 1}, "surprise"),
        (Endpoints.TEST_CONFIGURATIONS, {"surprise": 1}, "surprise"),
        (Endpoints.MODELS, {"name": "m", "provider": "openai"}, "provider"),
    ],
)
def test_a_field_that_there_is_not_is_refused_by_name(kind, data, field, caplog):
    assert refused(lambda: APIClient().send_request(kind, Methods.POST, data=data), caplog) == (422, field)
