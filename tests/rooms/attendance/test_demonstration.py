"""The demonstration has a year that runs: a course that is over and certified, one that runs, one to come."""

from datetime import UTC, date, datetime

import pytest

from comity.accounts.rules import Role
from comity.attendance.models import Certificate, Outcome
from comity.attendance.queries.sheets import by_stage, staged
from comity.feedback.models import ActivityReport, Canvass
from comity.nominations.acts import readings
from comity.nominations.models import Nomination, Person
from comity.packs.demonstration import running
from comity.trail.models import Entry
from tests.world.cast import ADMINISTRATOR, actor, party
from tests.world.feedback import the_survey

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def centre() -> str:
    """The parties the demonstration sends people from, and the centre that runs the courses."""
    for code in running.SENT:
        party(code)
    party("XDTC", kind="centre", seat="CHE")
    the_survey()
    return "XDTC"


def test_one_course_is_over_one_runs_and_one_is_to_come(centre: str) -> None:
    assert running.build(ADMINISTRATOR, AT, centre) == 3
    assert running.build(ADMINISTRATOR, AT, centre) == 3

    told = by_stage(staged(on=AT.date(), seen_by=actor(Role.PROVIDER, of=centre)))
    assert {stage: len(keys) for stage, keys in told.items() if keys} == {"running": 1, "to_come": 1, "done": 1}
    assert sorted(Outcome.objects.values_list("result", flat=True)) == ["attended"] * 5 + ["excused", "no_show"]
    assert Certificate.objects.filter(is_demonstration=True).count() == 5


def test_those_who_came_have_answered_and_the_report_waits_for_approval(centre: str) -> None:
    running.build(ADMINISTRATOR, AT, centre)

    canvass, report = Canvass.objects.get(), ActivityReport.objects.get()
    assert (canvass.answered, canvass.shown) == (5, 5)
    assert (report.state, report.activity) == ("submitted", canvass.activity)


@pytest.mark.fault("F30")
def test_its_people_are_marked_as_invented_and_sealed(centre: str) -> None:
    running.build(ADMINISTRATOR, AT, centre)

    assert Person.objects.filter(is_demonstration=True).count() == Person.objects.count() == 7
    contact = actor(Role.POINT_OF_CONTACT, of="MDA")
    names = readings.names(Nomination.objects.seen_by(contact), by=contact, at=AT)
    assert {str(name) for name in names.values()} == set(running.SENT["MDA"])
    assert not Entry.objects.filter(facts__icontains="Munteanu").exists()


def test_built_years_later_it_shows_the_same_year(centre: str) -> None:
    running.build(ADMINISTRATOR, datetime(2031, 5, 1, tzinfo=UTC), centre)

    assert staged(on=date(2031, 5, 1), seen_by=actor(Role.PROVIDER, of=centre)).count() == 3
