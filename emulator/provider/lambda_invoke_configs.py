"""Lambda: what becomes of the events that are handed to a function asynchronously."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.execution.settings import AsynchronousSettings
from emulator.provider.lambda_functions import find_function, right_to_send
from emulator.provider.sqs import find_queue
from emulator.provisioning.inputs import Arn, Block, Input, Text, Whole
from emulator.provisioning.resource_type import Found, Made, Need, Refused, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

_WORDS = {
    "maximumEventAgeInSeconds": "MaximumEventAgeInSeconds",
    "maximumRetryAttempts": "MaximumRetryAttempts",
}
_UNSAID = {
    "maximumEventAgeInSeconds": AsynchronousSettings.maximum_age_seconds,
    "maximumRetryAttempts": AsynchronousSettings.maximum_retries,
}
_ENDINGS = {"onFailure": "OnFailure", "onSuccess": "OnSuccess"}
_DESTINATION = Block(of={"destination": Arn(of=("sqs", "sns", "lambda", "events"), required=True)})

_FUNCTION = re.compile(r"(arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:)?[a-zA-Z0-9-_]{1,64}", re.ASCII)


class FunctionEventInvokeConfig(ResourceType):
    """Retries, age and destinations (Lambda API reference, `PutFunctionEventInvokeConfig`)."""

    pulumi_type = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
    inputs: ClassVar[Mapping[str, Input]] = {
        "destinationConfig": Block(of=dict.fromkeys(_ENDINGS, _DESTINATION)),
        "functionName": Text(required=True),
        "maximumEventAgeInSeconds": Whole(least=60, most=21_600, unit="seconds"),
        "maximumRetryAttempts": Whole(least=0, most=2),
    }
    one_per = ("functionName",)
    replaces = ("functionName",)

    def contradictions(self, inputs: Values) -> Iterator[str]:
        if not inputs.keys() & {"destinationConfig", *_WORDS}:
            yield f"needs one of destinationConfig, {', '.join(_WORDS)}: it says nothing otherwise"

    def needs(self, account: Account, inputs: Values) -> Iterator[Need]:
        function = find_function(account, inputs["functionName"])
        if function is None:
            raise Refused(f"there is no function {inputs['functionName']}")
        for ending in inputs.get("destinationConfig", {}).values():
            arn = ending["destination"]
            if ":sqs:" in arn and find_queue(account, arn) is None:
                raise Refused(f"destinationConfig names {arn}, and there is no such queue")
            yield right_to_send(account, function.role, function.function_name, arn)

    def create(self, account: Account, inputs: Values) -> Made:
        said: dict[str, Any] = {_WORDS[word]: inputs[word] for word in _WORDS if word in inputs}
        destinations = inputs.get("destinationConfig", {})
        if destinations:
            said["DestinationConfig"] = {
                _ENDINGS[ending]: {"Destination": each["destination"]} for ending, each in destinations.items()
            }
        told = account.client("lambda").put_function_event_invoke_config(FunctionName=inputs["functionName"], **said)
        _forget_older(account, inputs["functionName"])
        return _made(inputs["functionName"], told)

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        return self.create(account, new)  # What is not said anew is at its default again.

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        if _FUNCTION.fullmatch(made_id) is None:
            raise Refused(
                f"id {made_id!r} needs the name or the ARN of a function as a whole: versions and aliases are not "
                "emulated"
            )
        _forget_older(account, made_id)
        client = account.client("lambda")
        try:
            told = client.get_function_event_invoke_config(FunctionName=made_id)
        except client.exceptions.ResourceNotFoundException:
            return None
        inputs: dict[str, Any] = {"functionName": made_id}
        for word, unsaid in _UNSAID.items():
            value = told.get(_WORDS[word], unsaid)
            if word in known or value != unsaid:
                inputs[word] = value
        told_endings = told.get("DestinationConfig", {})
        destinations = {
            ending: {"destination": told_endings[api_word]["Destination"]}
            for ending, api_word in _ENDINGS.items()
            if told_endings.get(api_word, {}).get("Destination")
        }
        if destinations or known.get("destinationConfig") == {}:
            inputs["destinationConfig"] = destinations
        return Found(inputs, _made(made_id, told))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("lambda").delete_function_event_invoke_config(FunctionName=made_id)


def _forget_older(account: Account, function_name: str) -> None:
    """Moto keeps every configuration that was ever put, and tells the first one; Lambda has the last alone."""
    function = find_function(account, function_name)
    if function is not None:
        del function.event_invoke_config[:-1]


def _made(function_name: str, told: Values) -> Made:
    retries = told.get("MaximumRetryAttempts", _UNSAID["maximumRetryAttempts"])
    return Made(function_name, None, {"maximumRetryAttempts": retries})


TYPES = (FunctionEventInvokeConfig(),)
