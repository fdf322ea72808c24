"""Circles are found, each once, and what only leads into one is none."""

from __future__ import annotations

from components.circles import circles


def test_what_leads_nowhere_back_is_no_circle() -> None:
    assert circles([("a", "b"), ("b", "c"), ("a", "c")]) == []


def test_a_thing_that_sets_itself_off_is_a_circle_of_one() -> None:
    assert circles([("b", "a"), ("a", "a")]) == [("a",)]


def test_a_circle_of_several_is_told_once_in_its_order() -> None:
    assert circles([("c", "a"), ("a", "b"), ("b", "c"), ("z", "a")]) == [("c", "a", "b")]


def test_each_of_two_circles_is_told() -> None:
    assert circles([("a", "b"), ("b", "a"), ("x", "x")]) == [("a", "b"), ("x",)]


def test_of_circles_that_meet_the_shortest_is_told() -> None:
    assert circles([("a", "b"), ("b", "c"), ("c", "a"), ("b", "a")]) == [("a", "b"), ("c", "a", "b")]
