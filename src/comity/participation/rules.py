"""What follows from a request, a limit or a result, without asking anybody: findings, weeks, words for figures."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from comity.kernel.dates import PartialDate
from comity.kernel.findings import Bar, Caution, Finding, Waivable
from comity.kernel.words import Name, Sentence, Word, _

OUTCOMES: dict[str, str] = {
    "granted": _("Granted"),
    "part": _("Granted in part"),
    "self_paid": _("Granted, self-paid"),
    "not_granted": _("Not granted"),
    "cancelled": _("Not held"),
    "not_eligible": _("Not eligible"),
}
TONES: dict[str, str] = {
    "granted": "good",
    "part": "warn",
    "self_paid": "warn",
    "not_granted": "bad",
    "cancelled": "none",
    "not_eligible": "bad",
}
REQUEST_STATES: dict[str, str] = {"draft": _("Draft"), "submitted": _("Submitted"), "withdrawn": _("Withdrawn")}
ROUND_STATES: dict[str, str] = {
    "ordered": _("Ordered"),
    "drawn_up": _("Drawn up"),
    "published": _("Published"),
    "set_aside": _("Set aside"),
    "failed": _("Failed"),
}
FUNDINGS: dict[str, str] = {"none": _("We pay ourselves"), "wanted": _("Funded if possible"), "needed": _("Only if funded")}
STAGES: dict[str, str] = {
    "": _("Waiting for its turn"),
    "gather": _("Gathering the requests"),
    "sort": _("Putting the requests in order"),
    "level": _("Raising the worst-off party"),
    "hear": _("Hearing one request after another"),
    "price": _("Finding what scarce places are worth"),
    "round": _("Deciding what is still open"),
    "branch": _("Looking into what is still open"),
    "solve": _("Looking for the best plan"),
    "done": _("The plan stands"),
    "check": _("Checking the result independently"),
    "explain": _("Writing the reasons"),
    "write": _("Recording the lines"),
}


@dataclass(frozen=True)
class Wish:
    """A request as the rules see it."""

    places: int | None
    priority: int | None
    linked: bool
    funding: str


@dataclass(frozen=True)
class Offer:
    """What is on offer, as far as a request must fit it."""

    live: bool
    seats: int | None
    first_day: date | None
    place_cost: int | None
    pool: str


def findings(wish: Wish, offer: Offer) -> Iterator[Finding]:
    """What stands between a request as it is filled in and its submission, worst first."""
    if not offer.live:
        yield Bar(Sentence(_("The activity is no longer on offer.")))
    if wish.places is None:
        yield Bar(Sentence(_("It is not said how many places are asked for.")))
    if wish.priority is None:
        yield Bar(Sentence(_("It is not said which priority this has.")))
    if offer.first_day is None:
        yield Bar(Sentence(_("The activity has no dates yet, so no place can be allotted.")))
    if wish.places is not None and offer.seats is not None and wish.places > offer.seats:
        yield Bar(
            Sentence(
                _("{places} places are asked for and the activity has {seats}."), {"places": wish.places, "seats": offer.seats}
            )
        )
    if wish.funding != "none" and not offer.pool:
        yield Caution(Sentence(_("No pool pays for this activity: places can only be self-paid.")))
    if not wish.linked:
        yield Caution(Sentence(_("It serves no objective; requests that do are worth more under most rules.")))


def answered_by(found: Iterable[Finding], waived: Iterable[str]) -> list[Finding]:
    """The findings that keep a request out of a round: every bar, and what may be waived and is not."""
    spared = set(waived)
    return [f for f in found if isinstance(f, Bar) or (isinstance(f, Waivable) and f.sentence.message not in spared)]


def waived_of(found: Iterable[Finding], waived: Iterable[str]) -> list[Finding]:
    """The findings that were waived for a request."""
    spared = set(waived)
    return [f for f in found if isinstance(f, Waivable) and f.sentence.message in spared]


@dataclass(frozen=True)
class Promise:
    """A grant as the order of losing sees it."""

    grant: int
    places: int
    is_late: bool
    granted_at: datetime
    priority: int
    claim: str
    seed: int = 0

    @property
    def loses(self) -> tuple[bool, float, int, str, str]:
        """The order in which places are taken back when there are fewer; read it top to bottom."""
        return (
            not self.is_late,  # what was taken after the round goes before what the round gave
            -self.granted_at.timestamp() if self.is_late else 0.0,  # of that, the latest first
            -self.priority,  # then what was wanted least
            self.lot,  # then the lot, drawn from the seed of the round and the claim itself
            self.claim,
        )

    @property
    def lot(self) -> str:
        """The lot of a claim: anybody who knows the seed can draw it again."""
        return hashlib.sha256(f"{self.seed} {self.claim}".encode()).hexdigest()


WHO_LOSES = _(
    "When there are fewer seats than places granted, places taken after the round are taken back first, the latest of them before "
    "the others; then those of the round, the lowest priority first, and by lot within a priority. "
    "Nominees follow the places of their party."
)


def losing(promises: Iterable[Promise], excess: int) -> Iterator[tuple[int, int]]:
    """Which grants lose how many places, in the order of losing, until enough are free."""
    for promise in sorted(promises, key=lambda p: p.loses):
        if excess <= 0:
            return
        if taken := min(excess, promise.places):
            yield promise.grant, taken
            excess -= taken


def weeks_of(first: date, last: date) -> Iterator[date]:
    """The Mondays of the ISO weeks that a span touches."""
    monday = first - timedelta(days=first.weekday())
    while monday <= last:
        yield monday
        monday += timedelta(days=7)


def people_away(spans: Iterable[tuple[date, date, int]]) -> dict[date, int]:
    """How many people are away in each ISO week, by its Monday; each span is first day, last day, people."""
    away: dict[date, int] = {}
    for first, last, people in spans:
        for monday in weeks_of(first, last):
            away[monday] = away.get(monday, 0) + people
    return away


def seal(parameters: Mapping[str, object]) -> str:
    """SHA-256 of parameters as JSON with sorted keys and no spaces."""
    text = json.dumps(parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def time_left(closes: datetime, at: datetime) -> Sentence:
    """How long requests may still be changed, in words."""
    seconds = (closes - at).total_seconds()
    if seconds <= 0:
        return Sentence(_("The deadline has passed."))
    days, hours, minutes = int(seconds // 86400), int(seconds // 3600), int(seconds // 60)
    if days >= 2:
        return Sentence(_("{days} days left"), {"days": days})
    if hours >= 2:
        return Sentence(_("{hours} hours left"), {"hours": hours})
    return Sentence(_("{minutes} minutes left"), {"minutes": minutes})


def nearness(gap_percent: float) -> Sentence:
    """How near to the best possible a plan is proved to be, in words."""
    if gap_percent == 0:
        return Sentence(_("Proved to be the best possible plan under this rule."))
    return Sentence(
        _("Proved to be at most {gap} % away from the best possible plan under this rule."), {"gap": _rounded_up(gap_percent)}
    )


def _rounded_up(percent: float) -> str:
    """A percentage that never says less than it is."""
    for digits in range(6):
        step = 10**-digits
        shown = -(-percent // step) * step
        if shown <= percent * 1.25:
            return f"{shown:.{digits}f}"
    return f"{percent:.6f}"


def kept(said: Iterable[Sentence]) -> list[list[object]]:
    """Sentences as pairs of message and facts that JSON can hold; names keep both languages."""
    return [[s.message, {name: _kept_fact(fact) for name, fact in s.facts.items()}] for s in said]


def sentences(stored: Iterable[Sequence[Any]], **known: object) -> list[Sentence]:
    """Messages kept with their facts, ready to be said in any language; `known` says some facts better."""
    return [Sentence(message, {name: known.get(name, _fact(fact)) for name, fact in facts.items()}) for message, facts in stored]


def _kept_fact(fact: object) -> object:
    match fact:
        case Name():
            return {"en": fact.en, "fr": fact.fr}
        case Sentence():
            return {"message": fact.message, "facts": {name: _kept_fact(f) for name, f in fact.facts.items()}}
        case Finding():
            return _kept_fact(fact.sentence)
        case list() | tuple():
            return [_kept_fact(part) for part in fact]
        case Word():
            return {"word": fact.text}
        case date() | PartialDate():
            return {"day": str(fact)}
        case int() | float() | str():
            return fact
    return str(fact)


def _fact(stored: Any) -> object:
    match stored:
        case {"en": en, "fr": fr}:
            return Name(en, fr)
        case {"message": message, "facts": facts}:
            return Sentence(message, {name: _fact(f) for name, f in facts.items()})
        case {"word": text}:
            return Word(text)
        case {"day": text}:
            return PartialDate(text)
        case list():
            return [_fact(part) for part in stored]
    return stored
