"""One PostgreSQL for the whole run, started here when it is not running yet."""

import fcntl
import gc
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from xdist.scheduler import LoadScopeScheduling

from comity.agreements.rules import keys
from comity.config.cluster import Cluster
from comity.config.founding import founding

# The same examples every time, however slow the machine: a red run is the change's fault, never the hour's.
hypothesis.settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")
# Tests make and drop many small objects; looking for rubbish less often saves a tenth of the time.
gc.set_threshold(50_000, 20, 50)
# What shares something dear, a browser or a cluster, stays on one worker; the groups of many come first.
TOGETHER = {
    "tests/faces/test_accessibility.py": "pages",
    "tests/faces/test_journey": "journeys",
    "tests/faces/test_up.py": "up",
    "tests/rooms/scenarios/test_far.py": "cluster",
}
UNSAFE_BUT_QUICK = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off"


@pytest.fixture(scope="session", autouse=True)
def quick_seals() -> None:
    """Passphrases of keys are stretched as little as passwords are: the real algorithm at a cheap setting."""
    keys.COST = 2**4


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Start the cluster before the framework makes its database on it, the quick way."""
    cluster = Cluster(settings.DATA / "pg", more_settings=UNSAFE_BUT_QUICK)
    settings.DATA.mkdir(parents=True, exist_ok=True)
    with Path(settings.DATA / "starting").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        cluster.start()
    with founding():
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """Let tests with real transactions empty the trail behind them; everywhere else it refuses to be emptied."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("ALTER TABLE trail_entry DISABLE TRIGGER trail_entries_are_never_emptied")


class Workers(LoadScopeScheduling):  # type: ignore[misc]
    """Test by test to whichever worker is free, save what stays together."""

    def _split_scope(self, nodeid: str) -> str:
        return next((group for start, group in TOGETHER.items() if nodeid.startswith(start)), nodeid)


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Workers:
    """Hand tests out by our own groups."""
    return Workers(config, log)
