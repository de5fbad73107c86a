"""Who the functions call: SQS, whose messages are kept to be handed on, and an AI endpoint."""

import json
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Outside(ThreadingHTTPServer):
    """Answers like SQS where a target is named, and like an endpoint elsewhere."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.queues: dict[str, list[str]] = defaultdict(list)
        self.calls = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"

    def take(self, kind: str, at_most: int = 10) -> dict:
        """The event that Lambda makes of the next messages of a kind's queue."""
        queue = self.queues[kind]
        bodies, queue[:at_most] = queue[:at_most], []
        return {"Records": [record(kind, n, body) for n, body in enumerate(bodies)]}


class Handler(BaseHTTPRequestHandler):
    """One connection of a function."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Outside

    def do_POST(self) -> None:
        """SendMessageBatch, or a prompt."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "X-Amz-Target" in self.headers:
            self.server.calls += 1
            kind = asked["QueueUrl"].rsplit("-", 1)[1]
            self.server.queues[kind] += [entry["MessageBody"] for entry in asked["Entries"]]
            sent = [{"Id": e["Id"], "MessageId": e["Id"], "MD5OfMessageBody": "0" * 32} for e in asked["Entries"]]
            self.reply({"Successful": sent, "Failed": []}, "application/x-amz-json-1.0")
        else:
            self.reply({"output": asked.get("input")}, "application/json")

    def reply(self, answer: dict, content_type: str) -> None:
        """Sends an answer."""
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args) -> None:
        """Says nothing."""


def record(kind: str, n: int, body: str) -> dict:
    """One message as a function gets it."""
    return {
        "messageId": f"00000000-0000-0000-0000-{n:012}",
        "receiptHandle": "local",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1795348800000"},
        "messageAttributes": {},
        "md5OfBody": "0" * 32,
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:rhesis-{kind}",
        "awsRegion": "us-east-1",
    }
