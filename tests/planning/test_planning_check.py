"""The checker trusts nobody: whatever is wrong with a plan is found and named."""

from dataclasses import replace

import numpy as np
import pytest
from imagined import goal, occurrence, programme, week

from planning import breaches, instance, plan


def scarce():
    """A programme in which every kind of limit holds somebody back."""
    menu = [
        occurrence("basic", gives=0, seats=2, repeats=2),
        occurrence("advanced", start=2, after="basic", seats=9, repeats=4),
        occurrence("talk", start=4, language=1, seats=9),
        occurrence("far", start=6, cost=900, seats=9),
        occurrence("kept", start=8, seats=9),
        occurrence("small", start=10, seats=1),
    ]
    return programme([goal("g", 30)], menu, [("kept", 1)], budget=2000, away=4, speakers=[2])


def with_people(problem, found, **people):
    """A plan that sends other numbers, everything else left as it was told."""
    sent = found.people.copy()
    for name, number in people.items():
        sent[problem.occurrences.index(name)] = number
    return replace(found, people=sent)


def codes(problem, found):
    return {(breach.code, breach.subject) for breach in breaches(problem, found)}


@pytest.mark.parametrize(
    ("people", "breach"),
    [
        ({"small": 2}, ("more_than_likely_seats", "small")),
        ({"small": -1}, ("negative_people", "small")),
        ({"kept": 2}, ("fixed_moved", "kept")),
        ({"far": 3}, ("over_budget", "2030")),
        ({"far": 5}, ("over_away_cap", week(6).isoformat())),
        ({"advanced": 5}, ("too_often", "advanced 2030")),
        ({"advanced": 3}, ("not_yet_trained", f"advanced {week(2).isoformat()}")),
        ({"talk": 3}, ("too_few_speakers", f"1 {week(4).isoformat()}")),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_each_planted_breach_is_found(people, breach):
    problem = scarce()
    found = plan(problem)
    assert breaches(problem, found) == []

    assert breach in codes(problem, with_people(problem, found, **people))


@pytest.mark.parametrize(
    ("numbers", "breach"),
    [
        ({"coverage": 99.0}, ("wrong_number", "coverage")),
        ({"cost": 1}, ("wrong_number", "cost")),
        ({"trips": 1}, ("wrong_number", "trips")),
        ({"coverage_gap_percent": 9.0}, ("wrong_number", "coverage_gap_percent")),
        ({"cost_gap_percent": 9.0}, ("wrong_number", "cost_gap_percent")),
        ({"coverage_bound": 0.0}, ("bound_below_coverage", "coverage_bound")),
        ({"cost_bound": 10**6}, ("bound_above_cost", "cost_bound")),
        ({"reached": np.array([1])}, ("wrong_reached", "g")),
        ({"missed": np.array([1])}, ("wrong_missed", "g")),
        ({"cost_by_year": {2030: 1, 2031: 0}}, ("wrong_cost_by_year", "2030")),
        ({"away_by_week": {}}, ("wrong_away_by_week", week(8).isoformat())),
        ({"input_sha256": ""}, ("broken_seal", "input_sha256")),
        ({"output_sha256": ""}, ("broken_seal", "output_sha256")),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else None,
)
def test_each_false_number_is_found(numbers, breach):
    problem = scarce()
    found = plan(problem)

    assert breach in codes(problem, replace(found, **numbers))


def test_a_plan_of_another_length_is_not_looked_at_further():
    problem = scarce()
    found = plan(problem)

    assert [str(breach) for breach in breaches(problem, replace(found, people=found.people[1:]))] == [
        "wrong_length plan: found 5, allowed 6"
    ]


def test_one_person_more_anywhere_is_found_out():
    problem = instance("T", 1, 1)
    found = plan(problem)

    for at in range(len(problem.occurrences)):
        more = found.people.copy()
        more[at] += 1
        assert breaches(problem, replace(found, people=more)) != []
