"""What the database itself holds of studies and trials, who reads which row, and what comes late, twice or for nothing."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from comity.kernel.actors import STRANGER
from comity.kernel.refusals import NotFound, NotPermitted
from comity.participation.acts import rounds
from comity.participation.models import Line
from comity.scenarios import jobs, queries
from comity.scenarios.acts import studies, trials, working
from comity.scenarios.models import Scenario, Study, Trial
from comity.scenarios.rules import Choice
from comity.trail.models import Entry
from tests.rooms.scenarios.conftest import ordered, worked_out
from tests.world.cast import AUDITOR, LAKE_CONTACT, LAKELAND, MENU_MANAGER, MERIDIA_CONTACT, PROVIDER
from tests.world.requests import AFTER, breaking, drawn_up, rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial(year) -> Trial:
    """A trial of Lakeland's line in a published round, not worked out yet."""
    drawn = rounds.publish(drawn_up(year), by=MENU_MANAGER, at=AFTER)
    line = Line.objects.get(round=drawn, request__party=LAKELAND, request__activity__number="XHQ.0002.01")
    return trials.attempt(queries.line(drawn, line.pk, seen_by=LAKE_CONTACT), "capacity", 1, by=LAKE_CONTACT, at=AFTER)


class TestLaws:
    @pytest.mark.parametrize(
        ("fields", "law"),
        [
            ({"state": "lost"}, "study_state_is_known"),
            ({"state": "cancelled"}, "study_cancelled_iff_dated_and_signed"),
            ({"cancelled_at": AFTER}, "study_cancelled_iff_dated_and_signed"),
            ({"state": "done"}, "study_done_iff_dated"),
            ({"finished_at": AFTER}, "study_done_iff_dated"),
            ({"state": "failed"}, "study_failed_iff_the_fault_is_told"),
            ({"fault": "no room"}, "study_failed_iff_the_fault_is_told"),
        ],
    )
    def test_of_studies(self, year, fields, law):
        ordered(year)
        with breaking(law):
            Study.objects.update(**fields)

    @pytest.mark.parametrize(
        ("fields", "law"),
        [
            ({"state": "lost"}, "scenario_state_is_known"),
            ({"state": "done"}, "scenario_done_iff_it_has_a_result"),
            ({"state": "failed"}, "scenario_failed_iff_the_fault_is_told"),
            ({"fault": "no room"}, "scenario_failed_iff_the_fault_is_told"),
        ],
    )
    def test_of_scenarios(self, year, fields, law):
        ordered(year)
        with breaking(law):
            Scenario.objects.update(**fields)

    def test_numbers_are_used_once(self, year):
        made = ordered(year)
        for row, law in ((made.scenarios.get(), "scenario_numbers_are_used_once"), (made, "study_numbers_are_used_once")):
            row.pk = None
            with breaking(law):
                row.save(force_insert=True)

    @pytest.mark.parametrize(
        ("fields", "law"),
        [
            ({"state": "lost"}, "trial_state_is_known"),
            ({"state": "done"}, "trial_done_iff_it_has_a_result"),
            ({"result": {"moved": 0}}, "trial_done_iff_it_has_a_result"),
            ({"state": "failed"}, "trial_failed_iff_the_fault_is_told"),
            ({"expires_at": AFTER}, "trial_expires_after_it_was_asked"),
        ],
    )
    def test_of_trials(self, trial, fields, law):
        with breaking(law):
            Trial.objects.update(**fields)

    def test_a_question_is_kept_once(self, trial):
        trial.pk = None
        with breaking("trial_is_kept_once"):
            trial.save(force_insert=True)

    @pytest.mark.parametrize("state", ["failed", "cancelled"])
    def test_a_scenario_that_ended_otherwise_stays_so_too(self, year, state):
        made = ordered(year)
        if state == "failed":
            working.gather(made, by=MENU_MANAGER, at=AFTER)
            working.give_up(made.scenarios.get(), "", by=MENU_MANAGER, at=AFTER)
            assert made.scenarios.get().fault == "unknown"
        else:
            studies.cancel(made, by=MENU_MANAGER, at=AFTER)
        with breaking("scenario_stays_as_it_was_left"):
            Scenario.objects.update(state="waiting", fault="")


