"""The same pipelines in plain pulumi_aws: what one writes without a library of components.

It is copied beside a `pipelines/` folder and run as its project's `__main__.py`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

LAMBDA_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
ACCOUNT_ID = pulumi.Config().require("accountId")


def policy_document(*statements: dict[str, Any]) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def tls_only(action: str, resource: Any) -> dict[str, Any]:
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": resource,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def create_dead_letter_queue(name: str) -> aws.sqs.Queue:
    return aws.sqs.Queue(f"{name}-queue", message_retention_seconds=1209600, sqs_managed_sse_enabled=True)


def close_dead_letter_queue(
    name: str,
    queue: aws.sqs.Queue,
    redriven_from: pulumi.Output[str] | None = None,
    senders: Sequence[dict[str, Any]] = (),
) -> aws.sqs.QueuePolicy:
    policy = aws.sqs.QueuePolicy(
        f"{name}-policy", queue_url=queue.url, policy=policy_document(tls_only("sqs:*", queue.arn), *senders)
    )
    redrive: dict[str, Any] = {"redrivePermission": "denyAll"}
    if redriven_from is not None:
        redrive = {"redrivePermission": "byQueue", "sourceQueueArns": [redriven_from]}
    aws.sqs.RedriveAllowPolicy(
        f"{name}-redrive-allow", queue_url=queue.url, redrive_allow_policy=pulumi.Output.json_dumps(redrive)
    )
    return policy


class Function:
    """A function, its role and log group, and the rights that the role has."""

    def __init__(
        self,
        pipeline: str,
        name: str,
        description: str,
        environment: dict[str, pulumi.Output[str]],
        files: Sequence[str],
        timeout: int = 30,
    ) -> None:
        self.pipeline = pipeline
        self.name = name
        self.full_name = f"{pipeline}-{name}"
        self.rights: list[pulumi.Resource] = []
        self.role = aws.iam.Role(f"{self.full_name}-role", assume_role_policy=LAMBDA_TRUST)
        log_group = aws.cloudwatch.LogGroup(f"{self.full_name}-logs", retention_in_days=7)
        self.may(
            "write-its-logs",
            allow(["logs:CreateLogStream", "logs:PutLogEvents"], log_group.arn.apply(lambda arn: f"{arn}:*")),
        )
        handlers = Path(__file__).parent / "pipelines" / pipeline / "handlers"
        self.function = aws.lambda_.Function(
            f"{self.full_name}-function",
            role=self.role.arn,
            code=pulumi.AssetArchive({file: pulumi.FileAsset(str(handlers / file)) for file in files}),
            handler=f"{name}.handle",
            runtime="python3.13",
            architectures=["arm64"],
            description=description,
            timeout=timeout,
            memory_size=256,
            ephemeral_storage={"size": 512},
            environment={"variables": environment},
            logging_config={
                "log_format": "JSON",
                "log_group": log_group.name,
                "application_log_level": "DEBUG",
                "system_log_level": "INFO",
            },
            opts=pulumi.ResourceOptions(depends_on=list(self.rights)),
        )

    def may(self, sentence: str, statement: dict[str, Any]) -> None:
        policy = aws.iam.RolePolicy(
            f"{self.full_name}-may-{sentence}",
            name=f"{self.name}-may-{sentence}",
            role=self.role.name,
            policy=policy_document(statement),
        )
        self.rights.append(policy)


def keep_failures(function: Function) -> None:
    name = f"{function.full_name}-failures"
    failures = create_dead_letter_queue(name)
    close_dead_letter_queue(name, failures)
    function.may("send-to-its-failures", allow("sqs:SendMessage", failures.arn))
    aws.lambda_.FunctionEventInvokeConfig(
        f"{function.full_name}-asynchronous",
        function_name=function.function.name,
        maximum_retry_attempts=2,
        maximum_event_age_in_seconds=21600,
        destination_config={"on_failure": {"destination": failures.arn}},
        opts=pulumi.ResourceOptions(depends_on=list(function.rights)),
    )


def create_bucket(full_name: str) -> aws.s3.Bucket:
    bucket = aws.s3.Bucket(f"{full_name}-bucket", force_destroy=True)
    closed = aws.s3.BucketPublicAccessBlock(
        f"{full_name}-public-access-block",
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        f"{full_name}-encryption",
        bucket=bucket.bucket,
        rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
    )
    versioning = aws.s3.BucketVersioning(
        f"{full_name}-versioning", bucket=bucket.bucket, versioning_configuration={"status": "Enabled"}
    )
    aws.s3.BucketLifecycleConfiguration(
        f"{full_name}-lifecycle",
        bucket=bucket.bucket,
        rules=[
            {
                "id": "throw-away-what-nobody-needs",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
                "noncurrent_version_expiration": {"noncurrent_days": 90},
            }
        ],
        opts=pulumi.ResourceOptions(depends_on=[versioning]),
    )
    aws.s3.BucketPolicy(
        f"{full_name}-policy",
        bucket=bucket.bucket,
        policy=policy_document(tls_only("s3:*", [bucket.arn, pulumi.Output.concat(bucket.arn, "/*")])),
        opts=pulumi.ResourceOptions(depends_on=[closed]),
    )
    return bucket


def create_queue(full_name: str) -> aws.sqs.Queue:
    dead_letters = create_dead_letter_queue(f"{full_name}-dead-letters")
    queue = aws.sqs.Queue(
        f"{full_name}-queue",
        visibility_timeout_seconds=180,
        message_retention_seconds=345600,
        max_message_size=1048576,
        delay_seconds=0,
        redrive_policy=dead_letters.arn.apply(
            lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
        ),
        sqs_managed_sse_enabled=True,
    )
    aws.sqs.QueuePolicy(
        f"{full_name}-policy", queue_url=queue.url, policy=policy_document(tls_only("sqs:*", queue.arn))
    )
    close_dead_letter_queue(f"{full_name}-dead-letters", dead_letters, redriven_from=queue.arn)
    return queue


def create_table(full_name: str) -> aws.dynamodb.Table:
    return aws.dynamodb.Table(
        f"{full_name}-table",
        billing_mode="PAY_PER_REQUEST",
        hash_key="row_id",
        attributes=[{"name": "row_id", "type": "S"}],
        point_in_time_recovery={"enabled": True},
        server_side_encryption={"enabled": True},
        deletion_protection_enabled=False,
    )


def create_event_bus(full_name: str) -> aws.cloudwatch.EventBus:
    bus = aws.cloudwatch.EventBus(f"{full_name}-bus")
    aws.cloudwatch.EventBusPolicy(
        f"{full_name}-policy",
        event_bus_name=bus.name,
        policy=policy_document(
            {
                "Sid": "OnlyThisAccount",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "events:PutEvents",
                "Resource": bus.arn,
                "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT_ID}},
            }
        ),
    )
    return bus


def wake_by_bucket(bucket_name: str, bucket: aws.s3.Bucket, function: Function, name: str) -> None:
    permission = aws.lambda_.Permission(
        f"{name}-permission",
        action="lambda:InvokeFunction",
        function=function.function.name,
        principal="s3.amazonaws.com",
        source_arn=bucket.arn,
        source_account=ACCOUNT_ID,
    )
    aws.s3.BucketNotification(
        f"{bucket_name}-notification",
        bucket=bucket.bucket,
        lambda_functions=[
            {
                "id": name,
                "lambda_function_arn": function.function.arn,
                "events": ["s3:ObjectCreated:*"],
                "filter_prefix": "incoming/",
                "filter_suffix": ".jsonl",
            }
        ],
        opts=pulumi.ResourceOptions(depends_on=[permission, *function.rights]),
    )


def wake_by_queue(queue: aws.sqs.Queue, function: Function, name: str) -> None:
    function.may("poll-rows", allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue.arn))
    aws.lambda_.EventSourceMapping(
        f"{name}-mapping",
        event_source_arn=queue.arn,
        function_name=function.function.arn,
        batch_size=10,
        maximum_batching_window_in_seconds=0,
        function_response_types=["ReportBatchItemFailures"],
        enabled=True,
        opts=pulumi.ResourceOptions(depends_on=list(function.rights)),
    )


def wake_by_rule(bus: aws.cloudwatch.EventBus, function: Function, name: str) -> None:
    rule = aws.cloudwatch.EventRule(
        f"{name}-rule",
        event_bus_name=bus.name,
        event_pattern=json.dumps({"source": ["rows"], "detail-type": ["Odd Row"]}),
        state="ENABLED",
    )
    dead_letters = create_dead_letter_queue(f"{name}-dead-letters")
    sender = allow(
        "sqs:SendMessage",
        dead_letters.arn,
        Sid="RuleSendsWhatItCannotDeliver",
        Principal={"Service": "events.amazonaws.com"},
        Condition={"ArnEquals": {"aws:SourceArn": rule.arn}},
    )
    may_send = close_dead_letter_queue(f"{name}-dead-letters", dead_letters, senders=[sender])
    permission = aws.lambda_.Permission(
        f"{name}-permission",
        action="lambda:InvokeFunction",
        function=function.function.name,
        principal="events.amazonaws.com",
        source_arn=rule.arn,
    )
    aws.cloudwatch.EventTarget(
        f"{name}-target",
        rule=rule.name,
        event_bus_name=bus.name,
        arn=function.function.arn,
        retry_policy={"maximum_retry_attempts": 185, "maximum_event_age_in_seconds": 86400},
        dead_letter_config={"arn": dead_letters.arn},
        opts=pulumi.ResourceOptions(depends_on=[permission, *function.rights, may_send]),
    )


def create_pipeline(pipeline: str) -> None:
    inbox = create_bucket(f"{pipeline}-inbox")
    rows = create_queue(f"{pipeline}-rows")
    kept = create_table(f"{pipeline}-kept")
    news = create_event_bus(f"{pipeline}-news")

    split = Function(
        pipeline,
        "split",
        "takes a file apart and sends each row on its own way",
        {"INBOX_BUCKET_NAME": inbox.bucket, "ROWS_QUEUE_URL": rows.url},
        ["row.py", "split.py"],
        timeout=60,
    )
    keep_failures(split)
    split.may("read-inbox-incoming", allow("s3:GetObject", inbox.arn.apply(lambda arn: f"{arn}/incoming/*")))
    split.may("send-rows", allow("sqs:SendMessage", rows.arn))
    wake_by_bucket(f"{pipeline}-inbox", inbox, split, f"{pipeline}-split-on-inbox")

    keep = Function(
        pipeline,
        "keep",
        "keeps each row and announces the odd ones",
        {"KEPT_TABLE_NAME": kept.name, "NEWS_EVENT_BUS_NAME": news.name},
        ["keep.py", "row.py"],
    )
    keep.may("write-kept", allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], kept.arn))
    only_odd_rows = {
        "ForAllValues:StringEquals": {"events:source": "rows"},
        "Null": {"events:source": "false"},
        "StringEquals": {"events:detail-type": "Odd Row"},
    }
    keep.may("publish-news", allow("events:PutEvents", news.arn, Condition=only_odd_rows))
    wake_by_queue(rows, keep, f"{pipeline}-keep-on-rows")

    tell = Function(
        pipeline,
        "tell",
        "looks an announced row up and writes what is odd about it into the log",
        {"KEPT_TABLE_NAME": kept.name},
        ["tell.py"],
    )
    keep_failures(tell)
    tell.may("read-kept", allow(["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"], kept.arn))
    wake_by_rule(news, tell, f"{pipeline}-tell-on-news")


for folder in sorted(path.name for path in (Path(__file__).parent / "pipelines").iterdir() if path.is_dir()):
    create_pipeline(folder)
