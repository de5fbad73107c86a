"""`make bench GROWTH=1`: the engine on empty tables beside tables with a million rows and a held horizon."""

import json
import os
import time

from driver.cluster import Cluster
from driver.machine import mine, wait_calm
from driver.places import HOME
from driver.progress import say
from driver.server import Server

from . import load, measure, report
from .place import PLAIN, Place

QUICK, JSON = bool(os.environ.get("QUICK")), bool(os.environ.get("JSON"))
EXPLAIN = bool(os.environ.get("EXPLAIN"))
ROWS = int(os.environ.get("ROWS") or (100_000 if QUICK else 1_000_000))
MEMBERS = int(os.environ.get("MEMBERS") or (10_000 if QUICK else 100_000))
SLICES = int(os.environ.get("SLICES") or (3 if QUICK else 6))
SLICE = 12_000
DUE = 5_000
SMALL, SMALL_TIMES = 1_000, 5
PATIENCE = float(os.environ.get("CALM_SECONDS") or (1 if QUICK else 10))
RESULTS = HOME / "growth.jsonl"


class Run:
    """Two databases in turns, and results as they come."""

    def __init__(self, cluster: Cluster) -> None:
        self.results: list[dict] = []
        self.file = RESULTS.open("w")
        self.empty, self.full = (Place(cluster, name, EXPLAIN) for name in ("empty", "full"))
        self.places = (self.empty, self.full)
        self.server = Server(cluster)

    def note(self, place: Place, result: dict, **more) -> None:
        """Keeps a result, and prints it if it is asked for as JSON."""
        line = {"system": "ours", "tables": place.name, **more, **result}
        self.results.append(line)
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()
        if JSON:
            print(json.dumps(line), flush=True)
        say(f"  {place.name} {line['metric']}: {line['server_cpu_us']:,.1f} µs, {line['per_second']:,.0f}/s")

    def slices(self) -> None:
        """Start, claim and finish, in turns, so that a slow stretch of the machine falls on both."""
        knowing = (self.server.cpu, mine, self.empty.worker_cpu, self.full.worker_cpu)
        for number in range(SLICES + 1):
            for place in self.places:
                wait_calm(PATIENCE)
                for result in measure.slice_of(place, SLICE if number else 2_000, knowing):
                    # The first makes the worker's connections plan.
                    if number:
                        self.note(place, result, slice=number)

    def sweeps(self, later: bool) -> None:
        """Idle sweeps."""
        for place in self.places:
            wait_calm(PATIENCE)
            result = measure.idle(place)
            self.note(place, result | {"metric": result["metric"] + "_later" * later})

    def members(self, messages: dict) -> None:
        """The large group on full tables beside small ones on empty tables."""
        measure.warm_members(self.empty)
        for _ in range(SMALL_TIMES):
            enqueued, some = measure.group(self.empty, SMALL)
            self.note(self.empty, enqueued)
            self.note(self.empty, measure.members(self.empty, SMALL, some, 60))
        measure.warm_members(self.full)
        self.note(self.full, measure.members(self.full, MEMBERS, messages, 120))

    def all(self) -> None:
        """The whole plan."""
        say(f"filling: {ROWS:,} tasks for tomorrow, {ROWS:,} that have ended")
        began = time.monotonic()
        load.fill(self.full, ROWS)
        say(f"  {load.size(self.full) / 1e9:.1f} GB in {time.monotonic() - began:.0f} s")
        held = load.hold(self.full)
        say(f"a transaction is open from now on; a group of {MEMBERS:,} waits beside the slices")
        enqueued, messages = measure.group(self.full, MEMBERS)
        self.note(self.full, enqueued)
        self.sweeps(later=False)
        for place in self.places:
            place.start(PLAIN)
        self.slices()
        self.sweeps(later=True)
        for place in self.places:
            self.note(place, measure.busy(place, DUE))
        self.members(messages)
        self.dead = load.dead(self.full)
        for place in self.places:
            place.stop()
            self.note(place, measure.prune(place))
        held.close()


def main() -> None:
    """Builds, measures, reports."""
    HOME.mkdir(parents=True, exist_ok=True)
    began, cluster = time.monotonic(), Cluster()
    say("building the engine")
    run = None
    try:
        run = Run(cluster)
        run.all()
    finally:
        for place in run.places if run else ():
            place.drop()
        cluster.stop()
    if JSON:
        return
    print(f"\nPostgreSQL {cluster.version}, {(time.monotonic() - began) / 60:.0f} min")
    print(f"full: {ROWS:,} waiting and {ROWS:,} ended tasks of {load.ORGANIZATIONS} organizations,")
    print(f"{run.dead:,} dead rows that no vacuum could remove\n")
    print(report.growth(report.cells(run.results)) + "\n")
    print(report.slices(run.results) + "\n")
    print(report.statements(run.results, 150 if EXPLAIN else 44) + "\n")
    print(report.tenths(run.results) + f"\n\nevery figure: {RESULTS}")


if __name__ == "__main__":
    main()
