"""Search expressions of CloudWatch's metrics: a schema, and terms that are exact, because they stand in quotes."""

from dataclasses import dataclass

from lark import Lark, Transformer

GRAMMAR = r"""
    start: sum | search
    sum: "SUM(" search ")"
    search: "SEARCH('" schema term* "', '" STATISTIC "', " PERIOD ")"
    schema: "{" name ("," name)* "}"
    name: PLAIN | QUOTED
    term: WORD "=" (exact | "(" exact ("OR" exact)* ")")
    exact: QUOTED
    // CloudWatch wants quotes around a namespace with anything else in it, and forgives its own namespaces their slash.
    PLAIN: /AWS\/[A-Za-z]+|[A-Za-z0-9_]+/
    QUOTED: /"[^"]+"/
    WORD: /[A-Za-z]+/
    STATISTIC: /[A-Za-z0-9]+/
    PERIOD: /[0-9]+/
    %ignore /\s+/
"""
PARSER = Lark(GRAMMAR, parser="earley")


@dataclass
class Search:
    """What is looked for, and how it is added up."""

    namespace: str
    dimensions: set
    terms: dict[str, set]
    statistic: str
    period: int
    summed: bool

    def finds(self, sample) -> bool:
        """Whether a metric is among what is found: of the namespace, by these dimensions and no others, with such values."""
        own = dict(sample.dimensions) | {"MetricName": sample.metric}
        right = sample.namespace == self.namespace and {name for name, _ in sample.dimensions} == self.dimensions
        return right and all(own.get(name) in values for name, values in self.terms.items())


class Reader(Transformer):
    """Reads one expression."""

    def name(self, parts):
        return str(parts[0]).strip('"')

    exact = name

    def schema(self, names):
        return names

    def term(self, parts):
        return str(parts[0]), set(parts[1:])

    def search(self, parts):
        schema, *terms, statistic, period = parts
        return Search(schema[0], set(schema[1:]), dict(terms), str(statistic), int(period), False)

    def sum(self, parts):
        parts[0].summed = True
        return parts[0]

    def start(self, parts):
        return parts[0]


def read(expression: str) -> Search:
    """The expression; one that CloudWatch would refuse, or that this stack should not need, is an error of lark's."""
    return Reader().transform(PARSER.parse(expression))
