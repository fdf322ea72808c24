"""The state of an account: taken from one as bytes, and put into another.

It is everything that later results depend on: what moto keeps of every service, time, the order of made-up ids, code,
names, credentials that were handed out, causal chains, and every event on its way, with its tries so far.

It is not what only tells of the past, or is made again when it is missed: the journal, and the events of the tally that
came to their end, so that whatever happens next is told alone; warm environments, so that each function starts cold,
as it may on Lambda at any time; clients.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import is_dataclass
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.moto_api._internal import mock_random

from emulator.account import Account
from emulator.clock import Clock
from emulator.identity import ADMINISTRATOR, Identities
from emulator.journal import Chains, Journal
from emulator.keeping.pickling import NotPickled, pickled, unpickled
from emulator.runtime import Runtime
from emulator.tally import Tally

_FORMAT = 1
"""Raised when the state takes another form that `form` does not see: that of an event on its way, for one."""

_LEFT: Mapping[type, frozenset[str]] = {
    Account: frozenset({"_actor"}),
    Chains: frozenset({"_current"}),
    Clock: frozenset({"_now", "_travel", "_traveller"}),
    Identities: frozenset({"_session", "_clients"}),
    Journal: frozenset({"entries", "_listeners", "_aside"}),
    Runtime: frozenset({"_warm"}),
    Tally: frozenset({"_sent"}),
}
"""Attributes that are left out: the other account has its own, or is told of them in another way."""


def take_state(account: Account, extra: Mapping[str, Any]) -> bytes:
    """The state of an open account with no code at work, and more things that may refer to it. The account goes on.

    Raises:
        NotPickled: something cannot be pickled; the text names it.
    """
    parts = _parts(account)
    content = {
        "backends": _backends(account),
        "random": mock_random.getstate(),
        "now": account.clock.now,
        "open": account.tally.open(),
        "parts": {place: _attributes(part) for place, part in parts.items()},
        "extra": dict(extra),
    }
    own = _own(parts)
    try:
        return pickled(content, own)
    except NotPickled as error:
        raise NotPickled(f"{_culprit(content, own)}: {error}") from error


def put_state(account: Account, state: bytes) -> dict[str, Any]:
    """Let a freshly opened account be as the one was that the state was taken from; returns the `extra`.

    All is read before anything is changed. Reading runs code: the state has to be trusted.

    Raises:
        NotPickled: the state cannot be read; the account is as it was.
    """
    parts = _parts(account)
    content = unpickled(state, _own(parts))
    _put_backends(account, content["backends"])
    mock_random.setstate(content["random"])
    # Whoever has a client of this account already stays known by it.
    known = dict(account.identities._credentials)
    for place, attributes in content["parts"].items():
        vars(parts[place]).update(attributes)
    for identity, credentials in known.items():
        account.identities.know(credentials, identity)
    account.clock.advance_to(content["now"])
    for edge, event_id in content["open"]:
        account.tally.sent(edge, event_id)
    extra: dict[str, Any] = content["extra"]
    return extra


def form(account: Account) -> str:
    """What tells whether a state fits into this account: it changes with the parts of an account and what they hold."""
    attributes = {place: sorted(vars(part)) for place, part in _plan(account).items()}
    digest = hashlib.sha256(json.dumps(attributes, sort_keys=True).encode()).hexdigest()
    return f"{_FORMAT}-{digest[:16]}"


# The parts of an account.


def _parts(account: Account) -> dict[str, Any]:
    """The objects that every account is built of, by their place: `deliveries.sqs._queues`.

    Their attributes are its state. Whatever came to them later is a value in that state.
    """
    return {place: _at(account, place) for place in _plan(account)}


def _plan(account: Account) -> dict[str, Any]:
    """The parts of an account like this one, just built."""
    built = Account(account.account_id, account.region)
    plan: dict[str, Any] = {"": built, **{f"deliveries.{name}": part for name, part in built.deliveries.items()}}
    places = list(plan)
    for place in places:
        for name, value in vars(plan[place]).items():
            if _is_part(value) and not any(value is part for part in plan.values()):
                inside = f"{place}.{name}".removeprefix(".")
                plan[inside] = value
                places.append(inside)
    return plan


def _is_part(value: object) -> bool:
    return type(value).__module__.split(".")[0] == __name__.split(".")[0] and not is_dataclass(value)


def _at(account: Account, place: str) -> Any:
    found: Any = account
    for name in filter(None, place.split(".")):
        found = found[name] if isinstance(found, dict) else getattr(found, name)
    return found


def _attributes(part: object) -> dict[str, Any]:
    """What a part holds, but for what ties it to its own account: its patches, and functions it was given."""
    left = _LEFT.get(type(part), frozenset())
    return {
        name: value
        for name, value in vars(part).items()
        if not (name in left or callable(value) or isinstance(value, ExitStack))
    }


def _own(parts: Mapping[str, object]) -> dict[str, object]:
    """What every account has of its own, and the state may refer to."""
    return {**{f"part {place}": part for place, part in parts.items()}, "administrator": ADMINISTRATOR}


# Moto's backends.


def _backends(account: Account) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """The backends of each service by region, and what moto notes beside them."""
    in_use: list[Any] = list(BackendDict._instances)  # type: ignore[misc]
    usual = vars(BackendDict(BaseBackend, ""))
    return {
        _name_of(backends): (
            dict(backends[account.account_id].items()),
            {name: value for name, value in vars(backends).items() if name not in usual},
        )
        for backends in in_use
        if account.account_id in list(backends)
    }


def _put_backends(account: Account, kept: Mapping[str, tuple[dict[str, Any], dict[str, Any]]]) -> None:
    for name, (by_region, beside) in kept.items():
        module, _, variable = name.partition(":")
        backends = getattr(importlib.import_module(module), variable)
        backends[account.account_id].update(by_region)
        vars(backends).update(beside)


def _name_of(backends: Any) -> str:
    """Where moto has the backends of a service: `moto.sqs.models:sqs_backends`."""
    module: str = backends.backend.__module__
    variable = next(name for name, value in vars(sys.modules[module]).items() if value is backends)
    return f"{module}:{variable}"


def _culprit(content: Mapping[str, Any], own: Mapping[str, object]) -> str:
    """Which of the things in the state cannot be pickled."""
    things: dict[str, Any] = {
        **{name.partition(":")[0]: by_region for name, (by_region, _) in content["backends"].items()},
        **{f"the account's {place or 'attributes'}": held for place, held in content["parts"].items()},
        **{f"extra {name!r}": value for name, value in content["extra"].items()},
    }
    for name, thing in things.items():
        try:
            pickled(thing, own)
        except NotPickled:
            return name
    return "all of it together"
