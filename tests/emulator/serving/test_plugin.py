"""The plugin, asked over real gRPC as the engine asks it, by its own generated stub."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as provider

from emulator.account import Account
from emulator.serving.desk import Desk
from emulator.serving.plugin import Plugin, listening
from emulator.serving.register import Register
from emulator.serving.workshop import Workshop
from emulator.wire import UNKNOWN, Archive, Asset, Secret, from_struct, to_struct
from tests.emulator.serving.engines import FUNCTION, QUEUE, urn_of

LONGEST_SECONDS = 20
READINGS = urn_of(QUEUE, "readings")
URL = "https://sqs.eu-west-1.amazonaws.com/111111111111/readings"
KINDS = provider.PropertyDiff
_OPTIONS = [("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", -1)]
"""As an engine's: a connection for each client, and no limit to what may come back."""


class Engine:
    """A client of the plugin, over a connection of its own."""

    def __init__(self, port: int) -> None:
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=_OPTIONS)
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._pool = ThreadPoolExecutor(1)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()
        self._pool.shutdown()

    def ask(self, call: str, request: Any = None) -> Any:
        # Time is virtual in here: a deadline of gRPC's own would have passed before the call.
        return self._pool.submit(getattr(self._stub, call), request or Empty()).result(LONGEST_SECONDS)

    def configure(self, **settings: str) -> Any:
        variables = {f"aws:config:{name}": value for name, value in {"region": "eu-west-1", **settings}.items()}
        return self.ask("Configure", provider.ConfigureRequest(variables=variables))

    def check(self, given: Mapping[str, Any], before: Mapping[str, Any] | None = None, urn: str = READINGS) -> Any:
        request = provider.CheckRequest(urn=urn, news=to_struct(given), olds=to_struct(before or {}))
        return self.ask("Check", request)

    def inputs(self, given: Mapping[str, Any], urn: str = READINGS) -> dict[str, Any]:
        answer = self.check(given, urn=urn)
        assert list(answer.failures) == []
        return from_struct(answer.inputs)

    def create(self, given: Mapping[str, Any], urn: str = READINGS, *, preview: bool = False) -> Any:
        properties = to_struct(self.inputs(given, urn))
        return self.ask("Create", provider.CreateRequest(urn=urn, properties=properties, preview=preview))

    def diff(self, old: Mapping[str, Any], new: Mapping[str, Any], urn: str = READINGS) -> Any:
        request = provider.DiffRequest(urn=urn, id="x", old_inputs=to_struct(old), news=to_struct(new))
        return self.ask("Diff", request)


@pytest.fixture
def port(account: Account) -> Iterator[int]:
    """Where the plugin of `account` listens, attended to by a thread of its own."""
    desk, over = Desk(), threading.Event()
    attending = threading.Thread(target=desk.attend, args=(over.is_set,), daemon=True)
    attending.start()
    with listening(Plugin(Workshop(account, Register()), desk.do), account.clock) as port:
        yield port
        over.set()
        attending.join(LONGEST_SECONDS)
        desk.close()


@pytest.fixture
def stranger(port: int) -> Iterator[Engine]:
    """An engine that has not configured its provider."""
    with Engine(port) as engine:
        yield engine


@pytest.fixture
def engine(stranger: Engine) -> Engine:
    stranger.configure()
    return stranger


def refused(ask: Callable[[], object]) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.RpcError) as error:
        ask()
    return error.value.code(), error.value.details()


# What any plugin answers.


def test_the_engine_learns_what_it_may_expect(stranger: Engine) -> None:
    assert stranger.ask("Handshake", provider.ProviderHandshakeRequest()) == provider.ProviderHandshakeResponse(
        accept_secrets=True
    )
    assert stranger.ask("Attach", plugin_pb2.PluginAttach(address="127.0.0.1:1")) == Empty()
    assert stranger.ask("GetPluginInfo").version == version("pulumi_aws")
    assert stranger.configure() == provider.ConfigureResponse(acceptSecrets=True, supportsPreview=True)


# The provider's own settings.


def test_settings_pass_as_they_came(stranger: Engine) -> None:
    news = to_struct({"region": "eu-west-1", "version": "7.51.0", "skipRegionValidation": "true"})

    answer = stranger.ask("CheckConfig", provider.CheckRequest(news=news))

    assert answer == provider.CheckResponse(inputs=news)


def test_everything_wrong_with_settings_is_a_failure_of_its_own(stranger: Engine) -> None:
    news = to_struct({"region": "us-east-1", "forbiddenAccountIds": json.dumps(["111111111111"])})

    answer = stranger.ask("CheckConfig", provider.CheckRequest(news=news))

    assert [failure.reason for failure in answer.failures] == [
        "region 'us-east-1' needs 'eu-west-1': the embedded account has this one region",
        "forbiddenAccountIds holds 111111111111, the account this is",
    ]


def test_settings_that_are_wrong_are_refused_in_words(stranger: Engine) -> None:
    assert refused(lambda: stranger.configure(region="us-east-1")) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "region 'us-east-1' needs 'eu-west-1': the embedded account has this one region",
    )


