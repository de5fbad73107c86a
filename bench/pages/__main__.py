"""`make bench PAGES=1`: what every page of the console costs beside a million tasks and runs of 20,000 tests."""

import json
import os
import subprocess
import sys
import time

from driver.cluster import Cluster
from driver.places import HOME, ROOT
from driver.report import table
from functions.process import Function
from functions.world import World, event

from .addresses import addresses
from .large import Large
from .visitor import Visitor

RESULTS = HOME / "pages.jsonl"
# As `make run` builds them: a page that is quick without the optimiser is quick.
BINARIES = ROOT / "target" / "debug"
BUILD = ["cargo", "build", "--locked", *[f"--bin={name}" for name in ("api", "migrate", "seed", "collect_results")]]
COLUMNS = [
    ("ms", "ms", "{:.0f}"),
    ("slowest", "slowest_ms", "{:.0f}"),
    ("statements", "statements", "{:.0f}"),
    ("CPU ms", "cpu_ms", "{:.1f}"),
    ("Postgres CPU ms", "postgres_cpu_ms", "{:.1f}"),
    ("sent kB", "sent_kb", "{:.1f}"),
    ("HTML kB", "html_kb", "{:.0f}"),
]


def say(text: str) -> None:
    """Progress, beside the results."""
    print(text, file=sys.stderr, flush=True)


def measured(cluster: Cluster) -> list[dict]:
    """A line for every page."""
    world = World(cluster, BINARIES)
    with Function(BINARIES / "migrate", world.settings("migrate")) as migrate:
        migrate.invoke(event("migrate"))
    began = time.monotonic()
    large = Large(world, cluster)
    say(f"filled in {time.monotonic() - began:.0f} s: {large.sizes}")
    with Function(BINARIES / "api", world.settings("api")) as process:
        visitor = Visitor(process, world, large.seeded["token"])
        return [visitor.page(name, address) for name, address in addresses(large).items()]


def main() -> None:
    """Builds, measures, reports."""
    HOME.mkdir(parents=True, exist_ok=True)
    subprocess.run(BUILD, cwd=ROOT, check=True)
    cluster = Cluster()
    try:
        lines = measured(cluster)
    finally:
        cluster.stop()
    RESULTS.write_text("".join(json.dumps(line) + "\n" for line in lines))
    if os.environ.get("JSON"):
        print(RESULTS.read_text(), end="")
        return
    rows = [[line["page"], *[pattern.format(line[name]) for _, name, pattern in COLUMNS]] for line in lines]
    print(table(["page", *[head for head, _, _ in COLUMNS]], rows))


if __name__ == "__main__":
    main()
