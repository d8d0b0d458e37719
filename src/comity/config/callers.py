"""Who a request comes from: the owner of a bearer token (API only), whoever's session it is, or a stranger.

Everything is asked anew for each request, so that a closed account, an ended mandate or a revoked token ends access
with the next click.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from comity.accounts import queries as accounts
from comity.accounts.models import Token, User
from comity.kernel.actors import STRANGER, Actor
from comity.parties import queries as parties
from comity.ui.visits import is_on_loopback

_COUNT = """
    INSERT INTO accounts_tally AS tally (key, since, used) VALUES (%s, %s, 1)
    ON CONFLICT (key) DO UPDATE
    SET used = CASE WHEN tally.since = excluded.since THEN tally.used + 1 ELSE 1 END, since = excluded.since
    RETURNING used
"""


def may_use_demonstration(request: HttpRequest) -> bool:
    """Whether demonstration accounts work for this caller."""
    return bool(settings.DEMONSTRATION) and is_on_loopback(request)


def actor_of_session(request: HttpRequest, *, at: datetime) -> Actor:
    """Who is signed in; a demonstration account is nobody except on loopback."""
    user = request.user
    return _actor(user, request, at) if isinstance(user, User) else STRANGER


def bearer_of(request: HttpRequest, *, at: datetime) -> Token | None:
    """The live token the request carries."""
    words = request.headers.get("Authorization", "").partition(" ")[2].strip()
    return accounts.bearer(words, at=at) if words else None


def actor_of_token(token: Token, request: HttpRequest, *, at: datetime) -> Actor:
    """Who a token acts for, with the mandate of this moment."""
    if token.used_at is None or at - token.used_at > timedelta(minutes=1):
        Token.objects.filter(pk=token.pk).update(used_at=at)
    return _actor(token.owner, request, at)


def calls_this_minute(key: str, *, at: datetime) -> int:
    """Count a call and say how many there were in this minute, over all processes."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, at.replace(second=0, microsecond=0)])
        return int(cursor.fetchone()[0])


def _actor(user: User, request: HttpRequest, at: datetime) -> Actor:
    if not user.is_active or (user.is_demonstration and not may_use_demonstration(request)):
        return STRANGER
    return parties.actor_of(user, at=at)
