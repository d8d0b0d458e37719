"""The cast of every test: invented countries, one organisation, one centre, and people known by name.

The codes are those that ISO 3166 leaves to its users, so that no test can be taken for a fact.
"""

from datetime import date
from typing import Any

from comity.accounts.models import User
from comity.accounts.rules import Role, permissions_of
from comity.kernel.actors import Actor
from comity.kernel.tables import sort_key
from comity.parties.models import Delegation, Mandate, Party, PartyKind

# An Ally, three partners in different frameworks, one suspended, one outside; the organisation; a centre in Lakeland.
ARCADIA, LAKELAND, MERIDIA, GULFLAND, SUNDERIA, OUTLAND = "XAR", "XLA", "XME", "XGU", "XSU", "XOU"
HEADQUARTERS, LAKE_CENTRE = "XHQ", "XLAC"
NAMES = {
    ARCADIA: ("Arcadia", "Arcadie"),
    LAKELAND: ("Lakeland", "Lacustrie"),
    MERIDIA: ("Meridia", "Méridie"),
    GULFLAND: ("Gulfland", "Golfie"),
    SUNDERIA: ("Sunderia", "Sundérie"),
    OUTLAND: ("Outland", "Outrelande"),
}
THE_SYSTEM = Actor(login="system", name="The system", permissions=permissions_of(Role.ADMINISTRATOR))


def party(code: str, *, kind: str = PartyKind.STATE, name: str = "", name_fr: str = "", seat: str | None = None) -> Party:
    """A party of the cast, or any other; made once."""
    return Party.objects.get_or_create(code=code, defaults=_fields(code, kind, name, name_fr, seat))[0]


def the_world() -> dict[str, Party]:
    """All eight parties; made once."""
    told = {code: _fields(code) for code in NAMES}
    told[HEADQUARTERS] = _fields(HEADQUARTERS, PartyKind.ORGANISATION, "The Alliance", "L'Alliance")
    told[LAKE_CENTRE] = _fields(LAKE_CENTRE, PartyKind.CENTRE, "Lakeland Training Centre", seat=LAKELAND)
    Party.objects.bulk_create([Party(code=code, **fields) for code, fields in told.items()], ignore_conflicts=True)
    return Party.objects.in_bulk(told, field_name="code")


def _fields(code: str, kind: str = PartyKind.STATE, name: str = "", name_fr: str = "", seat: str | None = None) -> dict[str, Any]:
    en, fr = NAMES.get(code, (name or code, name_fr))
    return {"kind": kind, "name_en": name or en, "name_fr": name_fr or fr, "sort": sort_key(name or en), "seat_id": seat}


def person(login: str, role: Role, *, of: str, since: date = date(2020, 1, 1), until: date | None = None, **fields: str) -> User:
    """Somebody with a mandate in a delegation; the password is the login twice."""
    kind = PartyKind.ORGANISATION if of == HEADQUARTERS else PartyKind.STATE
    delegation, _ = Delegation.objects.get_or_create(party=party(of, kind=kind), defaults={"accredited_on": date(2000, 1, 1)})
    user = User.objects.create_user(login, password=login * 2, name=fields.pop("name", login.title()), **fields)
    Mandate.objects.create(user=user, delegation=delegation, role=role, period=(since, until))
    return user


def actor(role: Role, *, of: str | None = None, login: str = "", **fields: str) -> Actor:
    """Somebody who acts, without an account behind: for acts and queries."""
    return Actor(login=login or role.value, name=role.value, party=of, role=role, permissions=permissions_of(role), **fields)


MENU_MANAGER = actor(Role.MENU_MANAGER, of=HEADQUARTERS)
DESK_OFFICER = actor(Role.DESK_OFFICER, of=HEADQUARTERS)
ADMINISTRATOR = actor(Role.ADMINISTRATOR, of=HEADQUARTERS)
AUDITOR = actor(Role.AUDITOR, of=HEADQUARTERS)
LAKE_CONTACT = actor(Role.POINT_OF_CONTACT, of=LAKELAND)
MERIDIA_CONTACT = actor(Role.POINT_OF_CONTACT, of=MERIDIA)
ARCADIA_CONTACT = actor(Role.POINT_OF_CONTACT, of=ARCADIA)
PROVIDER = actor(Role.PROVIDER, of=LAKE_CENTRE)
