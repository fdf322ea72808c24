"""The provisioner: checks, makes, changes, reads and deletes Pulumi resources in the account, whoever asks for them.

It is what every front door shares: it knows nothing of programs, stacks or the order of things.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ParamValidationError

from emulator.program.record import name_of, type_of
from emulator.provisioning.autonames import autonamed, is_autonamed
from emulator.provisioning.catalogue import FUNCTIONS, TYPES
from emulator.provisioning.difference import Difference, first_word
from emulator.provisioning.inputs import Input, Text, Wrong, read_inputs
from emulator.provisioning.provider_settings import ProviderSettings
from emulator.provisioning.resource_type import TAGS, Autoname, Found, Made, Need, Refused, ResourceType, Values
from emulator.provisioning.unknowns import as_far_as_known
from emulator.wire import UNKNOWN, Unknown, holds_secret, plain, unknown_paths

if TYPE_CHECKING:
    from emulator.account import Account


@dataclass(frozen=True)
class Checked:
    """Inputs that were read, and everything that is wrong with them."""

    inputs: Values
    """Complete with names and defaults, and plain: no wrappings of secrets."""
    problems: tuple[str, ...]


class Provisioner:
    """Makes things in one account, as whoever acts in it."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def check(
        self,
        urn: str,
        given: Values,
        settings: ProviderSettings,
        *,
        before: Values | None = None,
        taken: Container[str] = (),
        planning: bool = False,
    ) -> Checked:
        """Read the inputs of a resource.

        Args:
            urn: names its type, and its logical name, from which it is named where the program does not.
            given: as they came over the wire.
            settings: of its provider.
            before: the inputs of the thing that is there, which keeps its name; None where a new one is made.
            taken: names of the things of this URN that are there, beside which a new one is made.
            planning: whether values that nobody can tell yet are to pass. They are refused otherwise.
        """
        kind = TYPES.get(type_of(urn))
        if kind is None:
            return Checked({}, (_not_known("this type", type_of(urn), TYPES),))
        # What was read of an imported thing is checked as well, and there all of its tags are told.
        given = {name: value for name, value in given.items() if name != "tagsAll" or "tags" not in kind.inputs}
        if not planning and (unknowns := list(unknown_paths(given))):
            return Checked({}, tuple(f"input {path} has no known value" for path in unknowns))
        wrong: list[Wrong] = []
        inputs = read_inputs(_inputs_of(kind), plain(given), wrong)
        wrong += self._of_region(inputs)
        problems = [str(_without_secret(one, given)) for one in wrong]
        if kind.autoname is not None and kind.autoname.input not in inputs:
            try:
                inputs[kind.autoname.input] = _named(kind.autoname, urn, inputs, before or {}, taken)
            except Refused as refusal:
                problems.append(str(refusal))
        # Sentences about several inputs can only be trusted where each of them is right.
        problems += [] if wrong else as_far_as_known(kind.contradictions, inputs)
        if "tags" in kind.inputs:
            tags = inputs.get("tags", {})
            # Of tags that are unknown, or no tags at all, nobody can tell what they are together with the others.
            inputs["tagsAll"] = {**settings.default_tags, **tags} if isinstance(tags, Mapping) else UNKNOWN
        return Checked(inputs, tuple(problems))

    def _of_region(self, inputs: Values) -> Iterator[Wrong]:
        region, only = inputs.get("region"), self._account.region
        if isinstance(region, str) and region != only:
            yield Wrong("region", region, f"{only!r}: the embedded account has this one region")

    def singled_out(self, type_token: str) -> tuple[str, ...]:
        """The inputs whose values AWS keeps only one of these for."""
        return _kind(type_token).one_per

    def needs(self, type_token: str, inputs: Values) -> Iterator[Need]:
        """The rights AWS looks for before it makes the thing."""
        return _kind(type_token).needs(self._account, inputs)

    def right_on(self, type_token: str, inputs: Values) -> str | None:
        """ARN of the thing or role this resource is a right on; None where it is no right."""
        kind = TYPES.get(type_token)
        return kind.right_on(self._account, plain(inputs)) if kind else None

    def create(self, type_token: str, inputs: Values) -> Made:
        """Make the thing.

        Returns:
            Its id, and its outputs: everything that is known of it, its inputs too.

        Raises:
            Refused: AWS would not make it; the text says why.
        """
        kind = _kind(type_token)
        with _answers_told():
            return self._known(kind, inputs, kind.create(self._account, inputs))

    def difference(self, type_token: str, old: Values, new: Values) -> Difference:
        """What changed from one set of checked inputs to another, and whether the thing can change so."""
        kind = _kind(type_token)
        # Where no region is said it is the account's.
        old, new = ({"region": self._account.region, **inputs} for inputs in (old, new))
        declared = {**_inputs_of(kind), "tagsAll": TAGS}
        changes = {
            path: change
            for name, wanted in declared.items()
            for path, change in wanted.changes(name, old.get(name), new.get(name))
        }
        difference = Difference(changes)
        fixed = {*kind.replaces, "region"}
        if not list(unknown_paths(new)):
            fixed.update(kind.replaced_by(old, new))
        replaces = frozenset(difference.inputs & fixed)
        same_one = bool(kind.one_per) and all(old.get(name) == new.get(name) for name in kind.one_per)
        return replace(difference, replaces=replaces, delete_first=bool(replaces) and same_one)

    def planned(self, type_token: str, inputs: Values, outputs: Values | None = None) -> Values:
        """The outputs of a thing that is to be made, or to be changed, as far as they can be told.

        Args:
            outputs: of the thing that is to be changed; None where there is none.
        """
        if outputs is None:
            return inputs
        kind = _kind(type_token)
        further = {name: value for name, value in outputs.items() if name not in kind.inputs}
        return {**further, **inputs, **dict.fromkeys(kind.recomputed_by(outputs, inputs), UNKNOWN)}

    def update(self, type_token: str, made_id: str, old: Values, new: Values) -> Made:
        """Change a thing that was made of `old` inputs into one of `new` ones; `create` says what it gives.

        Raises:
            Refused: AWS would not change it; the text says why.
        """
        kind = _kind(type_token)
        with _answers_told():
            return self._known(kind, new, kind.update(self._account, made_id, old, new))

    def read(self, type_token: str, made_id: str, known: Values, settings: ProviderSettings) -> Found | None:
        """A thing as it stands in the account; None where it is gone.

        Args:
            known: its inputs when it was last looked at; empty where it is imported.
            settings: of its provider, whose tags are not the thing's own.

        Raises:
            Refused: the type is not known, the id is not written as its ids are, or AWS would not tell.
        """
        kind = _kind(type_token)
        with _answers_told():
            found = kind.read(self._account, made_id, known)
        if found is None:
            return None
        inputs = {**found.inputs, **({"region": known["region"]} if "region" in known else {})}
        if "tagsAll" in inputs:
            own = known.get("tags", {})
            tags = {
                key: value
                for key, value in inputs["tagsAll"].items()
                if key in own or settings.default_tags.get(key) != value
            }
            if tags or "tags" in known:
                inputs["tags"] = tags
        return Found(inputs, self._known(kind, inputs, found.made))

    def _known(self, kind: ResourceType, inputs: Values, made: Made) -> Made:
        known = {"region": self._account.region} if kind.regional else {}
        if made.arn is not None:
            known["arn"] = made.arn
        return replace(made, outputs={**inputs, **known, **made.outputs})

    def delete(self, type_token: str, made_id: str, inputs: Values) -> None:
        """Delete what `create` made of these inputs; what is gone already stays gone.

        Raises:
            Refused: AWS would not delete it; the text says why.
        """
        kind, inputs = _kind(type_token), plain(inputs)
        try:
            with _answers_told():
                kind.delete(self._account, made_id, inputs)
        except Refused:
            with _answers_told():
                if kind.read(self._account, made_id, inputs) is not None:
                    raise

    def call(self, token: str, given: Values) -> Values:
        """What a function of the provider answers.

        Raises:
            Refused: the function is not known, or its arguments are wrong.
        """
        function = FUNCTIONS.get(token)
        if function is None:
            raise Refused(_not_known(f"the function {token}", token, FUNCTIONS))
        wrong: list[Wrong] = []
        arguments = read_inputs(function.inputs, plain(given), wrong)
        if wrong:
            raise Refused("; ".join(map(str, wrong)))
        return function.call(self._account, arguments)


