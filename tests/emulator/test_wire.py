"""What comes over the wire is what was meant, and goes back as it came."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st

from emulator.wire import (
    UNKNOWN,
    Archive,
    Asset,
    Secret,
    WireError,
    from_struct,
    holds_secret,
    plain,
    shielded,
    to_struct,
    unknown_paths,
)

SIGNATURE = "4dabf18193072939515e22adb298388d"
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"

NAMES = st.text().filter(lambda key: key != SIGNATURE)

leaves = st.one_of(
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer()),
    st.text(),
    st.just(UNKNOWN),
    st.builds(Asset, path=st.text(), hash=st.text()),
    st.builds(Asset, text=st.text(), hash=st.text()),
    st.builds(Archive, path=st.text(), hash=st.text()),
    st.builds(Archive, assets=st.dictionaries(NAMES, st.builds(Asset, text=st.text())), hash=st.text()),
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(NAMES, inner, max_size=3),
        st.builds(Secret, inner),
    ),
    max_leaves=8,
)


def struct(**said: Any) -> struct_pb2.Struct:
    message = struct_pb2.Struct()
    message.update(said)
    return message


@given(st.dictionaries(NAMES, values, max_size=4))
def test_whatever_is_sent_arrives_unchanged(sent: dict[str, Any]) -> None:
    assert from_struct(to_struct(sent)) == sent


def test_a_secret_comes_wrapped_and_is_never_shown() -> None:
    secret = from_struct(struct(key={SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "value": "hush"}))["key"]

    assert secret == Secret("hush")
    assert "hush" not in repr(secret)


def test_the_marker_of_the_unknown_is_unknown() -> None:
    assert from_struct(struct(arn="04da6b54-80e4-46f7-96ec-b56ff0331ba9")) == {"arn": UNKNOWN}


def test_keys_come_in_the_same_order_every_time() -> None:
    assert list(from_struct(struct(c=1, a=2, b=3))) == ["a", "b", "c"]


def test_a_null_is_nothing_said() -> None:
    assert from_struct(struct(a=None, b={"c": None})) == {"b": {}}


def test_a_null_that_is_exported_is_kept() -> None:
    exported = {"a": None, "b": {"c": None}, "d": [{"e": None}]}

    assert from_struct(struct(**exported), nulls=True) == exported


def test_whole_numbers_are_whole() -> None:
    assert repr(from_struct(struct(a=30, b=0.5))) == "{'a': 30, 'b': 0.5}"


@pytest.mark.parametrize(
    ("signature", "told"),
    [
        (ASSET, "an asset behind a web address"),
        (ARCHIVE, "an archive behind a web address"),
        ("5cf8f73096256a8f31e491e813e4eb8e", "a value of the kind 5cf8f73096256a8f31e491e813e4eb8e"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(signature: str, told: str) -> None:
    with pytest.raises(WireError, match=told):
        from_struct(struct(code={SIGNATURE: signature, "uri": "https://example.com/code"}))


def test_unknowns_are_told_by_their_exact_path() -> None:
    said = {"rules": [{"prefix": "a"}, {"prefix": UNKNOWN}], "environment": Secret({"variables": {"Q": UNKNOWN}})}

    assert list(unknown_paths(said)) == ["rules[1].prefix", "environment.variables.Q"]


def test_plain_values_hold_no_secret_at_any_depth() -> None:
    said = {"a": [Secret({"b": Secret("c")})]}

    assert holds_secret(said)
    assert plain(said) == {"a": [{"b": "c"}]}
    assert not holds_secret(plain(said))


def test_an_asset_and_an_archive_carry_the_hash_of_what_they_hold() -> None:
    asset, archive = {SIGNATURE: ASSET, "text": "a", "hash": "ab"}, {SIGNATURE: ARCHIVE, "hash": "cd"}
    code = Archive(assets={"split.py": Asset(text="a", hash="ab")}, hash="cd")

    assert to_struct({"code": code}) == struct(code={**archive, "assets": {"split.py": asset}})
    assert from_struct(struct(code={**archive, "assets": {"split.py": asset}})) == {"code": code}
    assert from_struct(struct(code=archive, file={SIGNATURE: ASSET, "hash": "ab"})) == {
        "code": Archive(hash="cd"),
        "file": Asset(hash="ab"),
    }


def test_no_hash_is_sent_where_none_is_known() -> None:
    assert to_struct({"file": Asset(text=""), "code": Archive("dist")}) == struct(
        file={SIGNATURE: ASSET, "text": ""}, code={SIGNATURE: ARCHIVE, "path": "dist"}
    )


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        (set(), {"name": "a", "tags": {"b": "c"}, "tagsAll": {"b": "c"}}),
        ({"name"}, {"name": Secret("a"), "tags": {"b": "c"}, "tagsAll": {"b": "c"}}),
        ({"tags"}, {"name": "a", "tags": Secret({"b": "c"}), "tagsAll": Secret({"b": "c"})}),
        ({"tagsAll"}, {"name": "a", "tags": {"b": "c"}, "tagsAll": Secret({"b": "c"})}),
        ({"url"}, {"name": "a", "tags": {"b": "c"}, "tagsAll": {"b": "c"}}),
    ],
)
def test_what_was_secret_is_secret_again_and_so_are_all_tags(secret: set[str], shown: dict[str, Any]) -> None:
    assert shielded({"name": "a", "tags": {"b": "c"}, "tagsAll": {"b": "c"}}, secret) == shown
