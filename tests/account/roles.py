"""The roles that SAM makes of the functions, with what each may."""

from pathlib import Path

from deployed.templates import Stack

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT, REGION = "123456789012", "us-east-1"
USERS = f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:db-ABC"


class Deployed(Stack):
    """The resources with the ARNs that they have in an account. `secrets` are those of the secrets, by logical id."""

    def __init__(self, template: dict, name: str, parameters: dict, secrets: dict[str, str]):
        super().__init__(template, name, parameters, lambda _, output: {"OwnerSecret": secrets["Owner"], "Users": USERS}[output])
        self.secrets = secrets

    def reference(self, name: str):
        return self.secrets.get(name) or super().reference(name)

    def fn_getatt(self, argument):
        logical, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        queue = self.template["Resources"].get(logical, {})
        if attribute == "Arn" and queue.get("Type") == "AWS::SQS::Queue":
            return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self.value(queue['Properties']['QueueName'])}"
        return super().fn_getatt(argument)

    def queues(self) -> list[str]:
        """The names of all queues."""
        return [it["QueueName"] for it in self.resources("AWS::SQS::Queue").values()]

    def documents(self, function: str) -> list[dict]:
        """The policies of a function's role, the stack's own and those in line. What AWS manages is for its logs, traces and network."""
        role = self.value(self.template["Resources"][f"{function}Role"]["Properties"])
        shared = self.resources("AWS::IAM::ManagedPolicy")
        own = [shared[it]["PolicyDocument"] for it in role["ManagedPolicyArns"] if it in shared]
        return own + [it["PolicyDocument"] for it in role.get("Policies", [])]

    def managed(self, function: str) -> set[str]:
        """The policies of AWS that a function's role has, by name."""
        role = self.value(self.template["Resources"][f"{function}Role"]["Properties"])
        return {it.rsplit("/", 1)[1] for it in role["ManagedPolicyArns"] if it.startswith("arn:")}
