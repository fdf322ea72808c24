"""The address book: what the names of a journey stand for in a deployed stack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from components.ledger import Grant, Handshake, Ledger, Thing

DEFAULT_BUS = "default event bus"
"""What the ledger calls the bus that every account has; pages say `default`."""


@dataclass(frozen=True)
class AddressBook:
    """The ledger a stack exported, and the things its names stand for."""

    ledger: Ledger
    things: Mapping[str, Thing]

    @classmethod
    def from_outputs(cls, outputs: Mapping[str, Any]) -> AddressBook:
        """Read what a deployed stack exported as `ledger`; a stack that exports none has nothing to address."""
        exported = outputs.get("ledger") or {"handshakes": [], "grants": [], "things": {}}
        things = {
            name: Thing(
                thing["kind"], thing["arn"], {verb: tuple(actions) for verb, actions in thing.get("verbs", {}).items()}
            )
            for name, thing in exported.get("things", {}).items()
        }
        return cls(Ledger.from_export(exported), things)

    def of_kind(self, *kinds: str) -> list[str]:
        """The names of all things of these kinds, sorted."""
        return sorted(name for name, thing in self.things.items() if thing.kind in kinds)

    @property
    def functions(self) -> list[str]:
        return self.of_kind("function")

    @property
    def sources(self) -> list[str]:
        """Whatever events come from."""
        wakers = {line.waker for line in self.ledger.handshakes}
        return sorted({*wakers, *self.of_kind("bucket", "queue", "event_bus", "topic"), DEFAULT_BUS})

    @property
    def archived(self) -> list[str]:
        """The event buses whose events are kept."""
        return [name.removesuffix(".archive") for name in self.of_kind("archive")]

    @property
    def dead_letters(self) -> list[str]:
        """The places where failed events land."""
        landings = {landing.where for line in self.ledger.handshakes for landing in line.landings if landing.where}
        return sorted({*self.of_kind("dead_letters", "failed_records"), *landings})

    def landing_in(self, place: str) -> list[str]:
        """The functions whose failed events land in a place."""
        lines = self.ledger.handshakes
        return sorted({line.woken for line in lines if place in [landing.where for landing in line.landings]})

    @property
    def rights(self) -> dict[str, Handshake | Grant]:
        """Every line of the ledger by its name."""
        lines: list[Handshake | Grant] = [*self.ledger.handshakes, *self.ledger.grants]
        return {line.name: line for line in lines}

    def thing_at(self, arn: str) -> str | None:
        """The name of the thing that an ARN means, or lies in (`bucket/key`, `table/index/name`)."""
        inside = [
            (len(thing.arn), name)
            for name, thing in self.things.items()
            if arn == thing.arn or arn.startswith((f"{thing.arn}/", f"{thing.arn}:"))
        ]
        return max(inside)[1] if inside else None

    def own_name(self, name: str) -> str:
        """What AWS calls a thing: the last part of its ARN."""
        if name == DEFAULT_BUS:
            return "default"
        return self.things[name].arn.rpartition(":")[2].rpartition("/")[2]

    def in_names(self, text: str) -> str:
        """A text with the names of things where it has their ARNs."""
        for name, thing in sorted(self.things.items(), key=lambda entry: -len(entry[1].arn)):
            text = text.replace(thing.arn, name)
        return text


def full_name(name: str, pipeline: str, known: Iterable[str]) -> str | None:
    """The full name that `name` means inside `pipeline`: its own thing first, then anybody's, then AWS's own."""
    names = set(known)
    meant = (f"{pipeline}.{name}", name, DEFAULT_BUS if name == "default" else name)
    return next((each for each in meant if each in names), None)


def page_of(address: str) -> str:
    """The page where an address stands: `feeds.record` is on `pipelines/feeds/pipeline.yaml`."""
    return f"pipelines/{address.partition('.')[0]}/pipeline.yaml"
