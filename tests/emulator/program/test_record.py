"""What depends on what, in a deployment."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from emulator.program.record import Problem, Record, Resource, make_urn, name_of, type_of

STACK = make_urn("dev", "quakes", None, "pulumi:pulumi:Stack", "quakes-dev")
QUEUE = "aws:sqs/queue:Queue"


def resource(
    urn: str, *, made_id: str = "id", parent: str | None = None, waited_for: Set[str] = frozenset()
) -> Resource:
    return Resource(
        urn=urn,
        type=type_of(urn),
        name=name_of(urn),
        id=made_id,
        arn=None,
        inputs={},
        outputs={},
        dependencies=frozenset(waited_for),
        parent=parent,
    )


def record(*resources: Resource) -> Record:
    return Record({each.urn: each for each in resources})


def test_a_urn_names_stack_project_type_and_name() -> None:
    assert make_urn("dev", "quakes", STACK, QUEUE, "readings") == f"urn:pulumi:dev::quakes::{QUEUE}::readings"


def test_a_urn_carries_the_types_of_all_parents_but_the_stack() -> None:
    feed = make_urn("dev", "quakes", STACK, "x:y:Feed", "feed")
    inner = make_urn("dev", "quakes", feed, "x:y:Inner", "inner")

    assert make_urn("dev", "quakes", inner, QUEUE, "q") == f"urn:pulumi:dev::quakes::x:y:Feed$x:y:Inner${QUEUE}::q"
    assert type_of(make_urn("dev", "quakes", inner, QUEUE, "q")) == QUEUE


def test_a_logical_name_may_hold_colons() -> None:
    assert name_of(make_urn("dev", "quakes", STACK, QUEUE, "a::b")) == "a::b"


def urn(name: str) -> str:
    return make_urn("dev", "quakes", STACK, QUEUE, name)


def test_what_a_dependency_waited_for_was_waited_for() -> None:
    known = record(resource(urn("a")), resource(urn("b"), waited_for={urn("a")}))

    assert known.dependencies([urn("b")], None) == {urn("a"), urn("b")}


def test_a_component_that_is_named_stands_for_everything_in_it() -> None:
    outer, inner = urn("outer"), urn("inner")
    known = record(
        resource(outer, made_id=""),
        resource(inner, made_id="", parent=outer),
        resource(urn("deep"), parent=inner, waited_for={urn("far")}),
    )

    assert known.dependencies([outer], None) == {outer, inner, urn("deep"), urn("far")}


def test_a_parent_gives_what_it_waited_for_and_not_its_other_children() -> None:
    component = replace(resource(urn("component"), made_id=""), dependencies=frozenset({urn("before")}))
    known = record(component, resource(urn("sibling"), parent=urn("component")))

    assert known.dependencies([], urn("component")) == {urn("component"), urn("before")}


def test_a_problem_reads_as_place_type_name_and_sentence() -> None:
    problem = Problem("timeout 901 needs 1 to 900", urn("readings"), "__main__.py:3")

    assert str(problem) == f"__main__.py:3  {QUEUE} readings: timeout 901 needs 1 to 900"
    assert str(Problem("nothing works")) == "nothing works"
