"""A real browser, signed in to the console of a running stack, that tells of everything that went wrong in it."""

import json
import os
import urllib.request
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# Nothing but what a page asks for itself goes out.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Stack:
    """The running stack, and its JSON API."""

    def __init__(self):
        with open(os.environ["STACK_JSON"]) as file:
            self.facts = json.load(file)
        self.url = self.facts["api_url"]

    def call(self, method, path, body=None, token=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token or self.facts['token']}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=40) as answer:
            text = answer.read()
            return json.loads(text) if text else None


class Visit:
    """A page of a browser of its own, and what went wrong there."""

    def __init__(self, browser, stack, **options):
        self.stack, self.wrong = stack, []
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        host = urlsplit(stack.url).netloc
        self.page.on("console", lambda line: self.wrong.append(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("requestfailed", self.failed)
        self.page.on(
            "request", lambda request: self.wrong.append(request.url) if urlsplit(request.url).netloc != host else None
        )

    def failed(self, request):
        # A page that is left before it has everything is no failure.
        if request.failure != "net::ERR_ABORTED":
            self.wrong.append(f"failed: {request.url}")

    def sign_in(self):
        """By the token: the address that `make run` prints holds for twenty times."""
        self.open("sign-in")
        self.page.get_by_label("API token").fill(self.stack.facts["token"])
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/console/overview")
        return self

    def open(self, path):
        return self.page.goto(f"{self.stack.url}/console/{path}")

    def close(self):
        self.context.close()


@pytest.fixture(scope="session")
def stack():
    return Stack()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, stack):
    """Makes visits, and closes them; whatever went wrong in one fails the test, but what it says it expects."""
    visits = []

    def make(**options):
        visits.append(Visit(browser, stack, **({"reduced_motion": "reduce"} | options)))
        return visits[-1]

    yield make
    wrong = [line for one in visits for line in one.wrong]
    for one in visits:
        one.close()
    assert wrong == []


@pytest.fixture(scope="session")
def run(stack):
    """The id of a run that has ended."""
    return stack.call("GET", "/test_runs?limit=1")[0]["id"]
