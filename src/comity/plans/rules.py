"""The rules of the house for plans: what an activity brings, at which tier, how many seats are likely; and their words.

Menus say days, a level in words and a number of seats; a planner wants numbers. Each rule below makes one out of the other,
is shown on the page of a plan, and is an assumption wherever the menu is silent.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from comity.kernel.findings import Caution, Finding
from comity.kernel.words import Sentence, _
from comity.programmes.rules import TIERS

MOST_UNITS = 5
"""One unit of capability a person and a day, up to a week's worth."""
MOST_SEATS = 5
"""What one party may likely have of an activity where nothing is known of past rounds."""
ASSUMED_SHARE = 0.5
"""The share of what is asked for that is taken to be granted where nothing is known of past rounds."""
YEARS = 4

LINE_STATES: dict[str, str] = {"proposed": _("Proposed"), "fixed": _("Fixed by hand"), "removed": _("Removed by hand")}
LINE_TONES: dict[str, str] = {"proposed": "calm", "fixed": "good", "removed": "none"}
PLAN_STATES: dict[str, str] = {"draft": _("Draft"), "variant": _("Variant"), "proposed": _("Proposed by the desk")}
STAGES: dict[str, str] = {
    "waiting": _("Waiting for a worker"),
    "gather": _("Reading goals and menu"),
    "bound": _("Looking for what can be reached at all"),
    "dive": _("Looking for whole people"),
    "search": _("Closing the gap"),
    "cost": _("Looking for the same for less"),
    "explain": _("Looking for what stands in the way"),
    "done": _("Done"),
}
STEPS: dict[str, str] = {
    "drafted": _("drafted the plan anew"),
    "set": _("sent {people} to {activity}"),
    "fixed": _("fixed {activity}"),
    "freed": _("left {activity} to the planner again"),
    "removed": _("removed {activity}"),
    "taken": _("took what the planner proposed"),
    "restored": _("went back to the variant “{name}”"),
}
_TIER_WORDS: tuple[tuple[int, str], ...] = (
    (3, r"\b(advanced|expert|senior|master|avanc[ée]\w*)\b"),
    (2, r"\b(intermediate|interm[ée]diaire)\b"),
    (1, r"\b(basic|beginner|introduct\w*|foundation|awareness|elementary|initial|d[ée]butant)\b"),
)
_PROFILE = re.compile(r"\b[0-5]{4}\b")
_FAMILY = re.compile(r"\b([A-Z0-9-]{2,12}\.[0-9]{4,6})(?:\.[0-9]{2})?\b")


def units_of(starts: date, ends: date) -> int:
    """What one person brings home: one unit a day, up to a week's worth."""
    return min(MOST_UNITS, (ends - starts).days + 1)


def tier_of(level: str, title: str = "") -> int:
    """How far an activity goes: as its level says, else its title; one that says nothing counts as intermediate."""
    for words in (level, title):
        for tier, pattern in _TIER_WORDS:
            if re.search(pattern, words, re.IGNORECASE):
                return tier
    return TIERS["intermediate"]


def language_of(profile: str) -> int:
    """The level of language asked for: the highest figure of a profile such as SLP 3232; none where there is no profile."""
    found = _PROFILE.search(profile)
    return max(map(int, found[0])) if found else 0


