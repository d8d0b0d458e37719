"""The menu as a planner sees it: what is open, dated and on offer, repeated into years without an edition; and the year's part."""

from datetime import date

import pytest

from comity.activities.models import Activity, Edition
from comity.kernel.actors import STRANGER
from comity.kernel.refusals import NotPermitted
from comity.plans.acts import forecasts, lines
from comity.plans.models import Plan, SeatForecast
from comity.plans.queries import draft_of, joint_plans, plans, year_to_plan_from, years_taking_requests
from comity.plans.queries.menu import occurrences, offered, seats_of, shares, shut, worth_adding
from comity.plans.queries.shares import wanted
from comity.programmes.models import Goal, Objective
from comity.trail.models import Entry
from tests.world import menu
from tests.world.cast import (
    AUDITOR,
    DESK_OFFICER,
    LAKELAND,
    MENU_MANAGER,
    MERIDIA,
    MERIDIA_CONTACT,
    PROVIDER,
    the_world,
)
from tests.world.plans import area, course, goal, plan
from tests.world.requests import ASKING, contact

pytestmark = pytest.mark.django_db
BY = contact()
TODAY = ASKING.date()
GONE = {"state": "retired", "reason": "No teacher", "decided_at": ASKING, "decided_by": "x"}


@pytest.fixture
def year() -> Edition:
    """An edition that takes requests."""
    the_world()
    return menu.edition(2027)


def seen(made: Plan, **options) -> dict[str, object]:
    """What the planner sees, by key."""
    return {o.key: o for o in occurrences(made, on=TODAY, seen_by=BY, **options)}


class TestOccurrences:
    def test_an_activity_is_repeated_on_the_same_dates_into_years_without_an_edition(self, year):
        activity = course(year)
        found = seen(plan())
        assert list(found) == ["XHQ.0001.01", *(f"XHQ.0001.01@{n}" for n in (2028, 2029, 2030))]
        assert {(o.starts.month, o.starts.day) for o in found.values()} == {(activity.first_day.month, activity.first_day.day)}

    def test_the_newest_edition_before_a_year_is_the_one_repeated(self, year):
        course(year)
        course(menu.edition(2029), 2)
        assert list(seen(plan())) == ["XHQ.0001.01", "XHQ.0001.01@2028", "XHQ.0002.01", "XHQ.0002.01@2030"]

    def test_without_an_edition_there_is_nothing(self, db):
        the_world()
        assert seen(plan()) == {}

    def test_what_is_shut_undated_or_not_on_offer_is_left_out(self, year):
        course(year, 1, first_day=None, last_day=None)
        for number, change in ((2, {"closed_to_parties": [LAKELAND]}), (3, GONE)):
            Activity.objects.filter(pk=course(year, number).pk).update(**change)
        assert seen(plan()) == {}

    @pytest.mark.fault("F21")
    def test_what_bars_a_party_still_stands_on_the_menu_and_is_told_apart(self, year):
        barred, free = course(year), course(year, 2)
        Activity.objects.filter(pk=barred.pk).update(closed_to_parties=[LAKELAND])
        made = plan()
        pks = {barred.pk, free.pk}
        assert {pk for pk, _year in offered(made, pks, seen_by=BY)} == pks
        assert shut(made, pks, on=TODAY, seen_by=BY) == {barred.pk}
        assert (offered(made, [], seen_by=BY), shut(made, [], on=TODAY, seen_by=BY)) == ({}, set())

    def test_what_is_not_stated_costs_what_a_day_costs_on_average(self, year):
        course(year, 1, place_cost=1000)
        course(year, 2, place_cost=None, fee_eur=500)
        course(year, 3, place_cost=None)
        found = seen(plan())
        assert [(found[f"XHQ.000{n}.01"].cost, found[f"XHQ.000{n}.01"].stated) for n in (1, 2, 3)] == [
            (1000, True), (500, True), (750, False),
        ]  # fmt: skip

    def test_where_nothing_is_stated_anywhere_nothing_is_assumed_to_cost(self, year):
        course(year, place_cost=None)
        assert seen(plan())["XHQ.0001.01"].cost == 0

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("rows", [5, 50])
    def test_it_takes_as_many_queries_whatever_the_menu(self, year, rows, django_assert_max_num_queries):
        for number in range(1, rows + 1):
            course(year, number, prerequisites="XHQ.0001")
        made = plan()
        with django_assert_max_num_queries(9):
            assert len(seen(made)) == 4 * rows


