"""CloudWatch Logs subscription filters: which lines of a log group go to which function."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from components.log_pattern import MOST_CHARACTERS, InvalidLogPattern, LogPattern
from emulator.listening.log_pusher import log_pusher
from emulator.provider.lambda_functions import find_function
from emulator.provider.logs import log_group_arn
from emulator.provisioning.inputs import Arn, Input, Only, Text
from emulator.provisioning.resource_type import Autoname, Found, Made, Need, Refused, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

_ID = re.compile(r"(?P<logGroup>[^|]+)\|(?P<name>[^|]+)")


class LogSubscriptionFilter(ResourceType):
    """A subscription filter (CloudWatch Logs API reference, `PutSubscriptionFilter`)."""

    pulumi_type = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
    inputs: ClassVar[Mapping[str, Input]] = {
        "applyOnTransformedLogs": Only(value=False, default=False),
        "destinationArn": Arn(of=("lambda",), required=True),
        "distribution": Only(value="ByLogStream", default="ByLogStream"),
        "filterPattern": Text(most=MOST_CHARACTERS, required=True),
        "logGroup": Text(least=1, most=512, required=True),
        "name": Text(pattern=r"[^:*]*", says="no : and no *", least=1, most=512),
    }
    # Pulumi's own limit is 255, AWS's is more.
    autoname = Autoname("name", 255)
    one_per = ("logGroup", "name")
    replaces = ("destinationArn", "logGroup", "name")

    def contradictions(self, inputs: Values) -> Iterator[str]:
        try:
            LogPattern.parse(inputs["filterPattern"])
        except InvalidLogPattern as invalid:
            yield f"filterPattern {inputs['filterPattern']!r} {invalid}"

    def needs(self, account: Account, inputs: Values) -> Iterator[Need]:
        """CloudWatch Logs tests whether it may invoke the function."""
        function_arn = inputs["destinationArn"]
        if find_function(account, function_arn) is None:
            raise Refused(f"destinationArn names {function_arn}, and there is no such function")
        pusher = log_pusher(account, log_group_arn(account, inputs["logGroup"]), function_arn)
        yield Need(
            f"{pusher.principal} may lambda:InvokeFunction on {account.names.of(function_arn)} for {pusher.caller}",
            function_arn,
            lambda: account.rights.of_service(pusher.principal, "lambda:InvokeFunction", function_arn, pusher.context),
        )

    def create(self, account: Account, inputs: Values) -> Made:
        account.client("logs").put_subscription_filter(
            logGroupName=inputs["logGroup"],
            filterName=inputs["name"],
            filterPattern=inputs["filterPattern"],
            destinationArn=inputs["destinationArn"],
            distribution=inputs["distribution"],
        )
        return _made(inputs["logGroup"])

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        return self.create(account, new)

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        group, name = _place(made_id, known)
        logs = account.client("logs")
        try:
            told = logs.describe_subscription_filters(logGroupName=group, filterNamePrefix=name)
        except logs.exceptions.ResourceNotFoundException:
            return None
        found = next((each for each in told["subscriptionFilters"] if each["filterName"] == name), None)
        if found is None:
            return None
        inputs = {
            "applyOnTransformedLogs": found.get("applyOnTransformedLogs", False),
            "destinationArn": found["destinationArn"],
            "distribution": found["distribution"],
            "filterPattern": found["filterPattern"],
            "logGroup": group,
            "name": name,
        }
        return Found(inputs, _made(group))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("logs").delete_subscription_filter(logGroupName=inputs["logGroup"], filterName=inputs["name"])


def _made(group: str) -> Made:
    """Two filters of one group have the same id (terraform-provider-aws, "logs/subscription_filter.go")."""
    return Made(f"cwlsf-{zlib.crc32(f'{group}-'.encode())}")


def _place(made_id: str, known: Values) -> tuple[str, str]:
    """The group and the name that an id stands for, as one imports a filter by it; else what is known of it."""
    written = _ID.fullmatch(made_id)
    if written is not None:
        return written["logGroup"], written["name"]
    if known:
        return known["logGroup"], known["name"]
    raise Refused(f"id {made_id!r} needs the names of a log group and of its filter: /aws/lambda/split|errors")


TYPES = (LogSubscriptionFilter(),)
