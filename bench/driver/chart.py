"""The same as a picture."""

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402

from .places import CHART  # noqa: E402

PANELS = [
    ("enqueue_single", "per_second", "enqueued one by one, tasks/s"),
    ("enqueue_bulk", "per_second", "enqueued 1,000 at a time, tasks/s"),
    ("drain", "per_second", "run and recorded, tasks/s"),
    ("drain", "wal_bytes", "WAL of a run, bytes/task"),
    ("drain", "server_cpu_us", "CPU of the server for a run, µs/task"),
    ("latency", "p50_ms", "enqueue to start on an idle system, median ms"),
]
COLOURS = {"ours": "#c8442f", "limit": "#b9b3a7"}


def draw(cells: dict, systems: list[str]) -> None:
    """Six panels of bars, logarithmic where the systems are orders apart."""
    figure, axes = pyplot.subplots(2, 3, figsize=(13, 6.5), layout="constrained")
    for axis, (metric, figure_of, title) in zip(axes.flat, PANELS):
        have = [s for s in reversed(systems) if (s, metric) in cells]
        values = [cells[s, metric][figure_of] for s in have]
        bars = axis.barh(have, values, color=[COLOURS.get(s, "#4f6d8f") for s in have])
        axis.bar_label(bars, [f"{value:,.0f}" if value >= 100 else f"{value:,.1f}" for value in values], padding=3)
        if values and max(values) > 30 * min(values):
            axis.set_xscale("log")
            axis.set_xlim(min(values) / 2, max(values) * 6)
        else:
            axis.margins(x=0.25)
        axis.set_xticks([], minor=False)
        axis.minorticks_off()
        axis.set_title(title, fontsize=10, loc="left")
        axis.spines[["top", "right", "bottom"]].set_visible(False)
    figure.savefig(CHART)
    figure.savefig(CHART.with_suffix(".png"), dpi=110)
