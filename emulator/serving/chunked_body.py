"""A body in chunks, as clients of S3 send it: each with its length, often its signature, and checksums at the end.

Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in Multiple
Chunks" and "... Including Trailing Headers".
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

_SIGNATURE = "x-amz-trailer-signature"
_HEAD = re.compile(rb"([0-9A-Fa-f]{1,16})(?:;chunk-signature=([0-9a-f]{64}))?")
_EMPTY = hashlib.sha256(b"").hexdigest()


class MalformedBody(ValueError):
    """The body is not in chunks as its headers say."""


class WrongChunkSignature(ValueError):
    """A chunk was not signed with the secret of the request's access key, or not as it arrived."""


@dataclass
class ChunkSigning:
    """How the chunks of a body are signed: each one's signature covers the one before."""

    key: bytes
    """The request's signing key."""
    timestamp: str
    """The request's time, `20130524T000000Z`."""
    scope: str
    """The request's credential scope, `20130524/us-east-1/s3/aws4_request`."""
    previous: str
    """The signature of the last chunk; before the first chunk, the request's own."""

    def check_chunk(self, data: bytes, signature: str) -> None:
        self._check(signature, "AWS4-HMAC-SHA256-PAYLOAD", _EMPTY, hashlib.sha256(data).hexdigest())

    def check_trailers(self, lines: bytes, signature: str) -> None:
        self._check(signature, "AWS4-HMAC-SHA256-TRAILER", hashlib.sha256(lines).hexdigest())

    def _check(self, signature: str, algorithm: str, *hashes: str) -> None:
        text = "\n".join([algorithm, self.timestamp, self.scope, self.previous, *hashes])
        self.previous = hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(self.previous, signature):
            raise WrongChunkSignature


def read_chunks(body: bytes, signing: ChunkSigning | None) -> tuple[bytes, dict[str, str]]:
    """The content of a body in chunks, and the headers that trail it, by their names in lower case.

    Args:
        signing: how its chunks are signed; None if they are not.

    Raises:
        MalformedBody: it is not in chunks, or ends too early.
        WrongChunkSignature: the content is not what was signed.
    """
    content = bytearray()
    at = 0
    while True:
        end = body.find(b"\r\n", at)
        head = _HEAD.fullmatch(body[at:end]) if end >= 0 else None
        if head is None:
            raise MalformedBody(f"no chunk begins at byte {at} of the body")
        length, signature = int(head[1], 16), (head[2] or b"").decode()
        data = body[end + 2 : end + 2 + length]
        if signing is not None:
            signing.check_chunk(data, signature)
        at = end + 2 + length
        if not length:
            return bytes(content), _trailers(body[at:], signing)
        if body[at : at + 2] != b"\r\n":
            raise MalformedBody(f"a chunk of {length} bytes does not end at byte {at} of the body")
        content += data
        at += 2


def _trailers(text: bytes, signing: ChunkSigning | None) -> dict[str, str]:
    named: dict[str, str] = {}
    for line in text.replace(b"\r\n", b"\n").split(b"\n"):
        name, _, value = line.decode("latin-1").partition(":")
        if name.strip():
            named[name.strip().lower()] = value.strip()
    signature = named.pop(_SIGNATURE, "")
    if signing is not None and (named or signature):
        signing.check_trailers("".join(f"{name}:{value}\n" for name, value in named.items()).encode(), signature)
    return named
