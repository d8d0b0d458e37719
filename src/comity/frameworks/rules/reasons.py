"""Why a statement holds or not: a sentence, and the page of the register where its row or event stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comity.frameworks.rules.labels import SCOPES, STANDINGS
from comity.frameworks.rules.register import Halt, Happening, Register, Roll, Told
from comity.frameworks.rules.spoken import Day, Label
from comity.kernel.words import Sentence, Translate, _


@dataclass(frozen=True)
class Reason:
    """One sentence about rows of the register, and whose rows they are."""

    sentence: Sentence
    party: str = ""
    framework: str = ""
    event: str = ""

    def said(self, translate: Translate, language: str) -> str:
        """The reason in a language."""
        return self.sentence.said(translate, language)

    def __str__(self) -> str:
        return str(self.sentence)


def of_roll(roll: Roll, register: Register) -> Reason:
    """How many a roll counts."""
    words = _("On {on} the roll of {framework} counts {count}: {allies} Allies and {partners} partners.")
    facts = {"on": Day(roll.on), "count": roll.count, "allies": roll.allies, "partners": roll.partners}
    return Reason(Sentence(words, facts | {"framework": register.bodies[roll.framework].name}), framework=roll.framework)


def of_holds(roll: Roll, register: Register) -> list[Reason]:
    """Who on a roll is on hold."""
    return [of_halt(halt, register) for seat in roll.seats for halt in seat.halts]


def of_row(row: Told, register: Register) -> Reason:
    """What one row tells."""
    ended, open_ = (
        _("{party} in {framework}: {standing} from {since} until {until}."),
        _("{party} in {framework}: {standing} since {since}."),
    )
    words = ended if row.until.is_known else open_
    facts = {"standing": Label(STANDINGS[row.standing]), "since": Day(row.since), "until": Day(row.until)}
    return about(row.party, row.framework, words, facts, register)


def of_halt(halt: Halt, register: Register) -> Reason:
    """What one suspension tells."""
    lifted = _("{party} in {framework}: suspended from {since} until {until} ({scope}).")
    running = _("{party} in {framework}: suspended since {since} ({scope}).")
    words = lifted if halt.until.is_known else running
    scope = [Label(SCOPES[part]) for part in sorted(halt.scope)]
    facts = {"since": Day(halt.since), "until": Day(halt.until), "scope": scope}
    return about(halt.party, halt.framework, words, facts, register)


def no_row(party: str, framework: str, register: Register) -> Reason:
    """That nothing is told of a party in a framework."""
    return about(party, framework, _("The register has no row of {party} in {framework}."), {}, register)


def no_halt(party: str, framework: str, register: Register) -> Reason:
    """That nothing of a party is on hold in a framework."""
    return about(party, framework, _("The register has no suspension of {party} in {framework}."), {}, register)


def why_out(parties: Iterable[str], frameworks: Sequence[str], register: Register) -> list[Reason]:
    """Why parties that are listed do not count: what is told of each there, and of whom nothing is told."""
    told = {party: [row for code in frameworks for row in register.rows_of(party, code)] for party in parties}
    reasons = [of_row(rows[-1], register) for rows in told.values() if rows]
    if absent := [register.parties[party] for party, rows in told.items() if not rows]:
        words = _("In the list, yet without any row in {framework}: {parties}.")
        facts = {"framework": [register.bodies[code].name for code in frameworks], "parties": absent}
        reasons.append(Reason(Sentence(words, facts), framework=frameworks[0]))
    return reasons


def about(party: str, framework: str, words: str, facts: Mapping[str, Any], register: Register) -> Reason:
    """A sentence about a party in a framework."""
    named = {"party": register.parties[party], "framework": register.bodies[framework].name}
    return Reason(Sentence(words, {**facts, **named}), party=party, framework=framework)


def of_event(event: Happening) -> Reason:
    """When something happened."""
    return Reason(Sentence(_("{on}: {title}"), {"on": Day(event.on), "title": event.title}), event=event.key)


def of_figure(event: Happening) -> Reason:
    """Which figure holds from an event on."""
    return Reason(Sentence(_("From {on} the figure is {number}."), {"on": Day(event.on), "number": event.figure}), event=event.key)
