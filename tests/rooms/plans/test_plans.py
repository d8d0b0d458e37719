"""Plans: drafted at once and then with a proof, never moving what a person fixed, and reckoned after every change."""

from datetime import timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from comity.activities.models import Activity
from comity.kernel.refusals import NotFound, NotPermitted
from comity.plans import jobs, queries
from comity.plans.acts import limits, lines, plans, proposals
from comity.plans.models import Plan, PlanLine, Proposal
from comity.plans.queries.pictures import changes, picture
from comity.programmes.models import Goal
from comity.trail.models import Entry
from tests.world import menu
from tests.world.cast import AUDITOR, DESK_OFFICER, LAKELAND, MERIDIA_CONTACT, party, the_world
from tests.world.plans import course, goal, plan
from tests.world.requests import ASKING, breaking, contact

pytestmark = pytest.mark.django_db
BY = contact()
LATER = ASKING + timedelta(hours=1)


@pytest.fixture
def year():
    """An edition with three courses that bring five units each."""
    the_world()
    made = menu.edition(2027)
    for number in (1, 2, 3):
        course(made, number)
    return made


@pytest.fixture
def drafted(year):
    """A plan drafted for a goal of fifteen units."""
    goal(units=15)
    begun = plan()
    plans.draft(begun, by=BY, at=ASKING)
    return again(begun)


def again(found):
    """The plan as it stands now."""
    return Plan.objects.get(pk=found.pk)


def reached(found) -> int:
    return again(found).outcome["goals"][0]["reached"]


def codes(found) -> list[str]:
    return [b["code"] for b in again(found).outcome["breaches"]]


def going(found) -> dict[tuple[str, int], tuple[int, str]]:
    """People and state by number and year."""
    return {(n.activity.number, n.year): (n.people, n.state) for n in found.lines.select_related("activity")}


def send(found, number: int, people: int, year: int = 2027, **by):
    activity = Activity.objects.get(number=f"XHQ.{number:04}.01")
    return lines.send(found, activity.pk, year, people, **{"by": BY, "at": LATER, **by})


class TestBeginning:
    def test_a_party_works_on_one_draft(self, year):
        begun = plan()
        assert (begun.span, begun.years, begun.outcome["coverage"]) == ("2027\u20132030", 4, 100.0)
        with pytest.raises(limits.AlreadyPlanning):
            plan()
        with breaking("plan_is_drafted_once_by_a_party"):
            Plan.objects.create(party=party(LAKELAND), first_year=2027, begun_at=ASKING, begun_by="x", changed_at=ASKING)

    @pytest.mark.parametrize("years", [0, 9])
    def test_it_runs_over_one_to_eight_years(self, year, years):
        with pytest.raises(limits.YearsOutOfReach):
            limits.begin(party(LAKELAND), first_year=2027, years=years, by=BY, at=ASKING)

    @pytest.mark.fault("F3", "F7")
    def test_only_the_own_party_and_the_staff_begin_change_and_see_it(self, drafted):
        made = drafted.proposals.get()
        with pytest.raises(NotPermitted):
            limits.begin(party("XGU"), first_year=2027, by=MERIDIA_CONTACT, at=ASKING)
        for act in (plans.draft, plans.order_the_rest, lines.undo):
            with pytest.raises(NotFound):
                act(drafted, by=MERIDIA_CONTACT, at=LATER)
        for query, pk in ((queries.plan, drafted.pk), (queries.proposal, made.pk)):
            with pytest.raises(NotFound):
                query(pk, seen_by=MERIDIA_CONTACT)
        with pytest.raises(NotFound):
            proposals.drop(made, by=MERIDIA_CONTACT, at=LATER)
        with pytest.raises(NotPermitted):
            plans.draft(drafted, by=AUDITOR, at=LATER)
        assert queries.draft_of("xla", seen_by=MERIDIA_CONTACT) is None
        assert queries.plan(drafted.pk, seen_by=AUDITOR) == drafted

    def test_limits_count_at_once_and_what_was_proved_before_is_forgotten(self, drafted):
        assert drafted.proof
        limits.set_limits(
            drafted, first_year=2027, years=4, budgets=[1000] * 4, away_cap=None, speakers=[], by=BY, at=LATER
        )  # fmt: skip
        assert "over_budget" in codes(drafted)
        assert again(drafted).proof == {}
        with pytest.raises(limits.YearsOutOfReach):
            limits.set_limits(drafted, first_year=2027, years=9, budgets=[], away_cap=1, speakers=[], by=BY, at=LATER)


