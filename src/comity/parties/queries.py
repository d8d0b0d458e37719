"""Reads of the room of parties: who is who, for whom somebody acts today, and the people who sign in."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from comity.accounts import queries as accounts
from comity.accounts.models import Token, User
from comity.accounts.rules import Role, permissions_of
from comity.kernel.actors import STRANGER, Actor
from comity.kernel.refusals import NotFound
from comity.kernel.tables import sort_key
from comity.kernel.words import Name
from comity.parties.models import Mandate, Party
from comity.parties.models.delegations import MandateQuerySet
from comity.parties.models.parties import PartyQuerySet
from comity.parties.rules import Spell, first_day_without, is_soon
from comity.trail import queries as trail
from comity.trail.models import Entry


def actor_of(user: User, *, at: datetime) -> Actor:
    """Who a signed-in person is at a moment, by the mandate then running in their own zone; without one, a guest.

    A guest has a login and nothing else: no party, no permission.
    """
    today = at.astimezone(ZoneInfo(user.zone)).date()
    mandate = Mandate.objects.running(today).filter(user=user).first() if user.is_active else None
    if not user.is_active:
        return STRANGER
    return Actor(
        login=user.login,
        name=user.name,
        party=mandate.delegation_id if mandate else None,
        role=mandate.role if mandate else "",
        permissions=permissions_of(mandate.role) if mandate else frozenset(),
        language=user.language,
        zone=user.zone,
    )


def parties(*, seen_by: Actor) -> PartyQuerySet:
    """Every party a reader may see."""
    return Party.objects.seen_by(seen_by)


def party(code: str, *, seen_by: Actor) -> Party:
    """One party by its code, whatever the case.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return parties(seen_by=seen_by).get(code=code.upper())
    except Party.DoesNotExist:
        raise NotFound(what="party") from None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody with an account: the mandate of today, the one to come, and how the account stands."""

    login: str
    name: str
    is_open: bool
    has_second_factor: bool
    signed_in_at: datetime | None
    running: Spell | None
    coming: Spell | None
    ends_soon: bool
    key: str

    def marks(self, group: str) -> tuple[str, ...]:
        """Under which values of a group of filters this person is found."""
        match group:
            case "party":
                return (self.running.party,) if self.running else ()
            case "role":
                return (self.running.role,) if self.running else ()
            case "mandate":
                return ("soon",) if self.ends_soon else () if self.running else ("none",)
            case "factor":
                return ("set",) if self.has_second_factor else ("missing",)
            case _:
                return ("open",) if self.is_open else ("closed",)


@dataclass(frozen=True)
class Handover:
    """A party whose last point of contact leaves soon: the first day with nobody, and who speaks for it until then."""

    party: str
    party_name: Name
    ends: date
    people: list[PersonLine]


@dataclass(frozen=True)
class Standing:
    """One person as the page shows them: every mandate, newest first, the one of today, what is open, what was done."""

    user: User
    mandates: list[Mandate]
    running: Mandate | None
    has_second_factor: bool
    sessions: int
    tokens: int
    history: list[Entry]


GROUPS = ("party", "role", "mandate", "account", "factor")
ROLES = [str(role) for role in Role]
NEVER = date.max
SORTS: dict[str, Callable[[PersonLine], tuple[object, ...]]] = {
    "name": lambda line: (line.key,),
    "login": lambda line: (line.login,),
    "party": lambda line: (line.running is None, line.running.party if line.running else ""),
    "role": lambda line: (ROLES.index(line.running.role) if line.running else len(ROLES),),
    "since": lambda line: (line.running.since if line.running else NEVER,),
    "until": lambda line: (line.running is None, (line.running.ends if line.running else None) or NEVER),
    "signed-in": lambda line: (line.signed_in_at.timestamp() if line.signed_in_at else 0.0,),
}
HISTORY = 40


def people(*, seen_by: Actor, at: datetime) -> list[PersonLine]:
    """Everybody a reader may see, by name, each with the mandate of today in their own zone; two queries for any number."""
    spells: dict[int, list[Spell]] = {}
    for owner, spell in _spells(Mandate.objects.seen_by(seen_by), at):
        spells.setdefault(owner, []).append(spell)
    found = User.objects.seen_by(seen_by).annotate(second=Exists(_second_factors().filter(user=OuterRef("pk"))))
    rows = found.values_list("pk", "login", "name", "zone", "is_active", "second", "last_login")
    today = cache(lambda zone: at.astimezone(ZoneInfo(zone)).date())
    lines = [
        _line(login, name, is_open, second, signed_in, spells.get(pk, ()), on=today(zone))
        for pk, login, name, zone, is_open, second, signed_in in rows
    ]
    return sorted(lines, key=lambda line: (line.key, line.login))


def narrowed(lines: Iterable[PersonLine], *, words: str, chosen: Mapping[str, Collection[str]]) -> list[PersonLine]:
    """Those whose name or login holds every word, and who fit each group of filters in which something is chosen."""
    return [line for line, misses in _matched(lines, words, chosen) if not misses]


def in_order(lines: list[PersonLine], sort: str) -> list[PersonLine]:
    """The list in the order asked for; those who are equal in it stay by name."""
    return sorted(lines, key=SORTS.get(sort.removeprefix("-"), SORTS["name"]), reverse=sort.startswith("-"))


def counted(lines: Iterable[PersonLine], *, words: str, chosen: Mapping[str, Collection[str]]) -> dict[str, dict[str, int]]:
    """How many fit each value of each group, given what is chosen in the others: who misses one group counts in that alone."""
    counts: dict[str, dict[str, int]] = {group: {} for group in GROUPS}
    for line, misses in _matched(lines, words, chosen):
        if len(misses) < 2:
            for group in misses or GROUPS:
                told = counts[group]
                for value in line.marks(group):
                    told[value] = told.get(value, 0) + 1
    return counts


def handovers(lines: Iterable[PersonLine], *, on: date) -> list[Handover]:
    """Parties that have a point of contact today and will have none on a day soon, the nearest first."""
    of_party: dict[str, list[tuple[PersonLine, Spell]]] = {}
    for line in lines:
        for spell in (line.running, line.coming):
            if spell and line.is_open and spell.role == Role.POINT_OF_CONTACT:
                of_party.setdefault(spell.party, []).append((line, spell))
    found = []
    for party, here in of_party.items():
        ends = first_day_without([(spell.since, spell.ends) for _line, spell in here], on=on)
        if ends is not None and is_soon(ends, on=on):
            now = [line for line, spell in here if spell is line.running]
            found.append(Handover(party, here[0][1].party_name, ends, now))
    return sorted(found, key=lambda handover: (handover.ends, handover.party))


def standing(user: User, *, seen_by: Actor, at: datetime) -> Standing:
    """One person as a page shows them."""
    today = at.astimezone(ZoneInfo(user.zone)).date()
    given = list(_given(seen_by).filter(user=user).order_by("-period"))
    tokens = accounts.tokens(seen_by=seen_by).filter(owner=user)
    return Standing(
        user=user,
        mandates=given,
        running=_given(seen_by).running(today).filter(user=user).first(),
        has_second_factor=_second_factors().filter(user=user).exists(),
        sessions=accounts.sessions(seen_by=seen_by, at=at).filter(user=user).count(),
        tokens=tokens.alive(at).count(),
        history=_history(user, given, [token.pk for token in tokens], seen_by),
    )


def mandates(user: User, *, seen_by: Actor, on: date) -> MandateQuerySet:
    """The mandates of somebody that are not over on a day, the one that began first first."""
    not_over = Q(period__endswith__isnull=True) | Q(period__endswith__gt=on)
    return _given(seen_by).filter(not_over, user=user).order_by("period")


def _given(reader: Actor) -> MandateQuerySet:
    return Mandate.objects.seen_by(reader).select_related("user", "delegation__party")


def _history(user: User, given: list[Mandate], tokens: list[int], reader: Actor) -> list[Entry]:
    """What was done about somebody, newest first: to the account, its mandates and its tokens."""
    about = Q(kind=User._meta.label_lower, subject=str(user.pk))
    about |= Q(kind=Mandate._meta.label_lower, subject__in=[str(mandate.pk) for mandate in given])
    about |= Q(kind=Token._meta.label_lower, subject__in=[str(pk) for pk in tokens])
    return list(trail.entries(seen_by=reader).filter(about)[:HISTORY])


def _matched(
    lines: Iterable[PersonLine], words: str, chosen: Mapping[str, Collection[str]]
) -> Iterator[tuple[PersonLine, list[str]]]:
    """Those whose name or login holds every word, each with the groups of filters they do not fit."""
    asked = [(group, set(values)) for group, values in chosen.items() if values]
    sought = sort_key(words).split()
    for line in lines:
        if all(word in line.key or word in line.login for word in sought):
            yield line, [group for group, values in asked if values.isdisjoint(line.marks(group))]


def _second_factors() -> QuerySet[Authenticator]:
    """What proves somebody beside the password; codes for an emergency come with one and are none."""
    found: QuerySet[Authenticator] = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return found


def _spells(rows: MandateQuerySet, at: datetime) -> Iterator[tuple[int, Spell]]:
    """Mandates that are not over anywhere on earth, each with its owner; a recalled delegation ends them."""
    not_over = Q(period__endswith__isnull=True) | Q(period__endswith__gt=at.date() - timedelta(days=1))
    columns = ("user", "role", "period__startswith", "period__endswith", "delegation", "delegation__recalled_on")
    names = ("delegation__party__name_en", "delegation__party__name_fr")
    name_of = cache(Name)
    for owner, role, since, upper, code, recalled, *name in rows.filter(not_over).order_by("period").values_list(*columns, *names):
        ends = min(upper or NEVER, recalled) if recalled else upper
        yield owner, Spell(code, name_of(*name), role, since, ends)


def _line(
    login: str, name: str, is_open: bool, has_second: bool, signed_in_at: datetime | None, spells: Collection[Spell], *, on: date
) -> PersonLine:
    """One person with the mandate that runs on a day, and the first one that begins after it."""
    running = next((spell for spell in spells if spell.runs(on)), None)
    coming = next((spell for spell in spells if spell.since > on and (spell.ends is None or spell.since < spell.ends)), None)
    soon = running is not None and is_soon(running.ends, on=on)
    return PersonLine(login, name, is_open, has_second, signed_in_at, running, coming, soon, sort_key(name))
