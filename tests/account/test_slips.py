"""Each name in dashboard, alarms, filters and queries is broken once, as a slip would break it: all of them are found."""

import json
import re

import pytest

from cloudwatch import alarms, emitted, insights, queries, search, widgets
from deployed.stacks import ROOT, Deployment
from deployed.templates import Stack, load
from conftest import MODES, NAME, deployed

WATCHING = ("AWS::CloudWatch::Alarm", "AWS::Logs::MetricFilter", "AWS::Logs::QueryDefinition", "AWS::CloudWatch::Dashboard")
DEPLOYED = {mode: deployed(mode) for mode in MODES}
# Words of the filter on Lambda's own lines, of which a local log has none.
OF_LAMBDA = {"record", "status", "error", "timeout"}


def problems(kind: str, deployment: Deployment, events: list, samples: list) -> list[str]:
    """What is wrong with what the console would show, of all that a resource of this kind has a part in."""
    if kind == "AWS::Logs::QueryDefinition":
        return queries.problems(deployment, events)
    if kind == "AWS::CloudWatch::Alarm":
        return alarms.problems(deployment, samples)
    if kind == "AWS::CloudWatch::Dashboard":
        return [problem for widget in widgets.of(deployment, samples) for problem in widget.problems()]
    counted = emitted.of(events, deployment.resources("AWS::Logs::MetricFilter"))
    drawn = [problem for widget in widgets.of(deployment, counted) for problem in widget.problems()]
    return drawn + alarms.problems(deployment, counted)


def names(kind: str, it: dict) -> list[tuple[tuple, str]]:
    """Where a resource has names that are somebody else's too, and the names."""
    if kind == "AWS::CloudWatch::Alarm":
        places = [("Namespace",), ("MetricName",)]
        places += [("Dimensions", number, key) for number in range(len(it.get("Dimensions", []))) for key in ("Name", "Value")]
        return [(place, below(it, place)) for place in places]
    if kind == "AWS::Logs::MetricFilter":
        made = [(("MetricTransformations", 0, key), it["MetricTransformations"][0][key]) for key in ("MetricNamespace", "MetricName")]
        pattern = re.findall(r"[A-Za-z_]+", it["FilterPattern"])
        return made + [(("FilterPattern",), word) for word in pattern if word not in OF_LAMBDA]
    if kind == "AWS::Logs::QueryDefinition":
        return [(("QueryString",), name) for name in insights.names(it["QueryString"]) - queries.OF_LAMBDA]
    found = []
    for number, widget in enumerate(json.loads(it["DashboardBody"])["widgets"]):
        for entry, line in enumerate(widget["properties"].get("metrics", [])):
            place = ("DashboardBody", "widgets", number, "properties", "metrics", entry)
            found += [((*place, part), text) for part, text in enumerate(line) if isinstance(text, str)]
            if isinstance(line[-1], dict) and "expression" in line[-1]:
                asked = re.search(r"'(.*?)'", line[-1]["expression"])[1]
                words = set(re.findall(r"[A-Za-z_][\w/-]*", asked)) - {"OR"}
                found += [((*place, len(line) - 1, "expression"), word) for word in words]
    return found


def below(value, place: tuple):
    for key in place:
        value = value[key]
    return value


def slips() -> list:
    """A slip for every name: the resource, the place in it, the name, and a mode of the database in which it is there."""
    found = {}
    for mode, deployment in DEPLOYED.items():
        for kind in WATCHING:
            for logical, it in deployment.resources(kind).items():
                for place, name in names(kind, it):
                    identity = f"{logical.split('/')[0].removeprefix(NAME)}/{logical.split('/')[1]}-{'.'.join(map(str, place))}-{name}"
                    found.setdefault(identity, pytest.param(kind, logical, place, name, mode, id=identity))
    return list(found.values())


def broken(logical: str, place: tuple, name: str):
    """Changes the one name where it stands."""

    def change(value, place: tuple):
        if not place:
            changed = re.sub(rf"(?<!\w)(?<!\w\.){re.escape(name)}(?!\w)", f"{name}x", value, count=1)
            assert changed != value, f"{name} is not in {value}"
            return changed
        if isinstance(value, str):
            return json.dumps(change(json.loads(value), place))
        copy = value.copy()
        copy[place[0]] = change(value[place[0]], place[1:])
        return copy

    return lambda resources: {it: change(value, place) if it == logical else value for it, value in resources.items()}


@pytest.mark.parametrize(("kind", "logical", "place", "name", "mode"), slips())
def test_a_name_that_nobody_else_has_is_found(kind, logical, place, name, mode, events, samples):
    found = problems(kind, DEPLOYED[mode].after(broken(logical, place, name)), events, samples)
    assert found, f"{name}x in place of {name} is not found"


def test_what_watches_is_broken_everywhere():
    broken_somewhere = {it.values[1].split("/")[1] for it in slips()}
    for file in ("infra/monitoring.yaml", "infra/alarms.yaml", "template.yaml"):
        watching = {logical for logical, it in load(ROOT / file)["Resources"].items() if it["Type"] in WATCHING}
        assert watching <= broken_somewhere, watching - broken_somewhere


def test_a_namespace_with_a_hyphen_wants_quotes():
    assert search.read(f"SEARCH('{{\"{NAME}\",kind}} MetricName=\"run_seconds\"', 'p95', 60)").namespace == NAME
    with pytest.raises(Exception, match="-"):
        search.read(f"SEARCH('{{{NAME},kind}} MetricName=\"run_seconds\"', 'p95', 60)")


def test_a_parameter_that_a_nested_stack_does_not_have_is_found():
    with pytest.raises(AssertionError, match="there is no parameter"):
        Stack(load(ROOT / "infra/alarms.yaml"), "rhesis", {"Kindd": "execute_test"})
