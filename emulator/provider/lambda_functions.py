"""Lambda: functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from moto.awslambda.exceptions import UnknownFunctionException

from emulator.provider.lambda_configuration import in_api_words, in_pulumi_words, told_blocks
from emulator.provisioning.function_code import packed, read_code
from emulator.provisioning.inputs import Arn, Block, Entries, Files, Flag, Input, Items, Only, Text, Whole
from emulator.provisioning.resource_type import TAGS, Autoname, Found, Made, Need, Refused, ResourceType, Values
from emulator.provisioning.tagging import retag

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

_NAME = r"[a-zA-Z0-9-_]{1,64}"
_NAME_SAYS = "1 to 64 characters of A-Z a-z 0-9 - _"
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
        "name": Text(pattern=_NAME, says=_NAME_SAYS),
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
    replaces = ("name", "packageType")
    recomputed = ("codeSha256", "lastModified", "sourceCodeSize")

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
        _look_at_concurrency(account, inputs)
        configuration = in_api_words(inputs)
        if "deadLetterConfig" not in inputs:
            del configuration["DeadLetterConfig"]
        made = account.client("lambda").create_function(
            Architectures=inputs["architectures"],
            Code={"ZipFile": packed(code)},
            FunctionName=inputs["name"],
            Tags=inputs["tagsAll"],
            **configuration,
        )
        account.code[made["FunctionArn"]] = code
        if inputs["reservedConcurrentExecutions"] >= 0:
            _reserve(account, inputs)
        return _made(account, made)

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        client, arn = account.client("lambda"), _arn(account, made_id)
        changed = {name for name in {*old, *new} if old.get(name) != new.get(name)}
        # The archive of before may have come back without its files.
        new_code = "architectures" in changed or not self.inputs["code"].same(old.get("code"), new["code"])
        code = read_code(new["code"]) if new_code else None
        if "reservedConcurrentExecutions" in changed:
            _look_at_concurrency(account, new)
        before, wanted = in_api_words(old), in_api_words(new)
        configuration = {word: value for word, value in wanted.items() if value != before.get(word)}
        if configuration:
            client.update_function_configuration(FunctionName=made_id, **configuration)
        if code is not None:
            client.update_function_code(FunctionName=made_id, Architectures=new["architectures"], ZipFile=packed(code))
            account.code[arn] = code
        if "reservedConcurrentExecutions" in changed:
            _reserve(account, new)
        retag(
            old["tagsAll"],
            new["tagsAll"],
            lambda tags: client.tag_resource(Resource=arn, Tags=tags),
            lambda keys: client.untag_resource(Resource=arn, TagKeys=keys),
        )
        return _made(account, client.get_function(FunctionName=made_id)["Configuration"])

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        if re.fullmatch(_NAME, made_id) is None:
            raise Refused(f"id {made_id!r} needs the name of a function: {_NAME_SAYS}")
        client = account.client("lambda")
        try:
            told = client.get_function(FunctionName=made_id)
        except client.exceptions.ResourceNotFoundException:
            return None
        # Moto leaves a reservation of nothing, which pauses a function, out of what it tells of one.
        reserved = find_function(account, made_id).reserved_concurrency
        inputs = {
            **in_pulumi_words(told["Configuration"], known),
            # What of these was said is kept: Lambda tells neither.
            "publish": False,
            "skipDestroy": False,
            **{word: known[word] for word in ("code", "publish", "skipDestroy") if word in known},
            "reservedConcurrentExecutions": -1 if reserved is None else int(reserved),
            "tagsAll": told.get("Tags", {}),
        }
        return Found(inputs, _made(account, told["Configuration"]))

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


def _look_at_concurrency(account: Account, inputs: Values) -> None:
    """The account keeps a part of its concurrency for functions without a reservation."""
    reserved = inputs["reservedConcurrentExecutions"]
    functions = account.storage.backend("lambda").list_functions()
    others = sum(
        int(function.reserved_concurrency or 0) for function in functions if function.function_name != inputs["name"]
    )
    left = CONCURRENCY - others - max(reserved, 0)
    if reserved > 0 and left < UNRESERVED_CONCURRENCY:
        raise Refused(
            f"reservedConcurrentExecutions {reserved} leaves {left} of the account's {CONCURRENCY}, "
            f"{others} being reserved by others: {UNRESERVED_CONCURRENCY} must be left"
        )


def _reserve(account: Account, inputs: Values) -> None:
    client, reserved = account.client("lambda"), inputs["reservedConcurrentExecutions"]
    if reserved >= 0:
        client.put_function_concurrency(FunctionName=inputs["name"], ReservedConcurrentExecutions=reserved)
    else:
        client.delete_function_concurrency(FunctionName=inputs["name"])


def _arn(account: Account, name: str) -> str:
    return f"arn:{account.partition}:lambda:{account.region}:{account.account_id}:function:{name}"


def _made(account: Account, told: Values) -> Made:
    """A function that Lambda tells of in a `FunctionConfiguration`."""
    arn = told["FunctionArn"]
    api = f"arn:{account.partition}:apigateway:{account.region}:lambda:path"
    return Made(
        told["FunctionName"],
        arn,
        {
            **told_blocks(told),
            "codeSha256": told["CodeSha256"],
            "invokeArn": f"{api}/2015-03-31/functions/{arn}/invocations",
            "lastModified": told["LastModified"],
            "qualifiedArn": f"{arn}:$LATEST",
            "qualifiedInvokeArn": f"{api}/2015-03-31/functions/{arn}:$LATEST/invocations",
            "responseStreamingInvokeArn": f"{api}/2021-11-15/functions/{arn}/response-streaming-invocations",
            "signingJobArn": told.get("SigningJobArn", ""),
            "signingProfileVersionArn": told.get("SigningProfileVersionArn", ""),
            "sourceCodeSize": told["CodeSize"],
            "version": "$LATEST",
        },
    )


TYPES = (LambdaFunction(),)
