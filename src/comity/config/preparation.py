"""What a new data directory is filled with: the pack of the reference organisation and, if wanted, the demonstration."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from comity.accounts.rules import Role, permissions_of
from comity.kernel.actors import Actor
from comity.packs import loading
from comity.packs.demonstration import menu, people, plans, programmes, requests, running

# The house itself acts while nobody has an account yet; the trail says so.
THE_HOUSE = Actor(login="system", name="Comity", role=Role.ADMINISTRATOR, permissions=permissions_of(Role.ADMINISTRATOR))


def fill(pack: Path, *, password: str, at: datetime) -> None:
    """Load the pack and build the demonstration; each part sees for itself what was done before."""
    if not loading.is_loaded(pack):
        loading.load(pack, by=THE_HOUSE, at=at)
    if settings.DEMONSTRATION:
        people.build(password, by=THE_HOUSE, at=at)
        menu.build(by=THE_HOUSE, at=at, centre=people.CENTRE)
        requests.build(by=THE_HOUSE, at=at)
        plans.build(by=THE_HOUSE, at=at)
        programmes.build(by=THE_HOUSE, at=at)
        running.build(by=THE_HOUSE, at=at, centre=people.CENTRE)
