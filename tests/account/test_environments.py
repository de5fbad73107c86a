"""The environments of the pipeline, in its workflows, in samconfig.toml and in the template of its roles, are the same."""

import json
import os
import re
import shutil
import subprocess

import pytest
import tomli
import yaml
from moto.iam.access_control import IAMPolicy, PermissionResult

from deployed.templates import Stack, load
from roles import ACCOUNT, REGION, ROOT

CONFIG = tomli.loads((ROOT / "samconfig.toml").read_text())
ENVIRONMENTS = ["dev", "staging", "prod"]
WORKFLOWS = ROOT / ".github" / "workflows"


def parameters(environment: str) -> dict[str, str]:
    return dict(it.split("=", 1) for it in CONFIG[environment]["deploy"]["parameters"]["parameter_overrides"])


def deployments() -> dict[str, dict]:
    """The jobs that deploy, by their name."""
    jobs = yaml.safe_load((WORKFLOWS / "pipeline.yml").read_text())["jobs"]
    return {name: job for name, job in jobs.items() if "deploy.yml" in job.get("uses", "")}


def test_each_environment_is_deployed_after_the_one_before_and_main_alone_begins():
    jobs = deployments()
    assert list(jobs) == ENVIRONMENTS
    assert [job["needs"] for job in jobs.values()] == ["build", "dev", "staging"]
    assert jobs["dev"]["if"] == "github.ref == 'refs/heads/main'"
    for name, job in jobs.items():
        assert job["with"] == {"environment": name, "architecture": parameters(name)["Architecture"]}
        assert set(job["permissions"]) == {"contents", "id-token"}, name


def test_parameters_of_the_environments_are_the_templates_and_prod_goes_back_by_itself():
    known = load(ROOT / "template.yaml")["Parameters"]
    for environment in [*ENVIRONMENTS, "default"]:
        for name, value in parameters(environment).items():
            allowed = known[name].get("AllowedValues", [value])
            assert value in map(str, allowed), f"{environment}: {name}={value}"
    assert parameters("prod")["GradualDeployment"] == parameters("staging")["GradualDeployment"] == "true"
    assert parameters("prod")["DeploymentType"].startswith("Canary")


def test_everything_of_an_environment_has_the_tags_that_costs_are_allocated_by():
    for environment in [*ENVIRONMENTS, "default"]:
        tags = dict(it.split("=") for it in CONFIG[environment]["deploy"]["parameters"]["tags"])
        assert tags == {"project": "rhesis", "environment": environment}
    # CloudFormation hands a stack's tags on to everything in it. What says the same tag otherwise would win.
    for file in [ROOT / "template.yaml", *(ROOT / "infra").glob("*.yaml")]:
        for logical, resource in load(file)["Resources"].items():
            assert not {"project", "environment"} & own_tags(resource.get("Properties", {})), f"{file.name}: {logical}"
    # Snapshots are made by RDS, which copies them when it is told to.
    for logical, resource in load(ROOT / "infra" / "database.yaml")["Resources"].items():
        if resource.get("DeletionPolicy") == "Snapshot":
            assert resource["Properties"]["CopyTagsToSnapshot"] is True, logical


def own_tags(properties: dict) -> set:
    tags = properties.get("Tags", [])
    return set(tags) if isinstance(tags, dict) else {tag["Key"] for tag in tags}


def pipeline(environment: str, **more) -> Stack:
    template = load(ROOT / "infra" / "pipeline.yaml")
    return Stack(template, "pipeline", {"Repository": "owner/name", "Environment": environment} | more)


def test_stacks_have_the_names_that_the_roles_and_the_job_know():
    job = (WORKFLOWS / "deploy.yml").read_text()
    assert '--stack-name "rhesis-$ENVIRONMENT"' in job
    for environment in ENVIRONMENTS:
        assert CONFIG[environment]["deploy"]["parameters"]["stack_name"] == f"rhesis-{environment}"
    assert load(ROOT / "infra" / "pipeline.yaml")["Parameters"]["Environment"]["AllowedValues"] == ENVIRONMENTS


def test_only_the_jobs_of_one_environment_of_one_repository_become_the_role():
    for more in ({}, {"ProviderArn": "arn:aws:iam::123456789012:oidc-provider/github"}):
        (statement,) = pipeline("prod", **more).resources("AWS::IAM::Role")["DeployRole"]["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Action"] == "sts:AssumeRoleWithWebIdentity" and set(statement["Principal"]) == {"Federated"}
        asked = statement["Condition"].pop("StringEquals")
        assert statement["Condition"] == {} and {key.rsplit(":", 1)[1]: value for key, value in asked.items()} == {
            "aud": "sts.amazonaws.com",
            "sub": "repo:owner/name:environment:prod",
        }
    pattern = load(ROOT / "infra" / "pipeline.yaml")["Parameters"]["Repository"]["AllowedPattern"]
    for there in ("owner/name", "owner@12/na-me.x@34"):
        assert re.fullmatch(pattern, there), there
    for wild in ("owner/name@34", "owner@12/*@34", "owner/*", "*/*", "owner/name:ref", "owner/name?", "owner"):
        assert not re.fullmatch(pattern, wild), wild


