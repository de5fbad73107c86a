"""The dashboard as a picture, each widget in its place."""

from collections import defaultdict
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

from matplotlib import dates, pyplot, ticker  # noqa: E402

from .emitted import Sample, clock  # noqa: E402
from .widgets import Line, Widget  # noqa: E402

# Of a field of CloudWatch's grid, which is 24 wide, in inches.
WIDTH, HEIGHT = 0.75, 0.62
# A local run takes a minute or two, where CloudWatch's least period shows one point: what the widget asks of a minute is drawn of this.
SECONDS = 5


def points(samples: list[Sample], statistic: str) -> tuple[list, list]:
    """Times and values: a statistic of each few seconds."""
    slices = defaultdict(list)
    for sample in samples:
        slices[sample.time // SECONDS * SECONDS].append(sample.value)
    times = sorted(slices)
    return [clock(time) for time in times], [statistic_of(statistic, slices[time]) for time in times]


def statistic_of(statistic: str, values: list[float]) -> float:
    if statistic.startswith("p"):
        values = sorted(values)
        return values[min(len(values) - 1, int(len(values) * float(statistic[1:]) / 100))]
    return {"Sum": sum, "Maximum": max, "Minimum": min, "Average": lambda it: sum(it) / len(it)}[statistic](values)


def draw(widgets: list[Widget], path: Path, title: str) -> None:
    """Writes the picture, as PNG."""
    height = max(y + tall for _, y, _, tall in (it.place for it in widgets))
    figure = pyplot.figure(figsize=(24 * WIDTH, height * HEIGHT), dpi=80)
    figure.suptitle(title, fontsize=12)
    times = [sample.time for widget in widgets for line in widget.lines for samples in line.drawn.values() for sample in samples]
    span = (clock(min(times) - SECONDS), clock(max(times) + SECONDS)) if times else None
    for widget in widgets:
        x, y, wide, tall = widget.place
        axes = figure.add_axes(((x + 0.9) / 24, 1 - (y + tall - 0.9) / height * 0.96 - 0.04, (wide - 1.4) / 24, (tall - 2.1) / height * 0.96))
        fill(axes, widget, span)
    figure.savefig(path)
    pyplot.close(figure)


def fill(axes, widget: Widget, span: tuple | None) -> None:
    axes.set_title(widget.title, fontsize=10, loc="left")
    if widget.markdown:
        axes.axis("off")
        axes.text(0, 0.5, widget.markdown, wrap=True, fontsize=9)
        return
    for line in widget.lines:
        plot(axes, line)
    if any(line.drawn for line in widget.lines):
        axes.xaxis.set_major_formatter(dates.DateFormatter("%H:%M:%S"))
        axes.xaxis.set_major_locator(ticker.MaxNLocator(5))
        axes.set_xlim(*span)
        axes.set_ylim(bottom=0)
    else:
        axes.set_xticks([])
        axes.set_yticks([])
        axes.text(0.5, 0.05, "AWS's own metrics: no local run has values of them", ha="center", transform=axes.transAxes, fontsize=8)
    axes.tick_params(labelsize=7)
    axes.legend(fontsize=6, ncols=2, loc="best")


def plot(axes, line: Line) -> None:
    if line.own or not line.drawn:
        said = line.problem or ("" if line.own else "nothing emits this")
        axes.plot([], [], linestyle=":", label=f"{line.label} {said}".strip())
    for label, samples in line.drawn.items():
        axes.plot(*points(samples, line.statistic), marker="o", markersize=3, linewidth=1, label=label)
