"""The door: an HTTP/1.1 server on this machine's loopback address, where clients of the account's AWS APIs knock.

It reads requests and writes answers, each connection on a thread of its own; what is done with a request is done
elsewhere.
"""

from __future__ import annotations

import logging
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol
from urllib.parse import urlsplit

from emulator.serving.http_messages import HttpAnswer, HttpRequest

_log = logging.getLogger(__name__)

ADDRESS = "127.0.0.1"
_LONGEST_LINE = 65_536
_LOOK_UP_SECONDS = 0.05
"""How often the server looks whether it is still wanted."""


class Answers(Protocol):
    """Whoever answers: `AwsApi`."""

    def answer(self, request: HttpRequest) -> HttpAnswer: ...


Do = Callable[[Callable[[], HttpAnswer]], HttpAnswer]
"""Has work done on the account's own thread, and gives what comes of it."""


@contextmanager
def listening(api: Answers, do: Do, port: int = 0) -> Iterator[int]:
    """Listen as long as the context lasts; the value is the port, and `http://127.0.0.1:PORT` the endpoint of clients.

    Args:
        api: answers each request.
        do: all work in the account goes through it.
        port: where to listen; 0 is any that is free.

    Raises:
        OSError: the port is taken.
    """

    def answer(request: HttpRequest) -> HttpAnswer:
        try:
            return do(lambda: api.answer(request))
        except Exception as error:
            _log.warning("%s %s got no answer: %r", request.method, request.path, error)
            told = "the account does not answer any more"
            return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, (("content-type", "text/plain"),), told.encode())

    with _Server((ADDRESS, port), partial(_Handler, answer)) as server:
        threading.Thread(target=server.serve_forever, args=(_LOOK_UP_SECONDS,), name="http-door", daemon=True).start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            server.hang_up()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: Any) -> None:
        self._connections: set[Any] = set()
        self._gate = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._gate:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._gate:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        _log.debug("a connection broke", exc_info=True)

    def hang_up(self) -> None:
        """End the connections that clients keep open for their next request."""
        with self._gate:
            for connection in self._connections:
                with suppress(OSError):  # The client was faster.
                    connection.shutdown(socket.SHUT_RDWR)


class _BadRequest(Exception):
    """The request cannot be read; the argument says why."""

    args: tuple[str]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, answer: Callable[[HttpRequest], HttpAnswer], connection: Any, address: Any, server: Any) -> None:
        self._answer = answer
        super().__init__(connection, address, server)

    def _answer_one(self) -> None:
        try:
            body = self._body()
        except _BadRequest as error:
            self.close_connection = True
            self._write(HttpAnswer(400, (("content-type", "text/plain"),), error.args[0].encode()))
            return
        headers = tuple((name, _as_sent(str(value).strip())) for name, value in self.headers.items())
        # A client that takes this server for a proxy writes out the whole address.
        parts = urlsplit(self.path) if not self.path.startswith("/") else None
        target = self.path if parts is None else f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        self._write(self._answer(HttpRequest(self.command, target, headers, body)))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _answer_one  # noqa: N815

    def _body(self) -> bytes:
        if "chunked" in (self.headers.get("Transfer-Encoding") or "").lower():
            return self._chunked_body()
        given = self.headers.get("Content-Length", "0")
        if not given.isdecimal():
            raise _BadRequest(f"Content-Length needs a number of bytes, has {given!r}")
        return self._read(int(given))

    def _chunked_body(self) -> bytes:
        """A body whose length nobody knew beforehand (RFC 9112, "Chunked Transfer Coding")."""
        body = bytearray()
        while True:
            head = self.rfile.readline(_LONGEST_LINE).partition(b";")[0].strip()
            try:
                length = int(head, 16)
            except ValueError:
                raise _BadRequest(f"a chunk needs its length in hexadecimal, has {head[:20]!r}") from None
            if not length:
                break
            body += self._read(length)
            self.rfile.readline(_LONGEST_LINE)
        while self.rfile.readline(_LONGEST_LINE).strip():
            pass  # Trailers; nothing in them is signed.
        return bytes(body)

    def _read(self, length: int) -> bytes:
        data = self.rfile.read(length)
        if len(data) < length:
            raise _BadRequest(f"the body ends after {len(data)} of {length} bytes")
        return data

    def _write(self, answer: HttpAnswer) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, _to_send(value))
        if self.command != "HEAD" and answer.status not in (204, 304):
            self.send_header("content-length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        _log.debug(format, *args)


def _as_sent(value: str) -> str:
    """A header's value; the parser takes every byte for a letter, and clients send UTF-8."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return value


def _to_send(value: str) -> str:
    """A value that is one header and no more."""
    return " ".join(value.splitlines()).encode().decode("latin-1")