class TestDrafting:
    def test_a_plan_is_drafted_at_once_from_goals_and_menu(self, drafted):
        assert reached(drafted) == 15
        assert (codes(drafted), drafted.proof["how"], drafted.outcome["cost"]) == ([], "preview", 3000)
        assert [e.act for e in Entry.objects.all()[:2]] == ["proposal.ordered", "plan.drafted"]

    def test_the_order_defers_the_job_in_its_own_transaction(self, drafted):
        job = ProcrastinateJob.objects.get()
        assert (job.task_name, job.args["subject"]) == ("programmes.work_out_ordered", str(Proposal.objects.get().pk))

    def test_the_proven_plan_takes_the_place_of_the_preview_and_a_second_run_does_no_harm(self, drafted):
        made = Proposal.objects.get()
        for _time in range(2):
            jobs.work_out_ordered(str(made.pk))
        made.refresh_from_db()
        assert (made.state, again(drafted).proof["how"], reached(drafted)) == ("taken", "proved", 15)
        assert again(drafted).proof["coverage_bound"] == 100.0
        assert len(again(drafted).proof["output_sha256"]) == 64
        assert again(drafted).steps.count() == 1

    def test_two_that_work_on_the_same_meet_and_the_second_leaves(self, drafted):
        made, stale = Proposal.objects.get(), Proposal.objects.get()
        plans.work_out(made, by=BY, at=LATER)
        with pytest.raises(plans.AlreadyWorkedOut):
            plans.work_out(stale, by=BY, at=LATER)

    def test_a_proof_of_a_plan_that_changed_meanwhile_waits_to_be_looked_at(self, drafted):
        send(drafted, 1, 2)
        jobs.work_out_ordered(str(Proposal.objects.get().pk))
        assert Proposal.objects.get().state == "ready"
        assert picture(again(drafted), on=ASKING.date(), seen_by=BY).waiting == Proposal.objects.get()

    def test_what_a_person_fixed_or_removed_is_never_moved(self, drafted):
        waiting = Proposal.objects.get()
        proposals.drop(waiting, by=BY, at=LATER)
        numbers = [number for number, _year in going(drafted)]
        send(drafted, 1, 1, year=2028)
        lines.send(drafted, drafted.lines.first().activity_id, drafted.lines.first().year, 0, by=BY, at=LATER)
        by_hand = {key: told for key, told in going(drafted).items() if told[1] != "proposed"}
        plans.draft(drafted, by=BY, at=LATER)
        jobs.work_out_ordered(str(Proposal.objects.get(state="ordered").pk))
        assert numbers
        assert {key: told for key, told in going(drafted).items() if told[1] != "proposed"} == by_hand
        assert reached(drafted) == 15

    def test_without_goals_or_without_a_menu_there_is_nothing_to_draft(self, db):
        the_world()
        begun = plan()
        with pytest.raises(plans.NoGoalsYet):
            plans.draft(begun, by=BY, at=ASKING)
        goal()
        with pytest.raises(plans.NothingToAttend):
            plans.draft(begun, by=BY, at=ASKING)

    def test_the_planner_works_on_one_thing_at_a_time(self, drafted):
        for act in (plans.draft, plans.order_the_rest):
            with pytest.raises(plans.AtWork):
                act(drafted, by=BY, at=LATER)
        with breaking("proposal_is_worked_out_once_at_a_time"):
            Proposal.objects.create(plan=drafted, kind="rest", base=1, ordered_at=ASKING, ordered_by="x")

    def test_a_plan_that_breaks_its_terms_is_a_fault_and_nothing_is_recorded(self, drafted, monkeypatch):
        monkeypatch.setattr("planning.breaches", lambda *_given: ["over_budget 2027"])
        with pytest.raises(plans.Unsound):
            jobs.work_out_ordered(str(Proposal.objects.get().pk))
        monkeypatch.undo()
        failed = Proposal.objects.get()
        assert (failed.state, failed.fault) == ("failed", "Unsound: over_budget 2027")
        assert picture(again(drafted), on=ASKING.date(), seen_by=BY).failed == failed
        proposals.drop(failed, by=BY, at=LATER)
        assert Entry.objects.first().act == "proposal.dropped"

    def test_a_refusal_is_told_on_the_proposal(self, drafted):
        Goal.objects.update(retired_at=LATER, retired_by="x", reason="over")
        jobs.work_out_ordered(str(Proposal.objects.get().pk))
        assert "no goals yet" in Proposal.objects.get().fault

    @pytest.mark.fault("F24")
    def test_the_number_of_queries_does_not_grow_with_the_menu(self, year, django_assert_max_num_queries):
        goal(units=40)
        begun = plan()
        for number in range(10, 60):
            course(year, number, first_day=None) if number == 10 else course(year, number)
        with django_assert_max_num_queries(45):
            plans.draft(begun, by=BY, at=ASKING)


