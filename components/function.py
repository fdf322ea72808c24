"""A Lambda function: its code, the role that is its own, its log group, its limits, where its failed events land."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, model_validator

from components import iam, ledger
from components.archive import archive_of
from components.config import Config
from components.dead_letters import DeadLetters
from components.failed_records import FailedRecords

LogRetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]
"""The days that CloudWatch Logs knows (PutRetentionPolicy, `retentionInDays`)."""

_RESERVED_VARIABLES = re.compile(r"AWS_.*|_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_.*|TZ")
_SECRET_VALUES = re.compile(r"(AKIA|ASIA)[A-Z0-9]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----|gh[pousr]_[A-Za-z0-9]{36}")
_SECRET_NAMES = re.compile(r"(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)$")

VariableName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]+$")]


class AsynchronousConfig(Config):
    """What Lambda does with an event that was handed to it and that the function failed on."""

    max_retries: int = Field(default=2, ge=0, le=2)
    """How often an event is tried again: after one minute, then after two."""
    max_event_age_seconds: int = Field(default=21_600, ge=60, le=21_600)
    """How long an event may wait for a free function."""
    on_failure: Literal["queue", "discard"] = "queue"
    """`discard` switches the failure destination off: an event that keeps failing is lost."""


class FunctionConfig(Config):
    """A function's entry on its pipeline's page."""

    handler: str = Field(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$", max_length=128)
    """`module.function` below the pipeline's `handlers/`."""
    description: str = Field(default="", max_length=256)
    """What it is for."""
    runtime: Literal["python3.11", "python3.12", "python3.13", "python3.14"] = "python3.13"
    """The Lambda runtime."""
    architecture: Literal["arm64", "x86_64"] = "arm64"
    """The processor; arm64 costs less for the same work."""
    timeout_seconds: int = Field(default=30, ge=1, le=900)
    """How long one invocation may take."""
    memory_mb: int = Field(default=256, ge=128, le=10_240)
    """Memory of one invocation; processor time grows with it."""
    ephemeral_storage_mb: int = Field(default=512, ge=512, le=10_240)
    """Room in `/tmp`."""
    reserved_concurrency: int | None = Field(default=None, ge=1, le=10_000)
    """The most invocations at once, taken out of the account's own limit. None: no limit of its own."""
    paused: bool = False
    """Run nothing: pushed events go to the failure destination at once, queued ones wait."""
    environment: dict[VariableName, str] = Field(default_factory=dict)
    """Variables the handler reads, beside those its access lines bring."""
    log_level: Literal["DEBUG", "INFO", "WARN", "ERROR", "FATAL"] = "INFO"
    """What the handler logs below this level is dropped."""
    log_retention_days: LogRetentionDays = 30
    """How long log lines are kept."""
    asynchronous: AsynchronousConfig = AsynchronousConfig()
    """What becomes of events that were pushed to it and failed."""

    @model_validator(mode="after")
    def paused_functions_reserve_nothing(self) -> Self:
        if self.paused and self.reserved_concurrency is not None:
            raise ValueError(
                f"paused: true and reserved_concurrency {self.reserved_concurrency} cannot both be: "
                "a paused function has a concurrency of 0"
            )
        return self

    @model_validator(mode="after")
    def variables_are_free_and_hold_no_secrets(self) -> Self:
        for name, value in self.environment.items():
            if _RESERVED_VARIABLES.fullmatch(name):
                raise ValueError(f"environment.{name} is set by Lambda itself: choose another name")
            if _SECRET_VALUES.search(value) or _SECRET_NAMES.search(name.upper()):
                raise ValueError(
                    f"environment.{name} looks like a secret: everyone who may see the function may read it there"
                )
        return self


