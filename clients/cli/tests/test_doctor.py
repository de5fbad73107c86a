"""The doctor on the stack's own database and queues."""

import json
import urllib.parse
import urllib.request
from contextlib import contextmanager

from conftest import Tool

KIND = "count_test_sets"


def sqs(stack: dict, target: str, **fields) -> dict:
    """Asks the emulator's SQS."""
    headers = {
        "X-Amz-Target": f"AmazonSQS.{target}",
        "Content-Type": "application/x-amz-json-1.0",
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
    }
    request = urllib.request.Request(stack["emulator_url"], data=json.dumps(fields).encode(), headers=headers)
    return json.loads(urllib.request.urlopen(request).read() or b"{}")


@contextmanager
def changed(stack: dict, url: str, **attributes):
    """A queue whose attributes are others for a while."""
    before = sqs(stack, "GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])["Attributes"]
    sqs(stack, "SetQueueAttributes", QueueUrl=url, Attributes=attributes)
    try:
        yield
    finally:
        sqs(stack, "SetQueueAttributes", QueueUrl=url, Attributes={name: before[name] for name in attributes})


def test_the_queues_of_the_stack_are_held_to_the_contracts(stack, tmp_path):
    queues = sqs(stack, "ListQueues", MaxResults=1000)["QueueUrls"]
    [queue] = [url for url in queues if url.endswith(f"-{KIND}")]
    tool = Tool(
        tmp_path,
        DATABASE_URL=stack["admin_url"],
        QUEUE_URL_PREFIX=queue.removesuffix(KIND),
        AWS_ENDPOINT_URL=stack["emulator_url"],
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_REGION="us-east-1",
    )

    def found() -> list[str]:
        ended = tool("doctor", "--json")
        findings = [finding for finding in ended.objects() if finding["check"] == "queues"]
        assert ended.status == (1 if any(it["severity"] == "fault" for it in ended.objects()) else 0), ended
        assert all(finding["do"] for finding in findings)
        return [finding["found"] for finding in findings]

    assert found() == []
    with changed(stack, queue, VisibilityTimeout="7"):
        [said] = found()
        assert said.startswith(f"{KIND}: messages come again after 7 s")
    dead = f"{queue}-dead"
    before = json.loads(sqs(stack, "GetQueueAttributes", QueueUrl=queue, AttributeNames=["All"])["Attributes"]["RedrivePolicy"])
    with changed(stack, queue, RedrivePolicy=json.dumps(before | {"maxReceiveCount": 9})):
        assert [f"do not go to {KIND}-dead" in said for said in found()] == [True]
    sqs(stack, "SendMessage", QueueUrl=dead, MessageBody="x", MessageGroupId="x", MessageDeduplicationId="x")
    assert found() == [f"{KIND}-dead holds 1 messages"]
    sqs(stack, "PurgeQueue", QueueUrl=dead)
    tool.environment["QUEUE_URL_PREFIX"] = f"{stack['emulator_url']}/000000000000/nobody-"
    missing = found()
    assert missing and all(said.startswith("there is no queue") for said in missing)