class TestProposals:
    @pytest.fixture
    def proposed(self, drafted):
        """The rest planned anew after one line was taken out by hand."""
        jobs.work_out_ordered(str(Proposal.objects.get().pk))
        kept = again(drafted).lines.first()
        lines.send(drafted, kept.activity_id, kept.year, 0, by=BY, at=LATER)
        made = plans.order_the_rest(drafted, by=BY, at=LATER)
        jobs.work_out_ordered(str(made.pk))
        return Proposal.objects.get(pk=made.pk)

    def test_the_rest_is_planned_anew_with_little_moved_and_nothing_changes_before_it_is_taken(self, proposed):
        stands = going(proposed.plan)
        assert (proposed.state, reached(proposed.plan)) == ("ready", 0)
        told = changes(proposed, seen_by=BY)
        assert (sum(c.before for c in told), sum(c.after for c in told)) == (0, 3)
        assert going(proposed.plan) == stands

    def test_what_is_taken_can_be_undone(self, proposed):
        stands = going(proposed.plan)
        proposals.take(proposed, by=BY, at=LATER)
        assert reached(proposed.plan) == 15
        lines.undo(proposed.plan, by=BY, at=LATER)
        assert going(proposed.plan) == stands
        with pytest.raises(plans.AlreadyWorkedOut):
            proposals.take(proposed, by=BY, at=LATER)

    def test_what_is_dropped_leaves_the_plan_as_it_is(self, proposed):
        stands = going(proposed.plan)
        proposals.drop(proposed, by=BY, at=LATER)
        assert (going(proposed.plan), Proposal.objects.first().state) == (stands, "dropped")
        assert plans.order_the_rest(proposed.plan, by=BY, at=LATER).state == "ordered"


