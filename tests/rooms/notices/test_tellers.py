"""Who is told what the rooms have to tell, over all roles and parties of the cast: those whom it concerns, and nobody else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from comity.accounts.rules import Role
from comity.activities import jobs as menu_jobs
from comity.activities.acts import activities
from comity.activities.models import Activity
from comity.agreements import jobs as agreement_jobs
from comity.agreements.acts import circulations
from comity.agreements.models import Agreement
from comity.drafting import jobs as drafting_jobs
from comity.drafting.acts import texts
from comity.kernel.faces import say
from comity.notices.models import Notice
from comity.participation import jobs as round_jobs
from comity.participation.acts import requests, rounds, telling
from comity.reviews import acts as reviews
from comity.reviews import jobs as review_jobs
from comity.trail.models import Entry
from tests.rooms.agreements import desk as agreements_desk
from tests.rooms.agreements.conftest import quick_keys
from tests.rooms.drafting import desk as drafting_desk
from tests.world import menu
from tests.world import programmes as programmes_world
from tests.world.cast import ARCADIA, HEADQUARTERS, LAKE_CENTRE, LAKELAND, MENU_MANAGER, MERIDIA, THE_SYSTEM
from tests.world.crowd import everybody, speakers, told
from tests.world.requests import ASKING, DEADLINE, activity, contact, drawn_up, edition

__all__ = ["quick_keys"]
pytestmark = [pytest.mark.django_db, pytest.mark.fault("F26"), pytest.mark.fault("F3")]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DESK_OFFICERS = {(HEADQUARTERS, Role.DESK_OFFICER)}


def queued(name: str) -> list[str]:
    """The subjects of the jobs of one name that wait in the queue."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args ->> 'subject' FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [name])
        return [row[0] for row in cursor.fetchall()]


def words(topic: str) -> set[str]:
    """What was said in English."""
    return {say(notice.sentence, "en") for notice in Notice.objects.filter(topic=topic).select_related("recipient")}


class TestRounds:
    def test_a_published_round_tells_the_speakers_of_each_party_that_asked_what_it_got(self):
        year = edition()
        course = activity(year)
        everybody()
        for code in (LAKELAND, MERIDIA):
            asked = requests.ask(course, by=contact(code), at=ASKING, places=3, priority=1)
            requests.submit(asked, by=contact(code), at=ASKING)
        drawn = drawn_up(year)
        assert told("rounds") == set()

        rounds.publish(drawn, by=MENU_MANAGER, at=DEADLINE + timedelta(hours=2))

        assert queued("participation.tell_published") == [str(drawn.pk)]
        assert round_jobs.tell_published(str(drawn.pk)) == 4
        assert round_jobs.tell_published(str(drawn.pk)) == 0
        assert told("rounds") == speakers(LAKELAND, MERIDIA)
        assert words("rounds") == {"Round 1 of 2027 is published: of 3 places your party asked for, 3 are granted."}
        assert set(Notice.objects.values_list("link", flat=True)) == {f"/rounds/{drawn.pk}/"}

    def test_a_deadline_is_told_to_those_with_drafts_a_week_and_two_days_before(self):
        year = edition()
        course = activity(year)
        everybody()
        requests.ask(course, by=contact(LAKELAND), at=ASKING, places=3)
        done = requests.ask(course, by=contact(MERIDIA), at=ASKING, places=3, priority=1)
        requests.submit(done, by=contact(MERIDIA), at=ASKING)

        def tell(before: timedelta) -> int:
            return telling.deadlines(by=THE_SYSTEM, at=DEADLINE - before)

        days = timedelta(days=1)
        assert [tell(8 * days), tell(7 * days), tell(6 * days), tell(3 * days)] == [0, 2, 0, 0]
        assert [tell(2 * days), tell(days), tell(0 * days), tell(-days)] == [2, 0, 0, 0]
        assert told("requests") == speakers(LAKELAND)
        assert words("requests") == {
            "Requests for 2027 close on 1 October 2026, 17:00 (Brussels). Of yours, 1 are drafts still "
            "and do not count before they are submitted."
        }

    def test_the_morning_job_tells_nobody_where_nothing_is_open(self):
        assert round_jobs.tell_deadlines(0) == 0


class TestAgreements:
    def agreement(self) -> Agreement:
        return Agreement.objects.get()

    def run(self, step: str) -> int:
        return agreement_jobs.tell(str(self.agreement().pk), step=step)

    def test_an_offered_text_is_told_to_the_head_of_the_partners_delegation(self):
        agreements_desk.offered()
        everybody()

        assert queued("agreements.tell") == [str(self.agreement().pk)]
        assert (self.run("offered"), self.run("offered")) == (1, 0)
        assert told("agreements") == {(LAKELAND, Role.HEAD_OF_DELEGATION)}

    def test_a_circulation_is_told_to_the_allies_that_were_asked_and_to_nobody_else(self):
        running = agreements_desk.circulating()
        everybody()

        assert self.run("circulated") == 2 * running.capitals.count()
        assert told("agreements") == speakers(*running.capitals.values_list("party", flat=True))
        assert ARCADIA in {party for party, _role in told("agreements")}
        assert words("agreements") == {
            "“Partnership programme” of Lakeland is before the Allies. It is agreed on 15 March 2027, 18:00 (Brussels) "
            "unless an Ally breaks silence before."
        }

    def test_a_deadline_that_moves_is_told_again(self):
        running = agreements_desk.circulating()
        everybody()
        before = self.run("circulated")
        circulations.extend(
            running, to=agreements_desk.DEADLINE + timedelta(days=3), by=agreements_desk.DESK, at=agreements_desk.NINE
        )

        assert self.run("circulated") == before
        assert self.run("circulated") == 0

    def test_that_silence_was_broken_is_told_without_saying_by_whom(self):
        running = agreements_desk.circulating()
        everybody()
        circulations.break_silence(
            running, reason="Not in our lifetime.", by=agreements_desk.ALLY, at=agreements_desk.NINE + timedelta(hours=1)
        )

        assert self.run("broken") > 0
        assert told("agreements") == speakers(LAKELAND, *running.capitals.values_list("party", flat=True)) | DESK_OFFICERS
        assert words("agreements") == {"Silence on “Partnership programme” of Lakeland was broken. The text goes back to drafting."}

    def test_what_is_agreed_is_told_to_all_and_asks_those_who_sign(self):
        agreements_desk.agreed()
        everybody()
        self.run("agreed")

        assert told("agreements") == speakers(LAKELAND, ARCADIA) | DESK_OFFICERS | {(HEADQUARTERS, Role.LEADERSHIP)}
        asked = Notice.objects.filter(message__contains="your signature").values_list("recipient__login", flat=True)
        assert set(asked) == {"xla.head_of_delegation", "xhq.leadership"}
        assert self.run("agreed") == 0

    def test_all_signatures_are_told_to_both_sides(self):
        agreements_desk.signed()
        everybody()
        self.run("signed")

        assert told("agreements") == speakers(LAKELAND) | DESK_OFFICERS
        assert queued("agreements.tell").count(str(self.agreement().pk)) == 4


