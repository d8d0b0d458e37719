"""Reports of activities: kept at any time, handed in with frozen figures, decided, sent to who was there, followed."""

import threading

import pytest
from django.db import connection

from comity.activities.models import Activity
from comity.activities.queries.menu import beside
from comity.attendance.models import Outcome
from comity.exchange import papers
from comity.feedback import queries
from comity.feedback.acts import reports
from comity.feedback.models import ActivityReport
from comity.feedback.queries.figures import figures
from comity.feedback.queries.iterations import later
from comity.feedback.queries.papers import paper
from comity.kernel.refusals import ChangedMeanwhile, NotFound, NotPermitted
from comity.trail.models import Entry
from tests.world import feedback as world
from tests.world import menu, nominations
from tests.world.cast import (
    ADMINISTRATOR,
    ARCADIA,
    ARCADIA_CONTACT,
    AUDITOR,
    DESK_OFFICER,
    LAKE_CONTACT,
    LAKELAND,
    MERIDIA,
    MERIDIA_CONTACT,
    PROVIDER,
)  # fmt: skip
from tests.world.feedback import AFTER, TEXTS
from tests.world.requests import breaking

pytestmark = pytest.mark.django_db
EVERYBODY = {"provider": PROVIDER, "desk": DESK_OFFICER, "auditor": AUDITOR, "lake": LAKE_CONTACT, "meridia": MERIDIA_CONTACT,
             "arcadia": ARCADIA_CONTACT}  # fmt: skip


@pytest.fixture
def course():
    """A course of the centre: six of Lakeland came, one did not, two of Meridia came."""
    made = nominations.course(seats=30)
    world.came(made, 4, gender="man")
    world.came(made, 2, gender="woman")
    world.came(made, 1, result="no_show")
    world.came(made, 2, MERIDIA, gender="woman", rank="OF-1")
    return made


def readers(report):
    """Who may read a report."""
    return {name for name, who in EVERYBODY.items() if queries.reports(seen_by=who).filter(pk=report.pk).exists()}


class TestWriting:
    @pytest.mark.fault("F19")
    def test_a_draft_is_kept_however_little_there_is(self, course):
        made = reports.save(course, {"to_change": "Shorter days."}, by=PROVIDER, at=AFTER)
        again = reports.save(course, {}, version=made.version, by=PROVIDER, at=AFTER)

        assert (again.summary, again.to_change, again.version) == ("", "Shorter days.", 2)
        assert readers(again) == {"provider"}

    @pytest.mark.fault("F18")
    def test_of_two_who_write_at_once_the_second_is_told(self, course):
        made = world.report(course)
        reports.save(course, {"summary": "The first."}, version=made.version, by=PROVIDER, at=AFTER)

        with pytest.raises(ChangedMeanwhile):
            reports.save(course, {"summary": "The second."}, version=made.version, by=PROVIDER, at=AFTER)
        with pytest.raises(ChangedMeanwhile):
            reports.save(course, {"summary": "From nothing."}, by=PROVIDER, at=AFTER)
        with pytest.raises(ChangedMeanwhile):
            reports.submit(made, version=made.version, by=PROVIDER, at=AFTER)

        assert ActivityReport.objects.get().summary == "The first."

    @pytest.mark.parametrize(("who", "refusal"), [
        (LAKE_CONTACT, reports.ReportIsNotYours), (DESK_OFFICER, NotPermitted), (AUDITOR, NotPermitted),
        (ADMINISTRATOR, reports.ReportIsNotYours),
    ])  # fmt: skip
    def test_only_the_provider_writes(self, course, who, refusal):
        with pytest.raises(refusal):
            reports.save(course, TEXTS, by=who, at=AFTER)

    def test_nothing_is_reported_before_it_begins_or_of_what_one_cannot_see(self, course):
        with pytest.raises(reports.NotYetBegun):
            reports.save(course, TEXTS, by=PROVIDER, at=nominations.NOW)
        Activity.objects.filter(pk=course.pk).update(state="draft", provider_party=None, decided_at=None, decided_by="",
                                                     offered_at=None, offered_by="")  # fmt: skip
        with pytest.raises(NotFound):
            reports.save(course, TEXTS, by=LAKE_CONTACT, at=AFTER)


