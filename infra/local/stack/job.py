"""Executes a test configuration through the HTTP API and watches it."""

import http.client
import json
import time
import urllib.error
import urllib.request

from .console import Bar
from .problem import Problem

FINAL = {"SUCCESS", "FAILURE", "REVOKED"}
PAUSE = 0.25
# A lost attempt is noticed after its lease and the relay's next minute; three such in a row are patience enough.
STUCK_AFTER = 420


class Api:
    """The HTTP API as one tenant sees it."""

    def __init__(self, url: str, token: str):
        self.url, self.token = url, token
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, method: str, path: str, body: dict | None = None) -> dict:
        """Sends JSON and returns JSON; a Problem holds what the API said against it."""
        data = None if body is None else json.dumps(body).encode()
        answer = self.send(method, path, data, "application/json")
        try:
            return json.loads(answer)
        except ValueError as error:
            raise Problem(f"{method} {path} got no usable answer: {error}") from None

    def send(self, method: str, path: str, data: bytes | None, content_type: str) -> bytes:
        """Sends bytes and returns bytes; a Problem is final if sending them again would not help."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content_type}
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        try:
            with self.opener.open(request, timeout=40) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")[:500]
            raise Problem(f"{method} {path} answered {error.code}: {said}", final=error.code < 500) from None
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            raise Problem(f"{method} {path} got no usable answer: {error}") from None


def execute(api: Api, configuration: str, tests: int) -> dict:
    """Starts the run, shows its progress, and returns the task as it ended, with `task_id`."""
    task_id = api.call("POST", f"/test-configurations/{configuration}/execute", {})["task_id"]
    with Bar("tests", tests) as bar:
        task = watch(api, task_id, bar)
        if task["status"] == "SUCCESS":
            bar.show(tests)
    return task


def watch(api: Api, task_id: str, bar: Bar) -> dict:
    """Polls until the task has ended. Moving counts keep it patient; refused polls in a row do not."""
    seen, moved, refusals = None, time.monotonic(), 0
    while True:
        try:
            task = api.call("GET", f"/tasks/{task_id}")
            refusals = 0
        except Problem:
            refusals += 1
            if refusals == 20:
                raise
            time.sleep(1)
            continue
        if task["status"] in FINAL:
            return task | {"task_id": task_id}
        now = (task["status"], (task.get("progress") or {}).get("done"))
        if now != seen:
            seen, moved = now, time.monotonic()
            bar.show(now[1] or 0)
        if time.monotonic() - moved > STUCK_AFTER:
            raise Problem(f"Task {task_id} has been {now[0]} for {STUCK_AFTER} s without progress: it is stuck.")
        time.sleep(PAUSE)


def accounted_for(task: dict, tests: int) -> bool:
    """Whether the run ended and every test of it has a verdict."""
    result = task.get("result")
    if task["status"] != "SUCCESS" or not isinstance(result, dict):
        return False
    return result["passed"] + result["failed"] + result["errors"] == result["total"] == tests
