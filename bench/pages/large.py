"""An organization with much to show."""

import json
import os
import uuid
from pathlib import Path

import psycopg
from driver.cluster import Cluster
from functions.outside import record
from functions.process import Function
from functions.world import DATABASE, World

FILL = Path(__file__).with_name("fill.sql")
SIZES = {"success": 500_000, "failed": 200_000, "waiting": 300_000, "tests": 20_000, "runs": 12}
QUICK = {"success": 50_000, "failed": 20_000, "waiting": 30_000, "tests": 2_000, "runs": 12}
# The last run is not through.
THROUGH = "select id from test_run where status = 'Progress' order by id desc offset 1"
COLLECT = """select tasks.enqueue_all(jsonb_agg(jsonb_build_object(
  'kind', 'collect_results', 'args', jsonb_build_object('test_run_id', id)) order by id))
from unnest(%s::uuid[]) id"""


class Large:
    """A filled database, and where the things are that pages show."""

    def __init__(self, world: World, cluster: Cluster) -> None:
        self.world, self.sizes = world, QUICK if os.environ.get("QUICK") else SIZES
        self.seeded = world.seed()
        self.connection = psycopg.connect(f"{cluster.dsn} dbname={DATABASE}", autocommit=True)
        ids = {"organization": self.seeded["organization_id"], "user": self.seeded["user_id"]}
        ids |= {"test_set": str(uuid.uuid4()), "configuration": str(uuid.uuid4())}
        # Several statements take no parameters apart from their text.
        self.connection.execute(psycopg.ClientCursor(self.connection).mogrify(FILL.read_text(), self.sizes | ids))
        self.test_set = ids["test_set"]
        self.end_runs()
        self.connection.execute("vacuum (analyze)")

    def end_runs(self) -> None:
        """Lets the function end those that are through, the oldest first: it writes down what pages read of them."""
        runs = sorted(str(id) for (id,) in self.connection.execute(THROUGH).fetchall())
        with self.connection.transaction():
            self.connection.execute("set local role tasks_tenant")
            self.bind()
            enqueued = self.connection.execute(COLLECT, (runs,)).fetchone()[0]
        settings = self.world.settings("collect_results")
        with Function(self.world.binaries / "collect_results", settings) as function:
            for n, task in enumerate(enqueued["ids"]):
                message = record("collect_results", n, json.dumps({"task_id": task, "attempt": 1}))
                function.invoke({"Records": [message]})
        left = self.one("select count(*) from test_run where status = 'Progress'")
        if left != "1":
            raise RuntimeError(f"{left} runs are in Progress, not the last one alone")

    def bind(self) -> None:
        """The rest of the transaction is the organization's."""
        bind = "select set_config('app.organization_id', %s, true), set_config('app.user_id', %s, true)"
        self.connection.execute(bind, (self.seeded["organization_id"], self.seeded["user_id"]))

    def one(self, query: str) -> str:
        """A single value of the large organization, as text."""
        return str(self.connection.execute(query).fetchone()[0])
