"""`make bench`: every peer and the engine, in turns, on one Postgres."""

import contextlib
import json
import os
import subprocess
import time

from . import chart, limit, plan, report
from .cluster import Cluster
from .peer import Peer
from .places import BENCH, CHART, HOME, RESULTS, environment
from .progress import say
from .server import Server

QUICK = bool(os.environ.get("QUICK"))
JSON = bool(os.environ.get("JSON"))
ROUNDS = int(os.environ.get("ROUNDS") or (1 if QUICK else 3))
SYSTEMS = (os.environ.get("PEERS") or " ".join([*plan.NAMES, "limit"])).split()
PATIENCE = float(os.environ.get("CALM_SECONDS") or (3 if QUICK else 30))


class Run:
    """Results as they come."""

    def __init__(self) -> None:
        self.results: list[dict] = []
        self.missing: dict[str, str] = {}
        self.file = RESULTS.open("w")

    def note(self, system: str, result: dict) -> None:
        """Keeps a result, and prints it if it is asked for as JSON."""
        line = {"system": system, **result}
        self.results.append(line)
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()
        if JSON:
            print(json.dumps(line), flush=True)
        figures = {k: line[k] for k in ("p50_ms", "wal_bytes", "server_cpu_us", "other_cores") if k in line}
        say(f"  {system} {line['metric']}: {line['per_second']:,.0f}/s {figures}")

    def miss(self, system: str, error: Exception) -> None:
        """A system that could not be measured is said so, and does not stop the others."""
        self.missing[system] = str(error).strip().splitlines()[0]
        say(f"  {system} is missing: {error}")


def install(run: Run, peers: list[Peer]) -> list[Peer]:
    """Builds or installs each; answers those that are there."""
    there = []
    for peer in peers:
        say(f"installing {peer.name}")
        try:
            peer.call("build", timeout=3600)
            there.append(peer)
        except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
            run.miss(peer.name, error)
    return there


def measure(run: Run, server: Server, peers: list[Peer]) -> None:
    """Rounds over all systems, so that a slow stretch of the machine falls on all of them alike."""
    for turn in range(ROUNDS):
        for peer in peers:
            if peer.name not in run.missing:
                say(f"round {turn + 1} of {ROUNDS}: {peer.name}")
                with missing(run, peer.name):
                    for result in plan.measure(peer, server, PATIENCE, QUICK):
                        run.note(peer.name, {"round": turn + 1, **result})
        if "limit" in SYSTEMS and "limit" not in run.missing:
            say(f"round {turn + 1} of {ROUNDS}: limit")
            with missing(run, "limit"):
                for result in limit.measure(server, PATIENCE, QUICK):
                    run.note("limit", {"round": turn + 1, **result})


@contextlib.contextmanager
def missing(run: Run, system: str):
    """What goes wrong with one system is that system's."""
    try:
        yield
    except Exception as error:
        run.miss(system, error)


def main() -> None:
    """Installs, measures, reports."""
    HOME.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    cluster = Cluster()
    try:
        server = Server(cluster)
        variables = environment(cluster.port, cluster.programs)
        run = Run()
        peers = [Peer(BENCH / "peers" / name, variables) for name in SYSTEMS if name != "limit"]
        measure(run, server, install(run, peers))
    finally:
        cluster.stop()
    cells = report.medians(run.results)
    chart.draw(cells, SYSTEMS)
    if not JSON:
        print(f"\nPostgreSQL {cluster.version}, {ROUNDS} round(s), {(time.monotonic() - began) / 60:.0f} min\n")
        for part in report.rates, report.lives, report.costs:
            print(part(cells, SYSTEMS) + "\n")
        for system, why in run.missing.items():
            print(f"missing: {system}: {why}")
        print(f"every figure: {RESULTS}\nchart: {CHART}")


if __name__ == "__main__":
    main()
