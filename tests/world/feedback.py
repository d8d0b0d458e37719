"""Builders for what comes after: people who came to a course, their tickets and answers, the report of the centre."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from comity.activities.models import Activity
from comity.attendance.models import Outcome, Sheet
from comity.feedback.acts import answers, canvasses, reports, surveys, tokens
from comity.feedback.models import ActivityReport, Canvass, Survey, Ticket
from comity.kernel.actors import STRANGER
from comity.nominations.models import Nomination
from comity.participation.models import Grant, Request
from tests.world import nominations
from tests.world.cast import ADMINISTRATOR, LAKELAND, PROVIDER

AFTER = datetime(2027, 3, 15, 9, tzinfo=UTC)
OVER = AFTER + timedelta(days=31)
FILE = Path(__file__).resolve().parents[2] / "packs" / "nato" / "survey.yaml"
SAID: dict[str, Any] = {"useful": 4, "clear": 3, "level": 5, "people": 4, "practice": 2, "arrangements": 5, "recommend": True}
TEXTS = {"summary": "It was held as planned.", "went_well": "The exercise.", "to_change": "More time."}


def the_survey() -> Survey:
    """The survey of the pack; published once."""
    return surveys.publish(yaml.safe_load(FILE.read_text("utf-8")), by=ADMINISTRATOR, at=AFTER)[0]


def granted(what: Activity, of: str = LAKELAND, places: int = 1) -> Request:
    """The request of a party, with so many places more; made once."""
    made = Request.objects.filter(activity=what, party=of).first() or nominations.asked(what, of, places=places, granted=0)
    Grant.objects.create(request=made, activity=what, party_id=of, source="late", self_paid=places, granted_at=nominations.NOW)
    return made


def came(what: Activity, people: int = 1, of: str = LAKELAND, *, result: str = "attended", **fields: Any) -> list[Nomination]:
    """People of a party who were accepted, with what the closed sheet says of them."""
    request, first = granted(what, of, people), Nomination.objects.count() + 1
    closed = {"opened_at": AFTER, "opened_by": "provider", "state": "closed", "closed_at": AFTER, "closed_by": "provider"}
    sheet, _new = Sheet.objects.get_or_create(activity=what, defaults=closed)
    found = []
    for number in range(first, first + people):
        person = nominations.somebody(number, of, **fields)
        row = nominations.nominated(request, number, state="accepted", person=person)
        Outcome.objects.create(sheet=sheet, nomination=row, party_id=of, result=result, settled_at=AFTER)
        found.append(row)
    return found


def canvass(what: Activity, people: int = 0) -> Canvass:
    """Those who came are asked by the centre."""
    the_survey()
    if people:
        came(what, people)
    return canvasses.open_canvass(what, by=PROVIDER, at=AFTER)


def tokens_of(asked: Canvass) -> list[str]:
    """The links of a canvass, as they were handed out."""
    return [tokens.token_of(ticket) for ticket in Ticket.objects.filter(canvass=asked, used_on=None).order_by("nomination")]


def answered(asked: Canvass, times: int = 1, *, at: datetime = AFTER, **said: Any) -> Canvass:
    """So many of those who did not answer yet answer."""
    for token in tokens_of(asked)[:times]:
        answers.give(token, {**SAID, **said}, by=STRANGER, at=at)
    return Canvass.objects.get(pk=asked.pk)


def report(what: Activity, *, state: str = "draft", **texts: str) -> ActivityReport:
    """A report of the centre, as far as told."""
    made = reports.save(what, {**TEXTS, **texts}, by=PROVIDER, at=AFTER)
    if state != "draft":
        made = reports.submit(made, version=made.version, by=PROVIDER, at=AFTER)
    if state in ("approved", "distributed"):
        made = reports.approve(made, by=ADMINISTRATOR, at=AFTER)
    if state == "distributed":
        made = reports.distribute(made, by=ADMINISTRATOR, at=AFTER)
    if state == "returned":
        made = reports.give_back(made, reason="Say more.", by=ADMINISTRATOR, at=AFTER)
    return made
