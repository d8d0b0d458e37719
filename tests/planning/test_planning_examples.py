"""Each limit on its own, in programmes small enough to solve by hand."""

from datetime import date

import pytest
from imagined import goal, occurrence, programme, sent, week

from planning import breaches, plan, preview


def test_the_cheapest_way_to_a_goal_is_taken():
    problem = programme(
        [goal("g", 4)],
        [occurrence("dear", cost=300, gives=2), occurrence("cheap", start=4, cost=90, gives=1)],
    )

    found = plan(problem)

    assert sent(problem, found) == {"cheap": 4}
    assert (found.coverage, found.cost, found.trips, found.missed.tolist()) == (100.0, 360, 4, [0])
    assert (found.coverage_gap_percent, found.cost_gap_percent) == (0.0, 0.0)


def test_among_plans_of_equal_cost_the_fewest_travel():
    problem = programme([goal("g", 4)], [occurrence("one", cost=100), occurrence("two", start=4, cost=200, gives=2)])

    assert sent(problem, plan(problem)) == {"two": 2}


def test_a_goal_of_higher_priority_comes_first():
    problem = programme(
        [goal("low", 3, area="medical", priority=3), goal("high", 3, priority=1)],
        [occurrence("m", area="medical"), occurrence("c", start=4)],
        budget=300,
    )

    assert plan(problem).reached.tolist() == [0, 3]


def test_weeks_in_which_people_overlap_count_once_for_each():
    problem = programme([goal("g", 9)], [occurrence("long", weeks=3), occurrence("short", start=2)], away=4)

    found = plan(problem)

    assert int(found.reached[0]) == 4
    assert found.away_by_week[week(2)] == 4


def test_nobody_starts_before_finishing_what_comes_before():
    menu = [
        occurrence("basic", start=2, gives=0, seats=2),
        occurrence("early", type="advanced", start=2, after="basic"),
        occurrence("late", type="advanced", start=3, after="basic"),
    ]
    problem = programme([goal("g", 5)], menu)

    found = plan(problem)

    assert sent(problem, found) == {"basic": 2, "late": 2}


def test_those_trained_already_need_not_come_again():
    menu = [occurrence("advanced", after="basic", seats=4)]
    problem = programme([goal("g", 3)], menu, trained={"basic": 2})

    assert sent(problem, plan(problem)) == {"advanced": 2}


def test_a_language_course_makes_speakers_for_the_weeks_after_it():
    menu = [
        occurrence("english", area="language", tier=2, weeks=4, gives=0, seats=2),
        occurrence("staff", start=3, language=2),
        occurrence("later", start=4, language=2),
    ]
    problem = programme([goal("g", 9)], menu, speakers={"2": 1})

    assert sent(problem, plan(problem)) == {"english": 2, "later": 3, "staff": 1}


def test_a_type_may_be_repeated_only_so_often_in_a_year():
    menu = [occurrence(f"o{n}", type="t", start=4 * n, repeats=2) for n in range(3)]
    problem = programme([goal("g", 9)], [*menu, occurrence("next", type="t", start=60, repeats=2)])

    assert int(plan(problem).reached[0]) == 4


def test_what_ends_on_the_deadline_counts_and_what_ends_later_does_not():
    problem = programme([("g", "objective", "cyber", 1, 9, date(2030, 1, 11), 1)], [occurrence("a"), occurrence("b", weeks=2)])

    assert sent(problem, plan(problem)) == {"a": 5}


def test_each_year_has_its_own_budget():
    problem = programme([goal("g", 9)], [occurrence("first"), occurrence("second", start=60)], budget=250)

    found = plan(problem)

    assert found.cost_by_year == {2030: 200, 2031: 200}
    assert found.cost_bound == 400


def test_what_is_fixed_may_exceed_a_limit_but_nothing_is_added_to_it():
    problem = programme([goal("g", 9)], [occurrence("kept", seats=1), occurrence("more")], [("kept", 3)], away=2)

    found = plan(problem)

    assert sent(problem, found) == {"kept": 3}
    assert breaches(problem, found) == []


def test_absent_limits_limit_nothing():
    menu = [occurrence("a", seats=None)]
    problem = programme([goal("g", 40)], menu, budget=None, away=None)

    assert sent(problem, plan(problem)) == {"a": 40}


def test_seat_prices_turn_a_plan_to_other_seats():
    problem = programme([goal("g", 2)], [occurrence("wanted", cost=100), occurrence("free", start=4, cost=120)])

    assert sent(problem, plan(problem)) == {"wanted": 2}
    assert sent(problem, plan(problem, seat_prices={"wanted": 50.0})) == {"free": 2}


@pytest.mark.parametrize("solve", [plan, preview])
def test_a_programme_without_goals_or_menu_is_a_plan_of_nothing(solve):
    for problem in (programme([], [occurrence("a")]), programme([goal("g", 2)], []), programme([], [])):
        found = solve(problem)

        assert found.trips == 0
        assert breaches(problem, found) == []
        assert found.coverage == (0.0 if problem.goals else 100.0)
