"""Lambda: functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from moto.awslambda.exceptions import UnknownFunctionException

from emulator.provisioning.function_code import packed, read_code
from emulator.provisioning.inputs import Arn, Block, Entries, Files, Flag, Input, Items, Only, Text, Whole
from emulator.provisioning.resource_type import TAGS, Autoname, Made, Need, Refused, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

RUNTIMES = ("python3.10", "python3.11", "python3.12", "python3.13", "python3.14")
"""Python runtimes that are not deprecated (Lambda guide, "Lambda runtimes"); those of other languages are not run."""

MEMORY_MB = (128, 10_240)
TIMEOUT_SECONDS = (1, 900)
EPHEMERAL_STORAGE_MB = (512, 10_240)
ENVIRONMENT_BYTES = 4_096
"""Lambda guide, "Lambda quotas". The larger numbers in the API reference are for Managed Instances."""

CONCURRENCY, UNRESERVED_CONCURRENCY = 1_000, 100
"""The account's quota by default, and what of it cannot be reserved (Lambda guide, "Configuring reserved concurrency
for a function")."""

_VARIABLE = Text(pattern=r"[a-zA-Z][a-zA-Z0-9_]+", says="a letter, then letters, digits and _")
_RESERVED_VARIABLES = re.compile(
    r"_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|LAMBDA_(TASK_ROOT|RUNTIME_DIR)|"
    r"AWS_(ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|AWS_LAMBDA_(INITIALIZATION_TYPE|RUNTIME_API)|"
    r"AWS_LAMBDA_FUNCTION_(NAME|MEMORY_SIZE|VERSION)|AWS_LAMBDA_LOG_(GROUP|STREAM)_NAME"
)
"""Names that Lambda sets itself (Lambda guide, "Defined runtime environment variables")."""

_ROLE_ARN = r"arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@/-]+"


class LambdaFunction(ResourceType):
    """A function with its code (Lambda API reference, `CreateFunction`)."""

    pulumi_type = "aws:lambda/function:Function"
    inputs: ClassVar[Mapping[str, Input]] = {
        "architectures": Items(of=Text(among=("x86_64", "arm64")), least=1, most=1, default=["x86_64"]),
        "code": Files(required=True),
        "deadLetterConfig": Block(of={"targetArn": Arn(of=("sqs", "sns"), required=True)}),
        "description": Text(most=256, default=""),
        "environment": Block(of={"variables": Entries(of=Text(), key=_VARIABLE)}),
        "ephemeralStorage": Block(
            of={"size": Whole(least=EPHEMERAL_STORAGE_MB[0], most=EPHEMERAL_STORAGE_MB[1], unit="MB", default=512)}
        ),
        "handler": Text(pattern=r"\S{1,128}", says="1 to 128 characters and no space", required=True),
        "loggingConfig": Block(
            of={
                "applicationLogLevel": Text(among=("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")),
                "logFormat": Text(among=("JSON", "Text"), required=True),
                "logGroup": Text(pattern=r"[.\-_/#A-Za-z0-9]{1,512}", says="the name of a log group"),
                "systemLogLevel": Text(among=("DEBUG", "INFO", "WARN")),
            }
        ),
        "memorySize": Whole(least=MEMORY_MB[0], most=MEMORY_MB[1], unit="MB", default=128),
        "name": Text(pattern=r"[a-zA-Z0-9-_]{1,64}", says="1 to 64 characters of A-Z a-z 0-9 - _"),
        "packageType": Only(value="Zip", default="Zip"),
        "publish": Only(value=False, default=False),
        # -1 is pulumi-aws's own word for no reservation.
        "reservedConcurrentExecutions": Whole(least=-1, most=1_000_000, default=-1),
        "role": Text(pattern=_ROLE_ARN, says="the ARN of a role", required=True),
        "runtime": Text(among=RUNTIMES, required=True),
        "skipDestroy": Flag(default=False),
        "tags": TAGS,
        "timeout": Whole(least=TIMEOUT_SECONDS[0], most=TIMEOUT_SECONDS[1], unit="seconds", default=3),
        "tracingConfig": Block(of={"mode": Text(among=("Active", "PassThrough"), required=True)}),
    }
    autoname = Autoname("name", 64)
    one_per = ("name",)

    def contradictions(self, inputs: Values) -> Iterator[str]:
        variables = inputs.get("environment", {}).get("variables", {})
        for name in filter(_RESERVED_VARIABLES.fullmatch, variables):
            yield f"environment.variables.{name} is set by Lambda itself: it needs another name"
        size = sum(len(name.encode()) + len(value.encode()) for name, value in variables.items())
        if size > ENVIRONMENT_BYTES:
            yield f"environment.variables has {size} bytes, needs at most {ENVIRONMENT_BYTES}"
        logging = inputs.get("loggingConfig", {})
        for level in ("applicationLogLevel", "systemLogLevel"):
            if level in logging and logging["logFormat"] == "Text":
                yield f"loggingConfig.{level} needs logFormat 'JSON': lines of text have no level"

    def needs(self, account: Account, inputs: Values) -> Iterator[Need]:
        role_arn = inputs["role"]
        if find_role(account, role_arn) is None:
            raise Refused(f"role {role_arn} does not exist")
        yield Need(
            f"lambda.amazonaws.com may sts:AssumeRole on {account.names.of(role_arn)}",
            role_arn,
            lambda: account.rights.of_trust("lambda.amazonaws.com", role_arn),
        )
        if "deadLetterConfig" in inputs:
            yield right_to_send(account, role_arn, inputs["name"], inputs["deadLetterConfig"]["targetArn"])

    def create(self, account: Account, inputs: Values) -> Made:
        code = read_code(inputs["code"])
        _look_at_concurrency(account, inputs["reservedConcurrentExecutions"])
        client = account.client("lambda")
        made = client.create_function(**_definition(inputs), Code={"ZipFile": packed(code)})
        if inputs["reservedConcurrentExecutions"] >= 0:
            client.put_function_concurrency(
                FunctionName=inputs["name"], ReservedConcurrentExecutions=inputs["reservedConcurrentExecutions"]
            )
        arn = made["FunctionArn"]
        account.code[arn] = code
        path = f"arn:{account.partition}:apigateway:{account.region}:lambda:path/2015-03-31/functions"
        return Made(
            inputs["name"],
            arn,
            {
                "codeSha256": made["CodeSha256"],
                "invokeArn": f"{path}/{arn}/invocations",
                "lastModified": made["LastModified"],
                "qualifiedArn": f"{arn}:$LATEST",
                "qualifiedInvokeArn": f"{path}/{arn}:$LATEST/invocations",
                "sourceCodeSize": made["CodeSize"],
                "version": "$LATEST",
            },
        )

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        if not inputs["skipDestroy"]:
            function = find_function(account, made_id)
            account.client("lambda").delete_function(FunctionName=made_id)
            account.code.pop(function.function_arn, None)


