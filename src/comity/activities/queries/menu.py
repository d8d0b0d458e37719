"""Browsing one edition: search, facets with counts, one page of rows. The number of queries never grows with rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import BooleanField, F, Q, Value
from django.db.models.expressions import ExpressionWrapper, RawSQL

from comity.activities.models import Activity, Edition, Term
from comity.activities.models.activities import ActivityQuerySet, opens
from comity.activities.queries import activities
from comity.activities.rules import Group, findings
from comity.frameworks.rules import Standing
from comity.kernel.actors import Actor
from comity.kernel.findings import Finding, barred
from comity.kernel.words import Name
from comity.parties.models import Party

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
# How alike a word must be to count as the same word misspelt.
NEARLY = 0.45


@dataclass(frozen=True)
class Wanted:
    """What a reader looks for in an edition; all of it stands in the address."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open_only: bool = False
    since: date | None = None
    until: date | None = None
    sort: str = "date"
    # Found out by asking: whether the words are to be taken as misspelt.
    loosely: bool = False

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


def understood(edition: Edition, wanted: Wanted, reader: Reader) -> Wanted:
    """Whether the words looked for are found as they are spelt; if not, they are looked for as misspelt. One query."""
    if not wanted.q:
        return wanted
    sql, params = _base(edition, replace(wanted, chosen={}, open_only=False), reader).values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT set_config('pg_trgm.word_similarity_threshold', %s, false), EXISTS ({sql})",
            [str(NEARLY), *params],
        )
        return replace(wanted, loosely=not cursor.fetchone()[1])


def rows(edition: Edition, wanted: Wanted, reader: Reader) -> ActivityQuerySet:
    """The rows a reader looks for, in order; `wanted` has been through `understood`."""
    found = _base(edition, wanted, reader)
    for name, values in wanted.chosen.items():
        found = found.filter(_is_chosen(name, values))
    if wanted.open_only and reader.opens is not None:
        found = found.filter(reader.opens)
    return found.order_by(*wanted.order)


def counts(edition: Edition, wanted: Wanted, reader: Reader) -> Counts:
    """Every count around the list in one query; a facet's own choice is left out of its own counts."""
    active = [n for n in FACETS if wanted.chosen.get(n)]
    base = _base(edition, wanted, reader).annotate(
        **{f"is_{n}": _flag(_is_chosen(n, wanted.chosen[n])) for n in active},
        is_open=_flag(reader.opens) if reader.opens is not None else Value(False),
    )
    columns = [*(F(c) for c in FACETS.values()), *(F(f"is_{n}") for n in active), F("is_open")]
    inner, params = base.order_by().values_list(*columns).query.sql_with_params()
    sql = _counting(inner, active, wanted.open_only)
    facets: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS}
    total = open_to_us = 0
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for name, value, count, open_count in cursor.fetchall():
            if name == "":
                total, open_to_us = count, open_count
            elif count:
                facets[name].append(("" if value is None else str(value), count))
    return Counts(total, open_to_us, {n: sorted(v, key=lambda pair: (-pair[1], pair[0])) for n, v in facets.items()})


def _counting(inner: str, active: Sequence[str], open_only: bool) -> str:
    """The statement that counts: every facet over one pass of the base, languages over their own."""
    names = [*FACETS, *(f"is_{n}" for n in active), "is_open"]

    def kept(*without: str) -> str:
        flags = [f"is_{n}" for n in active if n not in without] + (["is_open"] if open_only and "open" not in without else [])
        return f"FILTER (WHERE {' AND '.join(flags)})" if flags else ""

    flat = [n for n in FACETS if n != "language"]
    which = " ".join(f"WHEN GROUPING({n}) = 0 THEN '{n}'" for n in flat)
    value = " ".join(f"WHEN GROUPING({n}) = 0 THEN {n}::text" for n in flat)
    count = " ".join(f"WHEN GROUPING({n}) = 0 THEN count(*) {kept(n)}" for n in flat if n in active)
    count = f"CASE {count} ELSE count(*) {kept()} END" if count else f"count(*) {kept()}"
    opened = kept("open").replace("(WHERE ", "(WHERE is_open AND ") or "FILTER (WHERE is_open)"
    sets = ", ".join(f"({n})" for n in flat)
    spoken = f"count(*) {kept('language')}, 0 FROM base, unnest(language) AS spoken GROUP BY spoken"
    return (
        f"WITH base ({', '.join(names)}) AS MATERIALIZED ({inner}) "  # noqa: S608
        f"SELECT CASE {which} ELSE '' END, CASE {value} END, {count}, count(*) {opened} FROM base "
        f"GROUP BY GROUPING SETS ({sets}, ()) "
        f"UNION ALL SELECT 'language', spoken, {spoken}"
    )


