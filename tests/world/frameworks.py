"""The invented frameworks of the cast: an alliance, a partnership, a dialogue, an initiative; and who stands in them.

Arcadia is an Ally since 2000. Lakeland and Sunderia are in the partnership since 2005 (Sunderia on hold since 2021),
Meridia is in the dialogue since 2006, Gulfland in the initiative since 2007, Outland in none.
"""

from datetime import UTC, datetime
from typing import Any

from comity.frameworks.models import Framework, Membership, Suspension
from comity.kernel.dates import PartialDate
from comity.parties.models import Source
from tests.world.cast import ARCADIA, GULFLAND, HEADQUARTERS, LAKELAND, MERIDIA, SUNDERIA, the_world

ALLIANCE, PARTNERSHIP, DIALOGUE, INITIATIVE = "XNA", "XPP", "XMD", "XIC"
RECORDED = datetime(2020, 1, 1, tzinfo=UTC)
NAMES = {
    ALLIANCE: ("alliance", "The Alliance", "L'Alliance"),
    PARTNERSHIP: ("programme", "Lakeland Partnership", "Partenariat lacustre"),
    DIALOGUE: ("dialogue", "Southern Dialogue", "Dialogue du Sud"),
    INITIATIVE: ("initiative", "Gulf Initiative", "Initiative du Golfe"),
}


def framework(code: str) -> Framework:
    """A framework of the cast; made once."""
    return Framework.objects.get_or_create(code=code, defaults=_fields(code))[0]


def _fields(code: str) -> dict[str, Any]:
    kind, en, fr = NAMES[code]
    party = HEADQUARTERS if code == ALLIANCE else None
    return {"kind": kind, "name_en": en, "name_fr": fr, "founded": "2000", "party_id": party}


def source(key: str = "a-paper") -> Source:
    """A source; made once."""
    return Source.objects.get_or_create(key=key, defaults={"title": key.replace("-", " ").title(), "publisher": "The press"})[0]


def member(party: str, code: str, standing: str, since: str = "", until: str = "", known: datetime = RECORDED) -> Membership:
    """A row of the register, true from one partial date until another."""
    row = _member(party, code, standing, since, until, known)
    row.save()
    row.sources.add(source())
    row.refresh_from_db()
    return row


def _member(party: str, code: str, standing: str, since: str, until: str = "", known: datetime = RECORDED) -> Membership:
    first, last = PartialDate(since), PartialDate(until)
    period = (first.earliest, last.stops)
    return Membership(
        framework_id=code, party_id=party, standing=standing, since=first, until=last, period=period, known=(known, None)
    )


def on_hold(membership: Membership, since: str, until: str = "", **scope: bool) -> Suspension:
    """A suspension of practical cooperation, or of the scope given."""
    scope = scope or {"practical_civil": True, "practical_military": True}
    period = (PartialDate(since).earliest, PartialDate(until).stops)
    return Suspension.objects.create(
        membership=membership,
        since=PartialDate(since),
        until=PartialDate(until),
        period=period,
        known=(RECORDED, None),
        ground="A decision of the council.",
        lifting="Resumed." if until else "",
        deciding_body="The council",
        review_on=PartialDate("2026-06"),
        **scope,
    )


def the_frameworks() -> dict[str, Framework]:
    """The cast in its frameworks."""
    the_world()
    Framework.objects.bulk_create([Framework(code=code, **_fields(code)) for code in NAMES], ignore_conflicts=True)
    rows = [
        _member(ARCADIA, ALLIANCE, "ally", "2000-01-01"),
        _member(LAKELAND, PARTNERSHIP, "partner", "2005-03-10"),
        _member(SUNDERIA, PARTNERSHIP, "partner", "2005-03-10"),
        _member(MERIDIA, DIALOGUE, "participant", "2006-02"),
        _member(GULFLAND, INITIATIVE, "participant", "2007"),
    ]
    Membership.objects.bulk_create(rows)
    cited, paper = Membership.sources.through, source()
    cited.objects.bulk_create(cited(membership=row, source=paper) for row in rows)
    on_hold(rows[2], "2021-11-19")
    return Framework.objects.in_bulk(NAMES, field_name="code")
