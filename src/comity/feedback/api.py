"""The API of feedback: what was answered, and the reports of activities."""

from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Field, Query, Router, Schema

from comity.activities.queries import activity
from comity.feedback import queries
from comity.feedback.acts import reports
from comity.feedback.models import ActivityReport, Canvass
from comity.feedback.queries import results
from comity.feedback.queries.figures import figures
from comity.kernel.actors import Actor
from comity.kernel.faces import say
from comity.ui.visits import Visit
from comity.ui.wire import Page, page_of

router = Router(tags=["feedback"])
Limit = Annotated[int, Query(ge=1, le=200)]


class CanvassOut(Schema):
    """Who was asked about one activity, and how many answered."""

    activity: str
    asked: int
    answered: int
    shown: int
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None

    @staticmethod
    def resolve_activity(canvass: Canvass) -> str:
        """The number of the activity."""
        return canvass.activity.number


class QuestionOut(Schema):
    """What the answers that may be shown say to one question."""

    key: str
    kind: str
    words: str
    count: int
    mean: float | None
    spread: list[int]
    texts: list[str]


class ResultsOut(Schema):
    """A canvass with its results; no questions while there are fewer than five answers."""

    activity: str
    asked: int
    answered: int
    shown: int
    closes_at: datetime
    questions: list[QuestionOut]


class ReportIn(Schema):
    """The text of a report; what is left out stays as it is."""

    version: int = Field(ge=0, le=2**31 - 1)
    summary: str | None = Field(None, max_length=6000)
    went_well: str | None = Field(None, max_length=6000)
    to_change: str | None = Field(None, max_length=6000)


class Handing(Schema):
    """Which version is handed in."""

    version: int = Field(ge=1, le=2**31 - 1)


class Reason(Schema):
    """Why a report is returned."""

    reason: str = Field(min_length=1, max_length=600)


class ReportOut(Schema):
    """A report, with the figures its reader may see."""

    activity: str
    state: str
    version: int
    summary: str
    went_well: str
    to_change: str
    reason: str
    submitted_at: datetime | None
    distributed_at: datetime | None
    figures: dict[str, Any]


@router.get("/feedback", response=Page[CanvassOut])
def canvasses(request: Visit, cursor: str = "", limit: Limit = 50) -> Any:
    """The activities whose people were asked, as far as the caller may know."""
    rows, following = page_of(queries.canvasses(seen_by=request.actor), cursor=cursor, limit=limit)
    return {"items": rows, "next": following}


@router.get("/feedback/{number}", response=ResultsOut)
def one_canvass(request: Visit, number: str) -> dict[str, Any]:
    """What those who were there say, once five have answered."""
    found = results.results(queries.canvass(number, seen_by=request.actor), seen_by=request.actor)
    questions = [
        QuestionOut(
            key=row.question.key, kind=row.question.kind, words=say(row.question.words), count=row.count, mean=row.mean,
            spread=list(row.spread), texts=list(row.texts),
        )
        for row in found.told
    ]  # fmt: skip
    counts = {name: getattr(found.canvass, name) for name in ("asked", "answered", "shown", "closes_at")}
    return {"activity": found.canvass.activity.number, **counts, "questions": questions}


@router.get("/activity-reports", response=Page[ReportOut])
def every_report(request: Visit, cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """The reports that the caller may read."""
    rows, following = page_of(queries.reports(seen_by=request.actor), cursor=cursor, limit=limit)
    return {"items": [_out(row, request.actor) for row in rows], "next": following}


@router.get("/activity-reports/{number}", response=ReportOut)
def one_report(request: Visit, number: str) -> dict[str, Any]:
    """One report."""
    return _out(queries.report(number, seen_by=request.actor), request.actor)


@router.put("/activity-reports/{number}", response=ReportOut)
def write_report(request: Visit, number: str, body: ReportIn) -> dict[str, Any]:
    """Keep what the provider has written so far."""
    told = body.dict(exclude_none=True)
    version = told.pop("version")
    found = activity(number, seen_by=request.actor)
    return _out(reports.save(found, told, version=version, by=request.actor, at=datetime.now(UTC)), request.actor)


@router.post("/activity-reports/{number}/submit", response=ReportOut)
def submit_report(request: Visit, number: str, body: Handing) -> dict[str, Any]:
    """Hand a report in."""
    found = queries.report(number, seen_by=request.actor)
    return _out(reports.submit(found, version=body.version, by=request.actor, at=datetime.now(UTC)), request.actor)


@router.post("/activity-reports/{number}/approve", response=ReportOut)
def approve_report(request: Visit, number: str) -> dict[str, Any]:
    """Approve a report."""
    found = queries.report(number, seen_by=request.actor)
    return _out(reports.approve(found, by=request.actor, at=datetime.now(UTC)), request.actor)


@router.post("/activity-reports/{number}/return", response=ReportOut)
def return_report(request: Visit, number: str, body: Reason) -> dict[str, Any]:
    """Return a report to its provider."""
    found = queries.report(number, seen_by=request.actor)
    return _out(reports.give_back(found, reason=body.reason, by=request.actor, at=datetime.now(UTC)), request.actor)


def _out(report: ActivityReport, reader: Actor) -> dict[str, Any]:
    plain = ("state", "version", "summary", "went_well", "to_change", "reason", "submitted_at", "distributed_at")
    told = figures(report, seen_by=reader)
    splits = {split.aspect: {"own": dict(split.own), "others": dict(split.others), "total": split.total} for split in told.splits}
    counts = {"parties": told.parties, "total": told.total, "came": splits} if report.figures else {}
    return {**{name: getattr(report, name) for name in plain}, "activity": report.activity.number, "figures": counts}
