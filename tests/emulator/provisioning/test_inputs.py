"""A declared input takes what AWS takes, and says what it needs otherwise."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.provisioning.difference import Change
from emulator.provisioning.inputs import (
    Arn,
    Block,
    Document,
    Entries,
    Files,
    Flag,
    Input,
    Items,
    Only,
    Text,
    Whole,
    read_inputs,
)
from emulator.wire import UNKNOWN, Archive, Asset

ADDED, DELETED, UPDATED = Change.ADDED, Change.DELETED, Change.UPDATED


def wrongs(declared: Input, value: Any) -> list[str]:
    found: list[Any] = []
    read_inputs({"it": declared}, {"it": value}, found)
    return [str(wrong) for wrong in found]


@pytest.mark.parametrize("value", [1, 900])
def test_both_ends_of_a_range_are_in_it(value: int) -> None:
    assert wrongs(Whole(least=1, most=900), value) == []


@pytest.mark.parametrize(
    ("declared", "value", "told"),
    [
        (Whole(least=1, most=900, unit="seconds"), 901, "it 901 needs 1 to 900 seconds"),
        (Whole(least=1, most=900), 0, "it 0 needs 1 to 900"),
        (Whole(least=1, most=900, unit="seconds"), "30s", "it '30s' needs a whole number of seconds"),
        (Whole(least=1, most=900), True, "it true needs a whole number"),
        (Whole(least=1, most=900), 1.5, "it 1.5 needs a whole number"),
        (Whole(least=1, most=9, among=(1, 3, 9)), 2, "it 2 needs one of 1, 3, 9"),
        (Text(among=("Enabled", "Suspended")), "enabled", "it 'enabled' needs one of Enabled, Suspended"),
        (Text(pattern="[a-z]+", says="small letters"), "Ab", "it 'Ab' needs small letters"),
        (Text(pattern="[a-z]+", says="small letters"), "a\n", "it 'a\\n' needs small letters"),
        (Text(most=3), "abcd", "it 'abcd' needs 0 to 3 characters, has 4"),
        (Text(), 3, "it 3 needs a text"),
        (Flag(), "true", "it 'true' needs true or false"),
        (Only(value=False), True, "it true needs false: the embedded account does nothing else yet"),
        (Items(of=Flag()), True, "it true needs a list"),
        (Items(of=Flag(), least=1), [], "it [] needs at least 1 entries, has 0"),
        (Items(of=Flag()), [True, 1], "it[1] 1 needs true or false"),
        (Entries(of=Text()), [], "it [] needs a mapping"),
        (Entries(of=Text(), key=Text(most=1)), {"ab": "c"}, "a key of it, 'ab' needs 0 to 1 characters, has 2"),
        (Entries(of=Text(), most=1), {"a": "", "b": ""}, "it {'a': '', 'b': ''} needs at most 1 entries, has 2"),
        (Block(of={"a": Flag()}), {"a": 1}, "it.a 1 needs true or false"),
        (Block(of={"a": Flag(required=True)}), {}, "it.a is missing: it needs a value"),
        (Block(of={"a": Flag()}), {"b": 1}, "the embedded account does not do `it.b` yet"),
        (Document(most=3), {"a": 1}, "it {'a': 1} needs at most 3 bytes, has 8"),
        (Document(problems=lambda _: ["Version is missing"]), "{}", "it '{}' needs mending: Version is missing"),
        (Arn(of=("sqs", "s3")), "arn:aws:sns:::t", "it 'arn:aws:sns:::t' needs the ARN of a thing of sqs or s3"),
        (Arn(of=("sqs",)), "readings", "it 'readings' needs the ARN of a thing of sqs"),
        (Files(), "code.zip", "it 'code.zip' needs an archive: AssetArchive or FileArchive"),
    ],
)
def test_what_is_wrong_says_what_was_given_and_what_is_needed(declared: Input, value: Any, told: str) -> None:
    assert wrongs(declared, value) == [told]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("{a}", "it '{a}' needs a JSON document: Expecting property name"),
        ("NaN", "it 'NaN' needs a JSON document: NaN is no JSON number"),
        ("[" * 100_000, "it '[["),
        ({"a": Asset(text="b")}, "it {'a': Asset("),
    ],
)
def test_a_document_that_is_no_json_says_where_it_breaks(document: Any, told: str) -> None:
    (wrong,) = wrongs(Document(), document)

    assert wrong.startswith(told)
    assert " needs a JSON document: " in wrong


def test_a_document_given_as_a_value_becomes_its_text() -> None:
    assert read_inputs({"policy": Document()}, {"policy": {"Version": "2012-10-17"}}, []) == {
        "policy": '{"Version": "2012-10-17"}'
    }


def test_everything_that_is_wrong_is_told_at_once() -> None:
    found: list[Any] = []
    declared = {"timeout": Whole(least=1, most=900), "role": Text(required=True)}

    read_inputs(declared, {"timeout": 901, "timout": 30}, found)

    assert [str(wrong) for wrong in found] == [
        "the embedded account does not do `timout` yet",
        "timeout 901 needs 1 to 900",
        "role is missing: it needs a value",
    ]


def test_what_is_not_said_takes_its_default_or_stays_unsaid() -> None:
    declared = {"timeout": Whole(least=1, most=900, default=3), "memory": Whole(least=128, most=256)}

    assert read_inputs(declared, {"memory": None}, []) == {"timeout": 3}


def test_an_archive_stays_one() -> None:
    assert read_inputs({"code": Files()}, {"code": Archive("code")}, []) == {"code": Archive("code")}


@pytest.mark.parametrize(
    "declared",
    [
        Text(among=("Enabled", "Suspended")),
        Whole(least=1, most=900),
        Flag(),
        Only(value=False),
        Items(of=Flag(), least=1),
        Entries(of=Flag(), most=0),
        Block(of={"a": Flag(required=True)}),
        Document(problems=lambda document: ["nothing pleases it"]),
        Arn(of=("sqs",)),
        Files(),
    ],
)
def test_what_nobody_can_tell_yet_passes_unread(declared: Input) -> None:
    wrong: list[Any] = []

    assert read_inputs({"it": declared}, {"it": UNKNOWN}, wrong) == {"it": UNKNOWN}
    assert wrong == []


def test_what_is_known_beside_an_unknown_value_is_read() -> None:
    wrong: list[Any] = []
    flags, whole = Items(of=Flag(), most=2), Whole(least=1, most=9)
    declared = {"list": flags, "map": Entries(of=whole), "block": Block(of={"a": whole, "b": whole})}

    values = read_inputs(
        declared, {"list": [UNKNOWN, 1, True], "map": {"a": UNKNOWN, "b": 0}, "block": {"a": UNKNOWN, "b": 0}}, wrong
    )

    assert values == {"list": [UNKNOWN, 1, True], "map": {"a": UNKNOWN, "b": 0}, "block": {"a": UNKNOWN, "b": 0}}
    assert [str(each).partition(" needs")[0] for each in wrong] == [
        f"list {[UNKNOWN, 1, True]!r}",
        "list[1] 1",
        "map.b 0",
        "block.b 0",
    ]


def test_a_document_is_unknown_where_any_part_of_it_is() -> None:
    wrong: list[Any] = []
    policy = {"Statement": [{"Effect": "Allow", "Resource": UNKNOWN}]}

    assert read_inputs({"policy": Document(problems=lambda _: ["bad"])}, {"policy": policy}, wrong) == {
        "policy": UNKNOWN
    }
    assert wrong == []


PAIR = Block(of={"name": Text(), "words": Items(of=Text(), any_order=True)})


@pytest.mark.parametrize(
    ("declared", "old", "new", "changes"),
    [
        (Text(), "a", "a", {}),
        (Text(), "a", "b", {"it": UPDATED}),
        (Text(), None, "a", {"it": ADDED}),
        (Text(), "a", None, {"it": DELETED}),
        (Text(), None, None, {}),
        (Text(), "a", UNKNOWN, {"it": UPDATED}),
        (Text(), None, UNKNOWN, {"it": ADDED}),
        (Flag(), None, False, {"it": ADDED}),
        (Items(of=Text()), ["a", "b"], ["a", "c", "d"], {"it[1]": UPDATED, "it[2]": ADDED}),
        (Items(of=Text()), ["a", "b"], ["b"], {"it[0]": UPDATED, "it[1]": DELETED}),
        (Items(of=Text()), ["a", "b"], ["b", "a"], {"it[0]": UPDATED, "it[1]": UPDATED}),
        (Items(of=Text()), ["a"], ["a", "b"], {"it[1]": ADDED}),
        (Items(of=Document()), ['{"a":1}', "[]"], ['{"a": 1}', "[ ]"], {}),
        (Items(of=Text()), ["a"], UNKNOWN, {"it": UPDATED}),
        (Items(of=Text()), None, [], {"it": ADDED}),
        (Items(of=Text()), [], None, {"it": DELETED}),
        (Items(of=Text(), any_order=True), ["a", "b", "a"], ["a", "a", "b"], {}),
        (Items(of=Text(), any_order=True), ["a", "b", "a"], ["a", "b", "b"], {"it": UPDATED}),
        (Items(of=Text(), any_order=True), ["a"], ["a", "a"], {"it": UPDATED}),
        (Items(of=Text(), any_order=True), ["a"], None, {"it": DELETED}),
        (
            Items(of=PAIR, any_order=True),
            [{"name": "a", "words": ["x", "y"]}, {"name": "b"}],
            [{"name": "b"}, {"words": ["y", "x"], "name": "a"}],
            {},
        ),
        (Items(of=Document(), any_order=True), ['{"a":1}', "[]"], ["[ ]", '{"a": 1}'], {}),
        (Items(of=PAIR), [{"name": "a"}], [{"name": "b", "words": []}], {"it[0].name": UPDATED, "it[0].words": ADDED}),
        (
            Entries(of=Text()),
            {"a": "1", "b": "2"},
            {"b": "3", "c": "4"},
            {"it.a": DELETED, "it.b": UPDATED, "it.c": ADDED},
        ),
        (Entries(of=Text()), {"a": "1", "b": "2"}, {"b": "2", "a": "1"}, {}),
        (Entries(of=Document()), {"a": "[1]", "b": "{}"}, {"a": "[1.0]", "b": "[]"}, {"it.b": UPDATED}),
        (Block(of={"a": Document()}), {"a": "[1]"}, {"a": "[1.0]"}, {}),
        (Entries(of=Text()), {}, {"a": UNKNOWN}, {"it.a": ADDED}),
        (Entries(of=Text()), {"a": "1"}, None, {"it": DELETED}),
        (
            Entries(of=Text()),
            {},
            {"a.b": "", "a[0]": "", "1": "", "": "", 'a"b': "", "a_$1": ""},
            {'it["a.b"]': ADDED, 'it["a[0]"]': ADDED, 'it["1"]': ADDED, 'it[""]': ADDED, r'it["a\"b"]': ADDED}
            | {"it.a_$1": ADDED},
        ),
        (PAIR, {"name": "a", "words": ["x"]}, {"words": ["y"]}, {"it.name": DELETED, "it.words": UPDATED}),
        (PAIR, None, {"name": "a"}, {"it": ADDED}),
        (Document(), '{"a": 1, "b": [2]}', '{"b":[2.0],"a":1}', {}),
        (Document(), '{"a": 1}', '{"a": true}', {"it": UPDATED}),
        (Document(), "[1, 2]", "[2, 1]", {"it": UPDATED}),
        (Document(), "{}", UNKNOWN, {"it": UPDATED}),
        (Files(), Archive("here", hash="ab"), Archive("there", hash="ab"), {}),
        (Files(), Archive("here", hash="ab"), Archive("here", hash="cd"), {"it": UPDATED}),
        (Files(), Archive("here"), Archive("there"), {"it": UPDATED}),
        (Files(), Archive("here", hash="ab"), Archive("here"), {"it": UPDATED}),
        (Files(), Archive("here"), Archive("here"), {}),
        (Files(), Archive("here", hash="ab"), UNKNOWN, {"it": UPDATED}),
    ],
)
def test_what_changed_is_told_by_path(declared: Input, old: Any, new: Any, changes: dict[str, Change]) -> None:
    assert dict(declared.changes("it", old, new)) == changes
    assert declared.same(old, new) == (not changes)


DOCUMENTS = ("1", "1.0", "true", '{"a": 1}', '{"a": true}', '{"a":1,"b":2}', '{"b": 2, "a": 1}', "[1, 2]", "[2, 1]")
KEYS = ("a", "b", "a.b", "b[0]", "1", 'a"')


def values_of(declared: Input) -> st.SearchStrategy[Any]:
    """Values as they are once they were read; parts of them nobody can tell yet."""
    if isinstance(declared, Items):
        return st.lists(values_of(declared.of), max_size=3)
    if isinstance(declared, Entries):
        return st.dictionaries(st.sampled_from(KEYS), values_of(declared.of), max_size=3)
    if isinstance(declared, Block):
        return st.fixed_dictionaries({}, optional={name: values_of(each) for name, each in declared.of.items()})
    leaves = {Text: st.sampled_from("ab"), Whole: st.integers(0, 1), Document: st.sampled_from(DOCUMENTS)}
    return st.one_of(leaves[type(declared)], st.just(UNKNOWN))


declarations = st.recursive(
    st.sampled_from([Text(), Whole(least=0, most=1), Document()]),
    lambda inner: st.one_of(
        st.builds(Items, of=inner, any_order=st.booleans()),
        st.builds(Entries, of=inner),
        st.builds(Block, of=st.dictionaries(st.sampled_from(["name", "age", "words"]), inner, max_size=3)),
    ),
    max_leaves=4,
)
told_twice = declarations.flatmap(
    lambda declared: st.tuples(st.just(declared), *[st.one_of(st.none(), values_of(declared))] * 2)
)


def there(value: Any, path: str) -> bool:
    """Whether a path of Pulumi's leads to something."""
    for index, name, quoted in re.findall(r'\[(\d+)]|([\w$]+)|\["((?:[^"\\]|\\")*)"]', path):
        step = int(index) if index else name or quoted.replace(r"\"", '"')
        inside = dict(enumerate(value)) if isinstance(value, list) else value
        if not isinstance(inside, dict) or step not in inside:
            return False
        value = inside[step]
    return value is not None


@settings(max_examples=300)
@given(told_twice)
def test_nothing_changed_exactly_where_it_means_the_same(told: tuple[Input, Any, Any]) -> None:
    declared, old, new = told

    assert declared.same(old, new) == (not list(declared.changes("it", old, new)))
    assert declared.same(old, new) == declared.same(new, old)
    assert declared.same(old, old)


@settings(max_examples=300)
@given(told_twice)
def test_every_change_is_where_its_path_leads(told: tuple[Input, Any, Any]) -> None:
    declared, old, new = told
    changes = list(declared.changes("it", old, new))

    assert len(dict(changes)) == len(changes)
    for path, change in changes:
        assert (there({"it": old}, path), there({"it": new}, path)) == {
            ADDED: (False, True),
            DELETED: (True, False),
            UPDATED: (True, True),
        }[change]


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from(["", "a", "1", "true"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=6,
)


@given(json_values, json_values)
def test_documents_are_the_same_where_they_say_the_same(one: Any, other: Any) -> None:
    says_the_same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)

    assert Document().same(json.dumps(one), json.dumps(other, indent=2)) == says_the_same
    assert Document().same(json.dumps(one), json.dumps(one, indent=2, sort_keys=True))
