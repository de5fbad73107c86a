"""Many tasks in one request, and how soon all of them have succeeded."""

import time
from pathlib import Path

import psutil

from . import database, emulator
from .job import Api
from .up import Stack

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
    cache = emulator.code_cache(stack.instance)
    before, began = cores(stack.emulator.pid, cache), time.monotonic()
    ids = Api(stack.api_url, token).call("POST", "/tasks", [{"kind": KIND}] * n)["task_ids"]
    posted, most = time.monotonic() - began, 0
    while True:
        ended, failed, seconds, waits = reader.run(STATE, ids=ids)[0]
        most = max(most, len(functions(cache)))
        if ended + failed == n or time.monotonic() > deadline:
            break
        time.sleep(0.25)
    took = time.monotonic() - began
    used = {name: round((now - before[name]) / took, 2) for name, now in cores(stack.emulator.pid, cache).items()}
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


def cores(pid: int, cache: Path) -> dict[str, float]:
    """CPU seconds so far: of the emulator itself, of its functions, of the whole machine."""
    alone = psutil.Process(pid).cpu_times()
    running = 0.0
    for process in functions(cache):
        try:
            times = process.cpu_times()
            running += times.user + times.system
        except psutil.Error:
            continue
    machine = psutil.cpu_times()
    return {
        "emulator": alone.user + alone.system,
        "functions": running + alone.children_user + alone.children_system,
        "machine": sum(machine[:3]) + machine.irq + machine.softirq + machine.steal,
    }


def told(line: dict) -> str:
    """The same in words."""
    used = line["cores"]
    others = used["machine"] - used["emulator"] - used["functions"]
    waits = " / ".join(f"{wait:,}" for wait in line["end_ms"])
    return (
        f"{line['n']:,} tasks in one request, answered after {line['post_ms']:,.0f} ms: {line['ended']:,} succeeded, "
        f"{line['failed']:,} failed, in {line['seconds']:.1f} s: {line['per_second']:,.0f} tasks/s\n"
        f"start to end p50 / p95 / p99 {waits} ms; at most {line['function_processes']} function processes\n"
        f"cores used: emulator {used['emulator']:.2f}, functions {used['functions']:.2f}, Postgres and all else "
        f"{others:.2f}"
    )
