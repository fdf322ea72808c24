"""The AWS providers of a stack: the explicit ones the program makes, and the default one its config describes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property

from emulator.account import Account
from emulator.provisioning.provider_settings import ProviderSettings, read_provider_settings
from emulator.provisioning.resource_type import Refused, Values
from emulator.wire import plain, unknown_paths

TYPE = "pulumi:providers:aws"
DISABLED = "pulumi:disable-default-providers"


class AwsProviders:
    """Knows the settings of each provider.

    Args:
        config: the stack's, by full key; `aws:...` is the default provider's.
    """

    def __init__(self, account: Account, config: Mapping[str, str]) -> None:
        self._account = account
        self._config = config
        self._explicit: dict[str, ProviderSettings] = {}

    def add(self, urn: str, given: Values) -> list[str]:
        """Take an explicit provider, its settings as they came over the wire; returns what is wrong with them."""
        if unknowns := list(unknown_paths(given)):
            return [f"input {path} has no known value" for path in unknowns]
        settings, problems = read_provider_settings(self._account, plain(given))
        if not problems:
            self._explicit[urn] = settings
        return problems

    def of(self, reference: str, token: str) -> ProviderSettings:
        """The settings of the provider that a resource or a function belongs to.

        Args:
            reference: `urn::id` of the explicit provider; empty where there is none.
            token: of the resource's type or of the function.

        Raises:
            Refused: there is no explicit provider, and the default one is forbidden or wrongly set.
        """
        if reference:
            urn = reference.rpartition("::")[0]
            if urn not in self._explicit:
                raise Refused("its provider was not made")
            return self._explicit[urn]
        package = token.partition(":")[0]
        disabled = json.loads(self._config.get(DISABLED, "[]"))
        if package in disabled or "*" in disabled:
            raise Refused(
                f"has no provider of its own, and {DISABLED} forbids the default one: "
                "give it one, or give a component above it providers=[...]"
            )
        settings, problems = self._default
        if problems:
            raise Refused(f"its default provider is set wrongly: {'; '.join(problems)}")
        return settings

    @cached_property
    def _default(self) -> tuple[ProviderSettings, list[str]]:
        prefix = "aws:"
        given = {key.removeprefix(prefix): value for key, value in self._config.items() if key.startswith(prefix)}
        return read_provider_settings(self._account, given)
