"""What the server's processes for one role of one database cost: CPU in nanoseconds, the rest by statement."""

import contextlib
import subprocess
import time
from pathlib import Path

PIDS = "select pid from pg_stat_activity where datname = %s and usename = %s"
STATEMENTS = """
select case when toplevel then '' else %s end || regexp_replace(query, '\\s+', ' ', 'g'), sum(calls)::float8, sum(rows)::float8, sum(wal_bytes)::float8,
  sum(shared_blks_hit + shared_blks_read)::float8, sum(total_exec_time)::float8 * 1000
from pg_stat_statements s
join pg_database d on d.oid = s.dbid
join pg_roles u on u.oid = s.userid
where d.datname = %s and (u.rolname = %s or not toplevel)
group by 1
"""
# Before a statement within a function, whoever it runs as; these are counted with EXPLAIN=1 only.
WITHIN = "· "
FIGURES = ["calls", "rows", "wal_bytes", "blocks", "exec_us"]


class Backends:
    """Those that serve one role of one database. Whatever else the server does, vacuum say, is not in it."""

    def __init__(self, connection, database: str, role: str) -> None:
        self.connection, self.of = connection, (database, role)
        self.nanoseconds: dict[int, int] = {}

    def pids(self) -> list[int]:
        """Who is there now."""
        return [pid for (pid,) in self.connection.execute(PIDS, self.of)]

    def look(self, pids: list[int]) -> bool:
        """Notes what they have used; false if none of them is left."""
        left = False
        for pid in pids:
            with contextlib.suppress(OSError):
                self.nanoseconds[pid] = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
                left = True
        return left

    def cpu(self) -> float:
        """Microseconds of all that have been there so far."""
        self.look(self.pids())
        return sum(self.nanoseconds.values()) / 1000

    def during(self, process: subprocess.Popen) -> float:
        """Microseconds of those that a process has for its life; of their last two milliseconds nobody knows."""
        before, asked, pids = self.cpu(), 0.0, []
        while process.poll() is None:
            if time.monotonic() - asked > 0.01:
                asked, pids = time.monotonic(), self.pids()
            self.look(pids)
            time.sleep(0.002)
        pids = [*pids, *self.pids()]
        while self.look(pids):
            time.sleep(0.001)
        return sum(self.nanoseconds.values()) / 1000 - before

    def statements(self) -> dict[str, dict[str, float]]:
        """What the role sent, since the server began to count."""
        rows = self.connection.execute(STATEMENTS, (WITHIN, *self.of)).fetchall()
        return {row[0]: dict(zip(FIGURES, row[1:])) for row in rows}


def since(before: dict, after: dict, n: int) -> dict[str, dict[str, float]]:
    """For each statement, what was added, for each of `n`."""
    none = dict.fromkeys(FIGURES, 0.0)
    added = {q: {f: (row[f] - before.get(q, none)[f]) / n for f in FIGURES} for q, row in after.items()}
    return {query: row for query, row in added.items() if row["calls"] > 0}


def total(statements: dict, figure: str) -> float:
    """One figure of all statements; those within another are in that one."""
    return sum(row[figure] for query, row in statements.items() if not query.startswith(WITHIN))
