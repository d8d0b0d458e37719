"""Findings for many nominations at once: the number of queries never grows with rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

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
    people = {n.person_id: n.person for n in given}
    done, elsewhere = _done(people), _elsewhere(people, seen_by)
    bars = _of_entry(given, on=at.date())
    told = []
    for n in given:
        others = tuple(other for pk, other in elsewhere[n.person_id] if pk != n.pk)
        fits = findings(candidate_of(n.person, done[n.person_id], others), call_of(n.activity))
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


def _done(people: Iterable[int]) -> dict[int, frozenset[str]]:
    """What people have been through, by every word that a text may use for it."""
    found: dict[int, frozenset[str]] = defaultdict(frozenset)
    rows = Attainment.objects.filter(person__in=list(people)).values_list(
        "person", "activity__number", "activity__external_code", "code"
    )
    for person, number, external, code in rows:
        found[person] |= frozenset((number, *keys_of(number, external, code)))
    return found


def _elsewhere(people: Iterable[int], seen_by: Actor) -> dict[int, list[tuple[int, Elsewhere]]]:
    """The live nominations of people that the reader may see, each with its key."""
    found: dict[int, list[tuple[int, Elsewhere]]] = defaultdict(list)
    live = Nomination.objects.seen_by(seen_by).live().filter(person__in=list(people)).order_by("pk")
    columns = ("pk", "person", "state", "activity__number", "activity__first_day", "activity__last_day")
    for pk, person, state, number, first, last in live.values_list(*columns):
        found[person].append((pk, Elsewhere(number, first, last, state in HOLDING)))
    return found


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
