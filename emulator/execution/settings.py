"""How a function is set up: what moto keeps of it, and the parts of its configuration that moto forgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from moto.awslambda.models import LambdaFunction
from moto.core.utils import iso_8601_datetime_with_nanoseconds

_FORGOTTEN = ("LoggingConfig", "DeadLetterConfig")
_KEPT_IN = "eventwire_configuration"


@dataclass(frozen=True)
class LambdaSettings:
    """A function's configuration, as `GetFunctionConfiguration` names it; defaults are Lambda's own."""

    arn: str
    name: str
    handler: str
    runtime: str
    """`python3.13`. The handler runs in this process's Python, whatever version it is."""
    role_arn: str
    memory_mb: int
    timeout_seconds: int
    variables: Mapping[str, str]
    log_group: str
    log_format: str
    """`Text` or `JSON`."""
    application_log_level: str
    system_log_level: str
    reserved_concurrency: int | None = field(compare=False)
    """0: the function is switched off. None: no limit of its own."""


@dataclass(frozen=True)
class AsynchronousSettings:
    """What becomes of a function's asynchronous events, as `PutFunctionEventInvokeConfig` names it and by default."""

    maximum_retries: int = 2
    maximum_age_seconds: int = 21_600
    on_success: str | None = None
    """ARN of what receives a record of every success."""
    on_failure: str | None = None
    """ARN of what receives a record of every event that failed for good."""
    dead_letter_target: str | None = None
    """ARN of the queue or topic that receives the event itself when it failed for good."""


def read_settings(function: LambdaFunction) -> LambdaSettings:
    """The settings of a function as the account keeps it.

    Raises:
        ValueError: the function needs what is not emulated.
    """
    if not (function.run_time or "").startswith("python"):
        given = function.run_time or f"package type {function.package_type}"
        raise ValueError(f"{function.function_name} has {given} and needs a python runtime: no other is emulated")
    if function.layers:
        raise ValueError(f"{function.function_name} has layers and needs its modules in its archive: none are emulated")
    if function.version != "$LATEST":
        raise ValueError(
            f"{function.function_name} is asked for in version {function.version} and needs to be run as it is now: "
            "versions and aliases are not emulated"
        )
    logging: dict[str, str] = _forgotten(function).get("LoggingConfig") or {}
    return LambdaSettings(
        arn=function.function_arn,
        name=function.function_name,
        handler=str(function.handler),
        runtime=str(function.run_time),
        role_arn=function.role,
        memory_mb=int(function.memory_size),
        timeout_seconds=int(function.timeout),
        variables=dict(function.environment_vars),
        log_group=logging.get("LogGroup", f"/aws/lambda/{function.function_name}"),
        log_format=logging.get("LogFormat", "Text"),
        application_log_level=logging.get("ApplicationLogLevel", "INFO"),
        system_log_level=logging.get("SystemLogLevel", "INFO"),
        reserved_concurrency=_number(function.reserved_concurrency),
    )


def read_asynchronous_settings(function: LambdaFunction) -> AsynchronousSettings:
    """What becomes of the asynchronous events of a function as the account keeps it."""
    # Moto puts each new configuration behind the ones before it.
    config: dict[str, Any] = function.event_invoke_config[-1].config if function.event_invoke_config else {}
    destinations = config.get("DestinationConfig") or {}
    defaults = AsynchronousSettings()
    return AsynchronousSettings(
        maximum_retries=config.get("MaximumRetryAttempts", defaults.maximum_retries),
        maximum_age_seconds=config.get("MaximumEventAgeInSeconds", defaults.maximum_age_seconds),
        on_success=(destinations.get("OnSuccess") or {}).get("Destination") or None,
        on_failure=(destinations.get("OnFailure") or {}).get("Destination") or None,
        dead_letter_target=(_forgotten(function).get("DeadLetterConfig") or {}).get("TargetArn") or None,
    )


@contextmanager
def kept_whole(forget_code: Callable[[str], object] = lambda function_arn: None) -> Iterator[None]:
    """Inside, a function keeps its logging and its dead-letter configuration, which moto alone would drop, and what
    moto's updates pass over.

    Args:
        forget_code: is told the ARN of a function that was given another archive.
    """
    create, update, update_code, show = (
        LambdaFunction.__init__,
        LambdaFunction.update_configuration,
        LambdaFunction.update_function_code,
        LambdaFunction.get_configuration,
    )

    def creates(self: LambdaFunction, account_id: str, spec: dict[str, Any], *rest: Any, **more: Any) -> None:
        create(self, account_id, spec, *rest, **more)
        _keep(self, spec)
        forget_code(self.function_arn)

    def updates(self: LambdaFunction, config_updates: dict[str, Any]) -> dict[str, Any]:
        _keep(self, config_updates)
        update(self, config_updates)
        self.ephemeral_storage = config_updates.get("EphemeralStorage", {}).get("Size", self.ephemeral_storage)
        self.tracing_config = config_updates.get("TracingConfig", self.tracing_config)
        self.last_modified = iso_8601_datetime_with_nanoseconds()
        return self.get_configuration()

    def updates_code(self: LambdaFunction, spec: dict[str, Any]) -> dict[str, Any]:
        update_code(self, spec)
        if not spec.get("DryRun"):
            self.architectures = spec.get("Architectures", self.architectures)
            self.last_modified = iso_8601_datetime_with_nanoseconds()
            forget_code(self.function_arn)
        return self.get_configuration()

    def shows(self: LambdaFunction, *rest: Any, **more: Any) -> dict[str, Any]:
        return {**show(self, *rest, **more), **_forgotten(self)}

    with ExitStack() as patches:
        for name, replacement in (
            ("__init__", creates),
            ("update_configuration", updates),
            ("update_function_code", updates_code),
            ("get_configuration", shows),
        ):
            patches.enter_context(patch.object(LambdaFunction, name, replacement))
        yield


def _keep(function: LambdaFunction, spec: Mapping[str, Any]) -> None:
    given = {name: spec[name] for name in _FORGOTTEN if spec.get(name) is not None}
    setattr(function, _KEPT_IN, {**_forgotten(function), **given})


def _forgotten(function: LambdaFunction) -> dict[str, Any]:
    kept: dict[str, Any] = getattr(function, _KEPT_IN, {})
    return kept


def _number(text: str | int | None) -> int | None:
    return None if text is None else int(text)
