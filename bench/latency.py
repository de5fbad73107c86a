"""Measures a deployed stack over HTTP: how long from starting a task to its start and to its end. Needs no package.

    bench/latency.py --api-url https://… --token rh-… [--tasks 100] [--probes 10] [--at-once 1] [--json]

`start to end` is from tasks of count_test_sets: the commit of the enqueue to the commit of the end, both on Postgres's
clock. A task that succeeded does not keep when it was claimed, one that failed does; so `start to claim` is from probes:
tasks of execute_test_configuration that name a configuration that there is not, and fail for good at their first query.
More than ten probes in five minutes ring the alarm tasks-failed. `answer` is the POST, on this machine's clock, with the
way to it. The first of each kind is told apart, because it may have met no warm function.
"""

import argparse
import json
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

NOWHERE = "00000000-0000-7000-8000-000000000000"
FAILS = {"args": {"test_configuration_id": NOWHERE}, "max_retries": 0}
PATIENCE = 300


class Api:
    """The API of a stack, as one user."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: dict | None = None) -> dict:
        """One request; what the API refuses is said in its own words."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, self.headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=40) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            sys.exit(f"error: {method} {path}: {error.code} {error.read().decode(errors='replace')}")
        except (urllib.error.URLError, TimeoutError) as error:
            sys.exit(f"error: {method} {path}: {getattr(error, 'reason', error)}")

    def one(self, kind: str, body: dict) -> dict:
        """Starts a task and waits for its end; milliseconds of its parts."""
        began = time.perf_counter()
        task = self.call("POST", f"/tasks/{kind}", body)["task_id"]
        answered = (time.perf_counter() - began) * 1000
        while (state := self.call("GET", f"/tasks/{task}?wait=20"))["finished_at"] is None:
            if time.perf_counter() - began > PATIENCE:
                sys.exit(f"error: task {task} has not ended after {PATIENCE} s; GET /tasks/{task}/why says why")
        parts = {"answer": answered, "start to end": milliseconds(state["created_at"], state["finished_at"])}
        for attempt in state["attempts"]:
            if attempt["attempt"] == 1 and attempt["claimed_at"]:
                parts["start to claim"] = milliseconds(state["created_at"], attempt["claimed_at"])
                parts["claim to end"] = milliseconds(attempt["claimed_at"], attempt["ended_at"])
        return parts


def milliseconds(begin: str, end: str) -> float:
    """Between two times of the API."""
    moments = [datetime.fromisoformat(text.replace("Z", "+00:00")) for text in (begin, end)]
    return (moments[1] - moments[0]).total_seconds() * 1000


def quantile(values: list[float], share: float) -> float:
    """The least value that so many are not above."""
    return sorted(values)[max(0, -(-int(share * 1000) * len(values) // 1000) - 1)]


def summary(kind: str, parts: list[dict], names: list[str]) -> list[dict]:
    """One line for each part; the first task apart."""
    lines = []
    for name in names:
        values = [part[name] for part in parts[1:] if name in part]
        if not values:
            continue
        line = {"kind": kind, "part": name, "n": len(values), "first_ms": parts[0].get(name)}
        lines.append(line | {f"p{int(q * 100)}_ms": quantile(values, q) for q in (0.5, 0.95, 0.99)})
    return lines


def show(line: dict) -> str:
    """A line of the table."""
    times = [line[name] for name in ("first_ms", "p50_ms", "p95_ms", "p99_ms")]
    cells = "".join(f"{'–' if time is None else format(time, '.1f'):>10}" for time in times)
    return f"{line['kind']:<28}{line['part']:<16}{line['n']:>5}{cells}"


def at_least(least: int):
    """Reads a whole number from so much."""

    def read(text: str) -> int:
        number = int(text)
        if number < least:
            raise argparse.ArgumentTypeError(f"{number} is below {least}")
        return number

    return read


def main() -> None:
    """Starts the tasks, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--api-url", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--tasks", type=at_least(2), default=100)
    parser.add_argument("--probes", type=at_least(0), default=10)
    parser.add_argument("--at-once", type=at_least(1), default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    api = Api(options.api_url, options.token)
    lines = []
    for kind, body, count, names in [
        ("count_test_sets", {}, options.tasks, ["answer", "start to end"]),
        ("execute_test_configuration", FAILS, options.probes, ["start to claim", "claim to end"]),
    ]:
        # The first alone: the others shall find what it warmed.
        first = [api.one(kind, body)] if count else []
        with ThreadPoolExecutor(options.at_once) as pool:
            rest = list(pool.map(lambda _: api.one(kind, body), range(count - 1)))
        lines += summary(kind, first + rest, names)
    if options.json:
        print("\n".join(map(json.dumps, lines)))
        return
    print(f"{'':<44}{'n':>5}{'first':>10}{'p50':>10}{'p95':>10}{'p99':>10}   ms")
    print("\n".join(map(show, lines)))


if __name__ == "__main__":
    main()
