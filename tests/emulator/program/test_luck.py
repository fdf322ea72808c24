"""What AWS looks for when a thing is made must be there, and must have been waited for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.programs import deployed, problems

SLOW = """
slow = aws.sqs.Queue("slowest")
for number in range(3):
    slow = aws.sqs.Queue(f"slow-{number}", opts=after(slow))
"""

FUNCTION = """
role = aws.iam.Role("role", assume_role_policy=TRUST)
worker = function("worker", role)
"""

NOTIFICATION = f"""
{FUNCTION}
bucket = aws.s3.Bucket("feed")
def permission(**changes):
    said = dict(action="lambda:InvokeFunction", function=worker.name, principal="s3.amazonaws.com",
        source_arn=bucket.arn, source_account="111111111111")
    return aws.lambda_.Permission("a-permission", **{{**said, **changes}})
def notification(opts=None):
    aws.s3.BucketNotification("notification", bucket=bucket.bucket, opts=opts, lambda_functions=[
        {{"lambda_function_arn": worker.arn, "events": ["s3:ObjectCreated:*"]}}])
"""

BUCKET = "aws:s3/bucketNotification:BucketNotification notification"
MAY_WAKE = "needs that s3.amazonaws.com may lambda:InvokeFunction on worker for feed"


def test_a_notification_waits_for_its_permission(tmp_path: Path) -> None:
    with deployed(tmp_path, f"{NOTIFICATION}\nnotification(after(permission()))") as (account, deployment):
        notification = deployment.named("BucketNotification", "notification")

        answer = account.client("s3").get_bucket_notification_configuration(Bucket=notification.id)
        (told,) = answer["LambdaFunctionConfigurations"]
        assert told["LambdaFunctionArn"] == deployment.named("Function", "worker").arn


def test_a_notification_without_a_permission_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, f"{NOTIFICATION}\nnotification()")

    assert problem.startswith(f"{BUCKET}: {MAY_WAKE}")
    assert "depends_on" not in problem


@pytest.mark.parametrize(
    "change", ['source_account="222222222222"', 'source_arn="arn:aws:s3:::other"', 'principal="sns.amazonaws.com"']
)
def test_a_permission_for_somebody_else_is_none(tmp_path: Path, change: str) -> None:
    (problem,) = problems(tmp_path, f"{NOTIFICATION}\nnotification(after(permission({change})))")

    assert problem.startswith(f"{BUCKET}: {MAY_WAKE}")


def test_a_permission_that_nobody_waited_for_was_there_by_luck(tmp_path: Path) -> None:
    source = f"{NOTIFICATION}\npermission()\n{SLOW}\nnotification(after(slow))"

    (problem,) = problems(tmp_path, source)

    assert problem.startswith(f"{BUCKET}: {MAY_WAKE}")
    assert problem.endswith("which works only by luck: depends_on lacks a-permission")


def test_a_permission_that_came_too_late_is_named(tmp_path: Path) -> None:
    source = f"""{NOTIFICATION}
{SLOW}
notification()
aws.lambda_.Permission("late-and-useless", action="lambda:InvokeFunction", function=worker.name,
    principal="sns.amazonaws.com", source_arn=bucket.arn, opts=after(slow))
aws.lambda_.Permission("late", action="lambda:InvokeFunction", function=worker.name, principal="s3.amazonaws.com",
    source_arn=bucket.arn, source_account="111111111111", opts=after(slow))
"""

    (problem,) = problems(tmp_path, source)

    assert problem.startswith(f"{BUCKET}: {MAY_WAKE}")
    assert problem.endswith("; made too late: depends_on lacks late")


def test_a_right_that_another_one_makes_up_for_is_no_luck(tmp_path: Path) -> None:
    source = f"""{NOTIFICATION}
aws.lambda_.Permission("b-another", action="lambda:InvokeFunction", function=worker.name,
    principal="s3.amazonaws.com", source_arn=bucket.arn, source_account="111111111111")
notification(after(permission()))
"""

    with deployed(tmp_path, source) as (_, deployment):
        assert deployment.named("BucketNotification", "notification").id


def test_waiting_for_the_component_of_the_permission_is_enough(tmp_path: Path) -> None:
    source = f"""{NOTIFICATION}
