"""The register read once, as rules need it; its rolls; and what the documents' statements come to."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from comity.frameworks.models import Event, Framework, Membership, Statement, Suspension
from comity.frameworks.rules import COUNTED
from comity.frameworks.rules.claims import VERDICTS, Outcome, evaluate
from comity.frameworks.rules.register import Body, Halt, Happening, Register, Roll, Told
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.parties.models import Party
from comity.parties.queries import parties

SCOPE = ("practical_civil", "practical_military", "political_dialogue", "headquarters_access", "delegation_size", "system_accounts")


def register(*, seen_by: Actor, known_at: datetime | None = None, only: str = "") -> Register:
    """The register, or one framework's part, as it is held now or was held at a moment, in a constant number of queries."""
    rows = Membership.objects.seen_by(seen_by).known(known_at)
    holds = Suspension.objects.seen_by(seen_by).known(known_at).select_related("membership")
    if only:
        rows, holds = rows.filter(framework=only), holds.filter(membership__framework=only)
    tied = Membership.sources.through.objects.filter(membership__in=rows).select_related("source")
    sources: dict[int, list[str]] = defaultdict(list)
    for tie in tied:
        sources[tie.membership_id].append(tie.source.address or tie.source.title)
    events = Event.objects.seen_by(seen_by)
    return Register(
        bodies={body.code: _body(body) for body in Framework.objects.seen_by(seen_by)},
        parties={party.code: party.name for party in parties(seen_by=seen_by)},
        rows=tuple(told(row, sources[row.pk]) for row in rows),
        halts=tuple(halt(suspension) for suspension in holds),
        events={e.key: Happening(e.key, e.on, e.title, e.series, e.figure) for e in events},
    )


def told(row: Membership, sources: Iterable[str] = ()) -> Told:
    """A membership as rules need it."""
    return Told(
        pk=row.pk,
        framework=row.framework_id,
        party=row.party_id,
        standing=row.standing,
        since=row.since,
        until=row.until,
        first=row.period.lower,
        stop=row.period.upper,
        sources=tuple(sources),
        note=row.note,
    )


def halt(row: Suspension) -> Halt:
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
    held = register(seen_by=seen_by, known_at=known_at, only=code.upper())
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
    held = register(seen_by=seen_by, known_at=known_at)
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
