"""The Condition of a statement: operators that compare a key of the request with the policy's values."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.policy.conditions import condition
from emulator.policy.patterns import Context

TOPIC = "arn:aws:sns:eu-west-1:111122223333:events"

OPPOSITES = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "NumericEquals": "NumericNotEquals",
    "DateEquals": "DateNotEquals",
    "IpAddress": "NotIpAddress",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
}
WITHOUT_OPPOSITE = {
    *("NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals"),
    *("DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"),
    *("Bool", "BinaryEquals"),
}
POSITIVE = sorted([*OPPOSITES, *WITHOUT_OPPOSITE])
NEGATED = sorted(OPPOSITES.values())

# One value per operator that it can read, and that matches itself.
VALUES = {
    "String": "blue",
    "Numeric": "300",
    "Date": "2024-06-01T00:00:00Z",
    "Bool": "true",
    "BinaryEquals": "YQ==",
    "IpAddress": "10.0.0.1",
    "NotIpAddress": "10.0.0.1",
    "Arn": TOPIC,
}


def value_for(operator: str) -> str:
    return next(value for start, value in VALUES.items() if operator.startswith(start))


def holds(operator: str, wanted: str | Sequence[str], given: str | Sequence[str] | None, **more: str) -> bool:
    """Whether the operator on the key `k` holds for a request with the given value of `k` and more keys."""
    values = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    context: Context = dict(more)
    if given is not None:
        context = {**context, "k": given if isinstance(given, str) else tuple(given)}
    return condition(operator, "K", values, variables=True).holds(context)


@pytest.mark.parametrize(
    ("operator", "wanted", "given", "expected"),
    [
        ("StringEquals", "blue", "blue", True),
        ("StringEquals", "blue", "Blue", False),
        ("StringEquals", "b*", "blue", False),
        ("StringEquals", "b*", "b*", True),
        ("StringEquals", "", "", True),
        ("StringEquals", "", "x", False),
        ("StringEqualsIgnoreCase", "BLUE", "bluE", True),
        ("StringEqualsIgnoreCase", "b*", "blue", False),
        ("StringLike", "b*", "blue", True),
        ("StringLike", "B*", "blue", False),
        ("StringLike", "", "", True),
        ("StringLike", "b?ue", "blue", True),
        ("NumericEquals", "300.0", "300", True),
        ("NumericEquals", "300", "300.5", False),
        ("NumericEquals", "1000", "1e3", True),
        ("NumericLessThan", "300", "299.999", True),
        ("NumericLessThan", "300", "300", False),
        ("NumericLessThan", "9", "10", False),
        ("NumericLessThanEquals", "300", "300.0", True),
        ("NumericGreaterThan", "-5", "0", True),
        ("NumericGreaterThan", "-5", "-5", False),
        ("NumericGreaterThanEquals", "300", "300", True),
        ("NumericEquals", "300", "three hundred", False),
        ("DateEquals", "2024-06-01T02:00:00+02:00", "1717200000", True),
        ("DateLessThan", "2024-06-01", "2024-05-31T23:59:59Z", True),
        ("DateLessThan", "2024-06-01", "2024-06-01T00:00:00Z", False),
        ("DateLessThanEquals", "1717200000", "2024-06-01T00:00:00Z", True),
        ("DateGreaterThan", "2024-06-01T02:00:00+02:00", "2024-06-01T00:00:01Z", True),
        ("DateGreaterThanEquals", "2024-06-01", "2024-05-31T23:59:59Z", False),
        ("DateGreaterThanEquals", "2024-06-01", "tomorrow", False),
        ("Bool", "true", "true", True),
        ("Bool", "true", "True", True),
        ("Bool", "true", "false", False),
        ("Bool", "false", "no", False),
        ("BinaryEquals", "YQ==", "YQ==", True),
        ("BinaryEquals", "YQ==", "yq==", False),
        ("BinaryEquals", "YQ==", "a", False),
        ("IpAddress", "10.0.0.0/24", "10.0.0.5", True),
        ("IpAddress", "10.0.0.0/24", "10.0.1.5", False),
        ("IpAddress", "0.0.0.0/0", "2001:db8::1", False),
        ("IpAddress", "2001:DB8::/32", "2001:db8::1", True),
        ("IpAddress", "10.0.0.0/24", "nowhere", False),
        ("ArnEquals", "arn:aws:sns:*:*:ev*", TOPIC, True),
        ("ArnLike", "arn:aws:sns:*:events", TOPIC, False),
        ("StringLike", "arn:aws:sns:*:events", TOPIC, True),
        ("ArnLike", "arn:aws:sns:*:*:Events", TOPIC, False),
        ("ArnLike", "*", TOPIC, False),
    ],
)
def test_a_positive_operator_compares_in_its_own_way(operator: str, wanted: str, given: str, expected: bool) -> None:
    assert holds(operator, wanted, given) is expected
    if operator in OPPOSITES:
        assert holds(OPPOSITES[operator], wanted, given) is not expected


@pytest.mark.parametrize("operator", POSITIVE)
def test_a_missing_key_fails_a_positive_operator(operator: str) -> None:
    wanted = value_for(operator)

    assert not holds(operator, wanted, None)
    assert holds(f"{operator}IfExists", wanted, None)
    assert holds(f"ForAllValues:{operator}", wanted, None)
    assert holds(f"ForAllValues:{operator}IfExists", wanted, None)
    assert not holds(f"ForAnyValue:{operator}", wanted, None)
    assert holds(f"ForAnyValue:{operator}IfExists", wanted, None)


@pytest.mark.parametrize("operator", [*POSITIVE, *NEGATED])
def test_a_key_without_a_value_is_there_but_matches_nothing(operator: str) -> None:
    wanted = value_for(operator)

    for suffix in ("", "IfExists"):
        assert holds(f"{operator}{suffix}", wanted, []) is (operator in NEGATED)
        assert holds(f"ForAllValues:{operator}{suffix}", wanted, [])
        assert not holds(f"ForAnyValue:{operator}{suffix}", wanted, [])


@pytest.mark.parametrize("operator", NEGATED)
def test_a_missing_key_meets_a_negated_operator_unless_any_value_is_asked_for(operator: str) -> None:
    wanted = value_for(operator)

    assert holds(operator, wanted, None)
    assert holds(f"{operator}IfExists", wanted, None)
    assert holds(f"ForAllValues:{operator}", wanted, None)
    assert not holds(f"ForAnyValue:{operator}", wanted, None)
    assert holds(f"ForAnyValue:{operator}IfExists", wanted, None)


@pytest.mark.parametrize("operator", [*POSITIVE, *NEGATED])
def test_if_exists_changes_nothing_for_a_key_that_is_there(operator: str) -> None:
    wanted = value_for(operator)

    for prefix in ("", "ForAllValues:", "ForAnyValue:"):
        for given_value in (wanted, "other"):
            plain = holds(f"{prefix}{operator}", wanted, given_value)
            assert holds(f"{prefix}{operator}IfExists", wanted, given_value) is plain


def test_several_values_of_a_positive_operator_mean_any_of_them() -> None:
    assert holds("StringEquals", ["blue", "red"], "red")
    assert holds("NumericLessThan", ["100", "300"], "200")
    assert not holds("StringEquals", ["blue", "red"], "green")


def test_several_values_of_a_negated_operator_mean_none_of_them() -> None:
    assert not holds("StringNotEquals", ["blue", "red"], "red")
    assert holds("StringNotEquals", ["blue", "red"], "green")
    assert not holds("NotIpAddress", ["10.0.0.0/24", "2001:db8::/32"], "2001:db8::1")
    assert holds("NotIpAddress", "10.0.0.0/24", "2001:db8::1")


@pytest.mark.parametrize(
    ("operator", "given", "expected"),
    [
        ("ForAllValues:StringEquals", ["team"], True),
        ("ForAllValues:StringEquals", ["team", "env"], True),
        ("ForAllValues:StringEquals", ["team", "x"], False),
        ("ForAllValues:StringEquals", ["Team"], False),
        ("ForAllValues:StringNotEquals", ["x", "y"], True),
        ("ForAllValues:StringNotEquals", ["x", "env"], False),
        ("ForAnyValue:StringEquals", ["x", "env"], True),
        ("ForAnyValue:StringEquals", ["x", "y"], False),
        ("ForAnyValue:StringNotEquals", ["team", "x"], True),
        ("ForAnyValue:StringNotEquals", ["team", "env"], False),
        ("ForAllValues:StringEquals", [""], True),
        ("ForAllValues:StringEquals", ["", "x"], False),
        ("ForAnyValue:StringNotEquals", [""], False),
    ],
)
def test_set_operators_ask_all_or_any_of_the_requests_values(operator: str, given: list[str], expected: bool) -> None:
    assert holds(operator, ["team", "env"], given) is expected


def test_a_key_of_several_values_without_a_set_operator_matches_by_any_of_them() -> None:
    assert holds("StringEquals", "team", ["x", "team"])
    assert not holds("StringNotEquals", "team", ["x", "team"])
    assert holds("StringNotEquals", "team", ["x", "y"])


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        ("true", None, True),
        ("true", "x", False),
        ("false", "x", True),
        ("false", None, False),
        ("FALSE", "x", True),
        (["true", "false"], None, True),
        (["true", "false"], "x", True),
        ("false", ["x", "y"], True),
        ("true", [], True),
        ("false", [""], False),
        ("true", "", True),
    ],
)
def test_null_asks_whether_the_key_is_absent(wanted: str, given: str | None, expected: bool) -> None:
    assert holds("Null", wanted, given) is expected


@pytest.mark.parametrize("key", ["aws:PrincipalTag/Team", "AWS:principaltag/TEAM", "aws:principaltag/team"])
def test_letter_case_of_a_key_never_matters(key: str) -> None:
    wanted = condition("StringEquals", key, ("blue",), variables=True)

    assert wanted.holds({"aws:principaltag/team": "blue"})
    assert not wanted.holds({"aws:principaltag/team": "red"})


def test_a_variable_is_compared_with_its_value() -> None:
    for operator in ("StringEquals", "StringLike", "StringEqualsIgnoreCase"):
        assert holds(operator, "${aws:username}", "alice", **{"aws:username": "alice"})
        assert not holds(operator, "${aws:username}", "bob", **{"aws:username": "alice"})
    assert holds(
        "ArnLike", "arn:aws:sns:*:${aws:PrincipalAccount}:*", TOPIC, **{"aws:principalaccount": "111122223333"}
    )
    assert holds("ArnLike", "${aws:SourceArn}", TOPIC, **{"aws:sourcearn": TOPIC})
    assert holds("Bool", "${aws:SecureTransport}", "true", **{"aws:securetransport": "true"})
    assert holds("StringEqualsIgnoreCase", "${aws:username, 'ALICE'}", "alice")


def test_a_star_that_a_variable_brings_in_is_only_a_star() -> None:
    assert not holds("StringLike", "${aws:username}", "bob", **{"aws:username": "*"})
    assert holds("StringLike", "${aws:username}*", "*x", **{"aws:username": "*"})
    assert not holds("ArnLike", "arn:aws:sns:*:${aws:username}:events", TOPIC, **{"aws:username": "*"})


@pytest.mark.parametrize("operator", ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"])
def test_a_variable_without_a_value_matches_nothing_so_the_negated_operator_holds(operator: str) -> None:
    for given_value in ("", "${aws:username}", TOPIC):
        assert not holds(operator, "${aws:username}", given_value)
        assert holds(OPPOSITES[operator], "${aws:username}", given_value)
    assert holds(operator, ["${aws:username}", TOPIC], TOPIC)


def test_version_2008_takes_a_variable_literally() -> None:
    literal = condition("StringEquals", "k", ("${aws:username}",), variables=False)

    assert literal.holds({"k": "${aws:username}", "aws:username": "alice"})
    assert not literal.holds({"k": "alice", "aws:username": "alice"})


@pytest.mark.parametrize(
    ("operator", "hint"),
    [
        ("StringEqual", ", did you mean 'StringEquals'"),
        ("stringequals", ", did you mean 'StringEquals'"),
        ("StringLikeIfExist", ", did you mean 'StringLike'"),
        ("ForAllValues:StringEqualz", ", did you mean 'StringEquals'"),
        ("ForAllValues:IpAdress", ", did you mean 'IpAddress'"),
        ("ForSomeValues:StringEquals", ""),
        ("ForAllValues:ForAnyValue:StringEquals", ""),
        ("NullIfExists", ""),
        ("ForAnyValue:Null", ""),
        ("Quux", ""),
        ("", ""),
    ],
)
def test_an_unknown_operator_is_refused_by_name(operator: str, hint: str) -> None:
    with pytest.raises(ValueError, match="unknown condition operator") as refused:
        condition(operator, "aws:username", ("x",), variables=True)

    assert str(refused.value) == f"unknown condition operator {operator!r}{hint}"


@pytest.mark.parametrize(
    ("operator", "value", "problem"),
    [
        ("NumericEquals", "many", "is not a number"),
        ("NumericLessThan", "${aws:EpochTime}", "is not a number"),
        ("DateLessThan", "tomorrow", "is not a date (ISO 8601, or epoch seconds)"),
        ("Bool", "yes", "is neither true nor false"),
        ("Null", "maybe", "is neither true nor false"),
        ("Null", "${aws:username}", "is neither true nor false"),
        ("BinaryEquals", "!", "is not base64"),
        ("NotIpAddress", "10.0.0.0/33", "is no IPv4 or IPv6 address or CIDR block"),
    ],
)
def test_a_value_the_operator_cannot_read_is_refused(operator: str, value: str, problem: str) -> None:
    with pytest.raises(ValueError, match="k: ") as refused:
        condition(operator, "k", (value,), variables=True)

    assert str(refused.value) == f"{operator} on k: {value!r} {problem}"


ANY_VALUE = st.sampled_from(["blue", "300", "300.0", "2024-06-01", "true", "YQ==", "10.0.0.1", TOPIC, "", "*", "?"])


@settings(derandomize=True)
@given(positive=st.sampled_from(sorted(OPPOSITES)), given_value=st.one_of(st.none(), ANY_VALUE))
def test_a_negated_operator_is_the_opposite_of_its_positive_one(positive: str, given_value: str | None) -> None:
    wanted = value_for(positive)

    assert holds(OPPOSITES[positive], wanted, given_value) is not holds(positive, wanted, given_value)


@settings(derandomize=True)
@given(operator=st.sampled_from([*POSITIVE, *NEGATED]), given_value=ANY_VALUE.filter(bool))
def test_for_one_value_both_set_operators_say_what_the_plain_operator_says(operator: str, given_value: str) -> None:
    wanted = value_for(operator)
    plain = holds(operator, wanted, given_value)

    assert holds(f"ForAllValues:{operator}", wanted, [given_value]) is plain
    assert holds(f"ForAnyValue:{operator}", wanted, given_value) is plain


@settings(derandomize=True)
@given(
    operator=st.sampled_from([*POSITIVE, *NEGATED]),
    given_values=st.lists(ANY_VALUE.filter(bool), min_size=1, max_size=4),
)
def test_what_all_values_meet_any_value_meets(operator: str, given_values: list[str]) -> None:
    wanted = value_for(operator)
    each = [holds(operator, wanted, value) for value in given_values]

    assert holds(f"ForAllValues:{operator}", wanted, given_values) is all(each)
    assert holds(f"ForAnyValue:{operator}", wanted, given_values) is any(each)
