"""Tables of what was measured: medians over the rounds, and ratios to the best peer."""

import statistics

METRICS = ["enqueue_single", "enqueue_bulk", "drain"]
DELETES = {"graphile-worker"}
COSTS = [
    ("statements", "{:.3f}"),
    ("commits", "{:.3f}"),
    ("wal_syncs", "{:.3f}"),
    ("wal_bytes", "{:,.0f}"),
    ("tuples_inserted", "{:.1f}"),
    ("tuples_updated", "{:.1f}"),
    ("tuples_deleted", "{:.1f}"),
    ("server_cpu_us", "{:,.1f}"),
    ("client_cpu_us", "{:,.1f}"),
]


def medians(results: list[dict]) -> dict:
    """(system, metric) → each figure's median."""
    cells: dict = {}
    for result in results:
        if "metric" in result:
            cells.setdefault((result["system"], result["metric"]), []).append(result)
    return {
        key: {
            name: statistics.median(row[name] for row in rows if name in row)
            for name in rows[0]
            if isinstance(rows[0][name], (int, float))
        }
        for key, rows in cells.items()
    }


def table(head: list[str], lines: list[list[str]]) -> str:
    """Columns under their heads, figures to the right."""
    rows = [head, *lines]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    text = []
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        text.append("  ".join(cells).rstrip())
    text.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(text)


def rates(cells: dict, systems: list[str]) -> str:
    """One line per system: rates, and in brackets how many times as fast the engine is."""

    def cell(system: str, metric: str) -> str:
        figures, ours = cells.get((system, metric)), cells.get(("ours", metric))
        if not figures:
            return "–"
        text = f"{figures['per_second']:,.0f}/s"
        return text if system == "ours" or not ours else f"{text} ({ours['per_second'] / figures['per_second']:.2f})"

    def wait(system: str) -> str:
        figures = cells.get((system, "latency"))
        return f"{figures['p50_ms']:.1f} / {figures['p99_ms']:.1f} ms" if figures else "–"

    head = ["system", "enqueue one (ours ×)", "enqueue bulk (ours ×)", "drain (ours ×)", "start p50 / p99"]
    return table(head, [[s, *(cell(s, m) for m in METRICS), wait(s)] for s in systems])


def costs(cells: dict, systems: list[str]) -> str:
    """Per task: what each phase costs, and WAL and CPU of a whole life."""
    head = ["per task", "statem.", "commits", "flushes", "WAL bytes", "ins", "upd", "del", "server µs", "client µs"]
    lines = []
    for system in systems:
        metrics = [metric for name, metric in cells if name == system and metric != "latency"]
        for metric in metrics:
            figures = cells[system, metric]
            line = [f.format(figures[name]) if name in figures else "–" for name, f in COSTS]
            lines.append([f"{system} {metric}", *line])
    return table(head, lines)


def lives(cells: dict, systems: list[str]) -> str:
    """Enqueued in bulk, then drained: the whole life of a task."""
    lines = []
    for system in systems:
        bulk, drain = cells.get((system, "enqueue_bulk")), cells.get((system, "drain"))
        if bulk and drain:
            wal = bulk["wal_bytes"] + drain["wal_bytes"]
            keeps = "no" if system in DELETES else "yes"
            lines.append([system, f"{wal:,.0f}", f"{drain['server_cpu_us']:,.1f}", keeps])
    return table(["whole life", "WAL bytes", "server µs of the drain", "keeps what ended"], lines)
