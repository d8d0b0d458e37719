"""Programmes of the size they really have: four years, some 5,500 occurrences, 45 goals."""

import pytest

from planning import breaches, instance, plan, preview
from planning.solve import COVERAGE_GAP

EASY, HARD = 35, 38
"""One whose plan is good enough at once, and one that takes every step of the search."""


@pytest.mark.parametrize("party", [EASY, HARD])
def test_a_whole_programme_is_proved_to_a_thousandth(party):
    programme = instance("S", party)
    told: list[str] = []

    found = plan(programme, progress=lambda stage, share: told.append(stage))

    assert breaches(programme, found) == []
    assert found.coverage_gap_percent <= 100 * COVERAGE_GAP
    assert told == ["bound", "round", "support", "areas", "search", "save", "cost", "done"]


def test_a_preview_is_near_the_plan_and_below_the_same_bound():
    programme = instance("S", EASY)

    seen, found = preview(programme), plan(programme)

    assert breaches(programme, seen) == []
    assert found.coverage <= seen.coverage_bound
    assert seen.coverage >= found.coverage - 1.0
