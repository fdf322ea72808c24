"""Log lines on their way to CloudWatch Logs."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.account import Account
from emulator.execution.log_stream import MOST_BYTES, LogStream
from emulator.execution.logs import LogLine

NOW = 1893499200000
LINES = [LogLine(NOW, "one"), LogLine(NOW, "two")]


def messages(account: Account, group: str = "/aws/lambda/split") -> list[str]:
    events = account.client("logs").get_log_events(logGroupName=group, logStreamName="stream")["events"]
    return [event["message"] for event in events]


def test_the_group_and_the_stream_are_created_once(account: Account) -> None:
    stream = LogStream("/aws/lambda/split", "stream")

    stream.write(account.client("logs"), LINES)
    stream.write(account.client("logs"), [LogLine(NOW, "three")])

    assert messages(account) == ["one", "two", "three"]


def test_a_group_that_is_there_is_used_without_asking_for_another(account: Account) -> None:
    account.client("logs").create_log_group(logGroupName="/feeds/split")

    LogStream("/feeds/split", "stream").write(account.client("logs"), LINES)

    assert messages(account, "/feeds/split") == ["one", "two"]


def test_many_lines_travel_in_several_calls(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    logs = account.client("logs")
    put = logs.put_log_events
    monkeypatch.setattr(logs, "put_log_events", lambda **call: calls.append(len(call["logEvents"])) or put(**call))
    third = "x" * (MOST_BYTES // 3)

    LogStream("/aws/lambda/split", "stream").write(logs, [LogLine(NOW, third)] * 4)

    assert calls == [2, 2]
    assert messages(account) == [third] * 4


def test_a_role_that_may_not_write_loses_the_lines_and_nothing_else(account: Account) -> None:
    class Refusing:
        exceptions = account.client("logs").exceptions

        def create_log_stream(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "CreateLogStream")

    stream = LogStream("/aws/lambda/split", "stream")
    stream.write(Refusing(), LINES)

    stream.write(account.client("logs"), LINES)

    assert messages(account) == ["one", "two"]
