"""Why a goal is missed: every conflict is one, none can do with less, and every change does what it says."""

from dataclasses import replace
from itertools import chain

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from imagined import goal, occurrence, odd_programmes, programme

from planning import breaches, instance, plan, shortfalls
from planning.explain import Alone
from planning.model import NO_LIMIT

often = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

CASES = {
    "budget-2030": {"budget": 200},
    "away-2030": {"away": 2},
    "seats": {"menu": [occurrence("a", seats=2)]},
    "repeats": {"menu": [occurrence("a", repeats=2)]},
    "language": {"menu": [occurrence("a", language=1)], "speakers": [2]},
    "prerequisites": {"menu": [occurrence("basic", gives=0, seats=9), occurrence("a", after="basic")]},
    "deadline": {"menu": [occurrence("a", start=9, seats=9)], "by": 5},
    "menu": {"menu": [occurrence("a", area="medical")]},
}


def case(code):
    """A programme of one goal of five units that one limit alone keeps from being met."""
    told = dict(CASES[code])
    menu, by = told.pop("menu", [occurrence("a", seats=9)]), told.pop("by", 60)
    return programme([goal("g", 5, by=by)], menu, **told)


@pytest.mark.parametrize("code", CASES)
def test_the_one_limit_in_the_way_is_named(code):
    problem = case(code)

    (answer,) = shortfalls(problem, plan(problem))

    assert answer.conflict == (code,)
    assert "Even if it were the only goal" in answer.sentence
    assert "{" not in answer.sentence


@pytest.mark.parametrize(
    ("code", "lever", "amount"),
    [
        ("budget-2030", "budget", 300),
        ("away-2030", "away", 3),
        ("seats", "seats", 3),
        ("language", "speakers", 3),
        ("deadline", "deadline", 5),
    ],
)
def test_the_least_change_of_that_limit_is_found(code, lever, amount):
    problem = case(code)

    (answer,) = shortfalls(problem, plan(problem))

    (change,) = answer.relaxations
    assert (change.lever, change.amount, change.reached) == (lever, amount, 5)
    assert plan(change.applied(problem)).coverage == 100.0


def test_a_goal_that_others_keep_out_names_them():
    problem = programme(
        [goal("first", 3, priority=1), goal("second", 3, area="medical", priority=3)],
        [occurrence("c"), occurrence("m", area="medical")],
        budget=300,
    )

    (answer,) = shortfalls(problem, plan(problem))

    assert (answer.goal, answer.conflict, answer.crowded_by, answer.proven) == ("second", (), ("first",), True)
    assert "keep what they reach: first." in answer.sentence
    assert answer.would_reach == 3


def test_a_conflict_may_need_several_limits_together():
    menu = [occurrence("a", seats=2), occurrence("b", start=9, seats=9)]
    problem = programme([goal("g", 5, by=5)], menu)

    (answer,) = shortfalls(problem, plan(problem))

    assert answer.conflict == ("seats", "deadline")


def test_without_changes_asked_for_only_the_conflict_is_told():
    problem = case("seats")

    (answer,) = shortfalls(problem, plan(problem), relax=False)

    assert (answer.relaxations, answer.would_reach) == ((), 2)


@often
@given(odd_programmes)
def test_every_goal_missed_has_one_answer_and_no_other(programme):
    found = plan(programme)

    answers = shortfalls(programme, found)

    assert [answer.goal for answer in answers] == [g for g, n in zip(programme.goals, found.missed, strict=True) if n]
    for answer in answers:
        assert bool(answer.conflict) + bool(answer.crowded_by) <= 1
        assert "{" not in answer.sentence


@often
@given(odd_programmes)
def test_conflicts_are_conflicts_and_none_can_do_with_less(programme):
    for answer in shortfalls(programme, plan(programme), relax=False):
        alone = Alone(programme, programme.goals.index(answer.goal))
        if answer.conflict and answer.conflict != ("menu",):
            assert not alone.attainable(answer.conflict)
            for name in answer.conflict:
                assert alone.attainable([other for other in answer.conflict if other != name])


@often
@given(odd_programmes)
def test_a_conflict_holds_when_everything_else_is_lifted_from_the_programme(programme):
    """The groups as the programme itself knows them: lift all limits that are not named, and solve for the goal alone."""
    for answer in shortfalls(programme, plan(programme), relax=False):
        if answer.conflict and answer.conflict != ("menu",):
            assert plan(lifted(only(programme, answer.goal), set(answer.conflict))).missed[0] > 0


@often
@given(odd_programmes)
def test_every_change_reaches_what_it_says_while_others_keep_what_they_reach(programme):
    found = plan(programme)
    for answer in shortfalls(programme, found):
        for change in answer.relaxations:
            units = found.reached.copy()
            units[programme.goals.index(answer.goal)] = change.reached
            assert change.reached > answer.reached
            assert plan(replace(change.applied(programme), units=units)).missed.sum() == 0


def test_answers_stand_for_a_whole_programme():
    problem = instance("T", 1, 1, "tight")
    found = plan(problem)
    answers = shortfalls(problem, found)

    assert answers
    for change in chain.from_iterable(answer.relaxations for answer in answers):
        units = found.reached.copy()
        units[problem.goals.index(change.goal)] = change.reached
        eased = replace(change.applied(problem), units=units)
        met = plan(eased)
        assert met.missed.sum() == 0
        assert breaches(eased, met) == []


def only(problem, name):
    """The programme with one goal."""
    from planning.explain import only

    at = problem.goals.index(name)
    return only(problem, at, int(problem.deadline[at]))


def lifted(problem, kept):
    """The programme without the limits that are not named."""
    first = problem.settings.first_year
    budget = [b if f"budget-{first + y}" in kept else NO_LIMIT for y, b in enumerate(problem.budget.tolist())]
    never = np.full(len(problem.occurrences), NO_LIMIT)
    return replace(
        problem,
        budget=np.array(budget, dtype=np.int64),
        away_cap=problem.away_cap if any(code.startswith("away") for code in kept) else NO_LIMIT,
        speakers=problem.speakers if "language" in kept else np.full(len(problem.speakers), NO_LIMIT),
        after=problem.after if "prerequisites" in kept else np.full(len(problem.after), -1),
        repeats=problem.repeats if "repeats" in kept else never,
        seats=problem.seats if "seats" in kept else never,
        deadline=problem.deadline if "deadline" in kept else np.full(1, problem.end.max()),
    )
