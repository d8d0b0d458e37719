"""Claims that compare a date, or a list, with what the register has: it agrees, it differs, or it cannot tell."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from comity.frameworks.rules.reasons import Reason, about, no_halt, no_row, of_event, of_halt, of_row
from comity.frameworks.rules.register import Register, Told
from comity.frameworks.rules.spoken import Day
from comity.kernel.dates import PartialDate
from comity.kernel.words import Sentence, _

Claim = Mapping[str, Any]
Found = tuple[bool | None, list[Reason]]
Comparison = Callable[[Claim, Register], Found]


def agrees(claimed: str, told: Iterable[PartialDate]) -> bool | None:
    """Whether a claimed date is one of those told: yes, no, or not known where the told one is the coarser."""
    date = PartialDate(claimed)
    dates = list(told)
    if any(date.covers(known) for known in dates):
        return True
    if not dates or any(not known.is_known or known.covers(date) for known in dates):
        return None
    return False


def joined(claim: Claim, register: Register) -> Found:
    """`{framework, party, on}`: when a party's counted standing began."""
    rows = [row for row in register.rows_of(claim["party"], claim["framework"]) if row.counts or not row.since.is_known]
    found = agrees(claim["on"], (row.since for row in rows))
    return found, _rows(rows, claim, register) + _too_early(claim, register, found)


def left(claim: Claim, register: Register) -> Found:
    """`{framework, party, on}`: when a party's counted standing stopped."""
    rows = [row for row in register.rows_of(claim["party"], claim["framework"]) if row.counts]
    found = agrees(claim["on"], (row.until for row in rows if row.until.is_known))
    return (False if found is None and rows else found), _rows(rows, claim, register)


def acceded(claim: Claim, register: Register) -> Found:
    """`{framework, on, parties}`: exactly who joined in a year, a month or on a day."""
    on = PartialDate(claim["on"])
    there = sorted(
        {row.party for row in register.rows if row.framework == claim["framework"] and row.counts and on.covers(row.since)}
    )
    rows = [
        row for party in sorted({*claim["parties"], *there}) for row in register.rows_of(party, claim["framework"]) if row.counts
    ]
    return set(there) == set(claim["parties"]), [of_row(row, register) for row in rows]


def period_of(claim: Claim, register: Register) -> Found:
    """`{framework, party, since, until}`: whether one counted row runs from one date until another."""
    rows = [row for row in register.rows_of(claim["party"], claim["framework"]) if row.counts]
    match = [row for row in rows if agrees(claim["since"], [row.since]) and agrees(claim["until"], [row.until])]
    return bool(match) if rows else None, _rows(rows, claim, register)


def invited(claim: Claim, register: Register) -> Found:
    """`{framework, party, on}`: when a party was invited, if the register holds an invitation at all."""
    rows = register.rows_of(claim["party"], claim["framework"])
    asked = [row for row in rows if row.standing == "invited"]
    if not asked:
        words = _("The register holds no invitation of {party} to {framework}.")
        return None, [about(claim["party"], claim["framework"], words, {}, register), *_rows(rows, claim, register)]
    return agrees(claim["on"], (row.since for row in asked)), _rows(asked, claim, register)


def suspended_since(claim: Claim, register: Register) -> Found:
    """`{framework, party, on}`: since when a membership is, or was, on hold."""
    halts = register.halts_of(claim["party"], claim["framework"])
    if not halts:
        rows = register.rows_of(claim["party"], claim["framework"])
        none = no_halt(claim["party"], claim["framework"], register)
        return (False if rows else None), [none, *(of_row(row, register) for row in rows)]
    return agrees(claim["on"], (halt.since for halt in halts)), [of_halt(halt, register) for halt in halts]


def founded(claim: Claim, register: Register) -> Found:
    """`{framework, on or event}`: when a framework was founded."""
    return _compared(claim, register, "founded", _("The founding of {framework} is dated {told}."))


def ended(claim: Claim, register: Register) -> Found:
    """`{framework, on or event}`: when a framework ended."""
    return _compared(claim, register, "ended", _("{framework} ended on {told}."))


def succeeded_by(claim: Claim, register: Register) -> Found:
    """`{framework, by, on}`: what followed a framework, and when."""
    after = register.bodies[claim["by"]]
    before = register.bodies[claim["framework"]]
    words = (
        _("{after}, founded on {on}, follows {before}.")
        if after.predecessor
        else _("{after}, founded on {on}, follows nothing else.")
    )
    facts = {"after": after.name, "on": Day(after.founded), "before": before.name}
    reasons = [Reason(Sentence(words, facts), framework=after.code)]
    if after.predecessor != before.code:
        return False, reasons
    return agrees(claim["on"], [after.founded]) if "on" in claim else True, reasons


def event_dated(claim: Claim, register: Register) -> Found:
    """`{event, on}`: when something happened."""
    event = register.events[claim["event"]]
    return agrees(claim["on"], [event.on]), [of_event(event)]


def list_counts(claim: Claim, register: Register) -> Found:
    """`{parties, count}`: whether a list has as many names as is said of it."""
    number = len(set(claim["parties"]))
    return number == claim["count"], [Reason(Sentence(_("The list names {count} parties."), {"count": number}))]


def _compared(claim: Claim, register: Register, side: str, words: str) -> Found:
    body = register.bodies[claim["framework"]]
    told: PartialDate = getattr(body, side)
    reasons = [Reason(Sentence(words, {"framework": body.name, "told": Day(told)}), framework=body.code)]
    claimed = claim.get("on", "")
    if "event" in claim:
        event = register.events[claim["event"]]
        claimed = str(event.on)
        reasons.append(of_event(event))
    return agrees(claimed, [told]), reasons


def _rows(rows: list[Told], claim: Claim, register: Register) -> list[Reason]:
    return [of_row(row, register) for row in rows] or [no_row(claim["party"], claim["framework"], register)]


def _too_early(claim: Claim, register: Register, found: bool | None) -> list[Reason]:
    """That a framework did not exist yet when somebody is said to have joined it."""
    body, last = register.bodies[claim["framework"]], PartialDate(claim["on"]).latest
    if found is not False or not last or not body.founded.earliest or body.founded.earliest <= last:
        return []
    words = _("{framework} exists only since {founded}.")
    return [Reason(Sentence(words, {"framework": body.name, "founded": Day(body.founded)}), framework=body.code)]


CHECKS: dict[str, Comparison] = {
    "joined": joined,
    "left": left,
    "acceded": acceded,
    "period_of": period_of,
    "invited": invited,
    "suspended_since": suspended_since,
    "founded": founded,
    "ended": ended,
    "succeeded_by": succeeded_by,
    "event_dated": event_dated,
    "list_counts": list_counts,
}
