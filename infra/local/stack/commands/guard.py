"""`make guard`: what cfn-guard says of the templates by folders of rules, held to the answers in infra/lint/guard.yaml."""

import json
import logging
import os
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from ..console import say
from ..functions.build import TEMPLATE
from ..functions.expanded import expanded
from ..instance import REPOSITORY
from ..problem import Problem

ANSWERS = REPOSITORY / "infra" / "lint" / "guard.yaml"
# What cfn-guard ends with: it liked everything, or it did not. Anything else is a file of rules that it could not read.
ENDS = (0, 19)


def guard() -> int:
    """Asks file by file. 1 if something is found that has no answer, or answered that is not found."""
    program = shutil.which("cfn-guard")
    if program is None:
        raise Problem("Install cfn-guard (cargo install --locked cfn-guard@3.1.1): it is not on the PATH.")
    rules = [file for folder in os.environ.get("RULES", "").split(",") if folder for file in sorted(Path(folder).expanduser().rglob("*.guard"))]
    if not rules:
        raise Problem("Name folders of AWS's rules with RULES=…: docs/deploying.md says where they are from.")
    answered = set(yaml.safe_load(ANSWERS.read_text())["answered"])
    asked, found = set(), defaultdict(lambda: defaultdict(set))
    with TemporaryDirectory() as folder:
        # SAM's translator tells of features that are not on where it runs outside of AWS.
        logging.getLogger("samtranslator").setLevel(logging.ERROR)
        plain = Path(folder, TEMPLATE.name)
        plain.write_text(json.dumps(expanded(TEMPLATE)))
        templates = [plain, *sorted((REPOSITORY / "infra").glob("*.yaml"))]
        for file in rules:
            for outcome in validate(program, file, templates):
                for rule in (it["Rule"] for it in outcome["not_compliant"]):
                    found[rule["name"]][Path(outcome["name"]).name] |= set(resources(rule))
                asked |= {*outcome["compliant"], *(it["Rule"]["name"] for it in outcome["not_compliant"])}
    unanswered, idle = sorted(set(found) - answered), sorted(answered & asked - set(found))
    for name in unanswered:
        for template, logical in found[name].items():
            say(f"{template}: {name}: {', '.join(sorted(logical)) or 'as a whole'}")
    for name in idle:
        say(f"{ANSWERS.name}: {name} finds nothing any more")
    say(f"{len(rules)} files of rules: {len(found)} rules find something, {len(unanswered)} of them without an answer")
    return int(bool(unanswered or idle))


def validate(program: str, rules: Path, templates: list[Path]) -> list[dict]:
    """What the rules of a file say of each template. A file that cannot be read is told of, and says nothing."""
    data = [part for template in templates for part in ("--data", template)]
    options = ["--output-format", "json", "--structured", "--show-summary", "none"]
    ended = subprocess.run([program, "validate", "--rules", rules, *data, *options], capture_output=True, text=True)
    if ended.returncode not in ENDS:
        say(f"cfn-guard cannot read {rules}")
        return []
    return json.loads(ended.stdout)


def resources(it) -> list[str]:
    """The logical ids of the resources that a finding speaks of."""
    if isinstance(it, list):
        return [logical for part in it for logical in resources(part)]
    if not isinstance(it, dict):
        return []
    path = it.get("path")
    own = path.split("/")[2:3] if isinstance(path, str) and path.startswith("/Resources/") else []
    return own + [logical for part in it.values() for logical in resources(part)]
