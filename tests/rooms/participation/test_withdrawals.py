"""What the house takes back: in which order, with which words, and lawfully after the deadline."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.activities.acts import running
from comity.activities.acts.editions import ReasonMissing
from comity.activities.models import Activity, Edition
from comity.kernel.refusals import NotPermitted
from comity.participation.acts import places, requests, rounds, withdrawals
from comity.participation.models import Grant, Request, Seats
from comity.participation.rules import Promise, losing
from comity.trail.models import Entry
from tests.world.cast import DESK_OFFICER, LAKE_CONTACT, LAKELAND, MENU_MANAGER, MERIDIA, MERIDIA_CONTACT, party, the_world
from tests.world.requests import AFTER, ASKING, activity, breaking, contact, drawn_up, edition, submitted

LATER = AFTER + timedelta(days=3)
WHY = "The hall is closed."


@pytest.fixture
def year(db) -> Edition:
    """An edition that takes requests."""
    the_world()
    return edition()


def published(year: Edition) -> None:
    rounds.publish(drawn_up(year), by=MENU_MANAGER, at=AFTER)


def held() -> dict[str, int]:
    """Places held by party."""
    found: Counter[str] = Counter()
    for grant in Grant.objects.all():
        found[grant.party_id] += grant.places
    return dict(found)


promises = st.builds(
    Promise,
    grant=st.integers(1, 10_000),
    places=st.integers(0, 9),
    is_late=st.booleans(),
    granted_at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    priority=st.integers(1, 3),
    claim=st.text("ABC", min_size=1, max_size=6),
    seed=st.integers(0, 99),
)


@given(st.lists(promises, max_size=12, unique_by=lambda p: p.grant), st.integers(-3, 60))
def test_just_enough_is_taken_back_whatever_the_order_in_memory_and_never_out_of_turn(some, excess):
    lost = dict(losing(some, excess))
    total = sum(p.places for p in some)

    assert sum(lost.values()) == max(0, min(excess, total))
    assert lost == dict(losing(reversed(some), excess))
    spared = [p for p in some if lost.get(p.grant, 0) < p.places]
    assert all(p.loses <= s.loses for p in some if p.grant in lost for s in spared)


@pytest.mark.fault("F1")
def test_late_places_go_first_then_the_least_wanted(year):
    course = activity(year, seats=6)
    submitted(course, LAKELAND, places=3, priority=1)
    waiting = submitted(course, MERIDIA, places=3, priority=3)
    published(year)
    places.release(Grant.objects.get(party=MERIDIA), 1, by=MERIDIA_CONTACT, at=LATER)
    places.take(waiting, 1, by=MERIDIA_CONTACT, at=LATER)

    lost = withdrawals.shrink(course, seats=4, reason=WHY, by=MENU_MANAGER, at=LATER)

    assert [(loss.grant.party_id, loss.grant.source, loss.places) for loss in lost] == [(MERIDIA, "late", 1), (MERIDIA, "round", 1)]
    assert (held(), Seats.objects.get().granted, Seats.objects.get().capacity) == ({LAKELAND: 3, MERIDIA: 1}, 4, 4)
    told = Entry.objects.filter(act="place.taken-back")
    assert {(e.about_party, e.facts["places"], e.facts["reason"]) for e in told} == {(MERIDIA, 1, WHY)}


def test_taking_back_what_was_promised_needs_a_reason_and_free_seats_need_none(year):
    course = activity(year, seats=6)
    submitted(course, places=3)
    published(year)

    assert withdrawals.shrink(course, seats=3, reason="", by=MENU_MANAGER, at=LATER) == []
    with pytest.raises(ReasonMissing):
        withdrawals.shrink(course, seats=2, reason=" ", by=MENU_MANAGER, at=LATER)
    with pytest.raises(running.ProviderIsAnother):
        withdrawals.shrink(course, seats=2, reason=WHY, by=LAKE_CONTACT, at=LATER)
    assert held() == {LAKELAND: 3}


@pytest.mark.fault("F21")
def test_calling_off_takes_everything_back_after_the_deadline_and_after_the_round(year):
    course, other = activity(year, 1, seats=6), activity(year, 2)
    submitted(course, LAKELAND, places=3)
    requests.ask(course, by=contact(MERIDIA), at=ASKING)
    submitted(other, LAKELAND, places=1)
    published(year)

    withdrawals.call_off(course, reason=WHY, by=MENU_MANAGER, at=LATER)

    assert set(Request.objects.filter(activity=course).values_list("state", "reason")) == {("withdrawn", WHY)}
    assert Request.objects.get(activity=other).state == "submitted"
    seats = Seats.objects.get(activity=course)
    assert (seats.granted, seats.held, seats.left) == (0, False, 0)
    assert set(Entry.objects.filter(act="request.taken-back").values_list("about_party", flat=True)) == {LAKELAND, MERIDIA}
    with pytest.raises(places.NotAsked):
        places.take(Request.objects.get(activity=course, party=LAKELAND), 1, by=LAKE_CONTACT, at=LATER)


def test_a_party_is_shut_out_of_some_activities_by_whoever_keeps_the_register(year):
    course, other = activity(year, 1), activity(year, 2)
    for what in (course, other):
        submitted(what, LAKELAND, places=2)
    submitted(course, MERIDIA, places=2)
    published(year)

    with pytest.raises(NotPermitted):
        withdrawals.shut_out(party(LAKELAND), at_activities=[course], reason=WHY, by=MENU_MANAGER, at=LATER)
    withdrawals.shut_out(party(LAKELAND), at_activities=[course], reason=WHY, by=DESK_OFFICER, at=LATER)

    assert held() == {LAKELAND: 2, MERIDIA: 2}
    assert Request.objects.live().filter(party=LAKELAND).get().activity == other


@pytest.mark.fault("F22")
def test_the_exception_of_the_house_is_narrow(year):
    asked = submitted(activity(year), places=2)
    published(year)
    gone = {"state": "withdrawn", "withdrawn_at": LATER, "withdrawn_by": "x", "changed_at": LATER, "version": 3}
    rows = Request.objects.filter(pk=asked.pk)

    with breaking("request_needs_an_open_edition"):
        rows.update(**gone)
    with breaking("request_taken_back_stays_as_it_was"):
        rows.update(**gone, reason=WHY, places=9)
    with breaking("request_versions_count_up"):
        rows.update(**gone | {"version": 2}, reason=WHY)
    with breaking("request_needs_an_open_edition"):
        rows.update(reason=WHY, version=3)
    assert rows.update(**gone, reason=WHY) == 1
    with breaking("request_withdrawn_stays_withdrawn"):
        rows.update(version=4, reason="Another.")


@pytest.mark.fault("F21")
def test_nothing_is_asked_of_what_was_called_off_meanwhile(year):
    course = activity(year)
    running.cancel(course, reason=WHY, by=MENU_MANAGER, at=ASKING)
    values = {"party_id": LAKELAND, "asked_at": ASKING, "asked_by": "x", "changed_at": ASKING}

    with breaking("request_needs_an_activity_on_the_menu"):
        Request.objects.create(activity=course, **values)
    with pytest.raises(requests.NotOnOffer), requests.lawfully(course, LAKELAND, at=ASKING):
        Request.objects.create(activity=Activity.objects.get(), **values)
