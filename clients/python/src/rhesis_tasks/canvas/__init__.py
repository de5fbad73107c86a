"""Tasks as a caller holds them before they are started: one, and many together."""

from .groups import chain, chord, group
from .signature import Signature
from .task import Task

__all__ = ["Signature", "Task", "chain", "chord", "group"]
