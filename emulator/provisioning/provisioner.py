"""The provisioner: checks, makes and deletes Pulumi resources in the account, whoever asks for them.

It is what every front door shares: it knows nothing of programs, stacks or the order of things.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ParamValidationError

from emulator.program.record import name_of, type_of
from emulator.provisioning.autonames import autonamed
from emulator.provisioning.catalogue import FUNCTIONS, TYPES
from emulator.provisioning.inputs import Input, Text, Wrong, read_inputs
from emulator.provisioning.provider_settings import ProviderSettings
from emulator.provisioning.resource_type import Made, Need, Refused, ResourceType, Values
from emulator.wire import holds_secret, plain, unknown_paths

if TYPE_CHECKING:
    from emulator.account import Account


@dataclass(frozen=True)
class Checked:
    """Inputs that were read, and everything that is wrong with them."""

    inputs: Values
    """Complete with names and defaults, and plain: no wrappings of secrets."""
    problems: tuple[str, ...]


class Provisioner:
    """Makes things in one account."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def check(self, urn: str, given: Values, settings: ProviderSettings) -> Checked:
        """Read the inputs of a resource.

        Args:
            urn: names its type, and its logical name, from which it is named where the program does not.
            given: as they came over the wire.
            settings: of its provider.
        """
        kind = TYPES.get(type_of(urn))
        if kind is None:
            return Checked({}, (_not_known("this type", type_of(urn), TYPES),))
        if unknowns := list(unknown_paths(given)):
            return Checked({}, tuple(f"input {path} has no known value" for path in unknowns))
        wrong: list[Wrong] = []
        inputs = read_inputs(_inputs_of(kind), plain(given), wrong)
        problems = [str(_without_secret(one, given)) for one in wrong]
        problems += self._of_region(inputs)
        # Sentences about several inputs can only be trusted where each of them is right.
        problems += [] if problems else kind.contradictions(inputs)
        if kind.autoname is not None and kind.autoname.input not in inputs:
            try:
                inputs[kind.autoname.input] = autonamed(kind.autoname, urn, name_of(urn), inputs)
            except Refused as refusal:
                problems.append(str(refusal))
        if "tags" in kind.inputs:
            inputs["tagsAll"] = {**settings.default_tags, **inputs.get("tags", {})}
        return Checked(inputs, tuple(problems))

    def _of_region(self, inputs: Values) -> Iterator[str]:
        region = inputs.get("region", self._account.region)
        if region != self._account.region:
            yield f"region {region!r} needs {self._account.region!r}: the embedded account has this one region"

    def singled_out(self, type_token: str) -> tuple[str, ...]:
        """The inputs whose values AWS keeps only one of these for."""
        return TYPES[type_token].one_per

    def needs(self, type_token: str, inputs: Values) -> Iterator[Need]:
        """The rights AWS looks for before it makes the thing."""
        return TYPES[type_token].needs(self._account, inputs)

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
        kind = TYPES[type_token]
        with _answers_told():
            made = kind.create(self._account, inputs)
        known = {"region": self._account.region} if kind.regional else {}
        if made.arn is not None:
            known["arn"] = made.arn
        return replace(made, outputs={**inputs, **known, **made.outputs})

    def delete(self, type_token: str, made_id: str, inputs: Values) -> None:
        """Delete what `create` made of these inputs.

        Raises:
            Refused: AWS would not delete it; the text says why.
        """
        with _answers_told():
            TYPES[type_token].delete(self._account, made_id, plain(inputs))

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
    top = wrong.path.partition(".")[0].partition("[")[0]
    return replace(wrong, given="[secret]") if holds_secret(given.get(top)) else wrong


def _not_known(what: str, token: str, catalogue: Mapping[str, object]) -> str:
    service = token.partition("/")[0]
    near = ", ".join(sorted(known for known in catalogue if known.partition("/")[0] == service))
    return f"the embedded account does not do {what} yet" + (f": of this service it knows {near}" if near else "")
