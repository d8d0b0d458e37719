"""What a change touches, as values: consequences and their order, their digest, what came since, and how near a substitute is."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from comity.kernel.words import Sentence, _
from comity.participation.rules import kept, sentences

# The kinds of consequences in the order in which they are told, with what several of them are called.
KINDS: dict[str, str] = {
    "subject": _("What is changed"),
    "request": _("Requests"),
    "grant": _("Places granted"),
    "money": _("Money back to the pool"),
    "nominee": _("Nominees"),
    "reserve": _("Waiting on the reserve list"),
    "plan": _("Lines of plans"),
    "goal": _("Goals"),
    "milestone": _("Milestones"),
    "clash": _("Clashes"),
    "release": _("Release of unfilled seats"),
    "calendar": _("Calendars"),
    "agreement": _("Circulations under silence"),
    "round": _("Rounds not yet published"),
}
PLACES = {kind: place for place, kind in enumerate(KINDS)}
# How grave each is: something is lost, something changes, something is to be known.
LOST, CHANGED, NOTED = "lost", "changed", "noted"
WEIGHTS: dict[str, str] = {LOST: _("lost"), CHANGED: _("changed"), NOTED: _("to be known")}
TONES: dict[str, str] = {LOST: "bad", CHANGED: "warn", NOTED: "calm"}
DEEDS: dict[str, str] = {
    "move": _("Move"),
    "shrink": _("Offer fewer seats"),
    "cancel": _("Call off"),
    "suspend": _("Suspend"),
}
STATES: dict[str, str] = {"drafted": _("Not applied"), "applied": _("Applied"), "dropped": _("Dropped")}
STATE_TONES: dict[str, str] = {"drafted": "warn", "applied": "good", "dropped": "none"}


@dataclass(frozen=True)
class Consequence:
    """One thing that a change touches: whose, what, from what to what.

    `amount` counts it in the unit of its kind: places, people, euros, lines. `hosts` marks what the host of the
    activity may know of other parties, too.
    """

    kind: str
    party: str
    key: str
    says: Sentence
    href: str = ""
    before: str = ""
    after: str = ""
    amount: int = 1
    weight: str = CHANGED
    hosts: bool = False

    @property
    def order(self) -> tuple[int, str, str]:
        """By kind as they are told, then by party and by what it is."""
        return PLACES[self.kind], self.party, self.key

    @property
    def seal(self) -> list[object]:
        """What makes it this consequence and no other, whatever the words."""
        return [self.kind, self.party, self.key, self.before, self.after, self.amount, self.weight]

    def seen_by(self, party: str | None, *, everything: bool) -> bool:
        """Whether a reader may know of it: the staff, the party concerned, the host of the activity where it concerns hosting."""
        return everything or self.hosts or (bool(self.party) and self.party == party)


def sorted_out(found: Iterable[Consequence]) -> tuple[Consequence, ...]:
    """Consequences in their one order."""
    return tuple(sorted(found, key=lambda c: c.order))


def digest(found: Iterable[Consequence]) -> str:
    """SHA-256 of a list of consequences: the same list, the same digest, in every language."""
    text = json.dumps([c.seal for c in found], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def told(found: Consequence) -> dict[str, Any]:
    """A consequence as JSON keeps it."""
    [says] = kept([found.says])
    plain = {
        name: getattr(found, name) for name in ("kind", "party", "key", "href", "before", "after", "amount", "weight", "hosts")
    }
    return plain | {"says": says}


def again(stored: Mapping[str, Any]) -> Consequence:
    """A consequence that was kept, ready to be said."""
    [says] = sentences([stored["says"]])
    return Consequence(**{**stored, "says": says})


@dataclass(frozen=True)
class Since:
    """What is otherwise than when somebody looked: what came, and what is gone or changed."""

    came: tuple[Consequence, ...] = ()
    gone: tuple[Consequence, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.came or self.gone)


def since(shown: Iterable[Consequence], now: Iterable[Consequence]) -> Since:
    """What is otherwise now than what was shown."""
    before, after = {json.dumps(c.seal): c for c in shown}, {json.dumps(c.seal): c for c in now}
    came = tuple(c for seal, c in after.items() if seal not in before)
    return Since(came, tuple(c for seal, c in before.items() if seal not in after))


@dataclass(frozen=True)
class Bar:
    """How much of one kind is touched, for the picture at the head."""

    kind: str
    count: int
    parties: int
    amount: int


def bars(found: Sequence[Consequence]) -> list[Bar]:
    """How much of each kind is touched, in the order of telling; what is changed itself is left out."""
    by_kind: dict[str, list[Consequence]] = {}
    for one in found:
        if one.kind != "subject":
            by_kind.setdefault(one.kind, []).append(one)
    return [
        Bar(kind, len(rows), len({c.party for c in rows if c.party}), sum(c.amount for c in rows)) for kind, rows in by_kind.items()
    ]


def by_party(found: Iterable[Consequence]) -> dict[str, list[Consequence]]:
    """Consequences by whose they are; what is nobody's alone stands under the empty code, first."""
    groups: dict[str, list[Consequence]] = {"": []}
    for one in found:
        groups.setdefault(one.party, []).append(one)
    return {code: groups[code] for code in sorted(groups) if groups[code]}


@dataclass(frozen=True)
class Looks:
    """An activity as the search for substitutes sees it."""

    area: str
    kind: str
    languages: Collection[str]
    first: date | None
    title: str = ""


# What makes a substitute near, in points of a hundred; the page shows this list as it stands.
SAME_AREA, SAME_KIND, SHARED_LANGUAGE, NEAR_IN_TIME, ROOM_ENOUGH = 40, 15, 10, 25, 10
FAR_AWAY = 180
SCORE_WORDS = _(
    "Of a hundred points, the same area counts 40, nearness in time up to 25 (nothing from 180 days on), the same kind 15, "
    "a shared language 10, and seats enough for all who lost one 10. Only what is open to the party, is not asked for yet and "
    "has seats left is named."
)


def likeness(this: Looks, other: Looks) -> int:
    """How near one activity comes to another, whoever asks, in points; room is counted apart."""
    found = SAME_AREA * bool(this.area and this.area == other.area) + SAME_KIND * (this.kind == other.kind)
    found += SHARED_LANGUAGE * bool(set(this.languages) & set(other.languages))
    if this.first and other.first:
        apart = abs((other.first - this.first).days)
        found += round(NEAR_IN_TIME * max(0, FAR_AWAY - apart) / FAR_AWAY)
    return found


def joined(parts: Iterable[Sentence | None]) -> Sentence:
    """Sentences one after the other, as one."""
    said = [part for part in parts if part is not None]
    found = said[0]
    for part in said[1:]:
        found = Sentence(THEN, {"first": found, "then": part})
    return found


THEN = _("{first} {then}")


@dataclass(frozen=True)
class Nominee:
    """A nomination that holds a seat, as the order of falling sees it."""

    nomination: int
    state: str
    choice: int
    team: str

    @property
    def falls(self) -> tuple[int, int, int]:
        """Who goes first: offers, then people put forward, then the accepted; the last choice first."""
        return {"offered": 0, "put_forward": 1}.get(self.state, 2), -self.choice, -self.nomination


def falling(nominees: Iterable[Nominee], excess: int) -> set[int]:
    """The nominations that end so that a party holds no more seats than are left to it; a team falls together."""
    waiting = sorted(nominees, key=lambda n: n.falls)
    found: set[int] = set()
    for one in waiting:
        if len(found) >= excess:
            break
        found |= {n.nomination for n in waiting if n is one or (one.team and n.team == one.team)}
    return found
