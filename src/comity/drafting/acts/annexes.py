"""Acts on annexes: laying a table beside a text, taking it out again; in turn, as with clauses."""

from datetime import datetime

from django.db import transaction

from comity.drafting import rules
from comity.drafting.acts import courts
from comity.drafting.models import Annex, Text
from comity.drafting.rules import AnnexText
from comity.kernel.actors import Actor
from comity.trail import acts as trail


@transaction.atomic
def lay(text: Text, annex: AnnexText, *, by: Actor, at: datetime) -> Annex:
    """Lay a table beside a text; one of the same key gives way to it. The next version takes it over."""
    found, _side = courts.in_turn(text, by=by)
    told = {
        "title_en": rules.normal(annex.title_en), "title_fr": rules.normal(annex.title_fr),
        "head": [rules.normal(cell) for cell in annex.head], "rows": [[rules.normal(cell) for cell in row] for row in annex.rows],
        "laid_at": at, "laid_by": by.login,
    }  # fmt: skip
    laid, _is_new = Annex.objects.update_or_create(text=found, key=annex.key, defaults=told)
    trail.record("annex.laid", laid, by=by, at=at, about=found.party_id, title=laid.title_en, rows=len(annex.rows))
    return laid


@transaction.atomic
def take_out(annex: Annex, *, by: Actor, at: datetime) -> Text:
    """Take a table out of a text; versions that have it keep it."""
    found, _side = courts.in_turn(annex.text_id, by=by)
    trail.record("annex.taken-out", annex, by=by, at=at, about=found.party_id, title=annex.title_en)
    Annex.objects.filter(pk=annex.pk).delete()
    return found
