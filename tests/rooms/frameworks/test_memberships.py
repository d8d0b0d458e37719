"""What may be done with memberships: admit, withdraw, suspend, resume, correct; nothing is overwritten."""

from datetime import UTC, date, datetime, timedelta

import pytest

from comity.frameworks.acts import frameworks, memberships, rows
from comity.frameworks.models import Event, Framework, Membership, Suspension
from comity.frameworks.queries import registers, standings
from comity.kernel.actors import STRANGER
from comity.kernel.refusals import NotPermitted
from comity.kernel.words import Name
from comity.trail.models import Entry
from tests.world.cast import ARCADIA, DESK_OFFICER, HEADQUARTERS, LAKE_CONTACT, LAKELAND, MERIDIA, OUTLAND, SUNDERIA, party
from tests.world.frameworks import ALLIANCE, DIALOGUE, PARTNERSHIP, RECORDED, source, the_frameworks

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
DAY = date(2026, 3, 1)
ALL_PRACTICAL = ("practical_civil", "practical_military")


@pytest.fixture(autouse=True)
def world() -> dict[str, Framework]:
    """The cast in its frameworks."""
    return the_frameworks()


def row(code: str, framework: str = PARTNERSHIP) -> Membership:
    """The row of a party that the register holds now."""
    return Membership.objects.known().get(party=code, framework=framework)


def last_acts() -> list[str]:
    """The trail, oldest first."""
    return list(Entry.objects.order_by("id").values_list("act", flat=True))


def admit(code: str = OUTLAND, since: str = "2026-01", **more: object) -> Membership:
    """Put a party on the roll of the partnership."""
    to = more.pop("to", Framework.objects.get(code=PARTNERSHIP))
    given = {"standing": "partner", "sources": [source()], "by": DESK_OFFICER, "at": NOW}
    return memberships.admit(party(code), to=to, since=since, **given | more)  # type: ignore[arg-type]


class TestAdmit:
    def test_a_party_comes_onto_a_roll_with_a_date_as_precise_as_its_source(self) -> None:
        admitted = admit()

        assert (str(admitted.since), admitted.period.lower, admitted.period.upper) == ("2026-01", date(2026, 1, 1), None)
        assert standings([OUTLAND], seen_by=STRANGER)[OUTLAND].in_framework(PARTNERSHIP, DAY)
        assert last_acts() == ["membership.admitted"]
        assert Entry.objects.get().about_party == OUTLAND

    def test_a_start_not_known_is_kept_as_not_known(self) -> None:
        admitted = admit(since="")

        assert admitted.period.lower is None
        assert not standings([OUTLAND], seen_by=STRANGER)[OUTLAND].in_framework(PARTNERSHIP, DAY)

    def test_a_party_has_one_standing_of_a_kind_at_a_time(self) -> None:
        admit()

        with pytest.raises(memberships.AlreadyOnTheRoll) as refused:
            admit(since="2026-06-01")

        assert str(refused.value) == "Outland already has this standing in Lakeland Partnership in that period."
        assert last_acts() == ["membership.admitted"]

    def test_an_end_before_the_start_is_refused(self) -> None:
        with pytest.raises(rows.EndsBeforeItStarts):
            admit(since="2026-03", until="2026-02")

    def test_a_fact_without_a_source_is_refused(self) -> None:
        with pytest.raises(rows.Unsourced):
            admit(sources=[])

    def test_nobody_joins_what_is_not_founded_yet_or_has_ended(self) -> None:
        ended = frameworks.found("XEN", kind="council", name=Name("The Ended Council"), founded="2001", by=DESK_OFFICER, at=NOW)
        frameworks.close(ended, on="2010", by=DESK_OFFICER, at=NOW)

        with pytest.raises(memberships.NotYetFounded):
            admit(to=ended, since="1999")
        with pytest.raises(memberships.ClosedByThen):
            admit(to=ended, since="2012")
        assert admit(to=ended, since="2001", until="2010").pk

    def test_a_contact_of_a_party_keeps_no_register(self) -> None:
        with pytest.raises(NotPermitted):
            admit(by=LAKE_CONTACT)


