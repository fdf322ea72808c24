"""The deploy role: who may assume it, and what it may do, as IAM takes it; a person makes it once per account.

    python -m components.deploy_role --stack dev

What it may touch are things named as this platform names them: of the logical name `feeds-readings-queue` Pulumi makes
`feeds-readings-queue-1a2b3c4`. What it may do there is what the provider does. Whoever may write the policies of
functions' roles can give a function any right: this role is one to guard.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from components import iam
from components.environment import EnvironmentConfig
from components.page import read_page
from components.problems import ConfigError, Problem, unknown
from components.validation import validate

POLICY_NAME = "make-and-change-pipelines"
LARGEST_POLICY_CHARACTERS = 10_240
"""All inline policies of a role together, white space left out (IAM User Guide, "IAM and AWS STS quotas")."""

READ_BY_PULUMI_AWS = {
    # A bucket is read with all that was ever set on it, whether or not the program sets it.
    "s3": (
        *("s3:ListBucket", "s3:GetBucketAcl", "s3:GetBucketCORS", "s3:GetBucketWebsite"),
        *("s3:GetAccelerateConfiguration", "s3:GetBucketRequestPayment", "s3:GetBucketLogging"),
        *("s3:GetReplicationConfiguration", "s3:GetBucketObjectLockConfiguration"),
        # Since pulumi-aws 7.13 (terraform-provider-aws 6.23) its tags are read and written by the S3 Control API.
        *("s3:ListTagsForResource", "s3:TagResource", "s3:UntagResource"),
    ),
    # A function is read with its latest version and its signing, before and after each change.
    "lambda": ("lambda:ListVersionsByFunction", "lambda:GetFunctionCodeSigningConfig"),
    # A stream is created with its tags, and a consumer has some too: the embedded account knows none of these calls.
    "kinesis": ("kinesis:ListTagsForResource", "kinesis:TagResource", "kinesis:UntagResource"),
    # A role is looked at for what still hangs on it before it is deleted.
    "iam": ("iam:ListInstanceProfilesForRole",),
}
"""What pulumi-aws calls beyond the embedded account's own provider, by service: terraform-provider-aws, of which it is
made, has these calls in `internal/service/s3/bucket.go`, `lambda/function.go`, `kinesis/stream_consumer.go` and
`iam/role.go`."""


def trust_policy(environment: EnvironmentConfig) -> dict[str, Any]:
    """Who may assume the role: principals of its own account that are allowed to, who know the external id."""
    role = environment.deploy_role
    return _document(
        {
            "Sid": "OwnAccount",
            "Effect": "Allow",
            # The account leaves it to its own policies who of it may; nobody of another account may.
            "Principal": {"AWS": _arn(environment, "iam", "root", region="")},
            "Action": "sts:AssumeRole",
            "Condition": {
                **({"StringEquals": {"sts:ExternalId": role.external_id}} if role.external_id else {}),
                # So that each line of CloudTrail says which stack was at work.
                "StringLike": {"sts:RoleSessionName": "eventwire-*"},
            },
        }
    )


def permission_policy(environment: EnvironmentConfig) -> dict[str, Any]:
    """What the role may do: the calls by which the provider makes, changes, reads and deletes pipelines."""
    return _document(
        *_queues(environment),
        *_topics(environment),
        *_buckets(environment),
        *_tables(environment),
        *_functions(environment),
        *_roles(environment),
        *_events(environment),
        *_schedules(environment),
        *_streams(environment),
        *_logs(environment),
    )


def _queues(environment: EnvironmentConfig) -> Iterator[dict[str, Any]]:
    actions = ("CreateQueue", "DeleteQueue", "GetQueueAttributes", "ListQueueTags", "SetQueueAttributes")
    queues = _arn(environment, "sqs", "*-queue-*")
    yield _allow("Queues", "sqs", (*actions, "TagQueue", "UntagQueue"), queues)


def _topics(environment: EnvironmentConfig) -> Iterator[dict[str, Any]]:
    topics = _arn(environment, "sns", "*-topic-*")
    actions = ("CreateTopic", "DeleteTopic", "GetTopicAttributes", "SetTopicAttributes")
    # A right on a subscription is one on its topic.
    subscriptions = ("GetSubscriptionAttributes", "SetSubscriptionAttributes", "Subscribe", "Unsubscribe")
    tags = ("ListTagsForResource", "TagResource", "UntagResource")
    yield _allow("Topics", "sns", (*actions, *subscriptions, *tags), topics)


def _buckets(environment: EnvironmentConfig) -> Iterator[dict[str, Any]]:
    buckets = _arn(environment, "s3", "*-bucket-*", region="", account_id="")
    # A bucket's ARN names no account: these are this account's, and no other's of the same name.
    own = {"StringEquals": {"aws:ResourceAccount": environment.account_id}}
    # S3 is told the region of a new bucket, except for us-east-1.
    here = {"StringEquals": {"s3:locationconstraint": environment.region}}
    yield _allow("NewBuckets", "s3", ("CreateBucket",), buckets, here if environment.region != "us-east-1" else None)
    settings = (
        *("BucketNotification", "BucketOwnershipControls", "BucketPolicy", "BucketPublicAccessBlock"),
        *("BucketTagging", "BucketVersioning", "EncryptionConfiguration", "LifecycleConfiguration"),
    )
    both = (f"{verb}{setting}" for setting in settings for verb in ("Get", "Put"))
    yield _allow("Buckets", "s3", ("DeleteBucket", "DeleteBucketPolicy", *both), buckets, own)
    # A bucket that may go with its objects (`delete_with_objects`) is emptied first.
    yield _allow("BucketsToEmpty", "s3", ("ListBucketVersions",), buckets, own)
    yield _allow("ObjectsToDelete", "s3", ("DeleteObjectVersion",), f"{buckets}/*", own)
    yield _on_aws("BucketsOnAws", "s3", buckets, own)


def _tables(environment: EnvironmentConfig) -> Iterator[dict[str, Any]]:
    actions = (
        *("CreateTable", "DeleteTable", "DescribeContinuousBackups", "DescribeTable", "DescribeTimeToLive"),
        *("ListTagsOfResource", "TagResource", "UntagResource"),
        *("UpdateContinuousBackups", "UpdateTable", "UpdateTimeToLive"),
    )
    yield _allow("Tables", "dynamodb", actions, _arn(environment, "dynamodb", "table/*-table-*"))


def _functions(environment: EnvironmentConfig) -> Iterator[dict[str, Any]]:
    functions = _arn(environment, "lambda", "function:*-function-*")
    actions = (
        *("CreateFunction", "DeleteFunction", "GetFunction", "UpdateFunctionCode", "UpdateFunctionConfiguration"),
        *("AddPermission", "GetPolicy", "RemovePermission"),
        *("DeleteFunctionConcurrency", "PutFunctionConcurrency"),
        *("DeleteFunctionEventInvokeConfig", "GetFunctionEventInvokeConfig", "PutFunctionEventInvokeConfig"),
        *("ListTags", "TagResource", "UntagResource"),
    )
    yield _allow("Functions", "lambda", actions, functions)
    yield _on_aws("FunctionsOnAws", "lambda", functions)
    # A mapping is known by an id that Lambda draws, so what tells ours from others is the function; a new one has no
    # ARN at all (Service Authorization Reference, "AWS Lambda").
    ours = {"ArnLike": {"lambda:FunctionArn": functions}}
    mappings = _arn(environment, "lambda", "event-source-mapping:*")
    yield _allow("NewMappings", "lambda", ("CreateEventSourceMapping",), "*", ours)
    changes = ("DeleteEventSourceMapping", "GetEventSourceMapping", "UpdateEventSourceMapping")
    yield _allow("Mappings", "lambda", changes, mappings, ours)
    # Their tags know nothing of the function.
    yield _allow("TagsOfMappings", "lambda", ("ListTags", "TagResource", "UntagResource"), mappings)


def _roles(environment: EnvironmentConfig) -> Iterator[dict[str, Any]]:
    roles = _arn(environment, "iam", "role/*-role-*", region="")
    actions = (
        *("CreateRole", "DeleteRole", "GetRole", "UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription"),
        *("DeleteRolePolicy", "GetRolePolicy", "ListRolePolicies", "PutRolePolicy", "ListAttachedRolePolicies"),
        *("TagRole", "UntagRole"),
    )
    yield _allow("Roles", "iam", actions, roles)
    yield _on_aws("RolesOnAws", "iam", roles)
    to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    yield _allow("RolesForFunctions", "iam", ("PassRole",), roles, to_lambda)
    # Whatever it is called, and whatever else it is given one day: it does not change itself.
    own = iam.role_arn(environment.region, environment.account_id, environment.deploy_role.name)
    yield {"Sid": "NeverItself", "Effect": "Deny", "Action": "iam:*", "Resource": own}


def _events(environment: EnvironmentConfig) -> Iterator[dict[str, Any]]:
    tags = ("ListTagsForResource", "TagResource", "UntagResource")
    # An archive is made on the bus as well as on itself.
    buses = ("CreateArchive", "CreateEventBus", "DeleteEventBus", "DescribeEventBus", "UpdateEventBus")
    yield _allow("Buses", "events", (*buses, *tags), _arn(environment, "events", "event-bus/*-bus-*"))
    archives = ("CreateArchive", "DeleteArchive", "DescribeArchive", "UpdateArchive")
    yield _allow("Archives", "events", archives, _arn(environment, "events", "archive/*-archive-*"))
    rules = ("DeleteRule", "DescribeRule", "ListTargetsByRule", "PutRule", "PutTargets", "RemoveTargets")
    yield _allow("Rules", "events", (*rules, *tags), _arn(environment, "events", "rule/*-rule-*"))
    # They have no resource type (Service Authorization Reference, "Amazon EventBridge").
    yield _allow("BusPolicies", "events", ("PutPermission", "RemovePermission"), "*")


def _schedules(environment: EnvironmentConfig) -> Iterator[dict[str, Any]]:
    groups = ("CreateScheduleGroup", "DeleteScheduleGroup", "GetScheduleGroup")
    tags = ("ListTagsForResource", "TagResource", "UntagResource")
    yield _allow(
        "ScheduleGroups", "scheduler", (*groups, *tags), _arn(environment, "scheduler", "schedule-group/*-group-*")
    )
    schedules = ("CreateSchedule", "DeleteSchedule", "GetSchedule", "UpdateSchedule")
    yield _allow("Schedules", "scheduler", schedules, _arn(environment, "scheduler", "schedule/*-group-*/*"))
    to_scheduler = {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}
    roles = _arn(environment, "iam", "role/*-role-*", region="")
    yield _allow("RolesForSchedules", "iam", ("PassRole",), roles, to_scheduler)


def _streams(environment: EnvironmentConfig) -> Iterator[dict[str, Any]]:
    streams = _arn(environment, "kinesis", "stream/*-stream-*")
    actions = (
        *("CreateStream", "DeleteStream", "DescribeStreamSummary", "StartStreamEncryption", "UpdateShardCount"),
        *("DecreaseStreamRetentionPeriod", "IncreaseStreamRetentionPeriod"),
        *("AddTagsToStream", "ListTagsForStream", "RemoveTagsFromStream"),
        # The ARN of a consumer begins with its stream's.
        *("DeregisterStreamConsumer", "DescribeStreamConsumer", "RegisterStreamConsumer"),
    )
    yield _allow("Streams", "kinesis", actions, streams)
    yield _on_aws("StreamsOnAws", "kinesis", streams)
    # It has no resource type (Service Authorization Reference, "Amazon Kinesis Data Streams").
    yield _allow("StreamModes", "kinesis", ("UpdateStreamMode",), "*")


def _logs(environment: EnvironmentConfig) -> Iterator[dict[str, Any]]:
    groups = _arn(environment, "logs", "log-group:*-logs-*")
    changes = ("CreateLogGroup", "DeleteLogGroup", "DeleteRetentionPolicy", "PutRetentionPolicy")
    yield _allow("LogGroups", "logs", changes, f"{groups}:*")
    # These three are on the group's ARN without what is in it (CloudWatch Logs API reference, "LogGroup").
    yield _allow("TagsOfLogGroups", "logs", ("ListTagsForResource", "TagResource", "UntagResource"), groups)
    # Of any group: a function may hear one that no page declares, a database's for one.
    filters = ("DeleteSubscriptionFilter", "DescribeSubscriptionFilters", "PutSubscriptionFilter")
    yield _allow("LogSubscriptions", "logs", filters, _arn(environment, "logs", "log-group:*:*"))
    # It has no resource type (Service Authorization Reference, "Amazon CloudWatch Logs").
    yield _allow("FindLogGroups", "logs", ("DescribeLogGroups",), "*")


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": iam.VERSION, "Statement": list(statements)}


def _allow(
    sid: str, service: str, actions: Sequence[str], resource: str, condition: dict[str, Any] | None = None
) -> dict[str, Any]:
    names = [f"{service}:{action}" for action in actions]
    statement = {"Sid": sid, "Effect": "Allow", "Action": names, "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def _on_aws(sid: str, service: str, resource: str, condition: dict[str, Any] | None = None) -> dict[str, Any]:
    """What only the real provider calls."""
    actions = [action.partition(":")[2] for action in READ_BY_PULUMI_AWS[service]]
    return _allow(sid, service, actions, resource, condition)


def _arn(
    environment: EnvironmentConfig, service: str, path: str, *, region: str | None = None, account_id: str | None = None
) -> str:
    """An ARN in the environment; S3 names neither region nor account, IAM no region."""
    region = environment.region if region is None else region
    account_id = environment.account_id if account_id is None else account_id
    return f"arn:{iam.partition_of(environment.region)}:{service}:{region}:{account_id}:{path}"


def commands(environment: EnvironmentConfig) -> str:
    """What a person types into a shell, as an administrator of the account, to make the role once."""
    role = environment.deploy_role
    create = {
        "role-name": role.name,
        "description": "Assumed by pulumi up: makes and changes event pipelines",
        "max-session-duration": "3600",
        "assume-role-policy-document": json.dumps(trust_policy(environment), indent=2),
    }
    put = {
        "role-name": role.name,
        "policy-name": POLICY_NAME,
        "policy-document": json.dumps(permission_policy(environment), indent=2),
    }
    return f"{_command('create-role', create)}\n\n{_command('put-role-policy', put)}"


def _command(name: str, options: dict[str, str]) -> str:
    return " \\\n  ".join([f"aws iam {name}", *(f"--{option} {shlex.quote(text)}" for option, text in options.items())])


def read_environment(root: Path, stack: str) -> EnvironmentConfig:
    """`eventwire:environment` of a stack's page.

    Raises:
        ConfigError: the page is missing or wrong.
    """
    path = root / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        stacks = [page.name.split(".")[1] for page in root.glob("Pulumi.*.yaml")]
        raise ConfigError([Problem(path.name, None, "", unknown("stack", stack, stacks))])
    environment, problems = validate(EnvironmentConfig, read_page(path, path.name), ("config", "eventwire:environment"))
    if not isinstance(environment, EnvironmentConfig):
        raise ConfigError(problems)
    return environment


app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def deploy_role(
    stack: Annotated[str, typer.Option(help="Whose page names the role, Pulumi.STACK.yaml.")] = "dev",
    root: Annotated[
        Path, typer.Option(help="The project's folder.", exists=True, file_okay=False, resolve_path=True)
    ] = Path(),
) -> None:
    """Print the commands that make the role which `pulumi up` assumes, once per account.

    They hold its trust policy and its permission policy, and want an administrator of the account. Nothing is called.

    Example: `python -m components.deploy_role --stack prod`
    """
    try:
        typer.echo(commands(read_environment(root, stack)))
    except ConfigError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    app(prog_name="python -m components.deploy_role")
