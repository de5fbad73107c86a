"""Each function may make the calls that code makes in it, and none besides: its role's policies are asked about every call of AWS."""

import json
import re
from itertools import product

import pytest
from moto.iam.access_control import IAMPolicy, PermissionResult

from calls import actions, every_action
from roles import ACCOUNT, REGION, ROOT, USERS, Deployed
from stack.functions.expanded import expanded

NAME = "rhesis"
TEMPLATE = expanded(ROOT / "template.yaml", REGION)
KINDS = sorted(folder.name for folder in (ROOT / "functions" / "tasks").iterdir() if folder.is_dir())
FUNCTIONS = {name: "".join(word.capitalize() for word in name.split("_")) + "Function" for name in ["api", "relay", "migrate", *KINDS]}
SECRETS = {name: f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-aBcDeF" for name in ("Owner", "LoginSecret", "Settings", "Foreign")}
READS = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
# How functions may log in, and whether there is a secret of settings.
SETTINGS = list(product(["secret", "iam"], [True, False]))
CASES = [(function, *settings) for function in FUNCTIONS for settings in SETTINGS]


def queue(name: str) -> str:
    """The ARN of a queue of this account."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def wanted(function: str, auth: str, settings: bool) -> set[tuple[str, str]]:
    """What the code of a function calls, or Lambda in its name: actions, and the ARN of a queue, a secret or a role of Postgres."""
    found = set()
    if function == "migrate":
        found.add(("secretsmanager:GetSecretValue", SECRETS["Owner"]))
    else:
        found |= {("sqs:SendMessage", queue(f"{NAME}-{kind}")) for kind in [*KINDS, "relay"]}
        if auth == "iam":
            found.add(("rds-db:connect", f"{USERS}/{'task' if function in KINDS else 'tasks'}_{function}"))
    if function in [*KINDS, "relay"]:
        found |= {(action, queue(f"{NAME}-{function}")) for action in READS}
    if auth == "secret":
        found.add(("secretsmanager:GetSecretValue", SECRETS["LoginSecret"]))
    if settings:
        found.add(("secretsmanager:GetSecretValue", SECRETS["Settings"]))
    return found


def deployed(auth: str, settings: bool) -> Deployed:
    parameters = {"DatabaseMode": "rds", "DatabaseAuth": auth, "SettingsSecretArn": SECRETS["Settings"] if settings else ""}
    return Deployed(TEMPLATE, NAME, parameters, SECRETS)


def resources(stack: Deployed) -> list[str]:
    """Everything that a call may be about: what the stack has, the like of somebody else, and all."""
    roles = ["postgres", "tasks_engine", "tasks_tenant", "tasks_api", "tasks_relay", *(f"task_{kind}" for kind in KINDS)]
    users = [f"{server}/{role}" for server in (USERS, USERS.replace("db-ABC", "db-XYZ")) for role in roles]
    queues = [queue(name) for name in [*stack.queues(), "foreign", f"{NAME}-2-execute_test"]]
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{NAME}-migrate"
    return [*queues, queues[0].replace(ACCOUNT, "999999999999"), *SECRETS.values(), *users, function, "*"]


def policy(document: dict, **replaced) -> IAMPolicy:
    """A policy that can be asked, perhaps with something else in its statements."""
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    return IAMPolicy({"policy_document": json.dumps(document | {"Statement": [it | replaced for it in statements]})})


def allowed(stack: Deployed, function: str) -> set[tuple[str, str]]:
    """All that the policies of a role let through."""
    documents = stack.documents(FUNCTIONS[function])
    policies = [policy(document) for document in documents]
    # What no policy lets through for anything need not be asked about each thing.
    anywhere = [policy(document, Resource="*") for document in documents]
    asked = [action for action in every_action() if any(it.is_action_permitted(action, "*") == PermissionResult.PERMITTED for it in anywhere)]
    found = set()
    for resource, action in product(resources(stack), asked):
        answers = {it.is_action_permitted(action, resource) for it in policies}
        if PermissionResult.PERMITTED in answers and PermissionResult.DENIED not in answers:
            found.add((action, resource))
    return found


@pytest.mark.parametrize(("function", "auth", "settings"), CASES)
def test_a_function_may_call_what_its_code_calls_and_nothing_else(function, auth, settings):
    assert allowed(deployed(auth, settings), function) == wanted(function, auth, settings)


def test_the_calls_that_are_wanted_are_those_of_the_code():
    methods, called = actions("sqs") | actions("secretsmanager"), set()
    for file in [*(ROOT / "shared").glob("*/src/**/*.rs"), *(ROOT / "functions").glob("**/src/**/*.rs")]:
        text = file.read_text()
        if "aws_sdk_" in text:
            called |= {methods[name] for name in re.findall(r"\.([a-z_]+)\(\)", text) if name in methods}
    assert called == {"sqs:SendMessage", "secretsmanager:GetSecretValue"}
    # The rest is Lambda's own, which reads the queue of an event source as the function.
    assert called | READS == {action for function in FUNCTIONS for action, _ in wanted(function, "secret", True)}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_of_awss_own_policies_a_role_has_those_for_logs_traces_and_its_network(function):
    assert deployed("secret", True).managed(FUNCTIONS[function]) == {
        "AWSLambdaBasicExecutionRole",
        "AWSXrayWriteOnlyAccess",
        "AWSLambdaVPCAccessExecutionRole",
    }


def test_a_right_too_many_is_found():
    stack = deployed("secret", True)
    document = stack.documents("ApiFunction")[0]
    for slip in ({"Resource": "*"}, {"Action": "sqs:*"}, {"Resource": f"arn:aws:sqs:*:*:{NAME}-*"}, {"Action": ["sqs:SendMessage", "sts:AssumeRole"]}):
        wider = [statement | slip for statement in document["Statement"]]
        stack.documents = lambda _, wider=wider: [{"Version": "2012-10-17", "Statement": wider}]
        assert allowed(stack, "api") - wanted("api", "secret", True), slip