class TestByHand:
    def test_a_line_is_added_changed_fixed_freed_and_removed(self, drafted):
        send(drafted, 1, 2, year=2028)
        assert going(drafted)["XHQ.0001.01", 2028] == (2, "fixed")
        activity = Activity.objects.get(number="XHQ.0001.01").pk
        lines.free(drafted, activity, 2028, by=BY, at=LATER)
        assert going(drafted)["XHQ.0001.01", 2028] == (2, "proposed")
        lines.fix(drafted, activity, 2028, by=BY, at=LATER)
        send(drafted, 1, 0, year=2028)
        assert going(drafted)["XHQ.0001.01", 2028] == (0, "removed")
        lines.free(drafted, activity, 2028, by=BY, at=LATER)
        assert ("XHQ.0001.01", 2028) not in going(drafted)
        with pytest.raises(lines.NotInThePlan):
            lines.fix(drafted, activity, 2028, by=BY, at=LATER)

    def test_only_what_is_on_the_menu_in_a_year_of_the_plan_is_added(self, drafted):
        for number, of in ((1, 2031), (1, 2026)):
            with pytest.raises(lines.NotOnTheMenu):
                send(drafted, number, 1, year=of)
        with pytest.raises(lines.NotOnTheMenu):
            lines.send(drafted, 0, 2027, 1, by=BY, at=LATER)
        with pytest.raises(lines.TooManyPeople):
            send(drafted, 1, 1_000_001)

    def test_what_breaks_is_said_at_once_and_never_refused(self, drafted):
        limits.set_limits(drafted, first_year=2027, years=4, budgets=[4000] * 4, away_cap=3, speakers=[], by=BY, at=LATER)
        send(drafted, 1, 7)
        assert codes(drafted) == ["more_than_likely_seats", "over_budget", "over_away_cap"]
        said = [str(f) for f in picture(again(drafted), on=ASKING.date(), seen_by=BY).breaches]
        assert said[0] == "XHQ.0001.01 Cyber course 1: 7 people are planned, 5 places are likely."
        assert said[1].startswith("2027: the plan costs ")

    def test_a_prerequisite_and_a_level_of_language_are_looked_after(self, year):
        course(year, 4, prerequisites="Follow XHQ.0001 first", language_profile="SLP 2232")
        goal()
        begun = plan(speakers=[None, None, 1])
        send(begun, 4, 2)
        assert codes(begun) == ["not_yet_trained", "too_few_speakers"]
        send(begun, 4, 0)
        send(begun, 1, 2)
        send(begun, 4, 1, year=2028)
        assert codes(begun) == []

    def test_each_change_is_undone_in_turn(self, drafted):
        first = going(drafted)
        send(drafted, 1, 2, year=2028)
        second = going(drafted)
        send(drafted, 2, 3, year=2028)
        lines.undo(drafted, by=BY, at=LATER)
        assert going(drafted) == second
        lines.undo(drafted, by=BY, at=LATER)
        assert going(drafted) == first
        lines.undo(drafted, by=BY, at=LATER)
        assert going(drafted) == {}
        with pytest.raises(lines.NothingToUndo):
            lines.undo(drafted, by=BY, at=LATER)
        assert picture(again(drafted), on=ASKING.date(), seen_by=BY).last_step is None

    @pytest.mark.fault("F21")
    def test_a_line_whose_activity_left_the_menu_counts_for_nothing_until_it_is_removed(self, drafted):
        line = drafted.lines.first()
        Activity.objects.filter(pk=line.activity_id).update(
            state="retired", reason="No teacher", decided_at=ASKING, decided_by="x"
        )  # fmt: skip
        send(drafted, 3 if line.activity.number != "XHQ.0003.01" else 2, 1, year=2030)
        assert "gone" in codes(drafted)
        shown = next(
            n for n in picture(again(drafted), on=ASKING.date(), seen_by=BY).lines if n.line.activity_id == line.activity_id
        )
        assert [str(f) for f in shown.notes] == ["It is not on the menu any more."]
        lines.send(drafted, line.activity_id, line.year, 0, by=BY, at=LATER)
        assert "gone" not in codes(drafted)
        lines.undo(drafted, by=BY, at=LATER)
        assert "gone" in codes(drafted)

    @pytest.mark.fault("F21")
    def test_a_line_whose_activity_moved_or_became_dearer_says_so(self, drafted):
        line = drafted.lines.first()
        moved = line.activity
        moved.first_day, moved.last_day = moved.first_day + timedelta(days=7), moved.last_day + timedelta(days=7)
        moved.begins_by, moved.place_cost = moved.first_day, 1200
        moved.save()
        shown = picture(drafted, on=ASKING.date(), seen_by=BY).lines
        [said] = [[str(f) for f in n.notes] for n in shown if n.notes]
        assert said[0].startswith("It was moved since: it now runs from ")
        assert said[1] == "Its cost changed since, from 1000 to 1200 a person."

    @pytest.mark.fault("F21")
    def test_a_line_that_the_party_may_no_longer_come_to_says_so(self, drafted):
        line = drafted.lines.first()
        Activity.objects.filter(pk=line.activity_id).update(closed_to_parties=[LAKELAND])
        shown = picture(drafted, on=ASKING.date(), seen_by=BY).lines
        said = {str(f) for n in shown if n.line.activity_id == line.activity_id for f in n.notes}
        assert said == {"It is not open to the party: the terms of entry or a suspension bar it."}

    def test_the_law_ties_nobody_to_removed(self, drafted):
        with breaking("plan_line_removed_iff_nobody_goes"):
            PlanLine.objects.update(people=0)


