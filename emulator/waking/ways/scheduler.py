"""EventBridge Scheduler runs a schedule now: by the role it assumes, with the schedule's retries and dead-letter queue,
and with the event in the place of the schedule's own input."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moto.scheduler.models import Schedule

from emulator.scheduling.run_attempt import RunAttempt
from emulator.scheduling.scheduled_run import ScheduledRun
from emulator.waking.shape import Fault
from emulator.waking.waking import Waking


@dataclass(kw_only=True)
class GivenRun(ScheduledRun):
    """A run that hands over what somebody gave."""

    given: str

    def text(self, account_id: str, region: str) -> str:
        return self.given


class Way:
    """The way of a schedule."""

    def __init__(self, waking: Waking) -> None:
        self._waking = waking

    @property
    def made_up(self) -> Mapping[str, str]:
        account = self._waking.account
        example = f"arn:{account.partition}:scheduler:{account.region}:{account.account_id}:schedule/example/nightly"
        return {example: self._waking.own_arn}

    def faults(self, event: Any) -> Iterator[Fault]:
        return iter(())

    def left_out(self, event: Any) -> Iterator[str]:
        yield "the run begins now: when the schedule would have begun one is not looked at"

    def hand_over(self, event: Any) -> None:
        waking, schedule, now = self._waking, self._schedule, self._waking.account.clock.now
        run = GivenRun(
            target=schedule.target,
            edge=waking.edge,
            event_id=waking.event_id,
            began=now,
            due=now,
            schedule_arn=schedule.arn,
            group_name=schedule.group_name,
            scheduled=now,
            given=json.dumps(event),
        )
        if schedule.state != "ENABLED":
            waking.pass_over(run.what, event, "the schedule is switched off")
            return
        waking.hand.begin(run, RunAttempt(waking.account, run).make)

    @property
    def _schedule(self) -> Schedule:
        groups = self._waking.account.storage.backend("scheduler").schedule_groups.values()
        schedules: list[Schedule] = [each for group in groups for each in group.schedules.values()]
        return next(each for each in schedules if each.arn == self._waking.own_arn)
