from __future__ import annotations

import socket
import urllib.error
import urllib.request

import pytest

from emulator.network import NetworkRefused, refused


@pytest.mark.parametrize("address", ["203.0.113.5", "10.0.0.1", "169.254.169.254"])
def test_a_connection_to_another_machine_is_refused(address: str) -> None:
    with (
        refused(),
        socket.socket() as outgoing,
        pytest.raises(NetworkRefused, match=f"connection to {address} refused"),
    ):
        outgoing.connect((address, 80))


def test_a_connection_over_ipv6_is_refused() -> None:
    with refused(), socket.socket(socket.AF_INET6) as outgoing, pytest.raises(NetworkRefused):
        outgoing.connect(("2001:db8::1", 80))


def test_connect_ex_and_datagrams_are_refused_too() -> None:
    with refused():
        with socket.socket() as outgoing, pytest.raises(NetworkRefused):
            outgoing.connect_ex(("203.0.113.5", 80))
        with socket.socket(type=socket.SOCK_DGRAM) as outgoing, pytest.raises(NetworkRefused):
            outgoing.sendto(b"metric:1|c", ("203.0.113.5", 8125))


def test_no_name_is_looked_up() -> None:
    with refused(), pytest.raises(NetworkRefused, match=r"connection to sqs\.eu-west-1\.amazonaws\.com refused"):
        socket.getaddrinfo("sqs.eu-west-1.amazonaws.com", 443)


def test_urllib_reports_it_as_a_network_that_is_down() -> None:
    with refused(), pytest.raises(urllib.error.URLError, match="nothing leaves this machine"):
        urllib.request.urlopen("http://feed.bucket.example/all-week.geojson")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_can_be_reached(host: str) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        with refused(), socket.create_connection((host, server.getsockname()[1])) as connected:
            assert connected.getpeername()[0] == "127.0.0.1"


def test_afterwards_the_network_is_as_it_was() -> None:
    before = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto, socket.getaddrinfo

    with refused():
        pass

    assert (socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto, socket.getaddrinfo) == before
