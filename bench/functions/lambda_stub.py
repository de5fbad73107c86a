"""The Lambda runtime API for one process, on loopback."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# In milliseconds: what a function is told it has for an invocation.
TIMEOUT = 60_000


class Runtime(ThreadingHTTPServer):
    """Hands events out, takes answers in, and notes when (`time.perf_counter_ns`)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.changed = threading.Condition()
        self.asked: int | None = None
        self.event: dict | None = None
        self.given = self.answered = 0
        self.answer: dict | None = None
        self.number = 0
        self.over = False
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """As `AWS_LAMBDA_RUNTIME_API` wants it."""
        return f"127.0.0.1:{self.server_port}"

    def close(self) -> None:
        """No event will come any more."""
        with self.changed:
            self.over = True
            self.changed.notify_all()
        self.shutdown()
        self.server_close()

    def has_asked(self, seconds: float) -> bool:
        """Whether the function asks for an event within so long."""
        with self.changed:
            return self.changed.wait_for(lambda: self.asked is not None, seconds)

    def wait_asked(self, seconds: float = 30) -> int:
        """When the function asked for its next event."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.asked is not None, seconds):
                raise RuntimeError(f"the function did not ask for an event within {seconds:.0f} s")
            return self.asked

    def invoke(self, event: dict, seconds: float = 60) -> tuple[dict, float]:
        """Gives an event; returns the answer, and the milliseconds between the two."""
        self.wait_asked()
        with self.changed:
            self.answer, self.event = None, event
            self.changed.notify_all()
            if not self.changed.wait_for(lambda: self.answer is not None, seconds):
                raise RuntimeError(f"the function did not answer within {seconds:.0f} s")
            return self.answer, (self.answered - self.given) / 1e6


class Handler(BaseHTTPRequestHandler):
    """One connection of the function."""

    protocol_version = "HTTP/1.1"
    # Headers and body leave apart; without this the body waits for an acknowledgement of the headers.
    disable_nagle_algorithm = True
    server: Runtime

    def do_GET(self) -> None:
        """/2018-06-01/runtime/invocation/next: waits until there is an event."""
        runtime, now = self.server, time.perf_counter_ns()
        with runtime.changed:
            runtime.asked = now
            runtime.changed.notify_all()
            runtime.changed.wait_for(lambda: runtime.event is not None or runtime.over)
            event, runtime.event, runtime.asked = runtime.event, None, None
            runtime.number += 1
        headers = {
            "lambda-runtime-aws-request-id": f"00000000-0000-0000-0000-{runtime.number:012}",
            "lambda-runtime-deadline-ms": str(int(time.time() * 1000) + TIMEOUT),
            "lambda-runtime-invoked-function-arn": "arn:aws:lambda:us-east-1:000000000000:function:measured",
        }
        body = json.dumps(event).encode()
        runtime.given = time.perf_counter_ns()
        self.reply(200, body, headers)

    def do_POST(self) -> None:
        """An answer, or the error that took its place."""
        runtime, now = self.server, time.perf_counter_ns()
        text = self.read()
        with runtime.changed:
            runtime.answered = now
            runtime.answer = json.loads(text)
            runtime.changed.notify_all()
        self.reply(202, b"{}", {})

    def read(self) -> bytes:
        """The request's body, in one piece or in chunks."""
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def reply(self, status: int, body: bytes, headers: dict) -> None:
        """Sends an answer; a function that was ended meanwhile does not matter."""
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args) -> None:
        """Says nothing."""
