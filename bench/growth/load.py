"""Fills a database with tasks that wait for tomorrow and tasks that have ended."""

import uuid

import psycopg

from .place import ORGANIZATION, Place

ORGANIZATIONS = 10
BATCH = 10_000
ARGS = f"""jsonb_build_object('id', n, 'test_configuration_id', '7b1f7c5e-4a43-4f0e-9d0f-0c1c9a5b7d11',
  'organization_id', '{ORGANIZATION}', 'pad', repeat('x', 50))"""
# As anybody starts tasks, of one organization; the relay finds them when they are due.
START = f"""
select tasks.enqueue_all(jsonb_agg(jsonb_build_object('kind', 'noop', 'args', {ARGS}, 'countdown', %s)))
from generate_series(1, %s) n
"""
END = f"""
insert into tasks.task (id, kind, version, organization_id, args, status, attempt, created_at, finished_at)
select tasks.uuid_v7(), 'noop', 1, %s, {ARGS}, 'SUCCESS', 1, clock_timestamp(), clock_timestamp()
from generate_series(1, %s) n
"""
# What a statement of a role takes a snapshot for; it keeps every row from vacuum that dies from now on.
HOLD = "select count(*) from tasks.kind"
DEAD = "select sum(n_dead_tup)::bigint from pg_stat_user_tables where schemaname = 'tasks'"
SIZE = "select sum(pg_total_relation_size(relid))::bigint from pg_stat_user_tables where schemaname = 'tasks'"


def organizations() -> list[str]:
    """That of the benchmark, and others."""
    return [ORGANIZATION, *(str(uuid.UUID(int=(0xBE << 120) + n, version=4)) for n in range(1, ORGANIZATIONS))]


def start(place: Place, n: int, seconds: float, whose: list[str]) -> None:
    """`n` tasks that are due in so many seconds, and whose messages nobody has sent."""
    size = min(BATCH, -(-n // len(whose)))
    for first in range(0, n, size):
        with place.connection.transaction():
            owner = whose[first // size % len(whose)]
            place.connection.execute("select set_config('app.organization_id', %s, true)", (owner,))
            place.connection.execute(START, (seconds, min(size, n - first)))


def fill(place: Place, rows: int) -> None:
    """So many of both, then vacuum, as if they had been there for long."""
    everybody = organizations()
    for first in range(0, rows, BATCH):
        place.connection.execute(END, (everybody[first // BATCH % len(everybody)], min(BATCH, rows - first)))
    start(place, rows, 86400, everybody)
    place.connection.execute("vacuum (analyze)")


def hold(place: Place) -> psycopg.Connection:
    """A transaction that stays open."""
    connection = psycopg.connect(place.dsn)
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.execute(HOLD)
    return connection


def dead(place: Place) -> int:
    """Rows that are dead and there."""
    return place.connection.execute(DEAD).fetchone()[0]


def size(place: Place) -> int:
    """Bytes of the engine's tables."""
    return place.connection.execute(SIZE).fetchone()[0]
