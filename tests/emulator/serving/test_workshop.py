"""Engines have things made, changed, read and deleted: each as the role it deploys with, and no thing twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.account import Account
from emulator.program.record import Resource
from emulator.provisioning.resource_type import Refused
from emulator.serving.register import Register
from emulator.serving.workshop import Workshop
from emulator.wire import UNKNOWN, Archive, Asset, Secret
from tests.emulator.functions import Functions, allow, document
from tests.emulator.serving.engines import FUNCTION, LOG_GROUP, MAPPING, QUEUE, QUEUE_POLICY, Engine, Wrong, urn_of
from tests.emulator.stage import QUIET, poll_right, queue_arn

READINGS = urn_of(QUEUE, "readings")
LOGS = urn_of(LOG_GROUP, "logs")
QUAKES = urn_of("aws:dynamodb/table:Table", "quakes")
URL = "https://sqs.eu-west-1.amazonaws.com/111111111111/"
DEPLOY = "arn:aws:iam::111111111111:role/deploy"
ROLE_SETTINGS = {"assumeRoles": [{"roleArn": DEPLOY, "sessionName": "eventwire-dev"}]}
POLICY = document({"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": queue_arn("readings")})


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
def workshop(account: Account, register: Register) -> Workshop:
    return Workshop(account, register)


@pytest.fixture
def engine(workshop: Workshop) -> Engine:
    return Engine(workshop)


def queue_names(account: Account) -> list[str]:
    return [url.rpartition("/")[2] for url in account.client("sqs").list_queues().get("QueueUrls", [])]


def group_names(account: Account) -> list[str]:
    return [group["logGroupName"] for group in account.client("logs").describe_log_groups()["logGroups"]]


def table(hash_key: str, **more: Any) -> dict[str, Any]:
    """What a program gives of a table whose key AWS cannot change."""
    attributes = [{"name": hash_key, "type": "S"}]
    return {"billingMode": "PAY_PER_REQUEST", "attributes": attributes, "hashKey": hash_key, **more}


def let_deploy(account: Account, *actions: str) -> None:
    """A role `deploy`, which the account may assume, and which may do this on everything."""
    iam = account.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": "sts:AssumeRole"}
    if not iam.list_roles()["Roles"]:
        iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=document(trust))
    statements = [allow(action, "*") for action in actions] or [allow("s3:ListAllMyBuckets", "*")]
    iam.put_role_policy(RoleName="deploy", PolicyName="may", PolicyDocument=document(*statements))


# The settings of a connection.


def test_each_connection_has_its_own_settings(workshop: Workshop) -> None:
    first = Engine(workshop, "1", defaultTags={"tags": {"stack": "dev"}})
    second = Engine(workshop, "2", defaultTags={"tags": {"stack": "prod"}})

    given = {"tags": {"team": "ours"}}
    assert first.check(READINGS, given)["tagsAll"] == {"stack": "dev", "team": "ours"}
    assert second.check(READINGS, given)["tagsAll"] == {"stack": "prod", "team": "ours"}


WRONG_SETTINGS = {"region": "us-east-1", "allowedAccountIds": Secret('["222222222222"]')}
OBJECTIONS = [
    "region 'us-east-1' needs 'eu-west-1': the embedded account has this one region",
    "allowedAccountIds 222222222222 lacks 111111111111, the account this is",
]


def test_everything_that_is_wrong_with_settings_is_told(workshop: Workshop) -> None:
    assert workshop.objections(WRONG_SETTINGS) == OBJECTIONS
    assert workshop.objections({"region": "eu-west-1"}) == []
    with pytest.raises(Refused) as refused:
        workshop.configure("1", WRONG_SETTINGS)
    assert str(refused.value) == "; ".join(OBJECTIONS)


def forgotten(workshop: Workshop) -> None:
    Engine(workshop, "1")
    workshop.forget("1")


def wrong(workshop: Workshop) -> None:
    Engine(workshop, "1")
    with pytest.raises(Refused):
        workshop.configure("1", WRONG_SETTINGS)


@pytest.mark.parametrize("before", [lambda workshop: None, forgotten, wrong], ids=["never", "forgotten", "wrong"])
@pytest.mark.parametrize(
    "ask",
    [
        lambda workshop: workshop.check("1", READINGS, {}, {}),
        lambda workshop: workshop.create("1", READINGS, {"name": "readings"}),
        lambda workshop: workshop.read("1", READINGS, f"{URL}readings", {}),
        lambda workshop: workshop.update("1", READINGS, f"{URL}readings", {}, {}),
        lambda workshop: workshop.delete("1", READINGS, f"{URL}readings", {}),
        lambda workshop: workshop.call("1", "aws:index/getRegion:getRegion", {}),
    ],
    ids=["check", "create", "read", "update", "delete", "call"],
)
def test_nothing_is_done_for_who_has_no_settings(
    workshop: Workshop, before: Callable[[Workshop], None], ask: Callable[[Workshop], object]
) -> None:
    Engine(workshop, "2")
    before(workshop)

    with pytest.raises(Refused, match=r"^this provider has no settings: it was not configured, or its operation was"):
        ask(workshop)


# As the deploying role.


def test_a_create_that_the_deploying_role_may_not_do_is_refused_in_words(account: Account, workshop: Workshop) -> None:
    let_deploy(account, "sqs:GetQueueAttributes")

    with pytest.raises(Refused) as refused:
        Engine(workshop, **ROLE_SETTINGS).up(READINGS, {"name": "readings"})

    assert str(refused.value) == (
        f"deploy may not sqs:CreateQueue on {queue_arn('readings')}: "
        f"no statement of may allows sqs:CreateQueue on {queue_arn('readings')}; "
        f"the deploy role needs sqs:CreateQueue on {queue_arn('readings')}"
    )
    assert queue_names(account) == []


def test_what_the_deploying_role_may_do_is_done(account: Account, workshop: Workshop) -> None:
    let_deploy(account, "sqs:*")

    made = Engine(workshop, **ROLE_SETTINGS).up(READINGS, {"name": "readings"})

    assert (made.id, queue_names(account)) == (f"{URL}readings", ["readings"])


@pytest.mark.parametrize(
    ("action", "ask"),
    [
        ("sqs:GetQueueAttributes", lambda engine, made: engine.workshop.read("1", READINGS, made.id, made.inputs)),
        ("sqs:SetQueueAttributes", lambda engine, made: engine.up(READINGS, {"delaySeconds": 5}, made)),
        ("sqs:DeleteQueue", lambda engine, made: engine.delete(made)),
    ],
)
def test_every_operation_is_the_deploying_roles(
    account: Account,
    workshop: Workshop,
    register: Register,
    action: str,
    ask: Callable[[Engine, Resource], object],
) -> None:
    let_deploy(account)
    made = Engine(workshop, "2").up(READINGS)
    deployer = Engine(workshop, "1", **ROLE_SETTINGS)

    with pytest.raises(Refused, match=f"^deploy may not {action} on {made.arn}: "):
        ask(deployer, made)

    assert register.get(READINGS, made.id) == made


def test_functions_are_asked_as_the_deploying_role(account: Account, workshop: Workshop) -> None:
    let_deploy(account)

    told = Engine(workshop, **ROLE_SETTINGS).workshop.call(
        "ipv4:127.0.0.1:1", "aws:index/getCallerIdentity:getCallerIdentity", {}
    )

    assert told["arn"] == "arn:aws:sts::111111111111:assumed-role/deploy/eventwire-dev"


# What is checked.


def test_types_functions_and_options_that_are_not_known_are_named(workshop: Workshop, engine: Engine) -> None:
    with pytest.raises(Wrong) as wrong:
        engine.check(urn_of("aws:sqs/fifo:Fifo", "x"), {})
    assert wrong.value.args[0].startswith("the embedded account does not do this type yet: of this service it knows ")
    with pytest.raises(Refused, match=r"^the embedded account does not do this type yet"):
        workshop.read(engine.connection, urn_of("aws:sqs/fifo:Fifo", "x"), "1", {})
    with pytest.raises(Refused, match=r"^the embedded account does not do the function aws:sqs/getQueue:getQueue yet"):
        workshop.call(engine.connection, "aws:sqs/getQueue:getQueue", {})
    with pytest.raises(Wrong) as wrong:
        engine.check(READINGS, {"colour": "red", "delaySeconds": 901})
    assert [problem.partition(":")[0] for problem in wrong.value.args] == [
        "the embedded account does not do `colour` yet",
        "delaySeconds 901 needs 0 to 900 seconds",
    ]


def test_what_nobody_can_tell_yet_passes(engine: Engine) -> None:
    inputs = engine.check(READINGS, {"delaySeconds": UNKNOWN, "tags": {"team": UNKNOWN}})

    assert (inputs["delaySeconds"], inputs["tagsAll"]) == (UNKNOWN, {"team": UNKNOWN})
    with pytest.raises(Wrong, match="maxMessageSize 5 "):
        engine.check(READINGS, {"delaySeconds": UNKNOWN, "maxMessageSize": 5})


def test_the_outputs_of_what_is_to_be_made_are_its_inputs(workshop: Workshop, engine: Engine) -> None:
    inputs = engine.check(READINGS, {"name": Secret("readings")})

    planned = workshop.planned(READINGS, inputs)

    assert planned == {**inputs, "name": Secret("readings")}


def test_the_outputs_of_what_is_to_be_changed_are_those_that_stay_and_those_nobody_knows(
    account: Account, functions: Functions, workshop: Workshop, engine: Engine
) -> None:
    function = functions.make(QUIET, poll_right("readings"), name="record")
    account.client("sqs").create_queue(QueueName="readings")
    urn, given = urn_of(MAPPING, "readings"), {"eventSourceArn": queue_arn("readings"), "functionName": function}
    made = engine.up(urn, given)
    inputs = engine.check(urn, {**given, "batchSize": 5}, made.inputs)

    planned = workshop.planned(urn, inputs, made.outputs)

    unknown = {"functionArn": UNKNOWN, "lastModified": UNKNOWN, "state": UNKNOWN}
    assert planned == {**made.outputs, "batchSize": 5, **unknown}


# Secrets.


def test_secrets_stay_secret_on_their_whole_way(
    account: Account, workshop: Workshop, register: Register, engine: Engine
) -> None:
    given = {"name": Secret("readings"), "tags": {"team": Secret("ours")}, "delaySeconds": 5}

    made = engine.up(READINGS, given)

    told = {"name": Secret("readings"), "tagsAll": Secret({"team": "ours"})}
    assert {**made.inputs, **told} == made.inputs
    assert {**made.outputs, **told} == made.outputs
    assert (made.inputs["delaySeconds"], made.outputs["delaySeconds"]) == (5, 5)
    assert account.client("sqs").list_queue_tags(QueueUrl=made.id)["Tags"] == {"team": "ours"}
    assert register.get(READINGS, made.id) == made
    assert engine.up(READINGS, given, made) == made
    changed = engine.up(READINGS, {**given, "delaySeconds": Secret(7)}, made)
    assert (changed.outputs["name"], changed.outputs["delaySeconds"]) == (Secret("readings"), Secret(7))
    found = workshop.read(engine.connection, READINGS, made.id, changed.inputs)
    assert found is not None
    assert (found.inputs["tagsAll"], found.inputs["name"]) == (Secret({"team": "ours"}), Secret("readings"))
    engine.delete(changed)
    assert queue_names(account) == []


# What AWS keeps only one of.


def test_a_second_of_what_aws_keeps_one_of_is_refused(engine: Engine) -> None:
    url = engine.up(READINGS).id
    engine.up(urn_of(QUEUE_POLICY, "first"), {"queueUrl": url, "policy": POLICY})

    with pytest.raises(Wrong) as wrong:
        engine.check(urn_of(QUEUE_POLICY, "second"), {"queueUrl": url, "policy": POLICY})

    assert wrong.value.args == (
        f"queueUrl '{url}' is first's already: AWS keeps one, and a second would replace it without a word",
    )


def test_a_thing_cannot_take_what_another_has(engine: Engine) -> None:
    engine.up(READINGS, {"name": "readings"})
    other = engine.up(urn_of(QUEUE, "other"), {"name": "other"})

    with pytest.raises(Wrong, match=r"^name 'readings' is readings's already: "):
        engine.check(other.urn, {"name": "readings"}, other.inputs)


def test_a_thing_is_no_second_of_its_own(workshop: Workshop, engine: Engine) -> None:
    made = engine.up(READINGS, {"name": "readings"})
    # As `Queue.get` of another stack does.
    workshop.read(engine.connection, urn_of(QUEUE, "theirs", "twin"), made.id, {})

    assert engine.check(READINGS, {"name": "readings"}, made.inputs)["name"] == "readings"


def test_what_is_gone_stands_in_nobodys_way(account: Account, register: Register, engine: Engine) -> None:
    made = engine.up(READINGS, {"name": "readings"})
    account.client("sqs").delete_queue(QueueUrl=made.id)

    other = engine.up(urn_of(QUEUE, "other"), {"name": "readings"})

    assert list(register) == [other]


def test_a_thing_with_an_alias_is_known_again(account: Account, register: Register, engine: Engine) -> None:
    made = engine.up(READINGS, {"name": "readings"})
    renamed = urn_of(QUEUE, "measurements")

    changed = engine.up(renamed, {"name": "readings", "delaySeconds": 5}, made)

    assert [(entry.urn, entry.name, entry.id) for entry in register] == [(renamed, "measurements", made.id)]
    engine.delete(changed)
    assert (list(register), queue_names(account)) == ([], [])


# Replacement, and engines that are killed.


def test_what_takes_the_place_of_another_gets_another_name(account: Account, engine: Engine) -> None:
    made = engine.up(QUAKES, table("a"))

    beside = engine.up(QUAKES, table("b"), made, ends=False)
    again = engine.up(QUAKES, table("c"), beside)

    assert len({made.id, beside.id, again.id}) == 3
    assert set(account.client("dynamodb").list_tables()["TableNames"]) == {made.id, again.id}


def test_what_takes_the_place_of_another_is_another_thing(
    account: Account, functions: Functions, engine: Engine
) -> None:
    function = functions.make(QUIET, poll_right("one", "two"), name="record")
    for name in ("one", "two"):
        account.client("sqs").create_queue(QueueName=name)
    urn, given = urn_of(MAPPING, "readings"), {"functionName": function}
    made = engine.up(urn, {**given, "eventSourceArn": queue_arn("one")})

    new = engine.up(urn, {**given, "eventSourceArn": queue_arn("two")}, made)

    [mapping] = account.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert new.id != made.id
    assert (mapping["UUID"], mapping["EventSourceArn"]) == (new.id, queue_arn("two"))


@pytest.mark.parametrize(("given", "first"), [({}, False), ({"name": "readings"}, True)])
def test_a_thing_goes_first_where_its_name_is_the_programs(
    workshop: Workshop, engine: Engine, given: dict[str, Any], first: bool
) -> None:
    made = engine.up(QUAKES, table("a", **given))
    turned = engine.check(QUAKES, table("b", **given), made.inputs)

    difference = workshop.difference(engine.connection, QUAKES, made.inputs, turned)

    assert (difference.replaces, difference.delete_first) == ({"hashKey"}, first)


def test_a_thing_that_the_engine_replaces_of_its_own_accord_gets_one_beside_it(
    workshop: Workshop, engine: Engine
) -> None:
    made = engine.up(READINGS)
    # `pulumi up --replace`: the inputs are checked beside the old ones, and then as those of a new thing.
    workshop.check(engine.connection, READINGS, {}, made.inputs)
    anew = workshop.check(engine.connection, READINGS, {}, {})

    second = workshop.create(engine.connection, READINGS, anew.inputs)

    assert second.id != made.id


def test_what_a_killed_engine_made_is_taken_up_as_it_should_be_now(
    account: Account, register: Register, workshop: Workshop
) -> None:
    made = Engine(workshop, "1").up(READINGS, {"delaySeconds": 5})

    again = Engine(workshop, "2").up(READINGS, {"delaySeconds": 7})

    assert (again.id, list(register)) == (made.id, [again])
    attributes = account.client("sqs").get_queue_attributes(QueueUrl=made.id, AttributeNames=["DelaySeconds"])
    assert attributes["Attributes"] == {"DelaySeconds": "7"}


def test_what_a_killed_engine_made_is_made_anew_where_it_cannot_change(
    account: Account, register: Register, workshop: Workshop
) -> None:
    made = Engine(workshop, "1").up(READINGS, {"name": "first"})

    again = Engine(workshop, "2").up(READINGS, {"name": "second"})

    assert (made.id, again.id, list(register)) == (f"{URL}first", f"{URL}second", [again])
    assert queue_names(account) == ["second"]


def test_what_a_killed_engine_made_and_others_deleted_is_made_again(account: Account, workshop: Workshop) -> None:
    made = Engine(workshop, "1").up(READINGS)
    account.client("sqs").delete_queue(QueueUrl=made.id)

    assert Engine(workshop, "2").up(READINGS).id == made.id
    assert queue_names(account) == [made.id.rpartition("/")[2]]


def test_what_an_engine_was_told_before_it_was_killed_is_not_told_to_the_next(
    account: Account, workshop: Workshop
) -> None:
    killed = Engine(workshop, "1")
    made = killed.up(READINGS)
    workshop.difference("1", READINGS, made.inputs, {**made.inputs, "fifoQueue": True})

    again = Engine(workshop, "1").up(READINGS)  # Another engine, at the same port.

    assert again.id == made.id
    assert len(queue_names(account)) == 1


def test_what_could_not_be_made_whole_does_not_give_its_name_to_the_next_try(
    account: Account, workshop: Workshop
) -> None:
    let_deploy(account, "logs:CreateLogGroup", "logs:DescribeLogGroups", "logs:ListTagsForResource")
    engine = Engine(workshop, **ROLE_SETTINGS)
    with pytest.raises(Refused, match=r"^deploy may not logs:PutRetentionPolicy on "):
        engine.up(LOGS, {"retentionInDays": 7})
    [half] = group_names(account)

    let_deploy(account, "logs:*")
    made = engine.up(LOGS, {"retentionInDays": 7})

    assert made.id != half
    assert group_names(account) == sorted([half, made.id])


# Reading.


def test_a_thing_that_is_imported_is_read_with_all_it_has(account: Account, register: Register, engine: Engine) -> None:
    account.client("sqs").create_queue(QueueName="theirs", Attributes={"DelaySeconds": "5"}, tags={"team": "theirs"})

    found = engine.workshop.read(engine.connection, READINGS, f"{URL}theirs", {})

    assert found is not None
    assert list(register) == [found]
    assert (found.inputs["name"], found.inputs["delaySeconds"], found.inputs["tags"]) == (
        "theirs",
        5,
        {"team": "theirs"},
    )
    assert (found.outputs["arn"], found.arn) == (queue_arn("theirs"), queue_arn("theirs"))
    given = {"name": "theirs", "delaySeconds": 5, "tags": {"team": "theirs"}}
    assert engine.up(READINGS, given, found) == found


def test_what_is_gone_is_struck_out_when_it_is_read(account: Account, register: Register, engine: Engine) -> None:
    made = engine.up(READINGS)
    account.client("sqs").delete_queue(QueueUrl=made.id)

    assert engine.workshop.read(engine.connection, READINGS, made.id, made.inputs) is None
    assert list(register) == []


def test_what_is_deleted_is_struck_out_and_what_cannot_be_stays(
    account: Account, register: Register, engine: Engine
) -> None:
    bucket = engine.up(urn_of("aws:s3/bucket:Bucket", "feed"))
    account.client("s3").put_object(Bucket=bucket.id, Key="a", Body=b"")

    with pytest.raises(Refused, match=r"^DeleteBucket answers BucketNotEmpty: "):
        engine.delete(bucket)
    assert list(register) == [bucket]

    account.client("s3").delete_object(Bucket=bucket.id, Key="a")
    engine.delete(bucket)
    assert list(register) == []


def test_things_are_called_by_their_logical_names(account: Account, engine: Engine) -> None:
    made = engine.up(READINGS)

    assert account.names.of(str(made.arn)) == "readings"


# Rights that AWS looks for.


def test_a_right_that_is_missing_refuses_a_create(account: Account, functions: Functions, engine: Engine) -> None:
    function = functions.make(QUIET, name="record")
    account.client("sqs").create_queue(QueueName="readings")

    with pytest.raises(Refused, match=r"^needs that role/record-role may sqs:ReceiveMessage on readings: "):
        engine.up(urn_of(MAPPING, "m"), {"eventSourceArn": queue_arn("readings"), "functionName": function})

    assert account.client("lambda").list_event_source_mappings()["EventSourceMappings"] == []


def test_a_right_that_is_missing_refuses_an_update(account: Account, engine: Engine) -> None:
    iam = account.client("iam")
    roles = {}
    for name, service in (("works", "lambda.amazonaws.com"), ("other", "ec2.amazonaws.com")):
        trust = document({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})
        roles[name] = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    code = Archive(assets={"work.py": Asset(text="def handle(event, context): pass")})
    given = {"name": "work", "handler": "work.handle", "runtime": "python3.13", "code": code, "role": roles["works"]}
    made = engine.up(urn_of(FUNCTION, "work"), given)

    with pytest.raises(Refused, match=r"^needs that lambda\.amazonaws\.com may sts:AssumeRole on role/other: "):
        engine.up(made.urn, {**given, "role": roles["other"]}, made)

    told = account.client("lambda").get_function_configuration(FunctionName="work")
    assert told["Role"] == roles["works"]
