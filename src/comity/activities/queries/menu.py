"""Browsing one edition: search, facets with counts, one page of rows. The number of queries never grows with rows."""

import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from operator import and_
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import BooleanField, F, Q, Value
from django.db.models.expressions import ExpressionWrapper, RawSQL

from comity.activities.models import Activity, Edition, Term
from comity.activities.models.activities import ActivityQuerySet, opens
from comity.activities.queries import activities
from comity.activities.rules import Group, findings
from comity.frameworks.models import Framework
from comity.frameworks.rules import Standing
from comity.kernel.actors import Actor
from comity.kernel.faces import say
from comity.kernel.findings import Finding, barred
from comity.kernel.words import Name, Sentence
from comity.parties.models import Party
from comity.trail import queries as trail

# The facets of a list and the columns they count.
FACETS: dict[str, str] = {
    "area": "area_key",
    "kind": "kind",
    "provider": "provider",
    "place": "place_country_id",
    "month": "month",
    "language": "languages",
    "state": "state",
}
SORTS: dict[str, str] = {"date": "first_day", "number": "number", "title": "title", "area": "area_key", "seats": "seats"}
PAGE = 50
# The columns that a list shows or judges.
SHOWN = (
    *("edition_id", "number", "state", "title", "area", "area_key", "provider", "provider_country_id", "city", "place_country_id"),
    *("seats", "starts", "ends", "first_day", "last_day", "begins_by", "open_to", "open_to_parties", "closed_to_parties"),
    *("most_per_party", "needs_clearance", "ranks", "language_profile", "eligibility"),
)
# How alike a word must be to count as the same word misspelt.
NEARLY = 0.36
ALIKE = "set_config('pg_trgm.word_similarity_threshold', %s, false)"


@dataclass(frozen=True)
class Wanted:
    """What a reader looks for in an edition; all of it stands in the address."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open_only: bool = False
    since: date | None = None
    until: date | None = None
    sort: str = "date"
    # Found out by asking: the words that no row has, and that are therefore taken as misspelt.
    misspelt: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """The words that are looked for, one by one."""
        return [w for w in self.q.replace('"', " ").split() if any(c.isalnum() for c in w)][:8]

    @property
    def key(self) -> Hashable:
        """What decides which rows are found, whatever their order."""
        return self.q, tuple(sorted(self.chosen.items())), self.open_only, self.since, self.until, self.misspelt

    @property
    def order(self) -> list[Any]:
        """The order of rows; unknown values last, the number decides between equals."""
        name = SORTS.get(self.sort.removeprefix("-"), "first_day")
        key = F(name)
        first = key.desc(nulls_last=True) if self.sort.startswith("-") else key.asc(nulls_last=True)
        return [first] if name == "number" else [first, F("number").asc()]


@dataclass(frozen=True)
class Reader:
    """For whom a list is made: who reads, the standing of the party it is about, and what words of entry meant."""

    actor: Actor
    standing: Standing | None
    groups: tuple[Group, ...]
    on: date
    # The stamp of the trail before anything was read: what is counted for the reader is kept under it.
    stamp: str = ""

    @property
    def opens(self) -> Q | None:
        """The condition that an activity is open to the party."""
        return opens(self.standing, self.groups, on=self.on) if self.standing else None


@dataclass(frozen=True)
class Counts:
    """How many rows there are: in all, open to the party, and for each value of each facet."""

    total: int
    open_to_us: int
    facets: dict[str, list[tuple[str, int]]]


_misspelt: trail.Kept[tuple[str, ...]] = trail.Kept()


def understood(edition: Edition, wanted: Wanted, reader: Reader) -> Wanted:
    """Whether the words looked for are found as they are spelt; those that no row has are taken as misspelt."""
    if not wanted.q:
        return wanted
    key = (edition.pk, wanted.q, wanted.since, wanted.until, reader.actor)
    asked = False

    def ask() -> tuple[str, ...]:
        nonlocal asked
        asked = True
        return _found_nowhere(edition, wanted, reader)

    misspelt = _misspelt.get(reader.stamp, key, ask)
    if misspelt and not asked:
        # Asking tells the connection how alike is alike; an answer that was kept has to tell it as well.
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {ALIKE}", [str(NEARLY)])
    return replace(wanted, misspelt=misspelt)


def _found_nowhere(edition: Edition, wanted: Wanted, reader: Reader) -> tuple[str, ...]:
    """The words that no row has as they are spelt, if not all rows' words are found. One query."""
    base = _base(edition, replace(wanted, q="", chosen={}, open_only=False), reader).order_by().values("pk")
    tries = [[wanted.q], *([word] for word in wanted.words)]
    parts, params = [ALIKE], [str(NEARLY)]
    for words in tries:
        sql, given = base.filter(_spelt(words)).query.sql_with_params()
        # A count lets the planner use the index where the mere question whether there is one makes it read everything.
        parts += [f"numnode({SPELT}) > 0", f"(SELECT count(*) FROM ({sql}) AS found) > 0"]  # noqa: S608
        params += [*words * 2, *given]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        says, there, *rest = cursor.fetchone()[1:]
    if there or not (says or any(rest[::2])):
        return ()
    each = zip(wanted.words, rest[::2], rest[1::2], strict=True)
    return tuple(word for word, means, found in each if means and not found)


