"""A local run in which everything happens that is counted, also what should never: the log of it is what the dashboard draws."""

import json
import time
import urllib.request
from contextlib import contextmanager
from uuid import uuid4

import boto3
import psycopg

from cloudwatch.emitted import Event

# The longest that anything here may take, in seconds.
PATIENCE = 120
# What the log must have in the end.
WANTED = ["attempts_ended", "zombies_fenced", "claims_refused", "attempts_overdue", "engine_bugs", '"task_failed"', '"committed"', '"retry"']


class World:
    """The stack as its operator has it: over HTTP, in Postgres, by the tools of AWS."""

    def __init__(self, facts: dict):
        self.facts = facts
        self.database = psycopg.connect(facts["admin_url"], autocommit=True)
        self.sqs, self.functions, self.logs = (boto3.client(name) for name in ("sqs", "lambda", "logs"))

    def call(self, path: str, body: dict | None = None) -> dict:
        """A request of the tenant."""
        headers = {"Authorization": f"Bearer {self.facts['token']}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.facts["api_url"] + path, data, headers), timeout=60) as answer:
            return json.load(answer)

    def start(self, path: str, body: dict) -> str:
        """Starts a task."""
        return self.call(path, body)["task_id"]

    def end_of(self, task: str) -> dict:
        """Waits until a task has ended."""
        patience = time.monotonic() + PATIENCE
        while (seen := self.call(f"/tasks/{task}?wait=10"))["status"] not in ("SUCCESS", "FAILURE", "REVOKED"):
            assert time.monotonic() < patience, seen
        return seen

    def sweep(self) -> None:
        """One sweep of the relay."""
        self.functions.invoke(FunctionName=self.facts["relay_function"], Payload=b"{}")

    def events(self) -> list[Event]:
        """The log group of the functions."""
        pages = self.logs.get_paginator("filter_log_events").paginate(logGroupName=self.facts["log_group"])
        return [Event(it["timestamp"], it["logStreamName"], it["message"].rstrip("\n")) for page in pages for it in page["events"]]

    def log_has(self, text: str) -> bool:
        return any(text in event.message for event in self.events())


@contextmanager
def test_sets_locked(world: World):
    """Nobody reads the test sets: whoever counts them hangs."""
    with psycopg.connect(world.facts["admin_url"]) as holder:
        holder.execute("lock table test_set in access exclusive mode")
        yield
        holder.rollback()


def run(world: World) -> None:
    """A test run, some of whose calls fail and are made again; while it goes, its group's counters are falsified, which the relay mends."""
    task = world.start(f"/test-configurations/{world.facts['test_configuration_id']}/execute", {})
    patience = time.monotonic() + PATIENCE
    falsify = "update tasks.task_group set remaining = remaining - 1, check_at = clock_timestamp() where remaining > 5"
    while world.database.execute(falsify).rowcount == 0:
        assert time.monotonic() < patience, "the run makes no group"
    world.sweep()
    world.end_of(task)


def failed(world: World) -> None:
    """A task that can never succeed."""
    task = world.start("/tasks/execute_test_configuration", {"args": {"test_configuration_id": str(uuid4())}})
    assert world.end_of(task)["status"] == "FAILURE"
    world.sweep()


def refused(world: World) -> None:
    """A message that comes again when its task has ended."""
    task = world.start("/tasks/count_test_sets", {})
    world.end_of(task)
    queue = world.sqs.get_queue_url(QueueName=f"{world.facts['stack_name']}-count_test_sets")["QueueUrl"]
    world.sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"task_id": task, "attempt": 1}))


def superseded(world: World) -> None:
    """A handler that hangs, is taken for lost, and comes back. Its function looks every two seconds whether it still has its claim, and
    may be quicker: then once more."""
    patience = time.monotonic() + PATIENCE
    while not world.log_has("zombies_fenced"):
        assert time.monotonic() < patience, "no handler came back too late"
        with test_sets_locked(world):
            task = world.start("/tasks/count_test_sets", {})
            lose = "update tasks.outbox set visible_at = clock_timestamp() - interval '1 second' where task_id = %s and claimed_at is not null"
            while world.database.execute(lose, [task]).rowcount == 0:
                assert time.monotonic() < patience, "nobody claims the task"
            world.sweep()
        assert world.end_of(task)["status"] == "SUCCESS"


def cut_off(world: World) -> None:
    """Handlers whose connections break, until a function has something to say of Postgres's errors."""
    patience = time.monotonic() + PATIENCE
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'task_count_test_sets'"
    while not world.log_has('"error":"'):
        assert time.monotonic() < patience, "nobody minds that connections break"
        with test_sets_locked(world):
            task = world.start("/tasks/count_test_sets", {})
            claimed = "select from tasks.outbox where task_id = %s and claimed_at is not null"
            while world.database.execute(claimed, [task]).rowcount == 0:
                assert time.monotonic() < patience, "nobody claims the task"
            world.database.execute(cut)
        world.sweep()
        assert world.end_of(task)["status"] == "SUCCESS"


def everything(facts: dict) -> list[Event]:
    """Lets it all happen, and answers the log."""
    world = World(facts)
    for happening in (run, failed, refused, superseded, cut_off):
        happening(world)
    patience = time.monotonic() + PATIENCE
    while missing := [text for text in WANTED if not world.log_has(text)]:
        assert time.monotonic() < patience, f"the log has no {missing}"
        time.sleep(0.5)
    return world.events()