class TestWithdraw:
    def test_the_row_ends_and_another_says_that_the_party_is_out(self) -> None:
        before = row(LAKELAND)

        ended = memberships.withdraw(before, on=DAY, sources=[source()], by=DESK_OFFICER, at=NOW)

        assert str(ended.until) == "2026-03-01"
        assert Membership.objects.known().get(party=LAKELAND, standing="withdrawn").period.lower == DAY
        assert not standings([LAKELAND], seen_by=STRANGER)[LAKELAND].in_framework(PARTNERSHIP, DAY)
        assert last_acts() == ["membership.withdrawn"]

    def test_what_was_known_before_can_still_be_read(self) -> None:
        memberships.withdraw(row(LAKELAND), on=DAY, sources=[source()], by=DESK_OFFICER, at=NOW)

        then = standings([LAKELAND], seen_by=STRANGER, known_at=NOW - timedelta(days=1))

        assert then[LAKELAND].in_framework(PARTNERSHIP, DAY)

    def test_a_superseded_row_can_not_be_acted_on(self) -> None:
        stale = row(LAKELAND)
        memberships.withdraw(stale, on=DAY, sources=[source()], by=DESK_OFFICER, at=NOW)

        with pytest.raises(rows.Superseded):
            memberships.correct(stale, note="late", reason="late", by=DESK_OFFICER, at=LATER)

    def test_only_what_runs_can_end(self) -> None:
        with pytest.raises(memberships.OutsideTheMembership):
            memberships.withdraw(row(LAKELAND), on=date(2001, 1, 1), sources=[source()], by=DESK_OFFICER, at=NOW)


class TestSuspend:
    def suspend(self, code: str = LAKELAND, **more: object) -> Suspension:
        """Suspend practical cooperation."""
        given = {"on": DAY, "scope": ALL_PRACTICAL, "body": "The council", "ground": "A decision.", "review_on": "2026-06"}
        given |= {"sources": [source()], "by": DESK_OFFICER, "at": NOW}
        return memberships.suspend(row(code), **given | more)  # type: ignore[arg-type]

    def test_the_party_stays_on_the_roll_and_is_named_as_suspended(self) -> None:
        self.suspend()

        _held, roll = registers.roll(PARTNERSHIP, on=DAY, seen_by=STRANGER)

        assert roll.parties() == {LAKELAND, SUNDERIA}
        assert roll.suspended == (LAKELAND, SUNDERIA)
        assert standings([LAKELAND], seen_by=STRANGER)[LAKELAND].on_hold(PARTNERSHIP, DAY)
        assert Entry.objects.get().facts["scope"] == ["practical_civil", "practical_military"]

    def test_a_membership_is_on_hold_once_at_a_time(self) -> None:
        with pytest.raises(memberships.AlreadySuspended):
            self.suspend(SUNDERIA)

    def test_a_suspension_stops_something(self) -> None:
        with pytest.raises(rows.StopsNothing):
            self.suspend(scope=())

    def test_it_is_lifted_from_a_day_with_a_ground(self) -> None:
        suspension = self.suspend()

        memberships.resume(suspension, on=date(2026, 4, 1), ground="Ministers agreed.", by=DESK_OFFICER, at=LATER)

        now = standings([LAKELAND], seen_by=STRANGER)[LAKELAND]
        then = standings([LAKELAND], seen_by=STRANGER, known_at=LATER - timedelta(days=1))[LAKELAND]
        assert now.on_hold(PARTNERSHIP, date(2026, 3, 31))
        assert not now.on_hold(PARTNERSHIP, date(2026, 4, 1))
        assert then.on_hold(PARTNERSHIP, date(2026, 4, 1))
        assert last_acts() == ["membership.suspended", "membership.resumed"]

    def test_it_is_lifted_once_and_not_before_it_began(self) -> None:
        suspension = self.suspend()
        with pytest.raises(rows.EndsBeforeItStarts):
            memberships.resume(suspension, on=DAY, ground="Too early.", by=DESK_OFFICER, at=LATER)
        lifted = memberships.resume(suspension, on=date(2026, 4, 1), ground="Agreed.", by=DESK_OFFICER, at=LATER)

        with pytest.raises(memberships.LiftedAlready):
            memberships.resume(lifted, on=date(2026, 5, 1), ground="Again.", by=DESK_OFFICER, at=LATER)


