"""The demonstration's year that runs: three invented courses of the centre, one reported on, one that runs, one to come.

People are invented and their names sealed like any others. Building twice changes nothing.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from comity.accounts.rules import Role, permissions_of
from comity.activities.acts import activities, editions
from comity.activities.models import Activity, Edition
from comity.attendance.acts import certificates, instructions, presences, sheets
from comity.attendance.queries.sheets import activity as as_it_runs
from comity.attendance.rules.texts import DEFAULTS
from comity.feedback.acts import answers, canvasses, reports, tickets
from comity.kernel.actors import STRANGER, Actor
from comity.kernel.dates import PartialDate
from comity.nominations.acts import people
from comity.nominations.models import Nomination
from comity.nominations.rules.identities import Names
from comity.participation.models import Grant, Request, Seats
from comity.trail import acts as trail

YEAR, ZONE = 2026, "Europe/Zurich"
CALLED, CLOSES = datetime(2025, 6, 2, 9, tzinfo=UTC), datetime(2025, 10, 15, 16, tzinfo=UTC)
# Days of the three courses: how many before the day of building they begin; the third is still to come.
COURSES = (
    ("Civil-military cooperation: staff officers", 42),
    ("Crisis management: exercise planning", 1),
    ("Building integrity", -10),
)
SENT = {
    "MDA": ("Ana Munteanu", "Victor Rotaru", "Irina Cebotari"),
    "GEO": ("Tamar Lomidze", "Levan Kapanadze"),
    "CHE": ("Luc Morand", "Anna Keller"),
}
# What those who came said of the first course: marks from 1 to 5 in the order of the questions, and whether they recommend it.
QUESTIONS = ("useful", "clear", "level", "people", "practice", "arrangements")
SAID = (
    ((5, 4, 4, 5, 4, 5), True), ((4, 4, 3, 5, 3, 4), True), ((5, 5, 4, 4, 4, 5), True), ((3, 4, 2, 4, 2, 4), False),
    ((4, 3, 4, 5, 5, 5), True),
)  # fmt: skip
REPORT = {
    "summary": "Invented for the demonstration: the course was held as planned.",
    "went_well": "The exercise in small groups.",
    "to_change": "More time for the exercise, and its papers a week earlier.",
}


def build(by: Actor, at: datetime, centre: str) -> int:
    """Build what is missing; how many courses of the year that runs there are."""
    known = Edition.objects.filter(pk=YEAR).exists()
    return (
        Activity.objects.filter(edition=YEAR).count()
        if known
        else _run(by, min(at, datetime(YEAR, 12, 18, 12, tzinfo=UTC)), centre)
    )


@transaction.atomic
def _run(by: Actor, at: datetime, centre: str) -> int:
    """An edition on its whole way, courses with people, and the first of them seen through to the certificates."""
    year = editions.plan(YEAR, title="Cooperation menu 2026", zone=ZONE, is_demonstration=True, at=CALLED, by=by)
    editions.open_contributions(year, at=CALLED, by=by)
    days = [at.date() - timedelta(days=before) for _title, before in COURSES]
    rows = [_row(title, first, centre) for (title, _before), first in zip(COURSES, days, strict=True)]
    parts = [_parts(first) for first in days]
    activities.bring_in(year, rows, parts=parts, contributed_by=[centre] * len(rows), approving=True, at=CALLED, by=by)
    editions.publish(year, at=CALLED, by=by)
    editions.open_requests(year, closing_at=CLOSES, at=CALLED, by=by)
    courses = list(Activity.objects.filter(edition=year).order_by("first_day"))
    asked = [_asked(course, party, len(names)) for course in courses for party, names in SENT.items()]
    editions.close_requests(year, at=CLOSES, by=by)
    editions.start(year, at=CLOSES, by=by)
    for course in courses:
        Seats.objects.create(activity=course, capacity=course.seats or 0)
    known = {party: _people(party, names) for party, names in SENT.items()}
    for request in asked:
        _send(request, known[request.party_id])
    provider = _somebody(Role.PROVIDER, centre)
    _see_through(courses[0], provider, at)
    _look_back(courses[0], provider, at)
    trail.record("demonstration.year-run", year, by=by, at=at, people=sum(map(len, known.values())))
    return len(courses)


def _row(title: str, first: date, centre: str) -> dict[str, Any]:
    return {
        "title": title, "kind": "course", "area": title.partition(":")[0].lower(), "provider": "Demonstration Training Centre",
        "provider_country_id": "CHE", "provider_party_id": centre, "place_country_id": "CHE", "city": "Bern", "seats": 12,
        "minimum": 6, "languages": ["English"], "starts": PartialDate.of(first), "ends": PartialDate.of(first + timedelta(days=4)),
        "description": "Invented for the demonstration.",
    }  # fmt: skip


def _parts(first: date) -> list[dict[str, Any]]:
    hours = {"zone": ZONE, "start_time": time(9), "end_time": time(17)}
    return [
        {"kind": "online", "starts": first, "ends": first, **hours},
        {"kind": "residential", "starts": first + timedelta(days=1), "ends": first + timedelta(days=4), "place": "Bern", **hours},
    ]


def _somebody(role: Role, party: str) -> Actor:
    """Somebody of the demonstration who acts for a party."""
    return Actor(login="system", name="Comity", party=party, role=role, permissions=permissions_of(role))


def _asked(course: Activity, party: str, places: int) -> Request:
    told = {"asked_at": CALLED, "asked_by": "system", "submitted_at": CALLED, "submitted_by": "system", "changed_at": CALLED}
    return Request.objects.create(
        activity=course, party_id=party, places=places, priority=2, state="submitted", is_demonstration=True, **told
    )


def _people(party: str, names: Sequence[str]) -> list[Any]:
    """Invented people of a party, their names sealed."""
    by = _somebody(Role.POINT_OF_CONTACT, party)
    given = [Names(name.partition(" ")[2], name.partition(" ")[0]) for name in names]
    return [people.register(n, rank="OF-3", english="3333", is_demonstration=True, by=by, at=CLOSES) for n in given]


def _send(request: Request, some: Sequence[Any]) -> None:
    """Places for a request, and accepted people on them."""
    Grant.objects.create(
        request=request, activity=request.activity, party=request.party, source="late", self_paid=len(some), granted_at=CLOSES
    )
    steps = {f"{step}_{what}": value for step in ("collected", "endorsed", "put_forward", "answered")
             for what, value in (("at", CLOSES), ("by", "system"))}  # fmt: skip
    Nomination.objects.bulk_create(
        Nomination(activity=request.activity, party=request.party, request=request, person=person, choice=choice, state="accepted",
                   is_demonstration=True, **steps)
        for choice, person in enumerate(some, 1)
    )  # fmt: skip


def _see_through(course: Activity, by: Actor, at: datetime) -> None:
    """Joining instructions, marks with one who did not come and one excused, the sheet closed, certificates issued."""
    texts: dict[str, Any] = {
        f"{part}_{language}": text
        for language, both in DEFAULTS.items()
        for part, text in zip(("subject", "body"), both, strict=True)
    }
    instructions.write(
        as_it_runs(course.number, seen_by=by), **texts, contact="Demonstration Training Centre, Bern", by=by, at=CLOSES
    )
    instructions.issue(as_it_runs(course.number, seen_by=by), by=by, at=CLOSES)
    absent = dict(zip(course.nominations.order_by("-pk").values_list("pk", flat=True), ("excused", "absent"), strict=False))
    for part in (1, 2):
        for pk, to in absent.items():
            presences.mark(as_it_runs(course.number, seen_by=by), pk, part=part, to=to, version=0, by=by, at=at)
        presences.mark_others_present(as_it_runs(course.number, seen_by=by), part=part, by=by, at=at)
    sheets.close(as_it_runs(course.number, seen_by=by), by=by, at=at)
    certificates.issue(as_it_runs(course.number, seen_by=by), by=by, at=at)


def _look_back(course: Activity, by: Actor, at: datetime) -> None:
    """Those who came are asked and answer; the report is written and waits for approval."""
    canvass = canvasses.open_canvass(course, by=by, at=at)
    handed = tickets.hand_out(canvass, by=by, at=at)
    for (_ticket, token), (marks, recommends) in zip(handed, SAID, strict=False):
        said = {**dict(zip(QUESTIONS, marks, strict=True)), "recommend": recommends}
        answers.give(token, said, by=STRANGER, at=at)
    report = reports.save(course, REPORT, by=by, at=at)
    reports.submit(report, version=report.version, by=by, at=at)
