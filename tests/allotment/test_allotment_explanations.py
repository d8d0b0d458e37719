"""Every request is answered with what really stood in its way, and with a change that really helps."""

from dataclasses import replace

import numpy as np
import pytest
from invented import MAX_MIN, PRECEDENCE, WEIGHTED, activity, problem, request

from allotment import Change, Party, allot, changed, reasons, verify
from allotment.instances import instance
from allotment.model import weeks


def answers(year, rule=WEIGHTED):
    result = allot(year, rule, seed=3)
    return result, {reason.request: reason for reason in reasons(year, rule, result)}


def test_a_full_activity_is_named_with_its_places():
    year = problem(
        [activity("seminar", capacity=2)],
        [request("first", "Arcadia", "seminar", 2, priority=1), request("second", "Borduria", "seminar", 1)],
    )

    _, told = answers(year)

    assert told["first"].sentence == "Granted: 2 of 2 places at seminar."
    assert told["second"].outcome == "not_granted"
    assert told["second"].causes == ("activity_full",)
    assert told["second"].sentence == "Not granted: 1 places at seminar. All 2 places of the activity are taken."
    assert told["second"].would_change == "It would have been granted a place if the activity had 1 more."


def test_a_spent_pool_is_named_with_what_is_left():
    year = problem([activity("seminar")], [request("asks", "Arcadia", "seminar", 2, funding="needed", cost=400)], budget=700)

    _, told = answers(year)

    assert told["asks"].outcome == "part"
    assert told["asks"].sentence.endswith("The pool fund has 300 left, and a place costs 400.")
    assert told["asks"].changes == (Change("budget", "fund", 100),)


def test_a_place_at_own_cost_is_told_as_such():
    year = problem([activity("seminar")], [request("asks", "Arcadia", "seminar", 1, funding="wanted", cost=400)])

    _, told = answers(year)

    assert (told["asks"].outcome, told["asks"].causes) == ("self_paid", ("pool_spent",))


def test_a_full_week_and_a_full_year_are_told_apart():
    asked = [request("one", "Arcadia", "seminar", 2, priority=1), request("other", "Arcadia", "course", 2)]
    week = problem([activity("seminar"), activity("course")], asked, parties=[Party("Arcadia", away_cap=2)])
    year = problem([activity("seminar"), activity("course")], asked, parties=[Party("Arcadia", places_cap=2)])

    assert answers(week)[1]["other"].causes == ("away_cap",)
    assert answers(year)[1]["other"].causes == ("places_cap",)


def test_an_activity_too_few_asked_for_is_cancelled_and_says_how_many_were_lacking():
    year = problem([activity("exercise", minimum=5)], [request("lone", "Arcadia", "exercise", 3)])

    _, told = answers(year)

    assert (told["lone"].outcome, told["lone"].causes) == ("cancelled", ("too_few_asked",))
    assert told["lone"].changes == (Change("minimum", "exercise", 2),)


@pytest.mark.parametrize("rule", [WEIGHTED, PRECEDENCE], ids=["weighted", "precedence"])
def test_a_change_said_to_help_helps(rule):
    year = problem(
        [activity("seminar", capacity=2), activity("course", capacity=4, start=2), activity("exercise", minimum=4, start=4)],
        [
            request("a", "Arcadia", "seminar", 2, priority=1),
            request("b", "Borduria", "seminar", 1, priority=3),
            request("c", "Arcadia", "course", 3, priority=1, funding="needed", cost=300),
            request("d", "Borduria", "course", 3, priority=2, funding="needed", cost=300),
            request("e", "Borduria", "exercise", 3, priority=1),
        ],
        budget=1000,
    )

    result, told = answers(year, rule)

    refused = [reason for reason in told.values() if reason.outcome != "granted"]
    assert len(refused) == 3
    assert all(verify(year, rule, result, reason.request, change) for reason in refused for change in reason.changes)


