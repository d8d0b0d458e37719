"""Reads of the room of scenarios. Every one takes the reader; there is no other way to a row."""

from comity.scenarios.queries.comparing import Comparison, Side, comparable, comparison, side_of_scenario
from comity.scenarios.queries.studies import scenario, scenarios, studies, study, waiting
from comity.scenarios.queries.trials import Lever, Tried, levers, line, offered, trial, trials

__all__ = [
    "Comparison", "Lever", "Side", "Tried", "comparable", "comparison", "levers", "line", "offered", "scenario", "scenarios",
    "side_of_scenario", "studies", "study", "trial", "trials", "waiting",
]  # fmt: skip
