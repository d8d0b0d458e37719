"""Places after publication: first come, first served, and never one more than there are."""

import threading
from collections import Counter

import pytest
from django.db import DatabaseError, connection

from comity.activities.models import Activity, Edition
from comity.kernel.refusals import NotFound, NotPermitted
from comity.kernel.tables import constraint_of
from comity.participation.acts import limits, places, rounds
from comity.participation.models import Cap, Grant, Request, Seats
from tests.world.cast import LAKE_CONTACT, LAKELAND, MENU_MANAGER, MERIDIA, MERIDIA_CONTACT, NAMES, PROVIDER, the_world
from tests.world.requests import AFTER, ASKING, activity, breaking, contact, drawn_up, edition, submitted

WRITERS, TIMES = 50, 200


@pytest.fixture
def year(db) -> Edition:
    """An edition that takes requests."""
    the_world()
    return edition()


def published(year: Edition) -> None:
    """Draw up and publish the round of an edition."""
    rounds.publish(drawn_up(year), by=MENU_MANAGER, at=AFTER)


@pytest.mark.fault("F1")
def test_a_place_given_back_goes_to_whoever_comes_first(year):
    course = activity(year, seats=2)
    submitted(course, LAKELAND, places=2, priority=1)
    waiting = submitted(course, MERIDIA, places=2, priority=3)
    published(year)
    [held] = Grant.objects.filter(party=LAKELAND)

    with pytest.raises(places.NoPlaceLeft):
        places.take(waiting, 1, by=MERIDIA_CONTACT, at=AFTER)
    places.release(held, 1, by=LAKE_CONTACT, at=AFTER)
    taken = places.take(waiting, 1, by=MERIDIA_CONTACT, at=AFTER)

    assert (taken.source, taken.self_paid, Seats.objects.get().granted) == ("late", 1, 2)
    with pytest.raises(places.NoPlaceLeft):
        places.take(waiting, 1, by=MERIDIA_CONTACT, at=AFTER)


@pytest.mark.fault("F1")
def test_caps_bind_after_the_round_as_in_it(year):
    limits.set_cap(year, the_world()[LAKELAND], places_cap=2, away_cap=None, by=MENU_MANAGER, at=ASKING)
    limits.set_cap(year, the_world()[MERIDIA], places_cap=None, away_cap=2, by=MENU_MANAGER, at=ASKING)
    mine = submitted(activity(year, 1), LAKELAND, places=3)
    theirs = submitted(activity(year, 2), MERIDIA, places=3)
    published(year)
    assert set(Cap.objects.values_list("party", "held")) == {(LAKELAND, 2), (MERIDIA, 2)}

    with pytest.raises(places.HoldsAllItMay):
        places.take(mine, 1, by=LAKE_CONTACT, at=AFTER)
    with pytest.raises(places.TooManyAway, match="this would make it 3"):
        places.take(theirs, 1, by=MERIDIA_CONTACT, at=AFTER)


@pytest.mark.fault("F21")
def test_what_is_not_held_closed_or_not_allotted_has_no_places(year):
    short, course = activity(year, 1, minimum=5), activity(year, 2)
    off, on = submitted(short, places=2), submitted(course, places=2)
    with pytest.raises(places.NotAllottedYet):
        places.take(on, 1, by=LAKE_CONTACT, at=AFTER)
    published(year)

    with pytest.raises(places.NotHeld):
        places.take(off, 1, by=LAKE_CONTACT, at=AFTER)
    with pytest.raises(places.MoreThanAsked):
        places.take(on, 1, by=LAKE_CONTACT, at=AFTER)
    places.release(Grant.objects.get(), 2, by=LAKE_CONTACT, at=AFTER)
    Activity.objects.filter(pk=course.pk).update(closed_to_parties=[LAKELAND])
    with pytest.raises(places.BarredMeanwhile):
        places.take(on, 1, by=LAKE_CONTACT, at=AFTER)