class TestDrafting:
    def test_the_turn_is_told_to_the_side_that_has_it(self):
        text = drafting_desk.a_text()
        everybody()
        texts.pass_turn(text, by=drafting_desk.DESK, at=drafting_desk.later(1))

        assert queued("drafting.tell_turn") == [str(text.pk)]
        assert drafting_jobs.tell_turn(str(text.pk)) == 2
        assert told("texts") == speakers(LAKELAND)
        texts.pass_turn(text, by=drafting_desk.LAKE, at=drafting_desk.later(2))
        assert drafting_jobs.tell_turn(str(text.pk)) == 1
        assert told("texts") == speakers(LAKELAND) | DESK_OFFICERS


class TestReviews:
    def test_a_step_that_is_due_is_told_to_who_takes_it(self):
        made = reviews.open_review(
            programmes_world.in_force(),
            year=2028,
            by=programmes_world.DESK,
            at=programmes_world.NOON.replace(year=2028, month=12),
        )
        everybody()
        made.steps.update(due_on=None)
        due = date(2028, 12, 20)
        morning = datetime(2028, 12, 6, 5, tzinfo=UTC)
        made.steps.filter(name="self_assessment").update(due_on=due)

        assert reviews.remind(by=THE_SYSTEM, at=morning - timedelta(days=1)) == 0
        assert reviews.remind(by=THE_SYSTEM, at=morning) == 2
        assert told("reviews") == speakers(LAKELAND)
        assert reviews.remind(by=THE_SYSTEM, at=morning + timedelta(days=1)) == 0
        assert reviews.remind(by=THE_SYSTEM, at=morning + timedelta(days=12)) == 2
        made.steps.filter(name="staff_assessment").update(due_on=due)
        assert reviews.remind(by=THE_SYSTEM, at=morning) == 1
        assert told("reviews") == speakers(LAKELAND) | DESK_OFFICERS
        made.steps.update(done_on=due, done_by="dora")
        Notice.objects.all().delete()
        assert reviews.remind(by=THE_SYSTEM, at=morning) == 0

    def test_the_morning_job_tells_nobody_where_nothing_is_due(self):
        assert review_jobs.remind(0) == 0


class TestMenu:
    @pytest.fixture
    def entry(self) -> Activity:
        everybody()
        year = menu.edition(state="open_for_contributions")
        return menu.activity(year, contributed_by_id=LAKELAND, provider_party_id=LAKE_CENTRE, state="offered")

    THEIRS = {(code, role) for code in (LAKELAND, LAKE_CENTRE) for role in (Role.PROVIDER, Role.POINT_OF_CONTACT)}

    def test_a_returned_entry_is_told_to_its_contributor_and_its_provider_with_the_reason(self, entry: Activity):
        activities.return_(entry, reason="Say how long it takes.", by=MENU_MANAGER, at=NOON)

        assert queued("activities.tell_decided") == [str(entry.pk)]
        assert (menu_jobs.tell_decided(str(entry.pk)), menu_jobs.tell_decided(str(entry.pk))) == (4, 0)
        assert told("activities") == self.THEIRS
        assert all("Say how long it takes." in said for said in words("activities"))

    def test_an_approved_entry_is_told_to_them_too(self, entry: Activity):
        activities.approve(entry, by=MENU_MANAGER, at=NOON)
        menu_jobs.tell_decided(str(entry.pk))

        assert told("activities") == self.THEIRS

    def test_entries_approved_together_are_told_once_to_each_contributor(self, entry: Activity):
        activities.approve_all(entry.edition, shown=1, by=MENU_MANAGER, at=NOON)
        done = Entry.objects.get(act="edition.entries-approved")

        assert menu_jobs.tell_approved(str(entry.edition_id), entry=done.pk) == 2
        assert told("activities") == {(LAKELAND, Role.PROVIDER), (LAKELAND, Role.POINT_OF_CONTACT)}
        assert words("activities") == {"1 of your entries are approved for the menu of 2027."}

    def test_what_became_of_it_since_is_not_told_as_a_decision(self, entry: Activity):
        activities.return_(entry, reason="Short.", by=MENU_MANAGER, at=NOON)
        Activity.objects.filter(pk=entry.pk).update(state="offered", decided_at=None, decided_by="")

        assert menu_jobs.tell_decided(str(entry.pk)) == 0