class TestAdding:
    def test_what_serves_a_goal_comes_soonest_first_and_is_narrowed_by_words(self, year):
        aim = goal(deadline="2028-06")
        for number in (3, 1, 2):
            course(year, number)
        made = plan()

        def told(words: str) -> list[str]:
            return [o.key for o in worth_adding(made, aim, words, on=TODAY, seen_by=BY)]

        by_day = [*(f"XHQ.000{n}.01" for n in (1, 2, 3)), *(f"XHQ.000{n}.01@2028" for n in (1, 2, 3))]
        assert told("") == by_day
        assert told("CYBER 0002") == ["XHQ.0002.01", "XHQ.0002.01@2028"]
        lines.send(made, Activity.objects.get(number="XHQ.0002.01").pk, 2027, 1, by=BY, at=ASKING)
        assert told("0002") == ["XHQ.0002.01@2028"]

    def test_another_area_a_lower_tier_and_what_ends_too_late_serve_nothing(self, year):
        aim = goal(tier="advanced", deadline="2027")
        course(year, 1, title="Advanced cyber")
        course(year, 2, title="Basic cyber")
        course(year, 3, title="Advanced logistics", area=area("logistics").code)
        assert [o.key for o in worth_adding(plan(), aim, "", on=TODAY, seen_by=BY)] == ["XHQ.0001.01"]


class TestSeats:
    def test_a_repetition_has_the_seats_of_what_it_repeats_and_one_that_says_none_holds_any(self, year):
        course(year, 1, seats=7)
        course(year, 2, seats=None)
        assert seats_of(["XHQ.0001.01", "XHQ.0001.01@2029", "XHQ.0002.01"], seen_by=DESK_OFFICER) == {
            "XHQ.0001.01": 7, "XHQ.0001.01@2029": 7,
        }  # fmt: skip

    def test_what_past_rounds_granted_says_how_many_are_likely(self, year):
        course(year, seats=50)
        forecasts.keep(2027, [("cyber-defence", "course", 10, 2)], by=MENU_MANAGER, at=ASKING)
        assert seen(plan())["XHQ.0001.01"].seats == 2

    def test_forecasts_of_a_year_take_the_place_of_those_before_and_the_newest_year_counts(self, year):
        for granted in (2, 9):
            assert forecasts.keep(2027, [("x", "course", 10, granted)], by=MENU_MANAGER, at=ASKING) == 1
        menu.edition(2026)
        forecasts.keep(2026, [("x", "course", 10, 1), ("y", "", 4, 4)], by=MENU_MANAGER, at=ASKING)
        assert shares(seen_by=BY) == {("x", "course"): 0.9, ("y", ""): 1.0}
        newest = Entry.objects.first()
        assert (newest.act, newest.facts["rows"]) == ("forecast.kept", 2)

    def test_seats_that_stood_empty_are_likely_to_come_free_again(self, year):
        forecasts.keep(2027, [("x", "course", 10, 6), ("y", "course", 10, 2)], by=MENU_MANAGER, at=ASKING)

        forecasts.note_unused(2027, {("x", "course"): 3, ("y", "course"): 5, ("z", ""): 1}, by=PROVIDER, at=ASKING)
        assert shares(seen_by=BY) == {("x", "course"): 0.9, ("y", "course"): 0.4}

        # A round published anew keeps what is known of empty seats, and never more than it granted.
        forecasts.keep(2027, [("x", "course", 10, 2), ("y", "course", 10, 9)], by=MENU_MANAGER, at=ASKING)
        assert shares(seen_by=BY) == {("x", "course"): 0.4, ("y", "course"): 1.0}
        forecasts.note_unused(2027, {}, by=PROVIDER, at=ASKING)
        assert shares(seen_by=BY) == {("x", "course"): 0.2, ("y", "course"): 0.9}

    def test_only_those_who_run_activities_note_empty_seats(self, year):
        with pytest.raises(NotPermitted):
            forecasts.note_unused(2027, {}, by=AUDITOR, at=ASKING)

    @pytest.mark.fault("F3")
    def test_only_those_who_draw_up_rounds_keep_forecasts_and_no_stranger_reads_them(self, year):
        for who in (BY, AUDITOR, DESK_OFFICER):
            with pytest.raises(NotPermitted):
                forecasts.keep(2027, [], by=who, at=ASKING)
        SeatForecast.objects.create(year=2027, asked=1, granted=1)
        assert shares(seen_by=STRANGER) == {}
        assert shares(seen_by=MERIDIA_CONTACT)


