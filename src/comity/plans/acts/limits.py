"""Acts on a plan as a whole: begun, given its limits, kept as a variant, gone back to."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.parties.models import Party
from comity.plans.acts import keeping, lines, plans
from comity.plans.models import Plan, PlanLine, PlanState
from comity.plans.rules import YEARS
from comity.programmes.acts.objectives import must_speak_for
from comity.trail import acts as trail


class AlreadyPlanning(Refusal):
    """A party works on one draft."""

    message = _("{party} has a plan already: work on that one, or keep it as a variant.")


class YearsOutOfReach(Refusal):
    """A plan runs over a few years."""

    message = _("A plan runs over one to eight years.")


class NameIsTaken(Refusal):
    """Variants are told apart by their names."""

    message = _("There is a variant “{name}” already.")


class NameMissing(Refusal):
    """A variant has a name."""

    message = _("Give the variant a name.")


class NotAVariant(Refusal):
    """The draft is gone back from, not to."""

    message = _("This is the plan itself, not a variant of it.")


@transaction.atomic
def begin(party: Party, *, first_year: int, years: int = YEARS, by: Actor, at: datetime) -> Plan:
    """Begin a plan of a party, without limits and without lines."""
    must_speak_for(party.code, by)
    with (
        refusing(
            plan_is_drafted_once_by_a_party=AlreadyPlanning(party=party.name), plan_runs_from_one_to_eight_years=YearsOutOfReach()
        ),
        transaction.atomic(),
    ):
        plan = Plan.objects.create(party=party, first_year=first_year, years=years, begun_at=at, begun_by=by.login, changed_at=at)
    plans.settle(plan, by=by, at=at)
    trail.record("plan.begun", plan, by=by, at=at, about=party.code, years=plan.span)
    return plan


@transaction.atomic
def set_limits(
    plan: Plan, *, first_year: int, years: int, budgets: Sequence[int | None], away_cap: int | None,
    speakers: Sequence[int | None], by: Actor, at: datetime,
) -> Plan:  # fmt: skip
    """Set years, budgets, people away at once and speakers; what was proved under other limits is forgotten."""
    kept = keeping.held(plan, by)
    kept.first_year, kept.years, kept.away_cap = first_year, years, away_cap
    kept.budgets, kept.speakers = list(budgets)[:years], list(speakers)
    with refusing(plan_runs_from_one_to_eight_years=YearsOutOfReach()), transaction.atomic():
        kept.save(update_fields=["first_year", "years", "away_cap", "budgets", "speakers"])
    plans.settle(kept, by=by, at=at, proof={})
    trail.record(
        "plan.limits-set", kept, by=by, at=at, about=kept.party_id, years=kept.span, budget=kept.budgets, away_cap=away_cap
    )
    return kept


@transaction.atomic
def keep(plan: Plan, name: str, *, by: Actor, at: datetime) -> Plan:
    """Keep the plan as it stands beside the draft, under a name."""
    kept = keeping.held(plan, by)
    if not name.strip():
        raise NameMissing
    with refusing(plan_names_are_used_once_by_a_party=NameIsTaken(name=name)), transaction.atomic():
        variant = Plan.objects.create(
            party=kept.party, state=PlanState.VARIANT, name=name.strip(), first_year=kept.first_year, years=kept.years,
            budgets=kept.budgets, away_cap=kept.away_cap, speakers=kept.speakers, outcome=kept.outcome, proof=kept.proof,
            begun_at=at, begun_by=by.login, changed_at=at, is_demonstration=kept.is_demonstration,
        )  # fmt: skip
    copies = list(kept.lines.all())
    for line in copies:
        line.pk, line.plan = None, variant
    PlanLine.objects.bulk_create(copies)
    trail.record("plan.kept", variant, by=by, at=at, about=kept.party_id, name=variant.name)
    return variant


@transaction.atomic
def restore(variant: Plan, *, by: Actor, at: datetime) -> Plan:
    """Make the draft what a variant is, lines and limits; the change can be undone as any other."""
    chosen = keeping.held(variant, by)
    if chosen.is_draft:
        raise NotAVariant
    draft = Plan.objects.filter(party=chosen.party_id, state=PlanState.DRAFT).first()
    kept = keeping.held(draft, by) if draft else begin(chosen.party, first_year=chosen.first_year, years=chosen.years, by=by, at=at)
    before = {name: getattr(kept, name) for name in lines.LIMITS}
    keeping.remember(kept, "restored", by=by, at=at, name=chosen.name, limits=before)
    for name in lines.LIMITS:
        setattr(kept, name, getattr(chosen, name))
    kept.save(update_fields=lines.LIMITS)
    lines.put_back(kept, [keeping.snapshot(n) for n in chosen.lines.all()])
    plans.settle(kept, by=by, at=at, proof=chosen.proof)
    trail.record("plan.restored", kept, by=by, at=at, about=kept.party_id, name=chosen.name)
    return kept
