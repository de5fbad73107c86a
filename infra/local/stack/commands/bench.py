"""`make bench STACK=1`: tasks through the whole local stack, on one machine."""

import json
import os
import subprocess
import sys
import time

from .. import console, endpoint
from ..console import say
from ..instance import REPOSITORY, Instance
from ..seed import seed
from ..up import Stack, up
from . import burst

QUICK, JSON = bool(os.environ.get("QUICK")), bool(os.environ.get("JSON"))
ALONE, PROBES = (30, 5) if QUICK else (100, 10)
BURST = 500 if QUICK else 2000
# Seconds for all that is measured.
TIME = 120
BOUND = """Emulator, functions and Postgres share this machine. The emulator is one Python process: gateway, queues and
poller; it invokes with ten messages, as many at a time as the template allows the kind. The functions are a debug build.
None of it says what AWS does."""


def bench() -> int:
    """The command; 1 if not everything ended in time."""
    # Of its own, as `make run` starts one.
    os.environ.pop("DATABASE_URL", None)
    if JSON:
        console.terminal.file = sys.stderr
    with up(Instance.bench()) as stack:
        seeded = seed(stack.databases.owner_url, endpoint.TESTS, stack.endpoint.url, [])
        say()
        deadline = time.monotonic() + TIME
        say(f"{ALONE} tasks one after the other, then {BURST} in one request; {TIME} s at most")
        lines = alone(stack, seeded["token"], deadline)
        lines.append(burst.measure(stack, seeded["token"], BURST, deadline))
    return report(lines)


def alone(stack: Stack, token: str, deadline: float) -> list[dict]:
    """bench/latency.py against this stack; nothing, with a word, if it takes too long."""
    argv = [sys.executable, REPOSITORY / "bench" / "latency.py", "--api-url", stack.api_url, "--token", token]
    argv += ["--tasks", ALONE, "--probes", PROBES, "--json"]
    local = os.environ | {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
    # Half of what there is: the burst wants its part.
    patience = (deadline - time.monotonic()) / 2
    try:
        done = subprocess.run(list(map(str, argv)), env=local, capture_output=True, text=True, timeout=patience)
    except subprocess.TimeoutExpired:
        say(f"tasks one after the other: not done in {patience:.0f} s")
        return []
    if done.returncode != 0:
        say(done.stderr.strip())
        return []
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [{"metric": f"stack_{line['kind']}_{line['part']}".replace(" ", "_"), **line} for line in lines]


def report(lines: list[dict]) -> int:
    """A table, or JSON lines."""
    lines = [{"system": "ours", "per_second": round(1000 / line.get("p50_ms", 1000), 1), **line} for line in lines]
    if JSON:
        print("\n".join(map(json.dumps, lines)))
    else:
        say(f"\n{'one after the other, ms':<44}{'n':>6}{'first':>10}{'p50':>10}{'p95':>10}{'p99':>10}")
        for line in lines[:-1]:
            times = "".join(f"{line[name]:>10.1f}" for name in ("first_ms", "p50_ms", "p95_ms", "p99_ms"))
            say(f"{line['kind'] + ', ' + line['part']:<44}{line['n']:>6}{times}")
        say("\n" + burst.told(lines[-1]) + "\n\n" + BOUND)
    return 0 if lines[-1]["ended"] == lines[-1]["n"] and len(lines) > 1 else 1
