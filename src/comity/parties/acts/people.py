"""People who come to speak for a party: an account and its first mandate, both or neither."""

from datetime import date, datetime

from django.db import transaction

from comity.accounts.acts import accounts
from comity.accounts.models import User
from comity.kernel.actors import Actor
from comity.parties.acts import mandates
from comity.parties.models import Delegation


@transaction.atomic
def appoint(
    login: str,
    *,
    name: str,
    password: str,
    role: str,
    of: Delegation,
    since: date,
    until: date | None = None,
    email: str = "",
    language: str = "en",
    zone: str = "Europe/Brussels",
    by: Actor,
    at: datetime,
) -> User:
    """Open an account with a mandate: if either is refused, neither stands."""
    user = accounts.open(login, name=name, email=email, language=language, zone=zone, password=password, by=by, at=at)
    mandates.give(user, role=role, of=of, since=since, until=until, by=by)
    return user
