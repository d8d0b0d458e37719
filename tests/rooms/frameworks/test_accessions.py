"""Accession of a partner to the Alliance: one act ends and starts the right rows."""

from datetime import UTC, date, datetime

import pytest

from comity.frameworks.acts import accessions
from comity.frameworks.models import Framework, Membership
from comity.frameworks.queries import accessions as previews
from comity.frameworks.queries import registers, standings
from comity.kernel.actors import STRANGER
from comity.kernel.refusals import NotPermitted
from comity.trail.models import Entry
from tests.world.cast import ADMINISTRATOR, ARCADIA, DESK_OFFICER, LAKE_CONTACT, LAKELAND, party
from tests.world.frameworks import ALLIANCE, DIALOGUE, PARTNERSHIP, member, source, the_frameworks
from tests.world.pack import lay_down

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = date(2026, 3, 1)


@pytest.fixture
def world() -> dict[str, Framework]:
    """The cast, with a council where Arcadia sits as an Ally and Lakeland as a partner."""
    found = the_frameworks()
    found["XCO"] = Framework.objects.create(code="XCO", kind="council", name_en="The Council", founded="2001")
    member(ARCADIA, "XCO", "ally", "2001")
    member(LAKELAND, "XCO", "partner", "2005-03-10")
    return found


def accede(code: str, to: Framework, **more: object) -> Membership:
    """Make a partner an Ally."""
    given = {"on": DAY, "sources": [source()], "by": DESK_OFFICER, "at": NOW}
    return accessions.accede(party(code), to=to, **given | more)  # type: ignore[arg-type]


def test_partner_rows_end_and_ally_rows_start_in_one_act(world: dict[str, Framework]) -> None:
    accede(LAKELAND, world[ALLIANCE])

    standing = standings([LAKELAND], seen_by=STRANGER)[LAKELAND]
    assert not standing.is_ally(date(2026, 2, 28))
    assert standing.partner_frameworks(date(2026, 2, 28)) == {PARTNERSHIP, "XCO"}
    assert standing.is_ally(DAY)
    assert standing.partner_frameworks(DAY) == frozenset()
    assert standing.in_framework("XCO", DAY)
    assert [entry.act for entry in Entry.objects.all()] == ["party.acceded"]
    assert Entry.objects.get().facts["ends"] == ["XCO", PARTNERSHIP]


def test_the_council_keeps_its_size(world: dict[str, Framework]) -> None:
    before = registers.roll("XCO", on=DAY, seen_by=STRANGER)[1]
    accede(LAKELAND, world[ALLIANCE])
    after = registers.roll("XCO", on=DAY, seen_by=STRANGER)[1]

    assert (before.allies, before.partners) == (1, 1)
    assert (after.allies, after.partners) == (2, 0)


def test_what_it_would_change_can_be_seen_before(world: dict[str, Framework]) -> None:
    planned = previews.preview(party(LAKELAND), to=world[ALLIANCE], on=DAY, seen_by=DESK_OFFICER)

    assert planned.ends == ("XCO", PARTNERSHIP)
    assert planned.starts == ("XCO", ALLIANCE)
    assert not Entry.objects.exists()


def test_one_accedes_once(world: dict[str, Framework]) -> None:
    with pytest.raises(accessions.AlreadyAnAlly):
        accede(ARCADIA, world[ALLIANCE])


def test_one_accedes_to_an_alliance(world: dict[str, Framework]) -> None:
    with pytest.raises(accessions.NotAnAlliance):
        accede(LAKELAND, world[DIALOGUE])


def test_a_contact_of_a_party_makes_no_allies(world: dict[str, Framework]) -> None:
    with pytest.raises(NotPermitted):
        accede(LAKELAND, world[ALLIANCE], by=LAKE_CONTACT)


def test_the_accession_of_sweden_replays_as_the_record_has_it() -> None:
    lay_down()
    sweden = party("SWE")
    told = {
        (row.framework_id, row.standing): (str(row.since), str(row.until))
        for row in Membership.objects.known().filter(party=sweden)
    }
    for row in Membership.objects.known().filter(party=sweden):
        if row.standing == "ally":
            Membership.objects.filter(pk=row.pk).update(known=(row.known.lower, row.known.lower.replace(hour=13)))
        elif str(row.until) == "2024-03-07":
            Membership.objects.filter(pk=row.pk).update(until="", period=(row.period.lower, None))

    alliance = Framework.objects.get(code="NATO")
    accede("SWE", alliance, on=date(2024, 3, 7), by=ADMINISTRATOR)

    now = {
        (row.framework_id, row.standing): (str(row.since), str(row.until))
        for row in Membership.objects.known().filter(party=sweden)
    }
    assert now == told
