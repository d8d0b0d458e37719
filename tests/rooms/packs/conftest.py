"""Tests of the pack share one laid-down register."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from comity.frameworks.queries import registers
from comity.frameworks.rules.register import Register
from comity.kernel.actors import STRANGER
from tests.world.pack import lay_down


@pytest.fixture(scope="module")
def laid_down(django_db_setup: None, django_db_blocker) -> Iterator[Register]:  # type: ignore[no-untyped-def]
    """The register after the pack was laid down, once for a module, undone behind it."""
    with django_db_blocker.unblock(), transaction.atomic():
        lay_down()
        yield registers.register(seen_by=STRANGER)
        transaction.set_rollback(True)