class LambdaFunction(pulumi.ComponentResource):
    """One function and everything that is only its own.

    Args:
        address: its name in the ledger, `feeds.split`.
        files: its code, by the paths inside the archive.
        environment: variables beside those of its config: what its access lines bring.
        asynchronous: whether anything pushes events to it; only then do failed events need a place.

    Attributes:
        rights: every right its role holds, for what must not come before them.
        grants: their ledger lines.
        dead_letters: the failure destination; None where nothing pushes, or config says `discard`.
        failed_records: where records of its streams land; None where no stream asked for it.
    """

    def __init__(
        self,
        address: str,
        config: FunctionConfig,
        files: Mapping[str, Path],
        *,
        environment: Mapping[str, pulumi.Input[str]],
        asynchronous: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.address = address
        self.name = address.replace(".", "-")
        self.config = config
        super().__init__("eventwire:function:LambdaFunction", self.name, None, opts)
        self.child = pulumi.ResourceOptions(parent=self)
        self.rights: list[pulumi.Resource] = []
        self.grants: list[ledger.Grant] = []
        self.failed_records: FailedRecords | None = None
        self.role = aws.iam.Role(
            f"{self.name}-role", assume_role_policy=iam.trust("lambda.amazonaws.com"), opts=self.child
        )
        self.log_group = self._create_log_group()
        self.function = self._create_function(files, environment)
        self.arn = self.function.arn
        self.dead_letters = self._create_failure_destination() if asynchronous else None
        self.register_outputs({"arn": self.arn})

    @property
    def pipeline(self) -> str:
        return self.address.partition(".")[0]

    @property
    def short_name(self) -> str:
        return self.address.partition(".")[2]

    def may(
        self,
        verb: str,
        thing: str,
        statement: iam.Statement,
        *,
        resource: str,
        scope: str = "",
        depends_on: Sequence[pulumi.Resource] = (),
    ) -> ledger.Grant:
        """Give the role one right, under a name that reads as a sentence, and enter it in the ledger.

        Args:
            verb: what it may do, `write`.
            thing: what with, as the sentence ends: `quakes` gives `record-may-write-quakes`.
            resource: the thing's name in the ledger.
            scope: the part of it, for the ledger.
        """
        sentence = f"{self.short_name}-may-{verb.replace('_', '-')}-{thing}"
        grant = ledger.Grant(
            name=f"{self.pipeline}.{sentence}",
            grantee=self.address,
            verb=verb,
            resource=resource,
            actions=statement.actions,
            scope=scope,
            conditions=tuple(
                ledger.Condition(condition.operator, condition.key, tuple(map(str, condition.values)))
                for condition in statement.conditions
            ),
            right=f"{self.pipeline}-{sentence}",
        )
        self.hold(sentence, statement, depends_on=depends_on)
        self.grants.append(grant)
        return grant

    def hold(
        self, sentence: str, *statements: iam.Statement, depends_on: Sequence[pulumi.Resource] = ()
    ) -> aws.iam.RolePolicy:
        """Write one inline policy of the role: one grant, one resource, one line in a preview."""
        right = aws.iam.RolePolicy(
            f"{self.pipeline}-{sentence}",
            name=sentence,
            role=self.role.name,
            policy=iam.document(*statements),
            opts=self.child.merge(pulumi.ResourceOptions(depends_on=list(depends_on))),
        )
        self.rights.append(right)
        return right

    def _create_log_group(self) -> aws.cloudwatch.LogGroup:
        group = aws.cloudwatch.LogGroup(
            f"{self.name}-logs", retention_in_days=self.config.log_retention_days, opts=self.child
        )
        self.may(
            "write",
            "its-logs",
            iam.allow("logs:CreateLogStream", "logs:PutLogEvents", on=group.arn.apply(lambda arn: f"{arn}:*")),
            resource=f"{self.address}.logs",
        )
        return group

    def _create_function(
        self, files: Mapping[str, Path], environment: Mapping[str, pulumi.Input[str]]
    ) -> aws.lambda_.Function:
        config = self.config
        variables = {**environment, **config.environment}
        return aws.lambda_.Function(
            f"{self.name}-function",
            role=self.role.arn,
            code=archive_of(files),
            handler=config.handler,
            runtime=config.runtime,
            architectures=[config.architecture],
            description=config.description or None,
            timeout=config.timeout_seconds,
            memory_size=config.memory_mb,
            ephemeral_storage={"size": config.ephemeral_storage_mb},
            reserved_concurrent_executions=0 if config.paused else config.reserved_concurrency,
            environment={"variables": variables} if variables else None,
            logging_config={
                "log_format": "JSON",
                "log_group": self.log_group.name,
                "application_log_level": config.log_level,
                "system_log_level": "INFO",
            },
            # Without its log right in place the first invocations would leave no line.
            opts=self.child.merge(pulumi.ResourceOptions(depends_on=self.rights)),
        )

    def _create_failure_destination(self) -> DeadLetters | None:
        config = self.config.asynchronous
        failures: DeadLetters | None = None
        if config.on_failure == "queue":
            failures = DeadLetters(f"{self.address}.failures", self.child)
            failures.close()
            self.may(
                "send_to",
                "its-failures",
                iam.allow("sqs:SendMessage", on=failures.arn),
                resource=failures.address,
            )
        aws.lambda_.FunctionEventInvokeConfig(
            f"{self.name}-asynchronous",
            function_name=self.function.name,
            maximum_retry_attempts=config.max_retries,
            maximum_event_age_in_seconds=config.max_event_age_seconds,
            destination_config={"on_failure": {"destination": failures.arn}} if failures else None,
            # Lambda checks the role's right to the destination, and calls the destination invalid without it.
            opts=self.child.merge(pulumi.ResourceOptions(depends_on=self.rights)),
        )
        return failures

    def keep_failed_records(self) -> FailedRecords:
        """The bucket for records of streams that it keeps failing on, one for all its streams, and the right to it."""
        if self.failed_records is None:
            self.failed_records = failed = FailedRecords(self.address, opts=self.child)
            into = pulumi.Output.concat(failed.arn, "/*")
            self.may("write", "its-failed-records", iam.allow("s3:PutObject", on=into), resource=failed.address)
            # Lambda asks for it beside the right to write (developer guide, "Retain discarded batch records").
            self.may("list", "its-failed-records", iam.allow("s3:ListBucket", on=failed.arn), resource=failed.address)
        return self.failed_records

    def landing(self) -> ledger.Landing:
        """Where a pushed event ends that the function keeps failing on."""
        config = self.config.asynchronous
        return ledger.Landing(
            when="the function fails",
            after=f"{config.max_retries + 1} attempts or {config.max_event_age_seconds} seconds",
            where=f"{self.address}.failures" if config.on_failure == "queue" else None,
        )
