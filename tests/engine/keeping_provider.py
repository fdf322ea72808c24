"""A provider of package `aws` that keeps whatever it is given, for any type, and calls that creation."""

# ruff: noqa: N802  (methods have the names of the service's calls)

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc  # type: ignore[import-untyped]
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as provider

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How the wire spells a value that nobody can tell before the resource is there."""


@dataclass
class KeepingProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine as its ResourceProvider service does.

    Attributes:
        kept: the inputs of everything that is there, by id.
        settings: what each provider resource was configured with.
    """

    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    settings: list[dict[str, str]] = field(default_factory=list)

    def Handshake(
        self, request: provider.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider.ProviderHandshakeResponse:
        return provider.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> Empty:
        return Empty()

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version="7.51.1")

    def CheckConfig(self, request: provider.CheckRequest, context: grpc.ServicerContext) -> provider.CheckResponse:
        return provider.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: provider.DiffRequest, context: grpc.ServicerContext) -> provider.DiffResponse:
        return _difference(request)

    def Configure(
        self, request: provider.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider.ConfigureResponse:
        self.settings.append(dict(request.variables))
        return provider.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: provider.CheckRequest, context: grpc.ServicerContext) -> provider.CheckResponse:
        return provider.CheckResponse(inputs=request.news)

    def Diff(self, request: provider.DiffRequest, context: grpc.ServicerContext) -> provider.DiffResponse:
        return _difference(request)

    def Create(self, request: provider.CreateRequest, context: grpc.ServicerContext) -> provider.CreateResponse:
        if request.preview:
            return provider.CreateResponse(properties=_outputs(request.properties, UNKNOWN))
        self.kept[request.name] = MessageToDict(request.properties)
        return provider.CreateResponse(id=request.name, properties=_outputs(request.properties, request.name))

    def Read(self, request: provider.ReadRequest, context: grpc.ServicerContext) -> provider.ReadResponse:
        if request.id not in self.kept:
            return provider.ReadResponse()
        return provider.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    def Update(self, request: provider.UpdateRequest, context: grpc.ServicerContext) -> provider.UpdateResponse:
        if not request.preview:
            self.kept[request.id] = MessageToDict(request.news)
        return provider.UpdateResponse(properties=_outputs(request.news, request.id))

    def Delete(self, request: provider.DeleteRequest, context: grpc.ServicerContext) -> Empty:
        del self.kept[request.id]
        return Empty()

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        return Empty()

    @contextmanager
    def served(self) -> Iterator[int]:
        """Listen on loopback for as long as the context lasts, at the port it gives."""
        server = grpc.server(ThreadPoolExecutor(max_workers=8))
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(self, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield port
        finally:
            server.stop(grace=None).wait()


def _outputs(inputs: Struct, name: str) -> Struct:
    outputs = Struct()
    outputs.CopyFrom(inputs)
    outputs["arn"] = name if name == UNKNOWN else f"arn:aws:kept:::{name}"
    return outputs


def _difference(request: provider.DiffRequest) -> provider.DiffResponse:
    """Which inputs are not what they were. `olds` are the outputs, which have more."""
    old, new = request.old_inputs.fields, request.news.fields
    changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    kinds = provider.DiffResponse.DiffChanges
    changes = kinds.DIFF_SOME if changed else kinds.DIFF_NONE
    return provider.DiffResponse(changes=changes, diffs=changed)
