"""When the steps of a review are due, as far as the type of the document says so."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from comity.kernel.words import _
from comity.programmes.rules import words

REVIEW_STEPS = words.REVIEW_STEPS
ORDER = tuple(REVIEW_STEPS)
REVIEWS = {"yearly": _("Yearly review"), "midterm": _("Mid-term review")}
SIDES = {"party": _("The party"), "organisation": _("The organisation")}


def due(steps: Iterable[Mapping[str, Any]], year: int) -> dict[str, date | None]:
    """The steps of a type's review in a year with the day on which each is due, or nothing where that is not known.

    A pack writes a month and, for a month of the year after, `next: true`; a step is due on the last day it could be.
    """
    found: dict[str, date | None] = {}
    for step in steps:
        month, later = step.get("month"), bool(step.get("next"))
        found[step["step"]] = _last_day(year + later, month) if month else None
    return found or dict.fromkeys(ORDER)


def years_of_reviews(first: date, last: date, rhythm: int | None) -> list[int]:
    """The years in which a document that runs from a day to a day is reviewed."""
    if not rhythm:
        return []
    apart = max(rhythm // 12, 1)
    return [year for year in range(first.year + apart, last.year + 1) if (year - first.year) % apart == 0]


def midterm(first: date, last: date) -> int:
    """The year in which half the time of a document has passed."""
    return date.fromordinal((first.toordinal() + last.toordinal()) // 2).year


def _last_day(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