class TestHandingIn:
    def test_it_needs_a_summary_and_freezes_the_figures(self, course):
        made = world.report(course, summary="")
        with pytest.raises(reports.SummaryMissing):
            reports.submit(made, version=made.version, by=PROVIDER, at=AFTER)
        made = reports.save(course, TEXTS, version=made.version, by=PROVIDER, at=AFTER)

        made = reports.submit(made, version=made.version, by=PROVIDER, at=AFTER)
        world.came(course, 3, ARCADIA)

        told = figures(made, seen_by=DESK_OFFICER)
        assert told.total == {"invited": 9, "accepted": 9, "came": 8, "no_shows": 1}
        assert {code: row["came"] for code, row in told.parties.items()} == {LAKELAND: 6, MERIDIA: 2}
        assert made.parties == [LAKELAND, MERIDIA]
        assert readers(made) == {"provider", "desk", "auditor"}
        with pytest.raises(reports.ReportIsHandedIn):
            reports.save(course, TEXTS, version=made.version, by=PROVIDER, at=AFTER)
        with pytest.raises(reports.ReportIsHandedIn):
            reports.submit(made, version=made.version, by=PROVIDER, at=AFTER)

    def test_it_waits_for_the_attendance_sheet(self, course):
        made = world.report(course)
        Outcome.objects.filter(party=MERIDIA).update(result="", settled_at=None)

        with pytest.raises(reports.SheetIsStillOpen):
            reports.submit(made, version=made.version, by=PROVIDER, at=AFTER)

        Outcome.objects.filter(party=MERIDIA).update(result="excused", settled_at=AFTER)
        assert reports.submit(made, version=made.version, by=PROVIDER, at=AFTER).figures["parties"][MERIDIA]["came"] == 0

    def test_it_is_returned_for_a_reason_and_handed_in_again(self, course):
        made = world.report(course, state="submitted")
        with pytest.raises(reports.ReturnNeedsAReason):
            reports.give_back(made, reason=" ", by=DESK_OFFICER, at=AFTER)

        back = reports.give_back(made, reason="Say more.", by=DESK_OFFICER, at=AFTER)
        kept = reports.save(course, {"summary": ""}, version=back.version, by=PROVIDER, at=AFTER)
        full = reports.save(course, {"summary": "More."}, version=kept.version, by=PROVIDER, at=AFTER)
        again = reports.submit(full, version=full.version, by=PROVIDER, at=AFTER)

        assert (back.state, back.reason, again.state, again.reason) == ("returned", "Say more.", "submitted", "")
        assert Entry.objects.filter(act="activity-report.returned", facts__reason="Say more.").exists()

    @pytest.mark.parametrize("who", [PROVIDER, LAKE_CONTACT, AUDITOR])
    def test_only_whoever_approves_reports_decides(self, course, who):
        made = world.report(course, state="submitted")

        for act in (lambda: reports.approve(made, by=who, at=AFTER), lambda: reports.give_back(made, reason="x", by=who, at=AFTER),
                    lambda: reports.distribute(made, by=who, at=AFTER)):  # fmt: skip
            with pytest.raises(NotPermitted):
                act()

    def test_what_is_approved_stays(self, course):
        made = world.report(course, state="approved")

        with pytest.raises(reports.NotForThisReport):
            reports.approve(made, by=DESK_OFFICER, at=AFTER)
        with breaking("approved_reports_stay"):
            ActivityReport.objects.update(summary="Otherwise.")
        with breaking("approved_reports_stay"):
            ActivityReport.objects.update(figures={})

    @pytest.mark.fault("F3")
    def test_it_reaches_the_delegations_that_were_there_and_no_other(self, course):
        made = world.report(course, state="approved")
        assert readers(made) == {"provider", "desk", "auditor"}

        sent = reports.distribute(made, by=DESK_OFFICER, at=AFTER)

        assert readers(sent) == {"provider", "desk", "auditor", "lake", "meridia"}
        assert reports.distribute(sent, by=DESK_OFFICER, at=AFTER).distributed_at == sent.distributed_at
        with pytest.raises(reports.NotForThisReport):
            reports.distribute(world.report(nominations.course(2), state="submitted"), by=DESK_OFFICER, at=AFTER)


