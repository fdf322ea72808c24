"""Why a decision came out as it did, in sentences for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emulator.policy.conditions import Condition
from emulator.policy.patterns import Context, as_written
from emulator.policy.policy import Policy, Request, Statement
from emulator.policy.principals import Naming


@dataclass(frozen=True)
class Attached:
    """A policy and its name for people."""

    name: str
    policy: Policy

    def the(self, statement: Statement) -> str:
        """`AllowSend of policy of queue readings`."""
        return f"{statement.label} of {self.name}"


@dataclass(frozen=True)
class Shortfall:
    """Why none of some policies allows a request."""

    reason: str
    policy: str | None
    """The policy that came closest, or the only one there is."""


def grant(attached: Attached, statement: Statement, request: Request, asked: str) -> str:
    """Which statement allows what is asked."""
    return f"{attached.the(statement)} allows {asked}{_undocumented(statement, request.context)}"


def denial(attached: Attached, statement: Statement, request: Request, asked: str) -> str:
    """Which statement denies what is asked."""
    told = f"{attached.the(statement)} denies {asked}{_unspared(statement, request)}"
    return f"{told}{_undocumented(statement, request.context)}"


def shortfall(layer: str, policies: Sequence[Attached], request: Request, asked: str) -> Shortfall:
    """Why none of a layer's policies allows what is asked: what they lack, and the statement that came closest."""
    if not policies:
        return Shortfall(f"there is no {layer} to allow {asked}", None)
    only = policies[0].name if len(policies) == 1 else None
    of = only or f"the {len(policies)} {_plural(layer)}"
    lacking = f"no statement of {of} allows {asked}"
    closest = _closest(policies, request)
    if closest is None:
        return Shortfall(lacking, only)
    attached, statement = closest
    return Shortfall(f"{lacking}: {attached.the(statement)} {_misses(statement, request)}", attached.name)


def _closest(policies: Sequence[Attached], request: Request) -> tuple[Attached, Statement] | None:
    """The Allow that misses by its condition; else by its resource; else by whom it names."""
    for_action = [
        (attached, statement)
        for attached in policies
        for statement in attached.policy.allows
        if statement.covers_action(request)
    ]
    ranked = sorted(
        for_action,
        key=lambda one: (one[1].naming(request) is Naming.NONE, not one[1].covers_resource(request)),
    )
    return ranked[0] if ranked else None


def _misses(statement: Statement, request: Request) -> str:
    if statement.naming(request) is Naming.NONE:
        named = statement.principals.written if statement.principals else ""
        return f"allows it to {named}, the caller is {request.caller.principal}"
    if not statement.covers_resource(request):
        return _misses_resource(statement, request.context)
    missed = [condition for condition in statement.conditions if not condition.holds(request.context)]
    unmet = " and ".join(_unmet(condition, request.context) for condition in missed)
    return f"would, but {unmet}{_undocumented(statement, request.context)}"


def _misses_resource(statement: Statement, context: Context) -> str:
    texts = []
    for resource in statement.resources:
        pattern = resource.resolve(context)
        texts.append(
            as_written(pattern) if pattern is not None else "an ARN with a variable the request has no value for"
        )
    return f"allows it on {'all but ' if statement.except_resources else ''}{_listed(texts)}"


def _unmet(condition: Condition, context: Context) -> str:
    given = condition.given(context)
    has = f"the request has {', '.join(map(repr, given))}" if given else "the request has no such key"
    return (
        f"its condition {condition.operator} {condition.key} {_listed(list(map(repr, condition.wanted)))} fails: {has}"
    )


def _unspared(statement: Statement, request: Request) -> str:
    """Why a NotPrincipal that names the caller did not spare it."""
    if not statement.except_principals or statement.principals is None:
        return ""
    if statement.principals.spares(request.caller):
        return ": a NotPrincipal spares nobody who has a permissions boundary"
    if statement.principals.naming(request.caller) is not Naming.NONE:
        return ": a NotPrincipal has to name the account, and the role of a session, next to the one it spares"
    return ""


def _undocumented(statement: Statement, context: Context) -> str:
    """What the statement rests on that AWS does not document, as the end of a sentence."""
    notes = dict.fromkeys(note for condition in statement.conditions for note in _corners(condition, context))
    return f" (AWS does not document {'; nor '.join(notes)})" if notes else ""


def _corners(condition: Condition, context: Context) -> list[str]:
    given = condition.given(context)
    notes = []
    if len(given) > 1 and condition.quantifier is None and condition.operator != "Null":
        taken = "none may match" if condition.negated else "one match is enough"
        notes.append(f"a key of several values, {condition.key}, without a set operator: here {taken}")
    if condition.quantifier == "ForAnyValue" and condition.if_exists and condition.key.lower() not in context:
        notes.append(f"{condition.operator} on a key the request does not have: here it holds")
    if given and any(text.resolve(context) is None for text in condition.templates):
        notes.append(f"a variable without a value in {condition.operator} {condition.key}: here it matches nothing")
    if condition.operator == "Null" and given and not any(given):
        notes.append(f"Null on an empty text in {condition.key}: here the key counts as absent")
    return notes


def _listed(texts: Sequence[str]) -> str:
    return f"one of {', '.join(texts)}" if len(texts) > 1 else "".join(texts) or "nothing"


def _plural(layer: str) -> str:
    return layer.removesuffix("policy") + "policies" if layer.endswith("policy") else f"{layer}s"
