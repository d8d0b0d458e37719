"""Rounds under silence: who is asked, until when, and what ends them."""

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from comity.agreements import queries
from comity.agreements.acts import circulations, moving, offers
from comity.agreements.models import Agreement, Capital, Circulation
from comity.agreements.rules import left, local
from comity.frameworks.models import Membership, Suspension
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import NotPermitted, Refusal
from comity.trail.models import Entry
from tests.rooms.agreements import desk
from tests.rooms.agreements.desk import ALLY, DEADLINE, DESK, HEAD, LAKE, NINE, SECOND
from tests.world import cast
from tests.world.frameworks import on_hold

pytestmark = pytest.mark.django_db


def reread(circulation: Circulation) -> Circulation:
    return Circulation.objects.select_related("agreement__text").get(pk=circulation.pk)


def membership(of: str) -> Membership:
    return Membership.objects.get(party=of)


class TestOpening:
    def test_a_version_is_put_before_the_allies_of_that_day(self):
        desk.the_register(allies=True)
        opened = desk.circulating()

        assert set(opened.capitals.values_list("party", "zone")) == {("XAR", ""), *desk.MORE_ALLIES.items()}
        assert reread(opened).agreement.state == "circulating"
        assert reread(opened).agreement.text.state == "offered"
        assert Entry.objects.first().facts["capitals"] == 5

    def test_it_takes_an_endorsement(self):
        agreement = desk.offered()

        with pytest.raises(moving.NotInThisState) as refused:
            circulations.circulate(agreement, deadline=DEADLINE, by=DESK, at=NINE)

        assert str(refused.value) == (
            "“Partnership programme”, version 1, is offered, to be endorsed: from there it does not become “under silence”."
        )

    def test_it_takes_leave_a_deadline_ahead_and_somebody_to_ask(self):
        agreement = desk.endorsed()

        with pytest.raises(NotPermitted):
            circulations.circulate(agreement, deadline=DEADLINE, by=HEAD, at=NINE)
        with pytest.raises(circulations.DeadlineHasPassed):
            circulations.circulate(agreement, deadline=NINE, by=DESK, at=NINE)
        Membership.objects.filter(party=cast.ARCADIA).update(standing="observer")
        with pytest.raises(circulations.NobodyToAsk):
            circulations.circulate(agreement, deadline=DEADLINE, by=DESK, at=NINE)
        assert not Circulation.objects.exists()

    @pytest.mark.fault("F21")
    def test_nothing_circulates_while_the_partner_is_suspended(self):
        agreement = desk.endorsed()
        hold = on_hold(membership(cast.LAKELAND), "2027-02-01", political_dialogue=True)

        with pytest.raises(circulations.PartnerIsSuspended) as refused:
            circulations.circulate(agreement, deadline=DEADLINE, by=DESK, at=NINE)
        with pytest.raises(circulations.PartnerIsSuspended):
            offers.decide_in_council(agreement, body="Council", on=PartialDate("2027"), reference="1", by=DESK, at=NINE)

        assert str(refused.value) == "Lakeland is suspended in Lakeland Partnership. Nothing circulates while that lasts."
        hold.delete()
        assert circulations.circulate(agreement, deadline=DEADLINE, by=DESK, at=NINE).outcome == "open"


# The same moment on the clocks of capitals from one end of the day to the other, and deadlines around changes of clocks.
ZONES = ["Pacific/Pago_Pago", "UTC", "Pacific/Tongatapu"]
CLOCK_CHANGES = [
    datetime(2027, 3, 28, 2, 30, tzinfo=ZoneInfo("Europe/Brussels")),  # a half hour that no clock shows
    datetime(2027, 3, 28, 3, 0, tzinfo=ZoneInfo("Europe/Brussels")),
    datetime(2027, 10, 31, 2, 30, tzinfo=ZoneInfo("Europe/Brussels"), fold=0),  # a half hour that clocks show twice
    datetime(2027, 10, 31, 2, 30, tzinfo=ZoneInfo("Europe/Brussels"), fold=1),
    datetime(2027, 3, 14, 2, 0, tzinfo=ZoneInfo("America/New_York")),
]
DEADLINES = [datetime(2027, 3, 15, 17, tzinfo=ZoneInfo(zone)) for zone in ZONES] + CLOCK_CHANGES


