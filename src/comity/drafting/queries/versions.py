"""Reads of versions, and the one place where a content is cut for its reader."""

from dataclasses import replace

from comity.drafting.models import Text, Version, VersionQuerySet
from comity.drafting.models.versions import seats_as_ally
from comity.drafting.rules import Content, side_of
from comity.drafting.rules.contents import PUBLIC
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound


def versions(text: Text | None = None, *, seen_by: Actor) -> VersionQuerySet:
    """The versions a reader may see, of one text or of all, newest first."""
    found = Version.objects.seen_by(seen_by).select_related("text__party")
    return found.filter(text=text) if text else found


def version(pk: int, *, seen_by: Actor) -> Version:
    """One version, with its text. What it says is shown through `visible` alone.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return versions(seen_by=seen_by).get(pk=pk)
    except Version.DoesNotExist:
        raise NotFound(what="version") from None


def visible(content: Content, actor: Actor, version: Version) -> Content:
    """A content cut for a reader: whole for the two sides and, once it was put before them, for the Allies.

    Everybody else is left the public clauses of a version that is released, and no annex; numbers are counted on what is
    left, so that nobody learns how much is not for them.
    """
    if side_of(actor, version.text.party_id) is not None:
        return content
    is_shown = version.circulated_at is not None or version.released_at is not None
    if is_shown and actor.party is not None and seats_as_ally(actor.party).exists():
        return content
    if version.released_at is None:
        return replace(content, chapters=(), annexes=())
    left = (
        replace(chapter, clauses=tuple(clause for clause in chapter.clauses if clause.marking == PUBLIC))
        for chapter in content.chapters
    )
    return replace(content, chapters=tuple(chapter for chapter in left if chapter.clauses), annexes=())
