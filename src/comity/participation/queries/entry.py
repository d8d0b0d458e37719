"""The terms of entry, judged for many requests at once: the register and the meaning of words are read once."""

from collections.abc import Iterable
from datetime import date

from comity.activities.queries import meanings
from comity.activities.rules import findings
from comity.frameworks.queries import standings
from comity.kernel.actors import STRANGER
from comity.kernel.findings import Finding
from comity.participation.models import Request


def entry(asked: Iterable[Request], *, on: date) -> list[list[Finding]]:
    """What the terms of entry say about each of some requests, worst first, in their order."""
    given = list(asked)
    if not given:
        return []
    on_file = standings({r.party_id for r in given}, seen_by=STRANGER)
    groups = meanings()
    terms = {r.activity_id: r.activity.terms(groups) for r in given}
    return [
        list(findings(on_file[r.party_id], terms[r.activity_id], on=on, places=r.places or 0, name=r.party.name)) for r in given
    ]
