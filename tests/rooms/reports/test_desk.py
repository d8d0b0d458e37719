"""The desk: what each reader must do, what changed, where things stand."""

from datetime import timedelta

import pytest

from comity.accounts.rules import Role
from comity.activities.models import Activity
from comity.participation.acts import requests, rounds
from comity.reports.queries.desk import desk
from tests.world import feedback as afterwards
from tests.world import nominations
from tests.world.cast import (
    AUDITOR,
    HEADQUARTERS,
    LAKE_CENTRE,
    LAKE_CONTACT,
    LAKELAND,
    MENU_MANAGER,
    MERIDIA_CONTACT,
    PROVIDER,
    person,
    the_world,
)
from tests.world.requests import AFTER, ASKING, DEADLINE, activity, drawn_up, edition, everybody_asks, rule, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    """An edition that takes requests."""
    the_world()
    return edition()


def told(who, at=ASKING):
    """The titles of what waits for somebody."""
    return [str(task.title) for task in desk(seen_by=who, at=at).tasks]


@pytest.mark.fault("F4")
def test_a_stranger_is_shown_to_the_door_and_a_person_to_the_desk(client, year):
    shown = client.get("/")
    assert shown.status_code == 302
    assert shown["Location"] == "/accounts/login/?next=%2F"
    client.force_login(person("poc", Role.POINT_OF_CONTACT, of=LAKELAND))
    assert client.get("/").status_code == 200


def test_a_contact_is_told_to_ask_and_then_to_submit(year):
    assert told(LAKE_CONTACT) == ["Ask for places in the menu of 2027"]
    made = requests.ask(activity(year), by=LAKE_CONTACT, at=ASKING)
    assert told(LAKE_CONTACT) == ["Submit the requests still in draft: 1"]
    requests.submit(made, by=LAKE_CONTACT, at=ASKING)
    assert told(LAKE_CONTACT) == []


@pytest.mark.fault("F16")
def test_the_nearer_the_deadline_the_louder(year):
    requests.ask(activity(year), by=LAKE_CONTACT, at=ASKING)
    tones = [desk(seen_by=LAKE_CONTACT, at=DEADLINE - timedelta(days=n)).tasks[0].tone for n in (20, 10, 1)]
    assert tones == ["calm", "warn", "bad"]
    assert told(LAKE_CONTACT, at=DEADLINE) == []


def test_a_contact_reads_why_once_places_are_allotted(year):
    everybody_asks(activity(year))
    rounds.publish(drawn_up(year), by=MENU_MANAGER, at=AFTER)
    titles = [t for who in (LAKE_CONTACT, MERIDIA_CONTACT) for t in told(who, AFTER)]
    assert all(t == "Read why 1 of your requests got less than they asked for" for t in titles)
    assert str(desk(seen_by=LAKE_CONTACT, at=AFTER).figures[0].label) == "Requests granted in full"


def test_the_manager_decides_tries_orders_looks_and_publishes(year):
    submitted(activity(year))
    activity(year, 2, state="offered", decided_at=None, decided_by="")
    assert told(MENU_MANAGER)[0] == "Decide on the entries that were offered: 1"
    Activity.objects.filter(state="offered").update(state="approved", decided_at=ASKING, decided_by="x")
    assert "as a simulation" in told(MENU_MANAGER)[0]
    assert told(MENU_MANAGER, AFTER) == ["Order the round for 2027"]
    made = rounds.order(year, rule=rule(), by=MENU_MANAGER, at=AFTER)
    rounds.fail(made, "it broke", by=MENU_MANAGER, at=AFTER)
    assert told(MENU_MANAGER, AFTER)[0] == "Round 1 failed"
    drawn = drawn_up(year)
    assert "Look at round 2 and publish it or set it aside" in told(MENU_MANAGER, AFTER)
    rounds.publish(drawn, by=MENU_MANAGER, at=AFTER)
    assert told(MENU_MANAGER, AFTER) == ["Round 1 failed"]


def test_a_provider_is_told_of_what_came_back_and_of_drafts(year):
    activity(year, 1, state="returned", reason="no dates", provider_party_id=LAKE_CENTRE)
    activity(year, 2, state="draft", provider_party_id=LAKE_CENTRE, offered_at=None, offered_by="", decided_at=None, decided_by="")
    assert told(PROVIDER) == ["Entries were returned to you: 1", "Offer your drafts: 1"]


@pytest.mark.fault("F3")
def test_nobody_is_told_of_anothers_requests(year):
    requests.ask(activity(year), by=LAKE_CONTACT, at=ASKING)
    assert told(MERIDIA_CONTACT) == ["Ask for places in the menu of 2027"]
    assert all(entry.about_party != LAKELAND for entry in desk(seen_by=MERIDIA_CONTACT, at=ASKING).news)
    assert [f.most for f in desk(seen_by=AUDITOR, at=ASKING).figures] == [1]


@pytest.mark.fault("F24")
@pytest.mark.parametrize(
    ("login", "role", "of"),
    [
        ("poc", Role.POINT_OF_CONTACT, LAKELAND),
        ("menu", Role.MENU_MANAGER, HEADQUARTERS),
        ("adm", Role.ADMINISTRATOR, HEADQUARTERS),
        ("aud", Role.AUDITOR, HEADQUARTERS),
        ("led", Role.LEADERSHIP, HEADQUARTERS),
    ],
)
@pytest.mark.parametrize("rows", [5, 50])
def test_the_desk_takes_at_most_twelve_queries(client, year, login, role, of, rows, django_assert_max_num_queries):
    for n in range(1, rows + 1):
        requests.ask(activity(year, n), by=LAKE_CONTACT, at=ASKING)
    client.force_login(person(login, role, of=of))
    client.get("/programmes/")
    with django_assert_max_num_queries(12):
        assert "To do" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("waited", "words"),
    [
        (timedelta(minutes=3), "for less than a day"),
        (timedelta(hours=30), "for a day"),
        (timedelta(days=5, hours=1), "for 5 days"),
    ],
)
def test_how_long_something_waits_is_said_in_whole_days(year, waited, words):
    course = nominations.course()
    afterwards.came(course, 1)
    afterwards.report(course, state="submitted")

    tasks = {str(task.title): str(task.due) for task in desk(seen_by=MENU_MANAGER, at=afterwards.AFTER + waited).tasks}

    assert tasks["Reports to approve: 1"] == words
