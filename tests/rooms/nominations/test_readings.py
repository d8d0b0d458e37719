"""Who may open an identity, and that every opening is written down."""

import pytest
from django.db import transaction

from comity.accounts.rules import Role
from comity.kernel.sealing import opened
from comity.nominations import queries
from comity.nominations.acts import readings
from comity.nominations.models import Identity, Nomination, Reading
from tests.world.cast import (
    ADMINISTRATOR,
    AUDITOR,
    DESK_OFFICER,
    HEADQUARTERS,
    LAKE_CENTRE,
    LAKELAND,
    MENU_MANAGER,
    MERIDIA,
    PROVIDER,
    actor,
)
from tests.world.nominations import NOW, asked, contact, course, head, nominated, somebody
from tests.world.requests import breaking

pytestmark = pytest.mark.django_db


@pytest.fixture
def put_forward() -> Nomination:
    """Ann Birch, for whom a seat is held."""
    return nominated(asked(course()), state="put_forward")


@pytest.mark.fault("F3", "F5")
def test_the_own_delegation_opens_its_people_and_it_is_written_down(put_forward):
    found = readings.names([put_forward], by=contact(), at=NOW, activity=put_forward.activity)

    assert found[put_forward.person_id].full == "Ann Birch"
    [reading] = queries.readings(seen_by=contact())
    assert (reading.login, reading.party, reading.where, reading.people) == ("poc-xla", LAKELAND, "page", [put_forward.person_id])
    assert reading.parties == [LAKELAND]
    assert readings.names(Nomination.objects.all(), by=head(), at=NOW).keys() == {put_forward.person_id}


@pytest.mark.fault("F3", "F5", "F30")
@pytest.mark.parametrize(
    "who",
    [
        ADMINISTRATOR, AUDITOR, DESK_OFFICER, MENU_MANAGER, contact(MERIDIA), head(MERIDIA),
        actor(Role.LEADERSHIP, of=HEADQUARTERS), actor(Role.ADMINISTRATOR, of=LAKE_CENTRE), actor(Role.ADMINISTRATOR, of=LAKELAND),
        actor(Role.PROVIDER, of=LAKELAND),
        actor(Role.PROVIDER, of=MERIDIA), actor(Role.DESK_OFFICER, of=LAKE_CENTRE), actor(Role.POINT_OF_CONTACT),
    ],
    ids=lambda who: f"{who.role} of {who.party}",
)  # fmt: skip
def test_nobody_else_opens_a_name_whatever_they_may(put_forward, who):
    assert readings.names([put_forward], by=who, at=NOW) == {}
    assert readings.names(Nomination.objects.all(), by=who, at=NOW) == {}
    rows = list(readings.export(Nomination.objects.all(), why="for a test", by=who, at=NOW))
    assert [names.full for _nomination, names in rows] == [""]
    assert not Reading.objects.exists()


@pytest.mark.fault("F3", "F30")
@pytest.mark.parametrize(
    ("state", "told"),
    [("collected", 0), ("endorsed", 0), ("reserve", 0), ("offered", 0), ("put_forward", 1), ("accepted", 1), ("withdrawn", 0)],
)
def test_a_provider_opens_those_it_was_told_of_and_nobody_before(state, told):
    more = {"held_until": NOW} if state == "offered" else {}
    mine = nominated(asked(course()), state=state, **more)
    nominated(asked(course(2, provider=HEADQUARTERS)), 2, state="put_forward")

    found = readings.names(Nomination.objects.all(), by=PROVIDER, at=NOW)

    assert sorted(found) == [mine.person_id] * told
    assert Reading.objects.count() == told


@pytest.mark.fault("F5", "F14")
def test_an_export_needs_a_reason_and_is_written_down_before_the_first_row(put_forward):
    for why in ("", "  ", "because"):
        with pytest.raises(readings.ExportNeedsAReason):
            readings.export(Nomination.objects.all(), why=why, by=contact(), at=NOW)

    rows = readings.export(Nomination.objects.all(), why="badges at the gate", by=contact(), at=NOW)

    assert Reading.objects.get().why == "badges at the gate"
    assert [(n.pk, names.full) for n, names in rows] == [(put_forward.pk, "Ann Birch")]


@pytest.mark.fault("F30")
def test_a_box_says_nothing_opens_nowhere_else_and_may_be_gone(put_forward):
    box = bytes(put_forward.person.identity.box)
    assert b"Birch" not in box
    assert b"Birch" in opened(box, bound_to=put_forward.person.number)

    other = somebody(2)
    Identity.objects.filter(person=other).update(box=box)
    assert readings.names([other], by=contact(), at=NOW) == {}
    Identity.objects.filter(person=put_forward.person).delete()
    assert readings.names([put_forward], by=contact(), at=NOW) == {}


@pytest.mark.fault("F22")
def test_a_reading_is_never_changed(put_forward):
    readings.names([put_forward], by=contact(), at=NOW)

    for change in (lambda: Reading.objects.update(login="x"), lambda: Reading.objects.all().delete()):
        with breaking("readings_never_change"), transaction.atomic():
            change()


@pytest.mark.fault("F24")
def test_names_take_the_same_queries_for_any_number_of_people(django_assert_num_queries):
    request = asked(course())
    for n in range(12):
        nominated(request, n + 1)
    with django_assert_num_queries(4):
        found = readings.names(Nomination.objects.filter(choice__lte=2), by=contact(), at=NOW)
    assert len(found) == 2
    with django_assert_num_queries(4):
        assert len(readings.names(Nomination.objects.all(), by=contact(), at=NOW)) == 12
