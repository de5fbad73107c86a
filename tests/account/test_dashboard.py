"""What the cloud console would show of the stack, drawn and held against what the functions emit."""

import os
from pathlib import Path

from cloudwatch import alarms, drawing, insights, queries, widgets


def test_every_widget_draws_what_the_functions_emit_or_aws_documents(deployment, samples):
    drawn = widgets.of(deployment, samples)
    folder = Path(os.environ["PICTURES"])
    folder.mkdir(parents=True, exist_ok=True)
    mode = deployment.root.parameters["DatabaseMode"]
    drawing.draw(drawn, folder / f"{mode}.png", f"{deployment.name}, DatabaseMode={mode}, as a local run fills it")
    assert [problem for widget in drawn for problem in widget.problems()] == []
    assert all(widget.lines or widget.markdown for widget in drawn)


def test_no_widget_lies_upon_another(deployment):
    taken = set()
    for widget in widgets.of(deployment, []):
        x, y, wide, tall = widget.place
        fields = {(column, row) for column in range(x, x + wide) for row in range(y, y + tall)}
        assert x + wide <= 24 and not fields & taken, widget.title
        taken |= fields


def test_every_alarm_watches_what_somebody_emits(deployment, samples):
    assert alarms.problems(deployment, samples) == []


def test_every_field_of_the_saved_queries_is_in_the_log(deployment, events):
    assert queries.problems(deployment, events) == []


def rows(deployment, events, name: str) -> list[dict]:
    (query,) = [it for it in deployment.resources("AWS::Logs::QueryDefinition").values() if it["Name"].endswith(f"/{name}")]
    return insights.run(query["QueryString"], events)


def test_the_story_of_a_task_that_was_superseded_is_told_in_order(deployment, events):
    task = next(event.fields["task_id"] for event in events if event.fields.get("message") == "superseded: nothing was written")
    blank = "00000000-0000-0000-0000-000000000000"
    (query,) = [it for it in deployment.resources("AWS::Logs::QueryDefinition").values() if it["Name"].endswith("story by id")]
    assert insights.run(query["QueryString"], events) == []
    story = insights.run(query["QueryString"].replace(blank, task), events)
    assert list(story[0]) == ["@timestamp", "message", "number", "outcome", "error_type", "refusal", "error", "target", "@logStream"]
    assert [row["@timestamp"] for row in story] == sorted(row["@timestamp"] for row in story)
    assert {"superseded: nothing was written", "attempt ended"} <= {row["message"] for row in story}, story
    assert {1, 2} <= {row["number"] for row in story}, story
    assert all(row["@logStream"] for row in story)


def test_errors_are_counted_by_what_went_wrong(deployment, events):
    found = rows(deployment, events, "errors by fingerprint")
    columns = ["kind", "outcome", "error_type", "message", "target", "times", "tasks", "first", "last"]
    assert list(found[0]) == columns
    assert [row["times"] for row in found] == sorted((row["times"] for row in found), reverse=True)
    retried = [row for row in found if row["outcome"] == "retry"]
    assert retried and all(row["kind"] and row["error_type"] and row["tasks"] <= row["times"] for row in retried), found
    assert any(row["message"] == "group counters differed from their rows and were mended" for row in found), found


def test_kinds_are_told_by_how_slow_they_are(deployment, events):
    found = rows(deployment, events, "slowest kinds")
    assert list(found[0]) == ["kind", "attempts", "p50", "p95", "longest"]
    assert {"execute_test", "count_test_sets"} <= {row["kind"] for row in found}, found
    assert [row["p95"] for row in found] == sorted((row["p95"] for row in found), reverse=True)
    assert all(0 <= row["p50"] <= row["p95"] <= row["longest"] for row in found), found
