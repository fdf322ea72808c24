from __future__ import annotations

import pytest

from emulator.identity import ADMINISTRATOR, Credentials, Identities, session_arn
from emulator.storage import Storage

ROLE = "arn:aws:iam::111111111111:role/record"


@pytest.fixture
def identities() -> Identities:
    return Identities("111111111111", "eu-west-1")


def test_a_session_is_named_after_its_role_and_itself(identities: Identities) -> None:
    identity = identities.role_session(ROLE, "split-1", "feeds.split")

    assert identity.arn == "arn:aws:sts::111111111111:assumed-role/record/split-1"
    assert identity.role_arn == ROLE
    assert identity.caller == "feeds.split"


def test_a_session_arn_carries_no_role_path() -> None:
    arn = session_arn("arn:aws-cn:iam::111111111111:role/service/feeds/record", "split")

    assert arn == "arn:aws-cn:sts::111111111111:assumed-role/record/split"


def test_the_same_role_and_session_name_are_the_same_identity(identities: Identities) -> None:
    first = identities.role_session(ROLE, "record", "feeds.record")

    assert identities.role_session(ROLE, "record", "somebody") is first
    assert identities.role_session(ROLE, "other", "feeds.record") != first


@pytest.mark.parametrize("name", ["a", "", "feeds record", "feeds/record", "r" * 65, "bébé"])
def test_a_session_name_that_sts_does_not_take_is_refused(identities: Identities, name: str) -> None:
    with pytest.raises(ValueError, match="needs 2 to 64 characters"):
        identities.role_session(ROLE, name, "feeds.record")


def test_credentials_look_temporary_and_are_the_same_each_time() -> None:
    made = []
    for _ in range(2):
        identities = Identities("111111111111", "eu-west-1")
        made.append(identities.credentials(identities.role_session(ROLE, "record", "feeds.record")))

    assert made[0] == made[1]
    assert made[0].access_key_id.startswith("ASIA")
    assert len(made[0].access_key_id) == 20
    assert len(made[0].secret_access_key) == 40


def test_each_identity_has_credentials_of_its_own(identities: Identities) -> None:
    sessions = [identities.role_session(ROLE, name, name) for name in ("split", "record")]
    keys = {identities.credentials(identity).access_key_id for identity in (*sessions, ADMINISTRATOR)}

    assert len(keys) == 3


def test_an_access_key_leads_to_its_identity(identities: Identities) -> None:
    identity = identities.role_session(ROLE, "record", "feeds.record")
    credentials = identities.credentials(identity)

    assert identities.of_access_key(credentials.access_key_id) is identity
    assert identities.of_access_key("ASIAUNKNOWN") is None


def test_a_key_without_its_secret_or_its_token_is_nobodys(identities: Identities) -> None:
    identity = identities.role_session(ROLE, "record", "feeds.record")
    known = identities.credentials(identity)

    assert identities.of_credentials(known.access_key_id, known.secret_access_key, known.session_token) is identity
    assert identities.of_credentials(known.access_key_id, known.secret_access_key, None) is None
    assert identities.of_credentials(known.access_key_id, "guessed", known.session_token) is None


def test_an_access_key_leads_to_the_whole_credentials(identities: Identities) -> None:
    known = identities.credentials(identities.role_session(ROLE, "record", "feeds.record"))

    assert identities.credentials_of_access_key(known.access_key_id) == known
    assert identities.credentials_of_access_key("ASIAUNKNOWN") is None


def test_a_long_lived_key_has_no_token(identities: Identities) -> None:
    identities.know(Credentials("AKIALONG", "secret", ""), ADMINISTRATOR)

    assert identities.of_credentials("AKIALONG", "secret", None) is ADMINISTRATOR
    assert identities.of_credentials("AKIALONG", "secret", "token") is None


def test_credentials_that_sts_handed_out_can_be_made_known(identities: Identities) -> None:
    identity = identities.role_session(ROLE, "record", "feeds.record")
    identities.know(Credentials("ASIASTS", "secret", "token"), identity)

    assert identities.of_credentials("ASIASTS", "secret", "token") is identity


def test_a_client_is_made_once_for_each_service_and_identity() -> None:
    with Storage("111111111111", "eu-west-1"), Identities("111111111111", "eu-west-1") as identities:
        record = identities.role_session(ROLE, "record", "feeds.record")

        assert identities.client("sqs", record) is identities.client("sqs", record)
        assert identities.client("sqs", record) is not identities.client("sqs", ADMINISTRATOR)


def test_there_is_no_client_and_no_known_key_outside_of_an_open_account() -> None:
    identities = Identities("111111111111", "eu-west-1")
    with Storage("111111111111", "eu-west-1"), identities:
        key = identities.credentials(ADMINISTRATOR).access_key_id

    assert identities.of_access_key(key) is None
    with pytest.raises(RuntimeError, match="no client of sqs outside of an open account"):
        identities.client("sqs", ADMINISTRATOR)
