"""What a target receives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.input_transformer import Input, InputPath, InputTransformer, NotTransformed
from emulator.clock import START
from emulator.eventing.target_input import asked_input, event_text, target_input

RULE = "arn:aws:events:eu-west-1:111111111111:rule/announcements/strong"
EVENT = {"id": "e1", "detail": {"place": "Fiji", "magnitude": 5.1}}
TEMPLATE = {"InputTemplate": '{"at": <where>}', "InputPathsMap": {"where": "$.detail.place"}}


@pytest.mark.parametrize(
    ("target", "asked"),
    [
        ({}, None),
        ({"Input": "7"}, Input("7")),
        ({"InputPath": "$.detail"}, InputPath("$.detail")),
        ({"InputTransformer": TEMPLATE}, InputTransformer('{"at": <where>}', {"where": "$.detail.place"})),
        ({"InputTransformer": {"InputTemplate": '"x"'}}, InputTransformer('"x"', {})),
    ],
)
def test_a_target_asks_for_one_thing(target: dict[str, Any], asked: object) -> None:
    assert asked_input(target) == asked


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ({}, '{"id":"e1","detail":{"place":"Fiji","magnitude":5.1}}'),
        ({"Input": '{"always": "this"}'}, '{"always": "this"}'),
        ({"InputPath": "$.detail.place"}, '"Fiji"'),
        ({"InputTransformer": TEMPLATE}, '{"at":"Fiji"}'),
    ],
)
def test_a_target_receives_json_text(target: dict[str, Any], text: str) -> None:
    assert target_input(target, EVENT, RULE, START) == text


def test_a_template_knows_its_rule_and_when_the_event_came() -> None:
    variables = ("aws.events.rule-name", "aws.events.rule-arn", "aws.events.event.ingestion-time")
    template = f"[{', '.join(f'<{name}>' for name in variables)}]"

    text = target_input({"InputTransformer": {"InputTemplate": template}}, EVENT, RULE, START)

    assert json.loads(text) == ["strong", RULE, "2030-01-01T12:00:00Z"]


def test_what_the_event_does_not_have_cannot_be_received() -> None:
    with pytest.raises(NotTransformed):
        target_input({"InputPath": "$.detail.depth"}, EVENT, RULE, START)


def test_an_event_keeps_its_letters() -> None:
    assert event_text({"place": "Kötlutangi"}) == '{"place":"Kötlutangi"}'
