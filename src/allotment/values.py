"""What a place is worth under a rule. The rule is data that people sign; nothing here searches for a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np

from allotment.model import NEEDED, NONE, WANTED, Ints, Problem
from optimal.tables import BadRows, Flaw

Kind = Literal["weighted", "max-min", "precedence"]
KINDS: tuple[Kind, ...] = ("weighted", "max-min", "precedence")
PRIORITIES = (1, 2, 3)

_OPTIONAL = ("no_show_malus_percent",)

NOT_ALLOWED = -1
"""The value of a place in a way in which the request may not have it."""


@dataclass(frozen=True)
class Rule:
    """How places are to be shared: by total value, by raising the worst-off party first, or by order of hearing."""

    rule: Kind
    version: int = 1
    priority_weights: tuple[int, int, int] = (100, 30, 10)
    objective_bonus_percent: int = 10
    self_pay_percent: int = 60
    tolerance_percent: float = 1
    no_show_malus_percent: int = 0

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Rule:
        """Read a rule from the contents of ``rule.json``; raises BadRows naming every entry that is wrong."""
        flaws = [Flaw("rule.json", 0, key, repr(given.get(key)), reason) for key, reason in _faults(given)]
        if flaws:
            raise BadRows(flaws)
        weights = given["priority_weights"]
        return cls(
            rule=cast(Kind, given["rule"]),
            version=given["version"],
            priority_weights=(weights["1"], weights["2"], weights["3"]),
            objective_bonus_percent=given["objective_bonus_percent"],
            self_pay_percent=given["self_pay_percent"],
            tolerance_percent=given.get("tolerance_percent", 1),
            no_show_malus_percent=given.get("no_show_malus_percent", 0),
        )

    def as_json(self) -> dict[str, Any]:
        """The rule as ``rule.json`` holds it; ``Rule.of`` reads it back."""
        told: dict[str, Any] = {
            "rule": self.rule,
            "version": self.version,
            "priority_weights": {str(p): w for p, w in zip(PRIORITIES, self.priority_weights, strict=True)},
            "objective_bonus_percent": self.objective_bonus_percent,
            "self_pay_percent": self.self_pay_percent,
        }
        if self.rule == "max-min":
            told["tolerance_percent"] = self.tolerance_percent
        if self.no_show_malus_percent:
            told["no_show_malus_percent"] = self.no_show_malus_percent
        return told


def worth(problem: Problem, rule: Rule) -> tuple[Ints, Ints]:
    """Value of one funded and of one self-paid place of each request, in tenths; NOT_ALLOWED where there is none."""
    weight = np.array((0, *rule.priority_weights), dtype=np.int64)[problem.priority]
    value = weight * (100 + rule.objective_bonus_percent * problem.linked) // 10
    value = value * (100 * 100 - rule.no_show_malus_percent * problem.no_show_percent[problem.party]) // (100 * 100)
    reduced = value * rule.self_pay_percent // 100
    funded = np.where(problem.funding == NONE, NOT_ALLOWED, value)
    self_paid = np.select([problem.funding == NONE, problem.funding == WANTED], [value, reduced], NOT_ALLOWED)
    assert not (self_paid[problem.funding == NEEDED] >= 0).any()
    return funded, self_paid


def _faults(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if given.get("rule") not in KINDS:
        yield "rule", "must be weighted, max-min or precedence"
    if not _whole(given.get("version"), 1, 10**6):
        yield "version", "must be a whole number from 1"
    weights = given.get("priority_weights")
    if not isinstance(weights, Mapping) or set(weights) != {str(p) for p in PRIORITIES}:
        yield "priority_weights", "must give a weight to each of 1, 2 and 3"
    elif not all(_whole(weight, 0, 10**6) for weight in weights.values()):
        yield "priority_weights", "must be whole numbers from 0 to 1000000"
    for key, most in (("objective_bonus_percent", 1000), ("self_pay_percent", 100), ("no_show_malus_percent", 100)):
        if not _whole(given.get(key, 0 if key in _OPTIONAL else None), 0, most):
            yield key, f"must be a whole number from 0 to {most}"
    if given.get("rule") == "precedence" and given.get("no_show_malus_percent"):
        yield "no_show_malus_percent", "does not apply to precedence, which hears no points"
    tolerance = given.get("tolerance_percent", 1)
    if isinstance(tolerance, bool) or not isinstance(tolerance, (int, float)) or not 0 <= tolerance <= 100:
        yield "tolerance_percent", "must be from 0 to 100"
    known = {*Rule("max-min").as_json(), *_OPTIONAL}
    yield from ((key, "is not known") for key in given if key not in known)


def _whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
