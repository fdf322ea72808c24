"""The monitor: what a running Pulumi program talks to. It registers each resource, has it made, and answers.

It answers as Pulumi's `ResourceMonitor` service does ("resource.proto"). What cannot be made is noted, and what depends
on it is left out without a word, so that one run finds everything that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlparse

from google.protobuf import empty_pb2  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2, resource_pb2

from components.problems import shown
from emulator.account import Account
from emulator.program.aws_providers import TYPE, AwsProviders
from emulator.program.luck import by_luck, too_late
from emulator.program.orderly_loop import Later
from emulator.program.program import Program
from emulator.program.record import Problem, Record, Resource, make_urn, type_of
from emulator.program.source_lines import first_line_in
from emulator.provisioning.deployer import deploying
from emulator.provisioning.provider_settings import ProviderSettings
from emulator.provisioning.provisioner import Provisioner
from emulator.provisioning.resource_type import Found, Made, Need, Refused, Values
from emulator.wire import WireError, from_struct, holds_secret, shielded, to_struct

STACK = "pulumi:pulumi:Stack"


class Monitor:
    """Deploys what one program registers.

    Attributes:
        record: what was made, and what was not.
        exports: what the stack exported.
    """

    def __init__(self, account: Account, program: Program) -> None:
        self.record = Record()
        self.exports: dict[str, Any] = {}
        self._account = account
        self._program = program
        self._provisioner = Provisioner(account)
        self._providers = AwsProviders(account, program.config)
        self._unmet: list[tuple[Problem, Need, frozenset[str]]] = []

    def GetDeploymentInfo(self, request: Any) -> resource_pb2.DeploymentInfo:  # noqa: N802  (the service's names)
        """Which parts of the protocol are spoken. The SDK refuses by itself what needs any other."""
        return resource_pb2.DeploymentInfo(
            supportedFeatures=[
                resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
                resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
                # What happens to existing resources makes no difference in an account that starts empty.
                resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
                resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
                resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
            ]
        )

    def RegisterResource(self, request: Any) -> Later:  # noqa: N802
        """Make a resource, when it is its turn."""
        urn = make_urn(self._program.stack, self._program.project, request.parent, request.type, request.name)
        return Later(urn, lambda: self._register(urn, request))

    def _register(self, urn: str, request: Any) -> resource_pb2.RegisterResourceResponse:
        try:
            resource = self._registered(urn, request)
        except (Refused, WireError) as error:
            resource = None
            self._note(urn, request, [str(error)])
        if resource is None:
            return resource_pb2.RegisterResourceResponse(urn=urn, result=resource_pb2.FAIL)
        self.record.resources[urn] = resource
        if resource.arn is not None:
            self._account.names.give(resource.arn, resource.name)
        # Outputs that are not among these stay unknown to the program, where they would be None otherwise.
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id=resource.id, object=to_struct(resource.outputs), unknown=True
        )

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        """Take the outputs of a component, or the exports of the stack."""
        outputs = from_struct(request.outputs, nulls=True)
        if type_of(request.urn) == STACK:
            self.exports = outputs
        if request.urn in self.record.resources:
            resource = self.record.resources[request.urn]
            self.record.resources[request.urn] = replace(resource, outputs=outputs)
        return empty_pb2.Empty()

    def ReadResource(self, request: Any) -> resource_pb2.ReadResourceResponse:  # noqa: N802
        """Tell what a program wants to know of a thing that it did not make: `Queue.get`."""
        urn = make_urn(self._program.stack, self._program.project, request.parent, request.type, request.name)
        try:
            settings = self._providers.of(request.provider, request.type)
            found = self._found(request.type, request.id, {}, settings)
        except (Refused, WireError) as error:
            self._note(urn, request, [str(error)])
            return resource_pb2.ReadResourceResponse(urn=urn, result=resource_pb2.FAIL)
        return resource_pb2.ReadResourceResponse(urn=urn, properties=to_struct(found.made.outputs))

    def Invoke(self, request: Any) -> resource_pb2.ResourceInvokeResponse:  # noqa: N802
        """Answer a function of a provider."""
        try:
            settings = self._providers.of(request.provider, request.tok)
            with deploying(self._account, settings.deployer):
                answer = self._provisioner.call(request.tok, from_struct(request.args))
        except (Refused, WireError) as error:
            self.record.problems.append(Problem(f"{request.tok}: {error}"))
            failure = provider_pb2.CheckFailure(reason=str(error), property="")
            return resource_pb2.ResourceInvokeResponse(failures=[failure])
        return resource_pb2.ResourceInvokeResponse(**{"return": to_struct(answer)})

    def SignalAndWaitForShutdown(self, request: Any) -> Any:  # noqa: N802
        """The program has come to its end: nothing is left to do for it."""
        return empty_pb2.Empty()

    def tell_what_came_late(self) -> None:
        """Add to the problems with rights that were not there: which of them came after all, too late."""
        for problem, need, waited_for in self._unmet:
            late = too_late(need, waited_for, self.record, self._provisioner)
            if late:
                at = self.record.problems.index(problem)
                message = f"{problem.message}; made too late: depends_on lacks {_names(late)}"
                self.record.problems[at] = replace(problem, message=message)

    def _registered(self, urn: str, request: Any) -> Resource | None:
        misplaced = list(self._misplaced(urn, request))
        self.record.registered.add(urn)
        self._note(urn, request, misplaced)
        by_property = (urns for each in request.propertyDependencies.values() for urns in each.urns)
        provider = request.provider.rpartition("::")[0]
        named = {*request.dependencies, *by_property, *([provider] if provider else [])}
        waited_for = self.record.dependencies(named, request.parent or None)
        if misplaced:
            return None
        if waited_for & self.record.unmade:
            self.record.unmade.add(urn)
            return None
        given = from_struct(request.object)
        blank = Resource(
            urn=urn,
            type=request.type,
            name=request.name,
            id="",
            arn=None,
            inputs=given,
            outputs={},
            dependencies=waited_for,
            parent=request.parent or None,
            protect=request.protect,
        )
        if not request.custom:
            return blank
        if request.type == TYPE:
            problems = self._providers.add(urn, given)
            self._note(urn, request, problems)
            return None if problems else replace(blank, id=request.name, outputs=given)
        return self._made(blank, request)

    def _misplaced(self, urn: str, request: Any) -> Iterator[str]:
        if urn in self.record.registered:
            yield "there are two of this type and name below the same parent: a URN must tell them apart"
        if request.parent and request.parent not in self.record.registered:
            yield f"its parent {request.parent} is not there"
        if request.remote:
            yield "a component of another language cannot be expanded here"

    def _made(self, blank: Resource, request: Any) -> Resource | None:
        settings = self._providers.of(request.provider, request.type)
        checked = self._provisioner.check(blank.urn, blank.inputs, settings)
        objections = list(checked.problems) or [*self._second(blank, checked.inputs)]
        self._note(blank.urn, request, objections)
        if objections:
            return None
        if request.importId:
            return self._imported(blank, request, checked.inputs, settings)
        if self._lacks_rights(blank, request, checked.inputs):
            return None
        self._account.storage.seed(blank.urn)
        with deploying(self._account, settings.deployer):
            made = self._provisioner.create(blank.type, checked.inputs)
        return self._kept(blank, request, checked.inputs, made)

    def _imported(self, blank: Resource, request: Any, inputs: Values, settings: ProviderSettings) -> Resource:
        """A thing that is there, taken in and made what the program says, as Pulumi's own engine does it."""
        found = self._found(blank.type, request.importId, inputs, settings)
        if fixed := sorted(self._provisioner.difference(blank.type, found.inputs, inputs).replaces):
            told = ", ".join(f"{name} {shown(found.inputs.get(name))}" for name in fixed)
            raise Refused(f"{request.importId} has {told}, which cannot be changed: the program has to say the same")
        with deploying(self._account, settings.deployer):
            made = self._provisioner.update(blank.type, found.made.id, found.inputs, inputs)
        return self._kept(blank, request, inputs, made)

    def _found(self, type_token: str, made_id: str, known: Values, settings: ProviderSettings) -> Found:
        with deploying(self._account, settings.deployer):
            found = self._provisioner.read(type_token, made_id, known, settings)
        if found is None:
            raise Refused(f"{made_id} is not in the account")
        return found

    @staticmethod
    def _kept(blank: Resource, request: Any, inputs: Values, made: Made) -> Resource:
        secret = {name for name, value in blank.inputs.items() if holds_secret(value)}
        return replace(
            blank,
            id=made.id,
            arn=made.arn,
            inputs=shielded(inputs, secret),
            outputs=shielded(made.outputs, secret | set(request.additionalSecretOutputs)),
        )

    def _second(self, blank: Resource, inputs: Values) -> Iterator[str]:
        """Whether there is one already of what AWS keeps only one of."""
        names = self._provisioner.singled_out(blank.type)
        for other in self.record.resources.values():
            same = other.type == blank.type and all(other.inputs.get(name) == inputs.get(name) for name in names)
            if names and same:
                told = " and ".join(f"{name} {inputs.get(name)!r}" for name in names)
                yield f"{told} is {other.name}'s already: AWS keeps one, and a second would replace it without a word"

    def _lacks_rights(self, blank: Resource, request: Any, inputs: Values) -> bool:
        met, lacking = [], False
        for need in self._provisioner.needs(blank.type, inputs):
            decision = need.decide()
            if decision.allowed:
                met.append(need)
                continue
            lacking = True
            self._note(blank.urn, request, [f"needs that {need.says}: {decision.reason}"])
            self._unmet.append((self.record.problems[-1], need, blank.dependencies))
        for need, lucky in by_luck(met, blank.dependencies, self.record, self._provisioner):
            lacking = True
            message = f"needs that {need.says}, which works only by luck: depends_on lacks {_names(lucky)}"
            self._note(blank.urn, request, [message])
        return lacking

    def _note(self, urn: str, request: Any, messages: Iterable[str]) -> None:
        """Write down why a resource is not made."""
        where = self._where(request)
        for message in messages:
            self.record.problems.append(Problem(message, urn, where))
            if urn not in self.record.resources:
                self.record.unmade.add(urn)

    def _where(self, request: Any) -> str | None:
        """The line of the program that asks for a resource."""
        positions = [request.sourcePosition, *(frame.pc for frame in request.stackTrace.frames)]
        lines = ((unquote(urlparse(position.uri).path), position.line) for position in positions)
        return first_line_in(self._program.root, lines)


def _names(resources: Iterable[Resource]) -> str:
    return ", ".join(resource.name for resource in resources)
