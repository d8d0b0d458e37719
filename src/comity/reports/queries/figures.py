"""The figures of a year: places granted, people put forward, accepted, who came and who did not, by one aspect at a time.

Every output (page, sheet, paper, API, command) is made from `figures`, so that none can differ from another (F15). Each
number is a count of rows that `rows` gives. By gender and rank the staff reads counts and a party its own people; of
people whom a provider received no cell is told in which fewer than five could be told apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db.models import F, Q, Sum

from comity.accounts.rules import Permission
from comity.activities.models import Term, run_by
from comity.activities.queries.menu import labels
from comity.feedback.queries.attended import ACCEPTED, CAME, INVITED, NO_SHOW, counted
from comity.feedback.rules import FUNDINGS, GENDERS, RANKS, shown_to_others
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import Name, Speakable, Word, _
from comity.nominations.models import Nomination, NominationQuerySet
from comity.participation.models import Grant, GrantQuerySet
from comity.programmes.models import Support
from comity.trail import queries as trail
from comity.trail.queries import Kept

# For each way to split: how it is called, and the columns it groups people and places by; places have no gender or rank.
WAYS: dict[str, tuple[str, str, str]] = {
    "party": (_("Party"), "party", "party"),
    "area": (_("Area"), "activity__area_key", "activity__area_key"),
    "kind": (_("Kind"), "activity__kind", "activity__kind"),
    "provider": (_("Provider"), "activity__provider_party", "activity__provider_party"),
    "funding": (_("Funding asked for"), "request__funding", "request__funding"),
    "gender": (_("Gender"), "person__gender", ""),
    "rank": (_("Rank"), "person__rank", ""),
    "marker": (_("Marker of the goals it serves, and gender"), "", ""),
}
TRAITS = ("gender", "rank", "marker")
COLUMNS = ("granted", "nominated", "accepted", "came", "no_shows")
HEADS = {
    "granted": _("Places granted"),
    "nominated": _("Put forward"),
    "accepted": _("Accepted"),
    "came": _("Came"),
    "no_shows": _("No-shows"),
    "others": _("Came, of other parties"),
}
CONDITIONS: dict[str, Q] = {"nominated": INVITED, "accepted": ACCEPTED, "came": CAME, "no_shows": NO_SHOW}
BETWEEN = "\u00b7"


class NoSuchSplit(Refusal):
    """Figures are split in certain ways."""

    message = _("Figures are not split by “{by}”. Choose one of: {ways}.")


class Row(NamedTuple):
    """One line: its key, what it is called, and its counts; nothing stands for what is not there or not to be told."""

    key: str
    label: Speakable
    counts: Mapping[str, int | None]


@dataclass(frozen=True)
class Figures:
    """The figures of a year split one way, as one reader may see them."""

    year: int
    by: str
    columns: tuple[str, ...]
    rows: Sequence[Row]
    total: Mapping[str, int | None]

    @property
    def filled(self) -> list[Row]:
        """The lines on which anything is counted or hidden."""
        return [row for row in self.rows if any(count != 0 for count in row.counts.values())]

    @property
    def charted(self) -> str:
        """The column to draw: who came, as far as anybody came, else who was accepted."""
        told = [column for column in ("came", "others") if self.total.get(column)]
        return told[0] if told else "accepted"

    @property
    def hides(self) -> bool:
        """Whether anything is hidden."""
        return "others" in self.columns and any(row.counts["others"] is None for row in self.rows)

    def cells(self, row: Row) -> list[int | None]:
        """The counts of a line in the order of the columns."""
        return [row.counts.get(column) for column in self.columns]


_kept: Kept[Figures] = Kept()


def figures(year: int, by: str = "party", *, seen_by: Actor) -> Figures:
    """The figures of a year, in a number of queries that never grows.

    Raises:
        NoSuchSplit: there is no such way to split them.
    """
    if by not in WAYS:
        raise NoSuchSplit(by=by[:40], ways=list(WAYS))
    # A year of 45,000 people takes a third of a second to count; it stays as it is until somebody acts (decision 9).
    return _kept.get(trail.stamp(), (year, by, seen_by.party, seen_by.permissions), lambda: _found(year, by, seen_by))


def _found(year: int, by: str, seen_by: Actor) -> Figures:
    if by == "marker":
        return _by_marker(year, seen_by)
    _label, people, places = WAYS[by]
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COLUMNS, 0))
    for key, *counts in _counted(_people(year, by, seen_by), people):
        found[key or ""].update(zip(COLUMNS[1:], counts, strict=True))
    if places:
        granted = _places(year, seen_by).order_by().values_list(places).annotate(held=Sum(F("funded") + F("self_paid")))
        for key, count in granted:
            found[key or ""]["granted"] = count
    return _told(year, by, found, _of_others(year, people, seen_by) if by in TRAITS else None)


def rows(year: int, by: str, key: str, column: str, *, seen_by: Actor) -> NominationQuerySet | GrantQuerySet:
    """The rows behind a number: grants, or nominations without names; exactly as many as it says.

    Raises:
        NoSuchSplit: there is no such number, or none whose rows may be seen.
    """
    if by not in WAYS or by == "marker" or column not in COLUMNS or (column == "granted" and not WAYS[by][2]):
        raise NoSuchSplit(by=by[:40], ways=list(WAYS))
    if column == "granted":
        return _places(year, seen_by).filter(_is(WAYS[by][2], key)).select_related("activity", "party", "request")
    found = _people(year, by, seen_by).filter(CONDITIONS[column] & _is(WAYS[by][1], key))
    return found.select_related("activity", "party", "person", "outcome").order_by("party", "activity__number", "pk")


def _is(path: str, key: str) -> Q:
    """The condition of one line; all lines where no key is given."""
    if key == "all":
        return Q()
    return Q(**{path: key}) if key != "-" else Q(**{path: ""}) | Q(**{f"{path}__isnull": True})


def _people(year: int, by: str, actor: Actor) -> NominationQuerySet:
    """Whom a reader's figures count; by a trait of people only the own ones, unless the reader is of the staff."""
    found = Nomination.objects.seen_by(actor).filter(activity__edition=year)
    if by in TRAITS and not actor.may(Permission.SEE_EVERYTHING):
        return found.filter(party=actor.party) if actor.party else found.none()
    return found