class Rights(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("x:y:Rights", "rights")
        aws.lambda_.Permission("inside", action="lambda:InvokeFunction", function=worker.name,
            principal="s3.amazonaws.com", source_arn=bucket.arn, source_account="111111111111",
            opts=pulumi.ResourceOptions(parent=self))
notification(after(Rights()))
"""

    with deployed(tmp_path, source) as (_, deployment):
        assert deployment.named("BucketNotification", "notification").id


def test_what_a_parent_waited_for_its_children_waited_for(tmp_path: Path) -> None:
    source = f"""{NOTIFICATION}
class Wiring(pulumi.ComponentResource):
    def __init__(self, opts):
        super().__init__("x:y:Wiring", "wiring", None, opts)
        notification(pulumi.ResourceOptions(parent=self))
Wiring(after(permission()))
"""

    with deployed(tmp_path, source) as (_, deployment):
        assert deployment.named("BucketNotification", "notification").id


def test_a_queue_that_lets_nobody_send_is_told_of_no_objects(tmp_path: Path) -> None:
    source = """
        bucket = aws.s3.Bucket("feed")
        queue = aws.sqs.Queue("readings")
        aws.s3.BucketNotification("notification", bucket=bucket.bucket,
            queues=[{"queue_arn": queue.arn, "events": ["s3:ObjectCreated:*"]}])
    """

    (problem,) = problems(tmp_path, source)

    assert problem.startswith(f"{BUCKET}: needs that s3.amazonaws.com may sqs:SendMessage on readings for feed: ")


def test_a_thing_that_is_only_spelled_out_was_there_by_luck(tmp_path: Path) -> None:
    source = """
        role = aws.iam.Role("role", name="the-role", assume_role_policy=TRUST)
        aws.lambda_.Function("worker", role="arn:aws:iam::111111111111:role/the-role", handler="work.handle",
            runtime="python3.13", code=pulumi.AssetArchive({"work.py": pulumi.StringAsset("")}),
            opts=after(*[aws.sqs.Queue(f"slow-{number}") for number in range(2)]))
    """

    assert problems(tmp_path, source) == [
        "aws:lambda/function:Function worker: needs that lambda.amazonaws.com may sts:AssumeRole on role, "
        "which works only by luck: depends_on lacks role"
    ]


def test_a_role_that_lambda_may_not_assume_is_refused(tmp_path: Path) -> None:
    source = """
        role = aws.iam.Role("role", assume_role_policy=TRUST.replace("lambda", "events"))
        function("worker", role)
    """

    (problem,) = problems(tmp_path, source)

    assert problem.startswith(
        "aws:lambda/function:Function worker: needs that lambda.amazonaws.com may sts:AssumeRole on role: "
    )


MAPPING = f"""
{FUNCTION}
queue = aws.sqs.Queue("readings")
def may(*actions, name="a-poll"):
    return aws.iam.RolePolicy(name, role=role.name, policy=allow(list(actions), queue.arn))
def mapping(opts=None):
    aws.lambda_.EventSourceMapping("mapping", event_source_arn=queue.arn, function_name=worker.arn, opts=opts)
POLL = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
"""
ESM = "aws:lambda/eventSourceMapping:EventSourceMapping mapping"


def test_a_mapping_waits_for_the_right_to_poll(tmp_path: Path) -> None:
    with deployed(tmp_path, f"{MAPPING}\nmapping(after(may(*POLL)))") as (account, deployment):
        mapping = deployment.named("EventSourceMapping", "mapping")

        answer = account.client("lambda").get_event_source_mapping(UUID=mapping.id)
        assert (answer["EventSourceArn"], answer["BatchSize"]) == (deployment.named("Queue", "readings").arn, 10)


@pytest.mark.parametrize("missing", ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"])
def test_each_right_to_poll_is_needed(tmp_path: Path, missing: str) -> None:
    source = f"{MAPPING}\nmapping(after(may(*[each for each in POLL if each != '{missing}'])))"

    (problem,) = problems(tmp_path, source)

    assert problem.startswith(f"{ESM}: needs that role may {missing} on readings: ")


def test_rights_to_poll_that_nobody_waited_for_were_there_by_luck(tmp_path: Path) -> None:
    source = f"{MAPPING}\n{SLOW}\nmapping(after(may('sqs:DeleteMessage'), slow))\n"
    source += "may('sqs:ReceiveMessage', 'sqs:GetQueueAttributes', name='a-lucky')"

    assert problems(tmp_path, source) == [
        f"{ESM}: needs that role may {action} on readings, which works only by luck: depends_on lacks a-lucky"
        for action in ("sqs:ReceiveMessage", "sqs:GetQueueAttributes")
    ]


def test_looking_for_luck_leaves_every_right_in_the_account(tmp_path: Path) -> None:
    source = f"{MAPPING}\n{SLOW}\nmapping(after(may(*POLL), slow))\n"
    source += "may('sqs:SendMessage', name='unneeded')"

    with deployed(tmp_path, source) as (account, deployment):
        names = account.client("iam").list_role_policies(RoleName=deployment.named("Role", "role").id)["PolicyNames"]

        assert sorted(name.rpartition("-")[0] for name in names) == ["a-poll", "unneeded"]


def test_a_message_must_stay_hidden_for_as_long_as_the_function_may_take(tmp_path: Path) -> None:
    source = MAPPING.replace('function("worker", role)', 'function("worker", role, timeout=31)')

    (problem,) = problems(tmp_path, f"{source}\nmapping(after(may(*POLL)))")

    assert problem.startswith(f"{ESM}: visibilityTimeoutSeconds 30 of readings-")
    assert "needs at least 31, the timeout of worker-" in problem


INVOKE_CONFIG = f"""
{FUNCTION}
queue = aws.sqs.Queue("failures")
def config(opts=None):
    aws.lambda_.FunctionEventInvokeConfig("config", function_name=worker.name, opts=opts,
        destination_config={{"on_failure": {{"destination": queue.arn}}}})
"""


def test_a_failure_destination_needs_the_right_to_send(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, f"{INVOKE_CONFIG}\nconfig()")

    assert problem.startswith(
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig config: "
        "needs that role may sqs:SendMessage on failures: "
    )


def test_a_failure_destination_waits_for_the_right_to_send(tmp_path: Path) -> None:
    right = "aws.iam.RolePolicy('may-send', role=role.name, policy=allow('sqs:SendMessage', queue.arn))"

    with deployed(tmp_path, f"{INVOKE_CONFIG}\nconfig(after({right}))") as (account, deployment):
        worker = deployment.named("Function", "worker").id
        answer = account.client("lambda").get_function_event_invoke_config(FunctionName=worker)
        assert answer["DestinationConfig"] == {"OnFailure": {"Destination": deployment.named("Queue", "failures").arn}}


def test_a_dead_letter_queue_of_a_function_needs_the_right_to_send(tmp_path: Path) -> None:
    source = """
        role = aws.iam.Role("role", assume_role_policy=TRUST)
        queue = aws.sqs.Queue("failures")
        function("worker", role, dead_letter_config={"target_arn": queue.arn})
    """

    (problem,) = problems(tmp_path, source)

    assert problem.startswith("aws:lambda/function:Function worker: needs that role may sqs:SendMessage on failures: ")