def rows(edition: Edition, wanted: Wanted, reader: Reader) -> ActivityQuerySet:
    """The rows a reader looks for, in order; `wanted` has been through `understood`."""
    found = _base(edition, wanted, reader)
    for name, values in wanted.chosen.items():
        found = found.filter(_is_chosen(name, values))
    if wanted.open_only and reader.opens is not None:
        found = found.filter(reader.opens)
    return found.order_by(*wanted.order)


_counted: trail.Kept[Counts] = trail.Kept()


def counts(edition: Edition, wanted: Wanted, reader: Reader) -> Counts:
    """Every count around the list; a facet's own choice is left out of its own counts. Kept until something is done."""
    key = (edition.pk, wanted.key, reader.actor, reader.standing, reader.groups, reader.on)
    return _counted.get(reader.stamp, key, lambda: _count(edition, wanted, reader))


def _count(edition: Edition, wanted: Wanted, reader: Reader) -> Counts:
    """The counts, in one query and one pass."""
    chosen = {name: _is_chosen(name, values) for name, values in wanted.chosen.items() if values}
    if wanted.open_only and reader.opens is not None:
        chosen["open"] = reader.opens
    opened = _flag(reader.opens) if reader.opens is not None else Value(False)
    base = _base(edition, wanted, reader).annotate(
        is_open=opened, **{f"is_{n}": _flag(c) for n, c in chosen.items() if n != "open"}
    )
    columns = [*FACETS.values(), "is_open", *(f"is_{n}" for n in chosen if n != "open")]
    inner, params = base.order_by().values_list(*(F(c) for c in columns)).query.sql_with_params()
    facets: dict[str, Counter[str]] = {name: Counter() for name in (*FACETS, "open", "")}
    with connection.cursor() as cursor:
        cursor.execute(_counting(inner, list(chosen)), params)
        for which, stored, count in cursor.fetchall():
            values: Any = json.loads(stored) if stored is not None else None
            for value in values if which == "language" else [values]:
                facets[which]["" if value is None else str(value)] += count
    total, opens_to_us = facets.pop("")[""], facets.pop("open")["True"]
    ordered = {
        n: sorted(((v, c) for v, c in found.items() if c), key=lambda pair: (-pair[1], pair[0])) for n, found in facets.items()
    }
    return Counts(total, opens_to_us, ordered)


