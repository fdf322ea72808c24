"""What a handler learns from its context."""

from __future__ import annotations

import base64
import json

from emulator.account import Account
from tests.emulator.functions import Functions

LOOK = """
    def handle(event, context):
        return {
            "request_id": context.aws_request_id,
            "name": context.function_name,
            "version": context.function_version,
            "arn": context.invoked_function_arn,
            "memory": context.memory_limit_in_mb,
            "group": context.log_group_name,
            "stream": context.log_stream_name,
            "identity": [context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id],
            "client": context.client_context and [
                context.client_context.client.installation_id,
                context.client_context.client.app_title,
                context.client_context.custom,
                context.client_context.env,
            ],
            "tenant": context.tenant_id,
            "remaining": context.get_remaining_time_in_millis(),
        }
"""


def test_a_context_has_every_documented_attribute(functions: Functions) -> None:
    invocation = functions.run(LOOK, LoggingConfig={"LogFormat": "Text", "LogGroup": "/feeds/split"})

    assert invocation.result == {
        "request_id": invocation.request_id,
        "name": "split",
        "version": "$LATEST",
        "arn": "arn:aws:lambda:eu-west-1:111111111111:function:split",
        "memory": "128",
        "group": "/feeds/split",
        "stream": invocation.result["stream"],
        "identity": [None, None],
        "client": None,
        "tenant": None,
        "remaining": 3000,
    }


def test_the_stream_is_the_environment_s(account: Account, functions: Functions) -> None:
    arn = functions.make(LOOK)

    streams = {account.runtime.invoke(arn, None).result["stream"] for _ in range(2)}

    (stream,) = streams
    assert (
        account.client("logs").describe_log_streams(logGroupName="/aws/lambda/split")["logStreams"][0]["logStreamName"]
        == stream
    )


def test_a_caller_s_client_context_arrives(account: Account, functions: Functions) -> None:
    functions.make(LOOK)
    sent = {"client": {"installation_id": "i-1", "unheard_of": 1}, "custom": {"a": 1}, "env": {"locale": "de"}}

    answer = account.client("lambda").invoke(
        FunctionName="split", ClientContext=base64.b64encode(json.dumps(sent).encode()).decode()
    )

    assert json.loads(answer["Payload"].read())["client"] == ["i-1", None, {"a": 1}, {"locale": "de"}]


def test_a_client_context_without_a_client_has_none(account: Account, functions: Functions) -> None:
    arn = functions.make("def handle(event, context): return [context.client_context.client]")

    assert account.runtime.invoke(arn, None, client_context={}).result == [None]
