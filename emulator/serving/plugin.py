"""The plugin: what the Pulumi engine talks to as its AWS provider, Pulumi's `ResourceProvider` service over gRPC.

Source of the protocol: "provider.proto" of pulumi/pulumi. Nothing is decided here: each call is read, done in the
workshop, and answered.
"""

# ruff: noqa: N802  (methods have the names of the service's calls)

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, TypeVar

import grpc  # type: ignore[import-untyped]
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as provider

from emulator.clock import Clock
from emulator.provisioning.difference import Change, Difference, first_word
from emulator.provisioning.resource_type import Refused
from emulator.serving.desk import DeskClosed, Do
from emulator.serving.http_door import ADDRESS
from emulator.serving.workshop import Workshop
from emulator.wire import WireError, from_struct, to_struct

_log = logging.getLogger(__name__)
T = TypeVar("T")

_KINDS = {
    (Change.ADDED, False): provider.PropertyDiff.ADD,
    (Change.ADDED, True): provider.PropertyDiff.ADD_REPLACE,
    (Change.DELETED, False): provider.PropertyDiff.DELETE,
    (Change.DELETED, True): provider.PropertyDiff.DELETE_REPLACE,
    (Change.UPDATED, False): provider.PropertyDiff.UPDATE,
    (Change.UPDATED, True): provider.PropertyDiff.UPDATE_REPLACE,
}
_PREFIX = "aws:config:"
_THREADS = 16
_OPTIONS = [
    # Gives an error where another program listens already.
    ("grpc.so_reuseport", 0),
    # As the servers of Pulumi's own SDK have them: texts of assets are long, and a request may wait for many others.
    ("grpc.max_receive_message_length", 400 * 1024 * 1024),
    ("grpc.server_max_unrequested_time_in_server", 30 * 60),
]
_GRACE_SECONDS = 1
"""How long whoever waits for an answer has to hear that there will be none."""


