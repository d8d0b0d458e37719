"""Findings for many nominations at once: the number of queries never grows with rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from comity.activities.models import Activity, ActivityState
from comity.kernel.actors import Actor
from comity.kernel.findings import Bar, Finding, Waivable
from comity.kernel.words import Sentence, _
from comity.nominations.models import HOLDING, Attainment, Nomination, Person, Waiver
from comity.nominations.rules.fitness import Call, Candidate, Elsewhere, findings, keys_of
from comity.nominations.rules.reserve import begins_at
from comity.participation.queries.entry import entry

Weighed = tuple[Nomination, list[Finding]]


def weighed(found: Iterable[Nomination], *, at: datetime, seen_by: Actor) -> list[Weighed]:
    """Nominations with what stands in their way, worst first; where else somebody is to be is told as far as the reader sees it."""
    given = list(found)
    ways = _ways({n.person_id for n in given}, seen_by)
    bars = _of_entry(given, on=at.date())
    told = []
    for n in given:
        done, live = ways[n.person_id]
        others = tuple(other for pk, other in live if pk != n.pk)
        fits = findings(candidate_of(n.person, done, others), call_of(n.activity))
        told.append((n, [*_too_late(n, at), *bars.get((n.party_id, n.activity_id), ()), *fits]))
    return told


def waived(found: Sequence[Nomination], *, seen_by: Actor) -> dict[int, set[str]]:
    """The findings waived for some nominations, by their messages."""
    answered: dict[int, set[str]] = defaultdict(set)
    mine = Nomination.objects.seen_by(seen_by).filter(pk__in=[n.pk for n in found]).order_by().values("pk")
    for pk, message in Waiver.objects.filter(nomination__in=mine).values_list("nomination", "message"):
        answered[pk].add(message)
    return answered


def in_the_way(found: Iterable[Nomination], *, at: datetime, seen_by: Actor) -> dict[int, Finding]:
    """For each nomination that may not go on: the worst thing in its way, what was waived left out."""
    given = list(found)
    spared = waived(given, seen_by=seen_by)
    barred = {}
    for n, fs in weighed(given, at=at, seen_by=seen_by):
        first = next((f for f in fs if _bars(f, spared[n.pk])), None)
        if first:
            barred[n.pk] = first
    return barred


def candidate_of(person: Person, done: frozenset[str] = frozenset(), elsewhere: tuple[Elsewhere, ...] = ()) -> Candidate:
    """A person as the rules see them."""
    return Candidate(
        person.rank, person.english, person.french, person.clearance, person.cleared_until, done=done, elsewhere=elsewhere
    )


def call_of(activity: Activity) -> Call:
    """An activity as the rules see it."""
    return Call(
        activity.ranks, activity.language_profile, activity.prerequisites, activity.needs_clearance, activity.first_day,
        activity.last_day,
    )  # fmt: skip


def _bars(finding: Finding, spared: set[str]) -> bool:
    return isinstance(finding, Bar) or (isinstance(finding, Waivable) and finding.sentence.message not in spared)


def _ways(people: Collection[int], seen_by: Actor) -> dict[int, tuple[frozenset[str], list[tuple[int, Elsewhere]]]]:
    """For each of some people: what they have been through, by every word that a text may use for it, and the live
    nominations that the reader may see, each with its key; one query.
    """
    about = {"number": F("activity__number")}
    been = Attainment.objects.filter(person=OuterRef("pk")).order_by()
    live = Nomination.objects.seen_by(seen_by).live().filter(person=OuterRef("pk")).order_by("pk")
    days = {"first": F("activity__first_day"), "last": F("activity__last_day")}
    rows = Person.objects.filter(pk__in=people).order_by().values_list(
        "pk",
        ArraySubquery(been.values_list(JSONObject(**about, external=F("activity__external_code"), code=F("code")))),
        ArraySubquery(live.values_list(JSONObject(**about, **days, pk=F("pk"), state=F("state")))),
    )  # fmt: skip
    return {pk: (_words(done), [(way["pk"], _elsewhere(way)) for way in ways]) for pk, done, ways in rows}


def _words(done: Iterable[Mapping[str, str]]) -> frozenset[str]:
    return frozenset(word for d in done for word in (d["number"], *keys_of(d["number"], d["external"], d["code"])))


def _elsewhere(way: Mapping[str, Any]) -> Elsewhere:
    first, last = (date.fromisoformat(way[day]) if way[day] else None for day in ("first", "last"))
    return Elsewhere(way["number"], first, last, way["state"] in HOLDING)


def _of_entry(given: Sequence[Nomination], *, on: date) -> dict[tuple[str, int], list[Finding]]:
    """What the terms of entry bar, by party and activity, each judged once."""
    once = {(n.party_id, n.activity_id): n for n in given}
    asked = []
    for n in once.values():
        n.request.activity, n.request.party = n.activity, n.party
        asked.append(n.request)
    judged = zip(once, entry(asked, on=on), strict=True)
    return {key: [f for f in fs if isinstance(f, Bar)] for key, fs in judged}


def _too_late(nomination: Nomination, at: datetime) -> Iterable[Finding]:
    """Nobody goes to what is not on offer any more or has begun."""
    activity = nomination.activity
    if activity.state != ActivityState.APPROVED:
        yield Bar(Sentence(_("The activity is no longer on offer.")))
    elif activity.first_day and at >= begins_at(activity.first_day, activity.edition.zone):
        yield Bar(Sentence(_("The activity has begun.")))
