"""A page held against its model: pydantic finds what is wrong, and this file says it in the page's own words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from components.config import known_keys
from components.page import Page, Path
from components.problems import Problem, dotted, shown, unknown

T = TypeVar("T")


def validate(model: Any, page: Page, path: Path = ()) -> tuple[Any, list[Problem]]:
    """Hold the values of `page` below `path` against `model`.

    Args:
        model: a model class, or any type a pydantic `TypeAdapter` takes.
        page: where the values come from.
        path: the part of the page to look at.

    Returns:
        The validated value and no problems, or None and every problem.
    """
    value = page.part(*path).value
    try:
        return _adapter(model).validate_json(json.dumps({} if value is None else value)), []
    except ValidationError as error:
        return None, [_problem(model, value, detail, page, path) for detail in error.errors(include_url=False)]


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    """Made once for each model: to make one takes longer than to use it."""
    return TypeAdapter(model)


def _problem(model: Any, value: Any, detail: ErrorDetails, page: Page, path: Path) -> Problem:
    steps = _steps_in(value, detail["loc"])
    place = page.place_of((*path, *steps))
    return Problem(place.file, place.line, dotted((*path, *steps)), _sentence(model, detail))


def _steps_in(value: Any, location: tuple[int | str, ...]) -> Path:
    """The location without what pydantic adds: union tags and `[key]` markers, which stand on no page."""
    steps: list[str | int] = []
    tagged = False
    for position, step in enumerate(location):
        if not tagged and isinstance(value, Mapping) and step == value.get("kind"):
            # A kind may have a field of its own name, and the tag comes first.
            tagged = True
            continue
        if _holds(value, step):
            value, tagged = value[step], False
        elif position == len(location) - 1 and isinstance(value, Mapping) and step != "[key]":
            value = None
        else:
            continue
        steps.append(step)
    return tuple(steps)


def _holds(value: Any, step: int | str) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, Mapping) and step in value


def _sentence(model: Any, detail: ErrorDetails) -> str:
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        owner = _model_at(model, detail["loc"][:-1])
        return unknown("key", str(detail["loc"][-1]), known_keys(owner) if owner else [])
    if kind == "union_tag_invalid":
        known = [tag.strip().strip("'") for tag in str(context["expected_tags"]).split(",")]
        return unknown("kind", str(context["tag"]), known)
    say = _SENTENCES.get(kind)
    return say(given, context) if say else f"{detail['msg']}, got {shown(given)}"


_SENTENCES: dict[str, Callable[[Any, dict[str, Any]], str]] = {
    "missing": lambda given, context: "is missing",
    "union_tag_not_found": lambda given, context: "kind is missing",
    "int_type": lambda given, context: f"needs a whole number, got {shown(given)}",
    "int_from_float": lambda given, context: f"needs a whole number, got {shown(given)}",
    "float_type": lambda given, context: f"needs a number, got {shown(given)}",
    "bool_type": lambda given, context: f"needs true or false, got {shown(given)}",
    "string_type": lambda given, context: f"needs text, got {shown(given)}" + _quoting_hint(given),
    "dict_type": lambda given, context: f"needs keys with values, got {shown(given)}",
    "model_type": lambda given, context: f"needs keys with values, got {shown(given)}",
    "model_attributes_type": lambda given, context: f"needs keys with values, got {shown(given)}",
    "tuple_type": lambda given, context: f"needs a list, got {shown(given)}",
    "list_type": lambda given, context: f"needs a list, got {shown(given)}",
    "literal_error": lambda given, context: f"needs {context['expected']}, got {shown(given)}",
    "greater_than_equal": lambda given, context: f"needs at least {context['ge']}, got {shown(given)}",
    "less_than_equal": lambda given, context: f"needs at most {context['le']}, got {shown(given)}",
    "greater_than": lambda given, context: f"needs more than {context['gt']}, got {shown(given)}",
    "less_than": lambda given, context: f"needs less than {context['lt']}, got {shown(given)}",
    "too_short": lambda given, context: f"needs at least {context['min_length']} of them, got {shown(given)}",
    "too_long": lambda given, context: f"needs at most {context['max_length']} of them, got {shown(given)}",
    "string_too_short": lambda given, context: f"needs at least {context['min_length']} characters, got {shown(given)}",
    "string_too_long": lambda given, context: f"needs at most {context['max_length']} characters, got {len(given)}",
    "string_pattern_mismatch": lambda given, context: f"{shown(given)} does not match {context['pattern']}",
    "value_error": lambda given, context: str(context["error"]),
    "finite_number": lambda given, context: f"needs a finite number, got {shown(given)}",
}


def _quoting_hint(given: Any) -> str:
    return f' (write it in quotes: "{given}")' if isinstance(given, int | float) else ""


def _model_at(model: Any, location: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The model that stands at `location` inside `model`; None when it is none."""
    for step in location:
        model = _inside(model, step)
    candidates = [part for part in _parts(model) if isinstance(part, type) and issubclass(part, BaseModel)]
    return candidates[0] if candidates else None


def _inside(model: Any, step: int | str) -> Any:
    parts = _parts(model)
    tagged = [part for part in parts if _is_of_kind(part, step)]
    if tagged and len(parts) > 1:
        return tagged[0]
    for part in parts:
        if isinstance(part, type) and issubclass(part, BaseModel):
            for name, field in part.model_fields.items():
                if step == (field.alias or name):
                    return field.annotation
        elif get_origin(part) is dict:
            return get_args(part)[1]
        elif get_origin(part) is tuple:
            return get_args(part)[0]
    return None


def _is_of_kind(part: Any, step: int | str) -> bool:
    kind = part.model_fields.get("kind") if isinstance(part, type) and issubclass(part, BaseModel) else None
    return kind is not None and step in get_args(kind.annotation)


def _parts(model: Any) -> list[Any]:
    """What a type is made of: the members of a union, the type behind `Annotated`."""
    if hasattr(model, "__metadata__"):
        return _parts(model.__origin__)
    if get_origin(model) in (tuple, dict) or isinstance(model, type):
        return [model]
    return [part for argument in get_args(model) for part in _parts(argument)]