def test_settings_differ_without_replacing_anything(stranger: Engine) -> None:
    old, new = ({"region": "eu-west-1", name: "x"} for name in ("accessKey", "profile"))

    answer = stranger.ask("DiffConfig", provider.DiffRequest(old_inputs=to_struct(old), news=to_struct(new)))
    same = stranger.ask("DiffConfig", provider.DiffRequest(old_inputs=to_struct(old), news=to_struct(old)))

    assert answer == provider.DiffResponse(changes=provider.DiffResponse.DIFF_SOME, diffs=["accessKey", "profile"])
    assert same == provider.DiffResponse(changes=provider.DiffResponse.DIFF_NONE)


def test_settings_hold_for_their_own_connection(port: int, engine: Engine) -> None:
    with Engine(port) as other:
        other.configure(defaultTags=json.dumps({"tags": {"stack": "twin"}}))

        assert other.inputs({})["tagsAll"] == {"stack": "twin"}
        assert engine.inputs({})["tagsAll"] == {}


def test_cancel_forgets_the_settings_of_its_connection(port: int, engine: Engine) -> None:
    with Engine(port) as other:
        other.configure()
        assert engine.ask("Cancel") == Empty()

        assert refused(lambda: engine.check({})) == (
            grpc.StatusCode.FAILED_PRECONDITION,
            "this provider has no settings: it was not configured, or its operation was cancelled",
        )
        assert other.inputs({})["name"] == "readings-cb87f5d"


# Resources.


def test_a_check_completes_the_inputs_and_keeps_the_name_of_what_is_there(engine: Engine) -> None:
    inputs = engine.inputs({"delaySeconds": UNKNOWN, "tags": {"team": Secret("ours")}})

    assert (inputs["name"], inputs["delaySeconds"]) == ("readings-cb87f5d", UNKNOWN)
    assert inputs["tags"] == inputs["tagsAll"] == Secret({"team": "ours"})
    before = {**engine.inputs({}), "name": "readings-0123456"}
    assert from_struct(engine.check({}, before).inputs)["name"] == "readings-0123456"


def test_every_problem_is_a_failure_of_its_own(engine: Engine) -> None:
    answer = engine.check({"delaySeconds": 901, "receiveWaitTimeSeconds": 21})

    assert [failure.reason for failure in answer.failures] == [
        "delaySeconds 901 needs 0 to 900 seconds",
        "receiveWaitTimeSeconds 21 needs 0 to 20 seconds",
    ]


def test_a_difference_says_of_each_value_what_became_of_it(engine: Engine) -> None:
    old = engine.inputs({"delaySeconds": 5, "tags": {"team": "ours", "stage": "one"}})
    new = engine.inputs({"delaySeconds": 6, "tags": {"stage": "one", "since": "2030"}})

    answer = engine.diff(old, new)

    assert answer == provider.DiffResponse(
        changes=provider.DiffResponse.DIFF_SOME,
        diffs=["delaySeconds", "tags", "tagsAll"],
        hasDetailedDiff=True,
        detailedDiff={
            "delaySeconds": KINDS(kind=KINDS.UPDATE, inputDiff=True),
            "tags.team": KINDS(kind=KINDS.DELETE, inputDiff=True),
            "tags.since": KINDS(kind=KINDS.ADD, inputDiff=True),
            "tagsAll.team": KINDS(kind=KINDS.DELETE, inputDiff=True),
            "tagsAll.since": KINDS(kind=KINDS.ADD, inputDiff=True),
        },
    )
    assert engine.diff(old, old) == provider.DiffResponse(changes=provider.DiffResponse.DIFF_NONE, hasDetailedDiff=True)


PERMISSION = urn_of("aws:lambda/permission:Permission", "may")
RIGHT = {"action": "lambda:InvokeFunction", "function": "split", "principal": "s3.amazonaws.com", "statementId": "may"}


def test_a_difference_that_replaces_says_by_what_and_what_goes_first(engine: Engine) -> None:
    old = engine.inputs({**RIGHT, "sourceArn": "arn:aws:s3:::feed"}, PERMISSION)
    new = engine.inputs({**RIGHT, "sourceAccount": "111111111111", "principal": "events.amazonaws.com"}, PERMISSION)

    answer = engine.diff(old, new, PERMISSION)

    assert answer.deleteBeforeReplace
    assert list(answer.replaces) == list(answer.diffs) == ["principal", "sourceAccount", "sourceArn"]
    assert {path: change.kind for path, change in answer.detailedDiff.items()} == {
        "principal": KINDS.UPDATE_REPLACE,
        "sourceAccount": KINDS.ADD_REPLACE,
        "sourceArn": KINDS.DELETE_REPLACE,
    }
    turned = engine.diff(old, {**old, "statementId": "other"}, PERMISSION)
    assert (list(turned.replaces), turned.deleteBeforeReplace) == (["statementId"], False)


