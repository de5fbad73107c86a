"""Every page that is asked for: each list of the API's document, with each of its filters and orders."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlencode

from driver.places import ROOT

# What a list is asked for beside its own filters.
SHAPE = {"limit", "cursor", "skip", "sort_by", "sort_order", "$filter"}


def lists() -> dict[str, list[dict]]:
    """The parameters of each list that has pages, by its path; an address that is deprecated is another's."""
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]
    found = {}
    for path, operations in paths.items():
        parameters = operations.get("get", {}).get("parameters", [])
        if any(one["name"] == "cursor" for one in parameters) and not operations["get"].get("deprecated"):
            found[path] = parameters
    return found


def pages(ids: dict) -> Iterator[tuple[str, str, str]]:
    """The list, what it is asked for, and the address."""
    values = {
        "status": {"/tasks": "FAILURE", "/test_results": "Pass"},
        "kind": "count_test_sets",
        "created_after": "2020-01-01T00:00:00Z",
        "created_before": "2100-01-01T00:00:00Z",
        "parent_id": ids["parent"],
        "group_id": ids["group"],
        "fingerprint": "0" * 16,
        "test_set_id": ids["test_set"],
        "test_configuration_id": ids["test_configuration"],
        "test_run_id": ids["test_run"],
        "visibility": "organization",
        "is_published": "false",
        "metric": "exact",
        "search": "prompt 77",
    }
    for path, parameters in lists().items():
        if "compare" in path:
            # Its rows are those of two runs, which the same comparison reads at any size of the tables.
            continue
        address = path.replace("{id}", str(ids["test_set"]))
        always = {"test_run_id": ids["test_run"]} if path == "/test_results" else {}
        for about, query in asked(path, parameters, values):
            yield path, about, f"{address}?{urlencode(always | query)}"


def asked(path: str, parameters: list[dict], values: dict) -> Iterator[tuple[str, dict]]:
    """What a list can be asked for, one thing at a time."""
    yield "as it is", {}
    for one in parameters:
        name = one["name"]
        if name == "sort_by":
            yield from ((f"sort_by={column}", {name: column}) for column in one["schema"]["enum"])
        elif name == "$filter":
            columns = re.findall(r"`(\w+)`", one["description"].rpartition("Columns:")[2])
            yield from ((f"$filter on {column}", {name: f"{column} ne null"}) for column in columns)
        elif one["in"] == "query" and name not in SHAPE:
            value = values[name] if not isinstance(values[name], dict) else values[name].get(path, "Completed")
            more = {"kind": "count_test_sets"} if name == "fingerprint" else {}
            yield name, {name: value, **more}
