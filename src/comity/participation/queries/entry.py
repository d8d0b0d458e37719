"""The terms of entry, judged for many requests at once: the register and the meaning of words are read once."""

from collections.abc import Iterable
from datetime import date

from comity.activities.models import Activity, EntryGroup
from comity.activities.rules.terms import Group, Terms, findings
from comity.frameworks.queries import standings
from comity.kernel.actors import STRANGER
from comity.kernel.findings import Finding
from comity.kernel.words import Name
from comity.participation.models import Request


def entry(asked: Iterable[Request], *, on: date) -> list[list[Finding]]:
    """What the terms of entry say about each of some requests, worst first, in their order."""
    given = list(asked)
    on_file = standings({r.party_id for r in given}, seen_by=STRANGER)
    groups = _groups()
    terms = {r.activity_id: _terms(r.activity, groups) for r in given}
    return [
        list(findings(on_file[r.party_id], terms[r.activity_id], on=on, places=r.places or 0, name=r.party.name)) for r in given
    ]


def _groups() -> tuple[Group, ...]:
    """What every word of entry meant, from when until when."""
    return tuple(
        Group(g.token, g.since_on, g.until_on, tuple(g.frameworks), g.partners_only, g.allies_only, Name(g.en, g.fr))
        for g in EntryGroup.objects.all()
    )


def _terms(activity: Activity, groups: tuple[Group, ...]) -> Terms:
    """The terms of entry of an activity."""
    return Terms(
        open_to=tuple(activity.open_to),
        open_to_parties=tuple(activity.open_to_parties),
        closed_to_parties=tuple(activity.closed_to_parties),
        first=activity.first_day,
        begins_by=activity.begins_by,
        most_per_party=activity.most_per_party,
        needs_clearance=activity.needs_clearance,
        ranks=activity.ranks,
        language_profile=activity.language_profile,
        said=activity.eligibility,
        groups=groups,
    )
