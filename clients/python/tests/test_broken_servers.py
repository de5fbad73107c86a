"""What is no API, or none that answers: one sentence, and nothing is started twice."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from rhesis_tasks import NotConfigured, NotReached, Tasks


@contextmanager
def server(*answers):
    """Answers one after the other: a status, a type and a body, or None for a cut connection. Keeps what came."""
    asked, left = [], list(answers)

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            asked.append((self.command, self.path, self.headers.get("idempotency-key"), body))
            answer = left.pop(0) if len(left) > 1 else left[0]
            if answer is None:
                self.connection.close()
                return
            status, kind, text = answer
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, *_):
            pass

    one = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=one.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{one.server_port}", asked
    finally:
        one.shutdown()
        one.server_close()


KIND = (200, "application/json", json.dumps({"argument_names": [], "arguments": {}}))
STARTED = (202, "application/json", json.dumps({"task_id": "01976ad0-0000-7000-8000-000000000000", "status": "PENDING"}))


def test_a_start_whose_answer_was_lost_is_sent_again_with_the_same_key():
    with server(KIND, None, (503, "text/html", "<h1>busy</h1>"), STARTED) as (url, asked):
        assert Tasks(url, "rh-x").task("k").delay().id.startswith("01976ad0")
    keys = [key for method, _, key, _ in asked if method == "POST"]
    assert len(keys) == 3 and len(set(keys)) == 1 and keys[0]


def test_a_group_has_no_key_and_is_not_sent_twice():
    from rhesis_tasks import group

    with server(KIND, None) as (url, asked):
        with pytest.raises(NotReached):
            group(Tasks(url, "rh-x").task("k").s())()
    assert [method for method, *_ in asked] == ["GET", "POST"]


def test_html_is_no_answer_of_the_api():
    with server((200, "text/html", "<h1>hello</h1>")) as (url, _):
        with pytest.raises(NotReached, match="not with JSON"):
            Tasks(url, "rh-x").task("k").delay()


def test_nobody_there_and_nothing_configured(monkeypatch):
    with pytest.raises(NotReached, match="cannot be reached"):
        Tasks("http://127.0.0.1:9", "rh-x").task("k").delay()
    monkeypatch.delenv("RHESIS_TASKS_URL")
    monkeypatch.delenv("RHESIS_TASKS_TOKEN")
    with pytest.raises(NotConfigured, match="RHESIS_TASKS_URL"):
        Tasks().task("k").delay()
    with pytest.raises(NotConfigured, match="RHESIS_TASKS_TOKEN"):
        Tasks("http://127.0.0.1:9").task("k").delay()
