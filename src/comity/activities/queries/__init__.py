"""Reads of the menu: one edition, one activity, what a reader's party may come to."""

from collections.abc import Iterable
from datetime import date

from comity.activities.models import Activity, Edition, EntryGroup, Term
from comity.activities.models.activities import ActivityQuerySet
from comity.activities.models.editions import EditionQuerySet
from comity.activities.rules import Group, findings
from comity.frameworks.queries.standings import standings
from comity.frameworks.rules import Standing
from comity.kernel.actors import Actor
from comity.kernel.findings import Finding
from comity.kernel.refusals import NotFound
from comity.kernel.tables import sort_key
from comity.trail import queries as trail


def editions(*, seen_by: Actor) -> EditionQuerySet:
    """The editions a reader may see, newest first."""
    return Edition.objects.seen_by(seen_by)


def edition(year: int, *, seen_by: Actor) -> Edition:
    """One edition.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return editions(seen_by=seen_by).get(pk=year)
    except Edition.DoesNotExist:
        raise NotFound(what="edition") from None


def activities(*, seen_by: Actor, of: Edition | None = None) -> ActivityQuerySet:
    """The activities a reader may see, of one edition or of all."""
    return Activity.objects.seen_by(seen_by, within=of)


def activity(number: str, *, seen_by: Actor, year: int | None = None) -> Activity:
    """One activity by its number, whatever its case.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        rows = activities(seen_by=seen_by).select_related("edition", "provider_party", "area_term")
        found = rows if year is None else rows.filter(edition=year)
        return found.get(number=number.upper())
    except Activity.DoesNotExist:
        raise NotFound(what="activity") from None


def meanings() -> tuple[Group, ...]:
    """What the words of entry meant over time."""
    return EntryGroup.objects.meanings()


def standing_of(party: str | None, *, seen_by: Actor) -> Standing | None:
    """The standing of a party in the register, or nothing where it never belonged to any framework."""
    found = standings([party.upper()], seen_by=seen_by).get(party.upper()) if party else None
    return found if found and found.stays else None


_entering: trail.Kept[tuple[Standing | None, tuple[Group, ...]]] = trail.Kept()


def entering(party: str | None, *, seen_by: Actor, stamp: str) -> tuple[Standing | None, tuple[Group, ...]]:
    """What decides whether a party may come: its standing and what words of entry meant. Kept until something is done."""

    def ask() -> tuple[Standing | None, tuple[Group, ...]]:
        standing = standing_of(party, seen_by=seen_by)
        return standing, meanings() if standing else ()

    return _entering.get(stamp, (party, seen_by), ask)


def findings_for(
    activity: Activity, standing: Standing, *, on: date, groups: Iterable[Group], places: int = 0, name: object = None
) -> list[Finding]:
    """What stands between a party and an activity, worst first."""
    return list(findings(standing, activity.terms(groups), on=on, places=places, name=name))


def terms_by_word() -> dict[str, Term]:
    """The terms of areas by code and by name in either language; of several versions the first in rank wins."""
    found: dict[str, Term] = {}
    for term in Term.objects.filter(vocabulary__name="areas").order_by("vocabulary__rank", "code"):
        for word in (term.code, term.en, term.fr):
            if word:
                found.setdefault(sort_key(word), term)
    return found
