"""Telling how far long work is while its transaction is still open: in short transactions on a line of their own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

Report = Callable[[str, float], None]


@contextmanager
def reporting(write: str, pk: int) -> Iterator[Report]:
    """Somewhere to report the stage and the share of some work; others see it at once.

    ``write`` is the statement that keeps them; its three places are the stage, the share and the key of the row.
    """
    beside = connection.copy()

    def report(stage: str, share: float) -> None:
        with beside.cursor() as cursor:
            cursor.execute(write, [stage, share, pk])

    try:
        yield report
    finally:
        beside.close()
