"""Roles and databases of the stack, before its own migrations run."""

import ssl
from urllib.parse import parse_qs, quote, unquote, urlsplit, urlunsplit

import pg8000.exceptions
import pg8000.native

from ..problem import Problem

LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}


def connect(url: str, timeout: float = 5) -> pg8000.native.Connection:
    """Opens a connection to the database that a URL names."""
    parts = urlsplit(url)
    return pg8000.native.Connection(
        unquote(parts.username or "postgres"),
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 5432,
        database=unquote(parts.path.lstrip("/")) or "postgres",
        password=unquote(parts.password or ""),
        ssl_context=ssl_context(ssl_mode(url)),
        timeout=timeout,
    )


def ssl_context(mode: str) -> ssl.SSLContext | None:
    """What `sslmode` asks for; as in libpq, only verify-ca and verify-full look at the certificate."""
    if mode == "disable":
        return None
    context = ssl.create_default_context()
    context.check_hostname = mode == "verify-full"
    if not mode.startswith("verify"):
        context.verify_mode = ssl.CERT_NONE
    return context


def answers(url: str) -> bool:
    """Whether the server takes connections now."""
    try:
        connect(url).close()
    except (pg8000.exceptions.InterfaceError, pg8000.exceptions.DatabaseError, OSError):
        return False
    return True


def version(url: str) -> str:
    """The server's version, checked against those that the engine supports."""
    try:
        connection = connect(url)
    except (pg8000.exceptions.InterfaceError, pg8000.exceptions.DatabaseError, OSError) as error:
        raise Problem(f"Set DATABASE_URL to a server that lets you in: {said(error)}.") from None
    found = connection.run("show server_version")[0][0].split()[0]
    connection.close()
    if int(found.split(".")[0]) not in range(15, 19):
        raise Problem(f"DATABASE_URL is PostgreSQL {found}: versions 15 to 18 are supported.")
    return found


def ssl_mode(url: str) -> str:
    """How connections are protected: what the URL says, else nothing on this machine and `require` elsewhere."""
    parts = urlsplit(url)
    default = "disable" if (parts.hostname or "127.0.0.1") in LOCAL_HOSTS else "require"
    return parse_qs(parts.query).get("sslmode", [default])[0]


def as_role(url: str, user: str, password: str, name: str | None = None) -> str:
    """The same server for another role, and another database if one is named."""
    parts = urlsplit(url)
    host = f"{parts.hostname}:{parts.port or 5432}"
    path = f"/{name}" if name else parts.path
    return urlunsplit((parts.scheme, f"{quote(user)}:{quote(password)}@{host}", path, parts.query, ""))


def create(superuser_url: str, name: str, owner: str, password: str) -> str:
    """Makes the database and its owner, who is no superuser but may create roles, as on RDS; returns its URL."""
    connection = connect(superuser_url)
    set_role(connection, owner, password, "createrole")
    if not connection.run("select 1 from pg_database where datname = :name", name=name):
        connection.run(f'create database "{name}" owner "{owner}"')
    connection.close()
    return as_role(superuser_url, owner, password, name)


def recreate(url: str, name: str) -> str:
    """Makes an empty database beside the one that a URL names, dropping an earlier one; returns its URL."""
    connection = connect(url)
    connection.run(f'drop database if exists "{name}" with (force)')
    connection.run(f'create database "{name}"')
    connection.close()
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(name)}"))


def create_reader(admin_url: str, database: str, password: str) -> str:
    """Makes `local_reader`, who reads every table of every tenant and writes nothing; returns its URL."""
    connection = connect(admin_url)
    try:
        set_role(connection, "local_reader", password, "bypassrls")
        connection.run("grant pg_read_all_data to local_reader")
        connection.run("alter role local_reader set default_transaction_read_only = on")
    except pg8000.exceptions.DatabaseError as error:
        raise Problem(f"DATABASE_URL needs a superuser for the local stack's reading role: {said(error)}.") from None
    finally:
        connection.close()
    return as_role(admin_url, "local_reader", password, database)


def set_role(connection: pg8000.native.Connection, name: str, password: str, attribute: str) -> None:
    """Creates a login role, or gives an existing one this password and attribute."""
    verb = "alter" if connection.run("select 1 from pg_roles where rolname = :name", name=name) else "create"
    connection.run(f"{verb} role \"{name}\" login {attribute} password '{password}'")


def said(error: Exception) -> str:
    """The server's own words, or the driver's."""
    words = error.args[0] if error.args else error
    return str(words.get("M") if isinstance(words, dict) else words).rstrip(".")
