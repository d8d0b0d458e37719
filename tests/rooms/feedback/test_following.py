"""What follows a closed sheet and a report: people are asked, goals get evidence, delegations are told, once."""

from datetime import UTC, date, datetime

import pytest

from comity.accounts.rules import Role
from comity.activities.models import Activity
from comity.attendance.models import Outcome
from comity.config.rooms import faces
from comity.feedback import jobs
from comity.feedback.models import ActivityReport, Answer, Canvass
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import NotPermitted
from comity.notices.models import Notice
from comity.programmes.acts import evidence, milestones
from comity.programmes.models import Evidence, Milestone, Support
from comity.trail.models import Entry
from tests.world import feedback as world
from tests.world import nominations, programmes
from tests.world.cast import HEADQUARTERS, LAKE_CENTRE, LAKE_CONTACT, LAKELAND, MERIDIA, MERIDIA_CONTACT, person
from tests.world.feedback import AFTER
from tests.world.programmes import DESK, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    """A course of the centre that three of Lakeland and two of Meridia came to."""
    made = nominations.course(seats=30)
    world.came(made, 3)
    world.came(made, 2, MERIDIA)
    return made


@pytest.fixture
def goal(course):
    """A goal of Lakeland that the course supports, with a milestone."""
    made = programmes.goal(programmes.programme())
    milestones.support(made, kind="activity", activity=course, by=DESK, at=NOON)
    milestones.add(made, title_en="First staff trained", due=PartialDate("2028-06"), by=DESK, at=NOON)
    return made


def told(login):
    """What somebody was told, as keys without numbers."""
    return [key.split(":")[0] for key in Notice.objects.filter(recipient__login=login).order_by("pk").values_list("key", flat=True)]


class TestEvidence:
    def test_what_a_closed_sheet_says_is_laid_beside_the_goal_once(self, course, goal):
        for _twice in range(2):
            jobs.show_what_came(str(course.pk))

        found = Evidence.objects.get()
        assert (found.people, found.starts, found.ends) == (3, course.first_day, course.last_day)
        assert Entry.objects.filter(act="evidence.laid").count() == 1
        assert Milestone.objects.get().state == "open"

    def test_it_follows_the_sheet_when_it_is_opened_again(self, course, goal):
        jobs.show_what_came(str(course.pk))
        Outcome.objects.filter(party=LAKELAND).update(result="", settled_at=None)
        jobs.show_what_came(str(course.pk))
        assert not Evidence.objects.exists()
        jobs.show_what_came(str(course.pk))
        assert Entry.objects.filter(act="evidence.laid").count() == 2

        Outcome.objects.filter(party=LAKELAND).update(result="attended", settled_at=AFTER)
        Activity.objects.filter(pk=course.pk).update(last_day=date(2027, 3, 13))
        jobs.show_what_came(str(course.pk))

        assert Evidence.objects.get().ends == date(2027, 3, 13)

    def test_it_is_laid_by_the_house_alone(self, course, goal):
        with pytest.raises(NotPermitted):
            evidence.lay(course, came={LAKELAND: 3}, by=LAKE_CONTACT, at=AFTER)

    @pytest.mark.fault("F3")
    def test_it_is_seen_with_its_goal(self, course, goal):
        jobs.show_what_came(str(course.pk))

        assert Evidence.objects.seen_by(LAKE_CONTACT).count() == Evidence.objects.seen_by(DESK).count() == 1
        assert not Evidence.objects.seen_by(MERIDIA_CONTACT).exists()

    def test_the_page_of_the_goal_shows_it_and_the_contact_says_that_the_milestone_is_met(self, client, course, goal):
        jobs.show_what_came(str(course.pk))
        client.force_login(person("lena", Role.POINT_OF_CONTACT, of=LAKELAND))

        shown = client.get(f"/programmes/goals/{goal.pk}/").content.decode()

        assert shown.count("3 came to Course 1") == 2
        milestone = Milestone.objects.get()
        client.post(f"/programmes/milestones/{milestone.pk}/meet/", {"evidence": "3 came to Course 1", "measured": "3"})
        milestone.refresh_from_db()
        assert (milestone.state, milestone.evidence) in (("met", "3 came to Course 1"), ("open", ""))


class TestTelling:
    @pytest.fixture
    def people(self):
        """Contacts of Lakeland, Meridia and Arcadia, the centre, and the desk."""
        person("lena", Role.POINT_OF_CONTACT, of=LAKELAND)
        person("mira", Role.POINT_OF_CONTACT, of=MERIDIA)
        person("arno", Role.POINT_OF_CONTACT, of="XAR")
        person("piet", Role.PROVIDER, of=LAKE_CENTRE)
        person("dora", Role.DESK_OFFICER, of=HEADQUARTERS)

    @pytest.mark.fault("F26")
    def test_delegations_are_told_once_that_there_are_links(self, course, people):
        world.the_survey()
        for _twice in range(2):
            jobs.ask_who_was_there(str(course.pk))
            jobs.tell_whom_to_ask(str(Canvass.objects.get().pk))

        assert Canvass.objects.get().asked == 5
        assert (told("lena"), told("mira"), told("arno"), told("piet")) == (["canvass"], ["canvass"], [], [])

    @pytest.mark.fault("F26", "F3")
    def test_a_report_is_told_of_to_whoever_has_to_do_with_it(self, course, people):
        made = world.report(course, state="submitted")
        jobs.tell_of_report(str(made.pk))
        assert (told("dora"), told("lena"), told("piet")) == (["activity-report"], [], [])
        made = world.reports.give_back(made, reason="Say more.", by=DESK, at=AFTER)
        jobs.tell_of_report(str(made.pk))
        assert told("piet") == ["activity-report"]
        made = world.reports.submit(made, version=made.version, by=world.PROVIDER, at=AFTER)
        world.reports.approve(made, by=DESK, at=AFTER)

        for _twice in range(2):
            jobs.send_report(str(made.pk))

        assert ActivityReport.objects.get().state == "distributed"
        assert (told("lena"), told("mira"), told("arno")) == (["activity-report"], ["activity-report"], [])

    def test_where_there_is_nobody_or_nothing_to_ask_nothing_happens(self, course):
        jobs.ask_who_was_there(str(course.pk))

        assert not Canvass.objects.exists()


def test_the_sweep_closes_what_is_over_and_forgets_what_is_old(course):
    asked = world.canvass(course)
    world.answered(asked, 5)
    Canvass.objects.update(opened_at=datetime(2020, 1, 1, tzinfo=UTC), closes_at=datetime(2020, 2, 1, tzinfo=UTC))

    assert jobs.sweep(0) == 2

    assert Canvass.objects.get().closed_at is not None
    Canvass.objects.update(closed_at=datetime(2020, 2, 1, tzinfo=UTC))
    jobs.sweep(0)
    assert not Answer.objects.exists()


def test_each_act_has_its_jobs():
    assert jobs in faces("jobs")
    jobs.AfterASheet.defer("1", 0)
    assert {"sheet.closed", "sheet.reopened", "activity-report.approved"} <= jobs.follows.keys()
    assert Support.objects.count() == 0