class TestVariants:
    def test_a_variant_is_kept_under_a_name_and_gone_back_to(self, drafted):
        stands = going(drafted)
        kept = limits.keep(drafted, "Calm", by=BY, at=LATER)
        send(drafted, 1, 3, year=2029)
        limits.set_limits(drafted, first_year=2027, years=4, budgets=[9000], away_cap=2, speakers=[], by=BY, at=LATER)
        assert going(kept) == stands
        limits.restore(kept, by=BY, at=LATER)
        assert going(drafted) == stands
        assert again(drafted).away_cap is None
        lines.undo(drafted, by=BY, at=LATER)
        assert going(drafted)["XHQ.0001.01", 2029] == (3, "fixed")
        assert (again(drafted).away_cap, again(drafted).budgets) == (2, [9000])
        assert list(picture(drafted, on=ASKING.date(), seen_by=BY).variants) == [kept]

    def test_a_name_is_needed_and_used_once(self, drafted):
        limits.keep(drafted, "Calm", by=BY, at=LATER)
        with pytest.raises(limits.NameIsTaken):
            limits.keep(drafted, "Calm", by=BY, at=LATER)
        with pytest.raises(limits.NameMissing):
            limits.keep(drafted, "  ", by=BY, at=LATER)
        with pytest.raises(limits.NotAVariant):
            limits.restore(drafted, by=BY, at=LATER)

    def test_the_staff_may_do_so_for_the_party(self, drafted):
        assert limits.keep(drafted, "By the desk", by=DESK_OFFICER, at=LATER).party_id == LAKELAND


@pytest.mark.fault("F24")
@pytest.mark.parametrize("rows", [5, 50])
def test_the_picture_takes_as_many_queries_whatever_its_lines(year, rows, django_assert_max_num_queries):
    goal()
    begun = plan()
    PlanLine.objects.bulk_create(
        PlanLine(
            plan=begun, activity=course(year, 100 + n), year=2027, people=1, starts_on="2027-02-01", ends_on="2027-02-05", units=5
        )
        for n in range(rows)
    )  # fmt: skip
    with django_assert_max_num_queries(18):
        assert len(picture(begun, on=ASKING.date(), seen_by=BY).lines) == rows


@pytest.mark.django_db(transaction=True)
def test_others_see_how_far_the_planner_is():
    with connection.cursor() as cursor:  # the framework empties only tables of its own between such tests
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    the_world()
    course(menu.edition(2027))
    goal()
    begun = plan()
    made = plans.draft(begun, by=BY, at=ASKING)
    with jobs.told(made.pk) as report:
        report("search", 0.4)
        assert (Proposal.objects.get().stage, Proposal.objects.get().share) == ("search", 0.4)
    jobs.work_out_ordered(str(made.pk))
    assert Proposal.objects.get().state == "taken"
