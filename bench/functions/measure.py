"""Each function's figures, and those of a request."""

import io
import json
import re
import shutil
import statistics
import zipfile

from driver.places import HOME

from .process import Function
from .world import BINARIES, World, event

STARTS = 15
REQUESTS = 100
CALLGRIND = HOME / "callgrind.out"
# The id of a task that the committed events name.
SOME_TASK = "00000000-0000-7000-8000-000000000001"
MIB = 1024 * 1024


def size(function: str) -> dict:
    """Megabytes of the binary, which the release profile strips, and of its zip at zip's own default level."""
    binary, packed = (BINARIES / function).read_bytes(), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bootstrap", binary)
    return {"binary_mib": len(binary) / MIB, "zip_mib": len(packed.getvalue()) / MIB}


def starts(function: str, world: World) -> dict:
    """From exec to the first call of the runtime API: medians of many starts, and instructions, which hardly vary."""
    clock, cpu, memory = [], [], []
    for _ in range(STARTS + 1):
        with Function(BINARIES / function, world.settings(function)) as process:
            clock.append(process.start_ms)
            cpu.append(process.start_cpu_ms)
            memory.append(process.peak_mib())
    # The first has to read the file.
    figures = {"start_ms": clock, "start_cpu_ms": cpu, "start_peak_mib": memory}
    medians = {name: statistics.median(values[1:]) for name, values in figures.items()}
    return medians | {"start_minstructions": instructions(function, world)}


def instructions(function: str, world: World) -> float | None:
    """Millions of instructions up to the first call of the runtime API; none without valgrind."""
    valgrind = shutil.which("valgrind")
    if not valgrind:
        return None
    CALLGRIND.unlink(missing_ok=True)
    below = (valgrind, "--tool=callgrind", f"--callgrind-out-file={CALLGRIND}")
    with Function(BINARIES / function, world.settings(function), below):
        pass
    found = re.search(r"^(?:totals|summary): (\d+)", CALLGRIND.read_text(), re.M)
    return int(found[1]) / 1e6 if found else None


def invoked(function: str, world: World, events: list[dict]) -> dict:
    """What one process has taken after these events; their answers too."""
    with Function(world.binaries / function, world.settings(function)) as process:
        answers = [process.invoke(one)[0] for one in events]
        return {"peak_mib": process.peak_mib(), "connections": world.connections(), "answers": answers}


def request(process: Function, world: World, name: str, one: dict, expected: int) -> dict:
    """What a request costs a warm `api`: statements and messages are exact, times are medians or means."""
    for _ in range(5):
        check(process.invoke(one)[0], expected)
    world.reset()
    calls, cpu = world.outside.calls, process.cpu_ms()
    times = [process.invoke(one)[1] for _ in range(REQUESTS)]
    statements, postgres = world.statements()
    return {
        "request": name,
        "ms": statistics.median(times),
        "cpu_ms": (process.cpu_ms() - cpu) / REQUESTS,
        "statements": statements / REQUESTS,
        "postgres_ms": postgres / REQUESTS,
        "sqs_calls": (world.outside.calls - calls) / REQUESTS,
    }


def check(answer: dict, expected: int) -> dict:
    """The body of an HTTP answer that is as it should be."""
    if answer.get("statusCode") != expected:
        raise RuntimeError(f"api answered {answer}")
    return json.loads(answer["body"])


def requests(world: World, token: str) -> list[dict]:
    """Start a task, look at one that waits."""
    user = {"rh-TOKEN": token}
    start = event("api-start", user)
    with Function(BINARIES / "api", world.settings("api")) as process:
        some = check(process.invoke(start)[0], 202)["task_id"]
        status = event("api-status", user | {SOME_TASK: some})
        cases = [("GET /health", event("api-health"), 200), ("POST /tasks/{kind}", start, 202)]
        cases.append(("GET /tasks/{id}", status, 200))
        return [request(process, world, *case) for case in cases]
