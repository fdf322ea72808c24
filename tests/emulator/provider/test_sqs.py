"""Queues are made as SQS makes them, and refused as SQS refuses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Found, Refused
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live
from tests.emulator.provider.rights import needs_these_rights

QUEUE = "aws:sqs/queue:Queue q"
ARN = "arn:aws:sqs:eu-west-1:111111111111"


def test_every_attribute_reaches_the_queue(tmp_path: Path) -> None:
    source = """
        dead = aws.sqs.Queue("dead")
        aws.sqs.Queue("q", delay_seconds=900, max_message_size=1024, message_retention_seconds=60,
            receive_wait_time_seconds=20, visibility_timeout_seconds=43200, sqs_managed_sse_enabled=False,
            redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 5}))
    """

    with deployed(tmp_path, source) as (account, deployment):
        queue = deployment.named("Queue", "q")
        told = account.client("sqs").get_queue_attributes(QueueUrl=queue.id, AttributeNames=["All"])["Attributes"]

        assert {name: told[name] for name in told if "Timestamp" not in name and "Approximate" not in name} == {
            "DelaySeconds": "900",
            "MaximumMessageSize": "1024",
            "MessageRetentionPeriod": "60",
            "QueueArn": queue.arn,
            "ReceiveMessageWaitTimeSeconds": "20",
            "RedrivePolicy": json.dumps(
                {"deadLetterTargetArn": deployment.named("Queue", "dead").arn, "maxReceiveCount": 5}
            ),
            "SqsManagedSseEnabled": "false",
            "VisibilityTimeout": "43200",
        }


def test_a_fifo_queue_ends_in_fifo(tmp_path: Path) -> None:
    source = 'aws.sqs.Queue("q", fifo_queue=True, content_based_deduplication=True)'

    with deployed(tmp_path, source) as (account, deployment):
        queue = deployment.named("Queue", "q")
        told = account.client("sqs").get_queue_attributes(QueueUrl=queue.id, AttributeNames=["All"])["Attributes"]

        assert queue.outputs["name"].endswith(".fifo")
        assert (told["FifoQueue"], told["ContentBasedDeduplication"]) == ("true", "true")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("visibility_timeout_seconds=43201", "visibilityTimeoutSeconds 43201 needs 0 to 43200 seconds"),
        ("message_retention_seconds=59", "messageRetentionSeconds 59 needs 60 to 1209600 seconds"),
        ("message_retention_seconds=1209601", "messageRetentionSeconds 1209601 needs 60 to 1209600 seconds"),
        ("delay_seconds=901", "delaySeconds 901 needs 0 to 900 seconds"),
        ("max_message_size=1023", "maxMessageSize 1023 needs 1024 to 1048576 bytes"),
        ("receive_wait_time_seconds=21", "receiveWaitTimeSeconds 21 needs 0 to 20 seconds"),
        ('name="q.fifo"', "name 'q.fifo' and fifoQueue false: a FIFO queue ends in .fifo, and no other does"),
        ('name="q", fifo_queue=True', "name 'q' and fifoQueue true: a FIFO queue ends in .fifo, and no other does"),
        ("content_based_deduplication=True", "contentBasedDeduplication needs fifoQueue true"),
        ('deduplication_scope="queue"', "deduplicationScope needs fifoQueue true"),
        ('redrive_policy="{}"', "redrivePolicy '{}' needs mending: it holds deadLetterTargetArn and maxReceiveCount"),
        (
            'redrive_policy=json.dumps({"deadLetterTargetArn": "a", "maxReceiveCount": 0})',
            'redrivePolicy \'{"deadLetterTargetArn": "a", "maxReceiveCount": 0}\' needs mending: '
            "maxReceiveCount 0 needs 1 to 1000",
        ),
        (
            f'redrive_policy=json.dumps({{"deadLetterTargetArn": "{ARN}:gone", "maxReceiveCount": 3}})',
            f"redrivePolicy names {ARN}:gone, and there is no such queue",
        ),
        ('policy="{}"', "policy '{}' needs mending: "),
    ],
)
def test_what_sqs_would_not_take_is_refused(tmp_path: Path, said: str, told: str) -> None:
    assert problems(tmp_path, f'aws.sqs.Queue("q", {said})')[0].startswith(f"{QUEUE}: {told}")


def test_a_queue_and_its_dead_letter_queue_are_of_one_type(tmp_path: Path) -> None:
    source = """
        dead = aws.sqs.Queue("dead", name="dead")
        aws.sqs.Queue("q", fifo_queue=True, redrive_policy=pulumi.Output.json_dumps(
            {"deadLetterTargetArn": dead.arn, "maxReceiveCount": 3}))
    """

    assert problems(tmp_path, source) == [
        f"{QUEUE}: redrivePolicy names dead: a queue and its dead-letter queue are both FIFO or neither is"
    ]


@pytest.mark.parametrize(
    "allowed",
    ['{"redrivePermission": "denyAll"}', f'{{"redrivePermission": "byQueue", "sourceQueueArns": ["{ARN}:other"]}}'],
)
def test_a_dead_letter_queue_may_refuse_a_queue(tmp_path: Path, allowed: str) -> None:
    source = f"""
        dead = aws.sqs.Queue("dead", name="dead", redrive_allow_policy='{allowed}')
        aws.sqs.Queue("q", name="q", redrive_policy=pulumi.Output.json_dumps(
            {{"deadLetterTargetArn": dead.arn, "maxReceiveCount": 3}}))
    """

    assert problems(tmp_path, source) == [
        f"{QUEUE}: redrivePolicy names dead, whose redriveAllowPolicy does not let q use it"
    ]


def test_a_dead_letter_queue_may_let_in_one_queue(tmp_path: Path) -> None:
    source = f"""
        dead = aws.sqs.Queue("dead", redrive_allow_policy=json.dumps(
            {{"redrivePermission": "byQueue", "sourceQueueArns": ["{ARN}:q"]}}))
        aws.sqs.Queue("q", name="q", redrive_policy=pulumi.Output.json_dumps(
            {{"deadLetterTargetArn": dead.arn, "maxReceiveCount": 3}}))
    """

    with deployed(tmp_path, source) as (_, deployment):
        assert deployment.named("Queue", "q").arn == f"{ARN}:q"


THREE_SETTINGS = """
    queue = aws.sqs.Queue("q")
    dead = aws.sqs.Queue("dead")
    first = aws.sqs.QueuePolicy("policy", queue_url=queue.url,
        policy=allow("sqs:SendMessage", queue.arn, Principal="*"))
    second = aws.sqs.RedrivePolicy("redrive", queue_url=queue.url, opts=after(first),
        redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 3}))
    aws.sqs.RedriveAllowPolicy("redrive-allow", queue_url=queue.url, opts=after(second),
        redrive_allow_policy=json.dumps({"redrivePermission": "denyAll"}))
