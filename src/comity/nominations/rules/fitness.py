"""Whether somebody fits an activity: rank band, language profile, prerequisites, clearance, and where else they are to be.

What an activity asks for is free text; what can be read of it is checked, and what cannot is said as a caution.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from comity.kernel.findings import Bar, Caution, Finding, Waivable
from comity.kernel.words import Sentence, Word, _

MAY_WAIVE = "WAIVE_FINDINGS"
Span = tuple[int, int]
# Ranks on one scale: other ranks are 1 to 9, warrant officers 10, officers 11 to 20.
HIGHEST, WARRANT = 20, 10
BANDS: dict[str, Span] = {
    "OR-1-4": (1, 4),
    "OR-5-9": (5, 9),
    "WO": (10, 10),
    **{f"OF-{n}": (10 + n, 10 + n) for n in range(1, 6)},
    "OF-6-10": (16, 20),
}
_RANK = re.compile(
    r"\b(?:(?P<kind>OR|OF)[\s-]?(?P<from>\d{1,2})(?:\s*(?:-|–|/|to)\s*(?P<to>\d{1,2})\b)?|(?P<warrant>WO\b|warrant officer))", re.I
)
_JOINED = re.compile(r"^\s*(?:to|-|–|until|through|up to)\s*$", re.I)
_ABOVE = re.compile(r"\b(?:above|higher|upwards?)\b|\+", re.I)
_BELOW = re.compile(r"\b(?:below|lower)\b", re.I)
_LEVELS = re.compile(r"(?<![\d.])([0-5])\+?[\s\-–/.,]?([0-5])\+?[\s\-–/.,]?([0-5])\+?[\s\-–/.,]?([0-5])(?![\d.])")
_FRENCH = re.compile(r"\b(?:french|fran[cç]ais|fr)\b", re.I)
_NUMBER = re.compile(r"\b[A-Z0-9-]{2,12}\.\d{4,6}(?:\.\d{2})?\b")
_CODE = re.compile(r"\b(?!STANAG\b|OF\b|OR\b|SLP\b)[A-Z]{2,6}(?:-[A-Z]{1,4})*[- ]\d{2,6}\b")
SKILLS = (_("listening"), _("speaking"), _("reading"), _("writing"))


@dataclass(frozen=True)
class Elsewhere:
    """Another activity somebody is on the way to, and whether a seat is held there."""

    number: str
    first: date | None
    last: date | None
    holds: bool


@dataclass(frozen=True)
class Candidate:
    """Somebody as far as the rules must know."""

    rank: str
    english: str = ""
    french: str = ""
    clearance: str = ""
    cleared_until: date | None = None
    done: frozenset[str] = frozenset()
    elsewhere: tuple[Elsewhere, ...] = ()


@dataclass(frozen=True)
class Call:
    """What an activity asks of those who come."""

    ranks: str = ""
    language_profile: str = ""
    prerequisites: str = ""
    needs_clearance: bool = False
    first: date | None = None
    last: date | None = None


def findings(somebody: Candidate, call: Call) -> list[Finding]:
    """What stands between somebody and an activity, worst first."""
    found = [
        *_clearance(somebody, call), *_clashes(somebody, call), *_rank(somebody, call), *_language(somebody, call),
        *_prerequisites(somebody, call),
    ]  # fmt: skip
    return sorted(found, key=lambda f: ("bar", "waivable", "caution").index(f.weight))


def spans(text: str) -> list[Span]:
    """The ranks that a text names, as stretches of the scale; none where nothing of it can be read."""
    found: list[Span] = []
    ended = 0
    for match in _RANK.finditer(text):
        first = WARRANT if match["warrant"] else _place(match["kind"], int(match["from"]))
        last = _place(match["kind"], int(match["to"])) if match["to"] else first
        if found and _JOINED.match(text[ended : match.start()]):
            first, last = min(found[-1][0], first), max(found[-1][1], last)
            found.pop()
        found.append((min(first, last), max(first, last)))
        ended = match.end()
    if len(found) == 1 and _ABOVE.search(text[ended:]):
        return [(found[0][0], HIGHEST)]
    if len(found) == 1 and _BELOW.search(text[ended:]):
        return [(1, found[0][1])]
    return found


def levels(text: str) -> str:
    """The four levels of a profile, however they are written: `2-2-2-2` and `SLP 2222` are `2222`; nothing where there are none."""
    match = _LEVELS.search(text)
    return "".join(match.groups()) if match else ""


def asked_for(prerequisites: str) -> list[str]:
    """The numbers of activities and the codes of courses that a text names."""
    numbers = _NUMBER.findall(prerequisites)
    rest = _NUMBER.sub(" ", prerequisites)
    return [*numbers, *_CODE.findall(rest)]


def keys_of(number: str, *codes: str) -> Iterator[str]:
    """The words by which a text may name an activity: its number in whichever year, and its codes."""
    yield number.rpartition(".")[0]
    yield from (_plain(code) for code in codes if code)


def _place(kind: str, level: int) -> int:
    return min(level, 9) if kind.upper() == "OR" else min(WARRANT + level, HIGHEST)


def _plain(code: str) -> str:
    return re.sub(r"[\s-]", "", code).upper()


def _rank(somebody: Candidate, call: Call) -> Iterator[Finding]:
    if not call.ranks:
        return
    asked = spans(call.ranks)
    if not asked:
        yield Caution(Sentence(_("Ranks are asked for in words that cannot be checked: {ranks}."), {"ranks": call.ranks}))
        return
    band = BANDS.get(somebody.rank)
    if band is None:
        if not re.search(r"civil", call.ranks, re.I):
            message = _("Ranks {ranks} are asked for; it is not said which civilians may come.")
            yield Caution(Sentence(message, {"ranks": call.ranks}))
        return
    facts = {"rank": somebody.rank, "ranks": call.ranks}
    if not any(first <= band[1] and band[0] <= last for first, last in asked):
        yield Waivable(Sentence(_("The rank {rank} is outside what is asked for: {ranks}."), facts), by=MAY_WAIVE)
    elif not any(first <= band[0] and band[1] <= last for first, last in asked):
        yield Caution(Sentence(_("Only part of the band {rank} is asked for: {ranks}."), facts))


def _language(somebody: Candidate, call: Call) -> Iterator[Finding]:
    if not call.language_profile:
        return
    asked = levels(call.language_profile)
    if not asked:
        yield Caution(
            Sentence(_("A language is asked for in words that cannot be checked: {profile}."), {"profile": call.language_profile})
        )
        return
    has = somebody.french if _FRENCH.search(call.language_profile) else somebody.english
    facts = {"asked": "-".join(asked), "has": "-".join(has)}
    if not has:
        yield Waivable(Sentence(_("The language profile {asked} is asked for and none is on file."), facts), by=MAY_WAIVE)
    elif below := [Word(skill) for skill, a, h in zip(SKILLS, asked, has, strict=True) if h < a]:
        message = _("The language profile {asked} is asked for; {has} is below it in {skills}.")
        yield Waivable(Sentence(message, facts | {"skills": below}), by=MAY_WAIVE)


def _prerequisites(somebody: Candidate, call: Call) -> Iterator[Finding]:
    asked = asked_for(call.prerequisites)
    for course in asked:
        number = course.rpartition(".")[0] if course.count(".") > 1 else course
        if not {course, number, _plain(course)} & somebody.done:
            yield Waivable(
                Sentence(_("{course} is to be done first, and no certificate of it is on file."), {"course": course}), by=MAY_WAIVE
            )
    if call.prerequisites and not asked:
        yield Caution(Sentence(_("To be fulfilled first, and not to be checked here: {words}."), {"words": call.prerequisites}))


def _clearance(somebody: Candidate, call: Call) -> Iterator[Finding]:
    if not call.needs_clearance:
        return
    ends = call.last or call.first
    if not somebody.clearance:
        yield Bar(Sentence(_("A security clearance is needed and none is on file.")))
    elif somebody.cleared_until is None:
        yield Caution(Sentence(_("A security clearance is needed; it is not on file until when it holds.")))
    elif ends and somebody.cleared_until < ends:
        yield Bar(Sentence(_("The security clearance ends on {day}, before the activity does."), {"day": somebody.cleared_until}))


def _clashes(somebody: Candidate, call: Call) -> Iterator[Finding]:
    for other in somebody.elsewhere:
        if not _overlap((call.first, call.last), (other.first, other.last)):
            continue
        if other.holds:
            yield Bar(Sentence(_("The same person holds a seat at {activity} at that time."), {"activity": other.number}))
        else:
            yield Caution(Sentence(_("The same person is nominated for {activity} at that time."), {"activity": other.number}))


def _overlap(one: Sequence[date | None], other: Sequence[date | None]) -> bool:
    """Whether two spans share a day; a span without days shares none."""
    first, last, begins, ends = *one, *other
    return bool(first and last and begins and ends and first <= ends and begins <= last)
