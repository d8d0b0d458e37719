"""The register read once, as rules need it; its rolls; and what the documents' statements come to."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from comity.frameworks.models import Event, Framework, Membership, Statement, Suspension
from comity.frameworks.models.memberships import MembershipQuerySet
from comity.frameworks.rules import COUNTED
from comity.frameworks.rules.claims import VERDICTS, Outcome, evaluate
from comity.frameworks.rules.labels import SCOPES
from comity.frameworks.rules.register import Body, Halt, Happening, Register, Roll, Told
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.kernel.words import Name
from comity.parties.models import Party
from comity.parties.queries import parties
from comity.trail import queries as trail

SCOPE = tuple(SCOPES)
TOLD = ("pk", "framework_id", "party_id", "standing", "since", "until", "note", "period")


_registers: trail.Kept[Register] = trail.Kept(64)


def register(
    *, seen_by: Actor, known_at: datetime | None = None, only: str = "", sources: bool = False, events: bool = False
) -> Register:
    """The register, as it is held now or was held at a moment. Kept until something is done: nobody may change it.

    Args:
        only: the code of one framework, when no other is of interest.
        sources: with the sources of every row.
        events: with the dated events.
    """
    key = (seen_by, known_at, only, sources, events)
    return _registers.get(trail.stamp(), key, lambda: _register(*key))


def _register(seen_by: Actor, known_at: datetime | None, only: str, sources: bool, events: bool) -> Register:
    """The register in a constant number of queries."""
    rows = Membership.objects.seen_by(seen_by).known(known_at)
    holds = Suspension.objects.seen_by(seen_by).known(known_at).select_related("membership")
    if only:
        rows, holds = rows.filter(framework=only), holds.filter(membership__framework=only)
    cited = _cited(rows) if sources else {}
    happened = Event.objects.seen_by(seen_by) if events else ()
    return Register(
        bodies={body.code: _body(body) for body in Framework.objects.seen_by(seen_by)},
        parties={code: Name(en, fr) for code, en, fr in parties(seen_by=seen_by).values_list("code", "name_en", "name_fr")},
        rows=tuple(
            Told(pk, code, party, standing, since, until, period.lower, period.upper, tuple(cited.get(pk, ())), note)
            for pk, code, party, standing, since, until, note, period in rows.values_list(*TOLD)
        ),
        halts=tuple(_halt(suspension) for suspension in holds),
        events={e.key: Happening(e.key, e.on, e.title, e.series, e.figure) for e in happened},
    )


def _cited(rows: MembershipQuerySet) -> dict[int, list[str]]:
    """The addresses, or else the titles, of the sources of rows."""
    cited: dict[int, list[str]] = defaultdict(list)
    tied = Membership.sources.through.objects.filter(membership__in=rows)
    for pk, address, title in tied.values_list("membership", "source__address", "source__title"):
        cited[pk].append(address or title)
    return cited


def _halt(row: Suspension) -> Halt:
    """A suspension as rules need it."""
    return Halt(
        framework=row.membership.framework_id,
        party=row.membership.party_id,
        since=row.since,
        until=row.until,
        first=row.period.lower,
        stop=row.period.upper,
        scope=frozenset(part for part in SCOPE if getattr(row, part)),
    )


def _body(row: Framework) -> Body:
    return Body(row.code, row.name, row.kind, row.founded, row.ended, row.predecessor_id or "")


def framework(code: str, *, seen_by: Actor) -> Framework:
    """One framework by its code, whatever the case.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return Framework.objects.seen_by(seen_by).select_related("predecessor").get(code=code.upper())
    except Framework.DoesNotExist:
        raise NotFound(what="framework") from None


def roll(code: str, *, on: date, seen_by: Actor, known_at: datetime | None = None) -> tuple[Register, Roll]:
    """The roll of a framework on a day, and the register it was read from.

    Raises:
        NotFound: there is no such framework.
    """
    held = register(seen_by=seen_by, known_at=known_at, only=code.upper(), sources=True)
    if code.upper() not in held.bodies:
        raise NotFound(what="framework")
    return held, held.roll(code.upper(), on)


@dataclass(frozen=True)
class Checked:
    """One statement with what the register says of it."""

    statement: Statement
    outcome: Outcome


def checked(*, seen_by: Actor, document: int | None = None, known_at: datetime | None = None) -> list[Checked]:
    """Every statement, evaluated against the register."""
    held = register(seen_by=seen_by, known_at=known_at, events=True)
    statements = Statement.objects.seen_by(seen_by)
    if document is not None:
        statements = statements.filter(document=document)
    return [Checked(row, evaluate(row.claim, held, as_of=row.as_of)) for row in statements]


def verdicts(found: Iterable[Checked]) -> dict[str, int]:
    """How many statements have each verdict."""
    counts = Counter(one.outcome.verdict for one in found)
    return {verdict: counts[verdict] for verdict in VERDICTS}


def counted(party: Party, *, seen_by: Actor) -> list[Membership]:
    """The rows by which a party counts somewhere, as held now and still running."""
    rows = Membership.objects.seen_by(seen_by).known().filter(party=party, standing__in=COUNTED, period__upper_inf=True)
    return list(rows.select_related("framework", "party"))


def suspension(pk: int, *, party: Party, seen_by: Actor) -> Suspension:
    """One suspension of a party's, as held now.

    Raises:
        NotFound: there is none.
    """
    rows = Suspension.objects.seen_by(seen_by).known().filter(membership__party=party).select_related("membership__framework")
    try:
        return rows.get(pk=pk)
    except Suspension.DoesNotExist:
        raise NotFound(what="suspension") from None
