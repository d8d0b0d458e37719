"""What may be done with sources: cite one, so that facts can be tied to it."""

from datetime import datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.parties.models import Source, SourceGrade
from comity.trail import acts as trail


class CitedAlready(Refusal):
    """One address is one source."""

    message = _("The address {address} is already cited as another source.")


class KeyIsTaken(Refusal):
    """One key is one source."""

    message = _("There already is a source with the key “{key}”.")


class NowhereToLook(Refusal):
    """A source without an address is a document with a publisher, or is marked as unverified."""

    message = _("“{title}” has no address: name its publisher, or mark it as unverified.")


@transaction.atomic
def cite(
    key: str,
    *,
    title: str,
    publisher: str = "",
    published: str = "",
    address: str = "",
    grade: str = "secondary",
    by: Actor,
    at: datetime,
) -> Source:
    """Enter a source."""
    by.must(Permission.KEEP_REGISTER)
    if Source.objects.filter(key=key).exists():
        raise KeyIsTaken(key=key)
    with refusing(
        source_addresses_are_unique=CitedAlready(address=address),
        source_without_an_address_is_a_document_or_unverified=NowhereToLook(title=title),
    ):
        source = Source.objects.create(
            key=key,
            title=title,
            publisher=publisher,
            published=PartialDate(published),
            address=address,
            grade=SourceGrade(grade),
        )
    trail.record("source.cited", source, by=by, at=at, title=title)
    return source
