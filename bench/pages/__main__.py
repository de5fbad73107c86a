"""`make bench PAGES=1`: what every page of the console costs beside a million tasks and runs of 20,000 tests."""

import json
import os
import time

from driver.cluster import Cluster
from driver.places import HOME
from driver.progress import say
from driver.report import table
from functions.debug import BINARIES, build, migrated
from functions.process import Function

from .addresses import addresses
from .large import Large
from .visitor import Visitor

RESULTS = HOME / "pages.jsonl"
COLUMNS = [
    ("ms", "ms", "{:.0f}"),
    ("slowest", "slowest_ms", "{:.0f}"),
    ("statements", "statements", "{:.0f}"),
    ("CPU ms", "cpu_ms", "{:.1f}"),
    ("Postgres CPU ms", "postgres_cpu_ms", "{:.1f}"),
    ("sent kB", "sent_kb", "{:.1f}"),
    ("HTML kB", "html_kb", "{:.0f}"),
]


def measured(cluster: Cluster) -> list[dict]:
    """A line for every page."""
    world = migrated(cluster)
    began = time.monotonic()
    large = Large(world, cluster)
    say(f"filled in {time.monotonic() - began:.0f} s: {large.sizes}")
    with Function(BINARIES / "api", world.settings("api")) as process:
        visitor = Visitor(process, world, large.seeded["token"])
        return [visitor.page(name, address) for name, address in addresses(large).items()]


def main() -> None:
    """Builds, measures, reports."""
    HOME.mkdir(parents=True, exist_ok=True)
    # A page that is quick without the optimiser is quick.
    build("api", "collect_results")
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