class TestReaders:
    @pytest.mark.fault("F3")
    def test_studies_and_scenarios_are_for_those_who_see_rounds(self, year):
        ordered(year)
        for table in (Study, Scenario):
            seen = {who: table.objects.seen_by(who).count() for who in (MENU_MANAGER, AUDITOR)}
            hidden = [table.objects.seen_by(who).exists() for who in (LAKE_CONTACT, PROVIDER, STRANGER)]
            assert (set(seen.values()), hidden) == ({1}, [False] * 3), table

    @pytest.mark.fault("F3")
    def test_a_trial_is_seen_by_the_party_of_its_line_and_by_those_who_see_rounds(self, trial):
        for who, sees in ((LAKE_CONTACT, True), (AUDITOR, True), (MERIDIA_CONTACT, False), (PROVIDER, False), (STRANGER, False)):
            assert Trial.objects.seen_by(who).exists() is sees, who

    @pytest.mark.fault("F3", "F7")
    @pytest.mark.parametrize("who", [LAKE_CONTACT, AUDITOR, PROVIDER], ids=lambda who: who.role)
    def test_only_those_who_manage_rounds_work_on_studies_and_nothing_is_recorded_else(self, year, who):
        made = ordered(year)
        before = Entry.objects.count()
        for act in (
            lambda: studies.order(year, rules=[rule()], choice=Choice(), by=who, at=AFTER),
            lambda: studies.cancel(made, by=who, at=AFTER),
            lambda: studies.finish(made, by=who, at=AFTER),
            lambda: studies.fail(made, "x", by=who, at=AFTER),
        ):
            with pytest.raises(NotPermitted):
                act()
        assert (Study.objects.get().state, Entry.objects.count()) == ("ordered", before)


class TestJobs:
    @pytest.mark.parametrize("job", [lambda: jobs.gather("0"), lambda: jobs.work_out(0)], ids=["gather", "work out"])
    def test_what_is_gone_is_told_so(self, db, job):
        with pytest.raises(NotFound):
            job()

    def test_a_study_called_off_before_it_began_is_never_gathered(self, year):
        made = studies.cancel(ordered(year, choice=Choice(draws=2)), by=MENU_MANAGER, at=AFTER)
        jobs.gather(str(made.pk))
        assert not hasattr(Study.objects.get(), "matter")
        assert not ProcrastinateJob.objects.filter(task_name="scenarios.work_out").exists()
        assert set(made.scenarios.values_list("state", flat=True)) == {"cancelled"}

    def test_a_study_is_not_finished_while_something_waits_and_finished_once(self, year):
        made = ordered(year, choice=Choice(draws=2))
        assert studies.finish(made, by=MENU_MANAGER, at=AFTER).state == "ordered"
        working.gather(made, by=MENU_MANAGER, at=AFTER)
        first, second = queries.waiting(made, seen_by=MENU_MANAGER)
        jobs.work_out(first)
        assert studies.finish(made, by=MENU_MANAGER, at=AFTER).state == "running"
        jobs.work_out(second)
        ended = Study.objects.get()
        for _time in range(2):
            assert studies.finish(made, by=MENU_MANAGER, at=AFTER + timedelta(days=1)).finished_at == ended.finished_at
        assert Entry.objects.filter(act="study.finished").count() == 1

    def test_a_trial_worked_out_twice_says_the_same(self, trial):
        jobs.try_out(trial.pk)
        told = Trial.objects.values().get()
        jobs.try_out(trial.pk)
        assert Trial.objects.values().get() == told
        working.fail_trial(trial, "too late")
        assert Trial.objects.values().get() == told

    def test_a_trial_that_expired_meanwhile_is_nobodys(self, trial):
        Trial.objects.all().delete()
        jobs.try_out(trial.pk)
        assert not Trial.objects.exists()

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("draws", [5, 50])
    def test_ordering_takes_as_many_queries_for_fifty_scenarios_as_for_five(self, year, draws, django_assert_max_num_queries):
        one = rule()
        with django_assert_max_num_queries(16):
            assert ordered(year, one, choice=Choice(draws=draws)).scenarios.count() == draws

    def test_two_studies_of_a_year_are_counted_and_do_not_touch_each_other(self, year):
        first, second = worked_out(ordered(year)), ordered(year)
        assert (first.number, second.number) == (1, 2)
        studies.cancel(second, by=MENU_MANAGER, at=AFTER)
        assert first.scenarios.get().state == "done"