@pytest.mark.fault("F16")
@pytest.mark.parametrize("deadline", DEADLINES, ids=str)
class TestTheDeadline:
    def test_one_second_before_it_silence_is_broken(self, deadline):
        running = desk.circulating(deadline=deadline)

        broken = circulations.break_silence(running, reason="We object.", by=ALLY, at=deadline.astimezone(UTC) - SECOND)

        assert (broken.outcome, broken.agreement.state, broken.agreement.why_returned) == ("broken", "returned", "broken")

    @pytest.mark.parametrize("late", [timedelta(), SECOND])
    def test_at_it_and_after_it_silence_has_held(self, deadline, late):
        running = desk.circulating(deadline=deadline)

        with pytest.raises(circulations.SilenceHasHeld):
            circulations.break_silence(running, reason="We object.", by=ALLY, at=deadline.astimezone(UTC) + late)
        settled = circulations.settle(running.agreement, by=DESK, at=deadline.astimezone(UTC) + late)

        assert (settled.state, settled.how, settled.agreed_at) == ("agreed", "silence", deadline.astimezone(UTC))
        assert reread(running).outcome == "agreed"

    def test_one_second_before_it_nothing_is_settled(self, deadline):
        running = desk.circulating(deadline=deadline)

        assert circulations.settle(running.agreement, by=DESK, at=deadline.astimezone(UTC) - SECOND).state == "circulating"
        assert reread(running).outcome == "open"


@pytest.mark.fault("F16")
class TestClocks:
    def test_one_deadline_is_shown_on_the_clock_of_each_capital(self):
        desk.the_register(allies=True)
        running = desk.circulating()
        sight = queries.sight(running.agreement, seen_by=ALLY, at=NINE)

        shown = {d.capital.party_id: f"{d.shown:%d %H:%M %z}" for d in sight.desks(running)}

        assert shown == {
            "XAR": "15 18:00 +0100",
            "XPG": "15 06:00 -1100",
            "XRE": "15 17:00 +0000",
            "XTO": "16 06:00 +1300",
            "XBR": "15 18:00 +0100",
        }

    def test_summer_time_moves_the_hands_and_not_the_deadline(self):
        deadline = datetime(2027, 3, 28, 15, tzinfo=UTC)

        assert f"{local(deadline, 'Europe/Brussels'):%H:%M}" == "17:00"
        assert f"{local(deadline, 'America/New_York'):%H:%M}" == "11:00"
        assert left(deadline, deadline - timedelta(days=1)) == (1, 0, 0)
        assert left(deadline, deadline - timedelta(days=2, hours=3, minutes=4, seconds=59)) == (2, 3, 4)
        assert left(deadline, deadline + SECOND) == (0, 0, 0)

    @pytest.mark.parametrize("year", [1, 1948, 2200, 9999])
    def test_a_deadline_is_in_a_year_that_every_clock_can_show(self, year):
        agreement = desk.endorsed()

        with pytest.raises(circulations.DeadlineIsFar):
            circulations.circulate(agreement, deadline=datetime(year, 1, 1, tzinfo=UTC), by=DESK, at=NINE)

    def test_parts_of_a_second_are_no_time_to_object(self):
        running = desk.circulating(deadline=DEADLINE + timedelta(microseconds=999_999))

        assert running.deadline == DEADLINE


