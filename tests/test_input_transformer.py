"""What a target receives instead of the event."""

import json

import pytest

from components.input_transformer import Input, InputPath, InputTransformer, NotTransformed

RULE = ("arn:aws:events:eu-west-1:111111111111:rule/bus/strong-quakes", "strong-quakes", "2031-04-05T06:07:09Z")
EVENT = {
    "version": "0",
    "id": "00000009-1111-4222-8333-0123456789ab",
    "detail-type": "Strong Quake",
    "source": "seismic.feeds",
    "account": "111111111111",
    "time": "2031-04-05T06:07:08Z",
    "region": "eu-west-1",
    "resources": ["arn:a", "arn:b"],
    "detail": {
        "id": "us7000",
        "magnitude": 4.5,
        "felt": True,
        "alert": None,
        "place": {"name": "Ōtaki", "depth": 10},
        "networks": ["us", "nz"],
        "title": 'M 4.5 "felt"',
        "stations": [{"code": "A"}, {"code": "B"}],
    },
}
PATHS = {
    "id": "$.detail.id",
    "magnitude": "$.detail.magnitude",
    "felt": "$.detail.felt",
    "alert": "$.detail.alert",
    "place": "$.detail.place",
    "networks": "$.detail.networks",
    "title": "$.detail.title",
    "codes": "$.detail.stations[*].code",
    "first": "$.resources[0]",
    "missing": "$.detail.missing",
}


def received(template: str, paths: dict[str, str] = PATHS) -> str:
    transformer = InputTransformer(template, paths)
    assert transformer.check() == []
    return transformer.apply(EVENT, *RULE)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('"<id> has <magnitude>"', '"us7000 has 4.5"'),
        ('"felt: <felt>"', '"felt: true"'),
        ('"nothing: <missing>"', '"nothing: "'),
        ('"at <place>"', '"at {name:Ōtaki,depth:10}"'),
        ('"by <networks>"', '"by [us,nz]"'),
        ('"by <codes>"', '"by [A,B]"'),
        (' "\\"<id>\\" {[/" ', '"\\"us7000\\" {[/"'),
    ],
)
def test_a_template_that_is_one_text_becomes_text(template: str, text: str) -> None:
    assert received(template) == text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('{"id" : <id>,\n "n": <magnitude>}', '{"id":"us7000","n":4.5}'),
        ('{"id": "<id>", "both": "<id>/<id>"}', '{"id":"us7000","both":"us7000/us7000"}'),
        ('{"felt": <felt>, "alert": <alert>}', '{"felt":true,"alert":null}'),
        ('{"at": <place>}', '{"at":{"name":"Ōtaki","depth":10}}'),
        ('{"all": [9, <id>, true, <networks>]}', '{"all":[9,"us7000",true,["us","nz"]]}'),
        ('{"title": <title>}', '{"title":"M 4.5 \\"felt\\""}'),
        ('{"a": <missing>, "b": "<missing>"}', '{"a":"","b":""}'),
        ('{"kept": "a  b : c", "x": 1.50}', '{"kept":"a  b : c","x":1.50}'),
        ("[<first>, <codes>]", '["arn:a",["A","B"]]'),
        ("<place>", '{"name":"Ōtaki","depth":10}'),
    ],
)
def test_a_variable_that_stands_alone_becomes_json_and_one_in_quotes_bare_text(template: str, text: str) -> None:
    assert received(template) == text


def test_the_predefined_variables_need_no_path() -> None:
    template = '{"rule": <aws.events.rule-arn>, "text": "<aws.events.rule-name> at <aws.events.event.ingestion-time>"}'

    assert json.loads(received(template, {})) == {
        "rule": "arn:aws:events:eu-west-1:111111111111:rule/bus/strong-quakes",
        "text": "strong-quakes at 2031-04-05T06:07:09Z",
    }


def test_the_event_comes_whole_or_without_its_detail_which_also_renames_its_type() -> None:
    both = json.loads(received('{"whole": <aws.events.event.json>, "head": <aws.events.event>}', {}))

    assert both["whole"] == EVENT
    assert both["head"] == {
        "version": "0",
        "id": "00000009-1111-4222-8333-0123456789ab",
        "detailType": "Strong Quake",
        "source": "seismic.feeds",
        "account": "111111111111",
        "time": "2031-04-05T06:07:08Z",
        "region": "eu-west-1",
        "resources": ["arn:a", "arn:b"],
    }


