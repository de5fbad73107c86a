"""What schemathesis is told of this API beside its document: that nothing leaves this machine, and what it may not revoke."""

import json
import os
import re
import uuid

import refusals  # noqa: F401  (its checks are registered by being there)
import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis.core.parameters import ParameterLocation

API, TOKEN, ENDPOINT = os.environ["API_URL"], os.environ["TOKEN"], os.environ["ENDPOINT_URL"]
# Fields that say whom the API is to call.
ADDRESSES = ("url", "endpoint")
# A condition that every column can be asked for.
CONDITIONS = ("{} ne null", "not ({} eq null)", "{} eq null or {} ne null")

schemathesis.openapi.format("uri", st.just(ENDPOINT))


def own_tokens() -> set[str]:
    """The ids of the tokens there are at the beginning, by which all of it is done."""
    answer = requests.get(f"{API}/tokens", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)
    answer.raise_for_status()
    return {token["id"] for token in answer.json()}


OWN = own_tokens()


@schemathesis.serializer("application/x-ndjson")
def lines(_context, value):
    """An object a line."""
    return "\n".join(map(json.dumps, value)).encode() if isinstance(value, list) else json.dumps(value).encode()


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """Keeps a request from what would end the run, leave this machine, or be refused before it is looked at."""
    if case.operation.label == "DELETE /tokens/{id}" and case.path_parameters.get("id") in OWN:
        case.path_parameters["id"] = str(uuid.uuid4())
    if isinstance(case.body, dict):
        for name in ADDRESSES:
            if isinstance(case.body.get(name), str) and "://" in case.body[name]:
                case.body[name] = ENDPOINT
    for name, value in (case.path_parameters or {}).items():
        # A link from an answer whose field is null: it leads nowhere.
        if value in (None, "None"):
            case.path_parameters[name] = str(uuid.uuid4())
    if isinstance(case.query, dict) and case.meta is not None:
        query(case)


def query(case):
    """What only a page's `Link` knows is left out where it would be all that is looked at; a filter is one; a wait is short."""
    if str(case.query.get("wait", "")).isdigit():
        case.query["wait"] = min(int(case.query["wait"]), 1)
    component = case.meta.components.get(ParameterLocation.QUERY)
    if component is None or component.mode.is_negative:
        return
    if len(case.query) > 1:
        case.query.pop("cursor", None)
    if "$filter" in case.query:
        about = case.operation.query.get("$filter").definition["description"]
        columns = re.findall(r"`(\w+)`", about.rpartition("Columns:")[2])
        asked = str(case.query["$filter"])
        column, condition = columns[len(asked) % len(columns)], CONDITIONS[len(asked) % len(CONDITIONS)]
        case.query["$filter"] = condition.format(column, column)
