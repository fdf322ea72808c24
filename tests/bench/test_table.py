"""The tables of docs/performance.md."""

from __future__ import annotations

import pytest

from bench.doors import Door
from bench.measuring import Cost
from bench.table import EVENTWIRE, RAW, Case, filled, report

RUNS = {
    Case(Door.MOCKS, 10, EVENTWIRE): [Cost(1, 2, 100), Cost(9, 9, 900), Cost(2, 3, 110)],
    Case(Door.MOCKS, 10, RAW): [Cost(4, 4, 100)],
    Case(Door.MOCKS, 100, EVENTWIRE): [Cost(11, 12, 400)],
    Case(Door.MOCKS, 100, RAW): [Cost(40, 41, 500)],
}


def test_a_table_holds_medians_and_ratios_and_what_one_more_resource_takes() -> None:
    assert report(RUNS, 50, "Measured on: a toaster.") == (
        "Measured on: a toaster.\n"
        "\n"
        "### Under Pulumi's mocks\n"
        "\n"
        "| pipelines | resources | runs | eventwire: s, CPU s, MB | raw: s, CPU s, MB | time | CPU | memory |\n"
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        "| 10 | 500 | 3 | 2.0, 3.0, 110 | 4.0, 4.0, 100 | 0.50 | 0.75 | 1.10 |\n"
        "| 100 | 5,000 | 1 | 11.0, 12.0, 400 | 40.0, 41.0, 500 | 0.28 | 0.29 | 0.80 |\n"
        "\n"
        "| one more resource | eventwire: ms, CPU ms | raw: ms, CPU ms |\n"
        "| --- | ---: | ---: |\n"
        "| from 10 to 100 pipelines | 2.0, 2.0 | 8.0, 8.2 |\n"
    )


def test_a_page_is_filled_between_its_marks() -> None:
    page = "before\n<!-- bench: begin -->\nold\n<!-- bench: end -->\nafter\n"

    assert filled(page, "new\n") == "before\n<!-- bench: begin -->\n\nnew\n\n<!-- bench: end -->\nafter\n"


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="has no <!-- bench: begin -->"):
        filled("before", "new")
