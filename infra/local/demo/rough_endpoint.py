"""An AI endpoint that behaves badly on purpose, as each prompt of rough_tests.py has it coming.

python3 infra/local/demo/rough_endpoint.py [port]

Takes {"input": …} and answers {"output": …}. What it makes of a prompt is in rough_tests.BEHAVIOURS; other prompts it answers
by "I do not know.".
"""

import gzip
import json
import random
import socket
import struct
import sys
import threading
import time
from collections import Counter
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from rough_tests import tests

WRONG = "I do not know."
JSON = {"Content-Type": "application/json"}
PASSING = {"timeout_408": 408, "gateway_502": 502, "loading_503": 503, "gateway_504": 504, "busy": 429}
REFUSING = {"broken_500": 500, "refused_400": 400, "unauthorized_401": 401, "missing_404": 404, "always_busy": 429}


class Endpoint(ThreadingHTTPServer):
    """Knows what to do to every prompt."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int):
        self.tests = {test["prompt"]: test for test in tests()}
        self.calls: Counter = Counter()
        self.counting = threading.Lock()
        super().__init__(("127.0.0.1", port), Handler)

    def call_of(self, prompt: str) -> int:
        """How often the prompt was asked, this time included."""
        with self.counting:
            self.calls[prompt] += 1
            return self.calls[prompt]

    def handle_error(self, *_):
        """Clients hang up on such a server; that is no news."""


class Handler(BaseHTTPRequestHandler):
    """One connection to the endpoint."""

    protocol_version = "HTTP/1.1"
    server: Endpoint

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        prompt = json.loads(self.rfile.read(length))["input"]
        test = self.server.tests.get(prompt, {"behaviour": "wrong", "expected": None})
        first = self.server.call_of(prompt) % 2 == 1
        self.behave(test["behaviour"], test["expected"] or WRONG, first)

    def behave(self, behaviour: str, answer: str, first: bool) -> None:
        """Answers, or does not."""
        body = json.dumps({"output": answer}, ensure_ascii=False).encode()
        if behaviour in REFUSING:
            return self.send(REFUSING[behaviour], JSON, b'{"error": "no"}')
        if behaviour in PASSING and first:
            return self.send(PASSING[behaviour], JSON, b'{"error": "not now"}')
        if behaviour == "busy_after" and first:
            return self.send(429, JSON | {"Retry-After": "1"}, b'{"error": "not now"}')
        if behaviour == "busy_date" and first:
            return self.send(429, JSON | {"Retry-After": formatdate(time.time() + 1, usegmt=True)}, b"later")
        if behaviour == "always_reset" or (behaviour == "reset" and first):
            return self.reset()
        if behaviour == "always_cut" or (behaviour == "cut" and first):
            return self.cut(body)
        if behaviour == "silent":
            return self.say_nothing()
        if behaviour == "endless":
            return self.never_stop()
        if behaviour == "slow":
            time.sleep(random.Random(answer).uniform(0.8, 1.6))
        return self.send(*self.response(behaviour, answer, body))

    def response(self, behaviour: str, answer: str, body: bytes) -> tuple[int, dict, bytes]:
        """Responses that are whole, and right in their way."""
        match behaviour:
            case "wrong":
                return 200, JSON, json.dumps({"output": WRONG + answer}).encode()
            case "padded":
                return 200, JSON, json.dumps({"output": f"\n  {answer} \t\n"}).encode()
            case "number":
                return 200, JSON, b'{"output": 42}'
            case "text_plain":
                return 200, {"Content-Type": "text/plain; charset=utf-16"}, body
            case "nul":
                return 200, JSON, json.dumps({"output": f"\0{answer}"}).encode()
            case "redirect":
                return 302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b""
            case "truncated":
                return 200, JSON, body[:-4]
            case "html":
                return 200, {"Content-Type": "text/html"}, b"<!doctype html><title>Sign in</title>"
            case "empty":
                return 200, JSON, b""
            case "huge":
                return 200, JSON, json.dumps({"output": "x" * (3 << 20)}).encode()
            case "latin_1":
                return 200, JSON, '{"output": "café"}'.encode("latin-1")
            case "gzip":
                return 200, JSON | {"Content-Encoding": "gzip"}, gzip.compress(body)
            case "deep":
                return 200, JSON, b'{"output": ' + b"[" * 5000 + b"]" * 5000 + b"}"
            case "unmapped":
                return 200, JSON, json.dumps({"text": answer}).encode()
            case "null":
                return 200, JSON, b'{"output": null}'
            case "list":
                return 200, JSON, json.dumps([answer]).encode()
            case _:
                return 200, JSON, body

    def send(self, status: int, headers: dict, body: bytes) -> None:
        """Writes one whole response."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def cut(self, body: bytes) -> None:
        """Promises a whole response and hangs up in the middle of it."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) + 100))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.close_connection = True

    def reset(self) -> None:
        """Hangs up as a crashed server does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        # Both files hold the socket open; the reset is sent when the last of them goes.
        self.rfile.close()
        self.connection.close()

    def say_nothing(self) -> None:
        """Waits until the client has had enough."""
        self.connection.settimeout(120)
        self.connection.recv(1)
        self.close_connection = True

    def never_stop(self) -> None:
        """Answers without end, until the client has had enough."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        while True:
            self.wfile.write(piece)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    endpoint = Endpoint(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(f"http://127.0.0.1:{endpoint.server_port}/", flush=True)
    try:
        endpoint.serve_forever()
    except KeyboardInterrupt:
        pass