class Plugin(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engines of any number of stacks.

    Args:
        workshop: where everything is done.
        do: takes the work there, to the account's own thread.
    """

    def __init__(self, workshop: Workshop, do: Do) -> None:
        self._workshop = workshop
        self._do = do

    # What the engine asks of any plugin

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> provider.ProviderHandshakeResponse:
        return provider.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> Empty:
        return Empty()

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=version("pulumi_aws"))

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        """The operation is over."""
        self._answered(context, lambda: self._workshop.forget(context.peer()))
        return Empty()

    # The provider's own settings

    def CheckConfig(self, request: provider.CheckRequest, context: grpc.ServicerContext) -> provider.CheckResponse:
        def check() -> provider.CheckResponse:
            problems = self._workshop.objections(_settings(from_struct(request.news)))
            return provider.CheckResponse(inputs=request.news, failures=_failures(problems))

        return self._answered(context, check)

    def DiffConfig(self, request: provider.DiffRequest, context: grpc.ServicerContext) -> provider.DiffResponse:
        old, new = request.old_inputs.fields, request.news.fields
        changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        return provider.DiffResponse(changes=_some(changed), diffs=changed)

    def Configure(
        self, request: provider.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider.ConfigureResponse:
        given = {name.removeprefix(_PREFIX): value for name, value in request.variables.items()}
        self._answered(context, lambda: self._workshop.configure(context.peer(), _settings(given)))
        return provider.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    # Resources

    def Check(self, request: provider.CheckRequest, context: grpc.ServicerContext) -> provider.CheckResponse:
        def check() -> provider.CheckResponse:
            given, before = from_struct(request.news), from_struct(request.olds)
            checked = self._workshop.check(context.peer(), request.urn, given, before)
            return provider.CheckResponse(inputs=to_struct(checked.inputs), failures=_failures(checked.problems))

        return self._answered(context, check)

    def Diff(self, request: provider.DiffRequest, context: grpc.ServicerContext) -> provider.DiffResponse:
        def compare() -> provider.DiffResponse:
            old, new = from_struct(request.old_inputs), from_struct(request.news)
            return _told(self._workshop.difference(context.peer(), request.urn, old, new))

        return self._answered(context, compare)

    def Create(self, request: provider.CreateRequest, context: grpc.ServicerContext) -> provider.CreateResponse:
        def create() -> provider.CreateResponse:
            inputs = from_struct(request.properties)
            if request.preview:
                return provider.CreateResponse(properties=to_struct(self._workshop.planned(request.urn, inputs)))
            made = self._workshop.create(context.peer(), request.urn, inputs)
            return provider.CreateResponse(id=made.id, properties=to_struct(made.outputs))

        return self._answered(context, create)

    def Read(self, request: provider.ReadRequest, context: grpc.ServicerContext) -> provider.ReadResponse:
        def read() -> provider.ReadResponse:
            found = self._workshop.read(context.peer(), request.urn, request.id, from_struct(request.inputs))
            if found is None:
                return provider.ReadResponse()
            return provider.ReadResponse(
                id=found.id, inputs=to_struct(found.inputs), properties=to_struct(found.outputs)
            )

        return self._answered(context, read)

    def Update(self, request: provider.UpdateRequest, context: grpc.ServicerContext) -> provider.UpdateResponse:
        def update() -> provider.UpdateResponse:
            old, new = from_struct(request.old_inputs), from_struct(request.news)
            if request.preview:
                planned = self._workshop.planned(request.urn, new, from_struct(request.olds))
                return provider.UpdateResponse(properties=to_struct(planned))
            made = self._workshop.update(context.peer(), request.urn, request.id, old, new)
            return provider.UpdateResponse(properties=to_struct(made.outputs))

        return self._answered(context, update)

    def Delete(self, request: provider.DeleteRequest, context: grpc.ServicerContext) -> Empty:
        def delete() -> None:
            self._workshop.delete(context.peer(), request.urn, request.id, from_struct(request.old_inputs))

        self._answered(context, delete)
        return Empty()

    def Invoke(self, request: provider.InvokeRequest, context: grpc.ServicerContext) -> provider.InvokeResponse:
        def invoke() -> provider.InvokeResponse:
            try:
                answer = self._workshop.call(context.peer(), request.tok, from_struct(request.args))
            except Refused as refusal:
                return provider.InvokeResponse(failures=_failures([str(refusal)]))
            return provider.InvokeResponse(**{"return": to_struct(answer)})

        return self._answered(context, invoke)

    def _answered(self, context: grpc.ServicerContext, work: Callable[[], T]) -> T:
        """What comes of work in the account; what is refused is told to the engine in words."""
        try:
            return self._do(work)
        except (Refused, WireError) as refusal:
            status, words = grpc.StatusCode.FAILED_PRECONDITION, str(refusal)
        except DeskClosed:
            status, words = grpc.StatusCode.UNAVAILABLE, "the embedded account is closing"
        except Exception as error:
            _log.exception("the embedded account failed")
            told = " ".join(f"{type(error).__name__}: {error}".split())
            status, words = grpc.StatusCode.INTERNAL, f"the embedded account failed: {told}"
        context.abort(status, words)
        raise AssertionError("abort raises")


@contextmanager
def listening(plugin: Plugin, clock: Clock, port: int = 0) -> Iterator[int]:
    """Let a plugin answer on loopback for as long as the context lasts, at the port it gives.

    Args:
        clock: of the account.
        port: 0 for any that is free.

    Raises:
        OSError: the port is taken.
    """
    # gRPC tells of a taken port on stderr too, in words of its own.
    with socket.create_server((ADDRESS, port)):
        pass
    server = grpc.server(ThreadPoolExecutor(max_workers=_THREADS), options=_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(plugin, server)
    bound = server.add_insecure_port(f"{ADDRESS}:{port}")
    # It waits here until `time.time()` by its own clock, which is years away in virtual time.
    with clock.away():
        server.start()
    try:
        yield bound
    finally:
        server.stop(_GRACE_SECONDS).wait()


def _settings(given: dict[str, Any]) -> dict[str, Any]:
    """The settings of a provider without the version of its package, which the engine adds."""
    return {name: value for name, value in given.items() if name != "version"}


def _some(changed: Collection[str]) -> provider.DiffResponse.DiffChanges.ValueType:
    kinds = provider.DiffResponse.DiffChanges
    return kinds.DIFF_SOME if changed else kinds.DIFF_NONE


def _told(difference: Difference) -> provider.DiffResponse:
    return provider.DiffResponse(
        changes=_some(difference.changes),
        diffs=sorted(difference.inputs),
        replaces=sorted(difference.replaces),
        deleteBeforeReplace=difference.delete_first,
        hasDetailedDiff=True,
        detailedDiff={
            path: provider.PropertyDiff(kind=_KINDS[change, first_word(path) in difference.replaces], inputDiff=True)
            for path, change in difference.changes.items()
        },
    )


def _failures(problems: Iterable[str]) -> list[provider.CheckFailure]:
    return [provider.CheckFailure(reason=problem) for problem in problems]
