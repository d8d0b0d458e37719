"""Checking a pack before it is laid down: each fault by file, row and column, in words."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import available_timezones

from comity.frameworks.models import MembershipStanding
from comity.frameworks.models.events import EventKind
from comity.frameworks.models.frameworks import FrameworkKind
from comity.frameworks.rules.claims import CHECKS
from comity.kernel.dates import NotAPartialDate, PartialDate
from comity.kernel.refusals import Refusal
from comity.kernel.words import Sentence, Translate, _
from comity.packs.reading import Pack, Row
from comity.parties.models import PartyKind, SourceGrade
from comity.programmes.models import Binding
from comity.programmes.rules.words import REVIEW_STEPS as STEPS

STANDINGS = {"member": "ally", "equal member": "equal_member", "suspended": "suspended"} | {s: s for s in MembershipStanding.values}
DATES = {
    "sources": ("published",),
    "parties": ("founded", "ended"),
    "names": ("since", "until"),
    "successions": ("on",),
    "frameworks": ("founded", "ended"),
    "memberships": ("from", "to"),
    "suspensions": ("review_on",),
    "events": ("on",),
    "statements": ("as_of",),
    "programme_types": ("since", "until"),
    "programmes": ("since", "until"),
}
PARTIES = {
    "parties": ("seat",),
    "zones": ("code",),
    "names": ("party",),
    "successions": ("predecessor", "successor"),
    "frameworks": ("party",),
    "memberships": ("party_iso3",),
    "events": ("parties",),
    "programme_types": ("aliases",),
    "programmes": ("party",),
}
FRAMEWORKS = {"frameworks": ("predecessor",), "memberships": ("framework",), "events": ("frameworks",)}
CHOICES = {
    ("sources", "grade"): set(SourceGrade.values),
    ("parties", "kind"): set(PartyKind.values),
    ("zones", "zone"): available_timezones(),
    ("frameworks", "kind"): set(FrameworkKind.values),
    ("memberships", "status"): set(STANDINGS),
    ("events", "kind"): set(EventKind.values),
    ("programmes", "binding"): set(Binding.values),
}
KEYS = dict.fromkeys(("sources", "memberships", "suspensions", "events", "programmes"), "key") | {
    "parties": "code",
    "frameworks": "code",
    "programme_types": "code",
    "statements": "id",
}
NEEDED = {
    "parties": ("name_en",),
    "frameworks": ("name_en",),
    "events": ("on", "title_en"),
    "statements": ("as_of", "place"),
    "programme_types": ("name",),
}
# Sources name themselves, and a statement's source is the document it is taken from.
NEED_NO_SOURCE = {"sources", "statements"}
NO_TYPE = _("“{value}” is no type of programme of this pack.")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell of one row."""

    file: str
    row: int
    column: str
    value: str
    sentence: Sentence

    def said(self, translate: Translate, language: str) -> str:
        """The fault in a language."""
        return self.sentence.said(translate, language)

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, {self.column}: {self.sentence}"


class PackIsFaulty(Refusal):
    """A faulty pack is not laid down at all."""

    message = _("The pack {pack} has {count} faults; the first: {first}")


def faults(pack: Pack) -> Iterator[Fault]:
    """Everything that is wrong with a pack, file by file."""
    keys_of = {name: {row[key] for row in pack.of(name)} for name, key in KEYS.items()}
    for name in pack.files:
        if name in KEYS:
            yield from _doubles(pack, name, KEYS[name])
        for row in pack.of(name):
            yield from _of_row(pack, name, row, keys_of)


def _doubles(pack: Pack, name: str, column: str) -> Iterator[Fault]:
    counts = Counter(row[column] for row in pack.of(name))
    for row in pack.of(name):
        if not row[column]:
            yield _fault(pack, name, row, column, _("The row has no key."))
        elif counts[row[column]] > 1:
            yield _fault(pack, name, row, column, _("“{value}” names more than one row."))


def _of_row(pack: Pack, name: str, row: Row, keys_of: dict[str, set[str]]) -> Iterator[Fault]:
    for column in DATES.get(name, ()):
        if not _is_partial(str(row[column])):
            yield _fault(pack, name, row, column, _("“{value}” is not a year, a month or a day."))
    for column in NEEDED.get(name, ()):
        if not row[column]:
            yield _fault(pack, name, row, column, _("This column is never empty."))
    for column in PARTIES.get(name, ()):
        if any(code not in keys_of["parties"] for code in (row[column] if isinstance(row[column], dict) else row.words(column))):
            yield _fault(pack, name, row, column, _("“{value}” is no party of this pack."))
    for column in FRAMEWORKS.get(name, ()):
        if any(code not in keys_of["frameworks"] for code in row.words(column)):
            yield _fault(pack, name, row, column, _("“{value}” is no framework of this pack."))
    for (file, column), choices in CHOICES.items():
        if file == name and row[column] not in choices:
            yield _fault(pack, name, row, column, _("“{value}” is not among the words this column takes."))
    if name not in NEED_NO_SOURCE:
        yield from _of_source(pack, name, row)
    if name == "statements" and (row["check"] or {}).get("check") not in CHECKS:
        yield _fault(pack, name, row, "check", _("“{value}” is no check that can be evaluated."))
    if name == "statements" and str(row.cells.get("document")) not in ("0", "1"):
        yield _fault(pack, name, row, "document", _("“{value}” is no reference document: there are 0 and 1."))
    if name == "suspensions" and row["key"] not in keys_of["memberships"]:
        yield _fault(pack, name, row, "key", _("“{value}” is no row of the memberships."))
    if name == "events" and any(key not in keys_of["memberships"] for key in row.words("memberships")):
        yield _fault(pack, name, row, "memberships", _("“{value}” is no row of the memberships."))
    if name in ("programmes", "programme_types"):
        yield from _of_programmes(pack, name, row, keys_of)


def _of_programmes(pack: Pack, name: str, row: Row, keys_of: dict[str, set[str]]) -> Iterator[Fault]:
    """What types and documents name: other types, the frameworks they are open to, the steps of a review."""
    types = keys_of["programme_types"]
    if name == "programmes" and row["type"] not in types:
        yield _fault(pack, name, row, "type", NO_TYPE)
    if any(code not in types for column in ("replaces", "requires") for code in row[column] or ()):
        yield _fault(pack, name, row, "replaces", NO_TYPE)
    openings = row["open_to"] or ()
    if any(code not in keys_of["frameworks"] for opening in openings for code in opening["frameworks"]):
        yield _fault(pack, name, row, "open_to", _("“{value}” is no framework of this pack."))
    if not all(_is_partial(opening.get(end, "")) for opening in openings for end in ("since", "until")):
        yield _fault(pack, name, row, "open_to", _("“{value}” is not a year, a month or a day."))
    if any(step["step"] not in STEPS or step.get("month", 1) not in range(1, 13) for step in row["steps"] or ()):
        yield _fault(pack, name, row, "steps", _("“{value}” is not among the words this column takes."))


def _of_source(pack: Pack, name: str, row: Row) -> Iterator[Fault]:
    named = row.parts("source")
    if not named:
        yield _fault(pack, name, row, "source", _("The row names no source."))
    elif any(source not in pack.source_keys for source in named):
        yield _fault(pack, name, row, "source", _("“{value}” is no source of this pack."))


def _is_partial(text: str) -> bool:
    try:
        PartialDate(text)
    except NotAPartialDate:
        return False
    return True


def _fault(pack: Pack, name: str, row: Row, column: str, message: str) -> Fault:
    value = str(row[column])
    return Fault(pack.files[name], row.number, column, value, Sentence(message, {"value": value}))
