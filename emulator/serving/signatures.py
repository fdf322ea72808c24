"""Whose request it is: what it says of its signature, and whether the secret of that access key made it.

A request is signed in its Authorization header or in its URL; the service and the region it is for stand in the scope
of the signature. Dates are read and never judged: clients live in real time, the account in virtual time. Signature
Version 4 is taken everywhere, and Version 2 in the URLs of S3, which boto3 still makes; Version 4A is not emulated.

Source: IAM User Guide, "Create a signed AWS API request"; Amazon S3 API Reference, "Authenticating Requests".
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, urlsplit

from botocore.auth import HmacV1Auth
from botocore.credentials import Credentials as BotocoreCredentials
from botocore.utils import normalize_url_path

from emulator.enforcement.refusals import Refusal
from emulator.serving.chunked_body import ChunkSigning, MalformedBody, WrongChunkSignature, read_chunks
from emulator.serving.http_messages import HttpRequest
from emulator.storage import NotEmulated

_ALGORITHM = "AWS4-HMAC-SHA256"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_IN_QUERY = {"x-amz-algorithm", "x-amz-credential", "x-amz-signature", "x-amz-signedheaders", "x-amz-expires"}
_OLD_IN_QUERY = {"awsaccesskeyid", "signature", "expires"}
_OF_CHUNKS = ("x-amz-decoded-content-length", "x-amz-trailer", "content-encoding", "x-amz-content-sha256")


class UnreadableSignature(Exception):
    """A request is signed in a way that nobody understands."""

    args: tuple[str]


class WrongSignature(Exception):
    """A request was not signed with its access key's secret, or not as it arrived."""


class WrongContent(Exception):
    """The signature is right and the request is not: it says what was not signed, or its content is another."""

    args: tuple[Refusal]


@dataclass(frozen=True)
class Signature:
    """What a request says of its signature."""

    access_key_id: str
    session_token: str
    """Empty without one."""
    service: str
    """By its signing name: `states`, `monitoring`."""
    region: str
    value: str

    def secured(self, request: HttpRequest, secret_access_key: str) -> HttpRequest:
        """The request with the content that was meant, and signed in its header as far as anybody can see.

        Raises:
            WrongSignature: another secret made the signature, or the request is not what was signed.
            WrongContent: the signature is right, and S3 refuses what came with it.
        """
        raise NotImplementedError

    def _in_header(self, request: HttpRequest, date: str) -> HttpRequest:
        scope = f"{date}/{self.region}/{self.service}/aws4_request"
        headers = {
            "authorization": f"{_ALGORITHM} Credential={self.access_key_id}/{scope}, SignedHeaders=host, "
            f"Signature={self.value}"
        }
        if self.session_token:
            headers["x-amz-security-token"] = self.session_token
        return request.having(headers)


