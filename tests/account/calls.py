"""The calls that AWS has, as boto knows them, by the action that IAM asks about."""

from functools import cache

from botocore import xform_name
from botocore.session import Session

# Of the services with which somebody who took a function over would go on.
SERVICES = (
    "cloudformation",
    "dynamodb",
    "events",
    "iam",
    "kms",
    "lambda",
    "logs",
    "rds",
    "s3",
    "scheduler",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "sts",
)

# A batch wants the permission of its single call.
BATCHES = {f"sqs:{call}Batch": f"sqs:{call}" for call in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")}


@cache
def actions(service: str) -> dict[str, str]:
    """The actions of a service, by the method that Rust's SDK has for the call, as boto3 has it too."""
    model = Session().get_service_model(service)
    prefix = model.signing_name
    named = {xform_name(operation): f"{prefix}:{operation}" for operation in model.operation_names}
    return {method: BATCHES.get(action, action) for method, action in named.items()}


@cache
def every_action() -> frozenset[str]:
    """All of these services, with one that is no call over HTTP: a login into Postgres."""
    found = {action for service in SERVICES for action in actions(service).values()}
    return frozenset(found | {"rds-db:connect"})
