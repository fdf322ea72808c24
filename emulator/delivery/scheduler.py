"""EventBridge Scheduler: schedules run while somebody lets time pass, each run is tried again, and lands.

A schedule's next run is nothing that waits: an account at rest has schedules that will run. So a run begins only in
time that somebody gives (`Account.let_pass`), and whatever it set off is then on its way like anything else.

Emulated are cron, rate and one-time schedules, groups, time zones, flexible windows and, as targets, functions.
Universal targets, other templated targets and keys of one's own are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING

from moto.scheduler.models import Schedule

from emulator.scheduling import schedule_checks
from emulator.scheduling.run_attempt import RunAttempt
from emulator.scheduling.schedule_plan import SchedulePlan, made_of
from emulator.scheduling.scheduled_run import ScheduledRun, delay
from emulator.tally import Edge

if TYPE_CHECKING:
    from emulator.account import Account


class Delivery:
    """Every schedule of the account, and the runs on their way."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._plans: dict[str, SchedulePlan] = {}
        self._waiting: list[ScheduledRun] = []
        self._faults: dict[str, list[str]] = {}
        self._count = 0
        self._open = ExitStack()

    def open(self) -> None:
        self._open.enter_context(schedule_checks.checked(self._account))

    def close(self) -> None:
        self._open.close()
        self._waiting.clear()

    def refuse(self, function_arn: str, error_code: str, times: int) -> None:
        """Let Lambda answer the next tries for a function with an error, as it does when it is overloaded.

        Args:
            error_code: as a dead letter names it: `TooManyRequestsException`.
            times: how many tries.
        """
        self._faults.setdefault(function_arn, []).extend([error_code] * times)

    def deliver(self) -> bool:
        for schedule, plan in self._planned():
            self._begin_runs(schedule, plan)
        now = self._account.clock.now
        due = [run for run in self._waiting if run.due <= now]
        self._waiting = [run for run in self._waiting if run.due > now]
        for run in sorted(due, key=lambda run: run.due):
            faults = self._faults.get(run.target["Arn"])
            with self._account.chains.within(self._account.chains.of(run.event_id)):
                if RunAttempt(self._account, run).make(faults.pop(0) if faults else None):
                    self._waiting.append(run)
        self._delete_completed()
        return bool(due)

    def next_due(self) -> datetime | None:
        given = self._account.time_given
        runs = [plan.next_run for _, plan in self._planned() if plan.next_run and given and plan.next_run <= given]
        return min([*runs, *(run.due for run in self._waiting)], default=None)

    def _planned(self) -> Iterator[tuple[Schedule, SchedulePlan]]:
        """Every schedule as it stands at this moment, with its plan."""
        groups = self._account.storage.backend("scheduler").schedule_groups.values()
        schedules = {schedule.arn: schedule for group in groups for schedule in group.schedules.values()}
        self._plans = {arn: plan for arn, plan in self._plans.items() if arn in schedules}
        for arn, schedule in schedules.items():
            plan = self._plans.get(arn)
            if plan is None or plan.of != made_of(schedule):
                plan = self._plans[arn] = SchedulePlan.begin(schedule)
            yield schedule, plan

    def _begin_runs(self, schedule: Schedule, plan: SchedulePlan) -> None:
        """Begin the runs whose time has come and was given."""
        given = self._account.time_given
        until = min(self._account.clock.now, given) if given else None
        while until and plan.next_run and plan.next_run <= until:
            self._begin_run(schedule, plan.next_run)
            plan.advance(schedule)

    def _begin_run(self, schedule: Schedule, scheduled: datetime) -> None:
        account = self._account
        self._count += 1
        begins = max(scheduled, account.clock.now) + delay(schedule, scheduled)
        run = ScheduledRun(
            target=schedule.target,
            edge=Edge(account.names.of(schedule.arn), account.names.of(schedule.target["Arn"])),
            event_id=f"{schedule.arn} run {self._count}",
            began=begins,
            due=begins,
            schedule_arn=schedule.arn,
            group_name=schedule.group_name,
            scheduled=scheduled,
        )
        with account.chains.within(account.chains.begin()):
            account.chains.remember(run.event_id)
        account.tally.sent(run.edge, run.event_id)
        self._waiting.append(run)

    def _delete_completed(self) -> None:
        """Delete schedules that are to go after their last run (Scheduler guide, "Deleting a schedule")."""
        on_their_way = {run.schedule_arn for run in self._waiting}
        for schedule, plan in list(self._planned()):
            goes = schedule.action_after_completion == "DELETE" and schedule.state == "ENABLED"
            if goes and plan.next_run is None and plan.runs and schedule.arn not in on_their_way:
                backend = self._account.storage.backend("scheduler")
                backend.delete_schedule(schedule.group_name, schedule.name)
