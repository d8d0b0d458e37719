"""Marking a sheet, closing it, opening it again."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from comity.attendance.acts import presences, sheets
from comity.attendance.acts.running import NotBegunYet, RunByAnother
from comity.attendance.models import Outcome, Presence, Sheet
from comity.attendance.queries.sheets import picture
from comity.kernel.refusals import NotFound, NotPermitted
from comity.trail.models import Entry
from tests.world import menu, nominations
from tests.world.attendance import AFTER, DURING, FIRST, course, everybody, fresh, in_two_parts
from tests.world.cast import LAKE_CONTACT, MENU_MANAGER, MERIDIA_CONTACT, PROVIDER
from tests.world.requests import breaking

pytestmark = pytest.mark.django_db


def last_act() -> str:
    return Entry.objects.order_by("-id").values_list("act", flat=True)[0]


class TestMarking:
    def test_somebody_is_marked_and_the_trail_says_so_without_a_name(self) -> None:
        what = course()
        somebody = what.nominations.all()[0]

        kept = presences.mark(fresh(what), somebody.pk, part=1, to="present", version=0, by=PROVIDER, at=DURING)

        assert (kept.state, kept.version) == ("present", 1)
        line = Entry.objects.latest("id")
        assert (line.act, line.about_party, line.facts["person"]) == ("presence.marked", "XLA", somebody.person.number)
        assert "Alder" not in str(line.facts)

    def test_the_same_mark_twice_is_one_mark(self) -> None:
        what = course()
        somebody = what.nominations.all()[0]

        presences.mark(fresh(what), somebody.pk, part=1, to="present", version=0, by=PROVIDER, at=DURING)
        again = presences.mark(fresh(what), somebody.pk, part=1, to="present", version=0, by=PROVIDER, at=DURING)

        assert (again.version, Presence.objects.count()) == (1, 1)

    @pytest.mark.fault("F18")
    def test_of_two_hands_on_one_cell_the_second_is_told(self) -> None:
        what = course()
        somebody = what.nominations.all()[0]
        presences.mark(fresh(what), somebody.pk, part=1, to="absent", version=0, by=PROVIDER, at=DURING)

        with pytest.raises(presences.MarkedMeanwhile) as refused:
            presences.mark(fresh(what), somebody.pk, part=1, to="present", version=0, by=PROVIDER, at=DURING)

        assert str(refused.value).startswith(f"{somebody.person.number} was marked “Absent” by provider")
        changed = presences.mark(fresh(what), somebody.pk, part=1, to="present", version=1, by=PROVIDER, at=DURING)
        assert (changed.state, changed.version) == ("present", 2)

    def test_there_are_three_marks_and_no_other(self) -> None:
        what = course()

        with pytest.raises(presences.NoSuchMark):
            presences.mark(fresh(what), what.nominations.all()[0].pk, part=1, to="late", version=0, by=PROVIDER, at=DURING)

    def test_only_who_is_accepted_and_only_parts_that_there_are(self) -> None:
        what, other = course(), course(2)

        with pytest.raises(NotFound):
            presences.mark(fresh(what), other.nominations.all()[0].pk, part=1, to="present", version=0, by=PROVIDER, at=DURING)
        with pytest.raises(NotFound):
            presences.mark(fresh(what), what.nominations.all()[0].pk, part=2, to="present", version=0, by=PROVIDER, at=DURING)

    def test_everybody_else_is_marked_present_and_no_mark_is_touched(self) -> None:
        what = course()
        one, two, three = what.nominations.order_by("pk")
        presences.mark(fresh(what), two.pk, part=1, to="excused", version=0, by=PROVIDER, at=DURING)

        assert presences.mark_others_present(fresh(what), part=1, by=PROVIDER, at=DURING) == 2

        told = dict(Presence.objects.values_list("nomination", "state"))
        assert told == {one.pk: "present", two.pk: "excused", three.pk: "present"}
        assert presences.mark_others_present(fresh(what), part=1, by=PROVIDER, at=DURING) == 0

    @pytest.mark.fault("F7")
    def test_only_whoever_runs_it_marks(self) -> None:
        what = course()
        somebody = what.nominations.all()[0].pk

        with pytest.raises(RunByAnother):
            presences.mark(what, somebody, part=1, to="present", version=0, by=LAKE_CONTACT, at=DURING)
        with pytest.raises(NotPermitted):
            presences.mark(what, somebody, part=1, to="present", version=0, by=MENU_MANAGER, at=DURING)


class TestTimes:
    @pytest.mark.fault("F16")
    def test_a_part_is_marked_from_the_first_moment_of_its_day_in_the_zone_of_the_edition(self) -> None:
        what = course()
        somebody = what.nominations.all()[0].pk

        with pytest.raises(NotBegunYet) as refused:
            presences.mark(fresh(what), somebody, part=1, to="present", version=0, by=PROVIDER, at=FIRST - timedelta(seconds=1))

        assert "8 March 2027 at 00:00 (Europe/Brussels)" in str(refused.value)
        presences.mark(fresh(what), somebody, part=1, to="present", version=0, by=PROVIDER, at=FIRST)

    @pytest.mark.fault("F16")
    @pytest.mark.parametrize(
        ("zone", "begins"),
        [
            ("Pacific/Pago_Pago", datetime(2027, 3, 8, 11, tzinfo=UTC)),
            ("UTC", datetime(2027, 3, 8, 0, tzinfo=UTC)),
            ("Pacific/Tongatapu", datetime(2027, 3, 7, 11, tzinfo=UTC)),
        ],
    )
    def test_the_zone_of_the_part_decides(self, zone: str, begins: datetime) -> None:
        what = course()
        menu.part(what, zone=zone)
        somebody = what.nominations.all()[0].pk

        with pytest.raises(NotBegunYet):
            presences.mark(fresh(what), somebody, part=1, to="present", version=0, by=PROVIDER, at=begins - timedelta(seconds=1))
        presences.mark(fresh(what), somebody, part=1, to="present", version=0, by=PROVIDER, at=begins)

    @pytest.mark.fault("F16")
    def test_hours_are_those_of_the_clock_that_has_just_changed(self) -> None:
        what = course(day=date(2027, 3, 28))
        menu.part(what, zone="Europe/Brussels", start_time=datetime(2027, 1, 1, 9).time())
        somebody = what.nominations.all()[0].pk
        begins = datetime(2027, 3, 28, 7, tzinfo=UTC)

        with pytest.raises(NotBegunYet):
            presences.mark(fresh(what), somebody, part=1, to="present", version=0, by=PROVIDER, at=begins - timedelta(seconds=1))
        presences.mark(fresh(what), somebody, part=1, to="present", version=0, by=PROVIDER, at=begins)

    def test_the_second_part_is_not_marked_while_only_the_first_has_begun(self) -> None:
        what = course()
        in_two_parts(what)
        online = datetime(2027, 2, 23, tzinfo=UTC)

        assert presences.mark_others_present(fresh(what), part=1, by=PROVIDER, at=online) == 3
        with pytest.raises(NotBegunYet):
            presences.mark_others_present(fresh(what), part=2, by=PROVIDER, at=online)

    def test_an_activity_without_days_is_never_marked(self) -> None:
        what = course()
        type(what).objects.filter(pk=what.pk).update(first_day=None, last_day=None, starts="", ends="", begins_by=None)

        with pytest.raises(NotBegunYet) as refused:
            presences.mark_others_present(fresh(what), part=1, by=PROVIDER, at=AFTER)

        assert str(refused.value).endswith("it begins on a day that is not known yet.")


class TestClosing:
    def test_closing_settles_everybody_by_the_published_rule(self) -> None:
        what = course()
        in_two_parts(what)
        one, two, three = what.nominations.order_by("pk")
        presences.mark_others_present(fresh(what), part=1, by=PROVIDER, at=AFTER)
        for nominee, to in ((one, "present"), (two, "absent"), (three, "excused")):
            presences.mark(fresh(what), nominee.pk, part=2, to=to, version=0, by=PROVIDER, at=AFTER)

        sheets.close(fresh(what), by=PROVIDER, at=AFTER)

        told = dict(Outcome.objects.values_list("nomination", "result"))
        assert told == {one.pk: "attended", two.pk: "partly", three.pk: "partly"}
        assert Entry.objects.latest("id").facts | {"activity": ""} == {
            "activity": "", "held": 3, "came": 3, "no_shows": 0, "excused": 0,
        }  # fmt: skip

    def test_who_is_not_decided_is_listed(self) -> None:
        what = course()
        one, two, three = what.nominations.order_by("pk")
        presences.mark(fresh(what), two.pk, part=1, to="absent", version=0, by=PROVIDER, at=DURING)

        with pytest.raises(sheets.SomeAreUnsettled) as refused:
            sheets.close(fresh(what), by=PROVIDER, at=DURING)

        assert one.person.number in str(refused.value)
        assert three.person.number in str(refused.value)
        assert two.person.number not in str(refused.value)
        assert not Outcome.objects.exists()

    @pytest.mark.fault("F16")
    def test_nothing_is_closed_before_it_begins(self) -> None:
        what = course()

        with pytest.raises(NotBegunYet):
            sheets.close(fresh(what), by=PROVIDER, at=FIRST - timedelta(seconds=1))
        with pytest.raises(sheets.SomeAreUnsettled):
            sheets.close(fresh(what), by=PROVIDER, at=FIRST)

    def test_a_closed_sheet_takes_no_marks_until_it_is_opened_with_a_reason(self) -> None:
        what = course()
        everybody(what)
        sheets.close(fresh(what), by=PROVIDER, at=AFTER)
        somebody = what.nominations.all()[0].pk

        with pytest.raises(presences.SheetIsClosed):
            presences.mark(fresh(what), somebody, part=1, to="absent", version=1, by=PROVIDER, at=AFTER)
        with pytest.raises(presences.SheetIsClosed):
            sheets.close(fresh(what), by=PROVIDER, at=AFTER)
        with pytest.raises(sheets.NeedsAReason):
            sheets.reopen(fresh(what), reason=" ", by=PROVIDER, at=AFTER)
        sheets.reopen(fresh(what), reason="One was taken for another.", by=PROVIDER, at=AFTER)
        presences.mark(fresh(what), somebody, part=1, to="absent", version=1, by=PROVIDER, at=AFTER)

        assert set(Outcome.objects.values_list("result", flat=True)) == {""}
        with pytest.raises(sheets.IsOpen):
            sheets.reopen(fresh(what), reason="Again.", by=PROVIDER, at=AFTER)

    def test_what_counts_is_chosen_while_the_sheet_is_open(self) -> None:
        what = course()
        in_two_parts(what)
        presences.mark_others_present(fresh(what), part=1, by=PROVIDER, at=AFTER)

        assert len(picture(fresh(what), seen_by=PROVIDER).unsettled) == 3
        sheets.choose_rule(fresh(what), "any", by=PROVIDER, at=AFTER)
        assert picture(fresh(what), seen_by=PROVIDER).unsettled == []
        with pytest.raises(sheets.NoSuchRule):
            sheets.choose_rule(fresh(what), "mood", by=PROVIDER, at=AFTER)
        sheets.close(fresh(what), by=PROVIDER, at=AFTER)
        with pytest.raises(presences.SheetIsClosed):
            sheets.choose_rule(fresh(what), "each", by=PROVIDER, at=AFTER)

    def test_a_sheet_without_people_is_not_closed(self) -> None:
        what = nominations.course(9)

        with pytest.raises(sheets.NobodyToSettle):
            sheets.close(fresh(what), by=PROVIDER, at=AFTER)

    def test_only_the_first_ten_are_named(self) -> None:
        what = course(people=11, guests=0)

        with pytest.raises(sheets.SomeAreUnsettled) as refused:
            sheets.close(fresh(what), by=PROVIDER, at=AFTER)

        assert ", +1." in str(refused.value)

    @pytest.mark.fault("F3")
    def test_nobody_else_closes(self) -> None:
        what = course()

        for stranger in (LAKE_CONTACT, MERIDIA_CONTACT):
            with pytest.raises(RunByAnother):
                sheets.close(what, by=stranger, at=AFTER)


class TestGrades:
    def test_whether_somebody_passed_is_said_and_taken_back(self) -> None:
        what = course()
        somebody = what.nominations.all()[0]

        for passed in (True, False, None):
            assert presences.grade(fresh(what), somebody.pk, passed=passed, by=PROVIDER, at=AFTER).passed is passed

        assert (Outcome.objects.count(), last_act()) == (1, "presence.graded")

    def test_a_grade_outlives_the_opening_of_the_sheet(self) -> None:
        what = course()
        everybody(what)
        somebody = what.nominations.all()[0]
        presences.grade(fresh(what), somebody.pk, passed=True, by=PROVIDER, at=AFTER)

        sheets.close(fresh(what), by=PROVIDER, at=AFTER)
        sheets.reopen(fresh(what), reason="To look again.", by=PROVIDER, at=AFTER)
        sheets.close(fresh(what), by=PROVIDER, at=AFTER)

        assert Outcome.objects.get(nomination=somebody).passed is True


class TestLaws:
    def test_a_mark_is_of_a_nomination_for_its_activity(self) -> None:
        what, other = course(), course(2)
        everybody(what)
        foreign = other.nominations.all()[0]
        told = {"part": 1, "state": "present", "marked_at": AFTER, "marked_by": "x"}

        with breaking("presence_is_of_a_nomination_for_its_activity"):
            Presence.objects.create(sheet_id=what.pk, nomination=foreign, party_id=foreign.party_id, **told)
            connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_a_mark_stays_with_its_person_and_counts_up(self) -> None:
        what = course()
        everybody(what)
        one = Presence.objects.order_by("pk")[0]

        with breaking("presence_stays_with_its_person"):
            Presence.objects.filter(pk=one.pk).update(part=2, version=2)
        with breaking("presence_versions_count_up"):
            Presence.objects.filter(pk=one.pk).update(state="absent")

    def test_no_mark_slips_past_a_closed_sheet(self) -> None:
        what = course()
        everybody(what)
        Sheet.objects.filter(pk=what.pk).update(state="closed", closed_at=AFTER, closed_by="x")

        with breaking("presence_is_marked_on_an_open_sheet"):
            Presence.objects.filter(sheet=what.pk).delete()
