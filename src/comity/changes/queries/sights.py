"""A change as its page shows it: the picture, the list by party, where else to go, what will be said, what came since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from comity.accounts.rules import Permission
from comity.changes.models import Change
from comity.changes.queries.consequences import THE_HOUSE, of_reach
from comity.changes.queries.drafts import Draft, drafts
from comity.changes.queries.reach import reach
from comity.changes.queries.substitutes import Substitute, substitutes
from comity.changes.rules import Bar, Consequence, Since, bars, by_party, since
from comity.kernel.actors import Actor
from comity.kernel.words import Name
from comity.parties.models import Party


@dataclass(frozen=True)
class Group:
    """What of a list is one party's, with where else its people could go; without a party, what is nobody's alone."""

    code: str
    name: Name | None
    consequences: Sequence[Consequence]
    substitutes: Sequence[Substitute] = ()


@dataclass(frozen=True)
class Sight:
    """All that the page of a change shows to one reader."""

    change: Change
    consequences: Sequence[Consequence]
    groups: Sequence[Group]
    withheld: bool
    since: Since = field(default_factory=Since)
    is_stale: bool = False
    drafts: Sequence[Draft] = ()

    @property
    def bars(self) -> list[Bar]:
        """The picture: how much of each kind is touched."""
        return bars(self.consequences)

    @property
    def number(self) -> int:
        """How many lines the reader was shown, to be typed before it is applied."""
        return len(self.consequences)

    @property
    def parties(self) -> int:
        """How many parties are touched."""
        return len([g for g in self.groups if g.code])

    @property
    def told(self) -> int:
        """To how many people a notice goes."""
        return sum(draft.people for draft in self.drafts)


def sight(change: Change, *, on: date, seen_by: Actor) -> Sight:
    """A change as a reader may see it on a day: an open one as it stands now, a settled one as it was left."""
    everything = seen_by.may(Permission.SEE_EVERYTHING)

    def seen(found: Sequence[Consequence]) -> tuple[Consequence, ...]:
        return tuple(c for c in found if c.seen_by(seen_by.party, everything=everything))

    shown = change.kept
    if not change.is_open:
        return Sight(change, seen(shown), _groups(seen(shown), {}, seen_by), len(seen(shown)) < len(shown))
    reached = reach(change, on=on, seen_by=THE_HOUSE)
    now = of_reach(reached, on=on)
    instead = substitutes(reached, on=on, seen_by=THE_HOUSE)
    differs = since(shown, now)
    notices = drafts(change, now, instead, on=on, seen_by=THE_HOUSE)
    return Sight(
        change,
        seen(now),
        _groups(seen(now), instead if everything else {}, seen_by),
        len(seen(now)) < len(now),
        Since(seen(differs.came), seen(differs.gone)),
        bool(differs),
        [n for n in notices if everything or n.party.code == seen_by.party],
    )


def _groups(found: Sequence[Consequence], instead: Mapping[str, Sequence[Substitute]], seen_by: Actor) -> list[Group]:
    """The list by party, in the order of their names; what is nobody's alone first."""
    parts = by_party(found)
    names = {p.code: p for p in Party.objects.seen_by(seen_by).filter(code__in=parts)}
    ordered = sorted(parts, key=lambda code: (code != "", names[code].sort if code in names else code))
    return [Group(c, names[c].name if c in names else None, parts[c], instead.get(c, ())) for c in ordered]
