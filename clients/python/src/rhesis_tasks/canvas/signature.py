"""A task to be started later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, Union

from ..api import options as option
from ..api.arguments import arguments, both
from ..api.wire import Flow
from ..errors import UnsupportedOption

if TYPE_CHECKING:
    from .groups import chain
    from .task import Task

S = TypeVar("S")
G = TypeVar("G")


class Signature(Generic[S, G]):
    """A task to be started later: its arguments and options."""

    def __init__(self, task: Task[S, G], args: tuple[Any, ...], kwargs: dict[str, Any], immutable: bool):
        self.task, self.args, self.kwargs, self.immutable = task, args, kwargs, immutable
        self.options: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"<Signature: {self.task.name}>"

    def __copy__(self) -> Signature[S, G]:
        # `set` of a copy is none of the original.
        return self.clone()

    def set(self, **options: Any) -> Signature[S, G]:
        """The same with these options of `apply_async`."""
        self.options |= options
        return self

    def clone(self, args: Any = None, kwargs: Any = None, **options: Any) -> Signature[S, G]:
        """Another like it, with further arguments before its own, further ones by name, and further options."""
        more, named = both(self.task.name, args, kwargs)
        if self.immutable and (more or named):
            raise UnsupportedOption("args", f"{self.task.name}.si(…) takes no further arguments: write .s(…)")
        made = Signature(self.task, (*more, *self.args), {**self.kwargs, **named}, self.immutable)
        return made.set(**(self.options | options))

    def delay(self, *args: Any, **kwargs: Any) -> S:
        """Starts it, with further arguments before its own."""
        return self.apply_async(args, kwargs)

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> S:
        """Starts it, with further arguments before its own, and with options."""
        whole = self.clone(args, kwargs, **options)
        return whole.task.apply_async(whole.args, whole.kwargs, **whole.options)

    __call__ = delay

    def __or__(self, other: Signature[S, G]) -> chain[S, G]:
        from .groups import chain

        return chain(self, other)

    def described(self, kinds: dict[str, Any], more: dict[str, Any], organization: str | None = None) -> Flow[dict[str, Any]]:
        """As a task of a list, with further options. `kinds`: those of the application that starts it."""
        options = self.options | more
        for refused in ("countdown", "eta", "task_id", "idempotency_key", "link", "using"):
            if options.get(refused) is not None:
                raise UnsupportedOption(refused, "is not for a task of a group, chain or chord: it begins when that lets it go")
        fields = option.fields(options)
        args = yield from arguments(kinds, self.task.name, self.args, self.kwargs, organization)
        return {"kind": self.task.name, "args": args, **fields}

    def must_be_immutable(self, place: str) -> None:
        """Refuses a signature that waits for the result of another."""
        if not self.immutable:
            raise UnsupportedOption(place, f"results are not passed on: write {self.task.name}.si(…) instead of .s(…)")


Given = Union[Signature[S, G], Iterable[Signature[S, G]]]


def signatures(given: tuple[Given[S, G], ...]) -> list[Signature[S, G]]:
    """The signatures that were given, one by one or as a list of them."""
    found: list[Any] = list(given[0]) if len(given) == 1 and isinstance(given[0], Iterable) else list(given)
    for one in found:
        if not isinstance(one, Signature):
            raise UnsupportedOption(type(one).__name__, "only signatures of tasks stand in a group, chain or chord")
    if not found:
        raise UnsupportedOption("tasks", "there is none")
    if any(one.task.app is not found[0].task.app for one in found):
        raise UnsupportedOption("tasks", "they are of more than one application")
    return found
