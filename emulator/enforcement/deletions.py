"""Deleting several objects at once: S3 decides key by key, deletes those it may, and tells of the others."""

from __future__ import annotations

from typing import Any

from emulator.enforcement.api_rights.right import Call


def delete_but(call: Call, client: Any, errors: dict[int, str]) -> dict[str, Any]:
    """Delete the objects of a `DeleteObjects` call, save those at the positions in `errors`, and answer as S3 does.

    Args:
        client: an S3 client that may do everything.
        errors: the message for each object that is not deleted, by its position in the call.

    Returns:
        The call's response, parsed (Amazon S3 API Reference, "DeleteObjects").
    """
    wanted = call.params["Delete"]
    kept = [entry for position, entry in enumerate(wanted["Objects"]) if position not in errors]
    answer: dict[str, Any] = {"ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}}
    if kept:
        answer = client.delete_objects(**{**call.params, "Delete": {**wanted, "Objects": kept}})
    denied = [
        {**_named(wanted["Objects"][position]), "Code": "AccessDenied", "Message": message}
        for position, message in errors.items()
    ]
    return {**answer, "Errors": [*answer.get("Errors", []), *denied]}


def _named(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("Key", "VersionId") if name in entry}
