"""The checker finds every breach that can be planted in a sound result."""

from dataclasses import replace

import numpy as np
import pytest
from invented import MAX_MIN, WEIGHTED, activity, problem, request

from allotment import Party, Problem, allot, breaches
from allotment.instances import instance
from allotment.solve import allot_by_prices

YEAR = problem(
    [activity("seminar", capacity=3), activity("exercise", minimum=2, start=1), activity("idle", minimum=9, start=2)],
    [
        request("none", "Arcadia", "seminar", 3),
        request("wanted", "Borduria", "seminar", 3, funding="wanted", cost=100),
        request("needed", "Borduria", "exercise", 4, funding="needed", cost=100),
        request("lone", "Arcadia", "idle", 1),
    ],
    parties=[Party("Arcadia", 4, 3), Party("Borduria", 6, 4)],
    budget=500,
)
SOUND = allot(YEAR, WEIGHTED, seed=1)


def codes(year, rule, result):
    return {breach.code for breach in breaches(year, rule, result)}


def with_places(name, funded, own):
    at = YEAR.requests.index(name)
    places = SOUND.funded.copy(), SOUND.self_paid.copy()
    places[0][at], places[1][at] = funded, own
    return replace(SOUND, funded=places[0], self_paid=places[1])


def test_a_sound_result_has_no_breach():
    assert breaches(YEAR, WEIGHTED, SOUND) == []


@pytest.mark.parametrize(
    ("name", "funded", "own", "code"),
    [
        ("none", 0, -1, "negative_places"),
        ("none", 0, 4, "more_than_asked"),
        ("none", 1, 0, "funded_unasked"),
        ("needed", 0, 2, "self_paid_unasked"),
        ("wanted", 0, 3, "over_capacity"),
        ("needed", 1, 0, "below_minimum"),
        ("lone", 0, 1, "below_minimum"),
        ("wanted", 5, 0, "over_budget"),
        ("needed", 7, 0, "over_places_cap"),
        ("needed", 5, 0, "over_away_cap"),
    ],
)
def test_a_planted_breach_of_a_term_is_found(name, funded, own, code):
    assert code in codes(YEAR, WEIGHTED, with_places(name, funded, own))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"value": SOUND.value + 1}, "wrong_value"),
        ({"bound": SOUND.value - 1}, "bound_below_value"),
        ({"gap_percent": 3.0}, "wrong_gap"),
        ({"cancelled": ()}, "wrongly_cancelled"),
        ({"cancelled": ("idle", "seminar")}, "wrongly_cancelled"),
        ({"fairness": replace(SOUND.fairness, worst=0.123)}, "wrong_worst"),
        ({"fairness": replace(SOUND.fairness, per_party={})}, "wrong_shares"),
        ({"fairness": replace(SOUND.fairness, floors=(10**6, 0))}, "below_floor"),
        ({"funded": SOUND.funded[:2]}, "wrong_length"),
    ],
)
def test_a_planted_false_number_is_found(changes, code):
    assert code in codes(YEAR, WEIGHTED, replace(SOUND, **changes))


@pytest.fixture(scope="module")
def priced() -> tuple[Problem, object]:
    year = instance("T", "tight", 2)
    return year, allot_by_prices(year, WEIGHTED, seed=1)


def test_a_bound_lower_than_its_prices_prove_is_found(priced):
    year, result = priced
    assert breaches(year, WEIGHTED, result) == []

    low = replace(result, bound=result.bound - 1, gap_percent=round(100 * (result.bound - 1) / result.value - 100, 6))

    assert codes(year, WEIGHTED, low) == {"unproved_bound"}


def test_prices_below_zero_prove_nothing(priced):
    year, result = priced
    leaf = result.proof[0]
    negative = replace(leaf, prices=replace(leaf.prices, pools=leaf.prices.pools - 10**9))

    assert codes(year, WEIGHTED, replace(result, proof=(negative,))) == {"unproved_bound"}


def test_a_proof_by_cases_must_cover_every_case(priced):
    year, result = priced
    leaf, name = result.proof[0], year.activities[0]
    held, dropped = replace(leaf, runs=(name,)), replace(leaf, cancels=(name,))

    assert codes(year, WEIGHTED, replace(result, proof=(held,))) == {"proof_incomplete"}
    assert "proof_incomplete" not in codes(year, WEIGHTED, replace(result, proof=(held, dropped)))


def test_a_plan_below_its_promised_floor_is_found():
    year = problem(
        [activity("seminar", capacity=8)],
        [request("a", "Arcadia", "seminar", 8, priority=3), request("b", "Borduria", "seminar", 8, priority=1)],
    )
    fair = allot(year, MAX_MIN, seed=1)
    greedy = replace(fair, self_paid=np.array([0, 8]))

    assert breaches(year, MAX_MIN, fair) == []
    assert "below_floor" in codes(year, MAX_MIN, greedy)
