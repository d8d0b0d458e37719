"""What a change would do to a published plan: who gains, who loses, and whether it is as well proved."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented import MAX_MIN, PRECEDENCE, WEIGHTED, activity, odd_years, problem, request

from allotment import Change, Party, allot, breaches, changed, reason, reasons, smallest_change, solve, verify, what_if
from allotment.instances import instance

YEAR = problem(
    [activity("seminar", capacity=3), activity("course", capacity=4, start=2)],
    [
        request("a", "Arcadia", "seminar", 2, priority=1),
        request("b", "Borduria", "seminar", 2, priority=2),
        request("c", "Borduria", "course", 3, priority=2, funding="wanted", cost=300),
    ],
    budget=600,
)
PLAN = allot(YEAR, WEIGHTED, seed=3)


def tried(*changes, **more):
    return what_if(YEAR, WEIGHTED, PLAN, changes, **more)


def test_a_better_priority_takes_the_place_from_another_party():
    trial = tried(Change("priority", "b", 1), Change("priority", "a", 3))

    assert (trial.before, trial.after, trial.granted) == ((0, 1), (0, 2), True)
    assert trial.per_party == {"Arcadia": (2, 1), "Borduria": (4, 5)}
    assert (trial.gains, trial.losses, trial.moved) == ({"Borduria": 1}, {"Arcadia": 1}, 2)
    assert trial.is_better


def test_withdrawing_frees_the_places_for_others():
    trial = tried(Change("places", "a", 0), request="b")

    assert (trial.before, trial.after) == ((0, 1), (0, 2))
    assert trial.losses == {"Arcadia": 2}


def test_asking_for_no_funding_keeps_the_places_and_spares_the_pool():
    trial = tried(Change("funding", "c", 0))

    assert (trial.before, trial.after) == ((2, 1), (0, 3))
    assert trial.gap_percent == 0.0
    assert not trial.is_better


def test_a_change_of_a_limit_names_no_request_and_speaks_of_all():
    trial = tried(Change("capacity", "seminar", 1))

    assert (trial.before, trial.after) == ((2, 4), (2, 5))
    assert trial.value_after > trial.value_before == PLAN.value


def test_the_smallest_change_that_helps_is_found_or_there_is_none():
    year = problem(
        [activity("seminar", capacity=2), activity("late", capacity=2, start=1)],
        [
            request("first", "Arcadia", "seminar", 2, priority=1),
            request("second", "Borduria", "seminar", 1, priority=1, linked=False),
            request("both", "Cascadia", "seminar", 2, priority=3),
        ],
        parties=[Party("Cascadia", places_cap=0)],
    )
    plan = allot(year, WEIGHTED, seed=1)

    assert smallest_change(year, WEIGHTED, plan, "first") is None
    assert smallest_change(year, WEIGHTED, plan, "second") == Change("capacity", "seminar", 1)
    assert smallest_change(year, WEIGHTED, plan, "both") is None


def test_one_answer_is_the_same_as_among_all():
    year = instance("T", "tight", 2)
    plan = allot(year, WEIGHTED, seed=1)

    told = reasons(year, WEIGHTED, plan)

    assert [reason(year, WEIGHTED, plan, name) for name in year.requests[::40]] == told[::40]


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(odd_years(), st.sampled_from([WEIGHTED, MAX_MIN, PRECEDENCE]), st.data())
def test_an_exact_trial_is_what_a_new_round_would_give(year, rule, data):
    if not year.requests:
        return
    change = Change("places", data.draw(st.sampled_from(year.requests)), data.draw(st.integers(0, 4)))
    plan = allot(year, rule, seed=1)

    trial = what_if(year, rule, plan, [change], exact=True)
    again = allot(changed(year, change), rule, seed=1)

    assert (trial.value_after, trial.gap_percent) == (again.value, again.gap_percent)
    assert trial.moved == int(((plan.funded != again.funded) | (plan.self_paid != again.self_paid)).sum())


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(odd_years(), st.sampled_from([WEIGHTED, MAX_MIN]), st.booleans(), st.data())
def test_a_plan_found_from_an_earlier_one_keeps_every_term(year, rule, near, data):
    change = Change("capacity", data.draw(st.sampled_from(year.activities)), data.draw(st.integers(0, 3)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solve, "SMALL", 0)
        plan = allot(year, rule, seed=1)
        again = solve.allot_again(changed(year, change), rule, plan, near=near)

    assert breaches(changed(year, change), rule, again) == []


@pytest.mark.parametrize("rule", [WEIGHTED, MAX_MIN], ids=lambda rule: rule.rule)
def test_in_a_whole_year_a_trial_is_as_well_proved_as_the_plan_and_moves_little(rule):
    year = instance("S", "base", 1)
    plan = allot(year, rule, seed=1)
    conjectures = [(told.request, told.changes[0]) for told in reasons(year, rule, plan) if told.changes][:1600:400]

    trials = [what_if(year, rule, plan, [change], request=name) for name, change in conjectures]

    assert max(trial.gap_percent for trial in trials) <= 0.15
    assert min(trial.moved for trial in trials) < 0.01 * len(year.requests)
    assert sum(trial.is_better for trial in trials) >= 2


def test_without_any_change_the_published_plan_stands():
    year = instance("S", "base", 3)
    plan = allot(year, WEIGHTED, seed=1)

    again = solve.allot_again(year, WEIGHTED, plan, near=True)

    assert np.array_equal(again.funded, plan.funded)
    assert np.array_equal(again.self_paid, plan.self_paid)
    assert again.gap_percent <= 0.05


def test_verify_asks_anew_when_the_nearest_plan_does_not_help():
    assert verify(YEAR, WEIGHTED, PLAN, "b", Change("capacity", "seminar", 1))
    assert verify(YEAR, WEIGHTED, PLAN, "b", Change("capacity", "seminar", 1), exact=True)
    assert not verify(YEAR, WEIGHTED, PLAN, "a", Change("capacity", "seminar", 1))
