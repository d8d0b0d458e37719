"""Programmes from draft to end: who may have one, what brings it into force, how long it runs, and who reads what of it."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from comity.accounts.rules import Role
from comity.drafting.models import Chapter
from comity.kernel.actors import STRANGER
from comity.kernel.dates import PartialDate
from comity.kernel.findings import Bar, Caution, Waivable
from comity.kernel.refusals import NotFound, NotPermitted
from comity.programmes import jobs, queries
from comity.programmes.acts import documents
from comity.programmes.models import Goal, Objective, Programme
from comity.programmes.queries.documents import findings_of, narrowed
from comity.trail.models import Entry
from tests.world import programmes as world
from tests.world.cast import (
    ARCADIA,
    AUDITOR,
    GULFLAND,
    LAKELAND,
    MERIDIA,
    MERIDIA_CONTACT,
    OUTLAND,
    SUNDERIA,
    actor,
    party,
)  # fmt: skip
from tests.world.frameworks import source
from tests.world.programmes import CHIEF, DESK, HEAD, LAKE, NOON
from tests.world.requests import breaking

pytestmark = pytest.mark.django_db
LATER = datetime(2031, 1, 2, tzinfo=UTC)
UNTIL = {"since": PartialDate("2027"), "until": PartialDate("2030")}


class TestOpening:
    def test_it_opens_with_a_text_in_the_chapters_of_its_type(self):
        made = world.programme()

        assert (made.state, str(made.name), str(made)) == ("drafting", "Tailored 2027–2030", "XLA TAILORED 2027–2030")
        assert [c.title_fr for c in Chapter.objects.filter(text=made.text)] == ["Fins", "Voies", "Moyens"]
        assert Entry.objects.first().act == "programme.opened"

    def test_a_type_whose_chapters_are_not_known_begins_with_one(self):
        world.the_types()
        world.kind("BARE")

        assert Chapter.objects.filter(text=world.programme(type="BARE").text).count() == 1

    def test_a_party_has_its_own_name_for_a_type(self):
        world.the_types()
        world.kind("ANNUAL", aliases={LAKELAND: {"en": "Reform Programme", "fr": "Programme de réformes"}})

        made = world.programme(type="ANNUAL", edition="2027")

        assert (made.name.en, made.name.fr) == ("Reform Programme 2027", "Programme de réformes 2027")

    def test_an_edition_is_named_once_and_ends_after_it_starts(self):
        world.programme()

        with pytest.raises(documents.EditionIsTaken) as refused:
            world.programme()
        with pytest.raises(documents.EndsBeforeItStarts):
            world.programme(edition="b", until=PartialDate("2026"))

        assert str(refused.value) == "Lakeland already has a Tailored with the edition “2027–2030”."

    @pytest.mark.fault("F7")
    def test_only_the_office_opens_one(self):
        for who in (LAKE, HEAD, AUDITOR):
            with pytest.raises(NotPermitted):
                world.programme(by=who)
        assert not Programme.objects.exists()


class TestEligibility:
    def weights(self, code: str, kind: str = "TAILORED", on: datetime = NOON) -> list[type]:
        return [f.__class__ for f in findings_of(party(code), world.the_types()[kind], on=on.date(), seen_by=DESK)]

    def test_it_is_open_to_all_partners_since_2011(self):
        assert self.weights(MERIDIA) == self.weights(GULFLAND) == self.weights(LAKELAND) == []
        assert self.weights(LAKELAND, on=datetime(2010, 12, 31)) == [Waivable]
        assert self.weights(LAKELAND, on=datetime(2011, 1, 1)) == []

    def test_an_ally_or_somebody_on_no_roll_has_none(self):
        assert self.weights(ARCADIA) == self.weights(OUTLAND) == [Bar]
        with pytest.raises(documents.MayNotHaveOne) as refused:
            world.programme(of=ARCADIA)
        assert "is an Ally" in str(refused.value)

    @pytest.mark.fault("F21")
    def test_a_suspended_partner_has_none(self):
        assert self.weights(SUNDERIA) == [Bar]
        with pytest.raises(documents.MayNotHaveOne):
            world.programme(of=SUNDERIA, waiver="All the same.")

    def test_what_may_be_waived_is_waived_with_a_reason_by_somebody_who_may(self):
        assert self.weights(MERIDIA, "PLAN") == [Waivable]
        with pytest.raises(documents.NeedsAWaiver):
            world.programme(of=MERIDIA, type="PLAN")

        made = world.programme(of=MERIDIA, type="PLAN", waiver="Agreed case by case.")

        assert made.waiver == "Agreed case by case."

    def test_what_is_not_known_past_or_asked_for_first_is_said(self):
        world.the_types()
        world.kind("DARK", until="2020", requires=["PLAN"])

        assert self.weights(LAKELAND, "DARK") == [Caution, Waivable, Caution]
        world.in_force()
        assert self.weights(LAKELAND) == [Caution]


class TestRecords:
    def test_a_document_known_from_a_source_is_recorded_without_a_text(self):
        kind = world.the_types()["PLAN"]
        made = documents.record(
            party(LAKELAND), type=kind, edition="2005", since=PartialDate("2005-10"), until=PartialDate(), source=source(),
            by=DESK, at=NOON,
        )  # fmt: skip

        assert (made.state, made.text, made.is_in_force) == ("recorded", None, False)
        with pytest.raises(documents.NoSourceNamed):
            documents.record(party(LAKELAND), type=kind, edition="x", **UNTIL, source=None, by=DESK, at=NOON)
        with pytest.raises(documents.EditionIsTaken):
            documents.record(party(LAKELAND), type=kind, edition="2005", **UNTIL, source=source(), by=DESK, at=NOON)
        with pytest.raises(NotPermitted):
            documents.record(party(LAKELAND), type=kind, edition="y", **UNTIL, source=source(), by=LAKE, at=NOON)


class TestEntry:
    def test_it_enters_into_force_by_the_signed_agreement_on_its_own_text(self):
        made, other = world.programme(), world.programme(edition="another")

        with pytest.raises(documents.NotYetAgreed) as refused:
            documents.bring_into_force(made, agreement=world.agreed(made), by=CHIEF, at=NOON)
        with pytest.raises(documents.NotItsAgreement):
            documents.bring_into_force(made, agreement=world.signed(other), by=CHIEF, at=NOON)

        assert str(refused.value) == "The programme is not in force before its text is signed."
        assert not Programme.objects.filter(state="in_force").exists()

    def test_a_type_that_is_not_signed_asks_for_agreement_alone(self):
        made = world.programme(type="PLAN")

        kept = documents.bring_into_force(made, agreement=world.agreed(made), by=DESK, at=NOON)

        assert (kept.state, kept.entered_by, kept.agreement.state) == ("in_force", "dora", "agreed")

    def test_the_edition_before_is_replaced(self):
        first = world.in_force()
        second = world.programme(edition="2031–2034", since=PartialDate("2031"), until=PartialDate("2034"))
        assert second.previous == first

        kept = documents.bring_into_force(second, agreement=world.signed(second), by=CHIEF, at=NOON)

        first.refresh_from_db()
        assert (first.state, first.replaced_by, first.ended_on.text) == ("replaced", kept, "2031")
        with pytest.raises(documents.StandsOtherwise):
            documents.bring_into_force(kept, agreement=kept.agreement, by=CHIEF, at=NOON)

    def test_two_of_a_type_are_in_force_only_where_the_type_says_so(self):
        world.in_force()
        second = world.programme(edition="b")
        agreement = world.signed(second)

        facts = {"state": "in_force", "agreement": agreement, "entered_at": NOON, "entered_by": "x"}
        with breaking("one_programme_of_a_type_is_in_force_at_a_time"):
            Programme.objects.filter(pk=second.pk).update(**facts)
        with breaking("programme_is_alone_as_its_type_is"):
            Programme.objects.filter(pk=second.pk).update(is_alone=False)
            connection.check_constraints()

    def test_a_signed_text_brings_its_programme_into_force_as_a_job_that_may_run_twice(self):
        made, plan = world.programme(), world.programme(type="PLAN")
        agreement = world.agreed(made)

        assert jobs.bring_into_force(str(agreement.pk)) == 0
        signed = world.signed(plan)
        assert [jobs.bring_into_force(str(signed.pk)) for _ in range(2)] == [1, 0]
        assert jobs.bring_into_force("0") == 0

        plan.refresh_from_db()
        assert (plan.state, plan.entered_by) == ("in_force", "system")

    def test_no_state_is_without_its_facts_and_none_is_reached_from_behind(self):
        draft, record = world.programme(), world.programme(edition="b")

        with breaking("programme_in_force_iff_agreed_dated_and_signed"):
            Programme.objects.filter(pk=draft.pk).update(state="in_force")
        with breaking("programme_state_moves_along_its_arrows"):
            Programme.objects.filter(pk=record.pk).update(state="expired")
        with breaking("programme_state_moves_along_its_arrows"):
            Programme.objects.create(
                party=draft.party, type=draft.type, edition="z", state="in_force", opened_at=NOON, opened_by="x"
            )
        with breaking("programme_ended_iff_dated_and_signed"):
            Programme.objects.filter(pk=draft.pk).update(ended_by="x", ended_at=NOON)


class TestRunning:
    def test_it_is_prolonged_by_the_decision_of_a_body(self):
        made = world.in_force()

        kept = documents.prolong(made, until=PartialDate("2031"), body="The council", reference="C/9", by=DESK, at=NOON)

        assert (kept.until.text, kept.prolongations.get().former.text) == ("2031", "2030")
        for wrong, refusal in (
            ({"until": PartialDate("2031")}, documents.NotLonger),
            ({"until": PartialDate()}, documents.NotLonger),
            ({"until": PartialDate("2032"), "body": " "}, documents.BodyAndReasonMissing),
            ({"until": PartialDate("2032"), "by": HEAD}, NotPermitted),
        ):
            with pytest.raises(refusal):
                documents.prolong(made, **{"body": "The council", "by": DESK, "at": NOON, **wrong})

    def test_it_expires_on_the_day_after_its_last(self):
        made = world.in_force()

        with pytest.raises(documents.NotOverYet):
            documents.expire(made, by=DESK, at=datetime(2030, 12, 31, 23, 59, tzinfo=UTC))
        assert documents.expire_all(by=DESK, at=datetime(2030, 12, 31, tzinfo=UTC)) == 0
        assert documents.expire_all(by=DESK, at=LATER) == 1
        assert documents.expire_all(by=DESK, at=LATER) == 0

        made.refresh_from_db()
        assert (made.state, made.ended_on.text) == ("expired", "2030")

    def test_it_is_terminated_by_somebody_for_a_reason_and_its_goals_are_dropped(self):
        made = world.in_force()
        goal = world.goal(made)

        with pytest.raises(documents.BodyAndReasonMissing):
            documents.terminate(made, on=PartialDate("2028"), body="The council", reason=" ", by=DESK, at=NOON)
        kept = documents.terminate(made, on=PartialDate("2028"), body="The council", reason="Decided.", by=DESK, at=NOON)

        goal.refresh_from_db()
        assert (kept.state, goal.outcome, goal.reason) == ("terminated", "dropped", "Decided.")
        assert not Objective.objects.live().filter(programme=made).exists()
        with pytest.raises(documents.StandsOtherwise):
            documents.prolong(made, until=PartialDate("2032"), body="x", by=DESK, at=NOON)

    def test_a_draft_is_given_up(self):
        kept = documents.terminate(world.programme(), on=PartialDate(), body="Both sides", reason="No will.", by=DESK, at=NOON)

        assert (kept.state, kept.agreement, kept.ended_on.text) == ("terminated", None, "2026-09-01")

    def test_it_is_replaced_by_another_of_its_party_that_is_in_force(self):
        old, new = world.in_force(type="PLAN"), world.in_force()
        goal = world.goal(old)
        draft = world.programme(edition="b")

        with pytest.raises(documents.StandsOtherwise):
            documents.replace(old, by_another=draft, on=PartialDate("2027"), by=DESK, at=NOON)
        with pytest.raises(NotFound):
            documents.replace(old, by_another=old, on=PartialDate("2027"), by=DESK, at=NOON)
        documents.replace(old, by_another=new, on=PartialDate("2027"), by=DESK, at=NOON)

        goal.refresh_from_db()
        assert goal.outcome == "carried_over"
        assert Goal.objects.live().get(programme=new).title_en == goal.title_en

    def test_it_is_marked_with_words_of_the_vocabulary(self):
        made, marker = world.in_force(), world.word("markers", "women-peace-security")

        documents.mark(made, markers=[marker], by=DESK, at=NOON)

        assert list(made.markers.all()) == [marker]
        assert narrowed(queries.programmes(seen_by=DESK), {"marker": ["women-peace-security"]}).get() == made
        assert not narrowed(queries.programmes(seen_by=DESK), {"marker": ["other"], "party": ["xla"]}).exists()
        assert narrowed(queries.programmes(seen_by=DESK), {"type": ["tailored"], "state": ["in_force"]}).get() == made


class TestReaders:
    @pytest.mark.fault("F3")
    def test_a_draft_is_its_partys_and_the_staffs(self):
        draft = world.programme()

        for who in (LAKE, HEAD, DESK, AUDITOR):
            assert queries.programme(draft.pk, seen_by=who) == draft
        for who in (MERIDIA_CONTACT, STRANGER, actor(Role.POINT_OF_CONTACT, of=ARCADIA), actor(Role.PROVIDER)):
            with pytest.raises(NotFound):
                queries.programme(draft.pk, seen_by=who)

    @pytest.mark.fault("F3")
    def test_that_it_is_in_force_is_public_and_what_hangs_on_it_is_not(self):
        made = world.in_force()
        world.goal(made)

        for who in (MERIDIA_CONTACT, STRANGER):
            told = queries.told(queries.programme(made.pk, seen_by=who), seen_by=who)
            assert (told.within, told.objectives, told.goals) == (False, (), [])
        for who in (LAKE, DESK):
            assert len(queries.told(made, seen_by=who).goals) == 1

    @pytest.mark.fault("F3")
    def test_nobody_acts_on_what_is_not_theirs_to_see(self):
        draft = world.programme()
        mayor = actor(Role.HEAD_OF_DELEGATION, of=MERIDIA)

        with pytest.raises(NotFound):
            documents.bring_into_force(draft, agreement=world.signed(draft), by=mayor, at=NOON)
        with pytest.raises(NotPermitted):
            documents.terminate(draft, on=PartialDate(), body="x", reason="y", by=mayor, at=NOON)

    @pytest.mark.parametrize("count", [5, 50])
    def test_reading_one_asks_the_same_number_of_questions_whatever_its_size(self, count, django_assert_max_num_queries):
        made = world.in_force()
        for number in range(1, count + 1):
            world.goal(made, number)

        with django_assert_max_num_queries(12):
            told = queries.told(queries.programme(made.pk, seen_by=DESK), seen_by=DESK)

        assert len(told.goals) == count


def test_types_count_what_the_reader_may_see():
    world.programme()
    made = world.in_force(type="PLAN")

    assert list(queries.programmes(seen_by=STRANGER)) == [made]
    assert {t.code: t.count for t in queries.types(seen_by=STRANGER)} == {"TAILORED": 0, "PLAN": 1}
    assert {t.code: t.count for t in queries.types(seen_by=DESK)} == {"TAILORED": 1, "PLAN": 1}
    with pytest.raises(NotFound):
        queries.programme_type("other", seen_by=DESK)
