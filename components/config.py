"""What every page of config has in common: the strict base model and the field types that several pages use."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
"""A name inside a pipeline: lower-case words joined by hyphens, at most 40 characters."""

Reference = Annotated[
    str, Field(pattern=r"^([a-z][a-z0-9]*(-[a-z0-9]+)*\.)?[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=81)
]
"""The name of a resource: of this pipeline (`readings`), or of another one (`alerts.announcements`)."""

Reason = Annotated[str, Field(min_length=10, max_length=500)]
"""Why a safe default is given up, in words that a reviewer can judge."""

JsonObject = dict[str, JsonValue]


class Config(BaseModel):
    """The base of every page's models: an unknown key, a wrong type or a number out of range is an error.

    Values come from YAML as JSON values and are validated as JSON (`validate`), so that a list may fill a tuple while
    a number never fills a string.
    """

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        allow_inf_nan=False,
    )


def known_keys(model: type[BaseModel]) -> list[str]:
    """The keys a page may use where `model` stands, as they are written there."""
    return [field.alias or name for name, field in model.model_fields.items()]
