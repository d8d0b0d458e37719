"""What follows from mandates, without a table: who is left without a voice, and what an act on somebody would do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from comity.accounts.rules import ROLE_LABELS, Role
from comity.kernel.words import Name, Sentence, Word, _

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Spell:
    """A mandate as lists need it; `ends` is the first day without it, the recall of the delegation included."""

    party: str
    party_name: Name
    role: str
    since: date
    ends: date | None

    def runs(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= on and (self.ends is None or on < self.ends)

    @property
    def last_day(self) -> date | None:
        """The last day it is in force, if it has one."""
        return self.ends - timedelta(days=1) if self.ends else None


def first_day_without(spells: Iterable[tuple[date, date | None]], *, on: date) -> date | None:
    """The first day after a day on which no spell runs; none if one runs for ever, or none runs on that day.

    A spell is a first day and the first day after it; spells may follow one another or leave a gap.
    """
    day: date | None = None
    for since, ends in sorted(spells, key=lambda spell: spell[0]):
        if since > (day or on):
            break
        if ends is None:
            return None
        if ends > (day or on):
            day = ends
    return day


def is_soon(day: date | None, *, on: date) -> bool:
    """Whether a day comes within the time in which a handover should be arranged."""
    return day is not None and on < day <= on + SOON


def giving(name: str, *, party: Name, role: str, since: date, until: date | None, on: date) -> Iterator[Sentence]:
    """What giving a mandate would do."""
    facts = {"name": name, "party": party, "role": Word(ROLE_LABELS[Role(role)]), "since": since, "until": until}
    if until is None:
        yield Sentence(_("From {since} until it is ended {name} speaks for {party}. Role: {role}."), facts)
    else:
        yield Sentence(_("From {since} to {until} {name} speaks for {party}. Role: {role}."), facts)
    if since < on:
        yield Sentence(_("That day is past: what was done since then stays as it was recorded."), {})


def ending(name: str, *, party: Name, ends: date, on: date, is_own: bool) -> Iterator[Sentence]:
    """What ending a mandate would do."""
    facts = {"name": name, "party": party, "ends": ends}
    yield Sentence(
        _("From {ends} {name} no longer speaks for {party}; open sessions and tokens lose these rights at once.")
        if ends > on
        else _("{name} has not spoken for {party} since {ends}; open sessions and tokens lose these rights now."),
        facts,
    )
    if is_own:
        yield Sentence(_("This is your own mandate: you lose these rights yourself."), {})
