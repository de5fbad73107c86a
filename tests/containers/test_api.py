"""`sam local start-api`, with curl: a task from its request to its result, each step in a container."""

import json
import os
import socket
import subprocess
import time
from pathlib import Path

import pytest
from conftest import PATIENCE, ROOT, event

SOME_TASK = "00000000-0000-7000-8000-000000000001"


class Api:
    """An API that `sam local` serves; its container stays between requests."""

    def __init__(self, url: str, token: str, log: Path):
        self.url, self.token, self.log = url, token, log

    def curl(self, path: str, *options: str, token: bool = True) -> tuple[int, dict]:
        """One request by curl: status and JSON."""
        argv = ["curl", "--silent", "--show-error", "--max-time", str(PATIENCE), "--write-out", "\n%{http_code}", *options]
        argv += ["--header", f"Authorization: Bearer {self.token}"] if token else []
        done = subprocess.run([*argv, self.url + path], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        body, status = done.stdout.rsplit("\n", 1)
        assert not status.startswith("5"), f"{status} {body}\n{self.log.read_text()}"
        return int(status), json.loads(body)


def memory() -> list[str]:
    """What the containers that run have of memory, and what they may have."""
    argv = ["docker", "stats", "--no-stream", "--format", "{{.MemUsage}}"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split("\n")[:-1]


@pytest.fixture(scope="module")
def api(sam, token, tmp_path_factory, request):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("api") / "log"
    argv = [os.environ["SAM"], "local", "start-api", "--port", str(port), "--warm-containers", "LAZY", *sam.options()]
    with open(log, "w") as out:
        child = subprocess.Popen(argv, cwd=ROOT, env=sam.environment(), stdout=out, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + PATIENCE
        while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
            assert child.poll() is None and time.monotonic() < until, log.read_text()
            time.sleep(0.2)
        yield Api(f"http://127.0.0.1:{port}", token, log)
        request.config.memory = memory()
    finally:
        child.terminate()
        child.wait(PATIENCE)


def test_a_task_goes_from_its_request_to_its_result(api, sam):
    assert api.curl("/health")[0] == 200
    status, started = api.curl("/tasks/count_test_sets", "--json", '{"args": {}}')
    assert status == 202, started
    task = f"/tasks/{started['task_id']}"
    assert api.curl(task)[1]["status"] == "PENDING"
    message = event("count_test_sets-one", **{SOME_TASK: started["task_id"]})
    assert sam.invoke("count_test_sets", message) == {"batchItemFailures": []}
    ended = api.curl(task)[1]
    assert (ended["status"], ended["result"]) == ("SUCCESS", 1)


def test_a_stranger_is_turned_away_and_a_bad_request_is_told_its_field(api):
    assert api.curl("/tasks/count_test_sets", "--json", '{"args": {}}', token=False)[0] == 401
    status, answer = api.curl("/tasks/count_test_sets", "--json", '{"args": {}, "countdown": "soon"}')
    assert status == 422 and "countdown" in json.dumps(answer)
