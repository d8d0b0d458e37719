"""What a party should attend over the coming years so that its goals are met, and why some cannot be.

A party has goals, a budget for each year and people it can spare; the menu has occurrences with dates, costs, seats and
conditions. ``plan`` chooses among them and proves how good the choice is, ``preview`` does so at once and less well,
``breaches`` checks a plan without trusting the solver, ``shortfalls`` answers every goal that is missed, and ``many``
plans for many parties so that they do not overbook. The package knows nothing of who stores or shows these things.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from optimal.tables import BadRows, Flaw
from planning.check import Breach, breaches
from planning.model import Plan, Problem

if TYPE_CHECKING:
    from planning.explain import Shortfall, shortfalls
    from planning.instances import instance
    from planning.relax import Relaxation
    from planning.solve import plan, preview
    from planning.together import Together, many

__all__ = [
    "BadRows",
    "Breach",
    "Flaw",
    "Plan",
    "Problem",
    "Relaxation",
    "Shortfall",
    "Together",
    "breaches",
    "instance",
    "many",
    "plan",
    "preview",
    "shortfalls",
]

# The integer solver takes a moment to load; whoever only reads or checks never waits for it.
_SOLVING = {
    "Relaxation": "relax",
    "Shortfall": "explain",
    "Together": "together",
    "instance": "instances",
    "many": "together",
    "plan": "solve",
    "preview": "solve",
    "shortfalls": "explain",
}


def __getattr__(name: str) -> Any:
    """The parts that solve, loaded when first asked for."""
    if name not in _SOLVING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"planning.{_SOLVING[name]}"), name)
