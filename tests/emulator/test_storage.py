from __future__ import annotations

import io
import os
import socket
import zipfile
from typing import Any
from unittest.mock import patch

import boto3
import botocore.session
import pytest

from emulator.identity import ADMINISTRATOR, Identities
from emulator.network import NetworkRefused
from emulator.storage import NotEmulated, Storage

ACCOUNT = "111111111111"
REGION = "eu-west-1"


def archive() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as folder:
        folder.writestr("record.py", "")
    return content.getvalue()


def ids_of_a_run(account_id: str = ACCOUNT) -> dict[str, Any]:
    """The ids that moto makes up when one thing of each kind is made."""
    with Storage(account_id, REGION), Identities(account_id, REGION) as identities:

        def client(service: str) -> Any:
            return identities.client(service, ADMINISTRATOR)

        url = client("sqs").create_queue(QueueName="readings")["QueueUrl"]
        sent = client("sqs").send_message(QueueUrl=url, MessageBody="{}")
        received = client("sqs").receive_message(QueueUrl=url)["Messages"][0]
        role = client("iam").create_role(RoleName="record", AssumeRolePolicyDocument="{}")["Role"]
        client("s3").create_bucket(Bucket="feed", CreateBucketConfiguration={"LocationConstraint": REGION})
        client("s3").put_bucket_versioning(Bucket="feed", VersioningConfiguration={"Status": "Enabled"})
        client("lambda").create_function(
            FunctionName="record", Role=role["Arn"], Runtime="python3.12", Handler="a.b", Code={"ZipFile": archive()}
        )
        mapping = client("lambda").create_event_source_mapping(
            FunctionName="record", EventSourceArn=f"arn:aws:sqs:{REGION}:{account_id}:readings"
        )
        event = client("events").put_events(Entries=[{"Source": "a", "DetailType": "b", "Detail": "{}"}])
        return {
            "role": role["RoleId"],
            "version": client("s3").put_object(Bucket="feed", Key="a", Body=b"")["VersionId"],
            "mapping": mapping["UUID"],
            "message": sent["MessageId"],
            "receipt": received["ReceiptHandle"],
            "event": event["Entries"][0]["EventId"],
            "secret": client("secretsmanager").create_secret(Name="token", SecretString="x")["VersionId"],
        }


def test_the_same_calls_give_the_same_ids_in_every_account_that_is_opened() -> None:
    first = ids_of_a_run()

    assert ids_of_a_run() == first
    assert len(set(first.values())) == 7


def test_another_account_has_other_ids() -> None:
    assert ids_of_a_run("222222222222")["role"] != ids_of_a_run()["role"]


def test_every_client_of_the_process_lands_in_the_account() -> None:
    with Storage("222222222222", REGION) as storage:
        session = boto3.Session("ASIAUNKNOWN", "secret", region_name=REGION)
        url = session.client("sqs").create_queue(QueueName="readings")["QueueUrl"]
        topic = session.client("sns").create_topic(Name="news")["TopicArn"]

        assert url == "https://sqs.eu-west-1.amazonaws.com/222222222222/readings"
        assert topic == "arn:aws:sns:eu-west-1:222222222222:news"
        assert list(storage.backend("sqs").queues) == ["readings"]
        assert list(storage.backend("sns").topics) == [topic]


