"""The rule of each service that has rules of its own; the reference's for all others."""

from __future__ import annotations

from emulator.enforcement.api_rights import (
    cloudwatch,
    dynamodb,
    dynamodb_streams,
    events,
    iam,
    iot_data,
    kinesis,
    kms,
    lambda_functions,
    logs,
    reference,
    s3,
    scheduler,
    secretsmanager,
    sns,
    sqs,
    ssm,
    sts,
)
from emulator.enforcement.api_rights.right import Call, Right, Rule

_RULES: dict[str, Rule] = {
    "cloudwatch": cloudwatch.rights,
    "dynamodb": dynamodb.rights,
    "dynamodbstreams": dynamodb_streams.rights,
    "events": events.rights,
    "iam": iam.rights,
    "iot-data": iot_data.rights,
    "kinesis": kinesis.rights,
    "kms": kms.rights,
    "lambda": lambda_functions.rights,
    "logs": logs.rights,
    "s3": s3.rights,
    "scheduler": scheduler.rights,
    "secretsmanager": secretsmanager.rights,
    "sns": sns.rights,
    "sqs": sqs.rights,
    "ssm": ssm.rights,
    "sts": sts.rights,
}


def rights_of(call: Call) -> list[Right]:
    """The rights a call needs, all of them; none, if anybody may call it.

    Raises:
        RightUnknown: it cannot be told.
    """
    return _RULES.get(call.service, reference.rights)(call)
