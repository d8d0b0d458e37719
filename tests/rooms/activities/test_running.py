"""Activities on offer: moved, resized, called off."""

from datetime import UTC, date, datetime, time

import pytest

from comity.accounts.rules import Role
from comity.activities.acts import running
from comity.activities.acts.editions import ReasonMissing
from comity.activities.models import Activity
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import NotFound, NotPermitted
from comity.trail.models import Entry
from tests.world import menu
from tests.world.cast import DESK_OFFICER, LAKE_CENTRE, LAKELAND, MENU_MANAGER, MERIDIA, PROVIDER, actor, the_world

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
STARTS, ENDS = PartialDate("2027-04-05"), PartialDate("2027-04-09")


@pytest.fixture
def course(db) -> Activity:
    """A course of the Lakeland centre in March 2027, with a part in residence and an hour online."""
    the_world()
    made = menu.activity(menu.edition(), provider_party_id=LAKE_CENTRE, contributed_by_id=LAKE_CENTRE)
    menu.part(made)
    menu.part(made, kind="online", starts=date(2027, 3, 1), ends=date(2027, 3, 1), start_time=time(10), zone="Europe/Brussels")
    return made


@pytest.mark.fault("F17")
def test_a_move_takes_the_parts_along_and_counts_one_version_up(course):
    moved = running.move(course, starts=STARTS, ends=ENDS, reason="The hall is closed.", by=PROVIDER, at=NOW)

    assert (moved.first_day, moved.last_day, moved.month, moved.version) == (
        date(2027, 4, 5),
        date(2027, 4, 9),
        4,
        course.version + 1,
    )
    assert list(moved.parts.order_by("starts").values_list("starts", "ends")) == [
        (date(2027, 3, 29), date(2027, 3, 29)),
        (date(2027, 4, 5), date(2027, 4, 9)),
    ]
    told = Entry.objects.get(act="activity.moved").facts
    assert told["before"] == {"starts": "2027-03-08", "ends": "2027-03-12"}
    assert told["reason"] == "The hall is closed."


def test_a_move_may_tell_the_parts_anew(course):
    part = {"kind": "online", "starts": STARTS.earliest, "ends": ENDS.latest}
    moved = running.move(course, starts=STARTS, ends=ENDS, parts=[part], by=MENU_MANAGER, at=NOW)

    assert [p.kind for p in moved.parts.all()] == ["online"]


@pytest.mark.parametrize(
    ("starts", "ends", "refusal"),
    [
        ("2027-03-08", "2027-03-12", running.StaysWhereItIs),
        ("2027-04", "2027-04-09", running.NoDay),
        ("2027-04-09", "2027-04-05", running.NoDay),
        ("2027-04-05", "", running.NoDay),
        ("2026-11-30", "2027-04-05", running.DayHasPassed),
    ],
)
def test_a_move_is_to_other_days_that_are_known_and_to_come(course, starts, ends, refusal):
    with pytest.raises(refusal):
        running.move(course, starts=PartialDate(starts), ends=PartialDate(ends), by=PROVIDER, at=NOW)

    assert not Entry.objects.filter(act="activity.moved").exists()


def test_fewer_seats_carry_the_minimum_down(course):
    smaller = running.resize(course, seats=4, by=PROVIDER, at=NOW)

    assert (smaller.seats, smaller.minimum, smaller.version) == (4, 4, course.version + 1)
    assert Entry.objects.get(act="activity.resized").facts["before"] == {"seats": 20, "minimum": 6}
    for seats in (4, 5, 0):
        with pytest.raises(running.NotFewer):
            running.resize(course, seats=seats, by=PROVIDER, at=NOW)
    assert running.resize(course, seats=3, minimum=1, by=PROVIDER, at=NOW).minimum == 1


@pytest.mark.fault("F21")
def test_what_is_called_off_leaves_the_menu_for_good_with_its_reason(course):
    with pytest.raises(ReasonMissing):
        running.cancel(course, reason=" ", by=PROVIDER, at=NOW)
    gone = running.cancel(course, reason="Too few trainers.", by=PROVIDER, at=NOW)

    assert (gone.state, gone.reason, gone.version) == ("retired", "Too few trainers.", course.version + 1)
    assert not Activity.objects.on_offer().exists()
    assert not Activity.objects.live().exists()
    with pytest.raises(running.NotOnTheMenu):
        running.move(course, starts=STARTS, ends=ENDS, by=PROVIDER, at=NOW)


def test_only_whoever_runs_it_or_manages_the_menu_changes_it(course):
    with pytest.raises(NotPermitted):
        running.cancel(course, reason="No.", by=DESK_OFFICER, at=NOW)
    with pytest.raises(running.ProviderIsAnother):
        running.cancel(course, reason="No.", by=actor(Role.POINT_OF_CONTACT, of=MERIDIA), at=NOW)
    unseen = menu.activity(menu.edition(2028, state="planned"), provider_party_id=LAKE_CENTRE)
    with pytest.raises(NotFound):
        running.cancel(unseen, reason="No.", by=actor(Role.POINT_OF_CONTACT, of=LAKELAND), at=NOW)

    assert running.cancel(course, reason="Yes.", by=MENU_MANAGER, at=NOW).state == "retired"


def test_what_is_over_stays_as_it_was(course):
    with pytest.raises(running.IsOver, match="12 March 2027"):
        running.resize(course, seats=2, by=PROVIDER, at=datetime(2027, 3, 13, tzinfo=UTC))