def _counting(inner: str, chosen: Sequence[str]) -> str:
    """The statement that counts each facet, whether rows are open, and all of them, as sets of one grouping."""
    names = [*FACETS, "open", *(f"is_{n}" for n in chosen if n != "open")]

    def kept(without: str = "") -> str:
        flags = ["open" if n == "open" else f"is_{n}" for n in chosen if n != without]
        return f"count(*) FILTER (WHERE {' AND '.join(flags)})" if flags else "count(*)"

    sets = [*FACETS, "open"]
    which = " ".join(f"WHEN GROUPING({n}) = 0 THEN '{n}'" for n in sets)
    value = " ".join(f"WHEN GROUPING({n}) = 0 THEN to_jsonb({n})" for n in sets)
    count = " ".join(f"WHEN GROUPING({n}) = 0 THEN {kept(n)}" for n in sets if n in chosen)
    number = f"CASE {count} ELSE {kept()} END" if count else kept()
    grouping = ", ".join(f"({n})" for n in sets)
    return (
        f"SELECT CASE {which} ELSE '' END, CASE {value} END, {number} "  # noqa: S608
        f"FROM ({inner}) AS base ({', '.join(names)}) GROUP BY GROUPING SETS ({grouping}, ())"
    )


@dataclass(frozen=True)
class Names:
    """The names on a page by code: of parties, areas and frameworks, kept apart since one code may stand for one of each."""

    parties: dict[str, Name] = field(default_factory=dict)
    areas: dict[str, Name] = field(default_factory=dict)
    frameworks: dict[str, Name] = field(default_factory=dict)


def labels(*, parties: Iterable[str], areas: Iterable[str], frameworks: Iterable[str] = ()) -> Names:
    """The names of parties, areas and frameworks, in one query."""
    columns = ("of", "code", "name_en", "name_fr")
    of_parties = Party.objects.filter(code__in=set(parties)).annotate(of=Value("parties")).order_by()
    of_areas = Term.objects.filter(code__in=set(areas), vocabulary__name="areas").annotate(of=Value("areas")).order_by()
    of_frameworks = Framework.objects.filter(code__in=set(frameworks)).annotate(of=Value("frameworks")).order_by()
    others = (of_areas.values_list("of", "code", "en", "fr"), of_frameworks.values_list(*columns))
    named: dict[str, dict[str, Name]] = {"parties": {}, "areas": {}, "frameworks": {}}
    for of, code, en, fr in of_parties.values_list(*columns).union(*others):
        named[of][code] = Name(en, fr)
    return Names(**named)


def _base(edition: Edition, wanted: Wanted, reader: Reader) -> ActivityQuerySet:
    """What is live in the edition, seen by the reader, in the days and with the words that are looked for."""
    found = activities(seen_by=reader.actor, of=edition)
    if not wanted.chosen.get("state"):
        found = found.live()
    if wanted.since:
        found = found.filter(last_day__gte=wanted.since)
    if wanted.until:
        found = found.filter(first_day__lte=wanted.until)
    return found.filter(*_matching(wanted)) if wanted.q else found


# Words as they are spelt, in either language of the house.
SPELT = "(websearch_to_tsquery('comity_english', %s) || websearch_to_tsquery('comity_french', %s))"


def _spelt(words: Sequence[str]) -> Any:
    """The condition that a row has words as they are spelt; a word with digits may also be part of a number or a code."""
    found = RawSQL(f'"activities_activity"."words" @@ {SPELT}', list(words) * 2, BooleanField())  # noqa: S611
    codes = [w for word in words for w in word.split() if any(c.isdigit() for c in w)]
    if len(codes) != len(" ".join(words).split()):
        return found
    letters = [RawSQL('"activities_activity"."letters" LIKE comity_plain(%s)', [f"%{_literal(w)}%"], BooleanField()) for w in codes]
    return Q(found) | reduce(and_, (Q(one) for one in letters))


