from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulator.bare_account import BareAccount, allow

KEYS = {"Objects": [{"Key": "in/a"}, {"Key": "out/b"}, {"Key": "in/c"}]}


@pytest.fixture
def account() -> Iterator[BareAccount]:
    with BareAccount() as opened:
        opened.bucket()
        for entry in KEYS["Objects"]:
            opened.client("s3").put_object(Bucket="feed", Key=entry["Key"], Body=b"")
        yield opened


def left(account: BareAccount) -> list[str]:
    return [entry["Key"] for entry in account.client("s3").list_objects_v2(Bucket="feed").get("Contents", [])]


def test_objects_are_deleted_key_by_key_as_far_as_the_rights_go(account: BareAccount) -> None:
    client = account.client("s3", account.somebody(allow("s3:DeleteObject", "arn:aws:s3:::feed/in/*")))

    answer = client.delete_objects(Bucket="feed", Delete=KEYS)

    assert sorted(entry["Key"] for entry in answer["Deleted"]) == ["in/a", "in/c"]
    assert [(error["Key"], error["Code"]) for error in answer["Errors"]] == [("out/b", "AccessDenied")]
    assert answer["Errors"][0]["Message"].endswith(
        's3:DeleteObject on resource: "arn:aws:s3:::feed/out/b" because no identity-based policy allows'
        " the s3:DeleteObject action"
    )
    assert left(account) == ["out/b"]
    assert [denial.resource for denial in account.journal.denials] == ["arn:aws:s3:::feed/out/b"]


def test_without_any_right_the_answer_is_still_an_answer(account: BareAccount) -> None:
    answer = account.client("s3", account.somebody()).delete_objects(Bucket="feed", Delete=KEYS)

    assert "Deleted" not in answer
    assert [error["Key"] for error in answer["Errors"]] == ["in/a", "out/b", "in/c"]
    assert left(account) == ["in/a", "in/c", "out/b"]


def test_with_all_rights_nothing_is_in_the_way(account: BareAccount) -> None:
    client = account.client("s3", account.somebody(allow("s3:DeleteObject", "arn:aws:s3:::feed/*")))

    answer = client.delete_objects(Bucket="feed", Delete=KEYS)

    assert "Errors" not in answer
    assert left(account) == []


def test_a_version_that_may_not_be_deleted_is_named(account: BareAccount) -> None:
    client = account.client("s3", account.somebody(allow("s3:DeleteObject", "arn:aws:s3:::feed/*")))

    answer = client.delete_objects(Bucket="feed", Delete={"Objects": [{"Key": "in/a", "VersionId": "v1"}]})

    assert (answer["Errors"][0]["Key"], answer["Errors"][0]["VersionId"]) == ("in/a", "v1")
    assert "s3:DeleteObjectVersion" in answer["Errors"][0]["Message"]
