"""Whether a statement holds: claims in a small language, evaluated against a snapshot of the register.

A claim is a mapping whose `check` names one of the checks below. Some are true or false of a day; if such a claim does
not hold on the day the document speaks of, the days on which it would hold are looked for. Others compare a date with
the one the register has. No verdict is ever stored or set by hand.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from comity.frameworks.rules import dated, states
from comity.frameworks.rules.reasons import Reason
from comity.frameworks.rules.register import Register
from comity.frameworks.rules.spoken import Day
from comity.kernel.words import Name, Sentence, _

HOLDS, CONTRADICTED, ANOTHER_DATE, UNCHECKED = "holds", "contradicted", "holds_on_another_date", "cannot_be_checked"
VERDICTS = (HOLDS, CONTRADICTED, ANOTHER_DATE, UNCHECKED)
VERDICT_LABELS = {
    HOLDS: _("Holds"),
    CONTRADICTED: _("Contradicted"),
    ANOTHER_DATE: _("Holds on another date"),
    UNCHECKED: _("Cannot be checked"),
}
Span = tuple[date, date | None]


@dataclass(frozen=True)
class Outcome:
    """What the register says of a claim, and the rows that decide."""

    verdict: str
    reasons: tuple[Reason, ...]


def evaluate(claim: Mapping[str, Any], register: Register, *, as_of: date) -> Outcome:
    """Evaluate one claim as of the day for which its document speaks."""
    check = claim["check"]
    if check == "uncheckable":
        return Outcome(UNCHECKED, (Reason(Sentence("{reason}", {"reason": Name(**claim["reason"])})),))
    if check in dated.CHECKS:
        found, reasons = dated.CHECKS[check](claim, register)
        return Outcome({True: HOLDS, False: CONTRADICTED, None: UNCHECKED}[found], tuple(reasons))
    return _of_a_day(states.CHECKS[check], claim, register, _day_of(claim, as_of))


def _day_of(claim: Mapping[str, Any], as_of: date) -> date:
    """The day a claim speaks of: its own, if it names one, else that of its document."""
    return date.fromisoformat(claim["at"]) if "at" in claim else as_of


def _of_a_day(test: states.Test, claim: Mapping[str, Any], register: Register, on: date) -> Outcome:
    """Evaluate a claim that is true or false of a day."""
    true, reasons = test(claim, register, on)
    spans = list(_spans(lambda day: test(claim, register, day)[0], states.turns_of(claim, register)))
    if true:
        around = [span for span in spans if span[0] <= on and (span[1] is None or on < span[1])]
        return Outcome(HOLDS, (*reasons, *map(_told, around)))
    if spans:
        return Outcome(ANOTHER_DATE, (*reasons, *map(_told, spans)))
    return Outcome(CONTRADICTED, tuple(reasons))


def _spans(true_on: Callable[[date], bool], turns: Iterable[date]) -> Iterable[Span]:
    """The spans of days on which something is true that can only change on certain days."""
    first: date | None = None
    for turn in turns:
        true = true_on(turn)
        if true and first is None:
            first = turn
        elif not true and first is not None:
            yield first, turn
            first = None
    if first is not None:
        yield first, None


def _told(span: Span) -> Reason:
    if span[1] is None:
        return Reason(Sentence(_("It holds since {first}."), {"first": Day(span[0])}))
    return Reason(Sentence(_("It holds from {first} until {stop}."), {"first": Day(span[0]), "stop": Day(span[1])}))


CHECKS = frozenset({"uncheckable", *dated.CHECKS, *states.CHECKS})