class TestFigures:
    @pytest.mark.fault("F3")
    def test_a_delegation_reads_its_own_people_and_of_others_no_small_cell(self, course):
        sent = world.report(course, state="distributed")

        lake = {split.aspect: split for split in figures(sent, seen_by=LAKE_CONTACT).splits}
        meridia = {split.aspect: split for split in figures(sent, seen_by=MERIDIA_CONTACT).splits}

        assert (lake["gender"].own, lake["gender"].others, lake["gender"].total) == ({"man": 4, "woman": 2}, {"woman": None}, None)
        assert (meridia["gender"].own, meridia["gender"].others) == ({"woman": 2}, {"man": None, "woman": None})
        assert (meridia["rank"].others, meridia["funding"].others) == ({"OF-3": 6}, {"none": 6})
        assert list(figures(sent, seen_by=MERIDIA_CONTACT).parties) == [MERIDIA]
        assert figures(sent, seen_by=PROVIDER).splits[0].others == {"man": None, "woman": None}
        assert figures(sent, seen_by=AUDITOR).splits[0].others == {"man": 4, "woman": 4}

    @pytest.mark.fault("F15")
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_paper_says_what_the_page_says(self, course, language):
        sent = world.report(course, state="distributed")

        for who in EVERYBODY.values():
            made = paper(sent, language=language, seen_by=who)
            told = figures(sent, seen_by=who)
            people, *splits = made.sections[-1].tables
            assert [row[1:] for row in people.rows] == [
                tuple(map(str, row.values())) for row in (*told.parties.values(), told.total)
            ]
            assert [row[2] for table in splits for row in table.rows] == [
                "*" if split.others.get(key, 0) is None else str(split.others.get(key, 0))
                for split in told.splits
                for key in split.keys
            ]

    def test_it_is_set_as_pdf_and_as_a_text_document(self, course):
        made = paper(world.report(course), language="fr", seen_by=PROVIDER)

        assert papers.as_pdf(made).startswith(b"%PDF")
        assert papers.as_docx(made).startswith(b"PK")
        assert made.title_fr.startswith("R")


def test_everybody_of_the_cast_reads_through_the_same_door(course):
    made = world.report(course)
    assert queries.report(course.number, seen_by=PROVIDER) == made
    with pytest.raises(NotFound):
        queries.report(course.number, seen_by=DESK_OFFICER)


class TestFollowing:
    @pytest.fixture
    def again(self, course):
        """The same course, a year later."""
        year = menu.edition(2028)
        series = course.number.rpartition(".")[0]
        facts = {
            f.attname: getattr(course, f.attname)
            for f in Activity._meta.concrete_fields
            if f.name not in ("id", "number", "edition")
        }
        return Activity.objects.create(**facts, number=f"{series}.02", edition=year)

    def test_the_page_of_the_next_iteration_says_what_was_changed(self, client, course, again):
        made = world.report(course, state="distributed")

        kept = reports.follow(made, next_activity=again, changed="A day more.", by=PROVIDER, at=AFTER)

        (column,) = [c for c in beside([again], seen_by=ARCADIA_CONTACT) if again.pk in c.cells]
        assert str(column.cells[again.pk].words) == f"After {course.number}: A day more."
        assert beside([course], seen_by=ARCADIA_CONTACT)[0].cells == {}
        assert list(later(course, seen_by=PROVIDER)) == [again]
        assert kept.followed_by == "provider"

    def test_it_is_followed_once_approved_by_a_later_iteration_with_words(self, course, again):
        made = world.report(course, state="submitted")
        with pytest.raises(reports.NotForThisReport):
            reports.follow(made, next_activity=again, changed="x", by=PROVIDER, at=AFTER)
        made = reports.approve(made, by=DESK_OFFICER, at=AFTER)
        other = nominations.course(5)
        for wrong, refusal in ((other, reports.NotTheNext), (course, reports.NotTheNext)):
            with pytest.raises(refusal):
                reports.follow(made, next_activity=wrong, changed="x", by=PROVIDER, at=AFTER)
        with pytest.raises(reports.ChangesMissing):
            reports.follow(made, next_activity=again, changed=" ", by=PROVIDER, at=AFTER)
        with pytest.raises(reports.ReportIsNotYours):
            reports.follow(made, next_activity=again, changed="x", by=LAKE_CONTACT, at=AFTER)

        assert reports.follow(made, next_activity=again, changed="x", by=PROVIDER, at=AFTER).next_activity == again


@pytest.mark.fault("F18")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_a_report_at_one_moment_one_is_told():
    course = nominations.course(seats=30)
    together, found = threading.Barrier(2), []

    def begin(words):
        together.wait()
        try:
            found.append(reports.save(course, {"summary": words}, by=PROVIDER, at=AFTER).version)
        except ChangedMeanwhile:
            found.append("told")
        connection.close()

    threads = [threading.Thread(target=begin, args=(words,)) for words in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, found)) == ["1", "told"]
