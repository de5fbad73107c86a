"""pgbouncer in transaction mode before the stack's Postgres, for `make test-pooler`."""

import shutil
import signal
import time
from pathlib import Path
from urllib.parse import urlsplit

from .. import ports
from ..account import Account
from ..instance import REPOSITORY, Instance
from ..problem import Problem
from ..processes import Processes
from .databases import Databases

SETTINGS = {
    "listen_addr": "127.0.0.1",
    "pool_mode": "transaction",
    "auth_type": "scram-sha-256",
    "max_client_conn": "2000",
    "default_pool_size": "10",
    # What sqlx asks for at the start of a connection, and every server has anyway.
    "ignore_startup_parameters": "extra_float_digits",
    "unix_socket_dir": "",
}


def start(instance: Instance, processes: Processes, databases: Databases) -> int:
    """Starts a pooler for the login roles of the functions; returns its port."""
    program = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")
    if program is None:
        raise Problem("Install pgbouncer (Debian: apt install pgbouncer): it is not on the PATH.")
    server, account, port = urlsplit(databases.superuser_url), Account.choose(), ports.choose()
    room = account.room(instance.directory / "pooler") / "pgbouncer"
    shutil.rmtree(room, ignore_errors=True)
    account.own(room)
    users = write(room / "users.txt", "".join(f'"{role}" "{databases.function_password}"\n' for role in roles()), account)
    settings = SETTINGS | {"listen_port": str(port), "auth_file": str(users)}
    lines = ["[databases]", f"* = host={server.hostname} port={server.port or 5432}", "[pgbouncer]"]
    lines += [f"{name} = {value}" for name, value in settings.items()]
    config = write(room / "pgbouncer.ini", "\n".join(lines) + "\n", account)
    log = instance.log("pgbouncer")
    child = processes.start("pooler", [program, config], log, signal.SIGINT, cwd="/", **account.options)
    deadline = time.monotonic() + 10
    while ports.is_free(port):
        if child.poll() is not None or time.monotonic() > deadline:
            raise Problem(f"pgbouncer did not start; see {log}.")
        time.sleep(0.05)
    return port


def roles() -> list[str]:
    """The login roles: one a kind of task, and those of the other functions."""
    kinds = sorted(folder.name for folder in (REPOSITORY / "functions" / "tasks").iterdir() if folder.is_dir())
    return ["tasks_api", "tasks_relay", *(f"task_{kind}" for kind in kinds)]


def write(path: Path, text: str, account: Account) -> Path:
    """Writes a file that only the pooler's user may read."""
    path.write_text(text)
    path.chmod(0o600)
    if account.options:
        shutil.chown(path, account.options["user"], account.options["group"])
    return path
