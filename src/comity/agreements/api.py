"""The API of the room of agreements: the list, one agreement, and the acts that move it on."""

from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Field, Query, Router, Schema, Status

from comity.agreements import queries
from comity.agreements.acts import circulations, moving, offers, signatures
from comity.agreements.models import Agreement
from comity.agreements.queries import papers
from comity.drafting.queries import version as one_version
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.words import _
from comity.ui.visits import Visit
from comity.ui.wire import Page, page_of

router = Router(tags=["agreements"])
Limit = Annotated[int, Query(ge=1, le=200)]
Words = Annotated[str, Field(max_length=200)]
Dated = Annotated[str, Field(max_length=10, examples=["2027-03-01"])]


class AgreementOut(Schema):
    """An agreement as it stands at this moment."""

    id: int
    text: int
    version: int
    version_number: int
    title: str
    party: str
    state: str
    waits_for: str
    offered_at: datetime
    endorsed_on: str
    endorsing_body: str
    silence_until: datetime | None
    halted: bool
    agreed_at: datetime | None
    how: str
    sha256: str
    signed_at: datetime | None
    signed_by_sides: list[str]
    why_returned: str


class OfferIn(Schema):
    """A version to offer."""

    version: int = Field(ge=1, le=2**62)


class EndorsementIn(Schema):
    """Which body endorsed a version, and when."""

    body: Words
    on: Dated
    reference: Words = ""


class CirculationIn(Schema):
    """A deadline, with its zone."""

    deadline: datetime


class ExtensionIn(CirculationIn):
    """A later deadline, with its zone."""

    reason: str = Field("", max_length=500)


class ReasonIn(Schema):
    """A reason."""

    reason: str = Field(max_length=4000)


class DecisionIn(Schema):
    """Which council agreed, when, under which reference."""

    body: Words
    on: Dated
    reference: Words


class SignatureIn(Schema):
    """A passphrase, used once and forgotten."""

    passphrase: str = Field(max_length=200)


@router.get("/agreements", response=Page[AgreementOut])
def list_agreements(request: Visit, party: str = "", cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """The agreements the caller may see."""
    found = queries.agreements(seen_by=request.actor)
    items, following = page_of(found.filter(party=party.upper()) if party else found, cursor=cursor, limit=limit)
    lines = queries.lines(items, at=datetime.now(UTC), seen_by=request.actor)
    return {"items": [line.facts for line in lines], "next": following}


@router.post("/agreements", response={201: AgreementOut})
def offer(request: Visit, body: OfferIn) -> Status[dict[str, Any]]:
    """Offer a version for agreement."""
    version = one_version(body.version, seen_by=request.actor)
    return Status(201, _one(request, offers.offer(version, by=request.actor, at=datetime.now(UTC))))


@router.get("/agreements/{pk}", response=AgreementOut)
def read(request: Visit, pk: int) -> dict[str, Any]:
    """One agreement."""
    return _one(request, _found(request, pk))


@router.get("/agreements/{pk}/file", response=dict[str, Any])
def file(request: Visit, pk: int) -> dict[str, Any]:
    """The frozen document with its digests, signatures and public keys, as `comity programmes verify` reads it."""
    found = _found(request, pk)
    if not found.is_agreed:
        raise NotFound(what="file")
    return papers.file_of(found, seen_by=request.actor)


@router.post("/agreements/{pk}/endorse", response=AgreementOut)
def endorse(request: Visit, pk: int, body: EndorsementIn) -> dict[str, Any]:
    """Endorse a version for one's own party."""
    told: dict[str, Any] = {"body": body.body, "on": moving.dated(body.on), "reference": body.reference}
    return _one(request, offers.endorse(_found(request, pk), **told, by=request.actor, at=datetime.now(UTC)))


@router.post("/agreements/{pk}/take-back", response=AgreementOut)
def take_back(request: Visit, pk: int) -> dict[str, Any]:
    """Take an offer back."""
    return _one(request, offers.take_back(_found(request, pk), by=request.actor, at=datetime.now(UTC)))


@router.post("/agreements/{pk}/circulate", response=AgreementOut)
def circulate(request: Visit, pk: int, body: CirculationIn) -> dict[str, Any]:
    """Put a version before the Allies under silence."""
    opened = circulations.circulate(_found(request, pk), deadline=_aware(body.deadline), by=request.actor, at=datetime.now(UTC))
    return _one(request, opened.agreement)


@router.post("/agreements/{pk}/extend", response=AgreementOut)
def extend(request: Visit, pk: int, body: ExtensionIn) -> dict[str, Any]:
    """Move the deadline of a round later."""
    running = queries.circulation(_found(request, pk), seen_by=request.actor)
    to = _aware(body.deadline)
    circulations.extend(running, to=to, reason=body.reason, by=request.actor, at=datetime.now(UTC))
    return _one(request, _found(request, pk))


@router.post("/agreements/{pk}/break-silence", response=AgreementOut)
def break_silence(request: Visit, pk: int, body: ReasonIn) -> dict[str, Any]:
    """Break silence for one's own party."""
    running = queries.circulation(_found(request, pk), seen_by=request.actor)
    return _one(request, circulations.break_silence(running, reason=body.reason, by=request.actor, at=datetime.now(UTC)).agreement)


@router.post("/agreements/{pk}/withdraw", response=AgreementOut)
def withdraw(request: Visit, pk: int, body: ReasonIn) -> dict[str, Any]:
    """Withdraw a round."""
    running = queries.circulation(_found(request, pk), seen_by=request.actor)
    return _one(request, circulations.withdraw(running, reason=body.reason, by=request.actor, at=datetime.now(UTC)).agreement)


@router.post("/agreements/{pk}/decide", response=AgreementOut)
def decide(request: Visit, pk: int, body: DecisionIn) -> dict[str, Any]:
    """Record that a council agreed at its table."""
    told: dict[str, Any] = {"body": body.body, "on": moving.dated(body.on), "reference": body.reference}
    return _one(request, offers.decide_in_council(_found(request, pk), **told, by=request.actor, at=datetime.now(UTC)))


@router.post("/agreements/{pk}/sign", response=AgreementOut)
def sign(request: Visit, pk: int, body: SignatureIn) -> dict[str, Any]:
    """Sign what was agreed for one's own side."""
    agreement = _found(request, pk)
    return _one(request, signatures.sign(agreement, passphrase=body.passphrase, by=request.actor, at=datetime.now(UTC)))


def _found(request: Visit, pk: int) -> Agreement:
    """The agreement of a number that the column can hold; any other is nobody's."""
    return queries.agreement(pk if 0 < pk < 2**63 else 0, seen_by=request.actor)


def _one(request: Visit, agreement: Agreement) -> dict[str, Any]:
    [line] = queries.lines([agreement], at=datetime.now(UTC), seen_by=request.actor)
    return line.facts


def _aware(at: datetime) -> datetime:
    """A moment with its zone; without one it is nobody's.

    Raises:
        NoZone: it has none.
    """
    if at.tzinfo is None:
        raise NoZone(value=at.isoformat())
    return at


class NoZone(Refusal):
    """A deadline is one moment for all capitals."""

    message = _("“{value}” has no time zone. Say one: 2027-03-15T17:00:00Z.")
