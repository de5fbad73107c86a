"""What is done in the browser happens in the database."""

import re

import pytest
from playwright.sync_api import expect

HOSTILE = '</pre><script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">\u202e\x1b[31m=1+1'


@pytest.fixture
def waiting(stack):
    """A task that waits for an hour."""
    return stack.call("POST", "/tasks/count_test_sets", {"countdown": 3600})["task_id"]


@pytest.mark.parametrize("script", [True, False])
def test_a_task_is_revoked_after_a_question_with_script_and_without(visit, stack, waiting, script):
    here = visit(java_script_enabled=script).sign_in()
    here.open(f"tasks/{waiting}")
    here.page.get_by_role("button", name="Revoke…").click()
    expect(here.page.get_by_role("heading", level=1)).to_have_text(re.compile("Revoke this count_test_sets task"))
    assert stack.call("GET", f"/tasks/{waiting}")["status"] == "PENDING"
    here.page.get_by_role("button", name="Revoke").click()
    expect(here.page.get_by_role("status")).to_contain_text("It was revoked")
    assert stack.call("GET", f"/tasks/{waiting}")["status"] == "REVOKED"


def test_a_run_is_followed_while_it_runs_and_nothing_jumps(visit, stack, run):
    configuration = stack.call("GET", f"/test_runs/{run}")["test_configuration_id"]
    here = visit().sign_in()
    here.page.add_init_script(
        """window.shift = 0; new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
        }).observe({type: "layout-shift", buffered: true});"""
    )
    started = stack.call("POST", f"/test_configurations/{configuration}/execute", {})
    here.open(f"runs/{started['test_run_id']}")
    expect(here.page.locator("#run .state")).to_contain_text("50 of 50 tests", timeout=60_000)
    expect(here.page.locator("#run .state")).to_contain_text(re.compile("Completed|Partial"), timeout=30_000)
    expect(here.page.locator("#results tbody tr")).to_have_count(50, timeout=30_000)
    here.page.evaluate("window.shift = 0")
    before = here.page.locator("#run").inner_text()
    with here.page.expect_response(lambda answer: "/runs/" in answer.url and answer.request.resource_type == "fetch"):
        pass
    assert here.page.locator("#run").inner_text() == before
    assert here.page.evaluate("window.shift") < 0.02


def test_the_tests_of_one_cause_are_executed_once_more(visit, stack, run):
    here = visit().sign_in()
    here.open(f"runs/{run}")
    row = here.page.locator("#causes tbody tr").first
    count = int(row.locator("td.number").inner_text())
    row.locator("td.number a").click()
    expect(here.page.locator("#results tbody tr")).to_have_count(count)
    here.page.locator("#causes tbody tr").first.get_by_role("button", name="Execute them").click()
    expect(here.page.get_by_role("status")).to_contain_text("It was started")
    expect(here.page.locator("#run .state")).to_contain_text(f"{count} of {count} tests", timeout=60_000)
    expect(here.page.locator("#run")).to_contain_text("failed of one cause")
    # What can be done with it changes when it has ended, without a reload.
    expect(here.page.get_by_role("button", name="Execute again")).to_be_visible(timeout=40_000)
    again = here.page.url.split("/runs/")[1].split("?")[0]
    shown = stack.call("GET", f"/test_runs/{again}")
    assert (shown["repeat_of"], shown["total"]) == (run, count)
    here.page.get_by_role("link", name="Flaky tests").first.click()
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Flaky tests")


def test_a_batch_of_tasks_is_begun_seen_in_the_list_and_stopped(visit, stack):
    for _ in range(40):
        stack.call("POST", "/tasks/count_test_sets", {"countdown": 3600})
    here = visit().sign_in()
    here.open("tasks?status=PENDING&kind=count_test_sets")
    here.page.get_by_role("button", name="Revoke all that match").click()
    here.page.get_by_label("At most so many a second").fill("1")
    here.page.locator("main form.card button").click()
    here.page.get_by_role("button", name="Stop it").click()
    expect(here.page.get_by_role("status")).to_contain_text("It was stopped")
    here.page.get_by_role("link", name="Batch operations", exact=True).first.click()
    expect(here.page.locator("#batches tbody tr").first).to_contain_text("stopped")


def test_a_table_is_downloaded_as_csv(visit, run):
    here = visit().sign_in()
    here.open(f"runs/{run}")
    with here.page.expect_download() as download:
        here.page.get_by_role("link", name="CSV").click()
    with open(download.value.path(), encoding="utf-8") as file:
        assert file.readline().startswith("position,test_id,prompt")


def test_what_others_wrote_does_nothing(visit, stack):
    rows = [{"prompt": HOSTILE, "expected": HOSTILE}, {"prompt": "x" * 200_000}]
    made = stack.call("POST", "/test_sets", {"name": HOSTILE.replace("\x1b", ""), "tests": rows})
    task = stack.call("POST", "/tasks/count_test_sets", {"countdown": 3600, "headers": {"x": HOSTILE}})["task_id"]
    here = visit().sign_in()
    for path in ("test-sets", f"test-sets/{made['id']}", f"tasks/{task}", "runs"):
        here.open(path)
        assert here.page.evaluate("window.hacked") is None, path
    stack.call("DELETE", f"/test_sets/{made['id']}")


def test_who_was_signed_out_signs_in_and_is_where_they_were(visit, stack):
    here = visit().sign_in()
    here.context.clear_cookies()
    assert here.open("tasks?status=SUCCESS").status == 401
    here.page.get_by_label("API token").fill(stack.facts["token"])
    here.page.get_by_role("button", name="Sign in").click()
    here.page.wait_for_url("**/console/tasks?status=SUCCESS")
    expect(here.page.get_by_role("heading", level=1)).to_have_text("Tasks")
    # The browser's own line about the page that asked for a token.
    here.wrong = [line for line in here.wrong if "401" not in line]


def test_the_address_that_is_printed_signs_in(visit, stack):
    here = visit()
    here.page.goto(stack.facts["console_url"])
    here.page.wait_for_url("**/console/overview")
    assert "code=" not in here.page.url


def test_the_keyboard_alone_is_enough(visit, waiting):
    here = visit().sign_in()
    here.page.keyboard.press("Tab")
    expect(here.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    here.page.keyboard.press("/")
    expect(here.page.get_by_role("searchbox")).to_be_focused()
    here.page.keyboard.type(waiting)
    here.page.keyboard.press("Enter")
    here.page.wait_for_url(f"**/console/tasks/{waiting}")
    here.page.keyboard.press("g")
    here.page.keyboard.press("t")
    here.page.wait_for_url("**/console/tasks")


def test_a_file_becomes_a_test_set(visit, stack, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("prompt,expected\n2 + 2?,4\n")
    here = visit().sign_in()
    here.open("test-sets")
    here.page.get_by_label("Name of the test set").fill("from the browser")
    here.page.get_by_label("File").set_input_files(file)
    here.page.get_by_role("button", name="Import").click()
    expect(here.page.get_by_role("heading", level=1)).to_have_text("from the browser")
    expect(here.page.locator("main")).to_contain_text("2 + 2?")
