"""Asks for pages, keeps what each cost, and compares."""

import json
import sys

from functions.process import Function
from functions.world import World, event

# Lists of the engine, whose pages must cost the same whatever there is. With fifty times the rows an index is a level deeper, which
# every row of a page pays, and a page that had few rows is full: so much more is still the same.
ENGINE = ("/tasks", "/batch_operations", "/dead-letters", "/limits", "/kinds", "/schedules")
FACTOR, BLOCKS = 3, 100
COST = """
select coalesce(sum(shared_blks_hit + shared_blks_read + temp_blks_read + temp_blks_written), 0)::bigint,
  coalesce(sum(total_exec_time), 0)
from pg_stat_statements s join pg_database d on d.oid = s.dbid where d.datname = 'functions' and s.userid <> 'driver'::regrole
"""


class Pages:
    """What first and second pages cost, with few rows and with many."""

    def __init__(self) -> None:
        self.costs: dict[tuple[str, str], dict[str, tuple[int, float]]] = {}

    def ask(self, size: str, page: tuple[str, str], address: str, world: World, api: Function, token: str) -> None:
        """The first page twice, because a connection's first look at a table reads catalogs; and the page behind it."""
        get(api, address, token)
        costs = self.costs.setdefault(page, {})
        answer, costs[size] = measured(api, address, world, token)
        link = answer.get("headers", {}).get("link") or (answer.get("multiValueHeaders") or {}).get("link", [""])[0]
        if link:
            following = address.split("?")[0] + link.split(">")[0].removeprefix("<")
            get(api, following, token)
            costs[f"{size} behind"] = measured(api, following, world, token)[1]

    def report(self, tasks: int, rows: int) -> int:
        """Prints the table; 1 if a page of an engine's list grew."""
        grown = []
        print(f"blocks a page, first and following; milliseconds of Postgres with {tasks:,} tasks, {rows:,} rows of each other list\n")
        print("| list | asked for | few | many | following: few | many | ms | following: ms |\n|---|---|---|---|---|---|---|---|")
        for (path, about), costs in self.costs.items():
            few, many, few_behind, many_behind = (
                costs.get(name, (None, None)) for name in ("few", "many", "few behind", "many behind")
            )
            cells = [few[0], many[0], few_behind[0], many_behind[0]]
            shown = ["" if cell is None else f"{cell:,}" for cell in cells]
            times = ["" if of[1] is None else f"{of[1]:.1f}" for of in (many, many_behind)]
            print(f"| `{path}` | {about} | {' | '.join(shown + times)} |")
            if path in ENGINE and (grew(few[0], many[0]) or grew(few_behind[0], many_behind[0])):
                grown.append(f"{path}, {about}")
        for one in grown:
            print(f"\n{one} costs more with more rows", file=sys.stderr)
        return 1 if grown else 0


def grew(few: int | None, many: int | None) -> bool:
    """Whether a page costs more than the same with many rows."""
    return few is not None and many is not None and many > few * FACTOR + BLOCKS


def get(api: Function, address: str, token: str) -> dict:
    """The API's answer."""
    path, _, query = address.partition("?")
    asked = event("api-status", {"rh-TOKEN": token})
    asked["rawPath"] = asked["requestContext"]["http"]["path"] = path
    asked["rawQueryString"] = query
    answer, _ = api.invoke(asked)
    if answer["statusCode"] != 200:
        raise RuntimeError(f"{address} was answered {json.dumps(answer)[:500]}")
    return answer


def measured(api: Function, address: str, world: World, token: str) -> tuple[dict, tuple[int, float]]:
    """The answer, and what its statements cost: blocks, and milliseconds."""
    world.reset()
    answer = get(api, address, token)
    blocks, milliseconds = world.watching.execute(COST).fetchone()
    return answer, (int(blocks), milliseconds)
