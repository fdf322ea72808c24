"""The edges of a stack: who wakes which function, which function touches what, and what a topic fills, by full
addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from components.config import JsonObject
from components.entries import Wiring
from components.page import Page
from components.page import Path as PagePath
from components.pages import refusal
from components.problems import Problem, dotted, unknown
from components.resource import AccessOptions, ResourceConfig
from components.subscription import SubscriptionConfig
from components.trigger import TriggerConfig
from components.validation import validate

FUNCTION = "function"
"""What a trigger says that hangs on a function."""


@dataclass(frozen=True)
class TriggerEdge:
    """A source wakes a function."""

    address: str
    config: TriggerConfig
    function: str
    source: str | None
    """None: AWS's own, such as the default event bus."""
    path: PagePath
    """Where it stands on the pipeline's page."""

    @property
    def pipeline(self) -> str:
        return self.function.partition(".")[0]


@dataclass(frozen=True)
class AccessEdge:
    """A function touches a resource."""

    function: str
    verb: str
    resource: str
    options: AccessOptions
    path: PagePath
    """Where it stands on the pipeline's page."""


@dataclass(frozen=True)
class SubscriptionEdge:
    """A topic fills a resource, with no function between."""

    address: str
    config: SubscriptionConfig
    subscriber: str
    topic: str
    path: PagePath
    """Where it stands on the page of its subscriber's pipeline."""

    @property
    def pipeline(self) -> str:
        return self.subscriber.partition(".")[0]


class Edges:
    """The edges of all pages. What leads nowhere is a problem.

    Args:
        pages: the pipelines' pages, for the lines that problems name.
    """

    def __init__(
        self,
        pages: Mapping[str, Page],
        resources: Mapping[str, ResourceConfig | None],
        wirings: Mapping[str, Wiring],
    ) -> None:
        self._pages = pages
        self._resources = resources
        self._functions = wirings.keys()
        self.problems: list[Problem] = []
        self.triggers = tuple(
            edge for address, wiring in wirings.items() for edge in self._triggers(address, wiring.triggers)
        )
        self.access = tuple(
            edge for address, wiring in wirings.items() for edge in self._access(address, wiring.access)
        )
        self.subscriptions = tuple(
            edge for address, config in resources.items() if config for edge in self._subscriptions(address, config)
        )

    def _triggers(self, function: str, configs: Sequence[TriggerConfig | None]) -> Iterator[TriggerEdge]:
        pipeline, _, name = function.partition(".")
        for index, config in enumerate(configs):
            if config is None:
                continue
            path: PagePath = ("functions", name, "triggers", index)
            source = None
            if config.source_is_declared:
                source = self._source(config, pipeline, path)
                if source is None:
                    continue
            called = config.name or f"{name}-on-{config.source.rpartition('.')[2]}"
            yield TriggerEdge(f"{pipeline}.{called}", config, function, source, path)

    def _source(self, config: TriggerConfig, pipeline: str, path: PagePath) -> str | None:
        """The source's address; None where there is none of the kind that the trigger hangs on."""
        path = (*path, config.source_field)
        if config.source_kind == FUNCTION:
            return self._found(pipeline, config.source, path, FUNCTION, self._functions)
        source = self._found(pipeline, config.source, path)
        resource = self._resources[source] if source else None
        if resource is None or resource.kind_of() == config.source_kind:
            return source
        message = f"{config.source!r} is a {resource.kind_of()}: {config.kind_of()} needs a {config.source_kind}"
        self._refuse(pipeline, path, message)
        return None

    def _access(self, function: str, lines: Sequence[JsonObject | None]) -> Iterator[AccessEdge]:
        pipeline, _, name = function.partition(".")
        for index, line in enumerate(lines):
            if line is None:
                continue
            path: PagePath = ("functions", name, "access", index)
            verb = self._verb(pipeline, line, path)
            resource = self._found(pipeline, line[verb], (*path, verb)) if verb else None
            if verb is None or resource is None:
                continue
            config = self._resources[resource]
            if config is None:
                continue
            if verb not in config.verbs:
                known = ", ".join(config.verbs)
                message = f"{resource} is a {config.kind_of()}, which knows no {verb!r}: known are {known}"
                self._refuse(pipeline, (*path, verb), message)
                continue
            options = self._options(pipeline, config, verb, path)
            if options is not None:
                yield AccessEdge(function, verb, resource, options, path)

    def _subscriptions(self, subscriber: str, config: ResourceConfig) -> Iterator[SubscriptionEdge]:
        pipeline, _, name = subscriber.partition(".")
        for index, heard in enumerate(config.heard):
            path: PagePath = ("resources", name, "subscriptions", index)
            topic = self._found(pipeline, heard.topic, (*path, "topic"))
            if topic is None:
                continue
            resource = self._resources[topic]
            if resource is not None and resource.kind_of() != "topic":
                message = f"{heard.topic!r} is a {resource.kind_of()}: a subscription needs a topic"
                self._refuse(pipeline, (*path, "topic"), message)
                continue
            called = getattr(heard, "name", None) or f"{name}-on-{heard.topic.rpartition('.')[2]}"
            yield SubscriptionEdge(f"{pipeline}.{called}", heard, subscriber, topic, path)

    def _verb(self, pipeline: str, line: JsonObject, path: PagePath) -> str | None:
        verbs = sorted({verb for kind in ResourceConfig.kinds.values() for verb in kind.verbs})
        options = {key for kind in ResourceConfig.kinds.values() for key in kind.options.model_fields}
        said = [key for key in line if key in verbs]
        strange = [key for key in line if key not in verbs and key not in options]
        if len(said) == 1:
            return said[0]
        if strange and not said:
            self._refuse(pipeline, (*path, strange[0]), unknown("verb", strange[0], verbs))
        else:
            message = f"needs exactly one verb, got {' and '.join(said) or 'none'}: known are {', '.join(verbs)}"
            self._refuse(pipeline, path, message)
        return None

    def _options(self, pipeline: str, config: ResourceConfig, verb: str, path: PagePath) -> AccessOptions | None:
        line = self._pages[pipeline].part(*path)
        beside = Page(line.file, {key: value for key, value in line.value.items() if key != verb}, line.places)
        options, problems = validate(config.options, beside)
        for problem in problems:
            inside = f"{dotted(path)}.{problem.path}" if problem.path else dotted(path)
            self.problems.append(Problem(problem.file, problem.line, inside, problem.message))
        return options  # type: ignore[no-any-return]

    def _found(
        self, pipeline: str, reference: object, path: PagePath, what: str = "resource", among: Collection[str] = ()
    ) -> str | None:
        """The full address that a reference means.

        Args:
            what: what it should name.
            among: the addresses of all of these; those of resources, where nobody says.
        """
        if not isinstance(reference, str):
            self._refuse(pipeline, path, f"needs the name of a {what}, got {reference!r}")
            return None
        known = among or self._resources
        address = reference if "." in reference else f"{pipeline}.{reference}"
        if address in known:
            return address
        self._refuse(pipeline, path, unknown(what, reference, [each.removeprefix(f"{pipeline}.") for each in known]))
        return None

    def _refuse(self, pipeline: str, path: PagePath, message: str) -> None:
        self.problems.append(refusal(self._pages[pipeline], path, message))
