"""Reads of rounds: rules, rounds, lines in words, the answer to one request."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from comity.activities.models import Edition
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.kernel.words import Sentence, _
from comity.participation.models import (
    Cap,
    Grant,
    GrantQuerySet,
    Line,
    LineQuerySet,
    Pool,
    Request,
    Round,
    RoundQuerySet,
    RoundState,
    Rule,
    Seats,
)
from comity.participation.rules import sentences


def rules(*, seen_by: Actor) -> list[Rule]:
    """Every published rule; rules are public to whoever has an account."""
    return [] if seen_by.is_stranger else list(Rule.objects.order_by("name", "-version"))


def rule(name: str, version: int | None = None, *, seen_by: Actor) -> Rule:
    """A rule by its name, in a version or in the newest.

    Raises:
        NotFound: there is none.
    """
    found = [r for r in rules(seen_by=seen_by) if r.name == name and version in (None, r.version)]
    if not found:
        raise NotFound(what="rule")
    return found[0]


def rounds(*, seen_by: Actor) -> RoundQuerySet:
    """The rounds a reader may see, newest first."""
    return Round.objects.seen_by(seen_by).select_related("edition", "rule", "progress")


def round_of(pk: int, *, seen_by: Actor) -> Round:
    """One round.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = rounds(seen_by=seen_by).filter(pk=pk).first()
    if found is None:
        raise NotFound(what="round")
    return found


def published(year: int, *, seen_by: Actor) -> Round | None:
    """The published round of an edition, if there is one."""
    return rounds(seen_by=seen_by).filter(edition=year, state=RoundState.PUBLISHED).first()


def lines(of: Round, *, seen_by: Actor) -> LineQuerySet:
    """The lines of a round that a reader may see, with what was asked."""
    return Line.objects.seen_by(seen_by).filter(round=of).select_related("request__activity", "request__party")


def grants(year: int, *, seen_by: Actor) -> GrantQuerySet:
    """The places granted in an edition that a reader may see."""
    return Grant.objects.seen_by(seen_by).filter(activity__edition=year).select_related("activity", "party", "request")


def grant(pk: int, *, seen_by: Actor) -> Grant:
    """Places granted at once, by their number.

    Raises:
        NotFound: there are none, or they are not for this reader.
    """
    found = Grant.objects.seen_by(seen_by).select_related("activity", "request").filter(pk=pk).first()
    if found is None:
        raise NotFound(what="grant")
    return found


@dataclass(frozen=True)
class Answer:
    """What a request got: its line in the published round, the grants it holds, and the places still free."""

    line: Line | None
    grants: tuple[Grant, ...]
    left: int

    @property
    def held(self) -> int:
        """Places held now."""
        return sum(g.places for g in self.grants)


def answers(asked: Sequence[Request], *, seen_by: Actor) -> dict[int, Answer]:
    """What some requests got, as far as the reader may see it."""
    lines_of = {
        line.request_id: line
        for line in Line.objects.seen_by(seen_by)
        .filter(request__in=asked, round__state=RoundState.PUBLISHED)
        .select_related("request__activity", "request__party")
    }
    grants_of: dict[int, list[Grant]] = defaultdict(list)
    for held in Grant.objects.seen_by(seen_by).filter(request__in=asked).order_by("pk"):
        grants_of[held.request_id].append(held)
    seats = {s.pk: s.left for s in Seats.objects.filter(activity__in=[r.activity_id for r in asked])}
    return {r.pk: Answer(lines_of.get(r.pk), tuple(grants_of[r.pk]), seats.get(r.activity_id, 0)) for r in asked}


def explanation(party: str, number: str, *, seen_by: Actor, within: Round | None = None) -> Line:
    """The answer to one party's request for one activity: in a given round, else in the published one, else in the newest.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = Line.objects.seen_by(seen_by).filter(request__party=party.upper(), request__activity__number=number.upper())
    if within:
        found = found.filter(round=within)
    newest = found.select_related("round__rule", "request__activity", "request__party")
    line = newest.filter(round__state=RoundState.PUBLISHED).first() or newest.order_by("-round").first()
    if line is None:
        raise NotFound(what="line")
    return line


@dataclass(frozen=True)
class Said:
    """A line in sentences: why, and what would have changed it."""

    reasons: list[Sentence]
    would_change: list[Sentence]


TITLE = _("“{title}”")


def said(line: Line) -> Said:
    """The sentences of a line; the party is called by its name and the activity by its title."""
    known = {"party": line.request.party.name, "activity": Sentence(TITLE, {"title": line.request.activity.title})}
    return Said(sentences(line.reasons, **known), _of_the_party(line))


def _of_the_party(line: Line) -> list[Sentence]:
    """What would have changed a line; where the subject is the party, it is called by its name."""
    told = sentences(line.would_change)
    name = line.request.party.name
    return [Sentence(s.message, {k: name if v == line.request.party_id else v for k, v in s.facts.items()}) for s in told]


def pools(year: Edition, *, seen_by: Actor) -> list[Pool]:
    """The pools of an edition; for those who manage the menu or prepare rounds."""
    return list(Pool.objects.filter(edition=year)) if seen_by.may("SEE_ROUNDS") else []


def caps(year: Edition, *, seen_by: Actor) -> list[Cap]:
    """The caps of parties in an edition: all for those who prepare rounds, else one's own."""
    found = Cap.objects.filter(edition=year).select_related("party").order_by("party__sort")
    return list(found if seen_by.may("SEE_ROUNDS") else found.filter(party=seen_by.party or ""))
