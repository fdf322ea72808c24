"""Pickling what moto keeps: its own dictionaries, weak ones, locks, cryptographic keys and small functions too.

Things that the other side has of its own are not pickled: they are named, and stand for one another.
"""

from __future__ import annotations

import importlib
import io
import marshal
import pickle
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping
from types import FunctionType, MappingProxyType
from typing import Any, get_args
from weakref import WeakKeyDictionary, WeakValueDictionary

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

_PRIVATE_KEYS = get_args(PrivateKeyTypes)


class NotPickled(Exception):
    """A thing that cannot be pickled, or not be read again; the text says why."""


def pickled(content: object, own: Mapping[str, object]) -> bytes:
    """Pickle `content`.

    Args:
        own: things by name that stay outside; what is pickled may refer to them.

    Raises:
        NotPickled: something in it cannot be pickled.
    """
    buffer = io.BytesIO()
    try:
        _Pickler(buffer, own).dump(content)
    except Exception as error:  # Each class has its own ways of saying no.
        raise NotPickled(str(error)) from error
    return buffer.getvalue()


def unpickled(data: bytes, own: Mapping[str, object]) -> Any:
    """What was pickled, now with the `own` things of this side. It runs code: `data` has to be trusted.

    Raises:
        NotPickled: it is no pickle, or of classes that are no longer what they were.
    """
    try:
        return _Unpickler(io.BytesIO(data), own).load()
    except Exception as error:
        raise NotPickled(f"{type(error).__name__}: {error}") from error


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, own: Mapping[str, object]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._names = {id(thing): name for name, thing in own.items()}

    def persistent_id(self, thing: object) -> str | None:
        return self._names.get(id(thing))

    def reducer_override(self, thing: Any) -> Any:
        reduce = _REDUCERS.get(type(thing))
        if reduce is not None:
            return reduce(thing)
        if isinstance(thing, dict) and not isinstance(thing, OrderedDict):
            return _dictionary(thing)
        return _private_key(thing) if isinstance(thing, _PRIVATE_KEYS) else NotImplemented


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, own: Mapping[str, object]) -> None:
        super().__init__(file)
        self._own = own

    def persistent_load(self, name: str) -> object:
        return self._own[name]


def _dictionary(thing: Any) -> Any:
    """A dictionary of a class of its own, as it really is: a bucket's objects show only the last version of each."""
    held = dict(dict.items(thing))
    return _empty, (type(thing),), (held, vars(thing), getattr(thing, "default_factory", None)), None, None, _fill


def _empty(kind: type[dict[Any, Any]]) -> dict[Any, Any]:
    return kind.__new__(kind)


def _fill(thing: dict[Any, Any], state: tuple[dict[Any, Any], dict[str, Any], Any]) -> None:
    held, attributes, default_factory = state
    dict.update(thing, held)
    vars(thing).update(attributes)
    if isinstance(thing, defaultdict):
        thing.default_factory = default_factory


def _function(function: FunctionType) -> Any:
    """A function that no module knows by name travels as its code: what makes the values of a `defaultdict`."""
    if "<" not in function.__qualname__:
        return NotImplemented
    if function.__closure__ or function.__module__.split(".")[0] == __name__.split(".")[0]:
        raise pickle.PicklingError(f"{function.__module__}.{function.__qualname__} is tied to where it was made")
    return _made_function, (function.__module__, marshal.dumps(function.__code__), function.__defaults__)


def _made_function(module: str, code: bytes, defaults: tuple[Any, ...] | None) -> FunctionType:
    return FunctionType(marshal.loads(code), vars(importlib.import_module(module)), argdefs=defaults)  # noqa: S302


def _private_key(key: Any) -> Any:
    return _made_private_key, (key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),)


def _made_private_key(der: bytes) -> Any:
    return load_der_private_key(der, password=None, unsafe_skip_rsa_key_validation=True)


def _certificate(certificate: Any) -> Any:
    return _made_certificate, (certificate.public_bytes(Encoding.DER),)


def _made_certificate(der: bytes) -> Any:
    return x509.load_der_x509_certificate(der)


def _made_view(held: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(held)


def _weak(dictionary: Any) -> Any:
    # Its items come after itself, as they may lead back to it.
    return type(dictionary), (), None, None, iter(list(dictionary.items()))


def _marker(_: object) -> Any:
    raise pickle.PicklingError("a bare object() is known by being itself, and would be another one afterwards")


_REDUCERS: Mapping[type, Callable[[Any], Any]] = {
    FunctionType: _function,
    MappingProxyType: lambda view: (_made_view, (dict(view),)),
    WeakKeyDictionary: _weak,
    WeakValueDictionary: _weak,
    defaultdict: lambda _: NotImplemented,
    object: _marker,
    x509.Certificate: _certificate,
    type(threading.Lock()): lambda _: (threading.Lock, ()),
    type(threading.RLock()): lambda _: (threading.RLock, ()),
}
