"""One database of the engine's, with its own producer, worker and messages."""

import socket
import subprocess
import time
from pathlib import Path

import psycopg
from driver.cluster import Cluster
from driver.machine import cpu_of, stop
from driver.peer import RECORD, Peer
from driver.places import BENCH, HOME, environment

from .backends import Backends

# Of the engine's tasks in the benchmark, see bench/ours/src/setup.rs.
ORGANIZATION = "c0a8f3de-58e1-4b7e-8f57-2f7f6f1f3a92"
WAITING = """
select count(*) from tasks.outbox
where organization_id = %s and visible_at < clock_timestamp() + interval '1 hour'
"""
PLAIN = {"BATCH_SIZE": "1000", "CONCURRENCY": "2"}
MEMBERS = {"BATCH_SIZE": "1000", "CONCURRENCY": "1"}


class Place:
    """An engine that is driven by hand: what a producer sends is kept until it is fed to the worker."""

    def __init__(self, cluster: Cluster, name: str, explain: bool) -> None:
        self.name, self.database = name, f"growth_{name}"
        self.executions = HOME / f"growth-{name}.log"
        for left in HOME.glob(self.executions.name + "*"):
            left.unlink()
        self.executions.touch()
        self.admin = psycopg.connect(f"{cluster.dsn} dbname=postgres", autocommit=True)
        self.admin.execute(f"drop database if exists {self.database} with (force)")
        self.admin.execute(f"create database {self.database} owner bench")
        if explain:
            self.admin.execute(f"alter database {self.database} set pg_stat_statements.track = 'all'")
        self.dsn = f"{cluster.dsn} dbname={self.database}"
        own = {"DATABASE_URL": f"postgresql://bench@127.0.0.1:{cluster.port}/{self.database}"}
        variables = environment(cluster.port, cluster.programs) | own | {"BENCH_EXEC_FILE": str(self.executions)}
        self.peer = Peer(BENCH / "peers" / "ours", variables)
        self.peer.call("build", timeout=3600)
        self.peer.call("schema")
        self.connection = psycopg.connect(self.dsn, autocommit=True)
        self.worker: subprocess.Popen | None = None
        # Of the backends that ended with their worker nothing is asked any more.
        self.backends = Backends(self.admin, self.database, "task_noop")

    def path(self, ending: str) -> Path:
        """What bench/ours puts beside the file of executions."""
        return self.executions.with_name(f"{self.executions.name}.{ending}")

    def start(self, settings: dict) -> None:
        """Starts a worker, which waits for messages."""
        self.stop()
        self.worker = self.peer.work("drain", settings)
        while not self.path("socket").exists():
            if self.worker.poll() is not None:
                raise RuntimeError("the worker ended; see worker-ours.log in .local/bench")
            time.sleep(0.01)

    def stop(self) -> None:
        """Ends the worker."""
        if self.worker:
            stop(self.worker)
            self.path("socket").unlink(missing_ok=True)
        self.worker = None

    def drop(self) -> None:
        """Ends the worker and gives the disk back."""
        self.stop()
        self.connection.close()
        self.admin.execute(f"drop database {self.database} with (force)")

    def worker_cpu(self) -> float:
        """CPU seconds of the worker."""
        return cpu_of(self.worker) if self.worker else 0.0

    def call(self, role: str, *verb, extra: dict | None = None) -> tuple[dict, float, list[bytes]]:
        """Runs a verb of bench/ours with nobody listening: its answer, µs of its backends, the messages."""
        away = self.path("away")
        if self.path("socket").exists():
            self.path("socket").rename(away)
        try:
            process = self.peer.begin(*verb, extra=extra)
            cpu = Backends(self.admin, self.database, role).during(process)
            answer = self.peer.end(process, *verb)
        finally:
            if away.exists():
                away.rename(self.path("socket"))
        kicks = self.path("kicks")
        messages = kicks.read_bytes().splitlines() if kicks.exists() else []
        kicks.unlink(missing_ok=True)
        return answer, cpu, messages

    def feed(self, messages: list[bytes]) -> None:
        """Gives messages to the worker."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            for first in range(0, len(messages), 1000):
                sender.sendto(b"\n".join(messages[first : first + 1000]) + b"\n", str(self.path("socket")))

    def executed(self) -> int:
        """How many tasks have written their line since `forget`."""
        return self.executions.stat().st_size // RECORD

    def first(self) -> float:
        """When the first of them began, in seconds of the epoch."""
        return min(int(line.split()[1]) for line in self.executions.read_bytes().splitlines()) / 1e9

    def forget(self) -> None:
        """Empties the file of executions."""
        self.executions.write_bytes(b"")

    def waiting(self) -> int:
        """Tasks of the benchmark's organization that are due and not recorded as ended."""
        return self.connection.execute(WAITING, (ORGANIZATION,)).fetchone()[0]

    def wait(self, n: int, left: int, seconds: float) -> float:
        """Until `n` tasks have run and no more than `left` are due; when that was."""
        deadline = time.monotonic() + seconds
        while self.executed() < n or self.waiting() > left:
            if time.monotonic() > deadline or self.worker.poll() is not None:
                raise RuntimeError(f"{self.executed()} of {n} tasks ran in {seconds:.0f} s, {self.waiting()} are due")
            time.sleep(0.005)
        return time.time()
