"""Lambda: who may call a function, statement by statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from emulator.provider.lambda_functions import find_function
from emulator.provisioning.inputs import Input, Text
from emulator.provisioning.resource_type import Autoname, Made, Refused, ResourceType, Values

if TYPE_CHECKING:
    from emulator.account import Account

_API_WORDS = {
    "action": "Action",
    "eventSourceToken": "EventSourceToken",
    "principal": "Principal",
    "principalOrgId": "PrincipalOrgID",
    "sourceAccount": "SourceAccount",
    "sourceArn": "SourceArn",
    "statementId": "StatementId",
}


class Permission(ResourceType):
    """One statement of a function's policy (Lambda API reference, `AddPermission`)."""

    pulumi_type = "aws:lambda/permission:Permission"
    inputs: ClassVar[Mapping[str, Input]] = {
        "action": Text(pattern=r"lambda:[*]|lambda:[a-zA-Z]+|[*]", says="an action of Lambda", required=True),
        "eventSourceToken": Text(pattern=r"[a-zA-Z0-9._\-]{0,256}", says="letters, digits and . _ -"),
        "function": Text(required=True),
        "principal": Text(pattern=r"\S+", says="a service, an account or an ARN", required=True),
        "principalOrgId": Text(pattern=r"o-[a-z0-9]{10,32}", says="the id of an organization"),
        "sourceAccount": Text(pattern=r"[0-9]{12}", says="twelve digits"),
        "sourceArn": Text(pattern=r"arn:[^:]+:[^:]+:[^:]*:([0-9]{12})?:.*", says="an ARN"),
        "statementId": Text(pattern=r"[a-zA-Z0-9-_]{1,100}", says="1 to 100 characters of A-Z a-z 0-9 - _"),
    }
    autoname = Autoname("statementId", 100)
    one_per = ("function", "statementId")

    def right_on(self, account: Account, inputs: Values) -> str | None:
        function = find_function(account, inputs["function"])
        return function.function_arn if function is not None else None

    def create(self, account: Account, inputs: Values) -> Made:
        if find_function(account, inputs["function"]) is None:
            raise Refused(f"there is no function {inputs['function']}")
        said = {_API_WORDS[word]: value for word, value in inputs.items() if word in _API_WORDS}
        account.client("lambda").add_permission(FunctionName=inputs["function"], **said)
        return Made(inputs["statementId"])

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("lambda").remove_permission(FunctionName=inputs["function"], StatementId=made_id)


TYPES = (Permission(),)