def likely_seats(seats: int | None, most: int | None, share: float | None) -> int:
    """What one party may likely have: of a fifth of the seats, ten at most, the share that past rounds granted.

    Without a past round half is assumed, and five at most. One place is never out of reach.
    """
    fifth = min(2 * MOST_SEATS, (seats if seats is not None else 2 * MOST_SEATS * MOST_SEATS) // 5)
    likely = max(1, round(fifth * (ASSUMED_SHARE if share is None else share) - 1e-9))
    return min(likely, most) if most else likely


def family_of(number: str) -> str:
    """What an activity is an iteration of: its number without the last part."""
    return number.rpartition(".")[0]


def prerequisite_of(words: str, families: Mapping[str, str]) -> str:
    """The family an activity must follow, where it names one by number or by a code other activities carry; else nothing."""
    if found := _FAMILY.search(words.upper()):
        return found[1] if found[1] in families.values() else ""
    said = {word.strip(".,;()").lower() for word in words.split()}
    return next((families[code] for code in sorted(families) if code in said), "")


def shifted(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


class Occurrence(NamedTuple):
    """An activity in one year, as the planner sees it; `assumed` where the edition of that year does not exist yet."""

    activity: int
    number: str
    year: int
    assumed: bool
    title: str
    area: str
    kind: str
    starts: date
    ends: date
    cost: int
    stated: bool
    seats: int
    units: int
    tier: int
    language: int
    family: str
    after: str

    @property
    def key(self) -> str:
        """What it is called in a problem: its number, with the year where it is a repetition."""
        return f"{self.number}@{self.year}" if self.assumed else self.number


# What breaks, by the code of the core, in the words of whoever plans.
BREACHES: dict[str, str] = {
    "more_than_likely_seats": _("{subject}: {found} people are planned, {allowed} places are likely."),
    "over_budget": _("{subject}: the plan costs {found}, the budget is {allowed}."),
    "over_away_cap": _("In the week of {subject}, {found} people are away; {allowed} can be spared."),
    "too_often": _("{subject}: {found} people in one year, where {allowed} may go."),
    "not_yet_trained": _("{subject}: {found} begin who have not finished what must come before; {allowed} may."),
    "too_few_speakers": _("Language level {subject}: {found} speakers are needed at once, {allowed} are there."),
    "gone": _("{subject} is not on the menu any more: it counts for nothing until it is removed."),
}


def said_breach(told: Mapping[str, Any]) -> Finding:
    """One breach in words."""
    facts = {"subject": told["subject"], "found": f"{told['found']:,.0f}", "allowed": f"{told['allowed']:,.0f}"}
    return Caution(Sentence(BREACHES[told["code"]], facts))


@dataclass(frozen=True, slots=True)
class Way:
    """A change that would bring a goal further: in words, and which setting it is about."""

    sentence: Sentence
    lever: str
    subject: str


def said_reasons(told: Mapping[str, Any]) -> list[Sentence]:
    """Why a goal is missed, in the sentences of the core."""
    return [Sentence(message, facts) for message, facts in told["why"]]


def ways(told: Mapping[str, Any]) -> list[Way]:
    """What would bring a goal further, each the least change of one limit."""
    return [
        Way(Sentence(r["said"][0], _short(r["said"][1])), r["lever"], str(r["changes"][0][0]) if r["changes"] else "")
        for r in told["relaxations"]
    ]


def _short(facts: Mapping[str, Any]) -> dict[str, object]:
    """Of many subjects the first three, and how many more."""
    subjects = str(facts.get("subject", "")).split(", ")
    more = [f"+{len(subjects) - 3}"] if len(subjects) > 3 else []
    return {**facts, "subject": ", ".join([*subjects[:3], *more])}


def notes(occurrence: Occurrence | None, *, starts_on: date, ends_on: date, cost: int, barred: bool = False) -> Iterator[Finding]:
    """What somebody who planned a line should know of what became of its activity since."""
    if occurrence is None:
        yield Caution(Sentence(_("It is not on the menu any more.")))
        return
    if barred:
        yield Caution(Sentence(_("It is not open to the party: the terms of entry or a suspension bar it.")))
    if (occurrence.starts, occurrence.ends) != (starts_on, ends_on):
        facts = {"starts": occurrence.starts.isoformat(), "ends": occurrence.ends.isoformat()}
        yield Caution(Sentence(_("It was moved since: it now runs from {starts} to {ends}."), facts))
    if occurrence.stated and occurrence.cost != cost:
        yield Caution(
            Sentence(_("Its cost changed since, from {before} to {after} a person."), {"before": cost, "after": occurrence.cost})
        )
