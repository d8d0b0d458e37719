"""What every act on an activity that runs asks first: is it the actor's own, and has it begun?"""

from datetime import datetime

from comity.accounts.rules import Permission
from comity.activities.models import Activity
from comity.attendance.models import Sheet
from comity.attendance.queries.sheets import parts_of, sheet_of
from comity.attendance.rules.timing import Part, begins_at
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.words import Sentence, _
from comity.nominations.models import Nomination, NominationState


class RunByAnother(Refusal):
    """Whoever runs an activity keeps its sheet, nobody else."""

    message = _("{activity} is run by somebody else: only its provider does this.")


class NotBegunYet(Refusal):
    """Nobody is there before it begins, in the zone of the activity."""

    message = _("{activity} has not begun: it begins {begins}.")


DAY_AND_HOUR = _("on {day} at {hour} ({zone})")
NO_DAY = _("on a day that is not known yet")


def must_run(activity: Activity, by: Actor) -> None:
    """Refuse unless the actor runs an activity.

    Raises:
        NotPermitted: the actor runs no activities at all.
        RunByAnother: this one is another's.
    """
    by.must(Permission.RUN_ACTIVITIES)
    if not activity.is_run_by(by):
        raise RunByAnother(activity=str(activity))


def must_have_begun(activity: Activity, at: datetime, part: Part | None = None) -> None:
    """Refuse before an activity, or one part of it, begins.

    Raises:
        NotBegunYet: it begins later.
    """
    begins = begins_at(parts_of(activity)) if part is None else part.begins_at
    if begins is None or at < begins:
        raise NotBegunYet(activity=str(activity), begins=_moment(begins))


def part_of(activity: Activity, place: int) -> Part:
    """One part of an activity by its place.

    Raises:
        NotFound: there are not so many.
    """
    found = next((part for part in parts_of(activity) if part.place == place), None)
    if found is None:
        raise NotFound(what="part")
    return found


def accepted(activity: Activity, pk: int, *, locked: bool = False) -> Nomination:
    """One accepted person of an activity; locked, so that two hands on one person come one after the other.

    Raises:
        NotFound: nobody of that key goes there.
    """
    rows = Nomination.objects.filter(pk=pk, activity=activity, state=NominationState.ACCEPTED)
    rows = rows.select_for_update(of=("self",), no_key=True) if locked else rows
    found = rows.select_related("person", "party").first()
    if found is None:
        raise NotFound(what="nomination")
    return found


def opened(activity: Activity, *, by: Actor, at: datetime) -> Sheet:
    """The sheet of an activity; the first who needs it begins it."""
    sheet = sheet_of(activity)
    if sheet._state.adding:
        told = {"opened_at": at, "opened_by": by.login, "is_demonstration": activity.is_demonstration}
        sheet, _new = Sheet.objects.get_or_create(activity=activity, defaults=told)
    return sheet


def _moment(begins: datetime | None) -> Sentence:
    if begins is None:
        return Sentence(NO_DAY)
    return Sentence(DAY_AND_HOUR, {"day": begins.date(), "hour": f"{begins:%H:%M}", "zone": str(begins.tzinfo)})