@dataclass(frozen=True)
class SignatureV4(Signature):
    """Signature Version 4."""

    date: str
    timestamp: str
    signed_headers: tuple[str, ...]
    in_url: bool

    def secured(self, request: HttpRequest, secret_access_key: str) -> HttpRequest:
        scope = f"{self.date}/{self.region}/{self.service}/aws4_request"
        plain = _without_query(request, _IN_QUERY, query_wins=True) if self.in_url else request
        hashed = hashlib.sha256(request.body).hexdigest()
        implied = _UNSIGNED if self.in_url and self.service == "s3" else hashed
        payload = plain.header("x-amz-content-sha256") or implied
        canonical = hashlib.sha256(self._canonical(request, payload).encode()).hexdigest()
        text = "\n".join([_ALGORITHM, self.timestamp, scope, canonical])
        key = f"AWS4{secret_access_key}".encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        if not hmac.compare_digest(hmac.new(key, text.encode(), hashlib.sha256).hexdigest(), self.value):
            raise WrongSignature
        if self.service == "s3":
            self._refuse_unsigned(request)
        if payload.startswith("STREAMING-"):
            signing = ChunkSigning(key, self.timestamp, scope, self.value)
            plain = _unchunked(plain, None if "UNSIGNED" in payload else signing)
        elif payload != _UNSIGNED and payload != hashed:
            told = "The provided 'x-amz-content-sha256' header does not match what was computed."
            raise WrongContent(Refusal(400, "XAmzContentSHA256Mismatch", told))
        return self._in_header(plain, self.date)

    def _refuse_unsigned(self, request: HttpRequest) -> None:
        names = {name.lower() for name, _ in request.headers}
        if any(name == "host" or name.startswith("x-amz-") for name in names - set(self.signed_headers)):
            told = "There were headers present in the request which were not signed"
            raise WrongContent(Refusal(403, "AccessDenied", told))

    def _canonical(self, request: HttpRequest, payload: str) -> str:
        path = request.path or "/"
        if self.service != "s3":
            path = quote(normalize_url_path(path), safe="/~")
        pairs = sorted(
            (quote(unquote(name), safe="-_.~"), quote(unquote(value), safe="-_.~"))
            for name, _, value in (pair.partition("=") for pair in request.query.split("&") if pair)
            if name != "X-Amz-Signature"
        )
        query = "&".join(f"{name}={value}" for name, value in pairs)
        headers = "".join(f"{name}:{' '.join((request.header(name) or '').split())}\n" for name in self.signed_headers)
        return "\n".join([request.method, path, query, headers, ";".join(self.signed_headers), payload])


@dataclass(frozen=True)
class SignatureV2(Signature):
    """Signature Version 2 of S3, in a URL (Amazon S3 User Guide, "Signing and authenticating REST requests")."""

    expires: str
    bucket_path: str
    """The path with the bucket in it, also where the bucket is the host."""

    def secured(self, request: HttpRequest, secret_access_key: str) -> HttpRequest:
        moved = _without_query(request, _OLD_IN_QUERY, query_wins=False)
        lines = [request.method, moved.header("content-md5") or "", moved.header("content-type") or "", self.expires]
        names = sorted({name.lower() for name, _ in moved.headers if name.lower().startswith("x-amz-")})
        lines += [f"{name}:{(moved.header(name) or '').strip()}" for name in names]
        signer = HmacV1Auth(BotocoreCredentials(self.access_key_id, secret_access_key))
        resource = signer.canonical_resource(urlsplit(request.target), auth_path=self.bucket_path)
        if not hmac.compare_digest(signer.sign_string("\n".join([*lines, resource])), self.value):
            raise WrongSignature
        return self._in_header(moved, "20000101")


def read_signature(request: HttpRequest, own_region: str, bucket_path: str) -> Signature | None:
    """What a request says of its signature; None if it is not signed.

    Args:
        own_region: the region of what names none.
        bucket_path: the path with the bucket in it, also where the bucket is the host.

    Raises:
        UnreadableSignature: something is missing in it, or wrong.
        NotEmulated: it is signed in a way that is not emulated.
    """
    query = {
        unquote(name).lower(): unquote(value)
        for name, _, value in (pair.partition("=") for pair in request.query.split("&"))
    }
    if "x-amz-signature" in query or "x-amz-credential" in query:
        return _v4(
            query.get("x-amz-algorithm", ""),
            query.get("x-amz-credential", ""),
            query.get("x-amz-signedheaders", ""),
            query.get("x-amz-signature", ""),
            timestamp=query.get("x-amz-date", ""),
            token=query.get("x-amz-security-token", ""),
            in_url=True,
        )
    if "awsaccesskeyid" in query and "signature" in query:
        return SignatureV2(
            access_key_id=query["awsaccesskeyid"],
            session_token=query.get("x-amz-security-token", ""),
            service="s3",
            region=own_region,
            value=query["signature"],
            expires=query.get("expires", ""),
            bucket_path=bucket_path,
        )
    authorization = request.header("authorization")
    if authorization is None:
        return None
    algorithm, _, rest = authorization.partition(" ")
    said = {name.strip().lower(): value.strip() for name, _, value in (part.partition("=") for part in rest.split(","))}
    return _v4(
        algorithm,
        said.get("credential", ""),
        said.get("signedheaders", ""),
        said.get("signature", ""),
        timestamp=request.header("x-amz-date") or request.header("date") or "",
        token=request.header("x-amz-security-token") or "",
        in_url=False,
    )


