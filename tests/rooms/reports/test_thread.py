"""The golden thread: from objective to seat and back, and what is said where it is broken."""

from datetime import date, timedelta

import pytest

from comity.accounts.rules import Role
from comity.activities.acts import editions
from comity.activities.models import Activity, Edition
from comity.kernel.dates import PartialDate
from comity.participation.acts import requests, rounds
from comity.participation.models import Request
from comity.programmes.acts import documents, milestones
from comity.reports.queries.thread import people_at, served, span, thread
from tests.world import feedback as world_of_feedback
from tests.world import nominations
from tests.world import programmes as world
from tests.world.cast import LAKE_CONTACT, LAKELAND, MENU_MANAGER, MERIDIA_CONTACT, person, the_world
from tests.world.programmes import CHIEF, DESK, LAKE, NOON
from tests.world.requests import AFTER, ASKING, activity, contact, drawn_up, edition, submitted

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 1)


@pytest.fixture
def programme():
    """A programme of Lakeland with one goal, in a year that takes requests."""
    the_world()
    made = world.programme()
    world.goal(made)
    return made


@pytest.fixture
def year():
    """An edition that takes requests."""
    the_world()
    return edition()


def supported(goal, what):
    """A goal that an activity supports, with a milestone in good time."""
    milestones.support(goal, kind="activity", activity=what, by=DESK, at=NOON)
    milestones.add(goal, title_en="First staff trained", due=PartialDate("2028-06"), by=DESK, at=NOON)


def breaks(programme, who=DESK, on=TODAY):
    """What is to be mended, in words."""
    return [str(gap.words) for gap in thread(programme, on=on, seen_by=who).breaks]


def test_a_goal_alone_is_told_to_need_support_and_milestones(programme):
    found = thread(programme, on=TODAY, seen_by=DESK)

    assert breaks(programme) == ["Nothing supports goal 1.", "Goal 1 has no milestone."]
    assert (len(found.goals), found.activities, found.requests, found.seats, found.milestones) == (1, 0, 0, 0, (0, 0))
    assert {gap.href for gap in found.breaks} == {f"/programmes/goals/{found.goals[0].goal.pk}/"}


def test_an_objective_without_a_goal_is_told(programme):
    world.objective(programme, 2)

    assert "Objective 2 has no goal in this programme." in breaks(programme)


def test_the_thread_is_mended_link_by_link(programme, year):
    goal, what = programme.goals.get(), activity(year)
    supported(goal, what)
    assert breaks(programme) == ["No places are asked for at “Course 1”, which supports goal 1."]

    made = requests.ask(what, by=contact(), at=ASKING, places=2)
    assert breaks(programme) == ["The request for “Course 1” is still a draft."]

    made = requests.submit(made, by=contact(), at=ASKING)
    assert breaks(programme) == ["The request for “Course 1” does not name the objective of goal 1."]

    requests.change(made, by=contact(), at=ASKING, version=made.version, objective=goal.objective)
    assert breaks(programme) == []
    strand = thread(programme, on=TODAY, seen_by=DESK).strands[0]
    assert (strand.asked, strand.seats, strand.planned) == (2, 0, 0)


def test_seats_are_counted_where_they_were_granted(programme, year):
    goal, what = programme.goals.get(), activity(year)
    supported(goal, what)
    submitted(what, LAKELAND, places=3, priority=1, objective=goal.objective)
    rounds.publish(drawn_up(year), by=MENU_MANAGER, at=AFTER)

    found = thread(programme, on=TODAY, seen_by=DESK)

    assert (found.requests, found.seats, found.strands[0].seats) == (1, 3, 3)


def test_an_activity_that_left_the_menu_and_an_overdue_milestone_are_told(programme, year):
    goal, what = programme.goals.get(), activity(year)
    supported(goal, what)
    Activity.objects.filter(pk=what.pk).update(state="retired", reason="gone")

    assert breaks(programme, on=date(2028, 7, 1)) == [
        "“First staff trained” of goal 1 was due by June 2028 and is still open.",
        "“Course 1”, which supports goal 1, is no longer in the menu.",
    ]
    assert len(breaks(programme, on=date(2028, 6, 30))) == 1


def test_a_request_that_serves_an_objective_but_no_goal_hangs_loose(programme, year):
    supported(programme.goals.get(), activity(year, 1))
    submitted(activity(year, 2), LAKELAND, objective=programme.goals.get().objective)

    submitted(activity(year, 3), LAKELAND, objective=programme.goals.get().objective)

    assert "2 requests name objective 1, but their activities support none of its goals." in breaks(programme)


@pytest.mark.fault("F3")
def test_whose_goals_an_activity_serves_is_told_to_the_party_and_the_staff_alone(programme, year):
    what = activity(year)
    supported(programme.goals.get(), what)

    assert [goal.number for goal in served(what, seen_by=LAKE_CONTACT)] == [1]
    assert [goal.number for goal in served(what, seen_by=DESK)] == [1]
    assert served(what, seen_by=MERIDIA_CONTACT) == []