def test_a_change_too_small_is_found_out():
    year = problem([activity("exercise", minimum=5)], [request("lone", "Arcadia", "exercise", 3)])

    result, _ = answers(year)

    assert not verify(year, WEIGHTED, result, "lone", Change("minimum", "exercise", 1))


def test_most_changes_said_to_help_in_a_whole_year_do():
    year = instance("T", "tight", 3)
    result, told = answers(year)
    conjectures = [(reason.request, reason.changes[0]) for reason in told.values() if reason.changes][::9]

    right = sum(verify(year, WEIGHTED, result, name, change) for name, change in conjectures)

    assert len(conjectures) > 10
    assert right >= 0.7 * len(conjectures)


@pytest.mark.parametrize("rule", [WEIGHTED, MAX_MIN, PRECEDENCE], ids=lambda rule: rule.rule)
@pytest.mark.parametrize("variant", ["base", "tight"])
def test_in_a_whole_year_nobody_goes_without_and_without_a_limit_that_is_really_full(variant, rule):
    """Every cause that is told is found again in the plan, by its definition and not by the explanation's own sums."""
    year = instance("S", variant, 1)
    plan = allot(year, rule, seed=1)
    full = really_full(year, plan)

    told = reasons(year, rule, plan)

    lacking = (plan.funded + plan.self_paid < year.places).tolist()
    assert all(answer.causes for answer, lacks in zip(told, lacking, strict=True) if lacks)
    assert all(full[cause](at) for at, answer in enumerate(told) for cause in answer.causes)


def really_full(year, plan):
    """Whether a limit is full for a request, by the name of the cause."""
    given = plan.funded + plan.self_paid
    seated = np.bincount(year.activity, given, len(year.activities))
    wanted = np.bincount(year.activity, year.places, len(year.activities))
    held = np.bincount(year.party, given, len(year.parties))
    left = year.budget - np.bincount(year.pool[year.activity], plan.funded * year.cost, len(year.pools))
    first, last = weeks(year.start), weeks(year.end)
    days = np.arange(first.min(), last.max() + 1)
    away = np.zeros((len(year.parties), len(days)))
    for r in np.flatnonzero(given).tolist():
        away[year.party[r], first[year.activity[r]] - days[0] : last[year.activity[r]] - days[0] + 1] += given[r]

    def busy(r):
        p, a = year.party[r], year.activity[r]
        return (away[p, first[a] - days[0] : last[a] - days[0] + 1] >= year.away_cap[p]).any()

    return {
        "activity_full": lambda r: seated[year.activity[r]] == year.capacity[year.activity[r]],
        "pool_spent": lambda r: left[year.pool[year.activity[r]]] < year.cost[r],
        "places_cap": lambda r: held[year.party[r]] == year.places_cap[year.party[r]],
        "away_cap": busy,
        "too_few_asked": lambda r: wanted[year.activity[r]] < year.minimum[year.activity[r]],
        "too_few_reached": lambda r: seated[year.activity[r]] == 0 and year.minimum[year.activity[r]] > 0,
    }


def test_changing_something_unknown_is_an_error():
    year = problem([activity("seminar")], [])

    with pytest.raises(ValueError, match="not in tuple"):
        changed(year, Change("capacity", "nowhere", 1))


def test_a_record_that_made_places_count_less_is_told():
    year = problem(
        [activity("seminar", capacity=1)],
        [request("lost", "Arcadia", "seminar"), request("won", "Borduria", "seminar")],
        parties=[Party("Arcadia", no_show_percent=15), Party("Borduria", no_show_percent=0)],
    )

    told = answers(year, replace(WEIGHTED, no_show_malus_percent=50))[1]

    assert told["lost"].causes == ("activity_full", "record")
    assert told["lost"].sentence.endswith(
        "Each place counted 7.5 % less: of 100 places that Arcadia held before, 15 stood empty without excuse."
    )
    assert told["won"].causes == ()
    assert "record" not in answers(year)[1]["lost"].causes + answers(year)[1]["won"].causes