def _v4(
    algorithm: str, credential: str, signed_headers: str, value: str, *, timestamp: str, token: str, in_url: bool
) -> SignatureV4:
    if algorithm in ("AWS4-ECDSA-P256-SHA256", "AWS"):
        raise NotEmulated(f"signatures of the kind {algorithm} are not emulated: use {_ALGORITHM}")
    scope = credential.split("/")
    missing = [
        name
        for name, given in (("Credential", credential), ("SignedHeaders", signed_headers), ("Signature", value))
        if not given
    ]
    if algorithm != _ALGORITHM or missing:
        told = f" with {' and '.join(missing)}" if missing else ""
        raise UnreadableSignature(f"a signed request needs the algorithm {_ALGORITHM}{told}, it names {algorithm!r}")
    if len(scope) != 5 or scope[4] != "aws4_request" or not all(scope):
        raise UnreadableSignature(
            f"the credential {credential!r} needs the form ACCESS_KEY_ID/YYYYMMDD/REGION/SERVICE/aws4_request"
        )
    if not timestamp:
        raise UnreadableSignature("a signed request needs X-Amz-Date or Date")
    access_key_id, date, region, service, _ = scope
    return SignatureV4(
        access_key_id=access_key_id,
        session_token=token,
        service=service,
        region=region,
        value=value,
        date=date,
        timestamp=timestamp,
        signed_headers=tuple(name.lower() for name in signed_headers.split(";")),
        in_url=in_url,
    )


def _unchunked(request: HttpRequest, signing: ChunkSigning | None) -> HttpRequest:
    try:
        content, trailers = read_chunks(request.body, signing)
    except WrongChunkSignature:
        raise WrongSignature from None
    except MalformedBody as error:
        raise WrongContent(Refusal(400, "IncompleteBody", str(error))) from None
    length = request.header("x-amz-decoded-content-length")
    if length is not None and length != str(len(content)):
        told = f"x-amz-decoded-content-length says {length} bytes and {len(content)} bytes came"
        raise WrongContent(Refusal(400, "IncompleteBody", told))
    encodings = [part.strip() for part in (request.header("content-encoding") or "").split(",")]
    left = ",".join(part for part in encodings if part and part != "aws-chunked")
    plain = replace(request.without(_OF_CHUNKS), body=content)
    headers = (*plain.headers, *trailers.items(), *([("content-encoding", left)] if left else []))
    return replace(plain, headers=headers)


def _without_query(request: HttpRequest, dropped: set[str], *, query_wins: bool) -> HttpRequest:
    """What was put into the URL because a URL was all there was to sign goes back into the headers.

    Args:
        query_wins: over a header of the same name.
    """
    kept: list[str] = []
    own = {name.lower(): (name, value) for name, value in request.headers}
    moved: dict[str, tuple[str, str]] = {}
    for pair in request.query.split("&"):
        name, _, value = pair.partition("=")
        lower = unquote(name).lower()
        if lower.startswith("x-amz-") or lower in ("content-type", "content-md5"):
            if lower not in dropped:
                moved[lower] = (lower, unquote(value))
        elif pair and lower not in dropped:
            kept.append(pair)
    target = request.path + ("?" + "&".join(kept) if kept else "")
    headers = {**own, **moved} if query_wins else {**moved, **own}
    return replace(request, target=target, headers=tuple(headers.values()))
