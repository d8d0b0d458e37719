"""Working something heavy out on other machines when there are any, and here when there are none: the same comes back.

What goes there and what comes back are values, for nobody there knows our database. The library of the cluster is an
extra: it is loaded by the first call of an installation that names a cluster.
"""

import os
from collections.abc import Callable, Mapping
from importlib import import_module
from threading import Lock
from typing import Any, TypeVar

from django.conf import settings

Answer = TypeVar("Answer")
_connecting = Lock()


def worked_out(work: Callable[..., Answer], *given: Any, here: Mapping[str, Any] | None = None, **named: Any) -> Answer:
    """What a pure function answers, from the cluster that the settings name, or from this machine.

    Args:
        work: a function of a module that is installed there as it is here.
        here: what is only given when it is worked out on this machine, as somebody to tell how far it is.
    """
    if not settings.RAY_ADDRESS:
        return work(*given, **named, **(here or {}))
    cluster = _cluster(settings.RAY_ADDRESS)
    answer: Answer = cluster.get(cluster.remote(work).remote(*given, **named))
    return answer


def _cluster(address: str) -> Any:
    """The library, connected; several threads may ask at once, and it tells nobody outside that it is used."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    ray = import_module("ray")
    with _connecting:
        if not ray.is_initialized():
            ray.init(address=address, log_to_driver=False, configure_logging=False)
    return ray