class TestBreaking:
    def test_an_ally_breaks_silence_with_a_reason_and_the_text_is_drafted_again(self):
        running = desk.circulating()

        broken = circulations.break_silence(running, reason=" Chapter 2 goes too far. ", by=ALLY, at=NINE)

        assert (broken.breaker_id, broken.closed_by, broken.reason) == ("XAR", "anna", "Chapter 2 goes too far.")
        assert reread(running).agreement.text.state == "drafting"

    @pytest.mark.fault("F3")
    def test_the_partner_is_not_told_which_ally_broke_it_and_why(self):
        running = desk.circulating()
        circulations.break_silence(running, reason="Chapter 2", by=ALLY, at=NINE)

        assert not Entry.objects.seen_by(HEAD).filter(act="agreement.silence-broken").exists()
        assert Entry.objects.seen_by(ALLY).filter(act="agreement.silence-broken").exists()
        assert not queries.sight(running.agreement, seen_by=HEAD, at=NINE).hears_who_broke

    def test_it_takes_an_ally_that_was_asked_and_a_reason(self):
        running = desk.circulating()

        with pytest.raises(circulations.NotAsked):
            circulations.break_silence(running, reason="No", by=LAKE, at=NINE)
        with pytest.raises(NotPermitted):
            circulations.break_silence(running, reason="No", by=DESK, at=NINE)
        with pytest.raises(moving.NotTold) as refused:
            circulations.break_silence(running, reason="  ", by=ALLY, at=NINE)

        assert str(refused.value) == "Say why silence is broken."
        assert reread(running).outcome == "open"

    def test_a_round_is_broken_once(self):
        running = desk.circulating()
        circulations.break_silence(running, reason="No", by=ALLY, at=NINE)

        with pytest.raises(circulations.RoundIsOver):
            circulations.break_silence(running, reason="No", by=ALLY, at=NINE)


class TestExtending:
    def test_an_extension_keeps_the_former_deadline(self):
        running = desk.circulating()
        later = DEADLINE + timedelta(days=2)

        moved = circulations.extend(running, to=later, reason="Holidays", by=DESK, at=DEADLINE - SECOND)

        [kept] = moved.extensions.all()
        assert (kept.former_at, kept.latter_at, kept.reason, kept.extended_by) == (DEADLINE, later, "Holidays", "dora")
        assert circulations.settle(moved.agreement, by=DESK, at=later - SECOND).state == "circulating"
        assert circulations.settle(moved.agreement, by=DESK, at=later).agreed_at == later

    def test_a_deadline_only_moves_later_and_before_it_has_come(self):
        running = desk.circulating()

        with pytest.raises(circulations.DeadlineComesSooner):
            circulations.extend(running, to=DEADLINE, by=DESK, at=NINE)
        with pytest.raises(circulations.DeadlineHasPassed):
            circulations.extend(running, to=NINE - SECOND, by=DESK, at=NINE)
        with pytest.raises(circulations.SilenceHasHeld):
            circulations.extend(running, to=DEADLINE + SECOND, by=DESK, at=DEADLINE)
        with pytest.raises(NotPermitted):
            circulations.extend(running, to=DEADLINE + SECOND, by=ALLY, at=NINE)


class TestWithdrawing:
    def test_a_round_is_withdrawn_with_a_reason_and_the_text_is_drafted_again(self):
        running = desk.circulating()

        with pytest.raises(moving.NotTold):
            circulations.withdraw(running, reason="", by=DESK, at=NINE)
        over = circulations.withdraw(running, reason="A chapter is missing.", by=DESK, at=NINE)

        assert (over.outcome, over.agreement.state, over.agreement.why_returned) == ("withdrawn", "returned", "withdrawn")
        assert reread(running).agreement.text.state == "drafting"
        with pytest.raises(circulations.RoundIsOver):
            circulations.withdraw(running, reason="Again", by=DESK, at=NINE)