def find_function(account: Account, name_or_arn: str) -> Any:
    """The function as moto keeps it, or None."""
    try:
        return account.storage.backend("lambda").get_function(name_or_arn)
    except UnknownFunctionException:
        return None


def find_role(account: Account, arn: str) -> Any:
    """The role as moto keeps it, or None."""
    roles = account.storage.backend("iam").roles.values()
    return next((role for role in roles if role.arn == arn), None)


_SENDING = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "lambda": "lambda:InvokeFunction",
    "events": "events:PutEvents",
}
"""What a role needs to send to each kind of destination (Lambda guide, "Capturing records of Lambda asynchronous
invocations")."""


def right_to_send(account: Account, role_arn: str, function_name: str, destination_arn: str) -> Need:
    """The right of a function's role to send its failed events somewhere."""
    return right_of_role(account, role_arn, function_name, _SENDING[destination_arn.split(":")[2]], destination_arn)


def right_of_role(account: Account, role_arn: str, function_name: str, action: str, arn: str) -> Need:
    """The right of a function's role to do something."""
    session = account.identities.role_session(role_arn, function_name, function_name)
    return Need(
        f"{account.names.of(role_arn)} may {action} on {account.names.of(arn)}",
        role_arn,
        lambda: account.rights.of_identity(session, action, arn),
    )


def _look_at_concurrency(account: Account, reserved: int) -> None:
    """The account keeps a part of its concurrency for functions without a reservation."""
    functions = account.storage.backend("lambda").list_functions()
    others = sum(int(function.reserved_concurrency or 0) for function in functions)
    left = CONCURRENCY - others - max(reserved, 0)
    if reserved > 0 and left < UNRESERVED_CONCURRENCY:
        raise Refused(
            f"reservedConcurrentExecutions {reserved} leaves {left} of the account's {CONCURRENCY}, "
            f"{others} being reserved by others: {UNRESERVED_CONCURRENCY} must be left"
        )


def _definition(inputs: Values) -> dict[str, Any]:
    """A function as `CreateFunction` takes it."""
    definition: dict[str, Any] = {
        "Architectures": inputs["architectures"],
        "Description": inputs["description"],
        "FunctionName": inputs["name"],
        "Handler": inputs["handler"],
        "MemorySize": inputs["memorySize"],
        "Role": inputs["role"],
        "Runtime": inputs["runtime"],
        "Tags": inputs["tagsAll"],
        "Timeout": inputs["timeout"],
    }
    if variables := inputs.get("environment", {}).get("variables"):
        definition["Environment"] = {"Variables": variables}
    if "ephemeralStorage" in inputs:
        definition["EphemeralStorage"] = {"Size": inputs["ephemeralStorage"]["size"]}
    if "deadLetterConfig" in inputs:
        definition["DeadLetterConfig"] = {"TargetArn": inputs["deadLetterConfig"]["targetArn"]}
    if "tracingConfig" in inputs:
        definition["TracingConfig"] = {"Mode": inputs["tracingConfig"]["mode"]}
    if "loggingConfig" in inputs:
        definition["LoggingConfig"] = {
            f"{word[0].upper()}{word[1:]}": value for word, value in inputs["loggingConfig"].items()
        }
    return definition


TYPES = (LambdaFunction(),)
