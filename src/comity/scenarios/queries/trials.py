"""Reads of trials: a line that may be tried out, what can be changed about it, and what was found."""

from dataclasses import dataclass

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.kernel.words import Name, Sentence
from comity.participation.models import Cap, Line, Pool, Round
from comity.parties.models import Party
from comity.scenarios.models import Trial, TrialQuerySet, TrialState
from comity.scenarios.rules import LEVERS, OFFERS, answer, condition, is_better


def line(of: Round, pk: int, *, seen_by: Actor) -> Line:
    """One line of a round.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = Line.objects.seen_by(seen_by).filter(round=of, pk=pk)
    told = found.select_related("request__activity", "request__party", "round__rule", "round__edition").first()
    if told is None:
        raise NotFound(what="line")
    return told


@dataclass(frozen=True)
class Lever:
    """One term of a line that may be changed, with a number to begin with."""

    lever: str
    amount: int
    least: int = 1
    most: int = 1000

    @property
    def words(self) -> Sentence:
        """What is changed, in words."""
        return Sentence(LEVERS[self.lever])


def offered(of: Line) -> Lever | None:
    """The smallest change that the round itself conjectured for a line, if there is one."""
    for message, facts in of.would_change:
        if lever := OFFERS.get(message):
            return Lever(lever, int(facts["amount"]))
    return None


def levers(of: Line, *, seen_by: Actor) -> list[Lever]:
    """What may be changed about a line: what the round offers, then what every line has and what limits this one."""
    asked = of.request
    found = [told] if (told := offered(of)) else []
    better = max(1, (asked.priority or 1) - 1)
    found.append(Lever("priority", better if better != asked.priority else 2, 1, 3))
    found.append(Lever("capacity", 1))
    if Cap.objects.filter(edition=of.round.edition_id, party=asked.party_id, away_cap__isnull=False).exists():
        found.append(Lever("away_cap", 1))
    cost = asked.activity.place_cost
    if cost and asked.funding != "none" and Pool.objects.filter(edition=of.round.edition_id, code=asked.activity.pool).exists():
        found.append(Lever("budget", cost, 1, 10**9))
    first: dict[str, Lever] = {}
    for told in found:
        first.setdefault(told.lever, told)
    return list(first.values())


@dataclass(frozen=True)
class Tried:
    """A trial as one reader may see it: the party itself reads of itself and how many others moved, the staff reads all."""

    trial: Trial
    is_ready: bool
    is_better: bool
    condition: Sentence
    said: list[Sentence]
    parties: list[tuple[str, Name, int, int]]

    @property
    def is_under_way(self) -> bool:
        """Whether somebody is on it, or will be."""
        return self.trial.state == TrialState.ORDERED


def trials(of: Line, *, seen_by: Actor) -> list[Tried]:
    """What was tried out on a line and is still kept, newest first."""
    found = list(_kept(seen_by).filter(line=of))
    return _read(found, seen_by=seen_by)


def trial(pk: int, *, seen_by: Actor) -> Tried:
    """One trial.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = list(_kept(seen_by).filter(pk=pk))
    if not found:
        raise NotFound(what="trial")
    return _read(found, seen_by=seen_by)[0]


def _kept(seen_by: Actor) -> TrialQuerySet:
    """The trials a reader may see, with the lines they are about."""
    return Trial.objects.seen_by(seen_by).select_related("line__request__activity", "line__request__party", "line__round__rule")


def _read(found: list[Trial], *, seen_by: Actor) -> list[Tried]:
    """Trials as a reader may see them; the names of the parties are read once for all."""
    sees_all = seen_by.may(Permission.SEE_ROUNDS)
    codes = {code for t in found for code in t.result.get("parties", {})} if sees_all else set()
    names = {p.code: p.name for p in Party.objects.filter(code__in=codes)} if codes else {}
    return [_tried(t, names, sees_all=sees_all, own=t.line.request.party_id == seen_by.party) for t in found]


def _tried(found: Trial, names: dict[str, Name], *, sees_all: bool, own: bool) -> Tried:
    told, asked = found.result, found.line.request
    about = condition(found.lever, found.amount)
    if not told:
        return Tried(found, False, False, about, [], [])
    party = None if own else asked.party.name
    said = answer(found.lever, found.amount, told, asked=_asked(found), party=party)
    moved = told["parties"].items() if sees_all else ()
    rows = [(code, names.get(code, Name(code)), before, after) for code, (before, after) in moved]
    return Tried(found, True, is_better(told), about, said, sorted(rows, key=lambda r: (r[2] - r[3], r[0])))


def _asked(found: Trial) -> int:
    """The places asked for in a trial."""
    return found.amount if found.lever == "places" else found.line.request.places or 0
