"""Every sentence the core can say, in English, with its facts left open. ``_`` marks them for the translators."""

from __future__ import annotations

from optimal.words import _

OUTCOMES = {
    "granted": _("Granted: {given} of {wanted} places at {activity}."),
    "part": _("Granted in part: {given} of {wanted} places at {activity}."),
    "self_paid": _("Granted: {given} of {wanted} places at {activity}, of which {self_paid} at the party's own cost."),
    "not_granted": _("Not granted: {wanted} places at {activity}."),
    "cancelled": _("Not granted: {activity} is not held."),
}

CAUSES = {
    "activity_full": _("All {capacity} places of the activity are taken."),
    "pool_spent": _("The pool {pool} has {left} left, and a place costs {cost}."),
    "places_cap": _("{party} holds all the places it may hold, {cap}."),
    "away_cap": _("{party} has {cap} people away in the week of {monday}, as many as it may."),
    "too_few_asked": _("The activity needs {minimum} people, and {wanted} places were asked for."),
    "too_few_reached": _("The activity needs {minimum} people, and no better plan could send as many."),
    "others_first": _("Other requests came first."),
    "record": _("Each place counted {less} % less: of 100 places that {party} held before, {empty} stood empty without excuse."),
}

CHANGES = {
    "priority": _("With priority {amount} it would have been granted a place."),
    "places": _("Asking for {amount} places it would have been granted one."),
    "funding": _("Asking for other funding it would have been granted a place."),
    "capacity": _("It would have been granted a place if the activity had {amount} more."),
    "minimum": _("It would have been granted a place if the activity needed {amount} fewer people."),
    "budget": _("It would have been granted a funded place if the pool {subject} had {amount} more."),
    "places_cap": _("It would have been granted a place if {subject} might hold {amount} more."),
    "away_cap": _("It would have been granted a place if {subject} might have {amount} more people away that week."),
}

NO_SINGLE_CHANGE = _("No single change would have been enough.")