@pytest.mark.fault("F3")
def test_the_page_is_the_partys_and_the_staffs(client, programme, year):
    supported(programme.goals.get(), activity(year))
    address = f"/programmes/{programme.pk}/thread/"
    assert client.get(address).status_code == 302
    client.force_login(person("mira", Role.POINT_OF_CONTACT, of="XME"))
    assert client.get(address).status_code == 404
    documents.bring_into_force(programme, agreement=world.signed(programme), by=CHIEF, at=NOON)
    assert client.get(address).status_code == 404
    client.force_login(person("lena", Role.POINT_OF_CONTACT, of=LAKELAND))
    shown = client.get(address).content.decode()
    assert "Course 1" in shown
    assert "Ask for places" in shown
    assert f"/programmes/{programme.pk}/thread/" in client.get("/menu/2027/XHQ.0001.01/goals/").content.decode()


def test_the_picture_runs_over_the_years_of_the_programme(programme):
    assert span(thread(programme, on=TODAY, seen_by=LAKE), TODAY) == (date(2027, 1, 1), date(2030, 12, 31))
    programme.since = programme.until = PartialDate("")
    assert span(thread(programme, on=TODAY, seen_by=LAKE), TODAY) == (date(2026, 1, 1), date(2029, 12, 31))


@pytest.mark.parametrize("number", [2, 20])
def test_the_number_of_queries_does_not_grow_with_goals(django_assert_max_num_queries, programme, year, number):
    for at in range(2, number + 1):
        supported(world.goal(programme, at), activity(year, at))

    with django_assert_max_num_queries(10):
        found = thread(programme, on=TODAY, seen_by=DESK)
        assert len(found.breaks) >= number


def test_few_goals_are_told_in_detail_and_of_many_the_objective_that_is_asked_for(client, programme):
    for at in range(2, 15):
        world.goal(programme, at, objective=world.objective(programme, 1 + at % 2))
    client.force_login(person("lena", Role.POINT_OF_CONTACT, of=LAKELAND))
    address = f"/programmes/{programme.pk}/thread/"

    assert "<article" not in (shown := client.get(address).content.decode())
    assert "All 28 breaks" in shown
    assert client.get(f"{address}?all=1").content.decode().count('class="task"') == 28
    assert client.get(f"{address}?objective=2").content.decode().count("<article") == 6


def test_requests_that_name_an_objective_are_found_by_its_number(client, programme, year):
    supported(programme.goals.get(), activity(year, 1))
    submitted(activity(year, 2), LAKELAND, objective=programme.goals.get().objective)
    submitted(activity(year, 3), LAKELAND)
    client.force_login(person("lena", Role.POINT_OF_CONTACT, of=LAKELAND))
    (gap,) = [gap for gap in thread(programme, on=TODAY, seen_by=LAKE).breaks if "name objective 1" in str(gap.words)]

    shown = client.get(gap.href).content.decode()

    assert "Course 2" in shown
    assert "Course 3" not in shown


class TestPeople:
    """From seats to people and their report, and back."""

    @pytest.fixture
    def held(self, programme):
        """A course of the centre that supports the goal: three seats, two people on their way."""
        goal = programme.goals.get()
        course = nominations.course(1, seats=10)
        supported(goal, course)
        request = nominations.asked(course, places=3, granted=3)
        Request.objects.filter(pk=request.pk).update(objective=goal.objective, version=request.version + 1)
        for number in (1, 2):
            nominations.nominated(request, number, state="put_forward")
        year = editions.close_requests(Edition.objects.get(pk=course.edition_id), at=AFTER, by=MENU_MANAGER)
        editions.start(year, at=AFTER, by=MENU_MANAGER)
        return course

    def test_a_seat_without_a_person_is_work(self, programme, held):
        assert breaks(programme) == ["“Course 1”, which supports goal 1, has seats without a person: 1."]
        found = thread(programme, on=TODAY, seen_by=LAKE)
        assert (found.seats, found.people.nominated, found.people.came, found.reports) == (3, 2, 0, (0, 0))
        assert breaks(programme, on=held.last_day + timedelta(days=1)) == []

    def test_who_came_and_is_not_reported_on_is_work_until_the_report_is_there(self, programme, held):
        world_of_feedback.came(held, 2)
        after = held.last_day + timedelta(days=1)
        assert breaks(programme, on=after) == ["2 came to “Course 1”, and there is no report on it yet."]
        world_of_feedback.report(held, state="submitted")

        assert breaks(programme, on=after) == []
        assert breaks(programme, LAKE, on=after) == ["2 came to “Course 1”, and there is no report on it yet."]
        assert thread(programme, on=after, seen_by=DESK).reports == (1, 1)

    @pytest.mark.fault("F3")
    def test_the_pages_say_how_many_both_ways_and_never_who(self, client, programme, held):
        world_of_feedback.came(held, 2)
        client.force_login(person("lena", Role.POINT_OF_CONTACT, of=LAKELAND))

        down = client.get(f"/programmes/{programme.pk}/thread/").content.decode()
        up = client.get(f"/menu/2027/{held.number}/goals/").content.decode()

        assert "people put forward" in down
        assert "Put forward" in up
        assert "XLA-0000" not in down + up
        assert people_at([held.pk], seen_by=LAKE)[LAKELAND][held.pk] == (4, 4, 2, 2, 0)
        assert people_at([held.pk], seen_by=MERIDIA_CONTACT) == {}
