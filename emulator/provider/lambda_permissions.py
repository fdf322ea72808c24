"""Lambda: who may call a function, statement by statement."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.provider.lambda_functions import find_function
from emulator.provisioning.inputs import Input, Text
from emulator.provisioning.resource_type import Autoname, Found, Made, Refused, ResourceType, Values

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
_CONDITIONS = {
    "eventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "principalOrgId": ("StringEquals", "aws:PrincipalOrgID"),
    "sourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "sourceArn": ("ArnLike", "AWS:SourceArn"),
}
"""The conditions that Lambda writes into a statement, by what they are made of (terraform-provider-aws,
"internal/service/lambda/permission.go")."""

_ID = re.compile(r"(?:(?P<function>[^/]+)/)?(?P<statement_id>[a-zA-Z0-9-_]{1,100})")
_OF_ACCOUNT = re.compile(r"(?:arn:[a-z-]+:iam::)?(?P<account_id>\d{12})(?::root)?", re.ASCII)


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
    replaces = tuple(inputs)

    def right_on(self, account: Account, inputs: Values) -> str | None:
        function = find_function(account, inputs["function"])
        return function.function_arn if function is not None else None

    def create(self, account: Account, inputs: Values) -> Made:
        function = find_function(account, inputs["function"])
        if function is None:
            raise Refused(f"there is no function {inputs['function']}")
        if any(statement["Sid"] == inputs["statementId"] for statement in function.policy.statements):
            raise Refused(f"{function.function_name} has a statement {inputs['statementId']} already")
        said = {_API_WORDS[word]: value for word, value in inputs.items() if word in _API_WORDS and value}
        account.client("lambda").add_permission(FunctionName=inputs["function"], **said)
        if condition := _condition(inputs):
            # Moto drops the token, and of two conditions on equal texts the first.
            function.policy.statements[-1]["Condition"] = condition
        return Made(inputs["statementId"])

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        return Made(made_id)  # Whatever differs makes another statement.

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        function, statement_id = _place(made_id, known)
        client = account.client("lambda")
        try:
            policy = json.loads(client.get_policy(FunctionName=function)["Policy"])
        except client.exceptions.ResourceNotFoundException:
            return None
        statement = next((each for each in policy["Statement"] if each["Sid"] == statement_id), None)
        if statement is None:
            return None
        conditions = statement.get("Condition", {})
        inputs = {
            "action": statement["Action"],
            "function": function,
            "principal": _principal(statement["Principal"], known.get("principal")),
            "statementId": statement_id,
            **{
                word: conditions[operator][key]
                for word, (operator, key) in _CONDITIONS.items()
                if key in conditions.get(operator, {})
            },
        }
        return Found(inputs, Made(statement_id))

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        account.client("lambda").remove_permission(FunctionName=inputs["function"], StatementId=made_id)


def _condition(inputs: Values) -> dict[str, dict[str, str]]:
    condition: dict[str, dict[str, str]] = {}
    for word, (operator, key) in _CONDITIONS.items():
        if inputs.get(word):
            condition.setdefault(operator, {})[key] = inputs[word]
    return condition


def _place(made_id: str, known: Values) -> tuple[str, str]:
    """The function and the statement's id, of an id as `create` gives it or as one imports by it."""
    read = _ID.fullmatch(made_id)
    function = (read["function"] or known.get("function")) if read else None
    if read is None or function is None:
        raise Refused(f"id {made_id!r} needs a function and the id of a statement: split/feed-may-push")
    if function.count(":") == 1:
        raise Refused(f"id {made_id!r} needs a function as a whole: versions and aliases are not emulated")
    return function, read["statement_id"]


def _principal(told: Any, known: str | None) -> str:
    """Whom a statement lets call; an account in the spelling in which it was known."""
    principal: str = next(iter(told.values())) if isinstance(told, Mapping) else told
    given, before = _OF_ACCOUNT.fullmatch(principal), _OF_ACCOUNT.fullmatch(known or "")
    if known and given and before and given["account_id"] == before["account_id"]:
        return known
    return principal


TYPES = (Permission(),)
