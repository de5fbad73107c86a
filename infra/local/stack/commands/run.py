"""`make run`: the stack, one run of a test configuration with its result, and then a system to play with."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from .. import endpoint, job, tests_file
from ..console import complain, say
from ..instance import REPOSITORY, Instance
from ..problem import Problem
from ..seed import check, seed
from ..up import Stack, up


@dataclass
class Wish:
    """What the user asked for in TESTS, URL, METRIC and ONCE."""

    tests: Path
    url: str | None
    metrics: list[str]
    once: bool

    @classmethod
    def from_environment(cls) -> "Wish":
        """Reads and checks the variables."""
        tests, url = os.environ.get("TESTS"), os.environ.get("URL")
        if tests and not url:
            raise Problem('Give URL with TESTS: the endpoint that takes {"input": …} and answers {"output": …}.')
        if url and not url.startswith(("http://", "https://")):
            raise Problem(f"URL must start with http:// or https://: {url!r} does not.")
        path = tests_file.given(endpoint.TESTS)
        metrics = (os.environ.get("METRIC") or "").replace(",", " ").split()
        once = os.environ.get("ONCE", "") not in ("", "0")
        return cls(path, url or None, metrics, once)


def run() -> int:
    """The command; returns its exit status."""
    began, wish = time.monotonic(), Wish.from_environment()
    with up(Instance.run(), built=lambda: check(wish.tests)) as stack:
        seeded = seed(stack.databases.owner_url, wish.tests, wish.url or stack.endpoint.url, wish.metrics)
        stack.publish(seeded)
        say()
        started = time.monotonic()
        count = seeded["tests"]
        task = job.execute(job.Api(stack.api_url, seeded["token"]), seeded["test_configuration_id"], count)
        show(task, time.monotonic() - started, time.monotonic() - began)
        complete = job.accounted_for(task, count)
        if not complete:
            complain(f"not every one of the {count} tests is accounted for; the functions' log is {log_of(stack)}")
        if wish.once:
            return 0 if complete else 1
        hints(stack, seeded, task["task_id"])
        stay()
        return 0 if complete else 1


def stay() -> None:
    """Waits for Ctrl-C or SIGTERM, which are the ordinary end."""
    try:
        while True:
            signal.pause()
    except KeyboardInterrupt:
        say("\nstopping the stack")


def show(task: dict, job_seconds: float, all_seconds: float) -> None:
    """Prints the result. The line with the counts is a promise to scripts."""
    result = task.get("result")
    say()
    if task["status"] == "SUCCESS" and isinstance(result, dict):
        say("{total} tests: {passed} passed, {failed} failed, {errors} errors".format(**result))
        say(f"run {result['test_run_id']} {result['status']}")
    else:
        reason = task.get("error") or result
        say(f"task {task['task_id']} ended in {task['status']}: {reason}")
    say(f"{job_seconds:.1f} s for the run, {all_seconds:.1f} s since the command")


def log_of(stack: Stack) -> str:
    """The functions' log file, as short as it can be said."""
    path = stack.instance.log("functions")
    return str(path.relative_to(REPOSITORY))


def hints(stack: Stack, seeded: dict, task_id: str) -> None:
    """Prints how to look further."""
    authorization = f"-H 'Authorization: Bearer {seeded['token']}'"
    say(f"""
The stack stays up until Ctrl-C. Look at it, signed in:
  the console    {stack.console_url}
Look further:
  the task       curl {authorization} {stack.api_url}/tasks/{task_id}
  run it again   curl {authorization} -X POST {stack.api_url}/test-configurations/{seeded["test_configuration_id"]}/execute
  the tables     {stack.databases.psql} '{stack.databases.reader_url}' -c 'select status, count(*) from test_result group by 1'
  the log        tail -f {log_of(stack)}
  for scripts    {stack.instance.stack_json.relative_to(REPOSITORY)}""")