def _kind(type_token: str) -> ResourceType:
    kind = TYPES.get(type_token)
    if kind is None:
        raise Refused(_not_known("this type", type_token, TYPES))
    return kind


def _named(autoname: Autoname, urn: str, inputs: Values, before: Values, taken: Container[str]) -> str | Unknown:
    """The name of a thing that the program leaves open: the one it has, or one that nothing of its URN has."""
    kept = before.get(autoname.input, "")
    # A thing that has to be called otherwise, as a FIFO queue has, is another one: pulumi-aws names it anew.
    if is_autonamed(kept, next(as_far_as_known(lambda known: [autoname.suffix(known)], inputs), None)):
        return str(kept)

    def names(known: Values) -> Iterator[str]:
        return (autonamed(autoname, urn, name_of(urn), known, place) for place in count())

    # How it ends may depend on an input that nobody can tell yet.
    return next((name for name in as_far_as_known(names, inputs) if name not in taken), UNKNOWN)


@contextmanager
def _answers_told() -> Iterator[None]:
    """Turns an error of the account's API into a refusal in words."""
    try:
        yield
    except ClientError as error:
        answer = error.response["Error"]
        raise Refused(f"{error.operation_name} answers {answer.get('Code')}: {answer.get('Message')}") from error
    except ParamValidationError as error:
        raise Refused(str(error)) from error


def _inputs_of(kind: ResourceType) -> Mapping[str, Input]:
    return {**kind.inputs, "region": Text()} if kind.regional else kind.inputs


def _without_secret(wrong: Wrong, given: Mapping[str, Any]) -> Wrong:
    return replace(wrong, given="[secret]") if holds_secret(given.get(first_word(wrong.path))) else wrong


def _not_known(what: str, token: str, catalogue: Mapping[str, object]) -> str:
    service = token.partition("/")[0]
    near = ", ".join(sorted(known for known in catalogue if known.partition("/")[0] == service))
    return f"the embedded account does not do {what} yet" + (f": of this service it knows {near}" if near else "")
