"""The workshop: what Pulumi engines have done in the account, each over a connection of its own.

An engine opens one connection for each provider resource and each operation, so the connection tells whose settings
hold. All of it is done on the account's own thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from emulator.account import Account
from emulator.identity import ADMINISTRATOR
from emulator.program.record import Resource, name_of, type_of
from emulator.provisioning.autonames import is_autonamed
from emulator.provisioning.catalogue import TYPES
from emulator.provisioning.deployer import deploying
from emulator.provisioning.difference import Difference
from emulator.provisioning.provider_settings import ProviderSettings, read_provider_settings
from emulator.provisioning.provisioner import Checked, Provisioner
from emulator.provisioning.resource_type import Made, Refused, Values
from emulator.serving.register import Register
from emulator.wire import holds_secret, plain, shielded


class Workshop:
    """Makes, changes, reads and deletes for engines, as the deploying role of each connection.

    Values come and go as they are on the wire, secrets wrapped; what was secret in an input is secret in the output of
    the same name.

    Args:
        account: where things are made.
        register: what was made, by whom; whoever keeps the account keeps it too.
    """

    def __init__(self, account: Account, register: Register) -> None:
        self._account = account
        self._register = register
        self._provisioner = Provisioner(account)
        self._settings: dict[str, ProviderSettings] = {}
        self._engine_knows: set[tuple[str, str]] = set()
        """Connections and URNs whose thing the engine told of: what it makes of them takes that thing's place."""
        self._spent: dict[str, set[str]] = {}
        """By URN the names of things that could not be made whole: AWS may have begun with them."""

    def objections(self, given: Values) -> list[str]:
        """What is wrong with the settings of a provider."""
        return read_provider_settings(self._account, plain(given))[1]

    def configure(self, connection: str, given: Values) -> None:
        """From now on these settings hold for a connection.

        Raises:
            Refused: they are wrong, or the deploying role cannot be assumed.
        """
        # Its port may have been that of an engine that was killed.
        self.forget(connection)
        settings, problems = read_provider_settings(self._account, plain(given))
        if problems:
            raise Refused("; ".join(problems))
        self._settings[connection] = settings

    def forget(self, connection: str) -> None:
        """The operation of a connection is over."""
        self._settings.pop(connection, None)
        self._engine_knows = {each for each in self._engine_knows if each[0] != connection}

    def check(self, connection: str, urn: str, given: Values, before: Values) -> Checked:
        """Read the inputs of a resource; what nobody can tell yet passes.

        Args:
            before: the inputs of the thing that is there; empty where a new one is made.
        """
        if before:
            self._engine_knows.add((connection, urn))
        taken = set() if before else self._taken(connection, urn)
        checked = self._provisioner.check(
            urn, given, self._of(connection), before=plain(before), taken=taken, planning=True
        )
        problems = checked.problems
        if not problems:
            problems = tuple(self._second(urn, checked.inputs, plain(before)))
        return Checked(shielded(checked.inputs, _secret(given)), problems)

    def difference(self, connection: str, urn: str, old: Values, new: Values) -> Difference:
        """What changed from one set of checked inputs to another."""
        difference = self._provisioner.difference(type_of(urn), plain(old), plain(new))
        self._engine_knows.add((connection, urn))
        # A name that was made up is made up anew, so both can be there for a while, as with Pulumi's own provider
        # (`nameRequiresDeleteBeforeReplace` of pulumi-terraform-bridge).
        return replace(difference, delete_first=difference.delete_first and not _is_autonamed(urn, new))

    def planned(self, urn: str, inputs: Values, outputs: Values | None = None) -> Values:
        """The outputs of a thing that is to be made, or of the one with these outputs that is to be changed."""
        planned = self._provisioner.planned(type_of(urn), plain(inputs), None if outputs is None else plain(outputs))
        return shielded(planned, _secret(inputs))

    def create(self, connection: str, urn: str, inputs: Values) -> Resource:
        """Make a thing.

        Raises:
            Refused: AWS would not make it.
        """
        told = plain(inputs)
        forgotten = self._forgotten(connection, urn)
        with self._deploying(connection):
            if forgotten is not None:
                return self._entered(urn, inputs, self._taken_up(forgotten, told))
            self._look_at_rights(urn, told)
            return self._entered(urn, inputs, self._new(urn, told))

    def read(self, connection: str, urn: str, made_id: str, known: Values) -> Resource | None:
        """A thing as it stands in the account; None where it is gone.

        Args:
            known: its inputs when it was last looked at; empty where it is imported.

        Raises:
            Refused: there is no such type or id.
        """
        with self._deploying(connection):
            found = self._provisioner.read(type_of(urn), made_id, plain(known), self._of(connection))
        if found is None:
            self._register.strike(urn, made_id)
            return None
        return self._entered(urn, shielded(found.inputs, _secret(known)), found.made)

    def update(self, connection: str, urn: str, made_id: str, old: Values, new: Values) -> Resource:
        """Change a thing.

        Raises:
            Refused: AWS would not change it.
        """
        told = plain(new)
        with self._deploying(connection):
            self._look_at_rights(urn, told)
            return self._entered(urn, new, self._provisioner.update(type_of(urn), made_id, plain(old), told))

    def delete(self, connection: str, urn: str, made_id: str, inputs: Values) -> None:
        """Delete a thing.

        Raises:
            Refused: AWS would not delete it.
        """
        with self._deploying(connection):
            self._provisioner.delete(type_of(urn), made_id, inputs)
        self._register.strike(urn, made_id)

    def call(self, connection: str, token: str, given: Values) -> Values:
        """What a function of the provider answers.

        Raises:
            Refused: it is not known, or its arguments are wrong.
        """
        with self._deploying(connection):
            return self._provisioner.call(token, given)

    def _of(self, connection: str) -> ProviderSettings:
        if connection not in self._settings:
            raise Refused("this provider has no settings: it was not configured, or its operation was cancelled")
        return self._settings[connection]

    def _deploying(self, connection: str) -> AbstractContextManager[None]:
        return deploying(self._account, self._of(connection).deployer)

    def _taken(self, connection: str, urn: str) -> set[str]:
        """Names that a new thing of this URN must not have."""
        replaced = self._register.of(urn) if (connection, urn) in self._engine_knows else []
        names = {name for entry in replaced for name in _texts(plain(entry.inputs))}
        return names | self._spent.get(urn, set())

    def _second(self, urn: str, inputs: Values, before: Values) -> Iterator[str]:
        """Whether there is one already of what AWS keeps only one of."""
        names = self._provisioner.singled_out(type_of(urn))
        if before:
            self._register.know_again(urn, before, names)
            if all(before.get(name) == inputs.get(name) for name in names):
                return
        other = self._register.holding(urn, inputs, names)
        while other is not None and not self._is_there(other):
            self._register.strike(other.urn, other.id)
            other = self._register.holding(urn, inputs, names)
        if other is not None:
            told = " and ".join(f"{name} {inputs.get(name)!r}" for name in names)
            yield (
                f"{told} is {name_of(other.urn)}'s already: AWS keeps one, and a second would replace it without a word"
            )

    def _is_there(self, resource: Resource) -> bool:
        """Whether a thing is still in the account: clients of AWS delete too, and other stacks what this one read."""
        known = plain(resource.inputs)
        with self._account.acting(ADMINISTRATOR):
            return self._provisioner.read(resource.type, resource.id, known, ProviderSettings()) is not None

    def _look_at_rights(self, urn: str, inputs: Values) -> None:
        for need in self._provisioner.needs(type_of(urn), inputs):
            decision = need.decide()
            if not decision.allowed:
                raise Refused(f"needs that {need.says}: {decision.reason}")

    def _forgotten(self, connection: str, urn: str) -> Resource | None:
        """A thing that was made for this URN and that its engine knows nothing of: it was killed meanwhile."""
        known = self._register.of(urn)
        return known[-1] if known and (connection, urn) not in self._engine_knows else None

    def _taken_up(self, forgotten: Resource, inputs: Values) -> Made:
        """A thing of which its engine knows nothing, made as it should be now."""
        kind, made_id, old = forgotten.type, forgotten.id, plain(forgotten.inputs)
        self._look_at_rights(forgotten.urn, inputs)
        if self._is_there(forgotten) and not self._provisioner.difference(kind, old, inputs).replaces:
            return self._provisioner.update(kind, made_id, old, inputs)
        self._provisioner.delete(kind, made_id, old)
        self._register.strike(forgotten.urn, made_id)
        return self._new(forgotten.urn, inputs)

    def _new(self, urn: str, inputs: Values) -> Made:
        """A thing that was not there. What it stands beside until it takes its place has other made-up ids."""
        self._account.storage.seed(" beside ".join([urn, *(entry.id for entry in self._register.of(urn))]))
        try:
            return self._provisioner.create(type_of(urn), inputs)
        except Refused:
            self._spent.setdefault(urn, set()).update(_texts(inputs))
            raise

    def _entered(self, urn: str, inputs: Values, made: Made) -> Resource:
        """What was made, as it is written down."""
        resource = Resource(
            urn=urn,
            type=type_of(urn),
            name=name_of(urn),
            id=made.id,
            arn=made.arn,
            inputs=inputs,
            outputs=shielded(made.outputs, _secret(inputs)),
            dependencies=frozenset(),
            parent=None,
        )
        self._register.put(resource)
        if made.arn is not None:
            self._account.names.give(made.arn, resource.name)
        return resource


def _secret(told: Mapping[str, Any]) -> set[str]:
    return {name for name, value in told.items() if holds_secret(value)}


def _is_autonamed(urn: str, inputs: Values) -> bool:
    """Whether Pulumi made up the name among the inputs."""
    autoname = TYPES[type_of(urn)].autoname
    name = plain(inputs.get(autoname.input)) if autoname is not None else None
    return autoname is not None and isinstance(name, str) and is_autonamed(name)


def _texts(inputs: Values) -> set[str]:
    return {value for value in inputs.values() if isinstance(value, str)}
