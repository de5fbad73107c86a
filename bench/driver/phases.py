"""What is measured. Every phase answers one result: a dict of figures per task."""

import contextlib
import statistics
import time

import psycopg

from .machine import busy, cpu_of, memory_of, mine, stop, wait_calm
from .peer import Peer, executed, executions, forget_executions
from .places import DATABASE, EXECUTIONS
from .server import Server, per_task


class Bench:
    """One peer on an empty database."""

    def __init__(self, peer: Peer, server: Server, patience: float) -> None:
        self.peer, self.server, self.patience = peer, server, patience
        EXECUTIONS.parent.mkdir(parents=True, exist_ok=True)
        for left in EXECUTIONS.parent.glob(EXECUTIONS.name + "*"):
            left.unlink()
        forget_executions()
        server.reset()
        peer.call("schema")

    def enqueue(self, verb: str, n: int) -> dict:
        """Starts `n` tasks by a producer's verb."""
        wait_calm(self.patience)
        before = self.server.counters()
        with Others(self.server.cpu, mine) as others:
            said = self.peer.call(verb, n)
        after = self.server.counters()
        return {
            "n": n,
            "seconds": round(said["seconds"], 4),
            "per_second": round(n / said["seconds"], 1),
            "client_cpu_us": round(said["cpu_s"] / n * 1e6, 1),
            "other_cores": others.cores,
            **per_task(before, after, n),
        }

    def drain(self, n: int, extra: dict | None = None, limit: float = 75) -> dict:
        """Runs `n` waiting tasks: from the first start until all are recorded as done."""
        forget_executions()
        wait_calm(self.patience)
        before = self.server.counters()
        worker = self.peer.work("drain", extra)
        try:
            wait_for_first(worker)
            begun = executed()
            cpu = [self.server.cpu(), cpu_of(worker)]
            with Others(self.server.cpu, lambda: mine() + cpu_of(worker)) as others:
                deadline = time.monotonic() + limit
                while executed() < n and time.monotonic() < deadline and worker.poll() is None:
                    time.sleep(0.005)
                done, polls = self.wait_recorded(30) if executed() >= n else (time.time_ns(), 0)
            ran = executed()
            cpu = [self.server.cpu() - cpu[0], cpu_of(worker) - cpu[1]]
            memory = memory_of(worker)
        finally:
            stop(worker)
        after = self.server.counters()
        starts = executions()
        seconds = (done - min(start for _, start in starts)) / 1e9
        costs = per_task(before, after, ran, polls)
        client = None
        # A burst that was over before the first look says nothing of the rest: then the whole run counts, start included.
        if begun < ran / 5:
            costs["server_cpu_us"] = round(cpu[0] / (ran - begun) * 1e6, 1)
            client = round(cpu[1] / (ran - begun) * 1e6, 1)
        return {
            "n": n,
            "seconds": round(seconds, 4),
            "per_second": round(ran / seconds, 1),
            "twice": len(starts) - len({task for task, _ in starts}),
            "all_done": ran >= n,
            "worker_mb": memory,
            "other_cores": others.cores,
            **costs,
            **({"client_cpu_us": client} if client is not None else {}),
        }

    def wait_recorded(self, seconds: float) -> tuple[int, int]:
        """When no task was left unrecorded, and how many commits asking took."""
        polls, deadline = 1, time.monotonic() + seconds
        with psycopg.connect(f"{self.server.cluster.dsn} dbname={DATABASE}", autocommit=True) as connection:
            while time.monotonic() < deadline:
                moment = time.time_ns()
                polls += 1
                if connection.execute(self.peer.remaining).fetchone()[0] <= 0:
                    return moment, polls
                time.sleep(0.01)
        raise RuntimeError(f"{self.peer.name}: what ran is not recorded after {seconds} s")

    def latency(self, n: int, extra: dict | None = None) -> dict:
        """From the enqueueing call to the handler's first line, one task at a time on an idle system."""
        worker = self.peer.work("latency", extra)
        try:
            self.peer.call("enqueue-one", 1)
            wait_for_first(worker)
            time.sleep(1.5)
            forget_executions()
            wait_calm(self.patience)
            with Others(self.server.cpu, lambda: mine() + cpu_of(worker)) as others:
                sent = self.peer.call("probe", n + 5)[5:]
        finally:
            stop(worker)
        started = dict(reversed(executions()))
        waits = sorted((started[task] - before) / 1e6 for task, before, _ in sent)
        p50 = statistics.median(waits)
        return {
            "n": n,
            "per_second": round(1000 / p50, 1),
            "p50_ms": round(p50, 2),
            "p95_ms": round(waits[int(0.95 * n)], 2),
            "p99_ms": round(waits[min(n - 1, int(0.99 * n))], 2),
            "other_cores": others.cores,
        }


class Others(contextlib.AbstractContextManager):
    """How many cores everybody else used meanwhile: judge times by it."""

    def __init__(self, *known) -> None:
        self.known, self.cores = known, 0.0

    def rest(self) -> float:
        """CPU seconds of the machine that are none of ours."""
        return busy() - sum(known() for known in self.known)

    def __enter__(self) -> "Others":
        self.began, self.before = time.monotonic(), self.rest()
        return self

    def __exit__(self, *_) -> None:
        self.cores = round(max(0, self.rest() - self.before) / (time.monotonic() - self.began), 2)


def wait_for_first(worker, seconds: float = 120) -> None:
    """Until the first task has begun."""
    deadline = time.monotonic() + seconds
    while executed() < 1:
        if time.monotonic() > deadline or worker.poll() is not None:
            raise RuntimeError("the worker started nothing")
        time.sleep(0.002)
