"""Every sentence the planner can say, in English, with its facts left open. ``_`` marks them for the translators."""

from __future__ import annotations

from optimal.words import _

REACHED = _("{goal} reaches {reached} of {needed} units.")
ALONE = _("Even if it were the only goal, it could not be met.")
CROWDED = _("It could be met on its own, but not as long as these goals keep what they reach: {goals}.")
BESIDE = _("It could be met on its own; the people, the money or the seats it needs serve these goals: {goals}.")
UNPROVEN = _("It could be met on its own; no plan was found that meets it as well.")

CAUSES = {
    "budget": _("The budget of {subject} is too small."),
    "away": _("Too few people may be away at once in {subject}."),
    "prerequisites": _("Too few people can finish in time what must come before."),
    "language": _("Too few people speak the language well enough."),
    "seats": _("Too few seats are likely to be free."),
    "repeats": _("No more people may follow the same course in one year."),
    "deadline": _("What would serve it ends after its deadline."),
    "menu": _("Nothing on the menu serves it."),
}

CHANGES = {
    "budget": _("With {amount} more in the budget of {subject} it would reach {reached}."),
    "away": _("With {amount} more people away at once it would reach {reached}."),
    "deadline": _("With its deadline {amount} weeks later it would reach {reached}."),
    "seats": _("With {amount} more seats ({subject}) it would reach {reached}."),
    "speakers": _("With {amount} more speakers of level {subject} it would reach {reached}."),
}

NO_SINGLE_CHANGE = _("No single change would bring it further while all else stays.")
