"""The stack's database, on a private cluster or on the server that DATABASE_URL names."""

import hashlib
import os
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from ..instance import Instance
from ..processes import Processes
from . import cluster, database

NAME = "rhesis"
OWNER = "rhesis_owner"


@dataclass
class Databases:
    """Who may connect to what; `superuser_url` is the server's maintenance database."""

    superuser_url: str
    owner_url: str
    reader_url: str
    function_password: str
    note: str
    psql: str = "psql"


def prepare(instance: Instance, processes: Processes) -> Databases:
    """Finds or starts a server and makes what the migrations take for granted: a database and its owner."""
    given = os.environ.get("DATABASE_URL")
    return borrowed(instance, given) if given else private(instance, processes)


def private(instance: Instance, processes: Processes) -> Databases:
    """A cluster of this stack's own, where the database's owner is no superuser, as on RDS."""
    server = cluster.start(instance, processes)
    owner_url = database.create(server.superuser_url, NAME, OWNER, instance.secret("owner"))
    reader_url = database.create_reader(server.superuser_url, NAME, instance.secret("reader"))
    return Databases(
        server.superuser_url, owner_url, reader_url, instance.secret("functions"), server.note, server.psql
    )


def borrowed(instance: Instance, given: str) -> Databases:
    """The database that DATABASE_URL names; for tests a new one beside it."""
    note = f"PostgreSQL {database.version(given)}, DATABASE_URL"
    name = unquote(urlsplit(given).path.lstrip("/")) or "postgres"
    owner_url = given
    if instance.name.startswith("test"):
        name = f"{name}_stack_{instance.name}"
        owner_url = database.recreate(given, name)
    reader_url = database.create_reader(given, name, agreed("reader", given))
    return Databases(given, owner_url, reader_url, agreed("functions", given), note)


def agreed(name: str, url: str) -> str:
    """A password for a role of a borrowed server: roles are the server's, so two stacks on it must come to the same."""
    parts = urlsplit(url)
    return hashlib.sha256(f"{name} {parts.username} {parts.password}".encode()).hexdigest()[:32]
