"""A change is made whole or not at all, to what was shown and to nothing else."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, models

from comity.accounts.rules import Role
from comity.activities.acts import running
from comity.activities.acts.editions import ReasonMissing
from comity.activities.models import Activity
from comity.changes import queries
from comity.changes.acts import changes, doing
from comity.changes.models import Change
from comity.frameworks.acts import memberships
from comity.frameworks.models import Suspension
from comity.kernel.refusals import NotFound, NotPermitted, Refusal
from comity.nominations.acts import endings
from comity.nominations.models import Nomination
from comity.notices.acts import notices
from comity.notices.models import Notice
from comity.participation import queries as participation
from comity.participation.acts import requests, rounds, withdrawals
from comity.participation.models import Grant, Request, Round, Seats
from comity.trail.models import Entry
from tests.house import discover
from tests.rooms.changes.scene import (
    LATER,
    PROVIDER,
    WHY,
    aims,
    applied,
    cancelled,
    moved,
    readers,
    scene,
    shrunk,
    suspended,
)  # fmt: skip
from tests.world import nominations as people
from tests.world import requests as world
from tests.world.cast import (
    ADMINISTRATOR,
    AUDITOR,
    DESK_OFFICER,
    LAKE_CONTACT,
    LAKELAND,
    MENU_MANAGER,
    MERIDIA,
    MERIDIA_CONTACT,
    actor,
)  # fmt: skip
from tests.world.requests import breaking

DAY = timedelta(days=1)


def everything() -> dict[str, str]:
    """A fingerprint of every row of every table, as it stands."""
    rows = "SELECT '{0}', md5(coalesce(string_agg(row::text, ',' ORDER BY row::text), '')) FROM \"{0}\" AS row"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(rows.format(model._meta.db_table) for model in discover.tables()))
        return dict(cursor.fetchall())


@pytest.mark.django_db
class TestMoving:
    @pytest.mark.fault("F17")
    def test_raises_the_version_and_keeps_places_and_people(self) -> None:
        one = scene()
        before = one.course.version

        applied(moved(one.course))

        one.course.refresh_from_db()
        assert (one.course.first_day, one.course.version) == (date(2027, 5, 10), before + 1)
        assert Seats.objects.get().granted == 5
        assert Nomination.objects.live().count() == 5

    @pytest.mark.fault("F17")
    def test_and_calling_off_are_told_to_whoever_follows_the_menu_in_a_calendar(self, client: Any) -> None:
        one = scene()
        first = _sequence(client, one.course)
        applied(moved(one.course))
        second = _sequence(client, one.course)
        one.course.refresh_from_db()
        applied(cancelled(one.course))

        assert "DTSTART;VALUE=DATE:20270510" in second
        assert _number(second) == _number(first) + 1
        gone = _sequence(client, one.course)
        assert not gone or ("STATUS:CANCELLED" in gone and _number(gone) == _number(second) + 1)

    def test_is_undone_by_another_change(self) -> None:
        one = scene()
        done = applied(moved(one.course))
        one.course.refresh_from_db()
        back = done.values["former"]

        applied(moved(one.course, back["starts"], back["ends"]))

        one.course.refresh_from_db()
        assert one.course.first_day == people.COURSE_DAY
        assert Change.objects.filter(state="applied").count() == 2


def _sequence(client: Any, course: Activity) -> str:
    """The event of a course in the feed of the menu, or nothing."""
    book = client.get("/menu/2027.ics").content.decode()
    return next((event for event in book.split("BEGIN:VEVENT")[1:] if course.number in event), "")


def _number(event: str) -> int:
    return int(event.split("SEQUENCE:")[1].split()[0])


@pytest.mark.django_db
class TestShrinking:
    @pytest.mark.fault("F1")
    def test_below_what_is_granted_needs_a_reason(self) -> None:
        one = scene()

        with pytest.raises(changes.ShrinksBelowGranted, match="5 places are granted and 3 seats would be left"):
            shrunk(one.course, 3, reason=" ")
        applied(shrunk(one.course, 5, reason=""))
        one.course.refresh_from_db()
        applied(shrunk(one.course, 2))

        seats = Seats.objects.get()
        assert (seats.capacity, seats.granted, seats.left) == (2, 2, 0)
        assert Nomination.objects.holding().count() == 2
        assert set(Nomination.objects.filter(state="lapsed").values_list("reason", flat=True)) == {WHY}

    def test_people_keep_their_seats_as_long_as_their_party_has_enough(self) -> None:
        one = scene()
        applied(shrunk(one.course, 4))

        assert Nomination.objects.holding().filter(party=MERIDIA).count() == 1
        assert Grant.objects.get(party=MERIDIA).places == 1


@pytest.mark.django_db
class TestCallingOff:
    @pytest.mark.fault("F21")
    def test_leaves_nothing_alive_anywhere(self, client: Any) -> None:
        one = scene()
        other = people.course(2)
        applied(cancelled(one.course))

        assert not Request.objects.live().filter(activity=one.course).exists()
        assert not Nomination.objects.live().filter(activity=one.course).exists()
        assert sum(g.places for g in Grant.objects.filter(activity=one.course)) == 0
        assert Seats.objects.get(activity=one.course).left == 0
        listed = client.get("/menu/2027/")
        assert other.title in listed.content.decode()
        for address in ("/menu/2027/", "/menu/2027/?q=Course+1", "/api/v1/editions/2027/activities"):
            assert one.course.number not in client.get(address).content.decode()
        assert client.get(f"/menu/2027/{one.course.number}/").status_code == 404

    def test_a_round_that_rests_on_it_is_set_aside_and_the_next_knows_nothing_of_it(self) -> None:
        year = world.edition()
        course, other = world.activity(year, 1), world.activity(year, 2)
        world.submitted(course, LAKELAND, places=2)
        world.submitted(other, LAKELAND, places=2)
        drawn = world.drawn_up(year)

        applied(cancelled(course))

        drawn.refresh_from_db()
        assert drawn.state == "set_aside"
        again = world.drawn_up(year, drawn.rule, at=LATER)
        rounds.publish(again, by=MENU_MANAGER, at=LATER)
        assert [g.activity for g in Grant.objects.all()] == [other]

    def test_needs_a_reason(self) -> None:
        with pytest.raises(ReasonMissing):
            changes.prepare_cancel(scene().course, reason=" ", by=MENU_MANAGER, at=LATER)


@pytest.mark.django_db
class TestSuspending:
    @pytest.mark.fault("F6", "F21")
    def test_leaves_no_request_place_or_person_within_its_scope(self) -> None:
        one = scene()
        second = people.course(2, day=date(2027, 6, 7))
        people.nominated(people.asked(second, LAKELAND), 7, state="reserve")
        requests.ask(people.course(4, day=date(2027, 7, 5)), by=LAKE_CONTACT, at=world.ASKING)
        begun = people.course(3, day=date(2026, 11, 25))
        people.asked(begun, LAKELAND)

        applied(suspended(), by=DESK_OFFICER)

        within = Activity.objects.exclude(pk=begun.pk)
        assert not Request.objects.live().filter(party=LAKELAND, activity__in=within).exists()
        assert not Nomination.objects.live().filter(party=LAKELAND, activity__in=within).exists()
        assert sum(g.places for g in Grant.objects.filter(party=LAKELAND, activity__in=within)) == 0
        assert Request.objects.live().filter(party=LAKELAND).get().activity == begun
        left = list(Request.objects.live().filter(party=LAKELAND).select_related("activity", "party"))
        assert [r for r, findings in participation.weighed(left, on=LATER.date()) if any(f.weight == "bar" for f in findings)] == []
        assert Grant.objects.get(party=MERIDIA).places == 2
        held = Suspension.objects.get(membership__party=LAKELAND)
        assert (held.ground, held.practical_civil, held.practical_military) == (WHY, True, False)
        assert Seats.objects.get(activity=one.course).granted == 2

    def test_takes_the_permission_to_keep_the_register(self) -> None:
        scene()
        made = suspended()

        with pytest.raises(NotPermitted):
            applied(made, by=MENU_MANAGER)
        with pytest.raises(NotFound):
            queries.change(made.pk, seen_by=LAKE_CONTACT)

    def test_of_a_party_that_is_in_no_such_framework_is_refused(self) -> None:
        scene()
        applied(suspended(), by=DESK_OFFICER)

        with pytest.raises(doing.NotInThatFramework):
            suspended(MERIDIA)
        with pytest.raises(memberships.AlreadySuspended):
            suspended()
        assert Change.objects.count() == 1

    @pytest.mark.fault("F3")
    def test_is_not_known_to_the_party_before_it_is_made(self) -> None:
        scene()
        suspended()

        assert not Entry.objects.seen_by(LAKE_CONTACT).filter(act__startswith="change.").exists()


@pytest.mark.django_db
class TestWhatWasShown:
    def test_a_place_taken_since_is_named_and_nothing_is_done(self) -> None:
        one = scene()
        made = cancelled(one.course)
        Grant.objects.create(
            request=one.meridia, activity=one.course, party_id=MERIDIA, source="late", self_paid=1, granted_at=LATER
        )
        before = everything()

        with pytest.raises(changes.ConsequencesChanged) as refused:
            applied(made)

        assert "new: XME Places taken back: 3 of 3." in str(refused.value)
        assert "no longer so: XME Places taken back: 2 of 2." in str(refused.value)
        assert everything() == before
        again = changes.look_again(made, by=MENU_MANAGER, at=LATER)
        assert applied(again).state == "applied"

    def test_an_old_page_is_refused(self) -> None:
        one = scene()
        made = cancelled(one.course)

        with pytest.raises(changes.ConsequencesChanged, match="an old one"):
            changes.apply(made, shown="0" * 64, by=MENU_MANAGER, at=LATER)

    @pytest.mark.fault("F3")
    def test_who_may_not_see_what_came_is_told_that_much_only(self) -> None:
        one = scene()
        made = cancelled(one.course, by=PROVIDER)
        Grant.objects.create(
            request=one.meridia, activity=one.course, party_id=MERIDIA, source="late", self_paid=1, granted_at=LATER
        )

        with pytest.raises(changes.ConsequencesChanged) as refused:
            applied(made, by=PROVIDER)

        assert "Places" not in str(refused.value)
        assert MERIDIA not in str(refused.value)

    def test_of_two_changes_of_one_activity_the_second_is_refused(self) -> None:
        one = scene()
        first, second, third = moved(one.course), moved(one.course, "2027-06-07", "2027-06-11"), cancelled(one.course)

        applied(first)

        with pytest.raises(changes.ConsequencesChanged, match="moves from 10 May 2027"):
            applied(second)
        applied(changes.look_again(third, by=MENU_MANAGER, at=LATER))
        with pytest.raises(running.NotOnTheMenu):
            applied(changes.look_again(second, by=MENU_MANAGER, at=LATER))

    def test_many_new_lines_are_counted(self) -> None:
        one = scene()
        made = cancelled(one.course)
        for number in range(1, 8):
            aims(one.course, number=number)

        with pytest.raises(changes.ConsequencesChanged, match="And more: 9"):
            applied(made)


@pytest.mark.django_db
class TestSettling:
    def test_a_change_is_settled_once(self) -> None:
        one = scene()
        made, dropped = cancelled(one.course), moved(one.course)
        applied(made)
        changes.drop(dropped, by=MENU_MANAGER, at=LATER)

        for settled in (made, dropped):
            for act in (changes.drop, changes.look_again):
                with pytest.raises(changes.AlreadySettled):
                    act(settled, by=MENU_MANAGER, at=LATER)
            with pytest.raises(changes.AlreadySettled):
                applied(settled)
            with breaking("change_settled_stays_settled"):
                Change.objects.filter(pk=settled.pk).update(reason="Another.")
            with breaking("changes_are_never_deleted"):
                Change.objects.filter(pk=settled.pk).delete()

    def test_only_whoever_may_do_it_prepares_it_and_only_the_staff_and_the_host_read_it(self) -> None:
        one = scene()
        made = cancelled(one.course, by=PROVIDER)
        stranger = actor(Role.PROVIDER, of=MERIDIA)

        for somebody in (LAKE_CONTACT, DESK_OFFICER, AUDITOR):
            with pytest.raises(NotPermitted):
                cancelled(one.course, by=somebody)
        for somebody in (MERIDIA_CONTACT, stranger, actor(Role.HEAD_OF_DELEGATION, of=LAKELAND)):
            with pytest.raises(NotFound):
                changes.drop(made, by=somebody, at=LATER)
        assert queries.change(made.pk, seen_by=AUDITOR) == made
        with pytest.raises(NotPermitted):
            changes.drop(made, by=AUDITOR, at=LATER)
        assert applied(made, by=PROVIDER).applied_by == "provider"

    @pytest.mark.fault("F22")
    def test_every_step_is_in_the_trail_of_those_it_concerns(self) -> None:
        one = scene()
        applied(cancelled(one.course))

        acts = set(Entry.objects.values_list("act", flat=True))
        assert acts >= {"change.drafted", "change.applied", "activity.cancelled", "place.taken-back", "request.taken-back"}
        theirs = Entry.objects.seen_by(MERIDIA_CONTACT).exclude(act__in=["request.asked", "request.submitted"])
        assert {e.about_party for e in theirs} == {MERIDIA}
        assert {"nominations.ended", "place.taken-back", "request.taken-back"} == {e.act for e in theirs}


@pytest.mark.django_db
class TestNotices:
    @pytest.mark.fault("F26")
    def test_each_party_is_told_its_own_affairs_once_in_its_own_language(self) -> None:
        one = scene()
        readers()
        applied(cancelled(one.course, note_en="We are sorry: {names} %s <b>", note_fr="Nous le regrettons."))

        told = {n.recipient.login: n for n in Notice.objects.select_related("recipient")}
        assert set(told) == {"mara", "meriem"}
        assert "Places taken back: 3 of 3." in str(told["mara"].sentence)
        assert "2 of 2" not in str(told["mara"].sentence).replace("(put forward): 2 of 2", "")
        assert str(told["mara"].sentence).endswith("We are sorry: {names} %s <b>")
        assert told["meriem"].sentence.said(str, "fr").endswith("Nous le regrettons.")
        assert {n.topic for n in told.values()} == {"changes"}
        assert told["mara"].link == f"/requests/{one.lake.pk}/"

    def test_name_where_else_to_go(self) -> None:
        one = scene()
        readers()
        world.activity(one.course.edition, 11, kind="course", title="Sea course")
        applied(cancelled(one.course))

        assert "You could go to “Sea course” (XHQ.0011.01) instead." in str(Notice.objects.get(party=MERIDIA).sentence)

    def test_a_dropped_change_tells_nobody(self) -> None:
        one = scene()
        readers()
        changes.drop(cancelled(one.course), by=MENU_MANAGER, at=LATER)

        assert not Notice.objects.exists()


FAULTS = {
    "lapse": (endings, "lapse"), "shrink": (withdrawals, "shrink"), "call_off": (withdrawals, "call_off"),
    "shut_out": (withdrawals, "shut_out"), "set_aside": (rounds, "set_aside"), "move": (running, "move"),
    "resize": (running, "resize"), "cancel": (running, "cancel"), "suspend": (memberships, "suspend"), "tell": (notices, "tell"),
    "record": (changes.trail, "record"),
}  # fmt: skip
DEEDS: dict[str, tuple[Callable[[Any], Change], list[str]]] = {
    "move": (moved, ["set_aside", "move", "tell", "record"]),
    "shrink": (lambda course: shrunk(course, 2), ["lapse", "shrink", "set_aside", "resize", "tell", "record"]),
    "cancel": (cancelled, ["lapse", "call_off", "set_aside", "cancel", "tell", "record"]),
    "suspend": (lambda course: suspended(), ["lapse", "shut_out", "set_aside", "suspend", "tell", "record"]),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("deed", "step"), [(deed, step) for deed, (_made, steps) in DEEDS.items() for step in steps])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_fault_at_any_step_leaves_everything_as_it_was(deed: str, step: str, when: str, monkeypatch: Any) -> None:
    one = scene()
    readers()
    made = DEEDS[deed][0](one.course)
    if step == "set_aside":
        _drawn_up(one.lake)
        made = changes.look_again(made, by=ADMINISTRATOR, at=LATER)
    before = everything()
    module, name = FAULTS[step]
    done = getattr(module, name)

    def fails(*given: Any, **told: Any) -> None:
        if name == "record" and given[0] != "change.applied":
            return done(*given, **told)
        if when == "after":
            done(*given, **told)
        raise RuntimeError(step)

    monkeypatch.setattr(module, name, fails)
    with pytest.raises(RuntimeError, match=step):
        applied(made, by=ADMINISTRATOR)

    assert everything() == before


def _drawn_up(asked: Request) -> Round:
    """A round drawn up with the line of a request, as it stands before it is published."""
    return world.drawn_up(asked.activity.edition, at=LATER)


@pytest.mark.fault("F1")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_apply_at_once_one_wins_and_the_other_is_told() -> None:
    one = scene()
    made = [moved(one.course), cancelled(one.course)]
    start, outcomes = threading.Barrier(2), []

    def write(change: Change) -> None:
        try:
            start.wait()
            applied(change)
            outcomes.append("won")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(change,)) for change in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) in (["consequences-changed", "won"], ["not-on-the-menu", "won"])


@pytest.mark.fault("F1")
@pytest.mark.django_db(transaction=True)
def test_a_place_taken_while_an_activity_is_called_off_is_either_shown_or_refused() -> None:
    one = scene()
    Round.objects.create(edition=one.course.edition, number=1, rule=world.rule(), seed=1, ordered_at=LATER, ordered_by="x")
    made = cancelled(one.course)
    start, outcomes = threading.Barrier(2), []

    def apply() -> None:
        start.wait()
        outcomes.append(_outcome(lambda: applied(made)))

    def take() -> None:
        start.wait()
        outcomes.append(_outcome(lambda: Grant.objects.create(
            request=one.meridia, activity=one.course, party_id=MERIDIA, source="late", self_paid=1, granted_at=LATER
        )))  # fmt: skip

    threads = [threading.Thread(target=apply), threading.Thread(target=take)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    one.course.refresh_from_db()
    if one.course.state == "retired":
        assert sum(g.places for g in Grant.objects.all()) == 0
        assert outcomes.count("won") == 1
    else:
        assert sorted(outcomes) == ["consequences-changed", "won"]


def _outcome(act: Callable[[], models.Model]) -> str:
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    except Exception:
        return "refused by a law"
    else:
        return "won"
    finally:
        connection.close()
