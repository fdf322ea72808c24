"""The deploy role is made as the stack's page says, and may do all that the provider does and nothing else.

Every type is taken through its whole life as the deployer: made, read, changed, read again and deleted. Then once more,
and each step first under a policy that lacks one of the rights it takes.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from components.deploy_role import POLICY_NAME, permission_policy, trust_policy
from components.environment import EnvironmentConfig
from emulator.account import Account
from emulator.enforcement import guard
from emulator.enforcement.api_rights.right import Call, Right
from emulator.engine import Deployment
from emulator.identity import ADMINISTRATOR, Identity
from emulator.program.record import Resource
from emulator.provisioning.catalogue import TYPES
from emulator.provisioning.deploy_role import prepare
from emulator.provisioning.deployer import assume, deploying
from emulator.provisioning.difference import Difference
from emulator.provisioning.provider_settings import ProviderSettings
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Refused
from tests.conftest import ROOT
from tests.emulator.programs import ACCOUNT_ID, PAGE, REGION, deployed, deploying_as, problems

ENVIRONMENT = EnvironmentConfig.model_validate(PAGE["eventwire:environment"])
POLICY = permission_policy(ENVIRONMENT)
DEPLOYER = [{"roleArn": ENVIRONMENT.deploy_role_arn, "externalId": "eventwire-dev", "sessionName": "eventwire-dev"}]
CONFIG = {key: json.dumps(value) for key, value in PAGE.items()}

EVERY_TYPE = """
two = pulumi.Config().get("stage") == "two"
tags = {"stage": "two"} if two else {"stage": "one", "team": "ours"}

def either(one, other):
    return other if two else one

def let(arn, action, service):
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [{"Sid": either("One", "Two"),
        "Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": arn}]})

dead = aws.sqs.Queue("feeds-dead-queue", opts=ours)
readings = aws.sqs.Queue("feeds-readings-queue", delay_seconds=either(0, 5), tags=tags, opts=ours)
aws.sqs.QueuePolicy("queue-policy", queue_url=readings.url, opts=ours,
    policy=let(readings.arn, "sqs:SendMessage", "events.amazonaws.com"))
aws.sqs.RedriveAllowPolicy("redrive-allow", queue_url=dead.url, opts=ours,
    redrive_allow_policy=either(
        json.dumps({"redrivePermission": "allowAll"}),
        pulumi.Output.json_dumps({"redrivePermission": "byQueue", "sourceQueueArns": [readings.arn]})))
aws.sqs.RedrivePolicy("redrive", queue_url=readings.url, opts=ours, redrive_policy=pulumi.Output.json_dumps(
    {"deadLetterTargetArn": dead.arn, "maxReceiveCount": either(5, 6)}))

news = aws.sns.Topic("alerts-news-topic", display_name=either("News", "All news"), tags=tags, opts=ours)
aws.sns.TopicPolicy("topic-policy", arn=news.arn, opts=ours,
    policy=let(news.arn, "sns:Publish", "events.amazonaws.com"))
aws.sns.TopicSubscription("subscription", topic=news.arn, protocol="sqs", endpoint=dead.arn, opts=ours,
    raw_message_delivery=either(False, True))

table = aws.dynamodb.Table("feeds-quakes-table", hash_key="id", attributes=[{"name": "id", "type": "S"}],
    billing_mode="PAY_PER_REQUEST", deletion_protection_enabled=False, ttl={"attribute_name": "gone", "enabled": True},
    point_in_time_recovery={"enabled": either(True, False)}, tags=tags, opts=ours,
    **either({}, {"stream_enabled": True, "stream_view_type": "KEYS_ONLY"}))

logs = aws.cloudwatch.LogGroup("feeds-work-logs", retention_in_days=either(7, 0), tags=tags, opts=ours)
role = aws.iam.Role("feeds-work-role", tags=tags, opts=ours, description=either("works", "works harder"),
    max_session_duration=either(3_600, 7_200),
    assume_role_policy=TRUST.replace('"Effect"', '"Sid": "%s", "Effect"' % either("One", "Two")))
rights = aws.iam.RolePolicy("work", role=role.name, opts=ours, policy=allow(
    ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], "*",
    Sid=either("One", "Two")))