def _literal(word: str) -> str:
    """A word in which no sign is a wildcard."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _matching(wanted: Wanted) -> list[Any]:
    """The conditions that a row has the words: as they are spelt, or, where no row has a word, something nearly so."""
    if not wanted.misspelt:
        return [_spelt([wanted.q])]
    nearly = [RawSQL('comity_plain(%s) <%% "activities_activity"."letters"', [w], BooleanField()) for w in wanted.misspelt]
    return [*nearly, *(_spelt([w]) for w in wanted.words if w not in wanted.misspelt)]


def _is_chosen(name: str, values: Sequence[str]) -> Q:
    """The condition that a row has one of the values chosen in a facet; the empty value is "not stated"."""
    column = FACETS[name]
    if name == "language":
        return Q(languages__overlap=list(values))
    if name == "month":
        found = Q(month__in=[int(v) for v in values if v.isdigit() and len(v) < 3])
        return found | Q(month__isnull=True) if "" in values else found
    found = Q(**{f"{column}__in": list(values)})
    return found | Q(**{f"{column}__isnull": True}) if "" in values and name == "place" else found


def _flag(condition: Q) -> Any:
    return ExpressionWrapper(condition, output_field=BooleanField())


@dataclass(frozen=True)
class Line:
    """One row of a list: the entry, and what stands between it and the reader's party, if there is one."""

    activity: Activity
    findings: list[Finding] | None

    @property
    def entry(self) -> str:
        """Whether the party may come: `open`, `noted` when there is something to note, `barred`, or nothing to say."""
        if self.findings is None:
            return ""
        return "barred" if barred(self.findings) else "noted" if self.findings else "open"


class Cell(NamedTuple):
    """What a room above says of one activity on a list: in words, and how much of how much where that is a measure."""

    words: Sentence
    value: int = 0
    most: int | None = None


class Beside(NamedTuple):
    """A column that a room above sets beside a list: its head, and its cells by the key of the activity."""

    head: Sentence
    cells: Mapping[int, Cell]


# Filled at start-up by rooms above, which know what this room refuses to know: who asks for which place.
suppliers: list[Callable[[Sequence[Activity], Actor], Beside | None]] = []


def beside(shown: Sequence[Activity], *, seen_by: Actor) -> list[Beside]:
    """The columns that rooms above set beside a list for one reader."""
    return [column for supply in suppliers if shown and (column := supply(shown, seen_by))]


@dataclass(frozen=True)
class Listing:
    """One page of a list with everything around it."""

    wanted: Wanted
    counts: Counts
    page: Any
    lines: list[Line]
    names: Names

    @property
    def places(self) -> dict[str, str]:
        """The names of the parties on the page in the language of the moment."""
        return {code: say(name) for code, name in self.names.parties.items()}

    @property
    def areas(self) -> dict[str, str]:
        """The names of the areas on the page in the language of the moment."""
        return {code: say(name) for code, name in self.names.areas.items()}

    def options(self, name: str, most: int = 12) -> list[tuple[str, int]]:
        """The values of a facet to offer, the most frequent first and every chosen one, with their counts as they stand."""
        found = self.counts.facets[name]
        chosen = self.wanted.chosen.get(name, ())
        shown = [pair for place, pair in enumerate(found) if place < most or pair[0] in chosen]
        missing = [(value, 0) for value in chosen if value not in {v for v, _ in found}]
        return [*shown, *missing]


def listing(edition: Edition, wanted: Wanted, reader: Reader, *, number: int = 1, with_rows: bool = True) -> Listing:
    """One page of the list that a reader wants; a page that does not exist is the nearest one that does.

    A calendar needs everything around the list but not its rows.
    """
    wanted = understood(edition, wanted, reader)
    counted = counts(edition, wanted, reader)
    paginator = Paginator(rows(edition, wanted, reader).only(*SHOWN), PAGE)
    paginator.count = counted.total
    page = paginator.get_page(number)
    shown = list(page.object_list) if counted.total and with_rows else []
    codes = {v for v, _ in counted.facets["place"]} | {a.place_country_id for a in shown if a.place_country_id}
    codes |= {reader.standing.party} if reader.standing else set()
    names = labels(parties=codes, areas={v for v, _ in counted.facets["area"]} | {a.area_key for a in shown})
    return Listing(wanted, counted, page, lines(shown, reader, names), names)


def lines(shown: Iterable[Activity], reader: Reader, names: Names) -> list[Line]:
    """Rows with what stands between them and the reader's party."""
    standing = reader.standing
    if standing is None:
        return [Line(a, None) for a in shown]
    name = names.parties.get(standing.party)
    return [Line(a, list(findings(standing, a.terms(reader.groups), on=reader.on, name=name))) for a in shown]


def nobody(party: str) -> Standing | None:
    """The standing of a party that never belonged to any framework; without a party, none."""
    return Standing(party.upper()) if party else None