def test_a_backend_is_the_one_the_api_answers_from() -> None:
    with Storage(ACCOUNT, REGION) as storage, Identities(ACCOUNT, REGION) as identities:
        role = identities.client("iam", ADMINISTRATOR).create_role(RoleName="record", AssumeRolePolicyDocument="{}")
        identities.client("s3", ADMINISTRATOR).create_bucket(
            Bucket="feed", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        identities.client("lambda", ADMINISTRATOR).create_function(
            FunctionName="record",
            Role=role["Role"]["Arn"],
            Runtime="python3.12",
            Handler="a.b",
            Code={"ZipFile": archive()},
        )

        assert [known.name for known in storage.backend("iam").get_roles()] == ["record"]
        assert list(storage.backend("s3").buckets) == ["feed"]
        assert [function.function_name for function in storage.backend("lambda").list_functions()] == ["record"]


def test_an_account_starts_empty() -> None:
    with Storage(ACCOUNT, REGION), Identities(ACCOUNT, REGION) as identities:
        identities.client("sqs", ADMINISTRATOR).create_queue(QueueName="readings")

    with Storage(ACCOUNT, REGION), Identities(ACCOUNT, REGION) as identities:
        assert "QueueUrls" not in identities.client("sqs", ADMINISTRATOR).list_queues()


def test_aws_settings_of_this_machine_are_unknown_inside_and_restored_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://outside.example")
    before = dict(os.environ)

    with Storage(ACCOUNT, REGION):
        inside = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        credentials = botocore.session.Session().get_credentials()
        os.environ["AWS_SESSION_TOKEN"] = "left behind by a handler"

    assert inside == {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DEFAULT_REGION": REGION,
    }
    assert credentials is None
    assert dict(os.environ) == before


def test_the_environment_is_restored_when_somebody_emptied_it() -> None:
    with patch.dict(os.environ, {"AWS_PROFILE": "production"}, clear=True):
        with Storage(ACCOUNT, REGION):
            os.environ.clear()
        after = dict(os.environ)

    assert after == {"AWS_PROFILE": "production"}


def test_the_environment_is_restored_when_the_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")

    with pytest.raises(ZeroDivisionError), Storage(ACCOUNT, REGION):
        _ = 1 / 0

    assert os.environ["AWS_PROFILE"] == "production"
    assert "AWS_CONFIG_FILE" not in os.environ


def test_a_service_that_moto_does_not_know_is_refused_by_name() -> None:
    with (
        Storage(ACCOUNT, REGION),
        Identities(ACCOUNT, REGION) as identities,
        pytest.raises(NotEmulated, match=r"https://gamelift\.eu-west-1\.amazonaws\.com/ is not emulated"),
    ):
        identities.client("gamelift", ADMINISTRATOR).list_builds()


def test_an_operation_that_moto_does_not_know_is_refused_by_name() -> None:
    with (
        Storage(ACCOUNT, REGION),
        Identities(ACCOUNT, REGION) as identities,
        pytest.raises(NotImplementedError, match="start_message_move_task"),
    ):
        identities.client("sqs", ADMINISTRATOR).start_message_move_task(SourceArn="arn:aws:sqs:::a")


def test_a_call_to_an_address_of_ones_own_does_not_leave_the_machine() -> None:
    with Storage(ACCOUNT, REGION):
        session = boto3.Session("ASIAUNKNOWN", "secret", region_name=REGION)
        with pytest.raises(NotEmulated, match=r"https://queues\.example/ is not emulated"):
            session.client("sqs", endpoint_url="https://queues.example").list_queues()


def test_no_other_way_out_of_the_machine_is_left() -> None:
    with Storage(ACCOUNT, REGION), pytest.raises(NetworkRefused):
        socket.create_connection(("203.0.113.5", 80))


def test_an_account_that_is_opened_again_does_not_see_what_was_before() -> None:
    storage = Storage(ACCOUNT, REGION)
    with storage, Identities(ACCOUNT, REGION) as identities:
        identities.client("sqs", ADMINISTRATOR).create_queue(QueueName="readings")
        assert list(storage.backend("sqs").queues) == ["readings"]

    with storage, Identities(ACCOUNT, REGION) as identities:
        identities.client("sqs", ADMINISTRATOR).create_queue(QueueName="others")
        assert list(storage.backend("sqs").queues) == ["others"]


def test_a_function_is_never_run_by_moto() -> None:
    with Storage(ACCOUNT, REGION), Identities(ACCOUNT, REGION) as identities:
        role = identities.client("iam", ADMINISTRATOR).create_role(RoleName="record", AssumeRolePolicyDocument="{}")
        functions = identities.client("lambda", ADMINISTRATOR)
        functions.create_function(
            FunctionName="record",
            Role=role["Role"]["Arn"],
            Runtime="python3.12",
            Handler="a.b",
            Code={"ZipFile": archive()},
        )

        answer = functions.invoke(FunctionName="record", Payload=b'{"sent": 1}')

        assert answer["Payload"].read() == b'{"sent": 1}'  # the backend without Docker gives back what it gets


def test_motos_own_view_of_policies_is_never_asked() -> None:
    tls_only = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*",'
        ' "Resource": "arn:aws:s3:::feed/*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}'
    )
    with Storage(ACCOUNT, REGION), Identities(ACCOUNT, REGION) as identities:
        buckets = identities.client("s3", ADMINISTRATOR)
        buckets.create_bucket(Bucket="feed", CreateBucketConfiguration={"LocationConstraint": REGION})
        buckets.put_bucket_policy(Bucket="feed", Policy=tls_only)
        buckets.put_object(Bucket="feed", Key="a", Body=b"")

        answer = buckets.delete_objects(Bucket="feed", Delete={"Objects": [{"Key": "a"}]})

        assert [entry["Key"] for entry in answer["Deleted"]] == ["a"]
        assert "Errors" not in answer


def test_service_models_are_parsed_once_for_all_sessions_and_accounts() -> None:
    loaders = []
    for _ in range(2):
        with Storage(ACCOUNT, REGION):
            loaders += [botocore.session.Session().get_component("data_loader") for _ in range(2)]

    assert len({id(loader) for loader in loaders}) == 1
    assert botocore.session.Session().get_component("data_loader") is not loaders[0]
