"""Bodies in chunks, by the example that Amazon S3 API Reference gives for them."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from emulator.serving.chunked_body import ChunkSigning, MalformedBody, WrongChunkSignature, read_chunks

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SCOPE = "20130524/us-east-1/s3/aws4_request"
TIMESTAMP = "20130524T000000Z"
SEED = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
SIGNATURES = (
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
)
CONTENT = b"a" * 66_560


def signing() -> ChunkSigning:
    key = f"AWS4{SECRET}".encode()
    for part in SCOPE.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return ChunkSigning(key, TIMESTAMP, SCOPE, SEED)


def signed(*chunks: bytes) -> bytes:
    heads = [f"{len(chunk):x};chunk-signature={value}" for chunk, value in zip(chunks, SIGNATURES, strict=True)]
    return b"".join(head.encode() + b"\r\n" + chunk + b"\r\n" for head, chunk in zip(heads, chunks, strict=True))


def test_the_documented_example_is_read_and_found_genuine() -> None:
    assert read_chunks(signed(CONTENT[:65_536], CONTENT[65_536:], b""), signing()) == (CONTENT, {})


def test_a_chunk_that_was_changed_is_noticed() -> None:
    changed = b"b" + CONTENT[65_537:]

    with pytest.raises(WrongChunkSignature):
        read_chunks(signed(CONTENT[:65_536], changed, b""), signing())


def test_chunks_in_another_order_are_noticed() -> None:
    with pytest.raises(WrongChunkSignature):
        read_chunks(signed(CONTENT[65_536:], CONTENT[:65_536], b""), signing())


def test_a_chunk_without_the_signature_it_needs_is_refused() -> None:
    with pytest.raises(WrongChunkSignature):
        read_chunks(b"1\r\na\r\n0\r\n\r\n", signing())


def test_what_trails_becomes_headers() -> None:
    body = b"3\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Amz-Checksum-Crc32: twtMJg==\r\n\r\n"

    assert read_chunks(body, None) == (b"abcdefg", {"x-amz-checksum-crc32": "twtMJg=="})


def test_signed_trailers_are_checked() -> None:
    signer = signing()
    lines = b"x-amz-checksum-crc32:twtMJg==\n"
    text = [
        "AWS4-HMAC-SHA256-TRAILER",
        TIMESTAMP,
        SCOPE,
        SIGNATURES[2],
        hashlib.sha256(lines).hexdigest(),
    ]
    value = hmac.new(signer.key, "\n".join(text).encode(), hashlib.sha256).hexdigest()
    chunks = signed(CONTENT[:65_536], CONTENT[65_536:], b"").removesuffix(b"\r\n")

    def trailing(checksum: bytes) -> bytes:
        return (
            chunks
            + b"x-amz-checksum-crc32:"
            + checksum
            + b"\r\nx-amz-trailer-signature:"
            + value.encode()
            + b"\r\n\r\n"
        )

    assert read_chunks(trailing(b"twtMJg=="), signing()) == (CONTENT, {"x-amz-checksum-crc32": "twtMJg=="})
    with pytest.raises(WrongChunkSignature):
        read_chunks(trailing(b"AAAAAA=="), signing())


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "no chunk begins at byte 0 of the body"),
        (b"hello", "no chunk begins at byte 0 of the body"),
        (b"3\r\nabc\r\n", "no chunk begins at byte 8 of the body"),
        (b"5\r\nabc\r\n", "a chunk of 5 bytes does not end at byte 8 of the body"),
    ],
)
def test_a_body_that_is_not_in_chunks_is_refused(body: bytes, told: str) -> None:
    with pytest.raises(MalformedBody, match=told):
        read_chunks(body, None)
