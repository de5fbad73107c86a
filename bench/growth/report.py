"""The table: full tables beside empty ones, and what each statement reads."""

import statistics

from driver.report import table

# Metric, what it is called, the goal for full / empty.
ROWS = [
    ("enqueue_bulk", "enqueue 1,000 at a time", None),
    ("drain", "claim and finish", 1.3),
    ("sweep_idle", "an idle sweep", 2),
    ("sweep_idle_later", "an idle sweep after the slices", 2),
    ("sweep_busy", "a sweep, each lost message", 2),
    ("prune", "retention, each task deleted", None),
    ("enqueue_group", "start a group, each member", None),
    ("member", "claim and finish, each member", 1.3),
]
FIGURES = ["server_cpu_us", "blocks", "wal_bytes", "per_second"]


def cells(results: list[dict]) -> dict:
    """(metric, empty or full) → medians over the slices."""
    found: dict = {}
    for one in results:
        found.setdefault((one["metric"], one["tables"]), []).append(one)
    return {
        key: {f: statistics.median(row[f] for row in rows) for f in FIGURES if all(f in row for row in rows)}
        for key, rows in found.items()
    }


def ratio(found: dict, metric: str, figure: str = "server_cpu_us") -> float | None:
    """Full / empty."""
    empty, full = (found.get((metric, tables), {}).get(figure) for tables in ("empty", "full"))
    return full / empty if empty and full is not None else None


def growth(found: dict) -> str:
    """One line for each metric."""
    lines = []
    for metric, name, goal in ROWS:
        times = ratio(found, metric)
        if times is None:
            continue
        cell = [name]
        for figure in FIGURES[:3]:
            both = [found[metric, tables].get(figure) for tables in ("empty", "full")]
            cell += ["–" if value is None else f"{value:,.1f}" for value in both]
        verdict = "" if goal is None else f"≤ {goal}: {'yes' if times <= goal else 'NO'}"
        lines.append([*cell, f"{times:.2f}", verdict])
    head = ["", "µs empty", "full", "blocks empty", "full", "WAL empty", "full", "µs full / empty", "goal"]
    return table(head, lines)


def slices(results: list[dict]) -> str:
    """Each slice of the drain, so that growth within the run shows."""
    rows: dict = {}
    for one in results:
        if one["metric"] == "drain":
            rows.setdefault(one["slice"], {})[one["tables"]] = one
    lines = []
    for number, pair in rows.items():
        empty, full = pair["empty"], pair["full"]
        us = [one["server_cpu_us"] for one in (empty, full)]
        rates = [f"{one['per_second']:,.0f}" for one in (empty, full)]
        cores = f"{max(empty['other_cores'], full['other_cores']):.2f}"
        lines.append([f"slice {number} of {empty['n']:,}", *map(str, us), f"{us[1] / us[0]:.2f}", *rates, cores])
    head = ["claim and finish", "µs empty", "full", "full / empty", "tasks/s empty", "full", "other cores"]
    return table(head, lines)


def statements(results: list[dict], width: int) -> str:
    """What each statement read, exactly: the same figure on any machine."""
    last = {(one["metric"], one["tables"]): one.get("by_statement", {}) for one in results}
    lines = []
    for metric, name, _ in ROWS:
        empty, full = (last.get((metric, tables), {}) for tables in ("empty", "full"))
        for query in sorted({*empty, *full}, key=lambda q: -full.get(q, {}).get("blocks", 0)):
            both = [side.get(query, {"calls": 0, "blocks": 0, "exec_us": 0}) for side in (empty, full)]
            if max(side["blocks"] for side in both) < 0.5:
                continue
            blocks = [f"{side['blocks']:,.1f}" for side in both]
            clock = [f"{side['exec_us']:,.1f}" for side in both]
            lines.append([name, query[:width], f"{both[1]['calls']:.3f}", *blocks, *clock])
    return table(["of each", "statement", "calls", "blocks empty", "full", "µs (clock) empty", "full"], lines)


def tenths(results: list[dict]) -> str:
    """Whether the last members of a group cost what the first do."""
    lines = []
    for one in results:
        if one["metric"] == "member" and one["members"] > 1000:
            took = " ".join(f"{us:.0f}" for us in one["tenths_us"])
            lines.append(f"{one['n']:,} of {one['members']:,} members, µs of each tenth: {took}")
    return "\n".join(lines)
