"""The heavy work on other machines: a local cluster of two workers gives back the same bytes as this process."""

import gc
import os
import secrets
import warnings
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from comity.kernel import far
from comity.participation.acts import allocations, rounds
from comity.participation.models import Line
from comity.scenarios import jobs, queries
from comity.scenarios.acts import trials
from comity.scenarios.models import Scenario, Trial
from tests.rooms.scenarios.conftest import ordered, worked_out
from tests.world.cast import AUDITOR, LAKELAND, MENU_MANAGER
from tests.world.requests import AFTER, drawn_up, rule

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A cluster of two workers on this machine, which talks to nobody else and tells nobody that it is used."""
    quietly = {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "RAY_prestart_worker_first_driver": "0",
        # What keeps a cluster on loopback, whatever the system.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    }
    with pytest.MonkeyPatch.context() as environment:
        for name, value in quietly.items():
            environment.setenv(name, value)
        ray = import_module("ray")
        yield started(ray)
        ray.shutdown()


def started(ray: Any, tries: int = 3) -> str:
    """The address of a cluster; it gives itself half a minute to start, which a busy machine may not be able to keep."""
    try:
        told = ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False)
    except Exception:
        with warnings.catch_warnings():
            # What could not start in time leaves processes behind that it says nothing good about.
            warnings.simplefilter("ignore", ResourceWarning)
            ray.shutdown()
            gc.collect()
        if tries == 1:
            raise
        return started(ray, tries - 1)
    return str(told.address_info["gcs_address"])


@pytest.fixture
def far_away(cluster, settings) -> str:
    """The setting that names the cluster."""
    settings.RAY_ADDRESS = cluster
    return cluster


def test_without_a_cluster_the_work_is_done_here(settings):
    assert settings.RAY_ADDRESS == ""
    assert far.worked_out(dict, here={"told": True}, given=1) == {"given": 1, "told": True}


def test_the_same_bytes_come_back_from_a_cluster(year, cluster, settings):
    here = worked_out(ordered(year, rule(), rule("max-min"), rule("precedence")))
    drawn = drawn_up(year)

    settings.RAY_ADDRESS = cluster
    there = worked_out(ordered(year, rule(), rule("max-min"), rule("precedence")))
    again = drawn_up(year)

    figures = (
        "number",
        "input_sha256",
        "output_sha256",
        "value",
        "bound",
        "gap_percent",
        "fairness",
        "counts",
        "cancelled",
        "places",
    )
    assert list(there.scenarios.values(*figures)) == list(here.scenarios.values(*figures))
    assert (again.input_sha256, again.output_sha256) == (drawn.input_sha256, drawn.output_sha256)
    assert allocations.replay(drawn, by=AUDITOR).is_same


def test_the_work_is_really_done_elsewhere_and_nothing_leaves_this_machine(far_away):
    def where() -> int:
        return os.getpid()

    assert far.worked_out(where) != where()
    assert far_away.startswith("127.0.0.1:")


def test_a_line_is_tried_out_on_a_cluster(year, far_away):
    drawn = rounds.publish(drawn_up(year), by=MENU_MANAGER, at=AFTER)
    line = Line.objects.get(round=drawn, request__party=LAKELAND, request__activity__number="XHQ.0002.01")
    made = trials.attempt(queries.line(drawn, line.pk, seen_by=MENU_MANAGER), "capacity", 2, by=MENU_MANAGER, at=AFTER)

    jobs.try_out(made.pk)

    assert Trial.objects.get().result["after"] == [0, 2]


def test_a_fault_over_there_is_told_on_the_scenario(year, far_away):
    made = ordered(year)
    Scenario.objects.update(parameters={**made.scenarios.get().parameters, "rule": "lottery"})

    with pytest.raises(Exception, match="lottery"):
        worked_out(made)
