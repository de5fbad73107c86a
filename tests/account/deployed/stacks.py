"""The whole of what one deployment makes: the template and the stacks in it."""

import copy
from functools import cached_property
from pathlib import Path

from .templates import Stack, load

ROOT = Path(__file__).resolve().parents[3]


class Deployment:
    """`template.yaml` with some parameters, its nested stacks made with what it hands them."""

    def __init__(self, name: str, parameters: dict):
        self.name = name
        self.slip = lambda resources: resources
        self.found: dict[tuple, dict] = {}
        self.root = Stack(load(ROOT / "template.yaml"), name, parameters, self.output)
        self.known: dict[str, Stack] = {}

    def nested(self, logical: str) -> Stack:
        """One of the stacks in it."""
        if logical not in self.known:
            properties = self.root.value(self.root.template["Resources"][logical]["Properties"])
            given = {key: str(value) for key, value in properties.get("Parameters", {}).items()}
            template = load(ROOT / properties["TemplateURL"])
            self.known[logical] = Stack(template, f"{self.name}-{logical}", given)
        return self.known[logical]

    def output(self, logical: str, name: str):
        """What a nested stack says of itself."""
        stack = self.nested(logical)
        return stack.value(stack.template["Outputs"][name]["Value"])

    @cached_property
    def stacks(self) -> list[Stack]:
        """All of them."""
        return [self.root, *(self.nested(logical) for logical in self.root.resources("AWS::CloudFormation::Stack"))]

    def resources(self, *types: str) -> dict[str, dict]:
        """The properties of all resources of some types; each by the stack's name and its own."""
        if types not in self.found:
            self.found[types] = {f"{stack.name}/{logical}": it for stack in self.stacks for logical, it in stack.resources(*types).items()}
        return self.slip(self.found[types])

    def after(self, slip) -> "Deployment":
        """The same after somebody's slip: a function of resources, which answers others."""
        twin = copy.copy(self)
        twin.slip = slip
        return twin

    def names(self, kind: str, key: str) -> set[str]:
        """How the resources of a type are called: a property, or, where AWS chooses the name, what refers to them."""
        return {properties.get(key) or logical.rsplit("/", 1)[1] for logical, properties in self.resources(kind).items()}
