"""The rights of KMS calls: on a key, however the call names it: by id, ARN, alias or what it once encrypted."""

from __future__ import annotations

from moto.kms.utils import HEADER_LEN, _deserialize_ciphertext_blob

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right


def rights(call: Call) -> list[Right]:
    params = call.params
    if call.operation == "ReEncrypt":
        source = params.get("SourceKeyId") or _encrypted_by(call, params["CiphertextBlob"])
        return [
            Right("kms:ReEncryptFrom", _key(call, source)),
            Right("kms:ReEncryptTo", _key(call, params["DestinationKeyId"])),
        ]
    context: dict[str, str | list[str]] = {
        f"kms:EncryptionContext:{key}": value for key, value in params.get("EncryptionContext", {}).items()
    }
    if call.operation == "Decrypt":
        return [Right("kms:Decrypt", _key(call, params.get("KeyId") or _encrypted_by(call, _blob(call))), context)]
    if "KeyId" in params:
        return [Right(reference.action("kms", call), _key(call, params["KeyId"]), context)]
    return reference.rights(call)


def _blob(call: Call) -> bytes:
    if "CiphertextBlob" not in call.params:
        raise call.unknown("its parameters name no key")
    return bytes(call.params["CiphertextBlob"])


def _encrypted_by(call: Call, blob: bytes) -> str:
    if len(blob) < HEADER_LEN:
        raise call.unknown("the ciphertext does not tell its key")
    key_id: str = _deserialize_ciphertext_blob(blob).key_id
    return key_id


def _key(call: Call, name: str) -> str:
    """The key's ARN. An alias stands for the key behind it; what nobody knows stays as it was given."""
    if name.startswith("arn:") and ":key/" in name:
        return name
    backend = call.storage.backend("kms")
    if "alias/" in name:
        alias = name[name.index("alias/") :]
        name = next((key.id for key in backend.keys.values() if alias in key.aliases), name)
    return name if name.startswith("arn:") else call.arn("kms", f"key/{name}")
