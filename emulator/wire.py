"""The values that travel between a Pulumi program and whoever makes its resources, and their spelling on the wire.

Source of the spelling: `sdk/go/common/resource` of pulumi/pulumi, "properties.go" and "asset.go".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from google.protobuf import struct_pb2  # type: ignore[import-untyped]

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  (the wire's name for the type)
_ASSET = "c44067f5952c0a294b673a41bacd8c17"
_ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class Unknown(Enum):
    """The type of `UNKNOWN`, a value that nobody can tell yet."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True)
class Secret:
    """A value that must not be shown."""

    value: Any = field(repr=False)


@dataclass(frozen=True)
class Asset:
    """One file: by its path, or by its text."""

    path: str | None = None
    text: str | None = None
    hash: str = ""
    """SHA-256 of its content, where the engine says it; of what was kept long ago there is nothing else."""


@dataclass(frozen=True)
class Archive:
    """Several files: a folder or an archive by its path, or assets and archives by their path inside."""

    path: str | None = None
    assets: Mapping[str, Asset | Archive] = field(default_factory=dict)
    hash: str = ""
    """SHA-256 of its content, as in `Asset`."""


class WireError(ValueError):
    """A value on the wire that cannot be read here; the text names it."""


def from_struct(struct: struct_pb2.Struct, *, nulls: bool = False) -> dict[str, Any]:
    """The values of a message.

    Args:
        nulls: whether mappings keep them, as those that a stack exports do. Of an input one means that nothing was
            said, and it is left out.

    Returns:
        Plain JSON values, with whole numbers as `int`, and `Secret`, `UNKNOWN`, `Asset` and `Archive` among them. The
        wire keeps no order of keys, so they are sorted.

    Raises:
        WireError: something that is none of these: a resource, an asset behind a web address.
    """
    values = {name: _from_value(value, nulls) for name, value in sorted(struct.fields.items())}
    return values if nulls else _without_none(values)


def to_struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """The message for values as `from_struct` gives them."""
    struct = struct_pb2.Struct()
    struct.update(_to_plain(values))
    return struct


def plain(value: Any) -> Any:
    """The value without its secrets' wrappings, all the way down."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def holds_secret(value: Any) -> bool:
    """Whether any part of the value is a secret."""
    if isinstance(value, Mapping):
        return any(map(holds_secret, value.values()))
    if isinstance(value, list):
        return any(map(holds_secret, value))
    return isinstance(value, Secret)


def shielded(values: Mapping[str, Any], secret: Collection[str]) -> dict[str, Any]:
    """The values, with those of the names in `secret` wrapped; all of a thing's tags are secret where its own are."""
    names = {*secret, "tagsAll"} if "tags" in secret else secret
    return {name: Secret(value) if name in names else value for name, value in values.items()}


def unknown_paths(value: Any, path: str = "") -> Iterator[str]:
    """Where the value has unknown parts: `environment.variables.READINGS_QUEUE_URL`, `rules[0].prefix`."""
    if value is UNKNOWN:
        yield path
    elif isinstance(value, Secret):
        yield from unknown_paths(value.value, path)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from unknown_paths(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from unknown_paths(item, f"{path}[{index}]")


def _from_value(value: struct_pb2.Value, nulls: bool) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _from_mapping(value.struct_value, nulls)
    if kind == "list_value":
        return [_from_value(item, nulls) for item in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "string_value":
        return UNKNOWN if value.string_value == _UNKNOWN else value.string_value
    return value.bool_value if kind == "bool_value" else None


def _from_mapping(struct: struct_pb2.Struct, nulls: bool) -> Any:
    signature = struct.fields[_SIGNATURE].string_value if _SIGNATURE in struct.fields else None
    if signature is None:
        return from_struct(struct, nulls=nulls)
    values = {name: _from_value(value, nulls) for name, value in struct.fields.items() if name != _SIGNATURE}
    if signature == _SECRET:
        return Secret(values.get("value"))
    if signature == _ASSET and "uri" not in values:
        return Asset(values.get("path"), values.get("text"), values.get("hash", ""))
    if signature == _ARCHIVE and "uri" not in values:
        return Archive(values.get("path"), values.get("assets") or {}, values.get("hash", ""))
    kinds = {_ASSET: "an asset behind a web address", _ARCHIVE: "an archive behind a web address"}
    raise WireError(f"{kinds.get(signature, f'a value of the kind {signature}')} cannot be read here")


def _to_plain(value: Any) -> Any:
    if value is UNKNOWN:
        return _UNKNOWN
    if isinstance(value, Secret):
        return {_SIGNATURE: _SECRET, "value": _to_plain(value.value)}
    if isinstance(value, Asset):
        said = {"path": value.path, "text": value.text, "hash": value.hash or None}
        return {_SIGNATURE: _ASSET, **_without_none(said)}
    if isinstance(value, Archive):
        said = {"path": value.path, "assets": _to_plain(value.assets) or None, "hash": value.hash or None}
        return {_SIGNATURE: _ARCHIVE, **_without_none(said)}
    if isinstance(value, Mapping):
        return {name: _to_plain(item) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_to_plain(item) for item in value]
    return value


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
