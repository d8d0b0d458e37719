"""What follows from a choice of rules and variations, from shares, or from a trial, without asking anybody."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import ceil, floor
from typing import Any

from comity.kernel.words import Name, Sentence, _

STUDY_STATES: dict[str, str] = {
    "ordered": _("Ordered"),
    "running": _("Being worked out"),
    "done": _("Worked out"),
    "cancelled": _("Called off"),
    "failed": _("Failed"),
}
SCENARIO_STATES: dict[str, str] = {
    "waiting": _("Waiting"),
    "done": _("Worked out"),
    "cancelled": _("Called off"),
    "failed": _("Failed"),
}
TONES: dict[str, str] = {
    "ordered": "calm", "waiting": "calm", "running": "calm", "done": "good", "cancelled": "none", "failed": "bad",
}  # fmt: skip
MOST = 60
# Stands in the tables of a problem for a limit that nobody set.
NO_LIMIT = 10**12
Parameters = dict[str, Any]


@dataclass(frozen=True)
class Variation:
    """What one scenario changes: parameters of its rule, money of a pool (of all without a name), people away, the seed.

    An absent parameter stands as the rule is published.
    """

    weights: tuple[int, int, int] | None = None
    self_pay: int | None = None
    tolerance: float | None = None
    pool: str = ""
    budget_percent: int = 0
    more_away: int = 0
    draw: int = 0


@dataclass(frozen=True)
class Choice:
    """Which variations to put together; each list is tried with each of the others."""

    weights: Sequence[tuple[int, int, int] | None] = (None,)
    self_pay: Sequence[int | None] = (None,)
    tolerance: Sequence[float | None] = (None,)
    pool: str = ""
    budget_percent: Sequence[int] = (0,)
    more_away: Sequence[int] = (0,)
    draws: int = 1

    def variations(self) -> Iterator[Variation]:
        """Every combination, the seed turning quickest."""
        for w, s, t, b, a, draw in product(
            self.weights, self.self_pay, self.tolerance, self.budget_percent, self.more_away, range(self.draws)
        ):
            yield Variation(w, s, t, self.pool if b else "", b, a, draw)


def applied(parameters: Mapping[str, Any], variation: Variation) -> Parameters:
    """The parameters of a rule with a variation; what a rule does not know stays out of it."""
    told: Parameters = dict(parameters)
    if variation.weights is not None:
        told["priority_weights"] = {str(p): w for p, w in enumerate(variation.weights, 1)}
    if variation.self_pay is not None:
        told["self_pay_percent"] = variation.self_pay
    if variation.tolerance is not None and "tolerance_percent" in told:
        told["tolerance_percent"] = variation.tolerance
    return told


# The key of a rule, its parameters as a scenario takes them, and the variation they come from.
Planned = tuple[int, Parameters, Variation]


def spread(rules: Iterable[tuple[int, Mapping[str, Any]]], choice: Choice) -> list[Planned]:
    """The scenarios of a choice, each once: rules by their keys, with the parameters and what else is varied.

    Two combinations that come to the same, as a tolerance under a rule that knows none, are one.
    """
    found: dict[str, Planned] = {}
    for (key, parameters), variation in product(list(rules), list(choice.variations())):
        told = applied(parameters, variation)
        rest = replace(variation, weights=None, self_pay=None, tolerance=None)
        found.setdefault(json.dumps([key, told, vars(rest)], sort_keys=True), (key, told, variation))
    return list(found.values())


def changes_of(published: Mapping[str, Any], told: Mapping[str, Any], variation: Mapping[str, Any]) -> list[Sentence]:
    """What a scenario changes, in words; nothing if it is the rule as it is published."""
    said = []
    if told["priority_weights"] != published["priority_weights"]:
        one, two, three = (told["priority_weights"][str(p)] for p in (1, 2, 3))
        said.append(Sentence(_("priorities worth {one}, {two} and {three}"), {"one": one, "two": two, "three": three}))
    if told["self_pay_percent"] != published["self_pay_percent"]:
        said.append(Sentence(_("a self-paid place worth {percent} %"), {"percent": told["self_pay_percent"]}))
    if told.get("tolerance_percent") != published.get("tolerance_percent"):
        said.append(Sentence(_("a tolerance of {percent} %"), {"percent": f"{told['tolerance_percent']:g}"}))
    if percent := variation.get("budget_percent", 0):
        words = _("the pool {pool} {percent} %") if variation.get("pool") else _("all pools {percent} %")
        said.append(Sentence(words, {"pool": variation.get("pool", ""), "percent": f"{percent:+d}".replace("-", "−")}))
    if more := variation.get("more_away", 0):
        words = _("one more person away in a week") if more == 1 else _("{more} more people away in a week")
        said.append(Sentence(words, {"more": more}))
    return said


def varied(columns: Mapping[str, list[Any]], variation: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The tables of a problem with the money and the people away of a variation."""
    told = dict(columns)
    if percent := variation.get("budget_percent", 0):
        pools = zip(told["pools"], told["budget"], strict=True)
        meant = variation.get("pool", "")
        told["budget"] = [b * (100 + percent) // 100 if meant in ("", pool) else b for pool, b in pools]
    if more := variation.get("more_away", 0):
        told["away_cap"] = [cap + more if cap < NO_LIMIT else cap for cap in told["away_cap"]]
    return told


def counted(columns: Mapping[str, list[Any]], funded: Sequence[int], own: Sequence[int], off: Sequence[str]) -> dict[str, Any]:
    """The figures of a plan: seats, places, what each party asked for and got. As those of a round, but not in rows."""
    parties: dict[str, dict[str, int]] = {p: {"requests": 0, "asked": 0, "granted": 0, "funded": 0} for p in columns["parties"]}
    not_held = set(off)
    without = 0
    for at, (paid, self_paid) in enumerate(zip(funded, own, strict=True)):
        mine = parties[columns["parties"][columns["party"][at]]]
        mine["requests"] += 1
        mine["asked"] += columns["places"][at]
        mine["granted"] += paid + self_paid
        mine["funded"] += paid
        without += not paid + self_paid and columns["activities"][columns["activity"][at]] not in not_held
    seats = [seats for name, seats in zip(columns["activities"], columns["capacity"], strict=True) if name not in not_held]
    return {
        "requests": len(funded), "asked": sum(m["asked"] for m in parties.values()), "granted": sum(funded) + sum(own),
        "funded": sum(funded), "self_paid": sum(own), "seats": sum(seats), "activities": len(columns["activities"]),
        "cancelled": len(not_held), "not_granted": without, "parties": parties,
    }  # fmt: skip


def places_at(columns: Mapping[str, list[Any]], funded: Sequence[int], own: Sequence[int]) -> dict[str, int]:
    """The places granted at each activity that was asked for."""
    found = [0] * len(columns["activities"])
    for activity, paid, self_paid in zip(columns["activity"], funded, own, strict=True):
        found[activity] += paid + self_paid
    return dict(zip(columns["activities"], found, strict=True))


@dataclass(frozen=True)
class Distribution:
    """How shares lie: worst, quartiles, best."""

    worst: float
    lower: float
    median: float
    upper: float
    best: float


def distribution(shares: Iterable[float]) -> Distribution | None:
    """Where the shares of the parties lie; each figure is a share that some party has."""
    known = sorted(shares)
    if not known:
        return None
    worst, lower, median, upper = (known[max(0, ceil(len(known) * part) - 1)] for part in (0, 0.25, 0.5, 0.75))
    return Distribution(worst, lower, median, upper, known[-1])


def low_end(shares: Iterable[float]) -> float:
    """Where a picture of shares begins: at the tenth below the smallest, so that small differences can be seen."""
    smallest = min(shares, default=0.0)
    return min(floor(10 * smallest), 9) / 10


# What a trial may change, in the words of the form and as the first half of its answer.
LEVERS: dict[str, str] = {
    "priority": _("Another priority"),
    "capacity": _("More places at the activity"),
    "away_cap": _("More people away that week"),
    "budget": _("More money in the pool"),
    "places": _("Fewer places asked for"),
    "funding": _("Other funding asked for"),
    "minimum": _("Fewer people needed for the activity"),
    "places_cap": _("More places for the party in the year"),
}
CONDITIONS: dict[str, str] = {
    "priority": _("With priority {amount}"),
    "capacity": _("With {amount} more places at the activity"),
    "away_cap": _("With {amount} more people who may be away that week"),
    "budget": _("With {amount} more in the pool"),
    "places": _("Asking for {amount} places"),
    "funding": _("Asking for other funding"),
    "minimum": _("With {amount} fewer people needed for the activity"),
    "places_cap": _("With {amount} more places that may be held in the year"),
}
CONDITIONS_OF_ONE: dict[str, str] = {
    "capacity": _("With one more place at the activity"),
    "away_cap": _("With one more person who may be away that week"),
    "places": _("Asking for one place"),
    "minimum": _("With one person fewer needed for the activity"),
    "places_cap": _("With one more place that may be held in the year"),
}
YOURS = _("{condition} you would have got {after} of {asked} places; the round granted {before}.")
THEIRS = _("{condition} {party} would have got {after} of {asked} places; the round granted {before}.")
YOURS_FUNDED = _("{condition} you would have got {after} of {asked} places, {paid} of them funded; the round granted {before}.")
THEIRS_FUNDED = _(
    "{condition} {party} would have got {after} of {asked} places, {paid} of them funded; the round granted {before}."
)
NOBODY_MOVED = _("No other request would have changed.")
ONE_MOVED = _("One other request would have changed.")
MANY_MOVED = _("{moved} other requests would have changed.")
PROVED_BEST = _("Solved again and proved to be the best possible plan.")
PROVED = _("Solved again and proved to be at most {gap} % away from the best possible plan.")


def condition(lever: str, amount: int) -> Sentence:
    """What a trial changes, as the beginning of a sentence."""
    words = CONDITIONS_OF_ONE.get(lever, CONDITIONS[lever]) if amount == 1 else CONDITIONS[lever]
    return Sentence(words, {"amount": amount})


def answer(lever: str, amount: int, told: Mapping[str, Any], *, asked: int, party: Name | None) -> list[Sentence]:
    """What a trial found, in words; to the party itself it speaks of “you” and of others only how many moved."""
    paid, own = told["after"]
    funded = paid > 0 and (own > 0 or told["before"][0] != paid)
    words = (YOURS_FUNDED if funded else YOURS) if party is None else (THEIRS_FUNDED if funded else THEIRS)
    facts = {"condition": condition(lever, amount), "after": paid + own, "asked": asked, "before": sum(told["before"])}
    moved = told["moved"]
    others = {0: NOBODY_MOVED, 1: ONE_MOVED}.get(moved, MANY_MOVED)
    gap = told["gap_percent"]
    proof = Sentence(PROVED, {"gap": f"{gap:.2g}"}) if gap else Sentence(PROVED_BEST)
    return [Sentence(words, {**facts, "paid": paid, "party": party or ""}), Sentence(others, {"moved": moved}), proof]


def is_better(told: Mapping[str, Any]) -> bool:
    """Whether the request fares better: more places, or as many and more of them funded."""
    return (sum(told["after"]), told["after"][0]) > (sum(told["before"]), told["before"][0])


# The sentences in which a round says what would have changed a line, and the term each speaks of.
OFFERS: dict[str, str] = {
    "With priority {amount} it would have been granted a place.": "priority",
    "Asking for {amount} places it would have been granted one.": "places",
    "Asking for other funding it would have been granted a place.": "funding",
    "It would have been granted a place if the activity had {amount} more.": "capacity",
    "It would have been granted a place if the activity needed {amount} fewer people.": "minimum",
    "It would have been granted a funded place if the pool {subject} had {amount} more.": "budget",
    "It would have been granted a place if {subject} might hold {amount} more.": "places_cap",
    "It would have been granted a place if {subject} might have {amount} more people away that week.": "away_cap",
}
