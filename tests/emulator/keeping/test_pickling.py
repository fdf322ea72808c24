"""Pickling what moto keeps."""

from __future__ import annotations

import gc
import threading
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from moto.awslambda.models import LambdaStorage
from moto.s3.utils import _VersionedKeyStore
from moto.ssm.models import ParameterDict

from emulator.keeping.pickling import NotPickled, pickled, unpickled


class Thing:
    """Something with attributes, that can be weakly referred to."""


def again(thing: Any) -> Any:
    return unpickled(pickled(thing, {}), {})


def test_what_is_named_stands_for_what_the_other_side_has_under_that_name() -> None:
    here, there = Thing(), Thing()

    read = unpickled(pickled({"clock": here, "more": [here]}, {"clock": here}), {"clock": there})

    assert read["clock"] is there
    assert read["more"] == [there]


def test_a_dictionary_shows_again_what_its_class_hides() -> None:
    """Moto's store of objects shows the last version of each alone, to pickle too."""
    store = _VersionedKeyStore()
    store["incoming/a"] = "first"
    store["incoming/a"] = "second"

    assert again(store).getlist("incoming/a") == ["first", "second"]


def test_a_dictionary_is_made_again_without_what_its_class_asks_for() -> None:
    parameters = ParameterDict("111111111111", "eu-west-1")
    parameters["/feeds/threshold"].append("5.5")

    read = again(parameters)

    assert read["/feeds/threshold"] == ["5.5"]
    assert read["/feeds/not-there"] == []
    assert read.region_name == "eu-west-1"


def test_a_function_without_a_name_travels_as_its_code() -> None:
    kept = LambdaStorage("eu-west-1", "111111111111")

    read = again(kept)

    assert read._aliases["arn"] == {}
    read._aliases["arn"]["live"] = 1
    assert kept._aliases["arn"] == {}


def test_a_function_that_is_tied_to_where_it_was_made_is_refused() -> None:
    tied = 1

    with pytest.raises(NotPickled, match="is tied to where it was made"):
        pickled(defaultdict(lambda: tied), {})


def test_a_function_of_the_account_itself_is_refused() -> None:
    def own() -> None: ...

    own.__module__ = "emulator.delivery.sqs"

    with pytest.raises(NotPickled, match=r"emulator\.delivery\.sqs\..*own is tied"):
        pickled(own, {})


@pytest.mark.parametrize("kind", [threading.Lock, threading.RLock])
def test_a_lock_is_free_again(kind: Any) -> None:
    lock = kind()
    with lock:
        read = again([lock, lock])

    assert read[0] is read[1]
    assert read[0].acquire(blocking=False)


def test_a_weak_dictionary_holds_what_is_held_beside_it_and_nothing_else() -> None:
    held, forgotten = Thing(), Thing()
    values = WeakValueDictionary({"held": held, "forgotten": forgotten})
    keys = WeakKeyDictionary({held: "held", forgotten: "forgotten"})

    read = again({"values": values, "keys": keys, "held": held})
    gc.collect()

    assert dict(read["values"]) == {"held": read["held"]}
    assert dict(read["keys"]) == {read["held"]: "held"}


def test_a_weak_dictionary_may_lead_back_to_itself() -> None:
    thing = Thing()
    vars(thing)["about"] = WeakKeyDictionary({thing: "itself"})

    read = again(thing)

    assert read.about[read] == "itself"


def test_a_view_of_a_dictionary_is_a_view_again() -> None:
    read = again(MappingProxyType({"attempts": 3}))

    assert type(read) is MappingProxyType
    assert read == {"attempts": 3}


def test_a_private_key_is_the_same_one() -> None:
    for key in (rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP256R1())):  # noqa: S505
        assert again(key).private_numbers() == key.private_numbers()


def test_a_certificate_is_the_same_one() -> None:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    began = datetime(2030, 1, 1, tzinfo=UTC)
    certificate = (x509.CertificateBuilder(name, name, key.public_key(), 7, began, began + timedelta(days=1))).sign(
        key, SHA256()
    )

    assert again(certificate) == certificate


def test_a_bare_object_is_refused() -> None:
    """It marks something by being itself, and would come back as another one."""
    with pytest.raises(NotPickled, match="would be another one afterwards"):
        pickled({"nothing": object()}, {})


def test_what_cannot_be_pickled_is_told() -> None:
    with pytest.raises(NotPickled, match="cannot pickle 'generator' object"):
        pickled((number for number in range(3)), {})


@pytest.mark.parametrize("data", [b"", b"no pickle", pickled({"a": 1}, {})[:-3]])
def test_what_cannot_be_read_is_told(data: bytes) -> None:
    with pytest.raises(NotPickled):
        unpickled(data, {})


def test_what_refers_to_a_thing_that_the_other_side_lacks_is_not_read() -> None:
    thing = Thing()

    with pytest.raises(NotPickled, match="KeyError: 'clock'"):
        unpickled(pickled([thing], {"clock": thing}), {})
