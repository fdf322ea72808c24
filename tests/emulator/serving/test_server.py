"""A server answers while somebody attends, at ports that are its own, and leaves nobody waiting."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2 as provider
from pulumi.runtime.proto import provider_pb2_grpc

from emulator.account import Account
from emulator.serving.register import Register
from emulator.serving.server import Ports, PortTaken, Server, serving
from emulator.wire import to_struct
from tests.emulator.serving.engines import QUEUE, urn_of

LONGEST_SECONDS = 20
READINGS = urn_of(QUEUE, "readings")


def asked_over_http(server: Server) -> tuple[int, bytes]:
    """What somebody gets who shows no key."""
    connection = HTTPConnection("127.0.0.1", server.ports.aws, timeout=LONGEST_SECONDS)
    try:
        connection.request("GET", "/feed/a")
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def made_by_an_engine(server: Server) -> str:
    """The id of a queue that an engine had made."""
    with grpc.insecure_channel(f"127.0.0.1:{server.ports.provider}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        stub.Configure(provider.ConfigureRequest(variables={"aws:config:region": "eu-west-1"}))
        checked = stub.Check(provider.CheckRequest(urn=READINGS, news=to_struct({"name": "readings"})))
        created: str = stub.Create(provider.CreateRequest(urn=READINGS, properties=checked.inputs)).id
        return created


@pytest.fixture
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as threads:
        yield threads


def test_clients_of_aws_and_engines_are_answered_while_work_goes_on_elsewhere(account: Account) -> None:
    register = Register()

    with serving(account, register) as server:
        status, body = server.attend_while(lambda: asked_over_http(server))
        made = server.attend_while(lambda: made_by_an_engine(server))

    assert (status, b"<Code>AccessDenied</Code>" in body) == (403, True)
    assert account.client("sqs").list_queues()["QueueUrls"] == [made]
    assert [(entry.urn, entry.id) for entry in register] == [(READINGS, made)]


def test_what_goes_on_elsewhere_may_fail(account: Account) -> None:
    def fail() -> None:
        raise LookupError("no pulumi on PATH")

    with serving(account) as server, pytest.raises(LookupError, match="no pulumi on PATH"):
        server.attend_while(fail)


def test_events_travel_between_two_answers(account: Account) -> None:
    travelled: list[int] = []

    def between() -> None:
        travelled.append(threading.get_ident())

    with serving(account, between=between) as server:
        server.attend_while(lambda: asked_over_http(server))
        server.attend_while(lambda: asked_over_http(server))

    assert travelled == [threading.get_ident()] * 2


def test_nobody_waits_for_an_answer_when_attending_breaks_off(account: Account) -> None:
    def between() -> None:
        raise RuntimeError("no way on")

    def twice(server: Server) -> None:
        asked_over_http(server)
        told.append(asked_over_http(server))

    told: list[tuple[int, bytes]] = []
    with serving(account, between=between) as server, pytest.raises(RuntimeError, match="no way on"):
        server.attend_while(lambda: twice(server))

    assert told == [(503, b"the account does not answer any more")]


def test_a_server_has_ports_of_its_own(account: Account) -> None:
    with serving(account) as server, serving(account) as other:
        ports = {server.ports.aws, server.ports.provider, other.ports.aws, other.ports.provider}

        assert len(ports) == 4
        assert 0 not in ports
        assert server.url == f"http://127.0.0.1:{server.ports.aws}"


def test_a_server_listens_where_it_is_wanted_and_can_begin_again_there(account: Account) -> None:
    with serving(account) as server:
        ports = server.ports
        server.attend_while(lambda: asked_over_http(server))

    with serving(account, ports=ports) as server:
        assert server.ports == ports
        assert server.attend_while(lambda: asked_over_http(server))[0] == 403


@pytest.mark.parametrize("ports", [lambda port: Ports(aws=port), lambda port: Ports(provider=port)])
def test_a_port_that_is_taken_is_told(
    account: Account, ports: Callable[[int], Ports], capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with (
            pytest.raises(PortTaken, match=f"^port {port} of 127.0.0.1 is taken: another program listens there$"),
            serving(account, ports=ports(port)),
        ):
            pass

    assert capfd.readouterr() == ("", "")


def test_a_port_that_is_not_to_be_had_is_told(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refuse)

    with (
        pytest.raises(PortTaken, match=r"^port 443 of 127\.0\.0\.1 is not to be had: Permission denied$"),
        serving(account, ports=Ports(provider=443)),
    ):
        pass


def test_whoever_waits_when_the_server_closes_is_told(account: Account, elsewhere: ThreadPoolExecutor) -> None:
    def call() -> Any:
        with grpc.insecure_channel(f"127.0.0.1:{server.ports.provider}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            return stub.CheckConfig(provider.CheckRequest(news=to_struct({})))

    with serving(account) as server:
        over_http = elsewhere.submit(lambda: asked_over_http(server))
        engines: list[Future[Any]] = [elsewhere.submit(call) for _ in range(12)]
        while server.desk._waiting.qsize() < 13:
            threading.Event().wait(0.01)

    for engine in engines:
        with pytest.raises(grpc.RpcError) as error:
            engine.result(LONGEST_SECONDS)
        assert error.value.code() is grpc.StatusCode.UNAVAILABLE
        assert error.value.details() == "the embedded account is closing"
    assert over_http.result(LONGEST_SECONDS) == (503, b"the account does not answer any more")


def test_a_server_that_is_closed_is_not_there(account: Account) -> None:
    with serving(account) as server:
        pass

    for port in (server.ports.aws, server.ports.provider):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=LONGEST_SECONDS)
