"""The contract of a resource type: what it may be told, what AWS looks for first, and how it is made, changed, read
and deleted.

The types themselves stand in `emulator/provider/`, one AWS service per file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.provisioning.inputs import Entries, Input, Text

if TYPE_CHECKING:
    from emulator.account import Account
    from emulator.iam import Decision

Values = Mapping[str, Any]
"""Inputs or outputs by the names Pulumi gives them."""

TAGS = Entries(of=Text(most=256), key=Text(least=1, most=128), most=50)
"""Tags (`TagResource` of most services: 50 tags, keys of up to 128 and values of up to 256 characters)."""


class Refused(Exception):
    """The account refuses to make a thing; the text says what it needs."""


@dataclass(frozen=True)
class Autoname:
    """The input that Pulumi fills with `<logical name>-<7 hexadecimal digits>` where the program says nothing.

    The lengths are those of pulumi-aws ("provider/resources.go").
    """

    input: str
    most: int
    """How many characters the name may have."""
    lower_case: bool = False
    suffix: Callable[[Values], str] = lambda inputs: ""
    """What a name has to end in, by the other inputs."""


@dataclass(frozen=True)
class Need:
    """A right that AWS looks for when a thing is made."""

    says: str
    """The right as a sentence: `s3.amazonaws.com may lambda:InvokeFunction on feeds-split-function-1a2b3c4`."""
    holder: str
    """ARN of the thing or role whose policies decide."""
    decide: Callable[[], Decision]


@dataclass(frozen=True)
class Made:
    """A thing that was made."""

    id: str
    arn: str | None = None
    outputs: Values = field(default_factory=dict)
    """What is known of it beside its inputs."""


@dataclass(frozen=True)
class Found:
    """A thing as it stands in the account."""

    inputs: Values
    """What `check` would give for it: complete with defaults, `tagsAll` in the place of `tags`."""
    made: Made
    """What `create` would have said of it."""


class ResourceType:
    """One type of Pulumi resource.

    `inputs` given to the methods were read: complete with defaults, free of secrets' wrappings and unknowns, and
    `tagsAll` among them holds the thing's own tags over the provider's. What the methods ask of AWS they ask through
    `account.client`, so that whoever deploys needs the rights to it.
    """

    pulumi_type: ClassVar[str]
    """Its token, `aws:sqs/queue:Queue`."""
    inputs: ClassVar[Mapping[str, Input]]
    autoname: ClassVar[Autoname | None] = None
    regional: ClassVar[bool] = True
    """Whether it can be told a region of its own."""
    one_per: ClassVar[tuple[str, ...]] = ()
    """The inputs whose values AWS keeps only one of these for: a second one would replace the first without a word."""
    replaces: ClassVar[tuple[str, ...]] = ()
    """The inputs that AWS cannot change on a thing that is there, by their first word: another takes its place."""
    recomputed: ClassVar[tuple[str, ...]] = ()
    """The outputs that an update may change."""

    def contradictions(self, inputs: Values) -> Iterator[str]:
        """What is wrong between the inputs, as far as they are there; each is a sentence."""
        return iter(())

    def needs(self, account: Account, inputs: Values) -> Iterator[Need]:
        """The rights that AWS looks for before it makes the thing."""
        return iter(())

    def right_on(self, account: Account, inputs: Values) -> str | None:
        """ARN of the thing or role this one is a right on. None: it is no right, and cannot be withdrawn."""
        return None

    def create(self, account: Account, inputs: Values) -> Made:
        """Make it.

        Raises:
            Refused: AWS would not make it.
            ClientError: the account's API says so.
        """
        raise NotImplementedError

    def recomputed_by(self, old: Values, new: Values) -> Iterable[str]:
        """The outputs that an update from `old` inputs to `new` ones may change; values may be unknown."""
        return self.recomputed

    def replaced_by(self, old: Values, new: Values) -> Iterable[str]:
        """Further inputs that cannot be changed on the thing, where that depends on their values."""
        return ()

    def update(self, account: Account, made_id: str, old: Values, new: Values) -> Made:
        """Change a thing that was made of `old` inputs into what `create` would make of `new` ones.

        None of the inputs that `replaces` and `replaced_by` name differs.

        Raises:
            Refused: AWS would not change it.
            ClientError: the account's API says so.
        """
        raise NotImplementedError

    def read(self, account: Account, made_id: str, known: Values) -> Found | None:
        """The thing as it stands in the account; None where it is gone.

        Args:
            made_id: as `create` gave it, or as somebody who imports a thing writes it.
            known: the inputs it had when it was last looked at, for what AWS never tells; empty where it is imported.

        Raises:
            Refused: `made_id` is not written as this type's ids are.
        """
        raise NotImplementedError

    def delete(self, account: Account, made_id: str, inputs: Values) -> None:
        """Delete what `create` made of the same inputs. What is gone already is no error."""
        raise NotImplementedError


@dataclass(frozen=True)
class Function:
    """A function of a provider, which a program calls to learn something: Pulumi calls that an invoke."""

    token: str
    inputs: Mapping[str, Input]
    call: Callable[[Account, Values], Values]
