"""The demo AI endpoint: takes {"input": …}, answers {"output": …}, is sometimes wrong, sometimes down."""

import json
import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from . import ports

DEMO = Path(__file__).resolve().parents[1] / "demo"
TESTS = DEMO / "tests.jsonl"
FAULTS = DEMO / "faults.jsonl"
LARGEST_BODY = 1 << 20


def read_lines(path: Path) -> list[dict]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


class Endpoint(ThreadingHTTPServer):
    """Knows the expected answer of every demo test, and which of them to spoil: the same ones each time."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, preferred_port: int | None):
        self.answers = {test["prompt"]: test["expected"] for test in read_lines(TESTS)}
        self.faults = {fault["prompt"]: fault for fault in read_lines(FAULTS)}
        self.calls: Counter = Counter()
        self.counting = threading.Lock()
        super().__init__(("127.0.0.1", ports.choose(preferred_port)), Handler)
        threading.Thread(target=self.serve_forever, daemon=True, name="demo endpoint").start()

    @property
    def url(self) -> str:
        """Where tests are sent."""
        return f"http://127.0.0.1:{self.server_port}/chat"

    def reply(self, prompt: str) -> tuple[int, dict, dict]:
        """Status, headers and body for a prompt, after a pause that is always the same for it."""
        time.sleep(random.Random(prompt).uniform(0.15, 0.9))
        fault = self.faults.get(prompt, {})
        with self.counting:
            self.calls[prompt] += 1
            call = self.calls[prompt]
        status = fault.get("status", 200)
        # 503 passes: every second call of the prompt is answered.
        if status == 503 and call % 2 == 1:
            return 503, {"Retry-After": "1"}, {"error": "the model is loading"}
        if status == 500:
            return 500, {}, {"error": "the model gave no answer"}
        known = self.answers.get(prompt, "I do not know.")
        return 200, {}, {"output": fault.get("output", known), "model": "demo-1"}


class Handler(BaseHTTPRequestHandler):
    """One connection to the endpoint."""

    protocol_version = "HTTP/1.1"
    server: Endpoint
    # Head and body leave in one packet.
    wbufsize = -1

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            return self.send(413, {}, {"error": "the body is too large"})
        try:
            prompt = json.loads(self.rfile.read(length))["input"]
        except (ValueError, KeyError, TypeError):
            prompt = None
        if not isinstance(prompt, str):
            return self.send(400, {}, {"error": 'send {"input": "a text"}'})
        return self.send(*self.server.reply(prompt))

    def do_GET(self):
        self.send(405, {"Allow": "POST"}, {"error": 'send {"input": …} with POST'})

    def send(self, status: int, headers: dict, body: dict) -> None:
        """Writes one answer."""
        data = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass
