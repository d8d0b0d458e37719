"""Guessing at links and codes is counted, over all processes: after some in a minute the rest of it is closed to that address."""

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


def is_closed(what: str, address: str, *, at: datetime) -> bool:
    """Whether an address has guessed too often at some kind of thing in this minute."""
    return Tally.objects.filter(key=_key(what, address), since=_minute(at), used__gte=MOST).exists()


def count(what: str, address: str, *, at: datetime) -> None:
    """Count a wrong guess."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNT, [_key(what, address), _minute(at)])


def _key(what: str, address: str) -> str:
    """The address is kept as a digest under the key of the installation, never as itself."""
    return f"{what[:12]}:{salted_hmac(f'comity.tries.{what}', address, algorithm='sha256').hexdigest()}"


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
