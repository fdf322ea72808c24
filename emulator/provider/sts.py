"""What a program can ask of the account it is in: whose it is, who asks, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.loaders import create_loader

from emulator.provisioning.resource_type import Function, Values

if TYPE_CHECKING:
    from emulator.account import Account

_DNS_SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com"}


def _caller_identity(account: Account, arguments: Values) -> Values:
    identity = account.client("sts").get_caller_identity()
    account_id = identity["Account"]
    return {"accountId": account_id, "arn": identity["Arn"], "id": account_id, "userId": identity["UserId"]}


def _region(account: Account, arguments: Values) -> Values:
    region = account.region
    partitions = create_loader().load_data("endpoints")["partitions"]
    described = next(known[region] for known in (each["regions"] for each in partitions) if region in known)
    return {
        "id": region,
        "name": region,
        "region": region,
        "description": described["description"],
        "endpoint": f"ec2.{region}.{_DNS_SUFFIXES[account.partition]}",
    }


def _partition(account: Account, arguments: Values) -> Values:
    suffix = _DNS_SUFFIXES[account.partition]
    return {
        "id": account.partition,
        "partition": account.partition,
        "dnsSuffix": suffix,
        "reverseDnsPrefix": ".".join(reversed(suffix.split("."))),
    }


FUNCTIONS = (
    Function("aws:index/getCallerIdentity:getCallerIdentity", {}, _caller_identity),
    Function("aws:index/getRegion:getRegion", {}, _region),
    Function("aws:index/getPartition:getPartition", {}, _partition),
)
