"""Lambda: what becomes of the events that are handed to a function asynchronously."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.provider.lambda_functions import find_function, right_to_send
from emulator.provider.sqs import find_queue
from emulator.provisioning.inputs import Arn, Block, Input, Text, Whole
from emulator.provisioning.resource_type import Made, Need, Refused, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

_WORDS = {
    "maximumEventAgeInSeconds": "MaximumEventAgeInSeconds",
    "maximumRetryAttempts": "MaximumRetryAttempts",
}
_ENDINGS = {"onFailure": "OnFailure", "onSuccess": "OnSuccess"}
_DESTINATION = Block(of={"destination": Arn(of=("sqs", "sns", "lambda", "events"), required=True)})


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
        account.client("lambda").put_function_event_invoke_config(FunctionName=inputs["functionName"], **said)
        return Made(inputs["functionName"])

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("lambda").delete_function_event_invoke_config(FunctionName=made_id)


TYPES = (FunctionEventInvokeConfig(),)
