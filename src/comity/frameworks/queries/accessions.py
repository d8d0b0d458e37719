"""What an accession would change, before it is done."""

from datetime import date

from comity.frameworks.models import Framework
from comity.frameworks.queries.standings import standings
from comity.frameworks.rules.accessions import Accession, consequences
from comity.kernel.actors import Actor
from comity.parties.models import Party


def preview(party: Party, *, to: Framework, on: date, seen_by: Actor) -> Accession:
    """Which rows would end and which would start if a party acceded on a day."""
    everybody = standings(seen_by=seen_by)
    own = everybody.pop(party.code)
    return consequences(own, (s for s in everybody.values() if s.is_ally(on)), to=to.code, on=on)