after_rights = pulumi.ResourceOptions(provider=provider, depends_on=[rights])
work = aws.lambda_.Function("feeds-work-function", role=role.arn, handler="work.handle", runtime="python3.13",
    code=pulumi.AssetArchive({"work.py": pulumi.StringAsset(either("a = 1", "a = 2"))}), timeout=either(3, 4),
    reserved_concurrent_executions=either(5, -1), tags=tags, opts=ours)
aws.lambda_.FunctionEventInvokeConfig("asynchronous", function_name=work.name, opts=after_rights,
    maximum_retry_attempts=either(1, 2), destination_config={"on_failure": {"destination": dead.arn}})
flow = aws.kinesis.Stream("feeds-flow-stream", encryption_type="KMS", kms_key_id="alias/aws/kinesis", tags=tags,
    retention_period=either(48, 24), opts=ours, **either(
        {"stream_mode_details": {"stream_mode": "ON_DEMAND"}}, {"shard_count": 2}))
aws.kinesis.StreamConsumer("feeds-flow-consumer", stream_arn=flow.arn, opts=ours)
aws.lambda_.EventSourceMapping("mapping", event_source_arn=readings.arn, function_name=work.arn, tags=tags,
    batch_size=either(1, 2), opts=after_rights)

by_log = aws.lambda_.Permission("by-log", function=work.name, action="lambda:InvokeFunction", opts=ours,
    principal="logs.amazonaws.com", source_arn=logs.arn.apply(lambda arn: f"{arn}:*"), source_account="111111111111")
aws.cloudwatch.LogSubscriptionFilter("feeds-work-filter", log_group=logs.name, destination_arn=work.arn,
    filter_pattern=either("ERROR", '{ $.level = "ERROR" }'),
    opts=pulumi.ResourceOptions(provider=provider, depends_on=[by_log]))

bucket = aws.s3.Bucket("feeds-feed-bucket", force_destroy=True, tags=either(tags, {}), opts=ours)
aws.s3.BucketVersioning("versioning", bucket=bucket.bucket, opts=ours,
    versioning_configuration={"status": either("Enabled", "Suspended")})
