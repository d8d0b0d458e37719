"""What follows a closed sheet and a report: people are asked, goals get their evidence, delegations are told.

Each job may run twice: canvasses, evidence and notices know what they have had already.
"""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from comity.accounts.rules import Role
from comity.activities.models import Activity
from comity.feedback import queries
from comity.feedback.acts import canvasses, reports
from comity.feedback.models import ActivityReport, Canvass
from comity.feedback.queries import THE_HOUSE, attended
from comity.kernel.refusals import Refusal
from comity.kernel.words import Sentence, _
from comity.notices.acts import notices
from comity.programmes.acts import evidence

DECIDING = (Role.DESK_OFFICER, Role.MENU_MANAGER)
SENDING = (Role.POINT_OF_CONTACT, Role.HEAD_OF_DELEGATION)
TOPIC = "reports"


@app.task(queue="feedback", name="feedback.ask_who_was_there")
def ask_who_was_there(subject: str, entry: int = 0) -> None:
    """Open the canvass of an activity whose sheet is closed; where there is nobody or nothing to ask, nothing happens."""
    try:
        canvasses.open_canvass(Activity.objects.seen_by(THE_HOUSE).get(pk=int(subject)), by=THE_HOUSE, at=datetime.now(UTC))
    except Refusal:
        return


@app.task(queue="feedback", name="feedback.show_what_came")
def show_what_came(subject: str, entry: int = 0) -> None:
    """Lay what a closed sheet says beside the goals that the activity supports; an opened one takes it away again."""
    activity = Activity.objects.seen_by(THE_HOUSE).get(pk=int(subject))
    came = attended.came_by_party(activity, seen_by=THE_HOUSE)
    evidence.lay(activity, came=came, by=THE_HOUSE, at=datetime.now(UTC))


@app.task(queue="feedback", name="feedback.tell_whom_to_ask")
def tell_whom_to_ask(subject: str, entry: int = 0) -> None:
    """Tell the delegations of those who were there that there are links to hand out."""
    canvass = queries.canvasses(seen_by=THE_HOUSE).get(pk=int(subject))
    words = Sentence(
        _("Hand out the links to those who were at {activity}: they can answer for 30 days."), _facts(canvass.activity)
    )
    link = f"/feedback/{canvass.activity.number}/links/"
    for party in canvass.parties:
        _tell(f"canvass:{canvass.pk}:{party}", words, link, party=party, roles=SENDING)


@app.task(queue="feedback", name="feedback.tell_of_report")
def tell_of_report(subject: str, entry: int = 0) -> None:
    """Tell the staff of a report that was handed in, its provider of one that was returned."""
    report = queries.reports(seen_by=THE_HOUSE).get(pk=int(subject))
    key = f"activity-report:{report.pk}:{report.state}:{report.version}"
    if report.state == "submitted":
        _tell(key, Sentence(_("Decide on the report on {activity}."), _facts(report.activity)), _link(report), roles=DECIDING)
    if report.state == "returned" and report.activity.provider_party_id:
        words = Sentence(_("The report on {activity} was returned: {reason}"), _facts(report.activity) | {"reason": report.reason})
        _tell(key, words, _link(report), party=report.activity.provider_party_id)


@app.task(queue="feedback", name="feedback.send_report")
def send_report(subject: str, entry: int = 0) -> None:
    """Send an approved report to the delegations that were there, and tell them."""
    found = queries.reports(seen_by=THE_HOUSE).get(pk=int(subject))
    report = reports.distribute(found, by=THE_HOUSE, at=datetime.now(UTC))
    words = Sentence(_("Read what came of {activity}: its report is there."), _facts(report.activity))
    for party in report.parties:
        _tell(f"activity-report:{report.pk}:distributed:{party}", words, _link(report), party=party, roles=SENDING)


@app.periodic(cron="17 * * * *")
@app.task(queue="feedback", name="feedback.sweep", queueing_lock="feedback.sweep")
def sweep(timestamp: int) -> int:
    """Close what is over and forget what is past its purpose; how many canvasses were looked at."""
    at = datetime.now(UTC)
    due = list(Canvass.objects.seen_by(THE_HOUSE).filter(closed_at=None, closes_at__lte=at))
    for canvass in due:
        canvasses.close(canvass, by=THE_HOUSE, at=at)
    old = list(Canvass.objects.seen_by(THE_HOUSE).filter(forgotten_at=None, closed_at__isnull=False))
    for canvass in old:
        canvasses.forget(canvass, by=THE_HOUSE, at=at)
    return len(due) + len(old)


def _tell(key: str, words: Sentence, link: str, *, party: str | None = None, roles: tuple[Role, ...] = ()) -> None:
    notices.tell(TOPIC, key, words, link=link, party=party, roles=roles, about=party, by=THE_HOUSE, at=datetime.now(UTC))


def _facts(activity: Activity) -> dict[str, object]:
    return {"activity": f"{activity.number} {activity.title}"}


def _link(report: ActivityReport) -> str:
    return f"/feedback/{report.activity.number}/report/"


class AfterASheet:
    """Defers everything that follows the closing of a sheet."""

    @staticmethod
    def defer(subject: str, entry: int) -> None:
        """Put the jobs into the queue."""
        show_what_came.defer(subject=subject, entry=entry)
        ask_who_was_there.defer(subject=subject, entry=entry)


follows = {
    "sheet.closed": AfterASheet,
    "sheet.reopened": show_what_came,
    "canvass.opened": tell_whom_to_ask,
    "activity-report.submitted": tell_of_report,
    "activity-report.returned": tell_of_report,
    "activity-report.approved": send_report,
}
