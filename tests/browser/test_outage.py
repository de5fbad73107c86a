"""The database does not answer: a page that says so, and nothing half done; afterwards everything goes on."""

import os
import signal
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect


def family(stack):
    """The stack's own Postgres: its first process and all that this has started; none if it is somebody else's."""
    port = f"port={urlsplit(stack.facts['database_url']).port}"
    first, parents = None, {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0")
            parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if command[0].endswith(b"/postgres") and port.encode() in command:
            first = int(entry.name)
    return [first, *(pid for pid, parent in parents.items() if parent == first)] if first else []


@contextmanager
def stopped(processes):
    """As if the machine of the database were gone: nobody answers, and nobody says so."""
    for pid in processes:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in reversed(processes):
            os.kill(pid, signal.SIGCONT)


def test_a_database_that_does_not_answer_is_a_page_that_says_so(visit, stack):
    processes = family(stack)
    if not processes:
        pytest.skip("the database is not this stack's own")
    task = stack.call("POST", "/tasks/count_test_sets", {"countdown": 3600})["task_id"]
    here = visit().sign_in()
    here.page.set_default_timeout(40_000)
    here.open(f"tasks/{task}")
    with stopped(processes):
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
