"""What follows without asking anybody: which scenarios a choice comes to, what they change, how shares lie, what a trial says."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allotment.words import CHANGES
from comity.kernel.faces import say
from comity.kernel.words import Name
from comity.scenarios import rules
from comity.scenarios.rules import Choice, Variation
from tests.world.requests import PARAMETERS

FAIR = {**PARAMETERS, "rule": "max-min", "tolerance_percent": 1}
few = st.lists(st.integers(0, 100), max_size=3, unique=True)


def test_a_choice_comes_to_every_combination_of_its_variations():
    choice = Choice(self_pay=[None, 40], budget_percent=[0, -20], draws=3)

    found = rules.spread([(1, PARAMETERS), (2, FAIR)], choice)

    assert len(found) == 2 * 2 * 2 * 3
    assert found[0] == (1, PARAMETERS, Variation())


def test_what_comes_to_the_same_is_one_scenario():
    published = Choice(weights=[None, (100, 30, 10)], self_pay=[None, 60], tolerance=[None, 5])

    assert len(rules.spread([(1, PARAMETERS)], published)) == 1
    assert len(rules.spread([(1, PARAMETERS), (2, FAIR)], published)) == 3


@given(weights=st.lists(st.tuples(*[st.integers(0, 99)] * 3), max_size=2), self_pay=few, more=few, draws=st.integers(1, 3))
def test_no_scenario_is_there_twice_and_the_first_is_the_rule_as_published(weights, self_pay, more, draws):
    choice = Choice(weights=[None, *weights], self_pay=[None, *self_pay], more_away=list(dict.fromkeys([0, *more])), draws=draws)

    found = rules.spread([(1, PARAMETERS)], choice)
    keys = [(repr(told), v.more_away, v.draw) for _pk, told, v in found]

    assert len(set(keys)) == len(keys) >= draws
    assert rules.changes_of(PARAMETERS, found[0][1], vars(found[0][2])) == []


def test_what_a_scenario_changes_is_said_in_words():
    told = rules.applied(FAIR, Variation(weights=(9, 5, 1), self_pay=40, tolerance=5))
    beside = {"pool": "P1", "budget_percent": -20, "more_away": 1}

    said = [say(s, "en") for s in rules.changes_of(FAIR, told, beside)]

    assert said == [
        "priorities worth 9, 5 and 1", "a self-paid place worth 40 %", "a tolerance of 5 %", "the pool P1 −20 %",
        "one more person away in a week",
    ]  # fmt: skip
    assert [str(s) for s in rules.changes_of(FAIR, FAIR, {"budget_percent": 5, "more_away": 2})] == [
        "all pools +5 %", "2 more people away in a week",
    ]  # fmt: skip


def test_money_and_people_away_are_varied_where_there_is_a_limit():
    columns = {"pools": ["A", "B"], "budget": [100, 250], "away_cap": [3, rules.NO_LIMIT], "parties": ["X", "Y"]}

    assert rules.varied(columns, {"pool": "B", "budget_percent": -10}) == columns | {"budget": [100, 225]}
    assert rules.varied(columns, {"budget_percent": 10, "more_away": 2}) == columns | {
        "budget": [110, 275],
        "away_cap": [5, rules.NO_LIMIT],
    }
    assert rules.varied(columns, {}) == columns


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_shares_lie_between_the_worst_and_the_best(shares):
    found = rules.distribution(shares)

    assert found is not None
    assert (found.worst, found.best) == (min(shares), max(shares))
    in_order = (found.worst, found.lower, found.median, found.upper, found.best)
    assert all(a <= b for a, b in pairwise(in_order))
    assert set(in_order) <= set(shares)


def test_nobody_has_no_distribution():
    assert rules.distribution([]) is None


def test_every_change_that_the_core_conjectures_can_be_tried_out():
    assert {message: lever for lever, message in CHANGES.items()} == rules.OFFERS
    assert set(rules.OFFERS.values()) == set(rules.LEVERS) == set(rules.CONDITIONS)


TOLD = {"before": [0, 0], "after": [0, 2], "moved": 3, "gap_percent": 0}


def test_a_party_reads_of_itself_and_of_others_only_how_many_moved():
    said = [str(s) for s in rules.answer("priority", 1, TOLD, asked=2, party=None)]

    assert said == [
        "With priority 1 you would have got 2 of 2 places; the round granted 0.",
        "3 other requests would have changed.",
        "Solved again and proved to be the best possible plan.",
    ]


@pytest.mark.parametrize(("moved", "words"), [(0, "No other request"), (1, "One other request"), (2, "2 other requests")])
def test_others_are_counted(moved, words):
    told = {**TOLD, "after": [1, 1], "moved": moved, "gap_percent": 0.0123}

    said = [str(s) for s in rules.answer("capacity", 1, told, asked=3, party=Name("Lakeland", "Lacustrie"))]

    assert said[0] == (
        "With one more place at the activity Lakeland would have got 2 of 3 places, 1 of them funded; the round granted 0."
    )
    assert said[1].startswith(words)
    assert "0.012 %" in said[2]


@pytest.mark.parametrize(
    ("before", "after", "better"),
    [([0, 0], [0, 1], True), ([0, 1], [1, 0], True), ([1, 0], [1, 0], False), ([1, 1], [0, 1], False)],
)
def test_more_places_or_more_of_them_funded_is_better(before, after, better):
    assert rules.is_better({"before": before, "after": after}) is better
