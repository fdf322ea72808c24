"""CloudWatch Logs: the log groups that functions write to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from emulator.provisioning.inputs import Input, Only, Text, Whole
from emulator.provisioning.resource_type import TAGS, Autoname, Found, Made, ResourceType, Values
from emulator.provisioning.tagging import retag

if TYPE_CHECKING:
    from emulator.account import Account

RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""The days that `PutRetentionPolicy` takes (CloudWatch Logs API reference)."""


class LogGroup(ResourceType):
    """A log group (CloudWatch Logs API reference, `CreateLogGroup`)."""

    pulumi_type = "aws:cloudwatch/logGroup:LogGroup"
    inputs: ClassVar[Mapping[str, Input]] = {
        "logGroupClass": Only(value="STANDARD", default="STANDARD"),
        "name": Text(pattern=r"[.\-_/#A-Za-z0-9]+", says="characters of A-Z a-z 0-9 . - _ / #", most=512),
        # Zero is pulumi-aws's own word for no end.
        "retentionInDays": Whole(least=0, most=3_653, among=(0, *RETENTION_DAYS), unit="days", default=0),
        "tags": TAGS,
    }
    autoname = Autoname("name", 255)
    one_per = ("name",)
    replaces = ("logGroupClass", "name")

    def create(self, account: Account, inputs: Values) -> Made:
        account.client("logs").create_log_group(logGroupName=inputs["name"], tags=inputs["tagsAll"])
        if inputs["retentionInDays"]:
            _keep_for(account, inputs["name"], inputs["retentionInDays"])
        return _made(account, inputs["name"])

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        if new["retentionInDays"] != old["retentionInDays"]:
            _keep_for(account, made_id, new["retentionInDays"])
        arn = log_group_arn(account, made_id)
        retag(
            old["tagsAll"],
            new["tagsAll"],
            lambda tags: account.client("logs").tag_resource(resourceArn=arn, tags=tags),
            lambda keys: account.client("logs").untag_resource(resourceArn=arn, tagKeys=keys),
        )
        return _made(account, made_id)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        logs = account.client("logs")
        groups = logs.describe_log_groups(logGroupNamePrefix=made_id)["logGroups"]
        group = next((each for each in groups if each["logGroupName"] == made_id), None)
        if group is None:
            return None
        inputs = {
            "logGroupClass": group.get("logGroupClass", "STANDARD"),
            "name": made_id,
            "retentionInDays": group.get("retentionInDays", 0),
            "tagsAll": logs.list_tags_for_resource(resourceArn=log_group_arn(account, made_id))["tags"],
        }
        return Found(inputs, _made(account, made_id))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("logs").delete_log_group(logGroupName=made_id)


def _keep_for(account: Account, name: str, days: int) -> None:
    if days:
        account.client("logs").put_retention_policy(logGroupName=name, retentionInDays=days)
    else:
        account.client("logs").delete_retention_policy(logGroupName=name)


def log_group_arn(account: Account, name: str) -> str:
    """Its own ARN; that of all its streams ends in `:*`."""
    return f"arn:{account.partition}:logs:{account.region}:{account.account_id}:log-group:{name}"


def _made(account: Account, name: str) -> Made:
    return Made(name, log_group_arn(account, name))


TYPES = (LogGroup(),)
