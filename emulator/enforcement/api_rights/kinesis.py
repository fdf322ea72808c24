"""The rights of Kinesis calls: on a stream, or on a consumer of it; an iterator tells the stream it was made for."""

from __future__ import annotations

from moto.kinesis.utils import decompose_shard_iterator

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right


def rights(call: Call) -> list[Right]:
    params = call.params
    name = params.get("StreamName")
    if name is None and "StreamARN" not in params and "ShardIterator" in params:
        name = decompose_shard_iterator(params["ShardIterator"])[0]
    if name is not None:
        return [Right(reference.action("kinesis", call), call.arn("kinesis", f"stream/{name}"))]
    return reference.rights(call)
