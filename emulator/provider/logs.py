"""CloudWatch Logs: the log groups that functions write to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from emulator.provisioning.inputs import Input, Only, Text, Whole
from emulator.provisioning.resource_type import TAGS, Autoname, Made, ResourceType, Values

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

    def create(self, account: Account, inputs: Values) -> Made:
        logs = account.client("logs")
        name = inputs["name"]
        logs.create_log_group(logGroupName=name, tags=inputs["tagsAll"])
        if inputs["retentionInDays"]:
            logs.put_retention_policy(logGroupName=name, retentionInDays=inputs["retentionInDays"])
        arn = f"arn:{account.partition}:logs:{account.region}:{account.account_id}:log-group:{name}"
        return Made(name, arn)

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("logs").delete_log_group(logGroupName=made_id)


TYPES = (LogGroup(),)
