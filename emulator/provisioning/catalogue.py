"""The catalogue: every resource type and function that the embedded account knows, by its Pulumi token.

Each file in `emulator/provider/` holds those of one AWS service, in `TYPES` and `FUNCTIONS`; a new file is found by
itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import ModuleType

import emulator.provider
from emulator.provisioning.resource_type import Function, ResourceType


def _services() -> list[ModuleType]:
    names = sorted(module.name for module in pkgutil.iter_modules(emulator.provider.__path__))
    return [importlib.import_module(f"emulator.provider.{name}") for name in names]


TYPES: Mapping[str, ResourceType] = {
    each.pulumi_type: each for service in _services() for each in getattr(service, "TYPES", ())
}

FUNCTIONS: Mapping[str, Function] = {
    each.token: each for service in _services() for each in getattr(service, "FUNCTIONS", ())
}
