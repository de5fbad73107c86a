"""`make import`: sends a file of tests to an API in parts; there it becomes a test set, all of it or nothing."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from .. import tests_file
from ..console import Bar, say
from ..instance import Instance
from ..job import Api
from ..problem import Problem

PART = 4 * 1024 * 1024
# Seconds before a part is sent again: sending it twice does no harm.
PAUSES = (1, 2, 4, 8)


@dataclass
class Wish:
    """What the user asked for in TESTS, NAME, API_URL and TOKEN."""

    file: Path
    format: str
    name: str
    api: Api

    @classmethod
    def from_environment(cls) -> "Wish":
        """Reads and checks the variables; without API_URL and TOKEN it is the stack of `make run`."""
        file = tests_file.given()
        url, token = os.environ.get("API_URL"), os.environ.get("TOKEN")
        if bool(url) != bool(token):
            raise Problem("Give both API_URL and TOKEN, or neither for the stack of `make run`.")
        if not url:
            url, token = running_stack()
        name = os.environ.get("NAME") or file.stem
        return cls(file, tests_file.format_of(file), name, Api(url.rstrip("/"), token))


def running_stack() -> tuple[str, str]:
    """Address and token of the stack that `make run` keeps up."""
    try:
        facts = json.loads(Instance.run().stack_json.read_text())
        return facts["api_url"], facts["token"]
    except (OSError, ValueError, KeyError):
        raise Problem("No stack is up: start one with `make run`, or give API_URL and TOKEN.") from None


def upload() -> int:
    """The command; returns its exit status."""
    wish = Wish.from_environment()
    parts = -(-wish.file.stat().st_size // PART)
    body = {"name": wish.name, "format": wish.format, "parts": parts}
    path = "/imports/" + wish.api.call("POST", "/imports", body)["import_id"]
    try:
        with Bar("parts", parts) as bar, open(wish.file, "rb") as file:
            for number in range(1, parts + 1):
                send(wish.api, f"{path}/parts/{number}", file.read(PART))
                bar.show(number)
        done = wish.api.call("POST", f"{path}/commit", {})
    except BaseException:
        forget(wish.api, path)
        raise
    say(f"{done['tests']} tests in test set {done['test_set_id']}")
    return 0


def send(api: Api, path: str, part: bytes) -> None:
    """Sends one part, again if it is not taken."""
    for pause in PAUSES:
        try:
            api.send("PUT", path, part, "application/octet-stream")
            return
        except Problem as problem:
            if problem.final:
                raise
            time.sleep(pause)
    api.send("PUT", path, part, "application/octet-stream")


def forget(api: Api, path: str) -> None:
    """Takes back what was sent; if that fails, it expires."""
    try:
        api.send("DELETE", path, None, "application/json")
    except Problem:
        pass
