"""A provider of package `aws`, in a process of its own, that plans whatever it is given.

`python -m bench.echo_provider` prints its port and serves until its standard input ends. It is the same for
both programs and does no work of its own, so what is measured is the program and the engine.
"""

# ruff: noqa: N802  (methods have the names of the service's calls)

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import grpc  # type: ignore[import-untyped]
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as provider

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How the wire spells a value that nobody can tell before the resource is there."""

PLANNED = ("arn", "bucket", "name", "url")
"""Outputs that AWS alone can tell and the programs read."""


class EchoProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Answers what a preview of an empty stack asks, as the engine's ResourceProvider service does."""

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

    def Configure(
        self, request: provider.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider.ConfigureResponse:
        return provider.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: provider.CheckRequest, context: grpc.ServicerContext) -> provider.CheckResponse:
        return provider.CheckResponse(inputs=request.news)

    def Create(self, request: provider.CreateRequest, context: grpc.ServicerContext) -> provider.CreateResponse:
        answer = provider.CreateResponse(properties=request.properties)
        for name in PLANNED:
            if name not in answer.properties.fields:
                answer.properties.fields[name].string_value = UNKNOWN
        return answer

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        return Empty()


@contextmanager
def attached() -> Iterator[int]:
    """A provider process for as long as the context lasts; gives its port."""
    command = [sys.executable, "-m", "bench.echo_provider"]
    root = Path(__file__).parent.parent
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the provider's process has no pipes")
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


def main() -> None:
    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(EchoProvider(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201
    sys.stdin.read()
    server.stop(grace=None).wait()


if __name__ == "__main__":
    main()
