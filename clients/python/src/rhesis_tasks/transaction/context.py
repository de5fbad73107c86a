"""Which caller the code of a `with app.using(…)` finds: one of this thread and context."""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any

from ..api import address
from ..errors import UnsupportedOption

if TYPE_CHECKING:
    from ..core import Core
    from .caller import Caller

# The innermost last.
Callers = tuple["Caller", ...]
_callers: ContextVar[Callers] = ContextVar("rhesis_tasks_callers", default=())


def enter(caller: Caller) -> Token[Callers]:
    """From here on tasks are started in its transaction."""
    return _callers.set((*_callers.get(), caller))


def leave(entered: Token[Callers]) -> bool:
    """Callers that are closed are found no longer. Whether that is where they were entered: a generator may be ended elsewhere."""
    # Not what was before: generators need not end in the order in which they began.
    still_open = tuple(one for one in _callers.get() if not one.closed)
    try:
        _callers.reset(entered)
        home = True
    except ValueError:
        home = False
    _callers.set(still_open)
    return home


def current(app: Core[Any, Any]) -> Caller | None:
    """In whose transaction tasks of `app` are started now; None: in none."""
    callers = _callers.get()
    for caller in reversed(callers):
        # One that was ended elsewhere may have been left behind, and nobody here is in it.
        if caller.app is app and not (caller.closed and caller.astray):
            caller.must_be_open()
            return caller
    for caller in callers:
        if not caller.closed and address.same(caller.app.address(), app.address()):
            raise UnsupportedOption("using", "the `with` around it is another application's: take that one's task, give using=caller, "
                                             "or start it outside")
    return None