def _places(year: int, actor: Actor) -> GrantQuerySet:
    """The places a reader may count: the own ones, those at the own activities, or all."""
    every = Grant.objects.filter(activity__edition=year)
    seen = Grant.objects.seen_by(actor).filter(activity__edition=year)
    return seen if actor.may(Permission.SEE_EVERYTHING) else seen | every.filter(run_by(actor, "activity"))


def _counted(found: NominationQuerySet, *paths: str) -> Iterable[tuple[Any, ...]]:
    """Keys with the four counts, in one aggregate query."""
    counts = counted()
    return found.order_by().values_list(*paths).annotate(**counts).values_list(*paths, *counts)


def _of_others(year: int, path: str, actor: Actor) -> dict[str, int] | None:
    """Who came to the reader's activities from other parties, by a trait; nothing for those who run none."""
    if actor.may(Permission.SEE_EVERYTHING) or not (actor.party and actor.may(Permission.RUN_ACTIVITIES)):
        return None
    hosted = Nomination.objects.at_activities_of(actor).filter(activity__edition=year).exclude(party=actor.party)
    return {key: came for key, _invited, _accepted, came, _no_shows in _counted(hosted, path) if came}


def _told(
    year: int, by: str, found: Mapping[str, Mapping[str, int]], others: Mapping[str, int] | None, names: Any = None
) -> Figures:
    columns = COLUMNS if WAYS[by][2] else COLUMNS[1:]
    keys = sorted({*found, *(others or ())}, key=lambda key: (key == "", key))
    named = names or _names(by, keys)
    lines = {key: {c: found.get(key, {}).get(c, 0) for c in columns} for key in keys}
    total: dict[str, int | None] = {c: sum(line[c] for line in lines.values()) for c in columns}
    counts: dict[str, dict[str, int | None]] = {key: dict(line) for key, line in lines.items()}
    if others is not None:
        shown, every = shown_to_others(others)
        for key in keys:
            counts[key]["others"] = shown.get(key, 0)
        columns, total = (*columns, "others"), total | {"others": every}
    told = [Row(key, named(key), counts[key]) for key in keys]
    if by not in ("rank",):
        told.sort(key=lambda row: (row.key == "", str(row.label)))
    return Figures(year, by, columns, told, total)


def _names(by: str, keys: Sequence[str]) -> Any:
    """What each line is called."""
    if by in ("party", "provider"):
        parties = labels(parties={key for key in keys if key}, areas=()).parties
        return lambda key: parties.get(key, Name(key)) if key else Word(_("not in the register"))
    if by == "area":
        areas = labels(parties=(), areas=[key for key in keys if key]).areas
        return lambda key: areas.get(key, Name(key)) if key else Word(_("no area"))
    if by == "kind":
        return lambda key: Word(key or _("no kind"))
    if by == "rank":
        return lambda key: Word(RANKS.get(key) or key)
    words = GENDERS if by == "gender" else FUNDINGS
    return lambda key: Word(words.get(key) or key)


def _by_marker(year: int, actor: Actor) -> Figures:
    """People whose activity supports a goal of their party that bears a marker, or whose programme bears it; by gender."""
    tied: dict[tuple[str, int], set[int]] = defaultdict(set)
    supports = Support.objects.seen_by(actor).filter(activity__edition=year, goal__retired_at__isnull=True)
    for path in ("goal__markers", "goal__programme__markers"):
        marked = supports.filter(**{f"{path}__isnull": False}).order_by()
        for party, activity, marker in marked.values_list("goal__party", "activity", path).distinct():
            tied[party, activity].add(marker)
    people = _people(year, "marker", actor).filter(activity__in={activity for _party, activity in tied})
    found: dict[str, Counter[str]] = {}
    total = Counter(dict.fromkeys(COLUMNS[1:], 0))
    for party, activity, gender, *counts in _counted(people, "party", "activity", "person__gender"):
        markers = tied.get((party, activity), ())
        for marker in markers:
            line = found.setdefault(f"{marker}{BETWEEN}{gender}", Counter(dict.fromkeys(COLUMNS, 0)))
            line.update(dict(zip(COLUMNS[1:], counts, strict=True)))
        if markers:
            total.update(dict(zip(COLUMNS[1:], counts, strict=True)))
    terms = {str(term.pk): term.name for term in Term.objects.filter(pk__in={m for some in tied.values() for m in some})}
    told = _told(year, "marker", found, None, lambda key: _Marked(terms[key.partition(BETWEEN)[0]], key.partition(BETWEEN)[2]))
    # Somebody may stand under several markers: in all, each is counted once.
    return replace(told, total=dict(total))


@dataclass(frozen=True)
class _Marked:
    """A marker and a gender, said one after the other."""

    marker: Name
    gender: str

    def said(self, translate: Any, language: str) -> str:
        """Both in a language."""
        return f"{self.marker.said(translate, language)}: {translate(GENDERS[self.gender])}"

    def __str__(self) -> str:
        return f"{self.marker}: {GENDERS[self.gender]}"
