"""What goes wrong is a page that says what happened and what to do, with the right status, and nothing is half done."""

import json
import re
from urllib.error import HTTPError

import pytest
from playwright.sync_api import expect


def says(here, status, *words):
    """The page that is shown: its status was this one, it has one heading, a sentence, and a way on."""
    expect(here.page.get_by_role("heading", level=1)).to_have_count(1)
    for word in words:
        expect(here.page.locator("main")).to_contain_text(word)
    # The browser's own line about the status.
    here.wrong = [line for line in here.wrong if f"status of {status}" not in line]


@pytest.fixture
def waiting(stack):
    """A task that waits for an hour."""
    return stack.call("POST", "/tasks/count_test_sets", {"countdown": 3600})["task_id"]


def session(here):
    """The cookie of who is signed in."""
    return next(one for one in here.context.cookies() if one["name"].startswith("__Host-console-"))


def test_a_tampered_cookie_signs_nobody_in(visit):
    here = visit().sign_in()
    cookie = session(here)
    assert cookie["httpOnly"] and cookie["secure"] and cookie["sameSite"] == "Strict"
    value = cookie["value"]
    changed = ("A" if value[0] != "A" else "B") + value[1:]
    for tampered in (changed, value[:-1], value + "x", "%27%20or%201%3D1", "x" * 3000):
        here.context.clear_cookies()
        here.context.add_cookies([cookie | {"value": tampered}])
        assert here.open("tasks").status == 401, tampered[:20]
        says(here, 401, "API token")
    here.context.clear_cookies()
    here.context.add_cookies([cookie])
    assert here.open("tasks").status == 200


def test_a_form_without_its_token_or_with_another_does_nothing(visit, stack, waiting):
    here = visit().sign_in()
    for change in ("field.remove()", "field.value = ''", "field.value = 'x'.repeat(43)"):
        here.open(f"tasks/{waiting}")
        here.page.evaluate(f"document.querySelectorAll('main [name=csrf]').forEach((field) => {{ {change} }})")
        with here.page.expect_navigation() as answer:
            here.page.get_by_role("button", name="Revoke…").click()
        assert answer.value.status == 403
        says(here, 403, "not of this session any more", "load the page anew")
    assert stack.call("GET", f"/tasks/{waiting}")["status"] == "PENDING"


def test_a_session_that_is_over_asks_for_a_token_and_does_nothing(visit, stack, waiting):
    here = visit().sign_in()
    made = stack.call("POST", "/tokens", {"name": "for an hour"})
    here.context.clear_cookies()
    here.open("sign-in")
    here.page.get_by_label("API token").fill(made["access_token"])
    here.page.get_by_role("button", name="Sign in").click()
    here.open(f"tasks/{waiting}")
    stack.call("DELETE", f"/tokens/{made['id']}")
    # The token that opened it was revoked while the page was open.
    with here.page.expect_navigation() as answer:
        here.page.get_by_role("button", name="Revoke…").click()
    assert answer.value.status == 401
    says(here, 401, "Your session is over", "API token")
    assert stack.call("GET", f"/tasks/{waiting}")["status"] == "PENDING"
    here.page.get_by_label("API token").fill("rh-nonsense")
    with here.page.expect_navigation() as answer:
        here.page.get_by_role("button", name="Sign in").click()
    assert answer.value.status == 401
    says(here, 401, "API token")


def test_what_is_not_there_says_so(visit):
    here = visit().sign_in()
    unknown = "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"
    places = ["tasks", "groups", "runs", "results", "test-sets", "endpoints", "metrics", "batches"]
    addresses = [f"{place}/{id}" for place in places for id in (unknown, "x", "%3Cscript%3E", "1" * 5000)]
    addresses += [f"runs/{unknown}/flaky", f"runs/{unknown}/compare/{unknown}", f"runs/{unknown}/download"]
    addresses += ["kinds/nothing", "nothing", "runs/x/compare/y", "assets/0123456789abcdef/console.css"]
    for address in addresses:
        assert here.open(address).status == 404, address
        says(here, 404, "overview")


