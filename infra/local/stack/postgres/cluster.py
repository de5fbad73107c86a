"""A private Postgres cluster on 127.0.0.1, which only `make run` keeps between starts."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from .. import ports
from ..account import Account
from ..instance import Instance
from ..problem import Problem
from ..processes import Processes
from . import database
from .binaries import find

SETTINGS = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "300", "timezone": "UTC"}
FAST_BUT_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class Server:
    """A Postgres server that answers."""

    superuser_url: str
    note: str
    psql: str


def start(instance: Instance, processes: Processes) -> Server:
    """Starts the cluster, making it first if there is none."""
    binaries, account = find(), Account.choose()
    room = account.room(instance.directory / "postgres")
    programs = account.reachable(binaries.folder, room)
    data = room / f"data-{binaries.major}"
    end_earlier(data)
    if instance.name != "run" or not (data / "PG_VERSION").exists():
        shutil.rmtree(data, ignore_errors=True)
        initialise(instance, account, programs, data)
    port = ports.choose(5433 if instance.name == "run" else None)
    settings = SETTINGS | {"port": str(port)} | (FAST_BUT_FORGETFUL if instance.name.startswith("test") else {})
    argv = [programs / "postgres", "-D", data]
    for name, value in settings.items():
        argv += ["-c", f"{name}={value}"]
    log = instance.log("postgres")
    log.write_bytes(b"")
    child = processes.start("postgres", argv, log, signal.SIGINT, cwd="/", env=quiet_environment(), **account.options)
    url = f"postgres://postgres:{instance.secret('postgres')}@127.0.0.1:{port}/postgres"
    wait(child, url, log)
    note = f"PostgreSQL {binaries.version} from {binaries.folder}, as {account.name}"
    if not room.is_relative_to(instance.directory):
        note += f", files in {room}"
    return Server(url, note, "psql" if shutil.which("psql") else str(binaries.folder / "psql"))


def initialise(instance: Instance, account: Account, programs: Path, data: Path) -> None:
    """Makes an empty cluster whose superuser needs the instance's password."""
    account.own(data)
    with tempfile.NamedTemporaryFile("w", suffix=".password") as password:
        password.write(instance.secret("postgres"))
        password.flush()
        if account.options:
            os.chown(password.name, account.options["user"], account.options["group"])
        argv = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "--auth=scram-sha-256",
            f"--pwfile={password.name}",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ]
        done = subprocess.run(argv, cwd="/", env=quiet_environment(), capture_output=True, text=True, **account.options)
    if done.returncode != 0:
        shutil.rmtree(data, ignore_errors=True)
        raise Problem(f"Postgres could not make its data directory {data}: {last_line(done.stderr or done.stdout)}")


def end_earlier(data: Path) -> None:
    """Ends a server of an earlier start that still has the data, and removes its pid file if it is stale."""
    pid_file = data / "postmaster.pid"
    try:
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        if str(data) in process.cmdline():
            process.send_signal(signal.SIGINT)
            process.wait(15)
    except (FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
        pass
    pid_file.unlink(missing_ok=True)


def wait(child: subprocess.Popen, url: str, log: Path, patience: float = 60) -> None:
    """Waits until the server answers."""
    deadline = time.monotonic() + patience
    while not database.answers(url):
        if child.poll() is not None or time.monotonic() > deadline:
            raise Problem(f"Postgres did not start: {last_line(log.read_text(errors='replace'))} (all of it: {log})")
        time.sleep(0.05)


def quiet_environment() -> dict:
    """An environment without the caller's PG… settings, which initdb and postgres would obey."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def last_line(text: str) -> str:
    """The last line that says something."""
    return ([line for line in text.splitlines() if line.strip()] or ["it said nothing"])[-1].strip()
