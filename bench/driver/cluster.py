"""The benchmark's own Postgres: durable, and without a checkpoint inside a run."""

import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg
from stack import ports
from stack.account import Account
from stack.postgres.cluster import end_earlier, quiet_environment
from stack.postgres.binaries import find

from .places import HOME

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "1GB",
    "max_connections": "200",
    # No checkpoint inside a run: keeps full-page images out of the WAL of a task.
    "checkpoint_timeout": "60min",
    "max_wal_size": "16GB",
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track": "top",
    "log_min_messages": "warning",
    "timezone": "UTC",
}


class Cluster:
    """A running server; `dsn` is the driver's, who is left out of every count."""

    def __init__(self) -> None:
        binaries, account = find(), Account.choose()
        room = account.room(HOME / "postgres")
        self.programs: Path = account.reachable(binaries.folder, room)
        self.version = binaries.version
        data = room / f"data-{binaries.major}"
        end_earlier(data)
        shutil.rmtree(data, ignore_errors=True)
        account.own(data)
        environment = quiet_environment()
        initdb = [self.programs / "initdb", "-D", data, "-U", "driver", "-A", "trust", "-E", "UTF8", "--locale=C"]
        subprocess.run(
            [*initdb, "--data-checksums"],
            cwd="/",
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
            **account.options,
        )
        self.port = ports.choose(55432)
        argv = [self.programs / "postgres", "-D", data, "-c", f"port={self.port}"]
        for name, value in SETTINGS.items():
            argv += ["-c", f"{name}={value}"]
        log = (HOME / "postgres.log").open("wb")
        self.process = subprocess.Popen(argv, cwd="/", env=environment, stdout=log, stderr=log, **account.options)
        self.dsn = f"host=127.0.0.1 port={self.port} user=driver"
        self.prepare()

    def prepare(self) -> None:
        """Waits for the server, then makes the peers' role."""
        deadline = time.monotonic() + 60
        while True:
            try:
                with psycopg.connect(f"{self.dsn} dbname=postgres", autocommit=True) as connection:
                    connection.execute("create extension if not exists pg_stat_statements")
                    connection.execute("create role bench superuser login")
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        """Ends the server."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)
