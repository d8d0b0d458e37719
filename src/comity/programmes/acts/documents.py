"""The life of a programme: opened from its type, brought into force by its agreement, prolonged, replaced, ended."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import zip_longest

from django.db import transaction
from django.db.models import Case, When

from comity.accounts.rules import Permission
from comity.activities.models import Term
from comity.agreements.models import Agreement, AgreementState
from comity.drafting.acts import texts
from comity.kernel.actors import Actor
from comity.kernel.dates import NotAPartialDate, PartialDate
from comity.kernel.findings import Bar, Finding, Waivable
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import Name, _
from comity.parties.models import Party, Source
from comity.programmes.acts import steps
from comity.programmes.models import Binding, Objective, Programme, ProgrammeState, ProgrammeType, Prolongation
from comity.programmes.queries.documents import findings_of
from comity.trail import acts as trail

BEGINNING = (("purpose", "Purpose and principles", "Objet et principes"),)


class MayNotHaveOne(Refusal):
    """What bars a document cannot be waived."""

    message = _("This programme cannot be opened. {reason}")


class NeedsAWaiver(Refusal):
    """What may be waived is waived in words."""

    message = _("This programme needs a waiver with its reason. {reason}")


class EditionIsTaken(Refusal):
    """An edition of a type is named once by a party."""

    message = _("{party} already has a {type} with the edition “{edition}”.")


class EndsBeforeItStarts(Refusal):
    """A programme ends after it starts."""

    message = _("A programme that starts in {since} cannot end in {until}.")


class NoSuchDay(Refusal):
    """A date is one of the calendar."""

    message = _("“{text}” is not a year, a month or a day.")


class NoSourceNamed(Refusal):
    """A record names where it was read."""

    message = _("Name the source in which the document was read.")


class NotItsAgreement(Refusal):
    """A programme enters into force by the agreement on its own text."""

    message = _("This agreement is not about the text of the programme.")


class NotYetAgreed(Refusal):
    """Nothing enters into force before both sides have agreed."""

    message = _("The programme is not in force before its text is {wanted}.")


class StandsOtherwise(Refusal):
    """An act fits the state a programme is in."""

    message = _("{programme} is not in the state that this needs.")


class AnotherIsInForce(Refusal):
    """One programme of a type is in force at a time."""

    message = _("{party} already has a {type} in force.")


class NotLonger(Refusal):
    """A prolongation makes a programme longer."""

    message = _("Until {until} is no later than it runs already.")


class BodyAndReasonMissing(Refusal):
    """Whoever decides is named, and says why."""

    message = _("Name the body that decided and the reason.")


class NotOverYet(Refusal):
    """A programme expires when its time is over."""

    message = _("{programme} runs until {until}.")


@transaction.atomic
def open_programme(
    party: Party, *, type: ProgrammeType, edition: str, since: PartialDate, until: PartialDate, language: str = "en",
    binding: str = Binding.UNKNOWN, waiver: str = "", clauses: Sequence[Sequence[str]] = (), by: Actor, at: datetime,
) -> Programme:  # fmt: skip
    """Open a programme of a type for a party, with a text in the type's chapters that both sides draft.

    The text begins with the clauses given, chapter by chapter.
    """
    by.must(Permission.KEEP_PROGRAMMES)
    _in_order(since, until)
    on = since.earliest or at.date()
    _unbarred(findings_of(party, type, on=max(on, at.date()), seen_by=by), waiver.strip(), by)
    alias, edition = type.alias(party.code), edition.strip()
    own = Programme.objects.filter(party=party, type=type, state__in=["in_force", "expired", "recorded"])
    before = own.order_by(Case(When(state="in_force", then=0), When(state="expired", then=1), default=2), "-since").first()
    with refusing(programme_editions_are_named_once=_taken(party, type, edition)), transaction.atomic():
        title = Name(
            f"{alias.en or type.name_en} {edition}".strip(), f"{alias.fr or type.name_fr or type.name_en} {edition}".strip()
        )
        text = texts.open_text(party, title=title, chapters=_chapters(type, clauses), language=language, by=by, at=at)
        made = Programme.objects.create(
            party=party, type=type, is_alone=type.is_alone, edition=edition, alias_en=alias.en, alias_fr=alias.fr, since=since,
            until=until, binding=binding, text=text, previous=before, waiver=waiver.strip(), opened_at=at, opened_by=by.login,
        )  # fmt: skip
    trail.record("programme.opened", made, by=by, at=at, about=party.code, type=type.code, edition=edition, waiver=made.waiver)
    return made


@transaction.atomic
def record(
    party: Party, *, type: ProgrammeType, edition: str, since: PartialDate, until: PartialDate, source: Source | None,
    binding: str = Binding.UNKNOWN, note: str = "", by: Actor, at: datetime,
) -> Programme:  # fmt: skip
    """Record a programme known from a source: a fact without a text, which goes through no agreement here."""
    by.must(Permission.KEEP_PROGRAMMES)
    _in_order(since, until)
    alias, edition = type.alias(party.code), edition.strip()
    with (
        refusing(
            programme_editions_are_named_once=_taken(party, type, edition),
            programme_recorded_iff_from_a_source_without_a_text=NoSourceNamed(),
        ),
        transaction.atomic(),
    ):
        made = Programme.objects.create(
            party=party, type=type, is_alone=type.is_alone, edition=edition, alias_en=alias.en, alias_fr=alias.fr, since=since,
            until=until, binding=binding, source=source, note=note.strip(), state=ProgrammeState.RECORDED, opened_at=at,
            opened_by=by.login,
        )  # fmt: skip
    trail.record("programme.recorded", made, by=by, at=at, about=party.code, type=type.code, edition=edition)
    return made


@transaction.atomic
def bring_into_force(programme: Programme, *, agreement: Agreement, by: Actor, at: datetime) -> Programme:
    """Bring a programme into force once its text is agreed, and signed where its type is signed.

    It follows an agreement whoever completed that: the agreement is the leave. The edition before it is replaced, and what
    becomes of each goal of that edition is told: those of which nobody said anything are carried over.
    """
    kept = _held(programme, by, ProgrammeState.DRAFTING)
    told = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if told.text_id != kept.text_id:
        raise NotItsAgreement
    enough = {AgreementState.SIGNED} if kept.type.is_signed else {AgreementState.AGREED, AgreementState.SIGNED}
    if told.state not in enough:
        raise NotYetAgreed(wanted=_("signed") if kept.type.is_signed else _("agreed"))
    former = Programme.objects.select_for_update(of=("self",)).select_related("party", "type")
    for other in former.filter(party=kept.party, type=kept.type, is_alone=True, state=ProgrammeState.IN_FORCE):
        _replaced(other, by_another=kept, on=kept.since if kept.since.is_known else PartialDate.of(at.date()), by=by, at=at)
    if kept.previous and kept.previous.state == ProgrammeState.EXPIRED:
        steps.settle_rest(kept.previous, into=kept, by=by, at=at)
    kept.state, kept.agreement, kept.entered_at, kept.entered_by = ProgrammeState.IN_FORCE, told, at, by.login
    _saved(kept, "state", "agreement", "entered_at", "entered_by")
    trail.record("programme.entered-into-force", kept, by=by, at=at, about=kept.party_id, agreement=told.pk, sha256=told.sha256)
    return kept


@transaction.atomic
def prolong(programme: Programme, *, until: PartialDate, body: str, reference: str = "", by: Actor, at: datetime) -> Programme:
    """Let a programme run longer than was agreed, by the decision of a body."""
    by.must(Permission.KEEP_PROGRAMMES)
    kept = _held(programme, by, ProgrammeState.IN_FORCE)
    if not until.latest or (kept.until.latest and until.latest <= kept.until.latest):
        raise NotLonger(until=until)
    if not body.strip():
        raise BodyAndReasonMissing
    Prolongation.objects.create(
        programme=kept, former=kept.until, until=until, body=body.strip(), reference=reference.strip(), at=at, by=by.login
    )
    former, kept.until = kept.until, until
    _saved(kept, "until")
    facts = {"until": [former.text, until.text], "body": body.strip(), "reference": reference.strip()}
    trail.record("programme.prolonged", kept, by=by, at=at, about=kept.party_id, **facts)
    return kept


@transaction.atomic
def replace(programme: Programme, *, by_another: Programme, on: PartialDate, by: Actor, at: datetime) -> Programme:
    """Replace a programme by another of the same party that is in force."""
    by.must(Permission.KEEP_PROGRAMMES)
    kept = _held(programme, by, ProgrammeState.IN_FORCE)
    other = _held(by_another, by, ProgrammeState.IN_FORCE)
    if other.party_id != kept.party_id or other.pk == kept.pk:
        raise NotFound(what="programme")
    return _replaced(kept, by_another=other, on=on, by=by, at=at)


@transaction.atomic
def terminate(programme: Programme, *, on: PartialDate, body: str, reason: str, by: Actor, at: datetime) -> Programme:
    """End a programme before its time, or give up a draft: by whom, on which day, for which reason. Its goals are dropped."""
    by.must(Permission.KEEP_PROGRAMMES)
    kept = _held(programme, by, ProgrammeState.IN_FORCE, ProgrammeState.DRAFTING)
    if not body.strip() or not reason.strip():
        raise BodyAndReasonMissing
    kept.end_body, kept.end_reason = body.strip(), reason.strip()
    steps.drop_all(kept, reason=kept.end_reason, by=by, at=at)
    return _ended(kept, ProgrammeState.TERMINATED, "programme.terminated", on=on, by=by, at=at, body=kept.end_body)


@transaction.atomic
def expire(programme: Programme, *, by: Actor, at: datetime) -> Programme:
    """Let a programme end whose time is over; its open goals wait for the next edition."""
    kept = _held(programme, by, ProgrammeState.IN_FORCE)
    if not _is_over(kept, at.date()):
        raise NotOverYet(programme=kept.name, until=kept.until)
    return _ended(kept, ProgrammeState.EXPIRED, "programme.expired", on=kept.until, by=by, at=at)


def expire_all(*, by: Actor, at: datetime) -> int:
    """Expire every programme whose time is over, and count them."""
    running = Programme.objects.seen_by(by).filter(state=ProgrammeState.IN_FORCE)
    over = [programme for programme in running if _is_over(programme, at.date())]
    for programme in over:
        expire(programme, by=by, at=at)
    return len(over)


@transaction.atomic
def mark(programme: Programme, *, markers: Iterable[Term], by: Actor, at: datetime) -> Programme:
    """Mark a programme with words of the vocabulary of markers, and with no others than these."""
    by.must(Permission.KEEP_PROGRAMMES)
    kept = _held(programme, by, ProgrammeState.IN_FORCE, ProgrammeState.DRAFTING)
    wanted = list(markers)
    kept.markers.set(wanted)
    trail.record("programme.marked", kept, by=by, at=at, about=kept.party_id, markers=sorted(term.code for term in wanted))
    return kept


def dated(text: str) -> PartialDate:
    """A partial date as somebody wrote it.

    Raises:
        NoSuchDay: it is none.
    """
    try:
        return PartialDate.of(text)
    except NotAPartialDate:
        raise NoSuchDay(text=text) from None


def _held(programme: Programme, by: Actor, *states: str) -> Programme:
    """The programme locked for changing, in one of the states an act fits."""
    rows = Programme.objects.seen_by(by).select_for_update(of=("self",)).select_related("party", "type")
    found = rows.filter(pk=programme.pk).first()
    if found is None:
        raise NotFound(what="programme")
    if found.state not in states:
        raise StandsOtherwise(programme=found.name)
    return found


def _replaced(former: Programme, *, by_another: Programme, on: PartialDate, by: Actor, at: datetime) -> Programme:
    """The former edition ended, and its goals settled in the one that takes its place."""
    steps.settle_rest(former, into=by_another, by=by, at=at)
    former.replaced_by = by_another
    return _ended(former, ProgrammeState.REPLACED, "programme.replaced", on=on, by=by, at=at, edition=by_another.edition)


def _ended(kept: Programme, state: str, act: str, *, on: PartialDate, by: Actor, at: datetime, **facts: object) -> Programme:
    kept.state, kept.ended_at, kept.ended_by = state, at, by.login
    kept.ended_on = on if on.is_known else PartialDate.of(at.date())
    _saved(kept, "state", "ended_on", "ended_at", "ended_by", "end_body", "end_reason", "replaced_by")
    if state != ProgrammeState.EXPIRED:
        Objective.objects.live().filter(programme=kept).update(retired_at=at, retired_by=by.login)
    trail.record(act, kept, by=by, at=at, about=kept.party_id, on=kept.ended_on.text, **facts)
    return kept


def _saved(kept: Programme, *fields: str) -> None:
    """The laws about the life of a programme, in words."""
    with (
        refusing(
            one_programme_of_a_type_is_in_force_at_a_time=AnotherIsInForce(party=kept.party.name, type=kept.type.name),
            programme_state_moves_along_its_arrows=StandsOtherwise(programme=kept.name),
        ),
        transaction.atomic(),
    ):
        kept.save(update_fields=fields)


def _is_over(programme: Programme, on: date) -> bool:
    """Whether the last day has passed; a full date is the last day here, for that is how documents say it."""
    last = programme.until.latest
    return last is not None and last < on


def _in_order(since: PartialDate, until: PartialDate) -> None:
    if since.earliest and until.latest and until.latest < since.earliest:
        raise EndsBeforeItStarts(since=since, until=until)


def _unbarred(found: Iterable[Finding], waiver: str, by: Actor) -> None:
    """Refuse what is barred, and what may be waived unless it is, by somebody who may."""
    for finding in found:
        if isinstance(finding, Bar):
            raise MayNotHaveOne(reason=finding.sentence)
        if isinstance(finding, Waivable):
            if not waiver:
                raise NeedsAWaiver(reason=finding.sentence)
            by.must(finding.by)


def _chapters(type: ProgrammeType, clauses: Sequence[Sequence[str]]) -> list[tuple[str, str, str, Sequence[str]]]:
    """The chapters a text begins with: the type's, or one where those are not known; and the first clauses of each."""
    known = [(f"chapter-{n}", name.en, name.fr) for n, name in enumerate(type.chapter_names, 1)] or [*BEGINNING]
    return [(*chapter, first) for chapter, first in zip_longest(known, clauses[: len(known)], fillvalue=())]


def _taken(party: Party, type: ProgrammeType, edition: str) -> EditionIsTaken:
    return EditionIsTaken(party=party.name, type=type.name, edition=edition)
