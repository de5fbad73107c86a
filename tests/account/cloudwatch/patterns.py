"""Filter patterns of CloudWatch Logs for JSON: comparisons of fields with texts, and both kinds of bracket."""

from functools import cache

from lark import Lark, Transformer

GRAMMAR = r"""
    ?start: "{" any "}"
    ?any: all ("||" all)*
    ?all: one ("&&" one)*
    ?one: "(" any ")" | field "=" text -> equal
    field: "$" ("." NAME)+
    text: STRING
    NAME: /[A-Za-z_][A-Za-z0-9_]*/
    STRING: /"[^"]*"/
    %ignore /\s+/
"""


class Pattern(Transformer):
    """Makes of a pattern a function of a line's fields."""

    def field(self, names):
        return [str(name) for name in names]

    def text(self, parts):
        return parts[0][1:-1]

    def equal(self, parts):
        path, text = parts
        return lambda fields: at(fields, path) == text

    def any(self, parts):
        return lambda fields: any(part(fields) for part in parts)

    def all(self, parts):
        return lambda fields: all(part(fields) for part in parts)


def at(fields: dict, path: list[str]):
    """A field below others; none if there is none."""
    for name in path:
        fields = fields.get(name) if isinstance(fields, dict) else None
    return fields


@cache
def compiled(pattern: str):
    """The pattern as a function; one that CloudWatch would refuse is an error of lark's."""
    return Pattern().transform(Lark(GRAMMAR, parser="earley").parse(pattern))


def matches(pattern: str, fields: dict) -> bool:
    """Whether a line is counted. A line that is no JSON never is."""
    return bool(fields) and bool(compiled(pattern)(fields))
