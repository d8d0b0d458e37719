"""Plans on the terminal."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from comity.kernel.actors import Actor
from comity.kernel.faces import say
from comity.kernel.refusals import NotFound
from comity.plans import queries
from comity.plans.acts import limits, plans
from comity.plans.acts.headway import told
from comity.plans.models import Plan
from comity.plans.queries.pictures import picture
from comity.programmes.queries import party_planning
from comity.ui.terminal import Format, actor, answer, talk

plans_group = typer.Typer(no_args_is_help=True, help="Plans of parties over some years.")
groups = {"plans": plans_group}
Form = Annotated[Format, typer.Option("--format")]
Whose = Annotated[str, typer.Option("--party", help="The code of the party.")]


@plans_group.command("draft")
def draft(context: typer.Context, party: Whose, format: Form = Format.TEXT) -> None:
    """Draft the plan of a party and prove here how good it is, telling how far that is; begins a plan where there is none."""
    by, at = actor(context), datetime.now(UTC)
    whose = party_planning(party, seen_by=by)
    plan = queries.draft_of(whose.code, seen_by=by)
    if plan is None:
        plan = limits.begin(whose, first_year=queries.year_to_plan_from(at.date(), seen_by=by), by=by, at=at)
    ordered = plans.draft(plan, by=by, at=at)
    with told(ordered.pk) as report:

        def tell(stage: str, share: float) -> None:
            report(stage, share)
            talk(f"{share:4.0%} {stage}")

        plans.work_out(ordered, by=by, at=datetime.now(UTC), report=tell)
    answer(_shown(queries.plan(plan.pk, seen_by=by), by), format, rows="lines")


@plans_group.command("show")
def show(context: typer.Context, party: Whose, variant: Annotated[str, typer.Option()] = "", format: Form = Format.TEXT) -> None:
    """The plan of a party, or one of its variants by name: what it reaches, costs and breaks, and its lines."""
    by = actor(context)
    found = queries.plans(seen_by=by).filter(party=party.upper())
    plan = found.filter(name=variant).first() if variant else found.filter(state="draft").first()
    if plan is None:
        raise NotFound(what="plan")
    answer(_shown(plan, by), format, rows="lines")


def _shown(plan: Plan, by: Actor) -> dict[str, Any]:
    seen = picture(plan, on=datetime.now(UTC).date(), seen_by=by)
    figures = {name: plan.outcome[name] for name in ("coverage", "cost", "trips")}
    proof = {name: plan.proof.get(name) for name in ("coverage_bound", "coverage_gap_percent", "input_sha256", "output_sha256")}
    goals = [{"goal": a.goal.number, "needed": a.goal.units, "reached": a.reached} for a in seen.aims]
    lines = [
        {"activity": n.line.activity.number, "year": n.line.year, "people": n.line.people, "state": n.line.state, "cost": n.cost}
        for n in seen.lines
    ]
    about = {"party": plan.party_id, "years": plan.span, "state": plan.state, "name": plan.name}
    return {**about, **figures, **proof, "goals": goals, "breaks": [say(f, "en") for f in seen.breaches], "lines": lines}
