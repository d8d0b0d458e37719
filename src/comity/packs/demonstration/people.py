"""The people of the demonstration: invented, marked as such, and of use only at the machine they were made on.

They sit in the delegations of real parties, in the time zones of their capitals. Building twice changes nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from comity.accounts.acts import accounts
from comity.accounts.models import User
from comity.accounts.rules import Role
from comity.kernel.actors import Actor
from comity.kernel.words import Name
from comity.parties import queries as parties
from comity.parties.acts import delegations, mandates
from comity.parties.acts import parties as register
from comity.parties.models import Delegation, Party, PartyKind

HEADQUARTERS = "NATO"
CENTRE = "XDTC"
CENTRE_SEAT = "CHE"
CENTRE_NAME = Name("Demonstration Training Centre", "Centre de formation de démonstration")


@dataclass(frozen=True)
class Person:
    """One invented person and the delegation they sit in."""

    login: str
    name: str
    role: Role
    of: str
    zone: str = "Europe/Brussels"
    language: str = "en"


PEOPLE = (
    Person("admin", "Ada Winter", Role.ADMINISTRATOR, HEADQUARTERS),
    Person("desk", "Dora Field", Role.DESK_OFFICER, HEADQUARTERS),
    Person("menu", "Milo Harper", Role.MENU_MANAGER, HEADQUARTERS),
    Person("provider", "Petra Steiner", Role.PROVIDER, CENTRE, "Europe/Zurich"),
    Person("poc-mda", "Ion Codreanu", Role.POINT_OF_CONTACT, "MDA", "Europe/Chisinau"),
    Person("poc-geo", "Nino Beridze", Role.POINT_OF_CONTACT, "GEO", "Asia/Tbilisi"),
    Person("poc-che", "Claire Favre", Role.POINT_OF_CONTACT, "CHE", "Europe/Zurich", "fr"),
    Person("head-mda", "Elena Rusu", Role.HEAD_OF_DELEGATION, "MDA", "Europe/Chisinau"),
    Person("poc-est", "Kaja Tamm", Role.POINT_OF_CONTACT, "EST", "Europe/Tallinn"),
    Person("auditor", "Otto Keller", Role.AUDITOR, HEADQUARTERS),
)


@transaction.atomic
def build(password: str, *, by: Actor, at: datetime) -> int:
    """Make whoever is missing, and see that the password is the one given; the number of people made."""
    since = date(at.year - 1, 1, 1)
    _centre(by=by, at=at)
    present = {user.login: user for user in User.objects.filter(is_demonstration=True)}
    for user in present.values() if _is_another(password, present) else ():
        accounts.set_password(user, password=password, by=by, at=at)
    missing = [person for person in PEOPLE if person.login not in present]
    for person in missing:
        user = accounts.open(
            person.login,
            name=person.name,
            language=person.language,
            zone=person.zone,
            password=password,
            is_demonstration=True,
            by=by,
            at=at,
        )
        mandates.give(user, role=person.role, of=_delegation(person.of, since=since, by=by), since=since, by=by)
    return len(missing)


def _is_another(password: str, present: dict[str, User]) -> bool:
    """Whether the password changed since; one account tells for all, for hashing is slow on purpose."""
    return bool(present) and not next(iter(present.values())).check_password(password)


def _centre(*, by: Actor, at: datetime) -> None:
    if not Party.objects.filter(code=CENTRE).exists():
        seat = parties.party(CENTRE_SEAT, seen_by=by)
        register.register(CENTRE, kind=PartyKind.CENTRE, name=CENTRE_NAME, seat=seat, by=by, at=at)
        Party.objects.filter(code=CENTRE).update(is_demonstration=True)


def _delegation(code: str, *, since: date, by: Actor) -> Delegation:
    party = parties.party(code, seen_by=by)
    return Delegation.objects.filter(party=party).first() or delegations.accredit(party, on=since, by=by)