aws.s3.BucketServerSideEncryptionConfiguration("encryption", bucket=bucket.bucket, opts=ours, rules=[{
    "apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}, "bucket_key_enabled": either(True, False)}])
aws.s3.BucketPublicAccessBlock("block", bucket=bucket.bucket, block_public_acls=either(True, False), opts=ours)
aws.s3.BucketOwnershipControls("ownership", bucket=bucket.bucket, opts=ours,
    rule={"object_ownership": either("BucketOwnerEnforced", "BucketOwnerPreferred")})
aws.s3.BucketPolicy("bucket-policy", bucket=bucket.bucket, opts=ours,
    policy=let(bucket.arn, "s3:GetBucketAcl", "logging.s3.amazonaws.com"))
aws.s3.BucketLifecycleConfiguration("lifecycle", bucket=bucket.bucket, opts=ours, rules=[
    {"id": "old", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": either(1, 2)}}])
by_bucket = aws.lambda_.Permission("by-bucket", function=work.name, action="lambda:InvokeFunction", opts=ours,
    principal="s3.amazonaws.com", source_arn=bucket.arn, source_account="111111111111")
aws.s3.BucketNotification("notification", bucket=bucket.bucket, eventbridge=either(False, True), lambda_functions=[
    {"lambda_function_arn": work.arn, "events": ["s3:ObjectCreated:*"]}],
    opts=pulumi.ResourceOptions(provider=provider, depends_on=[by_bucket]))

bus = aws.cloudwatch.EventBus("alerts-bus", description=either("alerts", "all alerts"), tags=tags, opts=ours)
aws.cloudwatch.EventBusPolicy("bus-policy", event_bus_name=bus.name, opts=ours,
    policy=let(bus.arn, "events:PutEvents", "events.amazonaws.com"))
aws.cloudwatch.EventArchive("alerts-archive", event_source_arn=bus.arn, retention_days=either(14, 30),
    description=either("all", "all of them"), event_pattern=json.dumps({"source": [{"exists": True}]}), opts=ours)
rule = aws.cloudwatch.EventRule("alerts-rule", event_bus_name=bus.name, tags=tags, opts=ours,
    event_pattern=json.dumps({"source": [either("one", "two")]}))
aws.cloudwatch.EventTarget("target", rule=rule.name, event_bus_name=bus.name, arn=dead.arn, opts=ours,
    input=json.dumps({"stage": either("one", "two")}))

group = aws.scheduler.ScheduleGroup("sweep-group", tags=tags, opts=ours)
sweeper = aws.iam.Role("sweeper-role", opts=ours, assume_role_policy=TRUST.replace("lambda", "scheduler"))
aws.scheduler.Schedule("sweep-schedule", group_name=group.name, opts=ours, flexible_time_window={"mode": "OFF"},
    schedule_expression=either("rate(1 hour)", "rate(2 hours)"), target={"arn": work.arn, "role_arn": sweeper.arn})
"""

NEVER_ASKED_OF_IT = {
    # Whoever may attach managed policies can take any right at one blow, and no component attaches one.
    *("iam:attach_role_policy", "iam:detach_role_policy"),
    # No component asks for metrics of single shards, or has a stream that is not encrypted.
    *("kinesis:enable_enhanced_monitoring", "kinesis:disable_enhanced_monitoring", "kinesis:stop_stream_encryption"),
    # No component sets a boundary.
    *("iam:put_role_permissions_boundary", "iam:delete_role_permissions_boundary"),
}
"""What the provider can do and this platform does not, so that its deploy role may not."""


@dataclass
class Life:
    """What every type's life took, and what came of it where a right was missing."""

    types: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    """`sqs:create_queue` and so on."""
    refusals: dict[tuple[str, str], str] = field(default_factory=dict)
    """By Sid and action what was said without it."""


Step = tuple[str, Resource, Callable[[], object]]


def steps(account: Account, deployment: Deployment, changed: Deployment) -> Iterator[Step]:
    """The life of every resource, step by step; each is done by whoever asked for it, before the next comes."""
    provisioner, settings = Provisioner(account), ProviderSettings()
    resources = [each for each in deployment.resources.values() if each.type in TYPES]

    def create(resource: Resource) -> object:
        account.storage.seed(resource.urn)
        return provisioner.create(resource.type, resource.inputs)

    def read(resource: Resource) -> object:
        found = provisioner.read(resource.type, resource.id, resource.inputs, settings)
        assert found is not None, resource.urn
        return found

    def update(resource: Resource) -> object:
        with account.acting(ADMINISTRATOR):
            # A try that was denied half way may have changed something.
            found = provisioner.read(resource.type, resource.id, resource.inputs, settings)
        assert found is not None
        return provisioner.update(resource.type, resource.id, found.inputs, changed.resources[resource.urn].inputs)

    def delete(resource: Resource) -> None:
        provisioner.delete(resource.type, resource.id, changed.resources[resource.urn].inputs)

    for resource in resources:
        yield "create", resource, lambda resource=resource: create(resource)
        yield "read", resource, lambda resource=resource: read(resource)
    for resource in resources:
        new = changed.resources[resource.urn].inputs
        difference: Difference = provisioner.difference(resource.type, resource.inputs, new)
        if difference.changes and not difference.replaces:
            yield "update", resource, lambda resource=resource: update(resource)
    account.client("s3").put_object(Bucket=deployment.named("Bucket", "feeds-feed-bucket").id, Key="a", Body=b"")
    for resource in reversed(resources):
        yield "delete", resource, lambda resource=resource: delete(resource)


def deployer_of(account: Account) -> Identity:
    prepare(account, CONFIG)
    deployer, refused = assume(account, DEPLOYER)
    assert refused == []
    return deployer


def give(account: Account, policy: dict[str, Any]) -> None:
    # By the API it takes 10 ms, two hundred times.
    roles = account.storage.backend("iam").roles.values()
    next(role for role in roles if role.name == "eventwire-deploy").policies[POLICY_NAME] = json.dumps(policy)


def without(policy: dict[str, Any], sid: str, action: str) -> dict[str, Any]:
    """The policy with an action taken out of one of its statements."""
    statements = []
    for statement in policy["Statement"]:
        if statement["Sid"] == sid:
            left = [each for each in statement["Action"] if each != action]
            statement = {**statement, "Action": left} if left else None
        statements += [statement] if statement else []
    return {**policy, "Statement": statements}


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    program = deploying_as("eventwire-deploy", EVERY_TYPE)
    stages = []
    for stage in ("one", "two"):
        config = {**PAGE, "quakes:stage": stage}
        with deployed(tmp_path_factory.mktemp(stage), program, config=config) as (_, deployment):
            stages.append(deployment)
    taken, whole = _rights_taken(*stages)
    whole.types = {each.type for each in stages[0].resources.values()} & TYPES.keys()
    whole.refusals = _refusals(*stages, taken)
    return whole


def _rights_taken(deployment: Deployment, changed: Deployment) -> tuple[dict[tuple[str, str], list[Right]], Life]:
    """By step and URN the rights that the step took, each once."""
    taken: dict[tuple[str, str], list[Right]] = {}
    whole = Life()
    found: list[Right] = []
    rights_of = guard.rights_of

    def noted(call: Call) -> list[Right]:
        rights = rights_of(call)
        whole.calls.add(f"{call.service}:{xform_name(call.operation)}")
        found.extend(right for right in rights if right not in found)
        return rights

    with Account(ACCOUNT_ID, REGION) as account, pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "rights_of", noted)
        deployer = deployer_of(account)
        for step, resource, do in steps(account, deployment, changed):
            found.clear()
            with deploying(account, deployer):
                do()
            taken[step, resource.urn] = list(found)
    return taken, whole


def _refusals(
    deployment: Deployment, changed: Deployment, taken: dict[tuple[str, str], list[Right]]
) -> dict[tuple[str, str], str]:
    refusals: dict[tuple[str, str], str] = {}
    with Account(ACCOUNT_ID, REGION) as account:
        deployer = deployer_of(account)
        provisioner = Provisioner(account)
        for step, resource, do in steps(account, deployment, changed):
            for sid, action, less in _lessened(taken[step, resource.urn], refusals):
                give(account, less)
                if not _is_short(account, deployer, action, taken[step, resource.urn]):
                    continue
                with pytest.raises(Refused) as refused, deploying(account, deployer):
                    do()
                refusals[sid, action] = str(refused.value)
                if step == "create":
                    with suppress(Refused):
                        provisioner.delete(resource.type, resource.id, resource.inputs)
            give(account, POLICY)
            with deploying(account, deployer):
                do()
    return refusals


def _lessened(rights: Sequence[Right], known: dict[tuple[str, str], str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The policy without one of these rights, for each statement that has it and was not tried yet."""
    for action in dict.fromkeys(right.action for right in rights):
        for statement in POLICY["Statement"]:
            if action in statement["Action"] and (statement["Sid"], action) not in known:
                yield statement["Sid"], action, without(POLICY, statement["Sid"], action)


def _is_short(account: Account, deployer: Identity, action: str, rights: Sequence[Right]) -> bool:
    return any(
        not account.rights.of_identity(deployer, right.action, right.resource, right.context).allowed
        for right in rights
        if right.action == action
    )


EMBEDDED = [
    (statement["Sid"], action)
    for statement in POLICY["Statement"]
    if statement["Effect"] == "Allow" and not statement["Sid"].endswith("OnAws")
    for action in statement["Action"]
]


@pytest.mark.parametrize(("sid", "action"), EMBEDDED, ids=[f"{sid}-{action}" for sid, action in EMBEDDED])
def test_every_right_is_needed_and_missed_in_words(life: Life, sid: str, action: str) -> None:
    assert (sid, action) in life.refusals, "nothing that the embedded provider does takes this right"
    told = life.refusals[sid, action]

    assert re.match(
        rf"eventwire-deploy may not {action}( on arn:aws:\S+)?: no statement of {POLICY_NAME} allows ", told
    )
    assert re.search(rf"; the deploy role needs {action}( on arn:aws:\S+)?$", told)


def test_every_type_was_alive(life: Life) -> None:
    assert life.types == TYPES.keys()


def test_every_call_of_the_provider_was_made(life: Life) -> None:
    """The names of methods in the source that are calls of a service's client there."""
    session = botocore.session.get_session()
    found = set()
    for path in (ROOT / "emulator/provider").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and not _of_backend(node)}
        # `get_paginator("list_role_policies")` calls it too.
        words |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and _is_word(node.value)}
        for service in re.findall(r'\.client\("(\w+)"\)', path.read_text(encoding="utf-8")):
            operations = map(xform_name, session.get_service_model(service).operation_names)
            found |= {f"{service}:{operation}" for operation in operations if operation in words}

    assert sorted(found - life.calls - NEVER_ASKED_OF_IT - {"sts:get_caller_identity"}) == []


def _of_backend(node: ast.Attribute) -> bool:
    """Whether it is of one of moto's backends, `account.storage.backend("lambda")`, and so no call of an API."""
    owner = node.value
    return isinstance(owner, ast.Call) and isinstance(owner.func, ast.Attribute) and owner.func.attr == "backend"


def _is_word(value: object) -> bool:
    return isinstance(value, str) and value.replace("_", "").isalpha()


def queue_without(*actions: str) -> dict[str, Any]:
    policy = POLICY
    for action in actions:
        policy = without(policy, "Queues", action)
    return policy


QUEUE = 'aws.sqs.Queue("feeds-readings-queue", name="the-queue-1", tags={"team": "ours"}, opts=ours)'
DENIED = "no statement of make-and-change-pipelines allows {action} on {arn}; the deploy role needs {action} on {arn}"
QUEUE_ARN = "arn:aws:sqs:eu-west-1:111111111111:the-queue-1"


def lacking(policy: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.deploy_role.permission_policy", lambda environment: policy)


def test_a_deployment_tells_of_each_resource_what_its_deployer_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking(without(without(POLICY, "Queues", "sqs:TagQueue"), "Buses", "events:CreateEventBus"), monkeypatch)
    source = QUEUE + '\naws.cloudwatch.EventBus("alerts-bus", name="the-bus-1", opts=ours)\n'
    source += 'aws.sqs.Queue("other", name="other-queue-1", opts=ours)'
    bus = "arn:aws:events:eu-west-1:111111111111:event-bus/the-bus-1"

    assert problems(tmp_path, deploying_as("eventwire-deploy", source), config=PAGE) == [
        f"aws:cloudwatch/eventBus:EventBus alerts-bus: eventwire-deploy may not events:CreateEventBus on {bus}: "
        + DENIED.format(action="events:CreateEventBus", arn=bus),
        f"aws:sqs/queue:Queue feeds-readings-queue: eventwire-deploy may not sqs:TagQueue on {QUEUE_ARN}: "
        + DENIED.format(action="sqs:TagQueue", arn=QUEUE_ARN),
    ]


def test_a_resource_that_is_not_named_as_the_platforms_are_is_out_of_reach(tmp_path: Path) -> None:
    [problem] = problems(
        tmp_path, deploying_as("eventwire-deploy", 'aws.sqs.Queue("readings", name="q", opts=ours)'), config=PAGE
    )

    arn = "arn:aws:sqs:eu-west-1:111111111111:q"
    assert problem == (
        f"aws:sqs/queue:Queue readings: eventwire-deploy may not sqs:CreateQueue on {arn}: no statement of "
        f"make-and-change-pipelines allows sqs:CreateQueue on {arn}: Queues of make-and-change-pipelines allows it on "
        f"arn:aws:sqs:eu-west-1:111111111111:*-queue-*; the deploy role needs sqs:CreateQueue on {arn}"
    )


def test_a_role_can_be_passed_to_lambda_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = json.loads(json.dumps(POLICY).replace('"lambda.amazonaws.com"', '"states.amazonaws.com"'))
    lacking(policy, monkeypatch)
    source = """
role = aws.iam.Role("work", name="the-role-1", assume_role_policy=TRUST, opts=ours)
function("work", role, name="the-function-1", opts=ours)
"""

    [problem] = problems(tmp_path, deploying_as("eventwire-deploy", source), config=PAGE)

    assert problem == (
        "aws:lambda/function:Function work: eventwire-deploy may not iam:PassRole on "
        "arn:aws:iam::111111111111:role/the-role-1: no statement of make-and-change-pipelines allows iam:PassRole on "
        "arn:aws:iam::111111111111:role/the-role-1: RolesForFunctions of make-and-change-pipelines would, but its "
        "condition StringEquals iam:PassedToService 'states.amazonaws.com' fails: the request has "
        "'lambda.amazonaws.com'; the deploy role needs iam:PassRole on arn:aws:iam::111111111111:role/the-role-1"
    )


def test_what_is_denied_to_the_deployer_is_no_denial_of_the_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking(queue_without("sqs:GetQueueAttributes"), monkeypatch)
    source = deploying_as("eventwire-deploy", 'aws.cloudwatch.EventBus("alerts-bus", opts=ours)')

    with deployed(tmp_path, source, config=PAGE) as (account, _):
        assert account.journal.entries == []


def test_a_wrong_external_id_stops_everything_of_that_provider(tmp_path: Path) -> None:
    source = deploying_as("eventwire-deploy", QUEUE, external_id="eventwire-prod")

    [problem] = problems(tmp_path, source, config=PAGE)

    assert problem.startswith(
        "pulumi:providers:aws account: assumeRoles[0] is arn:aws:iam::111111111111:role/eventwire-deploy, "
        "which the administrator may not assume: "
    )
    assert problem.endswith("StringEquals sts:ExternalId 'eventwire-dev' fails: the request has 'eventwire-prod'")


def test_a_role_of_another_account_stops_everything_of_that_provider(tmp_path: Path) -> None:
    source = deploying_as("eventwire-deploy", QUEUE, account_id="222222222222")

    assert problems(tmp_path, source, config=PAGE) == [
        "pulumi:providers:aws account: assumeRoles[0] is arn:aws:iam::222222222222:role/eventwire-deploy, "
        "a role of account 222222222222: only 111111111111 is here, and the roles it has"
    ]


def test_a_project_without_the_key_has_no_deploy_role(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, deploying_as("eventwire-deploy", QUEUE))

    assert problem.startswith("pulumi:providers:aws account: assumeRoles[0] is ")
    assert "and the account has no such role: what makes it here is deploy_role of eventwire:environment" in problem


@pytest.mark.parametrize(
    "page",
    [
        {},
        {"eventwire:environment": "no JSON"},
        {"eventwire:environment": "[]"},
        {"eventwire:environment": '{"account_id": 1, "region": "eu-west-1", "deploy_role": {"name": "d"}}'},
        {"eventwire:environment": json.dumps({**PAGE["eventwire:environment"], "account_id": "222222222222"})},
    ],
)
def test_nothing_is_made_for_a_page_that_names_no_role_of_this_account(account: Account, page: dict[str, str]) -> None:
    prepare(account, page)

    assert account.client("iam").list_roles()["Roles"] == []


def test_the_role_is_what_the_page_says_whatever_else_is_wrong_with_the_page(account: Account) -> None:
    wrong_elsewhere = {**PAGE["eventwire:environment"], "overrides": {"feeds": 1}}

    prepare(account, {"eventwire:environment": json.dumps(wrong_elsewhere)})

    iam = account.client("iam")
    role = iam.get_role(RoleName="eventwire-deploy")["Role"]
    assert role["Arn"] == ENVIRONMENT.deploy_role_arn
    assert (role["AssumeRolePolicyDocument"], role["MaxSessionDuration"]) == (trust_policy(ENVIRONMENT), 3_600)
    assert iam.list_role_policies(RoleName="eventwire-deploy")["PolicyNames"] == [POLICY_NAME]
    policy = iam.get_role_policy(RoleName="eventwire-deploy", PolicyName=POLICY_NAME)
    assert policy["PolicyDocument"] == POLICY


def test_a_role_that_is_there_becomes_again_what_it_should_be(account: Account) -> None:
    prepare(account, CONFIG)
    before = account.client("iam").get_role(RoleName="eventwire-deploy")["Role"]["RoleId"]
    give(account, queue_without("sqs:CreateQueue"))
    account.client("iam").update_assume_role_policy(
        RoleName="eventwire-deploy",
        PolicyDocument=json.dumps(trust_policy(ENVIRONMENT)).replace("eventwire-dev", "other"),
    )

    prepare(account, CONFIG)

    iam = account.client("iam")
    role = iam.get_role(RoleName="eventwire-deploy")["Role"]
    assert (role["RoleId"], role["AssumeRolePolicyDocument"]) == (before, trust_policy(ENVIRONMENT))
    policy = iam.get_role_policy(RoleName="eventwire-deploy", PolicyName=POLICY_NAME)
    assert policy["PolicyDocument"] == POLICY
