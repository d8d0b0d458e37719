"""Reads of feedback: who was there, what was answered, what was reported."""

from comity.accounts.rules import Permission, Role, permissions_of
from comity.feedback.models import ActivityReport, Canvass, Survey, Ticket
from comity.feedback.models import ActivityReportQuerySet as Reports
from comity.feedback.models import CanvassQuerySet as Canvasses
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound

# Who acts when time passes or an act is followed; nobody signs in as it.
THE_HOUSE = Actor(
    login="system",
    name="Comity",
    role=Role.DESK_OFFICER,
    permissions=permissions_of(Role.DESK_OFFICER) | {Permission.RUN_ACTIVITIES},
)


def canvasses(*, seen_by: Actor) -> Canvasses:
    """The canvasses a reader may see, newest first."""
    return Canvass.objects.seen_by(seen_by).select_related("activity__edition", "survey")


def canvass(number: str, *, seen_by: Actor) -> Canvass:
    """The canvass of one activity, by its number.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = canvasses(seen_by=seen_by).filter(activity__number=number.upper()).first()
    if found is None:
        raise NotFound(what="canvass")
    return found


def reports(*, seen_by: Actor) -> Reports:
    """The reports of activities a reader may see."""
    return ActivityReport.objects.seen_by(seen_by).select_related("activity__edition", "activity__provider_party")


def report(number: str, *, seen_by: Actor) -> ActivityReport:
    """The report of one activity, by its number.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = reports(seen_by=seen_by).filter(activity__number=number.upper()).first()
    if found is None:
        raise NotFound(what="report")
    return found


def survey(*, seen_by: Actor) -> Survey | None:
    """The newest survey there is."""
    return Survey.objects.seen_by(seen_by).order_by("-published_at", "-version", "-pk").first()


def may_hand_out(canvass: Canvass, *, seen_by: Actor) -> bool:
    """Whether a reader has people whose links they may hand out."""
    may = seen_by.may(Permission.NOMINATE_PEOPLE) or seen_by.may(Permission.RUN_ACTIVITIES)
    return may and Ticket.objects.seen_by(seen_by).filter(canvass=canvass).exists()
