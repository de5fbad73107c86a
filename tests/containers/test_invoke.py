"""`sam local invoke` of every function with every committed event."""

import json

import pytest
from conftest import EVENTS, FUNCTIONS, KINDS, event


def test_migrate_fills_an_empty_database_once(sam):
    assert sam.migrated["applied"] > 0 and sam.migrated["version"] > 1000
    assert sam.invoke("migrate", event("migrate")) == {**sam.migrated, "applied": 0}


@pytest.mark.parametrize("number", ["one", "batch"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_takes_its_messages(sam, kind, number):
    assert sam.invoke(kind, event(f"{kind}-{number}")) == {"batchItemFailures": []}


def test_a_kind_gives_every_message_back_without_a_database(sam):
    nobody = sam.facts["host"].rsplit(":", 1)[0] + ":9"
    messages = json.loads(event("count_test_sets-batch"))["Records"]
    answer = sam.invoke("count_test_sets", event("count_test_sets-batch"), host=nobody)
    assert len(answer["batchItemFailures"]) == len(messages)


def test_the_relay_sweeps_and_takes_its_ticks(sam):
    assert sam.invoke("relay", event("relay-schedule"))["stuck"] == 0
    assert sam.invoke("relay", event("relay-ticks")) == {"batchItemFailures": []}


def test_the_api_answers_its_events(sam, token):
    health = sam.invoke("api", event("api-health"))
    assert (health["statusCode"], json.loads(health["body"])["status"]) == (200, "ok")
    assert sam.invoke("api", event("api-start"))["statusCode"] == 401
    started = sam.invoke("api", event("api-start", **{"rh-TOKEN": token}))
    assert started["statusCode"] == 202 and json.loads(started["body"])["task_id"]
    assert sam.invoke("api", event("api-status", **{"rh-TOKEN": token}))["statusCode"] == 404
    assert sam.invoke("api", event("api-kick", **{"rh-TOKEN": token}))["statusCode"] == 202


def test_no_committed_event_is_left_out():
    seen = {f"{kind}-{number}" for kind in KINDS for number in ("one", "batch")}
    seen |= {"migrate", "relay-schedule", "relay-ticks", "api-health", "api-start", "api-status", "api-kick"}
    assert {file.stem for file in EVENTS.glob("*.json")} == seen
    assert set(FUNCTIONS) == {"api", "relay", "migrate", *KINDS}
