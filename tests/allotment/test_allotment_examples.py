"""Worked examples a committee would recognise."""

from dataclasses import replace

import numpy as np
from invented import MAX_MIN, PRECEDENCE, WEIGHTED, activity, given_to, problem, request

from allotment import Party, allot, breaches
from allotment.grid import frame
from allotment.prices import couple, quote
from allotment.values import worth


def shared(year, rule=WEIGHTED, seed=7):
    result = allot(year, rule, seed=seed)
    assert breaches(year, rule, result) == []
    return given_to(year, result)


def test_a_first_priority_is_served_before_a_second():
    year = problem(
        [activity("seminar", capacity=1)],
        [request("wish", "Arcadia", "seminar", priority=2), request("need", "Borduria", "seminar", priority=1)],
    )

    assert shared(year) == {"need": (0, 1)}
    assert shared(year, PRECEDENCE) == {"need": (0, 1)}


def test_a_request_for_an_agreed_objective_comes_before_one_without():
    year = problem(
        [activity("seminar", capacity=1)],
        [request("plain", "Arcadia", "seminar"), request("agreed", "Borduria", "seminar", linked=True)],
    )

    assert shared(year) == {"agreed": (0, 1)}
    assert shared(year, PRECEDENCE) == {"agreed": (0, 1)}


def test_an_activity_below_its_minimum_is_not_held():
    year = problem([activity("exercise", minimum=5)], [request("lone", "Arcadia", "exercise", 4)])

    for rule in (WEIGHTED, MAX_MIN, PRECEDENCE):
        result = allot(year, rule, seed=7)
        assert given_to(year, result) == {}
        assert result.cancelled == ("exercise",)


def test_a_second_priority_moves_to_where_it_saves_an_activity():
    """Arcadia may send two people in all; its second wish there lets the exercise reach its minimum."""
    year = problem(
        [activity("seminar"), activity("exercise", minimum=4, start=2)],
        [
            request("a-seminar", "Arcadia", "seminar", 2, priority=2),
            request("a-exercise", "Arcadia", "exercise", 2, priority=3),
            request("b-exercise", "Borduria", "exercise", 2, priority=1),
        ],
        parties=[Party("Arcadia", places_cap=2)],
    )

    assert shared(year) == {"a-exercise": (0, 2), "b-exercise": (0, 2)}


def test_money_goes_where_it_buys_more():
    year = problem(
        [activity("seminar")],
        [
            request("far", "Arcadia", "seminar", funding="needed", cost=900),
            request("near", "Borduria", "seminar", 3, funding="needed", cost=300),
        ],
        budget=900,
    )

    assert shared(year) == {"near": (3, 0)}


def test_a_request_that_wants_funding_pays_itself_when_the_pool_is_spent():
    year = problem(
        [activity("seminar")],
        [request("wants", "Arcadia", "seminar", 2, funding="wanted", cost=400)],
        budget=700,
    )

    assert shared(year) == {"wants": (1, 1)}
    assert shared(year, PRECEDENCE) == {"wants": (1, 1)}


def test_a_request_that_needs_funding_gets_none_of_it_unfunded():
    year = problem([activity("seminar")], [request("needs", "Arcadia", "seminar", 2, funding="needed", cost=400)], budget=700)

    assert shared(year) == {"needs": (1, 0)}


def test_no_more_people_are_away_in_a_week_than_a_party_can_spare():
    year = problem(
        [activity("long", start=0, weeks=3), activity("first", start=0), activity("last", start=2)],
        [
            request("long", "Arcadia", "long", 2, priority=3),
            request("first", "Arcadia", "first", 2, priority=2),
            request("last", "Arcadia", "last", 2, priority=2),
        ],
        parties=[Party("Arcadia", away_cap=2)],
    )

    assert shared(year) == {"first": (0, 2), "last": (0, 2)}


def test_a_saturday_belongs_to_the_week_of_its_monday():
    """Two activities that meet only on the weekend of one ISO week still share that week's limit."""
    one, other = activity("one"), activity("other")
    year = problem(
        [one, other],
        [request("a", "Arcadia", "one"), request("b", "Arcadia", "other", priority=1)],
        parties=[Party("Arcadia", away_cap=1)],
    )

    assert shared(year) == {"b": (0, 1)}


def test_max_min_raises_the_worst_off_party_first():
    """By value alone Borduria's first priorities would take every seat."""
    year = problem(
        [activity("seminar", capacity=8)],
        [request("a", "Arcadia", "seminar", 8, priority=3), request("b", "Borduria", "seminar", 8, priority=1)],
    )

    assert shared(year) == {"b": (0, 8)}
    assert shared(year, MAX_MIN) == {"a": (0, 4), "b": (0, 4)}


def test_equal_claims_are_decided_by_the_published_lot_alone():
    year = problem([activity("seminar", capacity=1)], [request(f"r{n}", f"P{n}", "seminar") for n in range(6)])

    winners = {next(iter(shared(year, PRECEDENCE, seed=seed))) for seed in range(30)}

    assert len(winners) > 2
    assert all(shared(year, PRECEDENCE, seed=seed) == shared(year, PRECEDENCE, seed=seed) for seed in range(3))


def test_an_empty_year_is_an_empty_plan():
    for rule in (WEIGHTED, MAX_MIN, PRECEDENCE):
        result = allot(problem([], []), rule, seed=1)
        assert (result.value, result.bound, result.gap_percent) == (0, 0, 0.0)


def test_the_example_of_the_method_is_best_and_its_prices_prove_it():
    """As docs/method/allotment.md adds it up: 1970 and 540 at the activities, 1080 for what is scarce."""
    year = problem(
        [activity("seminar", capacity=3), activity("exercise", capacity=6, minimum=4, start=4)],
        [
            request("A-seminar", "Arcadia", "seminar", 2, priority=1),
            request("B-seminar", "Borduria", "seminar", 2, linked=True),
            request("A-exercise", "Arcadia", "exercise", 3, funding="needed", cost=300),
            request("B-exercise", "Borduria", "exercise", 3, funding="wanted", cost=300),
        ],
        parties=[Party("Arcadia", places_cap=4)],
        budget=900,
    )
    framed = frame(year, WEIGHTED, 1)
    coupling = couple(framed.grid, framed.value_of_a_place)
    pools, parties, _ = coupling.cuts
    prices = np.zeros(len(coupling.supply))
    prices[0], prices[pools] = 0.4, 180.0

    result = allot(year, WEIGHTED, seed=1)

    assert (pools, parties) == (1, 3)
    assert given_to(year, result) == {"A-seminar": (0, 2), "B-seminar": (0, 1), "A-exercise": (2, 0), "B-exercise": (1, 2)}
    assert quote(coupling, prices).bound == result.value == 1970 + 540 + 1080


def test_under_a_rule_that_counts_records_places_go_where_they_are_used():
    parties = [Party("Arcadia", no_show_percent=20), Party("Borduria")]
    asked = [request("often-empty", "Arcadia", "seminar", priority=1), request("always-used", "Borduria", "seminar", priority=1)]
    year = problem([activity("seminar", capacity=1)], asked, parties=parties)
    counting = replace(WEIGHTED, no_show_malus_percent=50)

    funded, own = worth(year, counting)
    assert own.tolist() == [900, 1000]
    assert (funded < 0).all()
    assert shared(year, counting) == {"always-used": (0, 1)}
    assert shared(year, replace(MAX_MIN, no_show_malus_percent=50)) == {"always-used": (0, 1)}
