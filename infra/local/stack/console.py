"""What the user sees: steps with their times, and a progress bar."""

import sys
import threading
import time
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

terminal = Console(highlight=False, soft_wrap=True)
# Steps of several threads end in any order; one line at a time.
lock = threading.Lock()


def say(text: str = "") -> None:
    """Prints a line as it is."""
    with lock:
        terminal.print(text, markup=False)


def complain(sentence: str) -> None:
    """Prints an error."""
    sys.stdout.flush()
    print(f"error: {sentence}", file=sys.stderr, flush=True)


@contextmanager
def step(name: str):
    """Prints the step's name and its time when it is done; what is put into the yielded list follows the name."""
    began, notes = time.monotonic(), []
    yield notes
    detail = f"  ({', '.join(notes)})" if notes else ""
    say(f"{time.monotonic() - began:7.1f} s  {name}{detail}")


class Bar:
    """A progress bar on a terminal, a line now and then elsewhere."""

    def __init__(self, label: str, total: int):
        self.total, self.label, self.shown = total, label, -1
        self.progress = None
        if terminal.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self.progress = Progress(*columns, console=terminal)
            self.row = self.progress.add_task(label, total=total)

    def __enter__(self):
        if self.progress:
            self.progress.start()
        return self

    def __exit__(self, *_):
        if self.progress:
            self.progress.stop()

    def show(self, done: int) -> None:
        """Shows how many are done. Without a terminal, about ten lines in all."""
        if self.progress:
            self.progress.update(self.row, completed=done)
        elif done != self.shown and (done == self.total or done - self.shown >= max(1, self.total // 10)):
            say(f"  {self.label} {done}/{self.total}")
            self.shown = done
