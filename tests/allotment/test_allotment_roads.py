"""Small, middling and large problems go different roads; all lead to sound plans and honest bounds."""

import pytest
from hypothesis import given, settings
from invented import MAX_MIN, PRECEDENCE, WEIGHTED, odd_years

from allotment import allot, breaches, solve
from allotment.instances import instance


@pytest.fixture
def never_small(monkeypatch):
    monkeypatch.setattr(solve, "SMALL", 0)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(odd_years())
def test_branching_brackets_the_optimum_and_its_proof_holds(year):
    exact = allot(year, WEIGHTED, seed=1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solve, "SMALL", 0)
        patch.setattr(solve, "TARGET", 0.0)
        branched = allot(year, WEIGHTED, seed=1)

    assert branched.value <= exact.value <= branched.bound
    assert branched.proof
    assert breaches(year, WEIGHTED, branched) == []


def test_a_scarce_year_is_proved_case_by_case():
    year = instance("S", "tight", 9)

    result = allot(year, WEIGHTED, seed=1)

    assert len(result.proof) > 1
    assert result.gap_percent <= 0.05
    assert breaches(year, WEIGHTED, result) == []


@pytest.mark.parametrize("rule", [WEIGHTED, MAX_MIN, PRECEDENCE], ids=lambda rule: rule.rule)
def test_no_time_at_all_still_gives_a_sound_plan(never_small, rule):
    year = instance("T", "base", 6)

    hurried = allot(year, rule, seed=1, time_limit=0.0)

    assert breaches(year, rule, hurried) == []
    assert hurried.value > 0
    assert hurried.gap_percent > allot(year, WEIGHTED, seed=1).gap_percent


@pytest.mark.parametrize("rule", [WEIGHTED, MAX_MIN, PRECEDENCE], ids=lambda rule: rule.rule)
def test_progress_is_told_from_nothing_to_all(rule):
    told = []

    allot(instance("T", "base", 6), rule, seed=1, progress=lambda stage, share: told.append((stage, share)))

    assert told[0] == ("sort", 0.0)
    assert told[-1] == ("done", 1.0)
    assert [share for _, share in told] == sorted(share for _, share in told)


def test_under_max_min_the_worst_off_party_comes_near_what_all_can_reach():
    year = instance("S", "base", 2)

    fair, rich = allot(year, MAX_MIN, seed=1), allot(year, WEIGHTED, seed=1)

    assert breaches(year, MAX_MIN, fair) == []
    assert fair.fairness.worst > 0.98 * fair.fairness.level
    assert fair.fairness.level > rich.fairness.worst
    assert rich.value * 0.995 < fair.value <= rich.value * 1.001


def test_prices_reach_the_bound_of_the_linear_program():
    year = instance("S", "base", 1)

    priced = solve.allot_by_prices(year, WEIGHTED, seed=1)

    assert breaches(year, WEIGHTED, priced) == []
    assert 14_034_169 <= priced.bound <= 14_034_169 * 1.0005
    assert priced.gap_percent <= 0.1
