"""A schedule on a function in an open account, with its group and its role, made with boto3."""

from __future__ import annotations

from typing import Any

from emulator.account import Account
from tests.emulator.functions import Functions, allow, document
from tests.emulator.stage import QUIET, queue_arn

GROUP = "sweep-group"
GROUP_ARN = f"arn:aws:scheduler:eu-west-1:111111111111:schedule-group/{GROUP}"
SCHEDULE_ARN = f"arn:aws:scheduler:eu-west-1:111111111111:schedule/{GROUP}/sweep"
ROLE_ARN = "arn:aws:iam::111111111111:role/sweep-schedule-role"
FUNCTION_ARN = "arn:aws:lambda:eu-west-1:111111111111:function:sweep"
TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "scheduler.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {
        "ArnEquals": {"aws:SourceArn": GROUP_ARN},
        "StringEquals": {"aws:SourceAccount": "111111111111"},
    },
}
SCHEDULE = "operations.sweep-on-schedule"
"""What the schedule is called; its function is `feeds.sweep`."""


class Schedules:
    """Makes schedules in `account`."""

    def __init__(self, account: Account, functions: Functions) -> None:
        self.account = account
        self.functions = functions

    def role(self, *statements: dict[str, Any], trust: dict[str, Any] = TRUST) -> str:
        """The role that Scheduler assumes; where nothing else is said it may invoke the function and send dead
        letters."""
        iam = self.account.client("iam")
        iam.create_role(RoleName="sweep-schedule-role", AssumeRolePolicyDocument=document(trust))
        rights = statements or (
            allow("lambda:InvokeFunction", FUNCTION_ARN),
            allow("sqs:SendMessage", queue_arn("dead")),
        )
        iam.put_role_policy(
            RoleName="sweep-schedule-role", PolicyName="sweep-may-invoke", PolicyDocument=document(*rights)
        )
        return ROLE_ARN

    def group(self) -> str:
        self.account.client("scheduler").create_schedule_group(Name=GROUP)
        return GROUP

    def asked(self, expression: str, *, target: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """What `CreateSchedule` is asked."""
        return {
            "Name": "sweep",
            "GroupName": GROUP,
            "ScheduleExpression": expression,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": FUNCTION_ARN, "RoleArn": ROLE_ARN, **(target or {})},
            **more,
        }

    def make(self, expression: str, **more: Any) -> str:
        """A schedule in a group with a role that are there."""
        arn: str = self.account.client("scheduler").create_schedule(**self.asked(expression, **more))["ScheduleArn"]
        self.account.names.give(arn, SCHEDULE)
        return arn

    def woken_function(self, expression: str, *, source: str = QUIET, **more: Any) -> str:
        """A function that a schedule wakes, with all that takes; returns the function's ARN."""
        arn = self.functions.make(source, name="sweep")
        self.group()
        self.role()
        self.make(expression, **more)
        return arn