@pytest.mark.parametrize("template", ['{"t": "<title>"}', '"<title>"', '{"at": "<place>"}', '{"by": "<networks>"}'])
def test_a_value_that_ends_the_text_around_it_is_not_delivered(template: str) -> None:
    transformer = InputTransformer(template, PATHS)

    assert transformer.check() == []
    with pytest.raises(NotTransformed, match=r"^the filled template needs to be JSON, got .*: AWS escapes no value$"):
        transformer.apply(EVENT, *RULE)


@pytest.mark.parametrize(
    ("template", "paths", "problems"),
    [
        (
            "",
            {},
            [
                "template needs 1 to 8192 characters, got 0",
                'template needs to be JSON once its variables are filled in, got "": text stands in quotes',
            ],
        ),
        ('"' + "x" * 8191 + '"', {}, ["template needs 1 to 8192 characters, got 8193"]),
        (
            '"<a> <b>"',
            {"a": "$.id"},
            [
                "template uses <b>, which paths does not declare: known are a, aws.events.rule-arn, "
                "aws.events.rule-name, aws.events.event.ingestion-time, aws.events.event, aws.events.event.json"
            ],
        ),
        (
            '{"all": "<aws.events.event.json>"}',
            {},
            [
                "template has <aws.events.event.json> in quotes: it holds JSON that AWS does not escape, "
                "so it can only be a value"
            ],
        ),
        ('{"<a>": 1}', {"a": "$.id"}, ["template has <a> in a key: AWS fills in values only"]),
        ("{<a> : 1}", {"a": "$.id"}, ["template has <a> in a key: AWS fills in values only"]),
        (
            "quake <a>",
            {"a": "$.id"},
            ['template needs to be JSON once its variables are filled in, got "quake <a>": text stands in quotes'],
        ),
        (
            '"x"',
            {"aws.events.rule-arn": "$.id"},
            ["paths.aws.events.rule-arn: needs another name: names that start with aws. are AWS's own"],
        ),
        ('"x"', {"a b": "$.id"}, ["paths.a b: needs a name of 1 to 256 letters, digits, dashes and underscores"]),
        ('"x"', {"a": "id"}, ["paths.a: needs a path such as $.detail.name, $.resources[0] or $.detail.*, got 'id'"]),
        ('"x"', {f"v{n}": "$.id" for n in range(101)}, ["paths needs at most 100 variables, got 101"]),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused(template: str, paths: dict[str, str], problems: list[str]) -> None:
    assert InputTransformer(template, paths).check() == problems


def test_a_full_template_is_taken() -> None:
    paths = {f"v{n}": "$.id" for n in range(100)}
    template = '"' + "".join(f"<{name}>" for name in paths)

    assert InputTransformer(template + "x" * (8191 - len(template)) + '"', paths).check() == []


def test_a_part_of_the_event_comes_as_json() -> None:
    assert InputPath("$.detail.place").apply(EVENT, *RULE) == '{"name":"Ōtaki","depth":10}'
    assert InputPath("$.detail.id").apply(EVENT, *RULE) == '"us7000"'
    assert InputPath("$.detail.alert").apply(EVENT, *RULE) == "null"
    assert json.loads(InputPath("$").apply(EVENT, *RULE)) == EVENT


def test_a_part_that_the_event_does_not_have_is_not_delivered() -> None:
    with pytest.raises(NotTransformed, match=r"^the event has nothing at \$\.detail\.missing$"):
        InputPath("$.detail.missing").apply(EVENT, *RULE)


def test_a_part_needs_a_path_that_eventbridge_evaluates() -> None:
    assert InputPath("$.detail").check() == []
    assert InputPath("$..detail").check() == [
        "input_path needs a path such as $.detail.name, $.resources[0] or $.detail.*, got '$..detail'"
    ]


def test_a_constant_comes_as_it_stands() -> None:
    constant = Input('{"wake": "up", "n": 1.50}')

    assert constant.check() == []
    assert constant.apply(EVENT, *RULE) == '{"wake": "up", "n": 1.50}'


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("wake up", ['input needs JSON text, got "wake up"']),
        ("NaN", ['input needs JSON text, got "NaN"']),
        ('"' + "x" * 8191 + '"', ["input needs 1 to 8192 characters, got 8193"]),
    ],
)
def test_a_constant_needs_to_be_json_of_at_most_8192_characters(text: str, problems: list[str]) -> None:
    assert Input(text).check() == problems
