"""Guessing at links is counted, over all processes: after some wrong ones in a minute the rest of it is closed to that address."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from comity.accounts.models import Tally

MOST = 20
_COUNT = """
    INSERT INTO accounts_tally AS tally (key, since, used) VALUES (%s, %s, 1)
    ON CONFLICT (key) DO UPDATE
    SET used = CASE WHEN tally.since = excluded.since THEN tally.used + 1 ELSE 1 END, since = excluded.since
"""


def is_closed(address: str, *, at: datetime) -> bool:
    """Whether an address has guessed too often in this minute."""
    return Tally.objects.filter(key=_key(address), since=_minute(at), used__gte=MOST).exists()


def count(address: str, *, at: datetime) -> None:
    """Count a wrong guess."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNT, [_key(address), _minute(at)])


def _key(address: str) -> str:
    """The address is kept as a digest under the key of the installation, never as itself."""
    return f"feedback:{salted_hmac('comity.feedback.tries', address).hexdigest()}"


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
