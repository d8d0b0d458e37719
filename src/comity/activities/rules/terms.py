"""Terms of entry: who may come, judged for the day of the activity, and answered with findings in words.

The same rule serves a page (one party, one activity) and a list: `spans` turns it into periods that a query can compare.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from comity.frameworks.rules import Standing
from comity.kernel.findings import Bar, Caution, Finding, Waivable
from comity.kernel.words import Name, Sentence, _

Span = tuple[date, date | None]


@dataclass(frozen=True)
class Group:
    """What a word of entry meant from one day until another: the frameworks behind it, as Ally, as partner, or either."""

    token: str
    since: date
    until: date | None
    frameworks: tuple[str, ...]
    partners_only: bool = False
    allies_only: bool = False
    name: Name = Name("")  # noqa: RUF009

    def holds(self, on: date) -> bool:
        """Whether this is what the word meant on a day."""
        return self.since <= on and (self.until is None or on < self.until)

    def frameworks_of(self, standing: Standing, on: date) -> list[str]:
        """The frameworks of the group through which a party belongs to it on a day, on hold or not."""
        if self.allies_only and not standing.is_ally(on):
            return []
        belongs = standing.partner_frameworks(on) if self.partners_only else None
        return [f for f in self.frameworks if (f in belongs if belongs is not None else standing.in_framework(f, on))]


@dataclass(frozen=True)
class Terms:
    """The terms of entry of one activity and the days on which it can begin; empty terms say nothing about who may come."""

    open_to: tuple[str, ...] = ()
    open_to_parties: tuple[str, ...] = ()
    closed_to_parties: tuple[str, ...] = ()
    first: date | None = None
    begins_by: date | None = None
    most_per_party: int | None = None
    needs_clearance: bool = False
    ranks: str = ""
    language_profile: str = ""
    said: str = ""
    groups: tuple[Group, ...] = field(default=(), repr=False)

    @property
    def say_who(self) -> bool:
        """Whether they name anybody who may come."""
        return bool(self.open_to or self.open_to_parties)

    def days(self, on: date) -> list[date]:
        """The days to judge: the first and the last on which it can begin, or the day of asking where none is known."""
        return sorted({d for d in (self.first, self.begins_by) if d}) or [on]


def through(standing: Standing, token: str, on: date, groups: Iterable[Group]) -> list[str]:
    """The frameworks through which a word of entry means a party on a day, on hold or not."""
    meant = [g for g in groups if g.token == token]
    if meant:
        return [f for g in meant if g.holds(on) for f in g.frameworks_of(standing, on)]
    return [token] if standing.in_framework(token, on) else []


def suspended(standing: Standing, on: date) -> bool:
    """Whether practical cooperation with a party is on hold wherever it is a partner."""
    frameworks = standing.partner_frameworks(on)
    return bool(frameworks) and all(standing.on_hold(f, on) for f in frameworks)


def lets_in(standing: Standing, token: str, on: date, groups: Iterable[Group]) -> bool:
    """Whether a word of entry lets a party in on a day."""
    return any(not standing.on_hold(f, on) for f in through(standing, token, on, groups))


def is_open(standing: Standing, terms: Terms, on: date) -> bool:
    """Whether a party may come to an activity that begins on a day."""
    if standing.party in terms.closed_to_parties:
        return False
    named = standing.party in terms.open_to_parties or not terms.say_who
    if named and not suspended(standing, on):
        return True
    return any(lets_in(standing, token, on, terms.groups) for token in terms.open_to)


def findings(standing: Standing, terms: Terms, *, on: date, places: int = 0, name: object = None) -> Iterator[Finding]:
    """What stands between a party and an activity, worst first.

    Args:
        standing: where the party counts as what, over time.
        terms: the terms of entry, with the days on which the activity can begin.
        on: the day of asking, which is judged where the activity's own days are not known.
        places: how many places the party asks for; nought to leave the number out.
        name: the party's name for the sentences; its code without one.
    """
    party = name or standing.party
    days = terms.days(on)
    opened = [is_open(standing, terms, day) for day in days]
    if not any(opened):
        yield _why_not(standing, terms, days[0], party)
    if terms.most_per_party is not None and places > terms.most_per_party:
        yield Waivable(
            _about(_("One party may hold {most} places here; {places} are asked for."), most=terms.most_per_party, places=places),
            by="WAIVE_FINDINGS",
        )
    yield from _cautions(terms, days, opened, party)


def _why_not(standing: Standing, terms: Terms, on: date, party: object) -> Bar:
    """The reason why an activity is not open to a party on a day."""
    if standing.party in terms.closed_to_parties:
        return Bar(_about(_("This activity is closed to {party} by decision of its provider."), party=party))
    meant = [f for token in terms.open_to for f in through(standing, token, on, terms.groups)]
    if meant or suspended(standing, on):
        held = sorted(set(meant) or standing.partner_frameworks(on))
        return Bar(
            _about(
                _("Practical cooperation with {party} in {frameworks} is suspended on {day}."), party=party, frameworks=held, day=on
            )
        )
    if not terms.open_to:
        return Bar(_about(_("This activity is open to named parties only; {party} is not among them."), party=party))
    groups = [_meaning(token, on, terms.groups) for token in terms.open_to]
    return Bar(
        _about(
            _("On {day}, the day it begins, this is open to {groups}; {party} is none of them."), day=on, groups=groups, party=party
        )
    )


def _meaning(token: str, on: date, groups: Iterable[Group]) -> object:
    """What a word of entry means on a day, with the frameworks behind it."""
    meant = [g for g in groups if g.token == token and g.holds(on)]
    frameworks = ", ".join(f for g in meant for f in g.frameworks)
    return Name(f"{meant[0].name.en} ({frameworks})", f"{meant[0].name.fr or meant[0].name.en} ({frameworks})") if meant else token


def _cautions(terms: Terms, days: list[date], opened: list[bool], party: object) -> Iterator[Finding]:
    """What whoever asks should know."""
    if terms.first is None:
        yield Caution(_about(_("The dates are not known: entry was judged for {day}."), day=days[0]))
    elif any(opened) and not all(opened):
        sentence = _("The day is not known exactly: it is open to {party} on {yes} but not on {no}.")
        yes, no = (days[0], days[-1]) if opened[0] else (days[-1], days[0])
        yield Caution(_about(sentence, party=party, yes=yes, no=no))
    if not terms.say_who:
        yield Caution(_about(_("The entry does not say who may come.")))
    if terms.said:
        yield Caution(_about(_("The provider puts it thus: {words}."), words=terms.said))
    if terms.needs_clearance:
        yield Caution(_about(_("Participants need a security clearance.")))
    if terms.ranks:
        yield Caution(_about(_("Ranks: {ranks}."), ranks=terms.ranks))
    if terms.language_profile:
        yield Caution(_about(_("Language profile: {profile}."), profile=terms.language_profile))


def spans(standing: Standing, token: str | None, groups: Iterable[Group]) -> list[Span]:
    """The periods in which a word of entry lets a party in; without a word, those in which a named party may come.

    Standing and meaning change only on known days, so it is enough to judge the first day of each stretch between two.
    """
    groups = tuple(groups)
    edges = {d for s in standing.stays for d in (s.first, s.stop)} | {d for h in standing.holds for d in (h.first, h.stop)}
    edges |= {d for g in groups for d in (g.since, g.until)} | {date.min}
    days = sorted(d for d in edges if d)
    opens = [lets_in(standing, token, d, groups) if token else not suspended(standing, d) for d in days]
    found: list[Span] = []
    for place, day in enumerate(days):
        stop = days[place + 1] if place + 1 < len(days) else None
        if opens[place] and found and found[-1][1] == day:
            found[-1] = (found[-1][0], stop)
        elif opens[place]:
            found.append((day, stop))
    return found


def _about(message: str, **facts: object) -> Sentence:
    return Sentence(message, facts)
