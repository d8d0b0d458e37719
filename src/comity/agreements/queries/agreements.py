"""Reads of agreements: the list with what waits for whom, and one agreement as its page shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch

from comity.accounts.rules import Permission
from comity.agreements.models import (
    Agreement,
    AgreementQuerySet,
    AgreementState,
    Capital,
    Circulation,
    CirculationQuerySet,
    Extension,
    Outcome,
    Signature,
    SigningKey,
    SigningKeyQuerySet,
)
from comity.agreements.queries.register import organisation
from comity.agreements.rules import left, local
from comity.drafting.models import Side, Version, VersionQuerySet
from comity.drafting.rules import writes_for
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound


@dataclass(frozen=True)
class Line:
    """One agreement in the list: how it stands at a moment, whoever's turn it is, and how long silence still runs."""

    agreement: Agreement
    running: Circulation | None
    signed: frozenset[str]
    at: datetime

    @property
    def state(self) -> str:
        """How it stands at this moment: silence that held counts, be it settled already or not."""
        held = self.running is not None and self.running.has_held(self.at)
        return AgreementState.AGREED if held else self.agreement.state

    @property
    def waits_for(self) -> str:
        """Whose act comes next: `party`, `organisation`, `both`, `allies`, or nobody's."""
        match self.state:
            case AgreementState.OFFERED:
                return "party"
            case AgreementState.ENDORSED:
                return "organisation"
            case AgreementState.CIRCULATING:
                return "register" if self.running and self.running.is_halted else "allies"
            case AgreementState.AGREED:
                missing = set(Side.values) - self.signed
                return "both" if len(missing) == len(Side) else next(iter(missing), "")
            case _:
                return ""

    @property
    def facts(self) -> dict[str, Any]:
        """What a program is told of it."""
        a = self.agreement
        own = ("id", "offered_at", "endorsing_body", "agreed_at", "how", "sha256", "signed_at", "why_returned")
        return {name: getattr(a, name) for name in own} | {
            "text": a.text_id,
            "version": a.version_id,
            "version_number": a.version.number,
            "title": a.text.title_en,
            "party": a.party_id,
            "state": self.state,
            "waits_for": self.waits_for,
            "endorsed_on": str(a.endorsed_on),
            "silence_until": self.running.deadline if self.running else None,
            "halted": self.running is not None and self.running.is_halted,
            "signed_by_sides": sorted(self.signed),
        }

    @property
    def left(self) -> tuple[int, int, int]:
        """Days, hours and minutes that silence still runs."""
        return left(self.running.deadline, self.at) if self.running else (0, 0, 0)


@dataclass(frozen=True)
class Desk:
    """A capital with the deadline on its own clock."""

    capital: Capital
    deadline: datetime

    @property
    def zone(self) -> str:
        """The zone that is shown."""
        return self.capital.zone

    @property
    def shown(self) -> datetime:
        """The deadline on the clock of the capital."""
        return local(self.deadline, self.capital.zone)

    @property
    def offset(self) -> str:
        """How far that clock is from UTC at the deadline: `UTC+01:00`."""
        shift = f"{self.shown:%z}"
        return f"UTC{shift[:3]}:{shift[3:]}"


@dataclass(frozen=True)
class Sight:
    """One agreement as somebody sees it at a moment, with what they may do about it."""

    agreement: Agreement
    reader: Actor
    at: datetime
    rounds: tuple[Circulation, ...]
    signatures: tuple[Signature, ...]
    has_key: bool
    organisation: str

    @cached_property
    def running(self) -> Circulation | None:
        """The round that is open, if silence has not held meanwhile."""
        return next((r for r in self.rounds if r.outcome == Outcome.OPEN and not r.has_held(self.at)), None)

    @cached_property
    def line(self) -> Line:
        """How it stands."""
        latest = next((r for r in reversed(self.rounds) if r.outcome == Outcome.OPEN), None)
        return Line(self.agreement, latest, frozenset(s.side for s in self.signatures), self.at)

    @property
    def state(self) -> str:
        """How it stands at this moment."""
        return self.line.state

    @property
    def side(self) -> str | None:
        """The side the reader may write for."""
        return writes_for(self.reader, self.agreement.party_id)

    @property
    def signing_side(self) -> str | None:
        """The side the reader may sign for."""
        if not self.reader.may(Permission.SIGN_TEXTS):
            return None
        if self.reader.party == self.agreement.party_id:
            return Side.PARTY
        return Side.ORGANISATION if self.reader.party == self.organisation else None

    @property
    def may_endorse(self) -> bool:
        """Whether the reader may endorse it now."""
        own = self.reader.may(Permission.ENDORSE_TEXTS) and self.reader.party == self.agreement.party_id
        return own and self.state == AgreementState.OFFERED

    @property
    def may_take_back(self) -> bool:
        """Whether the reader may take the offer back now."""
        return self.side is not None and self.state in (AgreementState.OFFERED, AgreementState.ENDORSED)

    @property
    def may_circulate(self) -> bool:
        """Whether the reader may open a round now."""
        return self.reader.may(Permission.CIRCULATE_TEXTS) and self.state == AgreementState.ENDORSED

    @property
    def may_decide(self) -> bool:
        """Whether the reader may record a decision of a council now."""
        return self.reader.may(Permission.CIRCULATE_TEXTS) and self.state in (AgreementState.ENDORSED, AgreementState.CIRCULATING)

    @property
    def may_lead(self) -> bool:
        """Whether the reader may extend or withdraw the round that runs."""
        return self.reader.may(Permission.CIRCULATE_TEXTS) and self.running is not None

    @property
    def may_break(self) -> bool:
        """Whether the reader may break silence now."""
        running = self.running
        asked = running is not None and any(c.party_id == self.reader.party for c in running.capitals.all())
        return asked and self.reader.may(Permission.BREAK_SILENCE)

    @property
    def may_sign(self) -> bool:
        """Whether the reader may sign now."""
        side = self.signing_side
        return side is not None and self.state == AgreementState.AGREED and side not in self.line.signed

    @property
    def hears_who_broke(self) -> bool:
        """Whether the reader is told which Ally broke silence and why: the partner is not."""
        return self.reader.party != self.agreement.party_id

    @property
    def has_acts(self) -> bool:
        """Whether there is anything the reader may do now."""
        acts = (
            self.may_endorse,
            self.may_take_back,
            self.may_circulate,
            self.may_decide,
            self.may_lead,
            self.may_break,
            self.may_sign,
        )
        return any(acts)

    def desks(self, circulation: Circulation) -> list[Desk]:
        """The capitals of a round, each with the deadline on its own clock."""
        return [Desk(capital, circulation.deadline) for capital in circulation.capitals.all()]


