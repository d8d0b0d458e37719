"""Acts on collecting links: a form for a ministry without an account, for one activity, until a day, so many times."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from comity.accounts.rules import digest_of
from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.words import _
from comity.nominations.acts import people
from comity.nominations.acts.nominations import add, requested
from comity.nominations.models import CollectingLink, Nomination
from comity.nominations.rules.identities import Names
from comity.trail import acts as trail

LONGEST_DAYS, MOST_USES = 180, 200


class LinkForTooLong(Refusal):
    """A link is for a while and for some."""

    message = _("A link lives {days} days at most and takes {uses} candidates at most, and one of each at least.")


@transaction.atomic
def make(activity: Activity, *, label: str, days: int, most_uses: int, by: Actor, at: datetime) -> tuple[CollectingLink, str]:
    """Make a link; the token is told now and never again, for only its digest is kept.

    Returns:
        The link, and its token.
    """
    party = people.speaks_for(by)
    asked = requested(activity, party)
    if not (1 <= days <= LONGEST_DAYS and 1 <= most_uses <= MOST_USES):
        raise LinkForTooLong(days=LONGEST_DAYS, uses=MOST_USES)
    token = secrets.token_urlsafe(32)
    link = CollectingLink.objects.create(
        activity=activity, party_id=party, label=" ".join(label.split())[:120] or activity.number, digest=digest_of(token),
        most_uses=most_uses, made_at=at, made_by=by.login, expires_at=at + timedelta(days=days),
        is_demonstration=asked.is_demonstration,
    )  # fmt: skip
    trail.record("collecting-link.made", link, by=by, at=at, about=party, activity=activity.number, uses=most_uses)
    return link, token


@transaction.atomic
def revoke(link: CollectingLink, *, by: Actor, at: datetime) -> CollectingLink:
    """Revoke a link at once; what it brought stays. Revoked again it stays as it was."""
    party = people.speaks_for(by)
    kept = CollectingLink.objects.seen_by(by).select_for_update().filter(pk=link.pk).first()
    if kept is None:
        raise NotFound(what="link")
    if kept.revoked_at is None:
        kept.revoked_at, kept.revoked_by = at, by.login
        kept.save(update_fields=["revoked_at", "revoked_by"])
        trail.record("collecting-link.revoked", kept, by=by, at=at, about=party)
    return kept


def behind(token: str, *, at: datetime) -> CollectingLink:
    """The link behind a token that still takes candidates; all others look alike from outside.

    Raises:
        NotFound: there is none, it has expired, is used up or was revoked.
    """
    rows = CollectingLink.objects.select_related("activity__edition", "party")
    link = rows.filter(digest=digest_of(token)).first()
    if link is None or not link.takes(at):
        raise NotFound(what="page")
    return link


@transaction.atomic
def collect(token: str, names: Names, *, at: datetime, by: Actor, **told: Any) -> Nomination:
    """Take a candidate through a link: somebody new of the party, collected; nothing of it can be read back through the link."""
    found = behind(token, at=at)
    if not CollectingLink.objects.filter(pk=found.pk, uses__lt=F("most_uses"), revoked_at=None).update(uses=F("uses") + 1):
        raise NotFound(what="page")
    asked = requested(found.activity, found.party_id)
    through = Actor(login=f"link-{found.pk}", party=found.party_id, language=by.language)
    [person] = people.admit([(names, told)], party=found.party_id, by=through, at=at, is_demonstration=found.is_demonstration)
    [made] = add([(asked, person, None, "")], by=through, at=at)
    trail.record("nomination.collected", made, by=through, at=at, about=found.party_id, activity=found.activity.number)
    return made
