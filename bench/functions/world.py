"""Where the functions run: a database as the local stack makes it, and the settings of the template."""

import json
import os
import subprocess
from base64 import urlsafe_b64encode
from pathlib import Path

import psycopg
from driver.cluster import Cluster
from driver.places import HOME, ROOT

from .outside import Outside

TARGET = HOME / "target-functions"
BINARIES = TARGET / "release"
DATABASE, OWNER, PASSWORD = "functions", "rhesis", "measured"
# The binaries are built as `sam build` builds them: all at once, so that each has the features of its release.
BUILD = ["cargo", "build", "--workspace", "--bins", "--locked", "--release", "--target-dir", str(TARGET)]


def build() -> None:
    """Compiles every function; its progress is the user's."""
    subprocess.run(["nice", "-n", "10", *BUILD], cwd=ROOT, check=True)


def event(name: str, replace: dict[str, str] | None = None) -> dict:
    """A committed event, with what is each user's own in its place."""
    text = (ROOT / "tests" / "events" / f"{name}.json").read_text()
    for old, new in (replace or {}).items():
        text = text.replace(old, new)
    return json.loads(text)


class World:
    """An empty database with its owner; `migrate` and `seed` fill it."""

    def __init__(self, cluster: Cluster, binaries: Path = BINARIES) -> None:
        self.binaries = binaries
        self.port, self.outside, self.endpoint = cluster.port, Outside(), Outside()
        self.watching = psycopg.connect(f"{cluster.dsn} dbname=postgres", autocommit=True)
        self.watching.execute(f"drop database if exists {DATABASE} with (force)")
        self.watching.execute(f"create role {OWNER} login createrole")
        self.watching.execute(f"create database {DATABASE} owner {OWNER}")
        self.key = urlsafe_b64encode(os.urandom(32)).decode()

    def settings(self, function: str) -> dict:
        """The environment of a function, as the template sets it."""
        role = {"api": "tasks_api", "relay": "tasks_relay", "migrate": OWNER}.get(function, f"task_{function}")
        return {
            "DATABASE_URL": f"postgres://{role}:{PASSWORD}@127.0.0.1:{self.port}/{DATABASE}?sslmode=disable",
            "DATABASE_AUTH": "password",
            "DATABASE_POOLER": "none",
            "FUNCTION_ROLE_AUTH": "password",
            "FUNCTION_ROLE_PASSWORD": PASSWORD,
            "QUEUE_URL_PREFIX": f"{self.outside.url}/000000000000/rhesis-",
            "SLEEPING_DATABASE": "false",
            "METRICS_NAMESPACE": "rhesis",
            "DB_ENCRYPTION_KEY": self.key,
            "LOCAL_ENDPOINTS": self.endpoint.url.removeprefix("http://"),
            "LOG_LEVEL": "info",
            "AWS_ENDPOINT_URL": self.outside.url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "measured",
            "AWS_SECRET_ACCESS_KEY": "measured",
            "AWS_LAMBDA_FUNCTION_NAME": f"rhesis-{function}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_LOG_STREAM_NAME": "measured",
        }

    def seed(self) -> dict:
        """An organization with a user, a test set and a configuration; their ids and the user's token."""
        tests = HOME / "functions-tests.jsonl"
        lines = [{"prompt": f"Say {n}.", "expected": f"Say {n}."} for n in range(10)]
        tests.write_text("".join(json.dumps(line) + "\n" for line in lines))
        owner = self.settings("migrate")["DATABASE_URL"]
        argv = [self.binaries / "seed", "--database-url", owner, "--tests", tests, "--endpoint-url", self.endpoint.url]
        variables = os.environ | {"DB_ENCRYPTION_KEY": self.key}
        done = subprocess.run(argv, env=variables, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        return json.loads(done.stdout.splitlines()[-1])

    def connections(self) -> int:
        """How many connections the function has now: there is one at a time."""
        query = "select count(*) from pg_stat_activity where datname = %s and backend_type = 'client backend'"
        return self.watching.execute(query, (DATABASE,)).fetchone()[0]

    def ended(self) -> int:
        """How many tasks have succeeded."""
        with psycopg.connect(self.settings("migrate")["DATABASE_URL"]) as owner:
            owner.execute("set role tasks_engine")
            return owner.execute("select count(*) from tasks.task where status = 'SUCCESS'").fetchone()[0]

    def statements(self) -> tuple[int, float]:
        """Statements that functions sent since the last `reset`, and the server's milliseconds for them."""
        query = """select coalesce(sum(calls), 0)::bigint, coalesce(sum(total_exec_time + total_plan_time), 0)
            from pg_stat_statements s join pg_database d on d.oid = s.dbid where d.datname = %s
            and query not like 'SELECT %% FROM ONLY %% FOR KEY SHARE OF x'"""
        return self.watching.execute(query, (DATABASE,)).fetchone()

    def reset(self) -> None:
        """Counts statements from now."""
        self.watching.execute("select pg_stat_statements_reset()")