def test_filters_that_cannot_be_are_named(visit, run):
    here = visit().sign_in()
    # Over a list the filters stay, to be put right; over a page of something, what is wrong is said alone.
    for address, field in [
        ("tasks?status=SOMETHING", "status"),
        ("tasks?kind=nothing", "kind"),
        ("tasks?created_after=yesterday", "created_after"),
        ("tasks?created_after=2026-01-02T00:00:00Z&created_before=2026-01-01T00:00:00Z", "created_before"),
        ("tasks?fingerprint=0123456789abcdef", "kind"),
        ("tasks?parent_id=x", "parent_id"),
        ("tasks?cursor=x", "cursor"),
        ("runs?status=SOMETHING", "status"),
        ("runs?test_set_id=x", "test_set_id"),
        ("runs?cursor=AAAA", "cursor"),
        (f"runs/{run}?status=SOMETHING", "status"),
        (f"runs/{run}?fingerprint=x", "fingerprint"),
        (f"runs/{run}?cursor=x", "cursor"),
        (f"runs/{run}/flaky?cursor=x", "cursor"),
        (f"runs/{run}/compare/{run}?change=odd", "change"),
        ("dead-letters?kind=nothing", "kind"),
    ]:
        assert here.open(address).status == 422, address
        says(here, 422, field)
    # What nobody asks about is left out, and what is strange is shown as text.
    for address in ("tasks?unknown=1", f"runs/{run}?search=%27%22%3Cscript%3E%25_", "overview?window=century"):
        assert here.open(address).status == 200, address


def test_an_import_that_fails_at_row_900_leaves_nothing_and_names_the_row(visit, stack, tmp_path):
    rows = [f"question {n},answer" for n in range(1, 1000)]
    rows[899] = ",an answer without a question"
    file = tmp_path / "broken.csv"
    file.write_text("prompt,expected\n" + "\n".join(rows) + "\n")
    lines = tmp_path / "broken.jsonl"
    texts = [json.dumps({"prompt": f"question {n}"}) for n in range(1, 1000)]
    texts[899] = '{"prompt": 3'
    lines.write_text("\n".join(texts) + "\n")
    before = stack.call("GET", "/test_sets?limit=200")
    here = visit().sign_in()
    for broken in (file, lines):
        here.open("test-sets")
        here.page.get_by_label("Name of the test set").fill("broken at 900")
        here.page.get_by_label("File").set_input_files(broken)
        with here.page.expect_navigation() as answer:
            here.page.get_by_role("button", name="Import").click()
        assert 400 <= answer.value.status < 500
        expect(here.page.get_by_role("alert")).to_contain_text(re.compile("90[0-2]"))
        # What was typed is still there.
        expect(here.page.get_by_label("Name of the test set")).to_have_value("broken at 900")
        says(here, answer.value.status)
    assert stack.call("GET", "/test_sets?limit=200") == before


def test_what_is_anothers_is_not_there(visit, stack, run, waiting):
    own = visit().sign_in()
    own.open(f"tasks/{waiting}")
    stranger = visit()
    stranger.open("sign-in")
    stranger.page.get_by_label("API token").fill(stack.facts["stranger_token"])
    stranger.page.get_by_role("button", name="Sign in").click()
    stranger.page.wait_for_url("**/console/overview")
    result = stack.call("GET", f"/test_results?test_run_id={run}&limit=1")[0]["id"]
    for address in (f"tasks/{waiting}", f"runs/{run}", f"runs/{run}/flaky", f"runs/{run}/download", f"results/{result}"):
        assert stranger.open(address).status == 404, address
        says(stranger, 404, "of another organization")
    for address in ("overview", "tasks", "runs", "dead-letters", "batches"):
        stranger.open(address)
        assert waiting not in stranger.page.content() and run not in stranger.page.content(), address
    # A form of one's own session, sent to another's task.
    stranger.open("kinds")
    stranger.page.evaluate(
        """(id) => { const form = document.querySelector(".top form[method=post]");
          form.action = form.action.replace("sign-out", `tasks/${id}/revoke`);
          form.insertAdjacentHTML("beforeend", "<input name=confirmed value=yes>"); form.requestSubmit(); }""",
        waiting,
    )
    expect(stranger.page.get_by_role("heading", level=1)).to_have_text("Not Found")
    says(stranger, 404)
    assert stack.call("GET", f"/tasks/{waiting}")["status"] == "PENDING"
    with pytest.raises(HTTPError):
        stack.call("GET", f"/tasks/{waiting}", token=stack.facts["stranger_token"])