class TestTheYearsPart:
    @pytest.fixture
    def sent(self, year) -> Plan:
        """A plan that sends people to two courses of the year, and to one of them again in a year that is assumed."""
        goal(priority=2)
        goal(number=2, priority=1, tier="intermediate")
        course(year, 1, title="Basic course")
        course(year, 2, title="Intermediate course")
        made = plan()
        for number, of in ((1, 2027), (2, 2027), (2, 2028)):
            lines.send(made, Activity.objects.get(number=f"XHQ.{number:04}.01").pk, of, number, by=BY, at=ASKING)
        return Plan.objects.get()

    def told(self, made: Plan, of: int = 2027) -> list[tuple[str, int, int | None, int | None]]:
        return [(w.number, w.people, w.priority, w.objective) for w in wanted(made, of, seen_by=BY)]

    def test_each_activity_comes_with_the_priority_of_the_goal_it_serves_first(self, sent):
        assert self.told(sent) == [("XHQ.0001.01", 1, 2, 1), ("XHQ.0002.01", 2, 1, 1)]

    def test_what_is_only_assumed_is_not_asked_for(self, sent):
        assert self.told(sent, 2028) == []

    def test_what_left_the_menu_is_not_asked_for(self, sent):
        Activity.objects.filter(number="XHQ.0001.01").update(**GONE)
        assert [number for number, *_more in self.told(sent)] == ["XHQ.0002.01"]

    def test_a_goal_that_is_retired_or_an_objective_that_ended_gives_no_reason_any_more(self, sent):
        Goal.objects.filter(number=2).update(retired_at=ASKING, retired_by="x", reason="over")
        assert self.told(sent)[1] == ("XHQ.0002.01", 2, 2, 1)
        Objective.objects.update(last_year=2026)
        assert {row[3] for row in self.told(sent)} == {None}

    @pytest.mark.fault("F3")
    def test_another_party_finds_nothing_in_it(self, sent):
        assert wanted(sent, 2027, seen_by=MERIDIA_CONTACT) == []
        assert wanted(sent, 2027, seen_by=AUDITOR)


class TestReaders:
    @pytest.mark.fault("F3")
    def test_a_party_reads_its_own_plans_the_staff_all_and_a_stranger_none(self, year):
        own, other = plan(), plan(MERIDIA)
        assert list(plans(seen_by=BY)) == [own]
        assert list(plans(seen_by=MERIDIA_CONTACT)) == [other]
        assert set(plans(seen_by=AUDITOR)) == {own, other}
        assert not plans(seen_by=STRANGER).exists()
        assert draft_of("xla", seen_by=STRANGER) is None
        for who in (BY, STRANGER):
            assert not joint_plans(seen_by=who).exists()

    def test_rows_of_a_plan_are_seen_by_those_who_see_the_plan(self, year):
        course(year)
        goal()
        made = plan()
        lines.send(made, Activity.objects.get().pk, 2027, 1, by=BY, at=ASKING)
        for rows in (made.lines, made.steps):
            model = rows.model.objects
            counts = [model.seen_by(who).count() for who in (BY, AUDITOR, MERIDIA_CONTACT, STRANGER)]
            assert counts == [1, 1, 0, 0], model.model

    def test_a_plan_begins_with_the_newest_edition_on_offer_or_the_next_year(self, db):
        assert year_to_plan_from(date(2031, 5, 1), seen_by=BY) == 2032
        the_world()
        menu.edition(2027)
        menu.edition(2028)
        assert year_to_plan_from(date(2031, 5, 1), seen_by=BY) == 2028

    def test_years_that_take_requests_are_told(self, year):
        made = plan()
        assert years_taking_requests(made, at=ASKING, seen_by=BY) == [2027]
        assert years_taking_requests(made, at=ASKING.replace(year=2099), seen_by=BY) == []
