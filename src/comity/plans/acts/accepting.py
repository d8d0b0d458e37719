"""Making the plan of a party part of a programme that is being drafted: its lines become an annex of the text.

Both sides see the annex beside the clauses, the partner's own body endorses it, and the Allies have it before them: what is
agreed and signed holds the plan as it was when it was accepted, whatever becomes of it later.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext, override

from comity.drafting.acts import annexes
from comity.drafting.models import Annex
from comity.drafting.rules import AnnexText
from comity.kernel.actors import Actor
from comity.kernel.faces import say
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.plans.acts import keeping
from comity.plans.models import Plan
from comity.plans.queries.pictures import Line, Picture, picture
from comity.programmes.models import Programme
from comity.trail import acts as trail

KEY = "plan"


class NotBeingDrafted(Refusal):
    """A plan becomes part of a text that is still written."""

    message = _("{programme} is not being drafted by this party, so no plan can become part of it.")


class NobodyGoes(Refusal):
    """A plan without lines is none."""

    message = _("Nobody is sent anywhere in this plan yet.")


@transaction.atomic
def accept(plan: Plan, *, programme: Programme, by: Actor, at: datetime) -> Annex:
    """Accept a plan as part of a programme: its lines as they stand are laid beside the text; accepted anew, they are replaced."""
    kept = keeping.held(plan, by)
    text = programme.text
    if programme.party_id != kept.party_id or not programme.is_draft or text is None:
        raise NotBeingDrafted(programme=programme.name)
    told = picture(kept, on=at.date(), seen_by=by)
    if not told.going:
        raise NobodyGoes
    laid = annexes.lay(text, _annex(told, text.language), by=by, at=at)
    trail.record(
        "plan.accepted", kept, by=by, at=at, about=kept.party_id, years=kept.span, edition=programme.edition, rows=len(told.going)
    )
    return laid


def _annex(told: Picture, language: str) -> AnnexText:
    """The lines to which somebody goes, in the language of the text."""
    goals = {aim.goal.number: f"{aim.goal.number}. {say(aim.goal.title, language)}" for aim in told.aims}
    with override(language):
        head = (gettext("Year"), gettext("Activity"), gettext("Title"), gettext("People"), gettext("Goals"))
    span = told.plan.span
    return AnnexText(KEY, f"Plan {span}", f"Plan {span}", head, tuple(_row(line, goals) for line in told.going))


def _row(line: Line, goals: dict[int, str]) -> tuple[str, ...]:
    going = line.line
    served = "; ".join(goals[number] for number in line.serves if number in goals)
    return str(going.year), going.activity.number, going.activity.title, str(going.people), served
