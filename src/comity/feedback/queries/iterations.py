"""Which activity is held again as which: the same provider and number, a later iteration or edition."""

from comity.activities.models import Activity
from comity.activities.models.activities import ActivityQuerySet
from comity.kernel.actors import Actor


def is_next(before: Activity, after: Activity) -> bool:
    """Whether an activity is a later iteration of another."""
    return _series(before) == _series(after) and _place(after) > _place(before)


def later(activity: Activity, *, seen_by: Actor) -> ActivityQuerySet:
    """The later iterations of an activity that a reader may see, the nearest first."""
    rows = Activity.objects.seen_by(seen_by).live().filter(number__startswith=f"{_series(activity)}.")
    after = rows.filter(edition__gt=activity.edition_id) | rows.filter(edition=activity.edition_id, number__gt=activity.number)
    return after.order_by("edition", "number")


def _series(activity: Activity) -> str:
    return activity.number.rpartition(".")[0]


def _place(activity: Activity) -> tuple[int, str]:
    return activity.edition_id, activity.number