def labels(counted: Counts, shown: Iterable[Activity], reader: Reader) -> dict[str, Name]:
    """Names of the countries and areas on a page, by code, in one query."""
    places = {v for v, _ in counted.facets["place"]} | {c for a in shown for c in (a.place_country_id, a.provider_country_id) if c}
    places |= {reader.standing.party} if reader.standing else set()
    areas = {v for v, _ in counted.facets["area"]} | {a.area_key for a in shown}
    parties = Party.objects.filter(code__in=places).order_by().values_list("code", "name_en", "name_fr")
    terms = Term.objects.filter(code__in=areas, vocabulary__name="areas").order_by().values_list("code", "en", "fr")
    return {code: Name(en, fr) for code, en, fr in parties.union(terms)}


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


def _matching(wanted: Wanted) -> list[Any]:
    """The conditions that a row has the words: as they are spelt in any language of the house, or each nearly so."""
    given = wanted.q.replace("\0", "")[:200]
    if not wanted.loosely:
        languages = " || ".join(f"websearch_to_tsquery('{c}', comity_plain(%s))" for c in ("english", "french", "simple"))
        return [RawSQL(f'"activities_activity"."words" @@ ({languages})', [given] * 3, BooleanField())]  # noqa: S611
    words = [w for w in given.replace('"', " ").split() if any(c.isalnum() for c in w)][:8] or ["?"]
    return [RawSQL('comity_plain(%s) <%% "activities_activity"."letters"', [w], BooleanField()) for w in words]


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


@dataclass(frozen=True)
class Listing:
    """One page of a list with everything around it."""

    wanted: Wanted
    counts: Counts
    page: Any
    lines: list[Line]
    labels: dict[str, Name]

    def options(self, name: str, most: int = 12) -> list[tuple[str, int]]:
        """The values of a facet to offer, the most frequent first and every chosen one, with their counts as they stand."""
        found = self.counts.facets[name]
        chosen = self.wanted.chosen.get(name, ())
        shown = [pair for place, pair in enumerate(found) if place < most or pair[0] in chosen]
        missing = [(value, 0) for value in chosen if value not in {v for v, _ in found}]
        return [*shown, *missing]


def listing(edition: Edition, wanted: Wanted, reader: Reader, *, number: int = 1) -> Listing:
    """One page of the list that a reader wants; a page that does not exist is the nearest one that does."""
    wanted = understood(edition, wanted, reader)
    counted = counts(edition, wanted, reader)
    heavy = ("aim", "description", "source", "prerequisites", "level", "participating")
    paginator = Paginator(rows(edition, wanted, reader).defer(*heavy), PAGE)
    paginator.count = counted.total
    page = paginator.get_page(number)
    shown = list(page.object_list) if counted.total else []
    return Listing(wanted, counted, page, lines(shown, reader), labels(counted, shown, reader))


def lines(shown: Iterable[Activity], reader: Reader) -> list[Line]:
    """Rows with what stands between them and the reader's party."""
    standing = reader.standing
    if standing is None:
        return [Line(a, None) for a in shown]
    return [Line(a, list(findings(standing, a.terms(reader.groups), on=reader.on))) for a in shown]


def nobody(party: str) -> Standing | None:
    """The standing of a party that never belonged to any framework; without a party, none."""
    return Standing(party.upper()) if party else None
