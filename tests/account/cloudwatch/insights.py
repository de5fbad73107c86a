"""Queries of CloudWatch Logs Insights: fields, filter, stats, sort and limit, with the functions that the saved ones use."""

import math
from dataclasses import dataclass

from lark import Lark, Transformer, v_args

from .emitted import Event
from .patterns import at

GRAMMAR = r"""
    start: command ("|" command)*
    command: "fields" named ("," named)* -> fields
           | "filter" any -> filter
           | "stats" aggregate ("," aggregate)* ["by" field ("," field)*] -> stats
           | "sort" field [DIRECTION] -> sort
           | "limit" NUMBER -> limit
    named: value ["as" NAME]
    aggregate: CALL "(" (STAR | field ("," NUMBER)?) ")" "as" NAME
    ?any: all ("or" all)*
    ?all: one ("and" one)*
    ?one: "(" any ")"
        | value "=" value -> equal
        | value "in" "[" value ("," value)* "]" -> among
        | "ispresent" "(" field ")" -> present
    ?value: field | text | "coalesce" "(" value ("," value)+ ")" -> coalesce
    field: FIELD
    text: STRING
    CALL.2: "count_distinct" | "count" | "earliest" | "latest" | "pct" | "max" | "min" | "sum" | "avg"
    STAR: "*"
    DIRECTION.2: "asc" | "desc"
    NAME: /[A-Za-z_][A-Za-z0-9_]*/
    // Anything but letters, digits, @ and points would have to stand in backticks.
    FIELD: /@?[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*/
    NUMBER: /[0-9]+/
    STRING: /"[^"]*"/
    COMMENT: /#[^\n]*/
    %ignore /\s+/
    %ignore COMMENT
"""
PARSER = Lark(GRAMMAR, parser="earley")


@dataclass(frozen=True)
class Reading:
    """An expression: the fields that it reads, and what it comes to in one row."""

    names: frozenset
    of: object


class Compiler(Transformer):
    """Makes of a query a list of commands: a name and its parts."""

    def field(self, parts):
        name = str(parts[0])
        return Reading(frozenset([name]), lambda row: row(name))

    def text(self, parts):
        text = parts[0][1:-1]
        return Reading(frozenset(), lambda row: text)

    def coalesce(self, parts):
        return joined(parts, lambda row: next((it for it in (part.of(row) for part in parts) if it is not None), None))

    def equal(self, parts):
        return joined(parts, lambda row: parts[0].of(row) is not None and str(parts[0].of(row)) == str(parts[1].of(row)))

    def among(self, parts):
        asked, *values = parts
        return joined(parts, lambda row: any(str(asked.of(row)) == str(value.of(row)) for value in values))

    def present(self, parts):
        return joined(parts, lambda row: parts[0].of(row) is not None)

    def any(self, parts):
        return joined(parts, lambda row: any(part.of(row) for part in parts))

    def all(self, parts):
        return joined(parts, lambda row: all(part.of(row) for part in parts))

    def named(self, parts):
        reading, name = parts
        return str(name) if name else next(iter(reading.names)), reading

    @v_args(inline=True)
    def aggregate(self, call, read, *rest):
        *number, name = rest
        return str(call), read if isinstance(read, Reading) else None, int(number[0]) if number else None, str(name)

    def fields(self, parts):
        return "fields", parts

    def filter(self, parts):
        return "filter", parts[0]

    def stats(self, parts):
        aggregates = [part for part in parts if isinstance(part, tuple)]
        return "stats", (aggregates, [next(iter(part.names)) for part in parts if isinstance(part, Reading)])

    def sort(self, parts):
        return "sort", (next(iter(parts[0].names)), str(parts[1] or "asc"))

    def limit(self, parts):
        return "limit", int(parts[0])

    def start(self, parts):
        return parts


def joined(parts, of) -> Reading:
    return Reading(frozenset().union(*(part.names for part in parts)), of)


def row_of(event: Event):
    """How a command reads an event: its fields by their paths, and those that CloudWatch adds."""
    fields = event.fields
    added = {"@timestamp": event.timestamp, "@message": event.message, "@logStream": event.stream}
    return lambda name: added[name] if name in added else at(fields, name.split("."))


def aggregated(call: str, read: Reading | None, number: int | None, rows: list):
    """One number or value of a group."""
    if call == "count":
        return len(rows) if read is None else sum(read.of(row) is not None for row in rows)
    values = [value for value in (read.of(row) for row in rows) if value is not None]
    if call == "count_distinct":
        return len(set(map(str, values)))
    if not values:
        return None
    if call in ("earliest", "latest"):
        return (min if call == "earliest" else max)(values)
    if call == "pct":
        return sorted(values)[max(0, math.ceil(len(values) * number / 100) - 1)]
    return {"max": max, "min": min, "sum": sum, "avg": lambda it: sum(it) / len(it)}[call](values)


def read(query: str) -> list[tuple]:
    """The query's commands; one that Insights would refuse, or that no saved query needs, is an error of lark's."""
    return Compiler().transform(PARSER.parse(query))


def names(query: str) -> set[str]:
    """The fields of log lines that a query reads; not those that an earlier command of it made."""
    found, made = set(), set()
    for command, parts in read(query):
        if command == "fields":
            found |= {name for _, reading in parts for name in reading.names} - made
            made |= {name for name, _ in parts}
        elif command == "filter":
            found |= parts.names - made
        elif command == "stats":
            aggregates, by = parts
            found |= {name for _, reading, _, _ in aggregates if reading for name in reading.names} | set(by)
            made |= {name for *_, name in aggregates} | set(by)
        elif command == "sort":
            found |= {parts[0]} - made
    return {name for name in found if name not in ("@timestamp", "@message", "@logStream")}


def run(query: str, events: list[Event]) -> list[dict]:
    """The rows that the query answers."""
    rows, shown = [row_of(event) for event in events], []
    for command, parts in read(query):
        if command == "fields":
            shown += parts
        elif command == "filter":
            rows = [row for row in rows if parts.of(row)]
        elif command == "stats":
            rows = grouped(rows, *parts)
            shown = [(name, Reading(frozenset(), lambda row, name=name: row(name))) for name in columns(*parts)]
        elif command == "sort":
            name, direction = parts
            there = sorted((row for row in rows if row(name) is not None), key=lambda row: row(name), reverse=direction == "desc")
            rows = there + [row for row in rows if row(name) is None]
        else:
            rows = rows[:parts]
    return [{name: reading.of(row) for name, reading in shown} for row in rows]


def columns(aggregates: list, by: list[str]) -> list[str]:
    return [*by, *(name for *_, name in aggregates)]


def grouped(rows: list, aggregates: list, by: list[str]) -> list:
    groups: dict[tuple, list] = {}
    for row in rows:
        groups.setdefault(tuple(row(name) for name in by), []).append(row)
    made = []
    for key, members in groups.items():
        values = dict(zip(by, key, strict=True))
        values |= {name: aggregated(call, read, number, members) for call, read, number, name in aggregates}
        made.append(values.get)
    return made
