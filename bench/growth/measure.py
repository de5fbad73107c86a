"""What is measured of one database. µs of CPU are of the server's processes for that role alone."""

import time

from driver.phases import Others

from .backends import Backends, since, total
from .load import organizations, start
from .place import MEMBERS, Place

IDLE = 20
MARKS = 10
LONGEST = 160


def slice_of(place: Place, n: int, knowing: tuple) -> tuple[dict, dict]:
    """Starts `n` tasks in bulk, then drains them: two lines."""
    with Others(*knowing) as others:
        said, cpu, messages = place.call("tasks_api", "enqueue-bulk", n)
    enqueued = line("enqueue_bulk", n, said["seconds"], cpu / n) | {"other_cores": others.cores}
    return enqueued, drain(place, messages, knowing)


def drain(place: Place, messages: list[bytes], knowing: tuple) -> dict:
    """Feeds messages to the worker that is there, until all their tasks are recorded as ended."""
    n, left = len(messages), place.waiting() - len(messages)
    place.forget()
    before, cpu = place.backends.statements(), place.backends.cpu()
    with Others(*knowing) as others:
        place.feed(messages)
        ended = place.wait(n, left, 120)
    cpu = (place.backends.cpu() - cpu) / n
    added = since(before, place.backends.statements(), n)
    return line("drain", n, ended - place.first(), cpu, added) | {"other_cores": others.cores}


def idle(place: Place) -> dict:
    """A sweep that finds nothing to do. What a connection costs, and whatever was due, is in the one before."""
    before = sweep(place, 1)
    after = sweep(place, IDLE + 1)
    seconds = (after["seconds"] - before["seconds"]) / IDLE
    return line("sweep_idle", IDLE, seconds * IDLE, (after["cpu"] - before["cpu"]) / IDLE, after["statements"])


def busy(place: Place, n: int) -> dict:
    """A sweep that finds `n` tasks due whose messages nobody sent; then runs them."""
    alone, left = sweep(place, 1), place.waiting()
    start(place, n, 0, organizations())
    after = sweep(place, 1, per=n)
    place.forget()
    place.feed(after["messages"])
    place.wait(n, left, 120)
    cpu = (after["cpu"] - alone["cpu"]) / n
    return line("sweep_busy", n, after["seconds"], cpu, after["statements"]) | {"wakes": after["wakes"]}


def prune(place: Place) -> dict:
    """Sweeps while all that has ended is older than its retention, for five seconds at most."""
    alone = sweep(place, 1)
    place.connection.execute("update tasks.kind set retention = interval '0'")
    while True:
        after = sweep(place, 1, {"SWEEP_SECONDS": "20"}, per="pruned")
        # The part of the table that is looked at next may hold nothing that has ended.
        if after["pruned"]:
            break
    place.connection.execute("update tasks.kind set retention = interval '1 year'")
    n = after["pruned"]
    return line("prune", n, after["seconds"], (after["cpu"] - alone["cpu"]) / n, after["statements"])


def sweep(place: Place, n: int, extra: dict | None = None, per: int | str = "n") -> dict:
    """`n` sweeps of one relay; costs of statements for each of `per`: a number, or what the answer calls so."""
    relay = Backends(place.admin, place.database, "tasks_relay")
    before = relay.statements()
    said, cpu, messages = place.call("tasks_relay", "sweep", n, extra=extra)
    each = (said[per] or 1) if isinstance(per, str) else per
    return said | {"cpu": cpu, "messages": messages, "statements": since(before, relay.statements(), each)}


def group(place: Place, n: int) -> tuple[dict, list[bytes]]:
    """Starts a group of `n` members; the messages of those that may begin."""
    said, cpu, messages = place.call("tasks_api", "enqueue-group", n)
    return line("enqueue_group", n, said["seconds"], cpu / n), messages


def members(place: Place, n: int, messages: list[bytes], seconds: float) -> dict:
    """Drains a group of `n` members and its callback: all, or as many as the time allows; µs of each tenth."""
    before, marks = place.backends.statements(), [(0, place.backends.cpu())]
    place.forget()
    place.feed(messages)
    deadline = time.monotonic() + seconds
    while (ran := place.executed()) < n + 1 and time.monotonic() < deadline:
        if ran >= (n + 1) * len(marks) / MARKS:
            marks.append((ran, place.backends.cpu()))
        time.sleep(0.005)
    time.sleep(0.5)
    ran, ended = place.executed(), time.time() - 0.5
    marks.append((ran, place.backends.cpu()))
    tenths = [round((b - a) / (m - k), 1) for (k, a), (m, b) in zip(marks, marks[1:]) if m - k > n / MARKS / 2]
    added = since(before, place.backends.statements(), ran)
    cpu = (marks[-1][1] - marks[0][1]) / ran
    return line("member", ran, ended - place.first(), cpu, added) | {"members": n, "tenths_us": tenths}


def warm_members(place: Place) -> None:
    """A worker for members, whose connections have planned their statements."""
    place.start(MEMBERS)
    for _ in range(2):
        members(place, 200, group(place, 200)[1], 60)


def line(metric: str, n: int, seconds: float, cpu: float, statements: dict | None = None) -> dict:
    """A result."""
    figures = {"metric": metric, "n": n, "seconds": round(seconds, 4), "per_second": round(n / seconds, 1)}
    figures["server_cpu_us"] = round(cpu, 1)
    if statements is not None:
        of = {"statements": "calls", "wal_bytes": "wal_bytes", "blocks": "blocks"}
        figures |= {name: round(total(statements, figure), 4) for name, figure in of.items()}
        figures["by_statement"] = {q[:LONGEST]: {f: round(v, 4) for f, v in row.items()} for q, row in statements.items()}
    return figures
