"""The sample platform in the embedded account: all rights together are enough, and each of them is needed.

And what a person sees who breaks it: an error before anything is deployed, or a journey that says what went wrong.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from components import triggers  # noqa: F401  (to know them all)
from components.ledger import Handshake
from components.page import read_page
from components.problems import ConfigError
from components.trigger import TriggerConfig
from emulator.engine import DeploymentError
from emulator.journey.pages import Journey, read_all_journeys
from emulator.journey.result import JourneyResult
from emulator.journey.run import DeployedStack, deployed_again, run_journey, stand
from emulator.journey.side_by_side import run_journeys
from tests.conftest import ROOT

JOURNEYS = read_all_journeys(ROOT)
LONG = "feeds.the-week-as-published"
SHORT = [journey for journey in JOURNEYS if journey.full_name != LONG]


def named(name: str, journeys: list[Journey] = JOURNEYS) -> Journey:
    return next(journey for journey in journeys if journey.full_name == name)


@pytest.fixture(scope="module")
def stack() -> DeployedStack:
    return stand(ROOT, "dev")


@pytest.fixture(scope="module")
def results(stack: DeployedStack) -> dict[str, JourneyResult]:
    return {result.journey.full_name: result for result in run_journeys(stack, JOURNEYS)}


@pytest.mark.parametrize("name", [journey.full_name for journey in JOURNEYS])
def test_all_rights_together_are_enough(results: dict[str, JourneyResult], name: str) -> None:
    assert results[name].problems == []
    assert all(row.lost == 0 for row in results[name].rows)


def test_every_strong_quake_of_the_week_ends_as_a_bulletin(results: dict[str, JourneyResult]) -> None:
    observed = results[LONG].observed

    assert (observed.wrote["feeds.quakes"], observed.wrote["alerts.bulletins"]) == (1_679, 85)


def test_every_kind_of_trigger_wakes_a_function_of_the_sample() -> None:
    pages = [read_page(path).value for path in ROOT.glob("pipelines/*/pipeline.yaml")]
    functions = [function for page in pages for function in page["functions"].values()]

    assert {trigger["kind"] for function in functions for trigger in function["triggers"]} == set(TriggerConfig.kinds)


def test_each_right_is_needed_by_a_journey(stack: DeployedStack, results: dict[str, JourneyResult]) -> None:
    assert len(stack.book.rights) >= 60
    assert [line for line in sorted(stack.book.rights) if not is_needed(stack, results, line)] == []


def is_needed(stack: DeployedStack, results: dict[str, JourneyResult], line: str) -> bool:
    """Whether a journey fails without this right; the likely ones are asked first."""
    right = stack.book.rights[line]
    named = (right.woken, right.waker) if isinstance(right, Handshake) else (right.resource, right.grantee)
    likely = sorted(SHORT, key=lambda journey: [name not in touched(results[journey.full_name]) for name in named])
    return any(fails_without(stack, journey, line) for journey in likely)


def touched(result: JourneyResult) -> set[str]:
    """Whatever a journey woke, wrote to, or left something in."""
    observed = result.observed
    ends = {name for row in result.rows for name in (row.edge.source, row.edge.target)}
    return {*ends, *(name for name, count in observed.wrote.items() if count), *observed.dead_lettered}


def fails_without(stack: DeployedStack, journey: Journey, line: str) -> bool:
    known_to_fail = line.removeprefix(f"{journey.pipeline}.") in journey.without
    return not known_to_fail and bool(run_journey(stack, journey, withdrawn=[line]).problems)


def test_a_journey_ends_the_same_twice(stack: DeployedStack) -> None:
    first, second = (run_journey(stack, named("feeds.a-hostile-feed")) for _ in range(2))

    assert first.observed.hops == second.observed.hops
    assert first.rows == second.rows


def test_every_right_that_the_account_holds_is_in_the_ledger(stack: DeployedStack) -> None:
    with deployed_again(stack) as account:
        iam = account.client("iam")
        roles = [role["RoleName"] for role in iam.list_roles()["Roles"] if role["RoleName"] != "eventwire-deploy"]
        held = {
            f"{role.partition('-')[0]}.{policy}"
            for role in roles
            for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]
        }
        attached = [
            entry for role in roles for entry in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        ]

    known = {line.right.replace("-", ".", 1) for line in (*stack.book.ledger.handshakes, *stack.book.ledger.grants)}
    assert held
    assert held <= known
    assert attached == []


# What breaking something shows.


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project in a folder of its own, to be broken."""
    shutil.copytree(ROOT / "pipelines", tmp_path / "pipelines", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("__main__.py", "Pulumi.yaml", "Pulumi.dev.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "components").symlink_to(ROOT / "components")
    return tmp_path


def change(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")


def problems_of(root: Path, journey: str) -> str:
    return "\n".join(run_journey(stand(root, "dev"), named(journey, read_all_journeys(root))).problems)


def test_a_deleted_access_line_is_told_with_the_line_to_write(copy: Path) -> None:
    change(copy / "pipelines/feeds/pipeline.yaml", ("- {write: quakes}", "- {read: quakes}"))

    result = run_journey(stand(copy, "dev"), named("feeds.a-message-twice", read_all_journeys(copy)))

    [explained, *_] = result.observed.denials
    assert explained.denial.action == "dynamodb:PutItem"
    assert "write: quakes" in json.dumps(str(explained.advice))
    assert result.dead_letters == {"feeds.readings.dead-letters": 2}


def test_a_visibility_timeout_cut_in_half_is_refused_before_anything_is_deployed(copy: Path) -> None:
    change(
        copy / "pipelines/feeds/pipeline.yaml",
        ("{kind: queue}", "{kind: queue, visibility_timeout_seconds: 90}"),
    )

    with pytest.raises((ConfigError, DeploymentError), match="90 must be at least 180"):
        run_journey(stand(copy, "dev"), named("feeds.a-message-twice", read_all_journeys(copy)))


def test_a_handler_that_fails_for_one_quake_ends_in_the_dead_letter_queue(copy: Path) -> None:
    change(
        copy / "pipelines/feeds/handlers/record.py",
        (
            'written += catalog.record(read_quake(message["body"]))',
            'if "us1000chhc" in message["body"]:\n                raise RuntimeError("not this one")\n'
            '            written += catalog.record(read_quake(message["body"]))',
        ),
    )

    problems = problems_of(copy, "feeds.a-message-twice")

    assert "feeds.readings.dead-letters" in problems


def test_a_rule_that_points_at_nothing_shows_as_bulletins_that_were_not_written(copy: Path) -> None:
    change(copy / "pipelines/alerts/pipeline.yaml", ("[Strong Quake]", "[Strong Quack]"))

    problems = problems_of(copy, "alerts.a-strong-quake")

    assert "bulletins" in problems
    assert "filtered" in problems


def test_a_trigger_without_its_permission_is_refused_before_it_is_connected(copy: Path) -> None:
    """S3 tries the permission when the notification is written; the program that forgets it is told so."""
    (copy / "components").unlink()
    for name in ("components", "emulator"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    change(copy / "components/trigger.py", ("principal=service,", 'principal="nobody.amazonaws.com",'))

    ended = subprocess.run(
        [sys.executable, "-m", "emulator", "run"], cwd=copy, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert "feeds-feed-notification" in ended.stdout
    assert "s3.amazonaws.com" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
