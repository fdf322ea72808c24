"""Buckets are made, changed and read as S3 does it, and refused as S3 refuses them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Refused
from tests.emulator.programs import deployed, problems
from tests.emulator.provider.lifecycle import SETTINGS, checked, live

TYPE = "aws:s3/bucket:Bucket"
BUCKET = """
bucket = aws.s3.Bucket("Feed", tags={"a": "b"}, force_destroy=True)
"""


def test_a_bucket_is_called_in_small_letters_and_bears_its_tags(tmp_path: Path) -> None:
    with deployed(tmp_path, BUCKET) as (account, deployment):
        bucket = deployment.named("Bucket", "Feed")

        assert bucket.id.startswith("feed-")
        assert bucket.arn == f"arn:aws:s3:::{bucket.id}"
        assert bucket.outputs["bucketRegionalDomainName"] == f"{bucket.id}.s3.eu-west-1.amazonaws.com"
        assert account.client("s3").get_bucket_tagging(Bucket=bucket.id)["TagSet"] == [{"Key": "a", "Value": "b"}]
        assert account.client("s3").get_bucket_location(Bucket=bucket.id)["LocationConstraint"] == "eu-west-1"


@pytest.mark.parametrize("name", ["ab", "Feed", "feed_1", "-feed", "192.168.1.1", "a..b", "xn--feed", "feed-s3alias"])
def test_a_bucket_is_called_as_s3_allows(tmp_path: Path, name: str) -> None:
    (problem,) = problems(tmp_path, f'aws.s3.Bucket("feed", bucket="{name}")')

    assert problem.startswith(f"aws:s3/bucket:Bucket feed: bucket '{name}' needs 3 to 63 characters of a-z 0-9 . -")


def read(account: Account, made_id: str = "quakes-feed", known: Mapping[str, Any] | None = None) -> Any:
    found = Provisioner(account).read(TYPE, made_id, known or {}, SETTINGS)
    return found and found.inputs


def test_a_bucket_changes_its_tags_and_whether_it_goes_with_its_objects(account: Account) -> None:
    made = live(
        account,
        TYPE,
        {"bucket": "quakes-feed", "tags": {"team": "seismology", "old": "yes", "empty": ""}},
        {"bucket": "quakes-feed", "tags": {"team": "alerts"}, "forceDestroy": True},
        {"bucket": "quakes-feed", "tags": {}},
        {"bucket": "quakes-feed"},
    )

    assert (made.id, made.arn) == ("quakes-feed", "arn:aws:s3:::quakes-feed")
    assert {name: made.outputs[name] for name in made.outputs if name.startswith("bucket")} == {
        "bucket": "quakes-feed",
        "bucketDomainName": "quakes-feed.s3.amazonaws.com",
        "bucketRegion": "eu-west-1",
        "bucketRegionalDomainName": "quakes-feed.s3.eu-west-1.amazonaws.com",
    }


def test_no_tags_at_all_leave_no_tags_on_the_bucket(account: Account) -> None:
    provisioner, told = Provisioner(account), checked(account, TYPE, {"bucket": "quakes-feed"})
    provisioner.create(TYPE, told)

    provisioner.update(TYPE, "quakes-feed", told, {**told, "tagsAll": {}})

    assert read(account) == {"bucket": "quakes-feed", "forceDestroy": False, "tagsAll": {}}


def test_tags_that_somebody_else_set_are_read(account: Account) -> None:
    told = checked(account, TYPE, {"bucket": "quakes-feed", "forceDestroy": True})
    Provisioner(account).create(TYPE, told)

    account.client("s3").put_bucket_tagging(
        Bucket="quakes-feed", Tagging={"TagSet": [{"Key": "owner", "Value": "nobody"}]}
    )

    assert read(account, known=told) == {
        **{name: told[name] for name in ("bucket", "forceDestroy")},
        "tags": {"owner": "nobody"},
        "tagsAll": {"owner": "nobody"},
    }


def test_a_bucket_is_imported_by_its_name(account: Account) -> None:
    told = checked(account, TYPE, {"bucket": "quakes-feed", "tags": {"team": "alerts"}})
    Provisioner(account).create(TYPE, told)

    assert read(account) == told


def test_a_bucket_that_is_gone_is_not_read(account: Account) -> None:
    assert read(account) is None


@pytest.mark.parametrize("made_id", ["Quakes", "arn:aws:s3:::quakes-feed", "quakes-feed,111111111111"])
def test_an_id_that_is_no_bucket_name_is_refused(account: Account, made_id: str) -> None:
    with pytest.raises(Refused) as raised:
        read(account, made_id)

    assert str(raised.value).startswith(f"id '{made_id}' needs the name of a bucket and nothing else: 3 to 63 ")


def test_a_bucket_of_another_name_takes_the_place_of_the_old_one(account: Account) -> None:
    old, new = (checked(account, TYPE, {"bucket": name}) for name in ("quakes-one", "quakes-two"))

    assert Provisioner(account).difference(TYPE, old, new).replaces == {"bucket"}