@pytest.mark.fault("F21")
class TestSuspension:
    def test_a_round_under_way_is_halted_and_does_not_expire(self):
        running = desk.circulating()
        on_hold(membership(cast.LAKELAND), "2027-03-10")

        for moment in (datetime(2027, 3, 10, 12, tzinfo=UTC), DEADLINE, DEADLINE + timedelta(days=30)):
            circulations.settle(running.agreement, by=DESK, at=moment)

        halted = reread(running)
        assert (halted.outcome, halted.halted_for, halted.agreement.state) == ("open", "XPP", "circulating")
        assert halted.halted_at == datetime(2027, 3, 9, 23, tzinfo=UTC)
        assert Entry.objects.filter(act="agreement.halted").count() == 1

    def test_time_runs_again_where_it_stopped(self):
        running = desk.circulating()
        hold = on_hold(membership(cast.LAKELAND), "2027-03-10")
        circulations.settle(running.agreement, by=DESK, at=DEADLINE)
        Suspension.objects.filter(pk=hold.pk).update(
            until=PartialDate("2027-04-01"), period=(datetime(2027, 3, 10).date(), datetime(2027, 4, 1).date()), lifting="Resumed."
        )
        resumed = datetime(2027, 4, 1, 12, tzinfo=UTC)

        circulations.settle(running.agreement, by=DESK, at=resumed)

        found = reread(running)
        assert found.halted_at is None
        assert found.deadline == resumed + (DEADLINE - datetime(2027, 3, 9, 23, tzinfo=UTC))
        assert found.extensions.get().former_at == DEADLINE
        assert circulations.settle(running.agreement, by=DESK, at=found.deadline).state == "agreed"

    def test_a_suspension_that_came_after_the_deadline_changes_nothing(self):
        running = desk.circulating()
        on_hold(membership(cast.LAKELAND), "2027-03-16")

        assert circulations.settle(running.agreement, by=DESK, at=DEADLINE + timedelta(days=3)).state == "agreed"

    def test_silence_can_be_broken_while_time_stands_still(self):
        running = desk.circulating()
        on_hold(membership(cast.LAKELAND), "2027-03-10")
        circulations.settle(running.agreement, by=DESK, at=NINE + timedelta(days=10))

        broken = circulations.break_silence(running, reason="No", by=ALLY, at=DEADLINE - SECOND)

        assert broken.outcome == "broken"


class TestSettling:
    def test_settling_twice_agrees_once(self):
        running = desk.circulating()

        first = circulations.settle(running.agreement, by=DESK, at=DEADLINE)
        again = circulations.settle(running.agreement.pk, by=DESK, at=DEADLINE + timedelta(hours=1))

        assert (first.agreed_at, first.sha256) == (again.agreed_at, again.sha256)
        assert Entry.objects.filter(act="agreement.agreed").count() == 1

    def test_what_is_found_after_the_deadline_is_agreed_before_any_job_ran(self):
        running = desk.circulating()

        before = queries.sight(running.agreement, seen_by=ALLY, at=DEADLINE - SECOND)
        after = queries.sight(running.agreement, seen_by=ALLY, at=DEADLINE)

        assert (before.state, before.may_break) == ("circulating", True)
        assert (after.state, after.may_break, after.running) == ("agreed", False, None)

    def test_agreement_releases_the_version_and_closes_the_text(self):
        agreement = desk.agreed()

        agreement.version.refresh_from_db()
        agreement.text.refresh_from_db()
        assert agreement.version.released_at == DEADLINE
        assert agreement.text.state == "closed"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_come_at_the_same_moment_one_finds_it_done():
    """Breaking at the last second and settling at the deadline, side by side: the text is returned or agreed, never both."""
    with transaction.atomic():
        running = desk.circulating()
    ready = threading.Barrier(2)
    told: list[str] = []

    def go(act, **given):
        try:
            ready.wait()
            act(**given)
            told.append("done")
        except Refusal as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    breaking = {"circulation": running, "reason": "No", "by": ALLY, "at": DEADLINE - SECOND}
    settling = {"agreement": running.agreement_id, "by": DESK, "at": DEADLINE}
    both = [
        threading.Thread(target=go, args=(circulations.break_silence,), kwargs=breaking),
        threading.Thread(target=go, args=(circulations.settle,), kwargs=settling),
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()

    found = Agreement.objects.get()
    assert sorted(told) in (["done", "done"], ["done", "silence-has-held"])
    assert (found.state, reread(running).outcome) in {("agreed", "agreed"), ("returned", "broken")}
    assert (found.agreed_at is None) != (found.returned_at is None)
    assert Capital.objects.count() == 1
