"""The API of the room of changes: prepare, read, look again, apply, drop."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema, Status
from pydantic import AfterValidator

from comity.activities import queries as activities
from comity.changes import queries
from comity.changes.acts import changes
from comity.changes.models import Change
from comity.changes.queries.sights import sight
from comity.frameworks.models import Framework
from comity.frameworks.rules.labels import SCOPES
from comity.kernel.dates import PartialDate
from comity.kernel.faces import say
from comity.kernel.refusals import NotFound
from comity.parties import queries as parties
from comity.ui.visits import Visit
from comity.ui.wire import Page, page_of

router = Router(tags=["changes"])
Limit = Annotated[int, Query(ge=1, le=200)]


class ChangeOut(Schema):
    """A change without what it touches."""

    id: int
    deed: str
    state: str
    activity: str | None
    party: str | None
    framework: str | None
    values: dict[str, Any]
    reason: str
    digest: str
    prepared_at: datetime
    applied_at: datetime | None
    dropped_at: datetime | None


class ConsequenceOut(Schema):
    """One thing that a change touches."""

    kind: str
    party: str
    says: str
    link: str
    before: str
    after: str
    amount: int
    weight: str


class SubstituteOut(Schema):
    """Where else a party could go."""

    party: str
    activity: str
    points: int
    left: int | None


class DraftNoticeOut(Schema):
    """What the people of a party would be told, in both languages."""

    party: str
    en: str
    fr: str
    people: int


class ChangeInFull(ChangeOut):
    """A change with everything it touches, as far as the caller may know of it."""

    consequences: list[ConsequenceOut]
    substitutes: list[SubstituteOut]
    notices: list[DraftNoticeOut]
    stale: bool
    withheld: bool


class Said(Schema):
    """Why, and a free sentence for the notices in each language."""

    reason: str = Field("", max_length=600)
    note_en: str = Field("", max_length=600)
    note_fr: str = Field("", max_length=600)


class MoveIn(Said):
    """An activity to other days."""

    deed: Literal["move"]
    activity: str = Field(max_length=24)
    starts: date
    ends: date


class ShrinkIn(Said):
    """An activity to fewer seats."""

    deed: Literal["shrink"]
    activity: str = Field(max_length=24)
    seats: int = Field(ge=1, le=100_000)
    minimum: int | None = Field(None, ge=0, le=100_000)


class CancelIn(Said):
    """An activity called off."""

    deed: Literal["cancel"]
    activity: str = Field(max_length=24)


def _partial(text: str) -> str:
    """A year, a month or a day as it was written; anything else is a ValueError, which is answered with 422."""
    return PartialDate(text).text


class SuspendIn(Said):
    """A party suspended in a framework."""

    deed: Literal["suspend"]
    party: str = Field(max_length=12)
    framework: str = Field(max_length=20)
    on: date
    scope: list[Literal[tuple(SCOPES)]] = Field(min_length=1)  # type: ignore[valid-type]
    body: str = Field(max_length=200)
    review_on: Annotated[str, AfterValidator(_partial)] = Field("", max_length=10)
    sources: list[Annotated[str, Field(max_length=120)]] = Field(min_length=1, max_length=20)


ChangeIn = Annotated[MoveIn | ShrinkIn | CancelIn | SuspendIn, Field(discriminator="deed")]


class Shown(Schema):
    """The digest of the list that was shown."""

    shown: str = Field(max_length=64)


@router.get("/changes", response=Page[ChangeOut])
def list_changes(request: Visit, cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """The changes the caller may see, the oldest first."""
    found, following = page_of(queries.changes(seen_by=request.actor).defer("content"), cursor=cursor, limit=limit)
    return {"items": [_brief(one) for one in found], "next": following}


@router.post("/changes", response={201: ChangeInFull})
def prepare(request: Visit, body: ChangeIn) -> Any:
    """Look at what a deed would touch; nothing else is done."""
    made = _suspension(request, body) if isinstance(body, SuspendIn) else _of_activity(request, body)
    return Status(201, _full(made, request))


@router.get("/changes/{id}", response=ChangeInFull)
def get_change(request: Visit, id: int) -> dict[str, Any]:
    """One change with everything it touches."""
    return _full(queries.change(id, seen_by=request.actor), request)


@router.post("/changes/{id}/look-again", response=ChangeInFull)
def look_again(request: Visit, id: int) -> dict[str, Any]:
    """Take the list as it stands now for what was shown."""
    kept = changes.look_again(queries.change(id, seen_by=request.actor), by=request.actor, at=datetime.now(UTC))
    return _full(kept, request)


@router.post("/changes/{id}/apply", response=ChangeInFull)
def apply(request: Visit, id: int, body: Shown) -> dict[str, Any]:
    """Make the change with all that follows, or none of it."""
    found = queries.change(id, seen_by=request.actor)
    return _full(changes.apply(found, shown=body.shown, by=request.actor, at=datetime.now(UTC)), request)


@router.post("/changes/{id}/drop", response=ChangeOut)
def drop(request: Visit, id: int) -> dict[str, Any]:
    """Leave things as they are."""
    return _brief(changes.drop(queries.change(id, seen_by=request.actor), by=request.actor, at=datetime.now(UTC)))


def _of_activity(request: Visit, body: MoveIn | ShrinkIn | CancelIn) -> Change:
    """Prepare a deed on an activity."""
    found = activities.activity(body.activity, seen_by=request.actor)
    told: dict[str, Any] = {name: getattr(body, name) for name in ("reason", "note_en", "note_fr")}
    told |= {"by": request.actor, "at": datetime.now(UTC)}
    if isinstance(body, MoveIn):
        return changes.prepare_move(found, starts=PartialDate.of(body.starts), ends=PartialDate.of(body.ends), **told)
    if isinstance(body, ShrinkIn):
        return changes.prepare_shrink(found, seats=body.seats, minimum=body.minimum, **told)
    return changes.prepare_cancel(found, **told)


def _suspension(request: Visit, body: SuspendIn) -> Change:
    """Prepare a suspension."""
    party = parties.party(body.party, seen_by=request.actor)
    framework = Framework.objects.seen_by(request.actor).filter(pk=body.framework.upper()).first()
    if framework is None:
        raise NotFound(what="framework")
    values = body.model_dump(mode="json", include={"on", "scope", "body", "review_on", "sources"})
    told: dict[str, Any] = {name: getattr(body, name) for name in ("reason", "note_en", "note_fr")}
    return changes.prepare_suspension(party, framework, values=values, **told, by=request.actor, at=datetime.now(UTC))


def _brief(change: Change) -> dict[str, Any]:
    """A change without what it touches."""
    told = {name: getattr(change, name) for name in ("deed", "state", "values", "reason", "digest")}
    told |= {name: getattr(change, name) for name in ("prepared_at", "applied_at", "dropped_at")}
    number = change.activity.number if change.activity else None
    return told | {"id": change.pk, "activity": number, "party": change.party_id, "framework": change.framework_id}


def _full(change: Change, request: Visit) -> dict[str, Any]:
    """A change as its page shows it."""
    seen = sight(change, on=datetime.now(UTC).date(), seen_by=request.actor)
    return _brief(change) | {
        "consequences": [
            {"says": say(c.says), "link": c.href}
            | {n: getattr(c, n) for n in ("kind", "party", "before", "after", "amount", "weight")}
            for c in seen.consequences
        ],
        "substitutes": [
            {"party": g.code, "activity": s.activity.number, "points": s.points, "left": s.left}
            for g in seen.groups
            for s in g.substitutes
        ],
        "notices": [
            {"party": d.party.code, "en": say(d.sentence, "en"), "fr": say(d.sentence, "fr"), "people": d.people}
            for d in seen.drafts
        ],
        "stale": seen.is_stale,
        "withheld": seen.withheld,
    }
