"""The menu as a calendar on the screen: a month, and the year around it as a ribbon."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from comity.activities.models import Activity
from comity.activities.models.activities import ActivityQuerySet


@dataclass(frozen=True)
class Month:
    """A month: what begins on each of its days; and how much begins in each month of the year, as a ribbon around it.

    What is known to the month or the year only has no day to stand on, and is counted apart.
    """

    first: date
    begins: dict[date, list[Activity]]
    year: list[tuple[date, int]]
    undated: int


def month(found: ActivityQuerySet, first: date) -> Month:
    """A month of the rows that are looked for, in two queries."""
    exact: Counter[int] = Counter()
    undated = 0
    for begins, by in found.order_by().values_list("first_day", "begins_by"):
        if begins is None or begins != by:
            undated += 1
        elif begins.year == first.year:
            exact[begins.month] += 1
    within = found.filter(first_day__year=first.year, first_day__month=first.month, begins_by=F("first_day"))
    begins_on: dict[date, list[Activity]] = {}
    for activity in within.order_by("first_day", "number").only("number", "title", "provider", "first_day", "edition_id"):
        begins_on.setdefault(activity.first_day, []).append(activity)  # type: ignore[arg-type]
    return Month(first, begins_on, [(date(first.year, n, 1), exact[n]) for n in range(1, 13)], undated)
