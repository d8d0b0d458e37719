"""Who may have a document of a type on a day, told as findings: the roll of the frameworks it is open to, and suspensions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from comity.accounts.rules import Permission
from comity.frameworks.rules import Standing
from comity.kernel.dates import PartialDate
from comity.kernel.findings import Bar, Caution, Finding, Waivable
from comity.kernel.words import Name, Sentence, _

WAIVER = Permission.WAIVE_FINDINGS


@dataclass(frozen=True)
class Opening:
    """From when until when a type is open to the partners of some frameworks."""

    since: PartialDate
    until: PartialDate
    frameworks: tuple[str, ...]

    def covers(self, on: date) -> bool:
        """Whether it holds on a day; one whose start is not known always did."""
        first, stop = self.since.earliest, self.until.stops
        return (first is None or first <= on) and (stop is None or on < stop)


@dataclass(frozen=True)
class Wish:
    """What is wished for: a document of a type, for a party, and what is known of both."""

    type: Name
    party: Name
    openings: tuple[Opening, ...]
    ended: PartialDate = field(default_factory=PartialDate)
    in_force: bool = False
    requires: tuple[str, ...] = ()
    held: frozenset[str] = frozenset()


def openings_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Opening, ...]:
    """The openings as a pack writes them."""
    return tuple(
        Opening(PartialDate.of(r.get("since")), PartialDate.of(r.get("until")), tuple(r.get("frameworks", ()))) for r in rows
    )


def findings(standing: Standing, wish: Wish, *, on: date) -> Iterator[Finding]:
    """What stands between a party and a document of a type on a day, worst first."""
    facts: dict[str, object] = {"party": wish.party, "type": wish.type}
    sits = standing.partner_frameworks(on)
    if standing.is_ally(on):
        yield Bar(Sentence(_("{party} is an Ally: a partnership document is not for Allies."), facts))
        return
    if not sits:
        yield Bar(Sentence(_("{party} is on the roll of no partnership framework."), facts))
        return
    yield from _of_frameworks(standing, wish, sits, facts, on)
    if wish.ended.stops and wish.ended.stops <= on:
        yield Waivable(Sentence(_("{type} is no longer opened since {ended}."), {**facts, "ended": wish.ended}), by=WAIVER)
    if missing := [code for code in wish.requires if code not in wish.held]:
        yield Caution(Sentence(_("{type} asks for taking part in {missing} first."), {**facts, "missing": missing}))
    if wish.in_force:
        yield Caution(Sentence(_("{party} has one in force: it is replaced when the new one enters into force."), facts))


def _of_frameworks(standing: Standing, wish: Wish, sits: frozenset[str], facts: dict[str, object], on: date) -> Iterator[Finding]:
    """What the rolls say: open to whom on that day, and who of them is suspended."""
    open_to = {code for opening in wish.openings if opening.covers(on) for code in opening.frameworks}
    if not wish.openings:
        yield Caution(Sentence(_("To whom {type} is open is not known."), facts))
    elif not open_to & sits:
        yield Waivable(Sentence(_("{type} is not open to {party} on that day."), facts), by=WAIVER)
    # The frameworks that count: those that open the type, or where that is not known, those in which the party sits.
    counting = sorted((open_to & sits) or sits)
    held = [code for code in counting if standing.on_hold(code, on)]
    if held and held == counting:
        yield Bar(Sentence(_("The partnership of {party} is suspended in {frameworks}."), {**facts, "frameworks": held}))
    elif held:
        yield Caution(Sentence(_("The partnership of {party} is suspended in {frameworks}."), {**facts, "frameworks": held}))
