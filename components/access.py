"""Access: what a function's code may do with a resource, given and entered in the ledger in one call."""

from __future__ import annotations

from typing import Any

from components import iam, ledger
from components.function import LambdaFunction
from components.resource import AccessOptions, Resource


def let_touch(function: LambdaFunction, verb: str, resource: Resource[Any], options: AccessOptions) -> ledger.Grant:
    """Let the function do `verb` with the resource: exactly that verb's actions, on exactly that ARN.

    Returns:
        The ledger line; the right is an inline policy of the function's role, `record-may-write-quakes`.
    """
    reach = resource.reach(verb, options)
    return function.may(
        verb,
        _as_the_sentence_ends(function, resource, reach.scope),
        iam.allow(*resource.config.verbs[verb].actions, on=reach.resources, when=reach.conditions),
        resource=resource.address,
        scope=reach.scope,
    )


def variable_name(resource: str, handle: str) -> str:
    """The environment variable that tells a handler of a resource: `READINGS_QUEUE_URL`."""
    return f"{resource.partition('.')[2].replace('-', '_')}_{handle}".upper()


def _as_the_sentence_ends(function: LambdaFunction, resource: Resource[Any], scope: str) -> str:
    pipeline, _, name = resource.address.partition(".")
    thing = name if pipeline == function.pipeline else f"{pipeline}-{name}"
    part = "-".join(word for word in scope.rstrip("*").replace("/", " ").split())
    return f"{thing}-{part}" if part else thing
