"""The table."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from components.resources.table import Table, TableConfig
from tests.given import ENVIRONMENT


def build(**config: Any) -> Any:
    return lambda: Table("feeds.quakes", TableConfig(kind="table", **config), ENVIRONMENT).close()


def test_a_table_is_asked_for_with_safe_defaults(deploy: Any) -> None:
    deployed = deploy(build(hash_key="quake_id"))

    table = deployed["Table", "feeds-quakes-table"]
    assert table.inputs == {
        "billingMode": "PAY_PER_REQUEST",
        "hashKey": "quake_id",
        "attributes": [{"name": "quake_id", "type": "S"}],
        "pointInTimeRecovery": {"enabled": True},
        "serverSideEncryption": {"enabled": True},
        "deletionProtectionEnabled": True,
    }
    assert table.protect is True


def test_keys_stream_and_time_to_live_are_told_to_dynamodb(deploy: Any) -> None:
    deployed = deploy(
        build(
            hash_key="station",
            range_key="at",
            range_key_type="number",
            stream="new_and_old_images",
            ttl_attribute="expires",
        )
    )

    inputs = deployed["Table", "feeds-quakes-table"].inputs
    assert inputs["attributes"] == [{"name": "station", "type": "S"}, {"name": "at", "type": "N"}]
    assert inputs["rangeKey"] == "at"
    assert (inputs["streamEnabled"], inputs["streamViewType"]) == (True, "NEW_AND_OLD_IMAGES")
    assert inputs["ttl"] == {"attributeName": "expires", "enabled": True}


def test_each_protection_is_switched_off_by_its_own_word(deploy: Any) -> None:
    deployed = deploy(build(hash_key="id", point_in_time_recovery=False, deletion_protection=False, protect=False))

    table = deployed["Table", "feeds-quakes-table"]
    assert table.inputs["pointInTimeRecovery"] == {"enabled": False}
    assert table.inputs["deletionProtectionEnabled"] is False
    assert table.protect is False


def test_a_key_is_two_different_attributes() -> None:
    with pytest.raises(ValidationError, match="'id' is the hash_key too"):
        TableConfig(kind="table", hash_key="id", range_key="id")


def test_writing_does_not_delete() -> None:
    assert TableConfig.verbs["write"].actions == ("dynamodb:PutItem", "dynamodb:UpdateItem")
