"""Servers that are no API."""

import asyncio
import json
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from rhesis_tasks import AsyncTasks, Tasks

ID = "01976ad0-0000-7000-8000-000000000000"
KIND = (200, "application/json", json.dumps({"argument_names": ["first", "second"], "arguments": {}}))
STARTED = (202, "application/json", json.dumps({"task_id": ID, "status": "PENDING"}))


def hanging(_):
    """No answer, for longer than any test waits."""
    time.sleep(20)


def dripping(handler):
    """An answer that never ends, though something of it comes all the time."""
    with suppress(OSError):
        handler.send_response(200)
        handler.send_header("content-type", "application/json")
        handler.end_headers()
        for _ in range(200):
            handler.wfile.write(b" ")
            time.sleep(0.1)


def flooding(handler):
    """An answer of more than anybody can want, but for what its reader does not take."""
    with suppress(OSError):
        handler.send_response(200)
        handler.send_header("content-type", "application/json")
        handler.end_headers()
        for _ in range(1000):
            handler.wfile.write(b" " * 2**20)


def twins(url, *, timeout=30.0):
    """Both applications of an address, each with what runs what it answers."""
    return [(Tasks(url, "rh-x", timeout=timeout), lambda given: given), (AsyncTasks(url, "rh-x", timeout=timeout), awaited)]


def awaited(coming):
    """What a coroutine answers."""
    return asyncio.run(coming)


@contextmanager
def server(*answers):
    """Answers one after the other: a status, a type and a body, None for a cut connection, or a function that answers by itself. Keeps
    what came."""
    asked, left = [], list(answers)

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            asked.append((self.command, self.path, self.headers.get("idempotency-key"), body))
            answer = left.pop(0) if len(left) > 1 else left[0]
            if answer is None:
                self.connection.close()
                return
            if callable(answer):
                answer(self)
                return
            status, kind, text, *headers = answer
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, *_):
            pass

    one = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=one.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{one.server_port}", asked
    finally:
        one.shutdown()
        one.server_close()