@pytest.mark.fault("F3")
def test_only_the_own_party_takes_and_gives_back(year):
    asked = submitted(activity(year), places=1)
    published(year)
    held = Grant.objects.get()
    with pytest.raises(NotFound):
        places.release(held, 1, by=MERIDIA_CONTACT, at=AFTER)
    with pytest.raises(NotPermitted):
        places.take(asked, 1, by=PROVIDER, at=AFTER)
    with pytest.raises(places.NothingToGiveBack):
        places.release(held, 2, by=LAKE_CONTACT, at=AFTER)
    with pytest.raises(places.NotAsked):
        places.take(asked, 0, by=LAKE_CONTACT, at=AFTER)


@pytest.mark.fault("F1")
def test_the_counters_and_their_laws_hold_without_the_acts(year):
    course, other = activity(year, seats=1), activity(year, 2)
    asked = submitted(course, places=1)
    foreign = submitted(other, MERIDIA, places=1)
    values = {"source": "late", "self_paid": 1, "granted_at": AFTER}
    with breaking("grant_needs_seats_to_come_from"):
        Grant.objects.create(request=asked, activity=course, party_id=LAKELAND, **values)
    published(year)
    with breaking("seats_are_never_overbooked"):
        Grant.objects.create(request=asked, activity=course, party_id=LAKELAND, **values)
    with breaking("grant_is_for_what_was_asked"):
        Grant.objects.create(request=asked, activity=other, party_id=LAKELAND, **values)
    with breaking("grant_stays_with_its_request"):
        Grant.objects.filter(request=foreign).update(party_id=LAKELAND)
    assert Grant.objects.filter(self_paid__gt=0).update(self_paid=0) == 2
    assert set(Seats.objects.values_list("granted", flat=True)) == {0}


def _race(writers: list[threading.Thread]) -> None:
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()


@pytest.mark.fault("F1")
@pytest.mark.django_db(transaction=True)
def test_of_fifty_writers_on_the_last_place_exactly_one_wins_two_hundred_times():
    the_world()
    year = edition()
    courses = [activity(year, n + 1, seats=1) for n in range(TIMES)]
    for course in courses:
        asked = submitted(course, places=1)
    published(year)
    Grant.objects.all().update(self_paid=0)
    asked_for = dict(Request.objects.values_list("activity", "pk"))
    starts = [threading.Barrier(WRITERS) for _ in courses]
    outcomes: list[Counter[str]] = [Counter() for _ in courses]
    lock = threading.Lock()
    insert = (
        "INSERT INTO participation_grant (request_id, activity_id, party_id, source, funded, self_paid, granted_at) "
        "VALUES (%s, %s, %s, 'late', 0, 1, now())"
    )

    def write() -> None:
        try:
            with connection.cursor() as cursor:
                for course, start, outcome in zip(courses, starts, outcomes, strict=True):
                    start.wait()
                    try:
                        cursor.execute(insert, [asked_for[course.pk], course.pk, LAKELAND])
                        result = "won"
                    except DatabaseError as breach:
                        result = constraint_of(breach)
                    with lock:
                        outcome[result] += 1
        finally:
            connection.close()

    _race([threading.Thread(target=write) for _ in range(WRITERS)])

    assert outcomes == [Counter({"seats_are_never_overbooked": WRITERS - 1, "won": 1})] * TIMES
    assert set(Seats.objects.values_list("granted", flat=True)) == {1}
    assert asked.places == 1


@pytest.mark.fault("F1")
@pytest.mark.django_db(transaction=True)
def test_of_many_parties_that_take_the_last_place_at_once_exactly_one_gets_it():
    the_world()
    year = edition()
    course = activity(year, seats=1)
    asked = {code: submitted(course, code, places=1) for code in NAMES}
    published(year)
    Grant.objects.all().update(self_paid=0)
    start = threading.Barrier(len(asked))
    outcome: list[str] = []

    def take(code: str) -> None:
        try:
            start.wait()
            places.take(asked[code], 1, by=contact(code), at=AFTER)
            outcome.append("won")
        except places.NoPlaceLeft:
            outcome.append("none left")
        finally:
            connection.close()

    _race([threading.Thread(target=take, args=[code]) for code in asked])

    assert Counter(outcome) == {"won": 1, "none left": len(asked) - 1}
    assert Seats.objects.get().granted == 1