class TestCorrect:
    def test_a_correction_supersedes_and_keeps_what_hangs_on_the_row(self) -> None:
        before = row(SUNDERIA)
        event = Event.objects.create(key="founding", on="2005", title_en="Founding", kind="founding")
        event.memberships.add(before)

        corrected = memberships.correct(before, since="2005-03-11", reason="A better source.", by=DESK_OFFICER, at=NOW)

        assert str(row(SUNDERIA).since) == "2005-03-11"
        assert corrected.suspensions.get().ground == "A decision of the council."
        assert list(corrected.events.all()) == [event]
        assert str(Membership.objects.known(RECORDED).get(party=SUNDERIA).since) == "2005-03-10"
        assert Entry.objects.get().facts["reason"] == "A better source."

    def test_everything_of_a_row_can_be_corrected(self) -> None:
        better = source("a-better-paper")

        corrected = memberships.correct(
            row(LAKELAND),
            standing="participant",
            until="2020",
            note="Ended",
            sources=[better],
            reason="Read again.",
            by=DESK_OFFICER,
            at=NOW,
        )

        assert (corrected.standing, corrected.period.upper, corrected.note) == ("participant", date(2021, 1, 1), "Ended")
        assert list(corrected.sources.all()) == [better]


class TestFrameworks:
    def test_a_framework_follows_another(self, world: dict[str, Framework]) -> None:
        made = frameworks.found(
            "XNEW",
            kind="council",
            name=Name("New Council", "Nouveau Conseil"),
            founded="2026-02",
            predecessor=world[DIALOGUE],
            sources=[source()],
            by=DESK_OFFICER,
            at=NOW,
        )

        assert made.predecessor_id == DIALOGUE
        assert last_acts() == ["framework.founded"]

    @pytest.mark.parametrize(
        ("code", "more", "refusal"),
        [
            (DIALOGUE, {}, frameworks.CodeIsTaken),
            ("small", {}, frameworks.CodeIsMalformed),
            ("XNEW", {"predecessor": Framework(code="XNEW")}, frameworks.SucceedsItself),
            ("XNEW", {"party": HEADQUARTERS}, frameworks.NotAnAlliance),
        ],
    )
    def test_what_cannot_be_founded_is_refused(self, code: str, more: dict[str, object], refusal: type[Exception]) -> None:
        more = {key: party(HEADQUARTERS) if value == HEADQUARTERS else value for key, value in more.items()}

        with pytest.raises(refusal):
            frameworks.found(code, kind="council", name=Name("New"), founded="2026", by=DESK_OFFICER, at=NOW, **more)  # type: ignore[arg-type]

    def test_a_framework_closes_when_nobody_is_left_and_only_once(self, world: dict[str, Framework]) -> None:
        with pytest.raises(frameworks.StillHasMembers):
            frameworks.close(world[DIALOGUE], on="2026-02-01", by=DESK_OFFICER, at=NOW)
        memberships.withdraw(row(MERIDIA, DIALOGUE), on=date(2026, 1, 1), sources=[source()], by=DESK_OFFICER, at=NOW)

        frameworks.close(world[DIALOGUE], on="2026-02-01", by=DESK_OFFICER, at=NOW)

        with pytest.raises(frameworks.ClosedAlready):
            frameworks.close(world[DIALOGUE], on="2026-03-01", by=DESK_OFFICER, at=NOW)
        assert last_acts() == ["membership.withdrawn", "framework.closed"]

    def test_rows_read_as_sentences(self) -> None:
        assert str(row(ARCADIA, ALLIANCE)) == "XAR in XNA: ally 2000-01-01–"
        assert str(row(SUNDERIA).suspensions.get()).endswith("on hold 2021-11-19–")
        assert str(Framework.objects.get(code=ALLIANCE)) == "The Alliance"
