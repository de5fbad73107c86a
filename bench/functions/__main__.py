"""`make bench FUNCTIONS=1`: what each function weighs, and what a request costs."""

import json
import os

from driver.cluster import Cluster
from driver.places import HOME
from driver.progress import say
from driver.report import table

from . import measure, world
from .world import World, event

RESULTS = HOME / "functions.jsonl"
# In the order of a run, whose messages each leaves for the next.
JOB = ["execute_test_configuration", "execute_test", "collect_results", "count_test_sets"]
COLUMNS = [
    ("binary MiB", "binary_mib", "{:.1f}"),
    ("zip MiB", "zip_mib", "{:.1f}"),
    ("start ms", "start_ms", "{:.1f}"),
    ("CPU ms", "start_cpu_ms", "{:.1f}"),
    ("M instr.", "start_minstructions", "{:.1f}"),
    ("peak MiB", "start_peak_mib", "{:.1f}"),
    ("invoked", "peak_mib", "{:.1f}"),
    ("kept conn.", "connections", "{}"),
]
REQUEST = [
    ("ms", "ms", "{:.1f}"),
    ("CPU ms", "cpu_ms", "{:.2f}"),
    ("statements", "statements", "{:.0f}"),
    ("Postgres ms", "postgres_ms", "{:.2f}"),
    ("SQS calls", "sqs_calls", "{:.0f}"),
]


def after(place: World) -> tuple[dict[str, dict], str]:
    """Runs a whole job through the functions, by hand as Lambda would; function → what it had taken
    after it, and a user's token."""
    say("migrate, seed, then a run of 10 tests and 10 counts through all functions")
    taken = {"migrate": measure.invoked("migrate", place, [event("migrate")])}
    seeded = place.seed()
    user = {"rh-TOKEN": seeded["token"]}
    start, path = event("api-start", user), f"/test-configurations/{seeded['test_configuration_id']}/execute"
    execute = event("api-start", user | {"/tasks/count_test_sets": path})
    taken["api"] = measure.invoked("api", place, [event("api-health"), *[start] * 10, execute])
    for answer, status in zip(taken["api"]["answers"], [200, *[202] * 10, 200]):
        measure.check(answer, status)
    for kind in JOB:
        batch = place.outside.take(kind)
        if not batch["Records"]:
            raise RuntimeError(f"nothing came for {kind}")
        taken[kind] = measure.invoked(kind, place, [batch])
    # Nobody has a webhook: it is asked for tasks that are not there.
    taken["deliver_webhook"] = measure.invoked("deliver_webhook", place, [event("deliver_webhook-batch")])
    taken["relay"] = measure.invoked("relay", place, [event("relay-schedule")])
    ended = place.ended()
    if ended != 22:
        raise RuntimeError(f"{ended} tasks succeeded, not 10 counts, 10 tests, 1 collection and 1 run")
    return taken, seeded["token"]


def figures(columns: list, row: dict) -> list[str]:
    """A row's cells."""
    return [pattern.format(row[name]) if row.get(name) is not None else "–" for _, name, pattern in columns]


def main() -> None:
    """Builds, measures, reports."""
    HOME.mkdir(parents=True, exist_ok=True)
    world.build()
    cluster = Cluster()
    try:
        place = World(cluster)
        functions, token = after(place)
        for name, row in functions.items():
            say(f"starting {name} {measure.STARTS} times")
            row.pop("answers")
            row |= measure.size(name) | measure.starts(name, place)
        say(f"asking api {measure.REQUESTS} times")
        requests = measure.requests(place, token)
    finally:
        cluster.stop()
    lines = [{"function": name, **row} for name, row in functions.items()] + requests
    RESULTS.write_text("".join(json.dumps(line) + "\n" for line in lines))
    if os.environ.get("JSON"):
        print(RESULTS.read_text(), end="")
        return
    print(table(["function", *[c[0] for c in COLUMNS]], [[n, *figures(COLUMNS, r)] for n, r in functions.items()]))
    print()
    print(table(["request", *[c[0] for c in REQUEST]], [[r["request"], *figures(REQUEST, r)] for r in requests]))


if __name__ == "__main__":
    main()