def deploy_step() -> str:
    """What the job runs to deploy, as a line of a shell."""
    steps = yaml.safe_load((WORKFLOWS / "deploy.yml").read_text())["jobs"]["deploy"]["steps"]
    (step,) = [it for it in steps if it.get("name") == "Deploy"]
    return step["run"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_job_deploys_what_was_built_with_the_parameters_of_its_environment(environment, tmp_path):
    built = tmp_path / ".aws-sam" / "build"
    built.mkdir(parents=True)
    template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
    (built / "template.yaml").write_text(yaml.dump(template))
    shutil.copy(ROOT / "samconfig.toml", tmp_path)
    (tmp_path / ".local").symlink_to(ROOT / ".local")
    # SAM says with what it deploys, and then reaches nobody.
    account = {"ENVIRONMENT": environment, "ARTIFACTS": "artifacts", "EXECUTION_ROLE": f"arn:aws:iam::{ACCOUNT}:role/execution"}
    nobody = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1", "SAM_CLI_TELEMETRY": "0"}
    nobody |= {"AWS_DEFAULT_REGION": REGION, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    done = subprocess.run(["bash", "-c", deploy_step()], cwd=tmp_path, env=os.environ | account | nobody, capture_output=True, text=True)
    said = done.stdout + done.stderr
    stack = CONFIG[environment]["deploy"]["parameters"]["stack_name"]
    assert re.search(rf"Stack name\s+: {stack}\n", said), said
    told = json.loads(re.search(r"Parameter overrides\s+: (.*)\n", said)[1])
    assert told == parameters(environment)


def may(role: str, action: str, resource: str) -> bool:
    """Whether a role of the pipeline may do something; conditions are taken as met."""
    stack = Stack(load(ROOT / "infra" / "pipeline.yaml"), "rhesis-prod-pipeline", {"Repository": "owner/name", "Environment": "prod"})
    properties, managed = stack.resources("AWS::IAM::Role")[role], stack.resources("AWS::IAM::ManagedPolicy")
    documents = [it["PolicyDocument"] for it in properties.get("Policies", [])]
    documents += [managed[it]["PolicyDocument"] for it in properties.get("ManagedPolicyArns", [])]
    answers = {IAMPolicy({"policy_document": json.dumps(it)}).is_action_permitted(action, resource) for it in documents}
    return PermissionResult.PERMITTED in answers and PermissionResult.DENIED not in answers


def test_roles_of_the_pipeline_make_the_stack_and_cannot_change_themselves():
    role, policy = (f"arn:aws:iam::{ACCOUNT}:{kind}/rhesis-prod-" for kind in ("role", "policy"))
    stacks = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/rhesis-prod"
    for action, resource in [
        ("iam:PassRole", f"{role}execution"),
        ("iam:PassRole", f"{role}ApiFunctionRole-A1"),
        ("iam:CreateRole", f"{role}ApiFunctionRole-A1"),
        ("iam:CreatePolicyVersion", f"{policy}FunctionPolicy-A1"),
        ("cloudformation:UpdateStack", f"{stacks}-Database-A1/id"),
        ("ec2:DescribeSubnets", "*"),
    ]:
        assert may("ExecutionRole", action, resource), (action, resource)
    for action, resource in [
        ("iam:AttachRolePolicy", f"{role}execution"),
        ("iam:UpdateAssumeRolePolicy", f"{role}deploy"),
        ("iam:PassRole", f"{role}deploy"),
        ("iam:CreatePolicyVersion", f"{policy}pipeline-Functions-A1"),
        ("cloudformation:UpdateStack", f"{stacks}-pipeline/id"),
    ]:
        assert not may("ExecutionRole", action, resource), (action, resource)
    assert may("DeployRole", "cloudformation:CreateChangeSet", f"{stacks}/id")
    assert not may("DeployRole", "cloudformation:CreateChangeSet", f"{stacks}-pipeline/id")


def test_every_workflow_says_what_it_may_and_begins_with_nothing():
    for file in WORKFLOWS.glob("*.yml"):
        workflow = yaml.safe_load(file.read_text())
        assert workflow["permissions"] == {}, file.name
        for name, job in workflow["jobs"].items():
            assert job["permissions"], f"{file.name}: {name}"
            for step in job.get("steps", []):
                assert re.fullmatch(r"[^@]+@[0-9a-f]{40}", step.get("uses", "a@" + 40 * "0")), f"{file.name}: {step['uses']}"
                assert step.get("with", {}).get("persist-credentials", False) is False


def test_every_package_that_is_installed_is_pinned_by_its_hash():
    # The benchmark's peers are measured as their users install them.
    named = [*ROOT.glob("*/**/requirements.txt"), ROOT / "tests" / "sdk" / "newest.txt"]
    files = [it for it in named if not {".local", "target", "bench", ".aws-sam"} & set(it.parts)]
    assert len(files) >= 8, files
    for file in files:
        for requirement in re.sub(r"\\\n", " ", file.read_text()).splitlines():
            if requirement.strip() and not requirement.startswith("#"):
                assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", requirement), f"{file}: {requirement[:60]}"
    assert '"--require-hashes"' in (ROOT / "infra" / "local" / "start.py").read_text()
