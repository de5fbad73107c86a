"""Many tasks in one request, and how soon all of them have succeeded."""

import contextlib
import json
import os
import time
from pathlib import Path

import psutil

from ..functions.emulator import code_cache
from ..job import Api
from ..postgres import database
from ..up import Stack

KIND = "count_test_sets"
STATE = """
select count(*) filter (where status = 'SUCCESS'), count(*) filter (where status in ('FAILURE', 'REVOKED')),
  coalesce(extract(epoch from max(finished_at) - min(created_at)), 0)::float8,
  percentile_cont(array[0.5, 0.95, 0.99]) within group (order by extract(epoch from finished_at - created_at))
from tasks.task where id = any(cast(:ids as uuid[]))
"""


def measure(stack: Stack, token: str, n: int, deadline: float) -> dict:
    """Starts `n` tasks at once and waits, until the deadline at most; both ends on Postgres's clock."""
    reader = database.connect(stack.databases.reader_url, timeout=30)
    cache = code_cache(stack.instance)
    before, began = cores(stack), time.monotonic()
    ids = Api(stack.api_url, token).call("POST", "/tasks", [{"kind": KIND}] * n)["task_ids"]
    posted, most = time.monotonic() - began, 0
    while True:
        ended, failed, seconds, waits = reader.run(STATE, ids=ids)[0]
        most = max(most, len(functions(cache)))
        if ended + failed == n or time.monotonic() > deadline:
            break
        time.sleep(0.25)
    took = time.monotonic() - began
    used = {name: round((now - before[name]) / took, 2) for name, now in cores(stack).items()}
    reader.close()
    return {
        "metric": "stack_bulk",
        "n": n,
        "ended": ended,
        "failed": failed,
        "post_ms": round(posted * 1000, 1),
        "seconds": round(seconds, 2),
        "per_second": round(ended / seconds, 1) if seconds else 0.0,
        "end_ms": [round(wait * 1000) for wait in waits or []],
        "function_processes": most,
        "cores": used,
    }


def functions(cache: Path) -> list[psutil.Process]:
    """The processes of the stack's functions."""
    return [p for p in psutil.process_iter(["exe"]) if (p.info["exe"] or "").startswith(f"{cache}/")]


def cores(stack: Stack) -> dict[str, float]:
    """CPU seconds so far: of the emulator, of its functions, of Postgres, of the whole machine."""
    records = json.loads((stack.instance.directory / "processes.json").read_text())
    postmaster = next(record["pid"] for record in records if record["name"] == "postgres")
    emulator, server = psutil.Process(stack.emulator.pid), psutil.Process(postmaster)
    running, machine = functions(code_cache(stack.instance)), psutil.cpu_times()
    ended = emulator.cpu_times()
    return {
        "emulator": spent([emulator, *set(emulator.children(recursive=True)) - set(running)]),
        "functions": spent(running) + ended.children_user + ended.children_system,
        "postgres": spent([server, *server.children()]) + sum(server.cpu_times()[2:4]),
        "machine": machine.user + machine.nice + machine.system + machine.irq + machine.softirq,
    }


def spent(processes: list[psutil.Process]) -> float:
    """CPU seconds of those that are still there."""
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def told(line: dict) -> str:
    """The same in words."""
    used = line["cores"]
    others = max(0, 2 * used["machine"] - sum(used.values()))
    waits = " / ".join(f"{wait:,}" for wait in line["end_ms"])
    return (
        f"{line['n']:,} tasks in one request, answered after {line['post_ms']:,.0f} ms: {line['ended']:,} succeeded, "
        f"{line['failed']:,} failed, in {line['seconds']:.1f} s: {line['per_second']:,.0f} tasks/s\n"
        f"start to end p50 / p95 / p99 {waits} ms; at most {line['function_processes']} function processes\n"
        f"cores of {os.cpu_count()}: emulator {used['emulator']:.2f}, functions {used['functions']:.2f}, "
        f"Postgres {used['postgres']:.2f}, everybody else on this machine {others:.2f}"
    )
