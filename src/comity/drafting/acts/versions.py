"""Acts on versions: making one, putting it before the Allies, releasing it. What a version says never changes."""

from datetime import datetime

from django.db import transaction

from comity.drafting import queries, rules
from comity.drafting.acts import courts
from comity.drafting.models import Text, Version
from comity.drafting.rules import Content
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.trail import acts as trail


class NothingNew(Refusal):
    """A version says something that the one before did not."""

    message = _("Nothing has changed since version {number}, so there is nothing to make a version of.")


@transaction.atomic
def make(text: Text, *, note: str = "", by: Actor, at: datetime) -> Version:
    """Keep the text as it stands as a numbered version; either side may, whosever turn it is."""
    found, _side = courts.held(text, by=by)
    content = queries.content_of(found, seen_by=by)
    newest = found.versions.first()
    if newest and newest.sha256 == rules.digest_of(content):
        raise NothingNew(number=newest.number)
    unsettled = queries.unsettled(found, seen_by=by)
    return keep(found, content, base=newest, unsettled=unsettled, note=note, by=by, at=at)


def keep(
    text: Text, content: Content, *, base: Version | None, unsettled: int = 0, note: str = "", by: Actor, at: datetime
) -> Version:
    """Write a version of a text that is under lock."""
    newest = text.versions.first()
    version = Version.objects.create(
        text=text, number=newest.number + 1 if newest else 1, content=content.told(), sha256=rules.digest_of(content), base=base,
        note=rules.normal(note)[:500], unsettled=unsettled, made_at=at, made_by=by.login,
    )  # fmt: skip
    facts = {"number": version.number, "sha256": version.sha256}
    trail.record("version.made", version, by=by, at=at, about=text.party_id, **facts)
    return version


@transaction.atomic
def circulate(version: Version, *, by: Actor, at: datetime) -> Version:
    """Let the Allies read a version; whoever puts it before them was asked for leave where that is done."""
    return _show(version, "circulated_at", "version.circulated", by=by, at=at)


@transaction.atomic
def release(version: Version, *, by: Actor, at: datetime) -> Version:
    """Let everybody read the public clauses of a version that is agreed, and the Allies all of it."""
    return _show(version, "released_at", "version.released", by=by, at=at)


def _show(version: Version, column: str, act: str, *, by: Actor, at: datetime) -> Version:
    """Note once since when a version may be read by more."""
    found = Version.objects.select_for_update(of=("self",)).select_related("text").get(pk=version.pk)
    if getattr(found, column) is None:
        setattr(found, column, at)
        found.save(update_fields=[column])
        trail.record(act, found, by=by, at=at, about=found.text.party_id, number=found.number)
    return found