"""


def test_settings_of_a_queue_leave_each_other_alone(tmp_path: Path) -> None:
    with deployed(tmp_path, THREE_SETTINGS) as (account, deployment):
        queue = account.storage.backend("sqs").queues[deployment.named("Queue", "q").outputs["name"]]

        assert json.loads(queue.policy)["Statement"][0]["Action"] == "sqs:SendMessage"
        assert queue.redrive_policy["maxReceiveCount"] == 3
        assert queue.redrive_allow_policy == '{"redrivePermission": "denyAll"}'


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('{"redrivePermission": "some"}', "redrivePermission 'some' needs one of allowAll, denyAll, byQueue"),
        ('{"redrivePermission": "byQueue"}', "sourceQueueArns belong to byQueue, and only to it"),
        (
            '{"redrivePermission": "denyAll", "sourceQueueArns": ["a"]}',
            "sourceQueueArns belong to byQueue, and only to it",
        ),
        (
            json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": ["a"] * 11}),
            "sourceQueueArns holds 11 queues, needs at most 10",
        ),
    ],
)
def test_a_redrive_allow_policy_is_checked(tmp_path: Path, said: str, told: str) -> None:
    assert problems(tmp_path, f"aws.sqs.Queue('q', redrive_allow_policy='{said}')")[0].endswith(
        f"needs mending: {told}"
    )


def test_a_queue_has_one_policy(tmp_path: Path) -> None:
    source = """
        queue = aws.sqs.Queue("q", name="q")
        for name in ("a", "b"):
            aws.sqs.QueuePolicy(name, queue_url=queue.url, policy=allow("sqs:SendMessage", queue.arn, Principal="*"))
    """

    (problem,) = problems(tmp_path, source)

    assert problem.startswith("aws:sqs/queuePolicy:QueuePolicy b: queueUrl 'https://sqs.eu-west-1.amazonaws.com/")
    assert problem.endswith(" is a's already: AWS keeps one, and a second would replace it without a word")


def test_a_policy_for_no_queue_is_refused(tmp_path: Path) -> None:
    source = """
        aws.sqs.QueuePolicy("policy", queue_url="https://sqs/1/gone", policy=allow("sqs:*", "*", Principal="*"))
    """

    assert problems(tmp_path, source) == [
        "aws:sqs/queuePolicy:QueuePolicy policy: there is no queue at https://sqs/1/gone"
    ]


QUEUE_TYPE = "aws:sqs/queue:Queue"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
REDRIVE = "aws:sqs/redrivePolicy:RedrivePolicy"
REDRIVE_ALLOW = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
URL = "https://sqs.eu-west-1.amazonaws.com/111111111111"


def policy(action: str) -> str:
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": f"{ARN}:thing"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def dead_letters(name: str = "dead", receives: int = 3) -> str:
    return json.dumps({"deadLetterTargetArn": f"{ARN}:{name}", "maxReceiveCount": receives})


def by_queue(name: str) -> str:
    return json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [f"{ARN}:{name}"]})


DENY_ALL = '{"redrivePermission": "denyAll"}'

EVERYTHING = {
    "delaySeconds": 1,
    "maxMessageSize": 2_048,
    "messageRetentionSeconds": 120,
    "policy": policy("sqs:SendMessage"),
    "receiveWaitTimeSeconds": 2,
    "redriveAllowPolicy": by_queue("other"),
    "redrivePolicy": dead_letters(),
    "sqsManagedSseEnabled": False,
    "tags": {"team": "seismology", "old": "yes"},
    "visibilityTimeoutSeconds": 60,
}


def queue(account: Account, name: str, **attributes: str) -> str:
    url: str = account.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url


def make(account: Account, token: str, **given: Any) -> tuple[str, dict[str, Any]]:
    """The id of a thing, and the inputs it was made of."""
    inputs = checked(account, token, given)
    return Provisioner(account).create(token, inputs).id, inputs


def found(account: Account, token: str, made_id: str, known: dict[str, Any]) -> Found:
    """What is read of a thing that is there."""
    there = Provisioner(account).read(token, made_id, known, SETTINGS)
    assert there is not None
    return there


def test_a_queue_changes_in_everything_and_back(account: Account) -> None:
    queue(account, "dead")
    queue(account, "dead-too")

    made = live(
        account,
        QUEUE_TYPE,
        {"name": "thing"},
        {"name": "thing", **EVERYTHING},
        {
            "name": "thing",
            "delaySeconds": 3,
            "maxMessageSize": 4_096,
            "messageRetentionSeconds": 180,
            "policy": policy("sqs:*"),
            "receiveWaitTimeSeconds": 4,
            "redriveAllowPolicy": DENY_ALL,
            "redrivePolicy": dead_letters("dead-too", 9),
            "tags": {"team": "alerts"},
            "visibilityTimeoutSeconds": 90,
        },
        {"name": "thing"},
    )

    assert (made.id, made.arn) == (f"{URL}/thing", f"{ARN}:thing")
    assert made.outputs["url"] == f"{URL}/thing"


def test_a_fifo_queue_changes_in_everything_and_back(account: Account) -> None:
    fast = {"deduplicationScope": "messageGroup", "fifoThroughputLimit": "perMessageGroupId"}

    made = live(
        account,
        QUEUE_TYPE,
        {"fifoQueue": True},
        {"fifoQueue": True, "contentBasedDeduplication": True, **fast},
        {"fifoQueue": True, "deduplicationScope": "queue", "fifoThroughputLimit": "perQueue"},
        {"fifoQueue": True},
    )

    assert (made.outputs["deduplicationScope"], made.outputs["fifoThroughputLimit"]) == ("queue", "perQueue")


def test_what_a_queue_is_not_told_any_more_is_sqs_own_again(account: Account) -> None:
    sqs, provisioner = account.client("sqs"), Provisioner(account)
    queue(account, "dead")
    made_id, old = make(account, QUEUE_TYPE, name="thing", **EVERYTHING)

    provisioner.update(QUEUE_TYPE, made_id, old, checked(account, QUEUE_TYPE, {"name": "thing"}))

    told = sqs.get_queue_attributes(QueueUrl=made_id, AttributeNames=["All"])["Attributes"]
    assert {name: told[name] for name in told if "Timestamp" not in name and "Approximate" not in name} == {
        "DelaySeconds": "0",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "QueueArn": f"{ARN}:thing",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    }
    assert account.storage.backend("sqs").queues["thing"].redrive_allow_policy == ""
    assert sqs.list_queue_tags(QueueUrl=made_id)["Tags"] == {"stack": "dev"}


def test_an_update_leaves_the_policies_alone_that_others_set(account: Account) -> None:
    queue(account, "dead")
    made_id, old = make(account, QUEUE_TYPE, name="thing")
    make(account, QUEUE_POLICY, queueUrl=made_id, policy=policy("sqs:SendMessage"))
    make(account, REDRIVE, queueUrl=made_id, redrivePolicy=dead_letters())
    make(account, REDRIVE_ALLOW, queueUrl=made_id, redriveAllowPolicy=DENY_ALL)

    new = checked(account, QUEUE_TYPE, {"name": "thing", "delaySeconds": 5})
    Provisioner(account).update(QUEUE_TYPE, made_id, old, new)

    thing = account.storage.backend("sqs").queues["thing"]
    assert json.loads(thing.policy) == json.loads(policy("sqs:SendMessage"))
    assert (json.dumps(thing.redrive_policy), thing.redrive_allow_policy) == (dead_letters(), DENY_ALL)
    assert found(account, QUEUE_TYPE, made_id, new).inputs == new


@pytest.mark.parametrize(
    ("attribute", "text", "word", "value"),
    [
        ("DelaySeconds", "7", "delaySeconds", 7),
        ("MaximumMessageSize", "1024", "maxMessageSize", 1_024),
        ("MessageRetentionPeriod", "60", "messageRetentionSeconds", 60),
        ("Policy", policy("sqs:*"), "policy", policy("sqs:*")),
        ("Policy", "", "policy", None),
        ("ReceiveMessageWaitTimeSeconds", "20", "receiveWaitTimeSeconds", 20),
        ("RedriveAllowPolicy", DENY_ALL, "redriveAllowPolicy", DENY_ALL),
        ("RedriveAllowPolicy", "", "redriveAllowPolicy", None),
        ("RedrivePolicy", dead_letters("dead", 1), "redrivePolicy", dead_letters("dead", 1)),
        ("RedrivePolicy", "", "redrivePolicy", None),
        ("SqsManagedSseEnabled", "true", "sqsManagedSseEnabled", True),
        ("VisibilityTimeout", "1", "visibilityTimeoutSeconds", 1),
    ],
)
def test_what_somebody_else_changed_of_a_queue_is_read(
    account: Account, attribute: str, text: str, word: str, value: Any
) -> None:
    queue(account, "dead")
    made_id, known = make(account, QUEUE_TYPE, **EVERYTHING)
    account.client("sqs").set_queue_attributes(
        QueueUrl=made_id, Attributes={"Policy": EVERYTHING["policy"], attribute: text}
    )

    now = {name: each for name, each in {**known, word: value}.items() if each is not None}
    assert found(account, QUEUE_TYPE, made_id, known).inputs == now


@pytest.mark.parametrize(
    ("attribute", "text", "word", "value"),
    [
        ("ContentBasedDeduplication", "true", "contentBasedDeduplication", True),
        ("DeduplicationScope", "messageGroup", "deduplicationScope", "messageGroup"),
        ("FifoThroughputLimit", "perMessageGroupId", "fifoThroughputLimit", "perMessageGroupId"),
    ],
)
def test_what_somebody_else_changed_of_a_fifo_queue_is_read(
    account: Account, attribute: str, text: str, word: str, value: Any
) -> None:
    made_id, known = make(account, QUEUE_TYPE, fifoQueue=True)
    account.client("sqs").set_queue_attributes(QueueUrl=made_id, Attributes={attribute: text})

    assert found(account, QUEUE_TYPE, made_id, known).inputs == {**known, word: value}


def test_tags_that_somebody_else_changed_are_read(account: Account) -> None:
    made_id, known = make(account, QUEUE_TYPE, tags={"team": "seismology"})
    account.client("sqs").tag_queue(QueueUrl=made_id, Tags={"team": "alerts", "cost": "7"})

    inputs = found(account, QUEUE_TYPE, made_id, known).inputs
    assert inputs["tags"] == {"team": "alerts", "cost": "7"}
    assert inputs["tagsAll"] == {"stack": "dev", "team": "alerts", "cost": "7"}


def test_documents_that_mean_the_same_keep_their_text(account: Account) -> None:
    said = '{"maxReceiveCount":3,  "deadLetterTargetArn":"' + ARN + ':dead"}'
    queue(account, "dead")
    made_id, known = make(account, QUEUE_TYPE, redrivePolicy=said)

    assert found(account, QUEUE_TYPE, made_id, known).inputs["redrivePolicy"] == said


@pytest.mark.parametrize(
    ("word", "one", "other"), [("name", {"name": "a"}, {"name": "b"}), ("fifoQueue", {}, {"fifoQueue": True})]
)
def test_a_queue_of_another_name_or_kind_takes_the_place_of_the_old_one(
    account: Account, word: str, one: dict[str, Any], other: dict[str, Any]
) -> None:
    old, new = checked(account, QUEUE_TYPE, one), checked(account, QUEUE_TYPE, other)

    assert word in Provisioner(account).difference(QUEUE_TYPE, old, new).replaces


@pytest.mark.parametrize("host", ["sqs.eu-west-1.amazonaws.com", "queue.amazonaws.com"])
@pytest.mark.parametrize(
    "given",
    [
        {"name": "thing", "delaySeconds": 5, "tags": {"team": "alerts"}},
        {"name": "thing.fifo", "fifoQueue": True, "fifoThroughputLimit": "perMessageGroupId"},
    ],
)
def test_a_queue_is_imported_by_its_url(account: Account, host: str, given: dict[str, Any]) -> None:
    made_id, inputs = make(account, QUEUE_TYPE, **given)

    there = found(account, QUEUE_TYPE, f"https://{host}/111111111111/{given['name']}", {})

    assert (there.inputs, there.made.id) == (inputs, made_id)


@pytest.mark.parametrize(
    "gone",
    [
        f"{URL}/gone",
        "https://sqs.eu-west-2.amazonaws.com/111111111111/thing",
        "https://sqs.eu-west-1.amazonaws.com/222222222222/thing",
    ],
)
@pytest.mark.parametrize("token", [QUEUE_TYPE, QUEUE_POLICY, REDRIVE, REDRIVE_ALLOW])
def test_of_a_queue_that_is_not_there_nothing_is_read(account: Account, token: str, gone: str) -> None:
    queue(account, "dead")
    make(account, QUEUE_TYPE, name="thing", **EVERYTHING)

    assert Provisioner(account).read(token, gone, {}, SETTINGS) is None


@pytest.mark.parametrize("token", [QUEUE_TYPE, QUEUE_POLICY, REDRIVE, REDRIVE_ALLOW])
def test_an_id_that_is_no_url_of_a_queue_is_refused(account: Account, token: str) -> None:
    with pytest.raises(Refused) as refusal:
        Provisioner(account).read(token, "thing", {}, SETTINGS)

    assert str(refusal.value) == f"id 'thing' needs the URL of a queue, as in {URL}/readings"


def test_an_update_to_a_dead_letter_queue_that_is_not_there_is_refused(account: Account) -> None:
    made_id, old = make(account, QUEUE_TYPE)
    new = checked(account, QUEUE_TYPE, {"redrivePolicy": dead_letters("gone")})

    with pytest.raises(Refused) as refusal:
        Provisioner(account).update(QUEUE_TYPE, made_id, old, new)

    assert str(refusal.value) == f"redrivePolicy names {ARN}:gone, and there is no such queue"


OF_A_QUEUE = [
    (QUEUE_POLICY, "policy", "Policy", policy("sqs:SendMessage"), policy("sqs:*")),
    (REDRIVE, "redrivePolicy", "RedrivePolicy", dead_letters(receives=3), dead_letters(receives=5)),
    (REDRIVE_ALLOW, "redriveAllowPolicy", "RedriveAllowPolicy", DENY_ALL, by_queue("other")),
]


@pytest.mark.parametrize(("token", "word", "attribute", "one", "other"), OF_A_QUEUE)
def test_a_setting_of_a_queue_changes_and_goes(
    account: Account, token: str, word: str, attribute: str, one: str, other: str
) -> None:
    queue(account, "dead")
    url = queue(account, "thing")

    live(account, token, *({"queueUrl": url, word: text} for text in (one, other, one)))


@pytest.mark.parametrize(("token", "word", "attribute", "one", "other"), OF_A_QUEUE)
def test_what_somebody_else_changed_of_a_setting_is_read(
    account: Account, token: str, word: str, attribute: str, one: str, other: str
) -> None:
    queue(account, "dead")
    url, known = make(account, token, **{"queueUrl": queue(account, "thing"), word: one})
    sqs = account.client("sqs")

    sqs.set_queue_attributes(QueueUrl=url, Attributes={attribute: other})
    assert found(account, token, url, known).inputs == {"queueUrl": url, word: other}

    sqs.set_queue_attributes(QueueUrl=url, Attributes={attribute: ""})
    assert Provisioner(account).read(token, url, known, SETTINGS) is None


@pytest.mark.parametrize(("token", "word", "attribute", "one", "other"), OF_A_QUEUE)
def test_a_setting_is_imported_by_the_url_of_its_queue(
    account: Account, token: str, word: str, attribute: str, one: str, other: str
) -> None:
    queue(account, "dead")
    url, inputs = make(account, token, **{"queueUrl": queue(account, "thing"), word: one})

    there = found(account, token, "https://queue.amazonaws.com/111111111111/thing", {})

    assert (there.inputs, there.made.id) == (inputs, url)


@pytest.mark.parametrize(("token", "word", "attribute", "one", "other"), OF_A_QUEUE)
def test_a_setting_of_another_queue_takes_the_place_of_the_old_one(
    account: Account, token: str, word: str, attribute: str, one: str, other: str
) -> None:
    old, new = (checked(account, token, {"queueUrl": f"{URL}/{name}", word: one}) for name in ("a", "b"))

    assert Provisioner(account).difference(token, old, new).replaces == {"queueUrl"}


def test_a_redrive_policy_is_looked_at_when_it_changes_too(account: Account) -> None:
    queue(account, "dead")
    url, old = make(account, REDRIVE, queueUrl=queue(account, "thing"), redrivePolicy=dead_letters())
    new = checked(account, REDRIVE, {"queueUrl": url, "redrivePolicy": dead_letters("gone")})

    with pytest.raises(Refused) as refusal:
        Provisioner(account).update(REDRIVE, url, old, new)

    assert str(refusal.value) == f"redrivePolicy names {ARN}:gone, and there is no such queue"


@pytest.mark.parametrize(
    ("change", "actions"),
    [
        ({"delaySeconds": 5}, ["sqs:SetQueueAttributes"]),
        ({"tags": {"team": "alerts"}}, ["sqs:TagQueue"]),
        ({"tags": {}}, ["sqs:UntagQueue"]),
    ],
)
def test_an_update_of_a_queue_needs_the_rights_to_what_it_changes(
    account: Account, change: dict[str, Any], actions: list[str]
) -> None:
    given = {"name": "thing", "tags": {"team": "seismology"}}
    made_id, old = make(account, QUEUE_TYPE, **given)

    needs_these_rights(account, QUEUE_TYPE, made_id, old, checked(account, QUEUE_TYPE, {**given, **change}), actions)
