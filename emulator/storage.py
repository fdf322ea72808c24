"""The storage of the account: moto keeps its things and answers its API, for one account id and one region."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, Self
from unittest.mock import patch

import botocore.handlers
import botocore.httpsession
import botocore.loaders
import botocore.session
import moto.backends
import moto.kms.responses
from moto import mock_aws
from moto.awslambda.utils import get_backend as lambda_backend
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.config import DefaultConfig
from moto.core.responses import BaseResponse
from moto.iam.access_control import PermissionResult
from moto.moto_api._internal import mock_random
from moto.s3.models import FakeBucket
from moto.utilities.utils import get_partition

from emulator import network

# Nothing runs in Docker: moto only keeps a function, and our own runtime runs it.
_MOTO: DefaultConfig = {
    "lambda": {"use_docker": False},
    "batch": {"use_docker": False},
    "core": {"mock_credentials": False, "reset_boto3_session": True},
}

NO_OUTSIDE_CONFIGURATION = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""Environment variables that keep botocore from this machine's own AWS configuration and credentials."""

# Parsing the service models again for every session costs 40 to 190 ms; they never change while we run.
_loader = botocore.loaders.create_loader()


class NotEmulated(Exception):
    """An API call that moto does not answer; on AWS it would have left this machine."""


class Storage:
    """Moto, switched on. Every call of every client in this process lands in `account_id`.

    Entering starts from an empty account and seeds moto's ids, so that the same calls give the same ids each time.
    While it is open the process knows no AWS settings from outside: all `AWS_*` variables are set aside, and restored
    on leaving.
    """

    def __init__(self, account_id: str, region: str) -> None:
        self.account_id = account_id
        self.region = region
        self.partition: str = get_partition(region)
        self._backends: dict[tuple[str, str], Any] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        account_id = self.account_id
        with ExitStack() as opening:
            opening.enter_context(_own_environment(self.region))
            opening.enter_context(mock_aws(config=_MOTO))
            opening.callback(self._backends.clear)
            opening.enter_context(patch.object(BaseResponse, "get_current_account", lambda response: account_id))
            # Moto looks into bucket and key policies by rules of its own, conditions left out.
            opening.enter_context(patch.object(FakeBucket, "get_permission", lambda *_: PermissionResult.NEUTRAL))
            opening.enter_context(patch.object(moto.kms.responses, "validate_policy", lambda *_: None))
            opening.enter_context(patch.object(BotocoreStubber, "process_request", _answered(BotocoreStubber)))
            opening.enter_context(patch.object(botocore.httpsession.URLLib3Session, "send", _refuse))
            opening.enter_context(patch.object(botocore.session, "create_loader", lambda *search_path: _loader))
            opening.enter_context(network.refused())
            self.seed("")
            # Botocore makes up the tokens of idempotent calls, and some become ids, a secret's version for one.
            opening.enter_context(patch.object(botocore.handlers, "uuid", mock_random))
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def seed(self, thing: str) -> None:
        """Let the ids made from here on follow from what they are made for, and not from what was made before.

        Args:
            thing: names it, in words of its own; a resource's URN.
        """
        mock_random.seed(f"{self.account_id} {self.region} {thing}")

    def backend(self, service: str, region: str | None = None) -> Any:
        """Moto's backend of a service (`sqs`, `s3`, `lambda`, `iam`, ...) in this account and region, or in another."""
        key = (service, region or self.region)
        if key not in self._backends:
            self._backends[key] = self._find_backend(*key)
        return self._backends[key]

    def _find_backend(self, service: str, region: str) -> Any:
        if service == "lambda":
            return lambda_backend(self.account_id, region)
        regions = moto.backends.get_backend(service)[self.account_id]  # type: ignore[call-overload]
        # Global services (IAM, S3, STS) have one backend for the whole partition.
        return regions[region if region in regions else self.partition]


@contextmanager
def _own_environment(region: str) -> Iterator[None]:
    outside = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    for name in outside:
        del os.environ[name]
    os.environ.update(NO_OUTSIDE_CONFIGURATION, AWS_DEFAULT_REGION=region)
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(outside)


def _answered(stubber: type[BotocoreStubber]) -> Any:
    process_request = stubber.process_request

    def answered(self: BotocoreStubber, request: Any) -> Any:
        answer = process_request(self, request)
        if answer is not None and answer[2] == "Not yet implemented":
            _refuse(self, request)
        return answer

    return answered


def _refuse(_: object, request: Any) -> None:
    raise NotEmulated(f"{request.method} {request.url} is not emulated: moto does not know this service")
