"""The register: what Pulumi engines have made in the account, by whatever stack, and what each is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from emulator.program.record import Resource, name_of, type_of
from emulator.provisioning.resource_type import Values
from emulator.wire import plain


@dataclass
class Register:
    """Resources as they were made. While one takes the place of another, both are here."""

    _entries: list[Resource] = field(default_factory=list)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._entries)

    def of(self, urn: str) -> list[Resource]:
        """The resources of a URN, the oldest first."""
        return [entry for entry in self._entries if entry.urn == urn]

    def get(self, urn: str, made_id: str) -> Resource | None:
        """The one of a URN that AWS calls so."""
        return next((entry for entry in self.of(urn) if entry.id == made_id), None)

    def put(self, resource: Resource) -> None:
        """Enter a resource, in the place of the one with its URN and id."""
        known = self.get(resource.urn, resource.id)
        if known is None:
            self._entries.append(resource)
        else:
            self._entries[self._entries.index(known)] = resource

    def strike(self, urn: str, made_id: str) -> None:
        """Strike a resource out; one that is not here changes nothing."""
        self._entries = [entry for entry in self._entries if (entry.urn, entry.id) != (urn, made_id)]

    def know_again(self, urn: str, inputs: Values, names: tuple[str, ...]) -> None:
        """Let the resource with these values belong to a URN that has none: its stack calls it so by an alias now."""
        known = self.holding(urn, inputs, names) if inputs and not self.of(urn) else None
        if known is not None:
            self._entries[self._entries.index(known)] = replace(known, urn=urn, name=name_of(urn))

    def holding(self, urn: str, inputs: Values, names: tuple[str, ...]) -> Resource | None:
        """Another resource of the same type that has the same values of these inputs.

        Args:
            urn: of the resource that asks, which does not stand in its own way.
            names: the inputs whose values AWS keeps only one for; none means that it keeps many.
        """
        for entry in self._entries:
            same = all(plain(entry.inputs.get(name)) == inputs.get(name) for name in names)
            if names and same and entry.type == type_of(urn) and entry.urn != urn:
                return entry
        return None
