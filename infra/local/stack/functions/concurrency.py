"""Holds functions to the concurrency that the template reserves: the emulator enforces it, and reads none of a template."""

import re

from ..problem import Problem
from .build import TEMPLATE
from .deploy import STACK
from .emulator import Emulator

FUNCTION = re.compile(r"^      FunctionName: !Sub \$\{AWS::StackName\}-(\w+)$", flags=re.M)
RESERVED = re.compile(r"^      ReservedConcurrentExecutions: !If \[Reserves, (\d+), !Ref AWS::NoValue\]$", flags=re.M)


def reserved(template: str) -> dict[str, int]:
    """How many of each function may run at once where `ReserveConcurrency` is true, by its name without the stack's."""
    # What stands before the first name is of no function; each piece begins with one.
    pieces = FUNCTION.split(template)[1:]
    found = {name: RESERVED.search(rest) for name, rest in zip(pieces[::2], pieces[1::2])}
    return {name: int(number[1]) for name, number in found.items() if number}


def hold(emulator: Emulator) -> None:
    """Says the template's numbers to the emulator: what is beyond them is refused with 429, as by Lambda."""
    numbers = reserved(TEMPLATE.read_text())
    if "api" not in numbers:
        raise Problem("template.yaml no longer says how many of `api` may run at once: see functions/concurrency.py.")
    client = emulator.client("lambda")
    for name, number in numbers.items():
        client.put_function_concurrency(FunctionName=f"{STACK}-{name}", ReservedConcurrentExecutions=number)
