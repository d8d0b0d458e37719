"""Who gets which place, why, and how near to the best possible that is.

Parties ask for places at activities; activities have seats and sometimes a minimum; pools pay for some places; parties
can hold and send only so many people. ``allot`` shares out the places under a published rule and proves how good the
plan is, ``breaches`` checks a result without trusting the solver, ``reasons`` answers every request, and ``verify``
and ``what_if`` solve again to see what a change would do. The package knows nothing of who stores or shows these things.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from allotment.check import Breach, breaches
from allotment.explain import Change, Reason, reason, reasons
from allotment.model import Activity, Allotment, Fairness, Party, Pool, Prices, Problem, Request, Trial
from allotment.values import Rule
from optimal.tables import BadRows, Flaw

if TYPE_CHECKING:
    from allotment.solve import allot, warm
    from allotment.trials import changed, smallest_change, verify, what_if

__all__ = [
    "Activity",
    "Allotment",
    "BadRows",
    "Breach",
    "Change",
    "Fairness",
    "Flaw",
    "Party",
    "Pool",
    "Prices",
    "Problem",
    "Reason",
    "Request",
    "Rule",
    "Trial",
    "allot",
    "breaches",
    "changed",
    "reason",
    "reasons",
    "smallest_change",
    "verify",
    "warm",
    "what_if",
]

# The compiler behind the kernels takes a second or two to load; whoever only reads, checks or explains never waits for it.
_SOLVING = dict.fromkeys(("allot", "warm"), "solve") | dict.fromkeys(("changed", "smallest_change", "verify", "what_if"), "trials")


def __getattr__(name: str) -> Any:
    """The parts that solve, loaded when first asked for."""
    if name not in _SOLVING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"allotment.{_SOLVING[name]}"), name)
