"""The platform: everything the settings speak of, built in one pass, and the ledger of every right it took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from components.access import let_touch, variable_name
from components.dead_letters import DeadLetters
from components.edges import FUNCTION, TriggerEdge
from components.environment import EnvironmentConfig
from components.function import LambdaFunction
from components.ledger import Ledger
from components.resource import Resource
from components.settings import Settings
from components.subscription import Subscription
from components.trigger import Trigger


class Platform:
    """All pipelines of one stack.

    Attributes:
        ledger: every right to wake and to touch.
        things: what the ledger's names stand for: kind, ARN and verbs of each.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.opts = pulumi.ResourceOptions(providers=[_provider(settings.environment)])
        self.resources = self._build_resources()
        self.functions = self._build_functions()
        for edge in settings.access:
            let_touch(self.functions[edge.function], edge.verb, self.resources[edge.resource], edge.options)
        self.triggers = [self._build_trigger(edge) for edge in settings.triggers]
        for heard in settings.subscriptions:
            self.resources[heard.subscriber].hear(heard.address, heard.config, self.resources[heard.topic])
        for resource in self.resources.values():
            resource.close()
        self.ledger = self._write_ledger()
        self.things = self._name_things()

    def _build_resources(self) -> dict[str, Resource[Any]]:
        resources: dict[str, Resource[Any]] = {}
        for address, config in self.settings.resources.items():
            kind = Resource.classes[config.kind_of()]
            resources[address] = kind(address, config, self.settings.environment, self.opts)
        return resources

    def _build_functions(self) -> dict[str, LambdaFunction]:
        pushed = {edge.function for edge in self.settings.triggers if edge.config.asynchronous}
        told = self._tell_functions()
        functions: dict[str, LambdaFunction] = {}
        for address, config in self.settings.functions.items():
            functions[address] = LambdaFunction(
                address,
                config,
                self.settings.code[address],
                environment=told.get(address, {}),
                asynchronous=address in pushed,
                opts=self.opts,
            )
        return functions

    def _tell_functions(self) -> dict[str, dict[str, pulumi.Output[str]]]:
        """The variables by which each function learns of what it may touch."""
        told: dict[str, dict[str, pulumi.Output[str]]] = {}
        for edge in self.settings.access:
            resource = self.resources[edge.resource]
            told.setdefault(edge.function, {})[variable_name(resource.address, resource.handle)] = resource.told
        return told

    def _build_trigger(self, edge: TriggerEdge) -> Trigger[Any]:
        return Trigger.classes[edge.config.kind_of()](
            edge.address,
            edge.config,
            self.functions[edge.function],
            self._source_of(edge),
            self.settings.environment,
            self.opts,
        )

    def _source_of(self, edge: TriggerEdge) -> Resource[Any] | LambdaFunction | None:
        if edge.source is None:
            return None
        return self.functions[edge.source] if edge.config.source_kind == FUNCTION else self.resources[edge.source]

    def _write_ledger(self) -> Ledger:
        return Ledger(
            handshakes=(
                *(trigger.handshake for trigger in self.triggers),
                *(handshake for resource in self.resources.values() for handshake in resource.handshakes),
            ),
            grants=(
                *(grant for function in self.functions.values() for grant in function.grants),
                *(grant for trigger in self.triggers for grant in trigger.grants),
                *(grant for resource in self.resources.values() for grant in resource.grants),
                *(grant for subscription in self._subscriptions() for grant in subscription.grants),
            ),
        )

    def _name_things(self) -> dict[str, Mapping[str, Any]]:
        things: dict[str, Mapping[str, Any]] = {
            address: {
                "kind": resource.config.kind_of(),
                "arn": resource.arn,
                "verbs": {word: list(verb.actions) for word, verb in resource.config.verbs.items()},
            }
            for address, resource in self.resources.items()
        }
        parts = [resource.parts for resource in self.resources.values()]
        for named in (*parts, *(trigger.parts for trigger in self.triggers)):
            for name, (kind, arn) in named.items():
                things[name] = {"kind": kind, "arn": arn, "verbs": {}}
        for address, function in self.functions.items():
            things[address] = {"kind": "function", "arn": function.arn, "verbs": {}}
            things[f"{address}.logs"] = {"kind": "log_group", "arn": function.log_group.arn, "verbs": {}}
        for trigger in self.triggers:
            if trigger.arn is not None:
                things[trigger.address] = {"kind": trigger.kind, "arn": trigger.arn, "verbs": {}}
        for subscription in self._subscriptions():
            things[subscription.address] = {"kind": "subscription", "arn": subscription.arn, "verbs": {}}
        for place in self._dead_letters():
            things[place.address] = {"kind": "dead_letters", "arn": place.arn, "verbs": {}}
        for function in self.functions.values():
            if function.failed_records is not None:
                failed = function.failed_records
                things[failed.address] = {"kind": "failed_records", "arn": failed.arn, "verbs": {}}
        return things

    def _dead_letters(self) -> list[DeadLetters]:
        places = [
            *(resource.dead_letters for resource in self.resources.values()),
            *(function.dead_letters for function in self.functions.values()),
            *(trigger.dead_letters for trigger in self.triggers),
            *(subscription.dead_letters for subscription in self._subscriptions()),
        ]
        return [place for place in places if place is not None]

    def _subscriptions(self) -> list[Subscription]:
        """Those of resources; a trigger's own is part of it."""
        return [subscription for resource in self.resources.values() for subscription in resource.subscriptions]

    def export(self) -> None:
        """Make the ledger an output of the stack."""
        pulumi.export("ledger", {**self.ledger.export(), "things": self.things})


def _provider(environment: EnvironmentConfig) -> aws.Provider:
    """The account's provider: it assumes the deploy role, and refuses any other account."""
    role = environment.deploy_role
    return aws.Provider(
        "account",
        region=environment.region,
        allowed_account_ids=[environment.account_id],
        assume_roles=[
            aws.ProviderAssumeRoleArgs(
                role_arn=environment.deploy_role_arn,
                external_id=role.external_id,
                session_name=f"eventwire-{pulumi.get_stack()}"[:64],
                duration=f"{role.session_minutes}m",
            )
        ],
        default_tags=aws.ProviderDefaultTagsArgs(
            tags={**environment.tags, "eventwire:stack": pulumi.get_stack()},
        ),
    )
