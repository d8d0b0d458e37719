"""Claims that are true or false of a day: who is on a roll, how many, in which state, and what was open to whom."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from comity.frameworks.rules.reasons import (
    Reason,
    no_halt,
    no_row,
    of_event,
    of_figure,
    of_halt,
    of_holds,
    of_roll,
    of_row,
    why_out,
)
from comity.frameworks.rules.register import Register
from comity.frameworks.rules.spoken import Day
from comity.kernel.words import Sentence, _

Claim = Mapping[str, Any]
Verdict = tuple[bool, list[Reason]]
Test = Callable[[Claim, Register, date], Verdict]


def turns_of(claim: Claim, register: Register) -> list[date]:
    """The days on which it can change whether a claim holds."""
    named = [claim["framework"]] if "framework" in claim else []
    turns = set(register.turns([*named, *claim.get("frameworks", ()), *claim.get("others", ())]))
    if "event" in claim or "series" in claim:
        turns |= {event.on.earliest for event in register.events.values() if event.on.earliest}
    if "name" in claim:
        bodies = register.bodies.values()
        turns |= {day for body in bodies for day in (body.founded.earliest, body.ended.stops) if day}
    return sorted(turns)


def roll_count(claim: Claim, register: Register, on: date) -> Verdict:
    """`{framework, count, allies, partners}`: how many sit there."""
    roll = register.roll(claim["framework"], on)
    wanted = {part: claim[part] for part in ("count", "allies", "partners") if part in claim}
    counted = of_roll(roll, register)
    return all(getattr(roll, part) == number for part, number in wanted.items()), [counted, *of_holds(roll, register)]


def on_roll(claim: Claim, register: Register, on: date) -> Verdict:
    """`{framework, party, side, state, expect}`: whether a party counts there, on which side and in which state."""
    party, code = claim["party"], claim["framework"]
    seat = next((s for s in register.roll(code, on).seats if s.party == party), None)
    right_side = seat is not None and party in register.roll(code, on).parties(claim.get("side", "all"))
    right_state = seat is not None and claim.get("state", seat.state) == seat.state
    rows = [of_row(row, register) for row in register.rows_of(party, code)]
    halts = [of_halt(halt, register) for halt in register.halts_of(party, code)]
    return (right_side and right_state) == claim.get("expect", True), rows + halts or [no_row(party, code, register)]


def set_is_roll(claim: Claim, register: Register, on: date) -> Verdict:
    """`{framework or frameworks, parties, side}`: whether a list names exactly those who count."""
    codes = claim.get("frameworks") or [claim["framework"]]
    listed, side = frozenset(claim["parties"]), claim.get("side", "all")
    counted = frozenset().union(*(register.roll(code, on).parties(side) for code in codes))
    reasons = [of_roll(register.roll(code, on), register) for code in codes]
    reasons += why_out(sorted(listed - counted), codes, register)
    if missing := [register.parties[party] for party in sorted(counted - listed)]:
        reasons.append(Reason(Sentence(_("Not in the list, yet counted: {parties}."), {"parties": missing})))
    return listed == counted, reasons


def all_active(claim: Claim, register: Register, on: date) -> Verdict:
    """`{framework or frameworks, parties, count}`: whether those named, or all who count, are there and none is on hold."""
    codes = claim.get("frameworks") or [claim["framework"]]
    seats = [seat for code in codes for seat in register.roll(code, on).seats]
    asked = frozenset(claim.get("parties") or (seat.party for seat in seats))
    active = {seat.party for seat in seats if seat.state == "active"}
    held = {seat.party for seat in seats if seat.state == "suspended"} & asked
    absent = asked - active - held
    reasons = [of_halt(halt, register) for seat in seats if seat.party in held for halt in seat.halts]
    reasons += why_out(sorted(absent), codes, register)
    number = claim.get("count", len(asked))
    if not reasons:
        reasons = [Reason(Sentence(_("On {on} nobody there is on hold: {count} parties."), {"on": Day(on), "count": len(asked)}))]
    return not held and not absent and len(asked) == number and bool(asked), reasons


def on_hold(claim: Claim, register: Register, on: date) -> Verdict:
    """`{framework, party, scope, expect}`: whether a party's membership is suspended, and in every part named."""
    party, code = claim["party"], claim["framework"]
    halts = register.halts_of(party, code)
    running = [halt for halt in halts if halt.covers(on)]
    wanted = frozenset(claim.get("scope", ()))
    held = any(wanted <= halt.scope for halt in running)
    reasons = [of_halt(halt, register) for halt in halts] or [no_halt(party, code, register)]
    return held == claim.get("expect", True), reasons


def open_only_to(claim: Claim, register: Register, on: date) -> Verdict:
    """`{framework, others, event}`: whether what a framework offers was still for its own roll alone."""
    event = register.events[claim["event"]]
    opened = event.on.earliest is not None and event.on.earliest <= on
    inside = register.roll(claim["framework"], on).parties()
    outside = sorted({p for code in claim["others"] for p in register.roll(code, on).parties()} - inside)
    reasons = [of_event(event)]
    if outside:
        names = [register.parties[party] for party in outside]
        words = _("Counted elsewhere and not in {framework}: {parties}.")
        facts = {"framework": register.bodies[claim["framework"]].name, "parties": names}
        reasons.append(Reason(Sentence(words, facts), framework=claim["framework"]))
    return bool(inside) and not (opened and outside), reasons


def open_to(claim: Claim, register: Register, on: date) -> Verdict:
    """`{others, event}`: whether an event had opened the offer to those frameworks, and somebody counted in each."""
    event = register.events[claim["event"]]
    opened = event.on.earliest is not None and event.on.earliest <= on
    rolls = [register.roll(code, on) for code in claim["others"]]
    reasons = [of_event(event), *(of_roll(roll, register) for roll in rolls)]
    return opened and all(roll.count for roll in rolls), reasons


def figure(claim: Claim, register: Register, on: date) -> Verdict:
    """`{series, at_least, at_most}`: whether the figure in force lies between two numbers."""
    events = sorted((e for e in register.events.values() if e.series == claim["series"]), key=lambda event: event.on)
    past = [event for event in events if event.on.earliest and event.on.earliest <= on]
    reasons = [of_figure(event) for event in events]
    number = past[-1].figure if past else None
    lies = number is not None and claim.get("at_least", 0) <= number <= claim.get("at_most", number)
    return lies, reasons


def named(claim: Claim, register: Register, on: date) -> Verdict:
    """`{name}`: whether a framework bore that name on a day."""
    bearers = [body for body in register.bodies.values() if body.name.en.casefold() == claim["name"].casefold()]
    words = _("{framework} exists from {founded} until {ended}.")
    reasons = [
        Reason(
            Sentence(words, {"framework": body.name, "founded": Day(body.founded), "ended": Day(body.ended, "…")}),
            framework=body.code,
        )
        for body in bearers
    ]
    nobody = [Reason(Sentence(_("No framework is called “{name}”."), {"name": claim["name"]}))]
    return any(body.stands(on) for body in bearers), reasons or nobody


CHECKS: dict[str, Test] = {
    "roll_count": roll_count,
    "on_roll": on_roll,
    "set_is_roll": set_is_roll,
    "active": all_active,
    "suspended": on_hold,
    "open_only_to": open_only_to,
    "open_to": open_to,
    "figure": figure,
    "named": named,
}
