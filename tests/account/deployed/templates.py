"""Templates of CloudFormation, and what their functions come to in one stack."""

import re
from functools import cache
from pathlib import Path

import yaml


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, which become its long ones."""


def long_form(loader: Loader, suffix: str, node: yaml.Node) -> dict:
    """`!Sub x` is `{"Fn::Sub": x}`."""
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", long_form)


@cache
def load(path: Path) -> dict:
    """A template as a document, which nobody changes."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader)


# What a resource is called, where something else refers to it.
NAMES = ("QueueName", "FunctionName", "LogGroupName", "AlarmName", "TopicName", "DashboardName")


class Stack:
    """One template with the parameters of one stack. Resources without a name of their own are called by their logical id."""

    PSEUDO = {"AWS::Region": "us-east-1", "AWS::AccountId": "123456789012", "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}

    def __init__(self, template: dict, name: str, parameters: dict | None = None, outputs=None):
        self.template, self.name = template, name
        known = {key: str(it.get("Default", "")) for key, it in template.get("Parameters", {}).items()}
        unknown = set(parameters or {}) - set(known)
        assert not unknown, f"{name}: there is no parameter {unknown}"
        self.parameters = known | (parameters or {})
        # Of nested stacks: a function of their logical id and the output's name.
        self.outputs = outputs or (lambda *where: ".".join(where))

    def resources(self, *types: str) -> dict[str, dict]:
        """The properties of the resources of some types that this stack has, by logical id."""
        found = {}
        for logical, resource in self.template["Resources"].items():
            wanted = "Condition" not in resource or self.holds(resource["Condition"])
            if resource["Type"] in types and wanted:
                found[logical] = self.value(resource.get("Properties", {}))
        return found

    def holds(self, condition: str) -> bool:
        """Whether a condition is true of this stack."""
        return bool(self.value(self.template["Conditions"][condition]))

    def value(self, it):
        """What a value comes to, with everything in it."""
        if isinstance(it, list):
            return [value for value in map(self.value, it) if value is not NOTHING]
        if not isinstance(it, dict):
            return it
        if len(it) == 1:
            (name, argument), = it.items()
            if name == "Ref":
                return self.reference(argument)
            if name == "Condition" and isinstance(argument, str):
                return self.holds(argument)
            if name.startswith("Fn::"):
                return getattr(self, "fn_" + name[4:].lower())(argument)
        values = {key: self.value(value) for key, value in it.items()}
        return {key: value for key, value in values.items() if value is not NOTHING}

    def reference(self, name: str):
        """`Ref`: a parameter, or a resource by its name."""
        if name == "AWS::NoValue":
            return NOTHING
        if name == "AWS::StackName":
            return self.name
        if name in self.PSEUDO:
            return self.PSEUDO[name]
        if name in self.parameters:
            return self.parameters[name]
        properties = self.template["Resources"][name].get("Properties", {})
        given = [properties[key] for key in NAMES if key in properties]
        return self.value(given[0]) if given else name

    def fn_sub(self, argument) -> str:
        text, own = argument if isinstance(argument, list) else (argument, {})
        own = {key: str(self.value(value)) for key, value in own.items()}

        def put(match: re.Match) -> str:
            name = match[1]
            if name in own:
                return own[name]
            return str(self.fn_getatt(name)) if "." in name else str(self.reference(name))

        return re.sub(r"\$\{([^!}][^}]*)\}", put, text)

    def fn_getatt(self, argument):
        logical, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        resource = self.template["Resources"][logical]
        if attribute.startswith("Outputs."):
            return self.outputs(logical, attribute.removeprefix("Outputs."))
        given = resource.get("Properties", {}).get(attribute)
        return self.value(given) if given is not None else f"{logical}.{attribute}"

    def fn_if(self, argument):
        condition, yes, no = argument
        return self.value(yes if self.holds(condition) else no)

    def fn_equals(self, argument) -> bool:
        one, other = map(self.value, argument)
        return str(one) == str(other)

    def fn_not(self, argument) -> bool:
        return not self.value(argument[0])

    def fn_and(self, argument) -> bool:
        return all(map(self.value, argument))

    def fn_or(self, argument) -> bool:
        return any(map(self.value, argument))

    def fn_join(self, argument) -> str:
        return str(argument[0]).join(map(str, self.value(argument[1])))

    def fn_split(self, argument) -> list:
        return str(self.value(argument[1])).split(argument[0])

    def fn_select(self, argument):
        return self.value(argument[1])[int(argument[0])]

    def fn_findinmap(self, argument):
        name, first, second = map(self.value, argument)
        return self.template["Mappings"][name][first][second]

    def fn_getazs(self, _) -> list:
        return ["us-east-1a", "us-east-1b"]


class Nothing:
    """What `AWS::NoValue` leaves out."""


NOTHING = Nothing()