def test_a_preview_makes_nothing(account: Account, engine: Engine) -> None:
    answer = engine.create({"name": "readings", "delaySeconds": UNKNOWN}, preview=True)

    assert answer.id == ""
    assert from_struct(answer.properties)["delaySeconds"] is UNKNOWN
    assert "QueueUrls" not in account.client("sqs").list_queues()


def test_a_thing_lives_from_its_creation_to_its_deletion(account: Account, engine: Engine) -> None:
    made = engine.create({"name": "readings", "delaySeconds": 5})
    assert made.id == URL
    outputs = from_struct(made.properties)
    assert (outputs["arn"], outputs["delaySeconds"]) == ("arn:aws:sqs:eu-west-1:111111111111:readings", 5)

    old, new = engine.inputs({"name": "readings", "delaySeconds": 5}), engine.inputs({"name": "readings"})
    request = provider.UpdateRequest(
        urn=READINGS, id=made.id, olds=made.properties, old_inputs=to_struct(old), news=to_struct(new), preview=True
    )
    planned = from_struct(engine.ask("Update", request).properties)
    assert planned == {**outputs, "delaySeconds": 0}
    assert account.storage.backend("sqs").queues["readings"].delay_seconds == 5
    request.preview = False
    assert from_struct(engine.ask("Update", request).properties) == planned
    assert account.storage.backend("sqs").queues["readings"].delay_seconds == 0

    asked = provider.ReadRequest(urn=READINGS, id=made.id, inputs=to_struct(new))
    found = engine.ask("Read", asked)
    assert (found.id, from_struct(found.inputs), from_struct(found.properties)) == (made.id, new, planned)

    gone = provider.DeleteRequest(urn=READINGS, id=made.id, old_inputs=to_struct(new))
    assert engine.ask("Delete", gone) == Empty()
    assert "QueueUrls" not in account.client("sqs").list_queues()
    assert engine.ask("Read", asked) == provider.ReadResponse()
    assert engine.ask("Delete", gone) == Empty()


def test_what_is_imported_is_read_by_its_id_alone(account: Account, engine: Engine) -> None:
    account.client("sqs").create_queue(QueueName="readings", Attributes={"DelaySeconds": "5"})

    found = engine.ask("Read", provider.ReadRequest(urn=READINGS, id=URL))

    assert (found.id, from_struct(found.inputs)["delaySeconds"]) == (URL, 5)


def test_long_texts_of_assets_arrive(account: Account, engine: Engine) -> None:
    trust = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    )
    role = account.client("iam").create_role(RoleName="work", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    text = "# " + "as long as a message of gRPC may not be where nobody says otherwise " * 80_000
    code = Archive(assets={"work.py": Asset(text=text)})
    given = {"handler": "work.handle", "runtime": "python3.13", "role": role, "code": code, "name": "work"}

    assert len(text) > 4 * 1024 * 1024
    assert from_struct(engine.check(given, urn=urn_of(FUNCTION, "work")).inputs)["code"] == code


# What goes wrong.


def test_what_is_refused_is_told_in_words(engine: Engine) -> None:
    url, urn = URL.replace("readings", "gone"), urn_of("aws:sqs/queuePolicy:QueuePolicy", "policy")
    request = provider.CreateRequest(urn=urn, properties=to_struct({"queueUrl": url, "policy": "{}"}))

    assert refused(lambda: engine.ask("Create", request)) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        f"there is no queue at {url}",
    )


def test_a_value_that_cannot_be_read_is_told_in_words(engine: Engine) -> None:
    asset = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", "uri": "https://a"}

    assert refused(lambda: engine.check({"code": asset})) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "an asset behind a web address cannot be read here",
    )


def test_a_function_answers_or_says_why_not(engine: Engine) -> None:
    def invoke(token: str, given: Mapping[str, Any]) -> Any:
        return engine.ask("Invoke", provider.InvokeRequest(tok=token, args=to_struct(given)))

    told = invoke("aws:index/getPartition:getPartition", {})
    assert (list(told.failures), from_struct(getattr(told, "return"))["partition"]) == ([], "aws")

    [failure] = invoke("aws:sqs/getQueue:getQueue", {}).failures
    assert failure.reason == "the embedded account does not do the function aws:sqs/getQueue:getQueue yet"
    [failure] = invoke("aws:index/getPartition:getPartition", {"colour": "red"}).failures
    assert "colour" in failure.reason


def test_a_fault_of_the_account_is_one_line_and_stands_in_the_log(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("moto went away\nand came back")

    monkeypatch.setattr(Workshop, "read", fail)

    assert refused(lambda: engine.ask("Read", provider.ReadRequest(urn=READINGS, id=URL))) == (
        grpc.StatusCode.INTERNAL,
        "the embedded account failed: RuntimeError: moto went away and came back",
    )
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert (record.name, record.message) == ("emulator.serving.plugin", "the embedded account failed")
    assert record.exc_info is not None


def test_a_taken_port_is_an_error(account: Account, port: int) -> None:
    with (
        pytest.raises(OSError, match="Address already in use"),
        listening(Plugin(Workshop(account, Register()), Desk().do), account.clock, port),
    ):
        pass
