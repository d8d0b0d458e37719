"""Papers that take long: ordering one, making it, forgetting it after a day."""

from datetime import datetime, timedelta

from django.db import transaction

from comity.agreements import queries
from comity.agreements.models import Agreement, Print
from comity.agreements.queries import papers
from comity.exchange.papers import as_pdf
from comity.kernel.actors import Actor
from comity.trail import acts as trail

KEPT = timedelta(days=1)


@transaction.atomic
def order(agreement: Agreement, *, by: Actor, at: datetime) -> Print:
    """Order the PDF of an agreement as it stands; ordered twice it is made once."""
    key = papers.key_of(agreement, seen_by=by)
    made, is_new = Print.objects.get_or_create(agreement=agreement, key=key, defaults={"ordered_at": at, "ordered_by": by.login})
    if is_new:
        trail.record("paper.ordered", made, by=by, at=at)
    return made


@transaction.atomic
def make(ordered: Print, *, by: Actor, at: datetime) -> Print:
    """Set what was ordered; what is made already stays, and what is older than a day is forgotten."""
    Print.objects.filter(ordered_at__lt=at - KEPT).exclude(pk=ordered.pk).delete()
    found = Print.objects.select_for_update().get(pk=ordered.pk)
    if found.made_at is None:
        paper, carried = papers.paper_of(queries.agreement(found.agreement_id, seen_by=by), seen_by=by)
        found.content, found.made_at = as_pdf(paper, attachments=carried), at
        found.save(update_fields=["content", "made_at"])
        trail.record("paper.made", found, by=by, at=at)
    return found
