"""Starting tasks in the caller's own transaction: rolled back, they never were; after the commit they are sent at once."""

from .caller import Caller, starting

__all__ = ["Caller", "starting"]
