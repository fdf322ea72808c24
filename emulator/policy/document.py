"""Policy documents: read into statements, with everything that is wrong in them at once.

What is allowed is the IAM user guide's "Grammar of the IAM JSON policy language" and the pages of its elements.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, Literal, TypeVar

from emulator.policy.conditions import Condition, condition
from emulator.policy.patterns import MANY, Template, template
from emulator.policy.policy import EVERY_RESOURCE, Policy, PolicyError, Statement, document_text
from emulator.policy.principals import Principals, principals

DocumentKind = Literal["identity", "resource", "trust"]
_T = TypeVar("_T")

_VERSIONS = ("2012-10-17", "2008-10-17")
_DOCUMENT_ELEMENTS = ("Version", "Id", "Statement")
_STATEMENT_ELEMENTS = (
    *("Sid", "Effect", "Principal", "NotPrincipal"),
    *("Action", "NotAction", "Resource", "NotResource", "Condition"),
)
_PLAIN_SID = re.compile(r"[A-Za-z0-9]*")


@dataclass(frozen=True)
class Reading:
    """A document as read."""

    policy: Policy
    unreadable: tuple[str, ...]
    """Problems that leave the meaning open; such a policy is not evaluated."""
    unstorable: tuple[str, ...]
    """Problems that leave the meaning clear, but AWS would not take the document, or it does nothing."""


def check_document(document: object, *, kind: DocumentKind) -> list[str]:
    """Everything that is wrong with a policy document; an empty list for a good one.

    Args:
        document: the policy as JSON gives it.
        kind: where it is used: attached to an identity (a boundary and a session policy too), to a resource, or to a
            role as its trust.
    """
    try:
        reading = read_document(document_text(document), kind)
    except PolicyError as problem:
        return [str(problem)]
    return [*reading.unreadable, *reading.unstorable]


@lru_cache(maxsize=4096)
def read_document(text: str, kind: DocumentKind) -> Reading:
    """Reads a policy from its JSON text; the same text is read once."""
    reader = _Reader(kind)
    statements = reader.document(json.loads(text))
    return Reading(Policy(tuple(statements)), tuple(reader.unreadable), tuple(reader.unstorable))


@dataclass
class _Reader:
    kind: DocumentKind
    variables: bool = False
    at: str = ""
    """Which statement is being read, as the start of a problem's text."""
    unreadable: list[str] = field(default_factory=list)
    unstorable: list[str] = field(default_factory=list)

    def document(self, document: Any) -> list[Statement]:
        if not isinstance(document, Mapping):
            self._refuse(f"a policy document is a JSON object, not {document!r}")
            return []
        self._known_elements(document, _DOCUMENT_ELEMENTS)
        version = document.get("Version", "2008-10-17")
        if version not in _VERSIONS:
            self._refuse(f"Version {version!r} is unknown: it needs to be {' or '.join(_VERSIONS)}")
        self.variables = version == "2012-10-17"
        if "Id" in document and self.kind == "identity":
            self._warn("Id is for resource policies only")
        if "Statement" not in document:
            self._refuse("Statement is missing")
        written = document.get("Statement", [])
        statements = [written] if isinstance(written, Mapping) else written
        if not isinstance(statements, list):
            self._refuse(f"Statement needs an object or a list of objects, not {written!r}")
            return []
        if not statements and "Statement" in document:
            self._warn("Statement is an empty list: the policy says nothing")
        self._distinct_sids(statements)
        read = [self._statement(statement, index) for index, statement in enumerate(statements, start=1)]
        return [statement for statement in read if statement is not None]

    def _statement(self, statement: Any, index: int) -> Statement | None:
        label = f"statement {index}"
        self.at = f"{label}: "
        if not isinstance(statement, Mapping):
            self._refuse(f"a statement is a JSON object, not {statement!r}")
            return None
        if not statement:
            self._refuse("it is empty: it needs Effect, Action and what they are about")
            return None
        sid = statement.get("Sid")
        if sid:
            self.at = f"{label} ({sid}): "
        self._known_elements(statement, _STATEMENT_ELEMENTS)
        self._sid(sid)
        effect = statement.get("Effect")
        if effect not in ("Allow", "Deny"):
            given = f"not {effect!r}" if "Effect" in statement else "it is missing"
            self._refuse(f"Effect needs to be 'Allow' or 'Deny', {given}")
        actions, except_actions = self._actions(statement)
        resources, except_resources = self._resources(statement)
        named, except_principals = self._principals(statement, denies=effect == "Deny")
        return Statement(
            label=str(sid or label),
            denies=effect == "Deny",
            actions=actions,
            except_actions=except_actions,
            resources=resources,
            except_resources=except_resources,
            principals=named,
            except_principals=except_principals,
            conditions=self._conditions(statement.get("Condition", {})),
        )

    def _sid(self, sid: Any) -> None:
        if sid is not None and not isinstance(sid, str):
            self._refuse(f"Sid needs a text, not {sid!r}")
        elif sid and self.kind != "resource" and not _PLAIN_SID.fullmatch(sid):
            self._warn(f"Sid {sid!r} needs letters A-Z, a-z and digits only")

    def _distinct_sids(self, statements: list[Any]) -> None:
        sids = [statement.get("Sid") for statement in statements if isinstance(statement, Mapping)]
        for sid in dict.fromkeys(sid for sid in sids if isinstance(sid, str) and sid):
            if sids.count(sid) > 1:
                self._warn(f"Sid {sid!r} names {sids.count(sid)} statements: a Sid is unique within a policy")

    def _actions(self, statement: Mapping[str, Any]) -> tuple[tuple[str, ...], bool]:
        element, texts = self._one_of(statement, "Action", "NotAction")
        if element is None:
            self._refuse("Action is missing")
        for text in texts:
            service, colon, name = text.partition(":")
            if text != "*" and not (colon and service and name):
                self._warn(f"{element} {text!r} needs the form service:Action, or *")
            elif self.kind == "trust" and service.lower() != "sts":
                self._warn(f"{element} {text!r} has no place in a trust policy: it takes actions of sts only")
        patterns = tuple(template(text.lower(), wildcards=True, variables=False).fixed or "" for text in texts)
        return patterns, element == "NotAction"

    def _resources(self, statement: Mapping[str, Any]) -> tuple[tuple[Template, ...], bool]:
        element, texts = self._one_of(statement, "Resource", "NotResource")
        if element is None:
            if self.kind == "identity":
                self._refuse("Resource is missing")
            elif self.kind == "resource":
                self._warn("Resource is missing")
            return EVERY_RESOURCE, False
        if self.kind == "trust":
            self._warn(f"{element} has no place in a trust policy: it is about its own role")
        templates = []
        for text in texts:
            read = self._read(partial(template, text, wildcards=True, variables=self.variables))
            if read is None:
                continue
            templates.append(read)
            self._arn_pattern(text, read)
        return tuple(templates), element == "NotResource"

    def _arn_pattern(self, text: str, read: Template) -> None:
        start = read.parts[0] if read.parts else ""
        if not isinstance(start, str) or not (start == MANY or start.startswith("arn:")):
            self._warn(f"resource {text!r} needs to be an ARN or *")

    def _principals(self, statement: Mapping[str, Any], *, denies: bool) -> tuple[Principals | None, bool]:
        given = [element for element in ("Principal", "NotPrincipal") if element in statement]
        if self.kind == "identity":
            for element in given:
                self._refuse(f"{element} has no place in an identity policy: it is about whoever has the policy")
            return None, False
        if len(given) != 1:
            self._refuse("Principal and NotPrincipal exclude each other" if given else "Principal is missing")
            return None, False
        element = given[0]
        if element == "NotPrincipal" and self.kind == "trust":
            self._refuse("NotPrincipal has no place in a trust policy")
        elif element == "NotPrincipal" and not denies:
            self._refuse("NotPrincipal needs Effect 'Deny': AWS does not support it with 'Allow'")
        named = self._read(partial(principals, statement[element]), f"{element} ")
        for problem in named.unknown if named else ():
            self._warn(f"{element} {problem}")
        return named, element == "NotPrincipal"

    def _conditions(self, block: Any) -> tuple[Condition, ...]:
        if not isinstance(block, Mapping):
            self._refuse(f"Condition needs an object, not {block!r}")
            return ()
        read: list[Condition] = []
        for operator, keys in block.items():
            if not isinstance(keys, Mapping):
                self._refuse(f"{operator} needs an object of keys and values, not {keys!r}")
                continue
            if not keys:
                self._warn(f"{operator} has no key: it says nothing")
            for key, value in keys.items():
                one = self._condition(operator, key, value)
                if one is not None:
                    read.append(one)
        return tuple(read)

    def _condition(self, operator: str, key: str, value: Any) -> Condition | None:
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str | bool | int | float) for one in values):
            self._refuse(
                f"{operator} on {key} needs a text, a number, true or false, or a list of these, not {value!r}"
            )
            return None
        if not values:
            self._warn(f"{operator} on {key} has an empty list of values")
        texts = tuple(one if isinstance(one, str) else json.dumps(one) for one in values)
        return self._read(partial(condition, operator, key, texts, variables=self.variables))

    def _one_of(self, statement: Mapping[str, Any], element: str, negation: str) -> tuple[str | None, list[str]]:
        if element in statement and negation in statement:
            self._refuse(f"{element} and {negation} exclude each other")
        given = element if element in statement else negation
        if given not in statement:
            return None, []
        value = statement[given]
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            self._refuse(f"{given} needs a text or a list of texts, not {value!r}")
            return given, []
        if not texts:
            self._warn(f"{given} is an empty list")
        return given, texts

    def _known_elements(self, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for element in given:
            if element not in known:
                near = difflib.get_close_matches(element, known, n=1)
                self._refuse(f"unknown element {element!r}" + (f", did you mean {near[0]!r}" if near else ""))

    def _read(self, read: Callable[[], _T], element: str = "") -> _T | None:
        try:
            return read()
        except ValueError as problem:
            self._refuse(f"{element}{problem}")
            return None

    def _refuse(self, problem: str) -> None:
        self.unreadable.append(f"{self.at}{problem}")

    def _warn(self, problem: str) -> None:
        self.unstorable.append(f"{self.at}{problem}")
