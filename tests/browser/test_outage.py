"""The database does not answer: a page that says so, and nothing half done; afterwards everything goes on."""

import os
import signal
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect


def first_process(stack):
    """The stack's own Postgres, which lets connections in; none if it is somebody else's."""
    port = f"port={urlsplit(stack.facts['database_url']).port}".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (entry / "cmdline").read_bytes().split(b"\0")
            if command[0].endswith(b"/postgres") and port in command:
                return int(entry.name)
    return None


def connections(first):
    """The processes that serve the API's connections."""
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if parent == first and b"tasks_api" in (entry / "cmdline").read_bytes():
                yield int(entry.name)


@contextmanager
def away(first):
    """Open connections break, and nobody answers at the door."""
    os.kill(first, signal.SIGSTOP)
    try:
        for pid in list(connections(first)):
            os.kill(pid, signal.SIGTERM)
        yield
    finally:
        os.kill(first, signal.SIGCONT)


def test_a_database_that_does_not_answer_is_a_page_that_says_so(visit, stack):
    first = first_process(stack)
    if first is None:
        pytest.skip("the database is not this stack's own")
    task = stack.call("POST", "/tasks/count_test_sets", {"countdown": 3600})["task_id"]
    here = visit().sign_in()
    here.page.set_default_timeout(40_000)
    here.open(f"tasks/{task}")
    with away(first):
        answer = here.open("overview")
        assert answer.status == 503
        expect(here.page.locator("main")).to_contain_text("load the page again in a few seconds")
        expect(here.page.get_by_role("link", name="To the overview")).to_be_visible()
    here.wrong = [line for line in here.wrong if "503" not in line]
    # It answers again: the same session, and a form that does what it says.
    here.open(f"tasks/{task}")
    here.page.get_by_role("button", name="Revoke…").click()
    here.page.get_by_role("button", name="Revoke").click()
    expect(here.page.get_by_role("status")).to_contain_text("It was revoked")
