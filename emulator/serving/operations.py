"""What a request asks for: an operation of an AWS service, and its parameters.

Botocore's service models are the truth. Moto matches a request against them and parses it, as it does for itself.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import unquote

import botocore.loaders
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

from emulator.serving.http_messages import HttpRequest
from emulator.storage import NotEmulated

# `signingName` of botocore's service models, where it is not the model's own name or several share it. The first that
# knows a request's operation has it.
_SERVICES = {
    "dynamodb": ("dynamodb", "dynamodbstreams"),
    "elasticfilesystem": ("efs",),
    "elasticloadbalancing": ("elbv2", "elb"),
    "elasticmapreduce": ("emr",),
    "execute-api": ("apigatewaymanagementapi",),
    "apigateway": ("apigateway", "apigatewayv2"),
    "iotdata": ("iot-data",),
    "kinesisanalytics": ("kinesisanalyticsv2",),
    "monitoring": ("cloudwatch",),
    "s3": ("s3control", "s3"),
    "ses": ("ses", "sesv2"),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
}
_VIRTUAL_HOST = re.compile(r"(?!s3[.-])(?P<bucket>[a-z0-9][a-z0-9.-]*?)(\.s3([.-][a-z0-9-]+)?)?\.localhost(:\d+)?")


class WrongParameters(ValueError):
    """The parameters of a request cannot be read, or one is missing."""


@dataclass(frozen=True)
class Asked:
    """An operation that a request asks for."""

    model: OperationModel
    protocol: str
    """The one the client speaks: `query`, `ec2`, `json`, `rest-json`, `rest-xml`."""
    in_path: dict[str, Any]
    """The parameters that are parts of the path."""

    @property
    def service(self) -> ServiceModel:
        return self.model.service_model

    def pure(self, request: HttpRequest) -> HttpRequest:
        """The request with nothing in it that this operation does not know.

        Moto finds the operation by ways of its own; what is left can only be taken for this one.

        Raises:
            WrongParameters: it is in two minds: it has parameters in the URL and in the body.
        """
        if self.model.request_compression and request.header("content-encoding") == "gzip":
            request = replace(request.without(["content-encoding"]), body=gzip.decompress(request.body))
        if self.protocol in ("query", "ec2"):
            if request.query and request.body:
                raise WrongParameters(f"{self.model.name} takes its parameters from the URL or from the body, not both")
            return request.without(["x-amz-target"])
        if self.protocol == "json":
            return replace(request, target=request.path)
        known = set(self.model.http_trait.query_args)
        for name, shape in self.model.input_shape.members.items() if self.model.input_shape else ():
            if shape.serialization.get("location") == "querystring":
                if shape.type_name == "map":
                    return request.without(["x-amz-target"])
                known.add(shape.serialization.get("name", name))
        kept = [pair for pair in request.query.split("&") if unquote(pair.partition("=")[0]) in known]
        target = request.path + ("?" + "&".join(kept) if kept else "")
        return replace(request.without(["x-amz-target"]), target=target)

    def params(self, request: HttpRequest) -> dict[str, Any]:
        """The operation's parameters, as a client of boto3 is given them.

        Args:
            request: pure.

        Raises:
            WrongParameters: they cannot be read, or one is missing that the operation needs.
        """
        shape = self.model.input_shape
        if shape is None:
            return {}
        read = _moto_request("https://localhost", request)
        try:
            parsed = PROTOCOL_PARSERS[self.protocol](self.model).parse(
                {
                    "method": request.method,
                    # A body of S3 is never a form, whatever its type says.
                    "values": read.args if self.protocol.startswith("rest") else read.values,
                    "headers": read.headers,
                    "body": request.body,
                    "url_path": read.path,
                    "url_params": self.in_path,
                }
            )
        except (RequestParserError, ValueError, TypeError, AttributeError, KeyError) as error:
            raise WrongParameters(f"the parameters of {self.model.name} cannot be read: {error}") from None
        given = {name: value for name, value in parsed.items() if value is not None}
        if "QueueUrl" in shape.members and "QueueUrl" not in given and "QueueName" in self.in_path:
            given["QueueUrl"] = f"https://localhost{request.path}"
        missing = [name for name in shape.required_members if name not in given and not _may_be_empty(shape, name)]
        if missing:
            raise WrongParameters(f"{self.model.name} needs {' and '.join(missing)}")
        return given


def find_operation(signing_name: str, request: HttpRequest) -> Asked:
    """The operation that a request for a service asks for.

    Args:
        signing_name: the service as a signature names it: `states`, `monitoring`.

    Raises:
        NotEmulated: botocore knows no such service, or the service no such operation.
    """
    for name in _SERVICES.get(signing_name, (signing_name,)):
        if name not in _all_services():
            raise NotEmulated(f"service {signing_name} is not emulated: nobody here knows it")
        service = get_service_model(name)
        asking = _moto_request("https://localhost", replace(request, body=b"") if name == "s3" else request)
        if service.protocol in ("query", "ec2") and asking.values.get("Version") not in (None, service.api_version):
            continue
        try:
            model, in_path = get_service_router(name).match(asking)
            return Asked(model, determine_request_protocol(service, asking.content_type), in_path)
        except (NotFound, NotImplementedError):
            continue
    told = request.header("x-amz-target") or f"{request.method} {request.path}"
    raise NotEmulated(f"{told} is not emulated: {signing_name} has no such operation here")


def bucket_path(request: HttpRequest) -> str:
    """The path with the bucket in front, also where the bucket is part of the host: `feed.localhost:4566`."""
    host = _VIRTUAL_HOST.fullmatch(request.header("host") or "")
    return f"/{host['bucket']}{request.path}" if host else request.path


def _moto_request(root: str, request: HttpRequest) -> Request:
    return Request.from_primitives(request.method, root + request.target, dict(request.headers), request.body)


def _may_be_empty(shape: Any, name: str) -> bool:
    """Whether a parameter that is not there may be there all the same: the body itself, empty."""
    return bool(shape.serialization.get("payload") == name)


@cache
def _all_services() -> frozenset[str]:
    return frozenset(botocore.loaders.create_loader().list_available_services("service-2"))