def agreements(*, seen_by: Actor) -> AgreementQuerySet:
    """The agreements a reader may see, newest first, with version, text and party."""
    return Agreement.objects.seen_by(seen_by).select_related("version", "text", "party").defer("frozen", "version__content")


def agreement(pk: int, *, seen_by: Actor) -> Agreement:
    """One agreement.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return Agreement.objects.seen_by(seen_by).select_related("version__text", "text", "party").get(pk=pk)
    except Agreement.DoesNotExist:
        raise NotFound(what="agreement") from None


def lines(found: Iterable[Agreement], *, at: datetime, seen_by: Actor) -> list[Line]:
    """Agreements that were read for somebody, each with its round and its signatures; two queries for any number."""
    rows = list(found)
    open_ones = rounds(seen_by=seen_by).filter(agreement__in=[a.pk for a in rows], outcome=Outcome.OPEN)
    running = {circulation.agreement_id: circulation for circulation in open_ones}
    signed: dict[int, set[str]] = {}
    for pk, side in Signature.objects.filter(agreement__in=[a.pk for a in rows]).values_list("agreement", "side"):
        signed.setdefault(pk, set()).add(side)
    return [Line(a, running.get(a.pk), frozenset(signed.get(a.pk, ())), at) for a in rows]


def rounds(*, seen_by: Actor) -> CirculationQuerySet:
    """The rounds a reader may see."""
    return Circulation.objects.seen_by(seen_by).select_related("agreement__version", "agreement__text", "agreement__party")


def circulation(agreement: Agreement, *, seen_by: Actor) -> Circulation:
    """The newest round of an agreement.

    Raises:
        NotFound: it has none, or it is not for this reader.
    """
    newest = rounds(seen_by=seen_by).filter(agreement=agreement).order_by("pk").last()
    if newest is None:
        raise NotFound(what="circulation")
    return newest


def ready_to_offer(*, seen_by: Actor) -> VersionQuerySet:
    """Versions that the reader may offer: settled, the newest of a text that is not under way, and not agreed yet."""
    later = Version.objects.filter(text=OuterRef("text"), number__gt=OuterRef("number"))
    busy = Agreement.objects.filter(text=OuterRef("text")).under_way()
    done = Agreement.objects.filter(version=OuterRef("pk"), agreed_at__isnull=False)
    if not seen_by.may(Permission.DRAFT_TEXTS):
        return Version.objects.none()
    found = Version.objects.seen_by(seen_by).filter(~Exists(later), ~Exists(busy), ~Exists(done), unsettled=0)
    if not seen_by.may(Permission.SEE_EVERYTHING):
        found = found.filter(text__party=seen_by.party)
    return found.select_related("text__party").defer("content")


def sight(agreement: Agreement, *, seen_by: Actor, at: datetime) -> Sight:
    """One agreement with all that its page shows, in a constant number of queries."""
    capitals = Capital.objects.select_related("party").order_by("party__sort")
    found = (
        Circulation.objects.seen_by(seen_by)
        .filter(agreement=agreement)
        .select_related("breaker")
        .prefetch_related(Prefetch("capitals", capitals), Prefetch("extensions", Extension.objects.order_by("pk")))
        .order_by("pk")
    )
    signatures = Signature.objects.filter(agreement=agreement).select_related("key", "party").order_by("signed_at")
    house = organisation(seen_by=seen_by).code
    has_key = SigningKey.objects.seen_by(seen_by).alive().filter(party=seen_by.party, holder=seen_by.login).exists()
    return Sight(agreement, seen_by, at, tuple(found), tuple(signatures), has_key, house)


def signing_keys(*, seen_by: Actor) -> SigningKeyQuerySet:
    """The public halves of keys, for comparing fingerprints, without what is sealed."""
    return SigningKey.objects.seen_by(seen_by).select_related("party").defer("sealed")


def signing_key(*, seen_by: Actor) -> SigningKey | None:
    """The key with which the reader signs, if they have one."""
    return signing_keys(seen_by=seen_by).alive().filter(party=seen_by.party, holder=seen_by.login).first()
