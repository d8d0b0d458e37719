"""The golden thread: from objective to seat and back, and what is said where it is broken."""

from datetime import date

import pytest

from comity.accounts.rules import Role
from comity.activities.models import Activity
from comity.kernel.dates import PartialDate
from comity.participation.acts import requests, rounds
from comity.programmes.acts import documents, milestones
from comity.reports.queries.thread import served, span, thread
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

    with django_assert_max_num_queries(8):
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
