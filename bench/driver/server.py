"""The server's counters; from a connection to another database, so that asking adds nothing to them."""

import contextlib
import time

import psutil
import psycopg

from .cluster import Cluster
from .places import DATABASE

STATEMENTS = """
select coalesce(sum(calls), 0)::float8
from pg_stat_statements s
join pg_database d on d.oid = s.dbid
join pg_roles u on u.oid = s.userid
where d.datname = %s and u.rolname <> 'driver'
  -- Checks of foreign keys, which the server asks itself.
  and query not like 'SELECT %% FROM ONLY %% FOR KEY SHARE OF x'
"""
TUPLES = """
select xact_commit::float8, tup_inserted::float8, tup_updated::float8, tup_deleted::float8
from pg_stat_database where datname = %s
"""
WAL = "select wal_records::float8, wal_bytes::float8, wal_sync::float8 from pg_stat_wal"
ALIVE = "select count(*) from pg_stat_activity where datname = %s and usename <> 'driver'"


class Server:
    """What the peers' statements cost."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.connection = psycopg.connect(f"{cluster.dsn} dbname=postgres", autocommit=True)
        self.postmaster = psutil.Process(cluster.process.pid)

    def one(self, query: str, *values) -> tuple:
        """The only row of an answer."""
        return self.connection.execute(query, values or None).fetchone()

    def reset(self) -> None:
        """An empty database. Without a checkpoint: after one, autovacuum's first touch of every page would be logged whole."""
        self.wait_quiet()
        self.connection.execute(f"drop database if exists {DATABASE} with (force)")
        self.connection.execute(f"create database {DATABASE} owner bench")

    def wait_quiet(self, seconds: float = 10) -> None:
        """Until the peer's backends are gone and reaped: only then their counters and CPU time are all in."""
        for _ in range(int(seconds * 50)):
            if self.one(ALIVE, DATABASE)[0] == 0 and not any(self.exiting()):
                return
            time.sleep(0.02)

    def exiting(self):
        """For each process of the server, whether it is a peer's on its way out."""
        for child in self.postmaster.children():
            try:
                title = " ".join(child.cmdline())
                mine = f" {DATABASE} " in title and " driver " not in title
                yield not title or mine or child.status() == psutil.STATUS_ZOMBIE
            except psutil.Error:
                yield True

    def cpu(self) -> float:
        """CPU seconds of the server so far."""
        times = self.postmaster.cpu_times()
        total = times.user + times.system + times.children_user + times.children_system
        for child in self.postmaster.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                times = child.cpu_times()
                total += times.user + times.system
        return total

    def counters(self) -> dict:
        """Everything that is counted, at a moment at which no peer is connected."""
        self.wait_quiet()
        names = ["commits", "tuples_inserted", "tuples_updated", "tuples_deleted"]
        counted = {"statements": self.one(STATEMENTS, DATABASE)[0]}
        counted |= dict(zip(names, self.one(TUPLES, DATABASE)))
        counted |= dict(zip(["wal_records", "wal_bytes", "wal_syncs"], self.one(WAL)))
        return counted | {"server_cpu_s": self.cpu()}


def per_task(before: dict, after: dict, n: int, polls: int = 0) -> dict:
    """The differences, for each of `n` tasks; `polls` are the driver's own commits."""
    difference = {name: after[name] - before[name] for name in before}
    difference["commits"] -= polls
    cpu = difference.pop("server_cpu_s")
    rounded = {name: round(value / n, 4) for name, value in difference.items()}
    return rounded | {"server_cpu_us": round(cpu / n * 1e6, 1)}
