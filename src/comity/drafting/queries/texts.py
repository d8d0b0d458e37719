"""Reads of texts: the list with how far each is, one text, and what it says as it stands."""

from django.db.models import Max, Q

from comity.drafting.models import Alternative, Amendment, Chapter, Clause, Text, TextQuerySet, Version
from comity.drafting.queries.annexes import annexes
from comity.drafting.rules import ChapterText, ClauseText, Content
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound


def texts(*, seen_by: Actor) -> TextQuerySet:
    """The texts a reader may see, newest first, with their parties."""
    return Text.objects.seen_by(seen_by).select_related("party")


def text(pk: int, *, seen_by: Actor) -> Text:
    """One text.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return texts(seen_by=seen_by).get(pk=pk)
    except Text.DoesNotExist:
        raise NotFound(what="text") from None


def in_court(found: TextQuerySet, *, yours: bool, seen_by: Actor) -> TextQuerySet:
    """Those being drafted whose turn is the reader's side's, or the other's."""
    own = Q(party=seen_by.party) if seen_by.party else Q(pk__in=[])
    mine = (own & Q(turn="party")) | (~own & Q(turn="organisation"))
    return found.filter(mine if yours else ~mine, state="drafting")


def newest_versions(texts: list[Text], *, seen_by: Actor) -> dict[int, int]:
    """The number of the newest version of each text that has one."""
    rows = Version.objects.seen_by(seen_by).filter(text__in=texts).order_by().values("text").annotate(last=Max("number"))
    return {row["text"]: row["last"] for row in rows}


def beside(text: Text, *, seen_by: Actor) -> tuple[int, int]:
    """How many versions there are of a text, and how many amendments."""
    versions = Version.objects.seen_by(seen_by).filter(text=text).count()
    return versions, Amendment.objects.seen_by(seen_by).filter(version__text=text).count()


def unsettled(text: Text, *, seen_by: Actor) -> int:
    """How many clauses the two sides have not both agreed to."""
    return (
        Clause.objects.seen_by(seen_by)
        .filter(text=text)
        .standing()
        .exclude(party_state="agreed", organisation_state="agreed")
        .count()
    )


def content_of(text: Text, *, seen_by: Actor) -> Content:
    """What a text says as it stands now, brackets and all."""
    rows = Clause.objects.seen_by(seen_by).filter(text=text).standing().order_by("order", "id")
    brackets: dict[int, list[tuple[str, str]]] = {}
    for clause, side, body in Alternative.objects.filter(clause__in=rows).order_by("-side").values_list("clause", "side", "body"):
        brackets.setdefault(clause, []).append((side, body))
    clauses: dict[int, list[ClauseText]] = {}
    for row in rows:
        clauses.setdefault(row.chapter_id, []).append(ClauseText(row.key, row.body, row.marking, tuple(brackets.get(row.pk, ()))))
    chapters = tuple(
        ChapterText(c.key, c.title_en, c.title_fr, tuple(clauses.get(c.pk, ()))) for c in Chapter.objects.filter(text=text)
    )
    beside_it = tuple(annex.read for annex in annexes(text, seen_by=seen_by))
    return Content(chapters, text.title_en, text.title_fr, text.language, beside_it)
