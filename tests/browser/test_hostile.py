"""What an endpoint answers and what others write is shown, and does nothing."""

import csv
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

MARKUP = '</pre></script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 2"><a href="javascript:x">'
ANSWERS = {
    "markup": MARKUP,
    "long": "word <b>" * 220_000,
    "one word": "x" * 1_700_000,
    "turned": "safe \u202egnp.exe\u202c \u2066x\u2069 مرحبا بالعالم שלום",
    "terminal": "\x1b[31mred\x1b[0m\x07\x00\x9b5n\u2028\u2029\ufeff",
    "formula": '=HYPERLINK("http://evil.test","x")',
    "plus": "+1+cmd|' /C calc'!A0",
    "keys": None,
    "deep": None,
}
KEYS = {f"key {n} <i>": {"n": n} for n in range(10_000)}


class Hostile(BaseHTTPRequestHandler):
    """Answers what is asked for by name."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
        output = ANSWERS.get(asked)
        if asked == "keys":
            output = KEYS
        if asked == "deep":
            output = json.loads("[" * 100 + "1" + "]" * 100)
        body = json.dumps({"output": output}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing."""


@pytest.fixture(scope="module")
def played(stack):
    """A run against an endpoint that answers all of it; prompt → result."""
    server = ThreadingHTTPServer(("127.0.0.1", stack.facts["hostile_port"]), Hostile)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    endpoint = stack.call("POST", "/endpoints", {"name": MARKUP, "url": url})["id"]
    tests = [{"prompt": name, "expected": MARKUP} for name in ANSWERS]
    test_set = stack.call("POST", "/test_sets", {"name": MARKUP, "tests": tests})["id"]
    started = stack.call("POST", f"/test_sets/{test_set}/execute/{endpoint}", {})
    run = started["test_run_id"]
    for _ in range(20):
        task = stack.call("GET", f"/tasks/{started['task_id']}?wait=10")
        if stack.call("GET", f"/test_runs/{run}")["completed_at"]:
            break
    server.shutdown()
    results = stack.call("GET", f"/test_results?test_run_id={run}&limit=200")
    assert len(results) == len(ANSWERS), task
    return run, {one["prompt"]: one["id"] for one in results}


@pytest.mark.parametrize("width", [1280, 360])
def test_an_answer_is_shown_as_text_whatever_it_is(visit, played, width):
    run, results = played
    here = visit(viewport={"width": width, "height": 800}).sign_in()
    for name, result in results.items():
        here.open(f"results/{result}")
        assert here.page.evaluate("window.hacked") is None, name
        assert here.page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert here.page.locator("main script, main img, main b, main i").count() == 0, name
        assert len(here.page.content()) < 400_000, name
        shown = here.page.locator("main").inner_text()
        assert not set(shown) & set("\x00\x07\x1b\u202e\u2066"), name
    here.open(f"results/{results['long']}")
    expect(here.page.locator("main")).to_contain_text("characters more: the API has all of it")
    here.open(f"results/{results['terminal']}")
    expect(here.page.locator("main")).to_contain_text("␛[31mred")
    for address in (f"runs/{run}", f"runs/{run}?search=%3Cb%3E", "runs", "endpoints", "test-sets"):
        here.open(address)
        assert here.page.evaluate("window.hacked") is None, address
        assert here.page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_two_long_answers_are_compared_in_time(visit, played):
    _, results = played
    here = visit().sign_in()
    here.page.set_default_navigation_timeout(60_000)
    for one, other in (("long", "one word"), ("keys", "long"), ("markup", "turned")):
        here.open(f"results/{results[one]}?before={results[other]}")
        assert here.page.evaluate("window.hacked") is None
        expect(here.page.get_by_role("heading", level=1)).to_contain_text("Test")


def test_a_table_starts_no_formula(visit, played):
    run, _ = played
    here = visit().sign_in()
    here.open(f"runs/{run}")
    with here.page.expect_download() as download:
        here.page.get_by_role("link", name="CSV").click()
    csv.field_size_limit(10_000_000)
    with open(download.value.path(), encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\r")] == []
    assert "'" + ANSWERS["formula"] in cells and "'" + ANSWERS["plus"] in cells


def test_arguments_with_ten_thousand_keys_are_shown_in_part(visit, stack):
    headers = {f"k{n}": MARKUP for n in range(50)}
    task = stack.call("POST", "/tasks/count_test_sets", {"countdown": 3600, "headers": headers})["task_id"]
    here = visit().sign_in()
    here.open(f"tasks/{task}")
    assert here.page.evaluate("window.hacked") is None
    assert here.page.locator("main script, main img").count() == 0
