"""Reads of amendments: those of a version, one with what it changes, and what comes of adopting it."""

from collections.abc import Mapping

from comity.drafting import rules
from comity.drafting.models import Amendment, AmendmentQuerySet, Text, Version
from comity.drafting.rules import Adoption, ChangeText, Comparison
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound


def amendments(text: Text | None = None, *, seen_by: Actor) -> AmendmentQuerySet:
    """The amendments a reader may see, of one text or of all, newest first."""
    found = Amendment.objects.seen_by(seen_by).select_related("version__text__party", "adopted_as")
    return found.filter(version__text=text) if text else found


def amendment(pk: int, *, seen_by: Actor) -> Amendment:
    """One amendment.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return amendments(seen_by=seen_by).get(pk=pk)
    except Amendment.DoesNotExist:
        raise NotFound(what="amendment") from None


def changes(amendment: Amendment) -> list[ChangeText]:
    """The changes of an amendment as values."""
    return [ChangeText(c.kind, c.key, c.body, c.marking, c.chapter, c.after) for c in amendment.changes.all()]


def reads(amendment: Amendment) -> Comparison:
    """The version of an amendment beside what the amendment makes of it."""
    content = amendment.version.read
    return rules.compare(content, rules.amended(content, changes(amendment)))


def adoption(amendment: Amendment, newest: Version, *, chosen: Mapping[str, str | None] | None = None, seen_by: Actor) -> Adoption:
    """What comes of laying an amendment on the newest version, with what has to be chosen first."""
    found = amendments(seen_by=seen_by).get(pk=amendment.pk)
    return rules.onto(found.version.read, changes(found), newest.read, chosen)
