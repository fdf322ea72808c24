"""Signatures, by the examples that Amazon's own documentation gives for them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from emulator.enforcement.refusals import Refusal
from emulator.serving.http_messages import HttpRequest
from emulator.serving.signatures import UnreadableSignature, WrongContent, WrongSignature, read_signature
from emulator.storage import NotEmulated

KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
HOST = ("Host", "examplebucket.s3.amazonaws.com")


def authorization(headers: str, signature: str) -> tuple[str, str]:
    credential = f"{KEY}/20130524/us-east-1/s3/aws4_request"
    return (
        "Authorization",
        f"AWS4-HMAC-SHA256 Credential={credential},SignedHeaders={headers},Signature={signature}",
    )


# Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in a Single
# Chunk".
GET = HttpRequest(
    "GET",
    "/test.txt",
    (
        HOST,
        ("Range", "bytes=0-9"),
        ("x-amz-content-sha256", EMPTY),
        ("x-amz-date", "20130524T000000Z"),
        authorization(
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
    ),
)
PUT = HttpRequest(
    "PUT",
    "/test%24file.text",
    (
        HOST,
        ("Date", "Fri, 24 May 2013 00:00:00 GMT"),
        ("x-amz-date", "20130524T000000Z"),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ("x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"),
        authorization(
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
    ),
    b"Welcome to Amazon S3.",
)
LIFECYCLE = HttpRequest(
    "GET",
    "/?lifecycle",
    (
        HOST,
        ("x-amz-date", "20130524T000000Z"),
        ("x-amz-content-sha256", EMPTY),
        authorization(
            "host;x-amz-content-sha256;x-amz-date",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
    ),
)
LIST = replace(
    LIFECYCLE,
    target="/?max-keys=2&prefix=J",
    headers=(
        *LIFECYCLE.headers[:-1],
        authorization(
            "host;x-amz-content-sha256;x-amz-date",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ),
)
# The same, "Authenticating Requests: Using Query Parameters".
IN_URL = HttpRequest(
    "GET",
    "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
    "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
    "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    (HOST,),
)
# Amazon S3 User Guide, "Signing and authenticating REST requests", "Query string request authentication alternative".
OLD = HttpRequest(
    "GET",
    "/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1175139620"
    "&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D",
    (("Host", "johnsmith.s3.amazonaws.com"),),
)


def secured(request: HttpRequest, secret: str = SECRET, bucket_path: str = "") -> HttpRequest:
    signature = read_signature(request, "eu-west-1", bucket_path or request.path)
    assert signature is not None
    return signature.secured(request, secret)


EXAMPLES = {"get": GET, "put": PUT, "lifecycle": LIFECYCLE, "list": LIST, "in url": IN_URL}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_documented_examples_are_genuine(name: str) -> None:
    signature = read_signature(EXAMPLES[name], "eu-west-1", "/")

    assert signature is not None
    assert (signature.access_key_id, signature.service, signature.region) == (KEY, "s3", "us-east-1")
    assert signature.secured(EXAMPLES[name], SECRET).body == EXAMPLES[name].body


@pytest.mark.parametrize("name", EXAMPLES)
def test_another_secret_is_noticed(name: str) -> None:
    with pytest.raises(WrongSignature):
        secured(EXAMPLES[name], "guessed")


@pytest.mark.parametrize(
    "tampered",
    [
        replace(GET, method="DELETE"),
        replace(GET, target="/other.txt"),
        replace(GET, target="/test.txt?versionId=1"),
        GET.having({"Range": "bytes=0-99"}),
        GET.having({"x-amz-date": "20130525T000000Z"}),
        replace(IN_URL, target=IN_URL.target.replace("test.txt", "other.txt")),
        replace(IN_URL, target=IN_URL.target + "&versionId=1"),
    ],
)
def test_a_request_that_was_changed_on_its_way_is_noticed(tampered: HttpRequest) -> None:
    with pytest.raises(WrongSignature):
        secured(tampered)


def test_a_body_that_was_changed_on_its_way_is_noticed() -> None:
    with pytest.raises(WrongContent, match="XAmzContentSHA256Mismatch"):
        secured(replace(PUT, body=b"Welcome to Amazon S4."))


@pytest.mark.parametrize("request_", [GET, IN_URL])
def test_what_was_not_signed_is_refused(request_: HttpRequest) -> None:
    with pytest.raises(WrongContent) as caught:
        secured(request_.having({"X-Amz-Copy-Source": "secrets/all"}))

    assert caught.value.args[0] == Refusal(
        403, "AccessDenied", "There were headers present in the request which were not signed"
    )


def test_a_url_hides_what_it_was_signed_with() -> None:
    plain = secured(IN_URL)

    assert plain.target == "/test.txt"
    assert (plain.header("authorization") or "").startswith(
        f"AWS4-HMAC-SHA256 Credential={KEY}/20130524/us-east-1/s3/aws4_request, "
    )


def test_a_url_of_version_2_is_taken_for_s3_in_the_accounts_own_region() -> None:
    path = "/johnsmith/photos/puppy.jpg"
    signature = read_signature(OLD, "eu-west-1", path)

    assert signature is not None
    assert (signature.access_key_id, signature.service, signature.region) == (KEY, "s3", "eu-west-1")
    assert signature.secured(OLD, SECRET).target == "/photos/puppy.jpg"
    for secret, named in ((SECRET, "/another/photos/puppy.jpg"), ("guessed", path)):
        with pytest.raises(WrongSignature):
            secured(OLD, secret, named)


def test_a_session_token_comes_from_the_header_or_the_url() -> None:
    in_header = read_signature(GET.having({"X-Amz-Security-Token": "abc/+="}), "eu-west-1", "/")
    in_url = read_signature(
        replace(IN_URL, target=IN_URL.target + "&X-Amz-Security-Token=abc%2F%2B%3D"), "eu-west-1", "/"
    )

    assert in_header is not None
    assert in_url is not None
    assert in_header.session_token == in_url.session_token == "abc/+="


def test_a_request_without_a_signature_has_none() -> None:
    assert read_signature(HttpRequest("GET", "/feed?list-type=2", (HOST,)), "eu-west-1", "/feed") is None


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("AWS4-HMAC-SHA256 Credential=a", "needs the algorithm AWS4-HMAC-SHA256 with SignedHeaders and Signature"),
        (
            "Bearer abc",
            "needs the algorithm AWS4-HMAC-SHA256 with Credential and SignedHeaders and Signature, it names",
        ),
        (
            "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c",
            "the credential 'a/b' needs the form ACCESS_KEY_ID/YYYYMMDD/REGION/SERVICE/aws4_request",
        ),
        (
            "AWS4-HMAC-SHA256 Credential=a/1/r/s/aws4_request, SignedHeaders=host, Signature=c",
            "needs X-Amz-Date or Date",
        ),
    ],
)
def test_a_signature_that_cannot_be_read_is_told(value: str, told: str) -> None:
    with pytest.raises(UnreadableSignature, match=re.escape(told)):
        read_signature(HttpRequest("GET", "/", (("Authorization", value),)), "eu-west-1", "/")


@pytest.mark.parametrize("algorithm", ["AWS4-ECDSA-P256-SHA256", "AWS"])
def test_other_kinds_of_signatures_are_not_emulated(algorithm: str) -> None:
    with pytest.raises(NotEmulated, match=f"signatures of the kind {algorithm} are not emulated"):
        read_signature(HttpRequest("GET", "/", (("Authorization", f"{algorithm} {KEY}:sig"),)), "eu-west-1", "/")


# Amazon S3 API Reference, "... Transferring Payload in Multiple Chunks".
CHUNK_SIGNATURES = (
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
)


def in_chunks(*chunks: bytes) -> HttpRequest:
    heads = [f"{len(chunk):x};chunk-signature={value}" for chunk, value in zip(chunks, CHUNK_SIGNATURES, strict=True)]
    return HttpRequest(
        "PUT",
        "/examplebucket/chunkObject.txt",
        (
            ("Host", "s3.amazonaws.com"),
            ("x-amz-date", "20130524T000000Z"),
            ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
            ("Content-Encoding", "aws-chunked"),
            ("x-amz-decoded-content-length", "66560"),
            ("Content-Length", "66824"),
            authorization(
                "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
                "x-amz-decoded-content-length;x-amz-storage-class",
                "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
            ),
        ),
        b"".join(head.encode() + b"\r\n" + chunk + b"\r\n" for head, chunk in zip(heads, chunks, strict=True)),
    )


def test_a_body_in_signed_chunks_becomes_the_content_that_was_meant() -> None:
    plain = secured(in_chunks(b"a" * 65_536, b"a" * 1024, b""))

    assert plain.body == b"a" * 66_560
    assert plain.header("content-encoding") is None
    assert plain.header("x-amz-content-sha256") is None
    assert plain.header("x-amz-storage-class") == "REDUCED_REDUNDANCY"


def test_a_chunk_that_was_changed_is_noticed() -> None:
    with pytest.raises(WrongSignature):
        secured(in_chunks(b"a" * 65_536, b"a" * 1023 + b"b", b""))


def test_a_body_that_ends_too_early_is_noticed() -> None:
    whole = in_chunks(b"a" * 65_536, b"a" * 1024, b"")

    with pytest.raises(WrongContent, match="IncompleteBody"):
        secured(replace(whole, body=whole.body[:65_700]))
