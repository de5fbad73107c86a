"""`make bench LISTS=1`: what a page of each list costs in blocks of Postgres, with few rows and with a million tasks."""

import os
import sys

import psycopg
from driver.cluster import Cluster
from driver.places import HOME
from driver.progress import say
from functions.debug import BINARIES, build, migrated
from functions.process import Function
from functions.world import DATABASE, World

from . import asked, load
from .report import Pages

QUICK = bool(os.environ.get("QUICK"))
# Tasks: that few, so that a page looks at as many of them as it ever does; and rows of each other list.
FEW, FEW_ROWS = 20_000, 1_000
MANY = int(os.environ.get("ROWS") or (100_000 if QUICK else 1_000_000))
MANY_ROWS = MANY // 10


def main() -> int:
    """Builds, fills, asks, fills, asks; 1 if a list of tasks costs more with many."""
    HOME.mkdir(parents=True, exist_ok=True)
    # How blocks are touched does not depend on how the functions are compiled.
    build("api")
    cluster = Cluster()
    try:
        return measure(migrated(cluster))
    finally:
        cluster.stop()


def measure(place: World) -> int:
    """The report's exit status."""
    seeded = place.seed()
    pages = Pages()
    owner = psycopg.connect(place.watching.info.dsn, dbname=DATABASE, autocommit=True)
    # Nothing here is timed beside a checkpoint: the log need not be kept.
    owner.execute("alter system set max_wal_size = '1GB'")
    owner.execute("select pg_reload_conf()")
    ids = load.ids_of(owner, seeded)
    for name, before, after in (("few", (0, 0), (FEW, FEW_ROWS)), ("many", (FEW, FEW_ROWS), (MANY, MANY_ROWS))):
        say(f"filling: {after[0]:,} tasks, {after[1]:,} rows of each other list")
        load.fill(owner, ids, (before[0], after[0]), (before[1], after[1]))
        with Function(BINARIES / "api", place.settings("api")) as api:
            for path, about, address in asked.pages(ids):
                pages.ask(name, (path, about), address, place, api, seeded["token"])
    owner.close()
    return pages.report(MANY, MANY_ROWS)


if __name__ == "__main__":
    sys.exit(main())
