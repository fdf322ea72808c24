"""The rights of Secrets Manager calls: on a secret, whose ARN has a random end that its name does not tell."""

from __future__ import annotations

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right


def rights(call: Call) -> list[Right]:
    secret_id = call.params.get("SecretId") or (call.params.get("Name") if call.operation == "CreateSecret" else None)
    if secret_id is None:
        return reference.rights(call)
    secret = call.storage.backend("secretsmanager").secrets.get(secret_id)
    if secret is not None:
        arn = secret.arn
    elif secret_id.startswith("arn:"):
        arn = secret_id
    else:
        arn = call.arn("secretsmanager", f"secret:{secret_id}")
    return [Right(reference.action("secretsmanager", call), arn)]
