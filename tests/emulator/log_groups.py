"""Log groups in an open account, and functions that hear them, made with boto3."""

from __future__ import annotations

from typing import Any

from emulator.account import Account
from tests.emulator.functions import Functions
from tests.emulator.stage import ACCOUNT_ID, QUIET, REGION

GROUP = "/app/split"
GROUP_ARN = f"arn:aws:logs:{REGION}:{ACCOUNT_ID}:log-group:{GROUP}"
LOG = "feeds.split.logs"
"""What people call the group."""
FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:warn"


class LogGroups:
    """Makes log groups in `account`. The first one is `GROUP`, and the function that hears it is `feeds.warn`."""

    def __init__(self, account: Account, functions: Functions) -> None:
        self.account = account
        self.functions = functions

    def group(self, name: str = GROUP, *streams: str) -> None:
        """A group with some streams; `one` where nobody says."""
        logs = self.account.client("logs")
        logs.create_log_group(logGroupName=name)
        for stream in streams or ("one",):
            logs.create_log_stream(logGroupName=name, logStreamName=stream)
        if name == GROUP:
            self.account.names.give(GROUP_ARN, LOG)

    def let(self, function_arn: str, *, principal: str = "logs.amazonaws.com", **conditions: str) -> None:
        """Let the group wake a function."""
        self.account.client("lambda").add_permission(
            FunctionName=function_arn,
            StatementId="logs",
            Action="lambda:InvokeFunction",
            Principal=principal,
            **(conditions or {"SourceArn": f"{GROUP_ARN}:*", "SourceAccount": ACCOUNT_ID}),
        )

    def listen(self, function_arn: str, pattern: str = "ERROR", *, name: str = "errors", **more: Any) -> None:
        """Let a filter hand the lines it wants to a function."""
        asked = {"logGroupName": GROUP, "filterName": name, "filterPattern": pattern, "destinationArn": function_arn}
        self.account.client("logs").put_subscription_filter(**{**asked, **more})

    def hearing_function(self, source: str = QUIET, pattern: str = "ERROR", *streams: str, **options: Any) -> str:
        """The group, and a function that it may wake, and does for the lines that `pattern` wants; returns its ARN."""
        self.group(GROUP, *streams)
        arn = self.functions.make(source, name="warn", **options)
        self.let(arn)
        self.listen(arn, pattern)
        return arn

    def write(self, *messages: str, stream: str = "one", group: str = GROUP) -> None:
        """Write lines in one call, at this moment."""
        now_ms = round(self.account.clock.now.timestamp() * 1_000)
        self.account.client("logs").put_log_events(
            logGroupName=group,
            logStreamName=stream,
            logEvents=[{"timestamp": now_ms, "message": message} for message in messages],
        )
