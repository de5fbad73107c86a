"""What a task is given, by the contract of its kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from urllib.parse import quote
from uuid import UUID

from ..errors import UnsupportedOption
from . import texts
from .uuids import canonical
from .values import holds
from .wire import Flow, Request, ask, fitting, having

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "array": (list,), "object": (dict,),
    "null": (type(None),),
}


def kind(kinds: dict[str, Any], name: str) -> Flow[dict[str, Any]]:
    """A kind's contract, asked for once."""
    if name not in kinds:
        answer = having((yield from ask(Request("GET", f"/kinds/{quote(name, safe='')}"))), argument_names=list, arguments=dict)
        fields = fitting(answer["arguments"], {"properties": dict, "required": list}).get("properties", {})
        fitting(fields, dict.fromkeys(fields, dict))
        kinds[name] = answer
    found: dict[str, Any] = kinds[name]
    return found


def arguments(kinds: dict[str, Any], name: str, args: Any, kwargs: Any, organization: str | None = None) -> Flow[dict[str, Any]]:
    """The arguments by their names; positional ones have those of the contract, in its order.

    `organization_id`, which the predecessor's tasks took, may be given beside them: the organization comes from the token or the
    transaction, and another one is refused.
    """
    contract = yield from kind(kinds, name)
    names = contract["argument_names"]
    args, given = both(name, args, kwargs)
    known = [*names, *(["organization_id"] if "organization_id" not in names else [])]
    if len(args) > len(known):
        raise TypeError(f"{name}() takes {len(names)} positional arguments but {len(args)} were given")
    for place, value in zip(known, args):
        if place in given:
            raise TypeError(f"{name}() got multiple values for argument {place!r}")
        given[place] = value
    if "organization_id" not in names and (theirs := given.pop("organization_id", None)) is not None:
        if organization is None:
            organization = having((yield from ask(Request("GET", "/me"))), organization_id=str)["organization_id"]
        if canonical(theirs) != canonical(organization) or canonical(theirs) is None:
            raise UnsupportedOption("organization_id", "is not the organization for which tasks are started here")
    return in_json(name, given)


def both(name: str, args: Any, kwargs: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Positional arguments and those by name, as they were given."""
    if args is not None and not isinstance(args, (list, tuple)):
        raise TypeError(f"{name}() takes args as a list or tuple, not as {type(args).__name__}")
    if kwargs is not None and not isinstance(kwargs, Mapping):
        raise TypeError(f"{name}() takes kwargs as a dict, not as {type(kwargs).__name__}")
    return tuple(args or ()), dict(kwargs or {})


def in_json(name: str, given: dict[Any, Any]) -> dict[str, Any]:
    """Values as JSON has them, as Celery's serializer writes them; what JSON has no form for is refused."""
    try:
        read: dict[str, Any] = json.loads(json.dumps(given, default=plain, allow_nan=False), parse_int=whole)
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"{name}() got an argument that JSON cannot carry: {type(error).__name__}: {error}") from None
    for field, value in read.items():
        if texts.unheld([field, value]):
            raise TypeError(f"{name}() argument {field!r} {texts.WHY}")
    return read


def whole(digits: str) -> int:
    """A whole number that others than Python can read, too."""
    number = int(digits)
    if not holds(number):
        raise ValueError("a whole number has more digits than others can read")
    return number


def plain(value: Any) -> Any:
    """What JSON has no type for."""
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"a {type(value).__name__} has no form in it")


def check(contract: dict[str, Any], name: str, given: dict[str, Any]) -> None:
    """Refuses what the API would: Postgres, where a transaction starts tasks, does not know the contracts."""
    if not contract.get("startable", True):
        raise UnsupportedOption("kind", f"{name} is started by the engine only")
    names, schema = contract["argument_names"], contract["arguments"]
    for unknown in sorted(set(given) - set(names)):
        raise TypeError(f"{name}() got an unexpected keyword argument {unknown!r}")
    for missing in sorted(set(schema.get("required", ())) - set(given)):
        raise TypeError(f"{name}() missing required argument {missing!r}")
    for field, value in given.items():
        wanted = schema.get("properties", {}).get(field, {})
        types = wanted.get("type", [])
        types = [types] if isinstance(types, str) else types
        if types and not any(is_a(value, one) for one in types):
            raise TypeError(f"{name}() argument {field!r} must be of type {' or '.join(types)}")
        if wanted.get("format") == "uuid" and isinstance(value, str) and canonical(value) is None:
            raise TypeError(f"{name}() argument {field!r} must be a UUID")


def is_a(value: Any, type_name: str) -> bool:
    """Whether a value is of a type of JSON Schema."""
    if isinstance(value, bool):
        return type_name == "boolean"
    return isinstance(value, TYPES.get(type_name, (object,))) or type_name == "integer" and isinstance(value, float) and value.is_integer()
