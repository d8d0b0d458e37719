"""What the acts have in common: the row under lock, and the two ways out, agreed or returned.

None of these is an act by itself: each is called by one, within its transaction.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from comity.agreements import queries
from comity.agreements.models import Agreement, AgreementState, Circulation, Outcome, WhyReturned
from comity.agreements.rules import STATES, frozen, may_become
from comity.agreements.rules.silence import HEADQUARTERS
from comity.drafting.acts import texts, versions
from comity.drafting.rules import digest_of
from comity.kernel.actors import Actor
from comity.kernel.dates import NotAPartialDate, PartialDate
from comity.kernel.refusals import Refusal
from comity.kernel.words import Word, _
from comity.trail import acts as trail


class NotInThisState(Refusal):
    """Each step follows the one before."""

    message = _("“{title}”, version {version}, is {state}: from there it does not become “{following}”.")


class DayInTheFuture(Refusal):
    """What is recorded has happened."""

    message = _("{on} has not come yet; what is recorded here has happened.")


class NotTold(Refusal):
    """A step has its facts."""

    message = _("Say {what}.")


class NotADate(Refusal):
    """Dates are as precise as their source, and dates."""

    message = _("“{value}” is not a year, a month or a day.")


def dated(text: str) -> PartialDate:
    """A partial date as somebody wrote it.

    Raises:
        NotADate: the text is none.
    """
    try:
        return PartialDate.of(text)
    except NotAPartialDate:
        raise NotADate(value=text) from None


def held(agreement: Agreement | int) -> Agreement:
    """The agreement under lock, with its version, its text and its party."""
    pk = agreement if isinstance(agreement, int) else agreement.pk
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("version__text__party", "text", "party")
    return rows.get(pk=pk)


def open_round(agreement: Agreement) -> Circulation | None:
    """The round that runs, under lock."""
    found = Circulation.objects.select_for_update(of=("self",)).filter(agreement=agreement, outcome=Outcome.OPEN)
    return found.first()


def must_become(agreement: Agreement, following: str) -> None:
    """Refuse unless an arrow leads to a state.

    Raises:
        NotInThisState: none does.
    """
    if not may_become(agreement.state, following):
        raise NotInThisState(
            title=agreement.text.title,
            version=agreement.version.number,
            state=Word(STATES[agreement.state]),
            following=Word(STATES[following]),
        )


def must_tell(**told: tuple[str, str]) -> None:
    """Refuse while one of the facts, each with its words, is empty."""
    for value, what in told.values():
        if not value.strip():
            raise NotTold(what=Word(what))


def must_be_past(on: PartialDate, at: datetime) -> None:
    """Refuse a day that has not begun at the headquarters."""
    if on.earliest is not None and on.earliest > day_of(at):
        raise DayInTheFuture(on=on)


def day_of(at: datetime) -> date:
    """The day of a moment at the headquarters."""
    return at.astimezone(ZoneInfo(HEADQUARTERS)).date()


def agree(agreement: Agreement, *, how: str, by: Actor, at: datetime) -> Agreement:
    """Freeze what was agreed, release the version, close the text."""
    must_become(agreement, AgreementState.AGREED)
    agreement.how, agreement.agreed_at, agreement.agreed_by = how, at, by.login
    agreement.frozen = _frozen(agreement)
    agreement.sha256 = digest_of(agreement.frozen)
    agreement.state = AgreementState.AGREED
    agreement.save()
    versions.release(agreement.version, by=by, at=at)
    texts.close(agreement.text, by=by, at=at)
    facts = {"how": how, "body": agreement.council_body, "sha256": agreement.sha256}
    trail.record("agreement.agreed", agreement, by=by, at=at, about=agreement.party_id, **facts)
    return agreement


def give_back(agreement: Agreement, *, why: WhyReturned, by: Actor, at: datetime) -> Agreement:
    """Return the version; its text is drafted again."""
    must_become(agreement, AgreementState.RETURNED)
    agreement.state = AgreementState.RETURNED
    agreement.why_returned, agreement.returned_at, agreement.returned_by = why, at, by.login
    agreement.save()
    # The partner reads what is done about its text: which Ally broke silence is not told there.
    texts.resume(agreement.text, by=queries.THE_HOUSE if why == WhyReturned.BROKEN else by, at=at)
    return agreement


def _frozen(agreement: Agreement) -> dict[str, object]:
    """The document that is hashed and signed; moments are told in UTC to the second."""
    party, organisation = agreement.party, queries.organisation(seen_by=queries.THE_HOUSE)
    assert agreement.agreed_at is not None
    return frozen(
        agreement.version.content,
        version=agreement.version.number,
        parties={
            "party": {"code": party.code, "en": party.name_en, "fr": party.name_fr},
            "organisation": {"code": organisation.code, "en": organisation.name_en, "fr": organisation.name_fr},
        },
        endorsement={
            "body": agreement.endorsing_body,
            "on": str(agreement.endorsed_on),
            "reference": agreement.endorsing_reference,
        },
        agreement={
            "how": agreement.how,
            "at": agreement.agreed_at.astimezone(UTC).isoformat(timespec="seconds"),
            "body": agreement.council_body,
            "on": str(agreement.council_on),
            "reference": agreement.council_reference,
        },
    )
