"""A service that nobody knows more of pushes once, by the right that the function's policy gives it."""

from __future__ import annotations

import pytest

from components.ledger import Condition
from emulator.journal import Outcome
from emulator.waking.waking import Waking
from tests.emulator.by_hand import faults, left_out, ready, send
from tests.emulator.stage import ACCOUNT_ID, FAILING, QUIET, Stage

TOPIC_RULE = "arn:aws:iot:eu-west-1:111111111111:rule/tremor"
CONDITIONS = (
    Condition("ArnLike", "aws:SourceArn", ("feeds.tremor (rule)",)),
    Condition("StringEquals", "aws:SourceAccount", (ACCOUNT_ID,)),
)


def waking(stage: Stage, source: str = QUIET, conditions: tuple[Condition, ...] = CONDITIONS) -> Waking:
    function = stage.functions.make(source, name="split")
    return ready(
        stage.account,
        "push",
        "iot.amazonaws.com",
        waker="feeds.seismometer",
        woken="feeds.split",
        conditions=conditions,
        split=("function", function),
        tremor=("topic_rule", TOPIC_RULE),
        seismometer=("thing", "arn:aws:iot:eu-west-1:111111111111:thing/seismometer"),
    )


def test_the_event_comes_as_it_stands_through_the_asynchronous_queue(stage: Stage) -> None:
    by_hand = waking(stage)
    stage.let("iot.amazonaws.com", by_hand.function_arn, TOPIC_RULE, SourceAccount=ACCOUNT_ID)

    send(by_hand, {"magnitude": 5})

    assert stage.payloads() == [{"magnitude": 5}]
    assert stage.counts("feeds.seismometer", "feeds.split") == (1, 1, 0, 0)


def test_a_function_that_fails_is_tried_three_times(stage: Stage) -> None:
    by_hand = waking(stage, FAILING)
    stage.let("iot.amazonaws.com", by_hand.function_arn, TOPIC_RULE, SourceAccount=ACCOUNT_ID)

    send(by_hand, {"magnitude": 5})

    assert len(stage.invocations()) == 3
    assert [hop.source for hop in stage.hops(Outcome.LOST)] == ["feeds.split"]


@pytest.mark.parametrize(
    "let",
    [
        {},
        {"source_arn": "arn:aws:iot:eu-west-1:111111111111:rule/other", "SourceAccount": ACCOUNT_ID},
        {"source_arn": TOPIC_RULE, "SourceAccount": "222222222222"},
    ],
)
def test_without_the_right_nobody_is_woken(stage: Stage, let: dict[str, str]) -> None:
    by_hand = waking(stage)
    if let:
        stage.let("iot.amazonaws.com", by_hand.function_arn, **let)

    send(by_hand, {"magnitude": 5})

    [denial] = stage.account.journal.denials
    assert (denial.principal, denial.action) == ("iot.amazonaws.com", "lambda:InvokeFunction")
    assert (denial.resource, denial.caller) == (by_hand.function_arn, "feeds.tremor")
    [hop] = stage.hops(Outcome.DENIED)
    assert str(hop.cause).endswith("; what the service does then is not emulated, and the event is lost")
    assert stage.counts("feeds.seismometer", "feeds.split") == (1, 0, 0, 0)


def test_a_function_that_is_gone_is_no_denial(stage: Stage) -> None:
    by_hand = waking(stage)
    stage.account.client("lambda").delete_function(FunctionName="split")

    send(by_hand, {})

    assert stage.account.journal.denials == []
    assert [hop.target for hop in stage.hops(Outcome.LOST)] == ["feeds.split"]


def test_where_the_right_names_no_source_it_is_the_waker(stage: Stage) -> None:
    by_hand = waking(stage, conditions=())
    stage.let("iot.amazonaws.com", by_hand.function_arn, by_hand.source_arn)

    send(by_hand, {"magnitude": 5})

    assert stage.payloads() == [{"magnitude": 5}]


def test_nothing_of_the_event_is_looked_at_and_that_is_told(stage: Stage) -> None:
    by_hand = waking(stage)

    assert faults(by_hand, []) == []
    told = "whether feeds.seismometer would have told of this, and what iot.amazonaws.com does beside it"
    assert left_out(by_hand, []) == [told]
