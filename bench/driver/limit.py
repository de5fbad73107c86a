"""The limit: pgbench with the least SQL for the same rows and commits."""

import re
import subprocess

import psycopg

from .machine import wait_calm
from .phases import Others
from .places import BENCH, DATABASE
from .server import Server, per_task

SCRIPTS = BENCH / "limit"
# Metric, clients, tasks in a transaction, tasks in all.
PLAN = [
    ("enqueue_single", 1, 1, 4000),
    ("enqueue_bulk", 1, 1000, 200000),
    ("drain_1", 1, 1, 4000),
    ("drain_10", 2, 10, 20000),
    ("drain", 2, 1000, 200000),
]


def measure(server: Server, patience: float, quick: bool):
    """A result for each line of the plan."""
    if not (server.cluster.programs / "pgbench").exists():
        raise RuntimeError(f"no pgbench in {server.cluster.programs}")
    for metric, clients, batch, n in PLAN:
        n = n // 2 if quick else n
        server.reset()
        with psycopg.connect(f"{server.cluster.dsn} dbname={DATABASE}", autocommit=True) as connection:
            connection.execute((SCRIPTS / "schema.sql").read_text())
            connection.execute("grant all on t, o to bench")
        if metric.startswith("drain"):
            pgbench(server, "enqueue_bulk", 1, 1000, max(1000, n))
        wait_calm(patience)
        before = server.counters()
        with Others(server.cpu) as others:
            seconds = pgbench(server, metric, clients, batch, n)
        yield {
            "metric": metric,
            "n": n,
            "seconds": round(seconds, 4),
            "per_second": round(n / seconds, 1),
            "other_cores": others.cores,
            **per_task(before, server.counters(), n),
        }


def pgbench(server: Server, metric: str, clients: int, batch: int, n: int) -> float:
    """Runs a script for `n` tasks; answers the seconds between the first and the last transaction."""
    script = SCRIPTS / (("drain" if metric.startswith("drain") else metric) + ".sql")
    argv = [server.cluster.programs / "pgbench", "-n", "-M", "prepared", "-f", script]
    argv += ["-h", "127.0.0.1", "-p", server.cluster.port, "-U", "bench"]
    argv += ["-c", clients, "-j", clients, "-t", n // batch // clients]
    argv += ["-D", f"n={batch}", "-D", "i=0", "-D", f"chunk={n // clients}", DATABASE]
    done = subprocess.run(list(map(str, argv)), capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    said = done.stdout
    return int(re.search(r"actually processed: (\d+)", said)[1]) / float(re.search(r"tps = ([\d.]+)", said)[1])
