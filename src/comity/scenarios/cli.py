"""Studies on the terminal, and rounds side by side."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from comity.kernel.faces import say
from comity.participation import queries as participation
from comity.scenarios import queries
from comity.scenarios.acts import studies, working
from comity.scenarios.models import Scenario, Study
from comity.scenarios.rules import Choice
from comity.ui.terminal import Format, actor, answer, talk

scenarios_group = typer.Typer(no_args_is_help=True, help="Studies of many simulations: order, list, show.")
rounds_group = typer.Typer()
groups = {"scenarios": scenarios_group, "rounds": rounds_group}
Form = Annotated[Format, typer.Option("--format")]
Several = Annotated[list[int] | None, typer.Option()]
FIGURES = ("granted", "fill", "worst", "funded", "self_paid", "cancelled", "value", "gap_percent", "seconds")
# What the comparison of two rounds has been called on the terminal from the first.
COMPARED = {
    "activities": "activities", "seats": "seats", "granted": "granted", "funded": "funded", "self_paid": "self_paid",
    "cancelled": "cancelled", "not_granted": "not_granted", "value": "value", "gap_percent": "gap_percent", "worst_share": "worst",
}  # fmt: skip


@scenarios_group.command("order")
def order(
    context: typer.Context, edition: Annotated[int, typer.Option()], rule: Annotated[list[str], typer.Option()],
    weights: Annotated[list[str] | None, typer.Option(help="Worth of priorities 1, 2 and 3, as 100/50/25.")] = None,
    self_pay: Several = None, tolerance: Several = None, pool: Annotated[str, typer.Option()] = "", budget: Several = None,
    more_away: Several = None, draws: Annotated[int, typer.Option(min=1, max=20)] = 1,
    seed: Annotated[int | None, typer.Option()] = None, title: Annotated[str, typer.Option()] = "",
    here: Annotated[bool, typer.Option(help="Work it out in this process instead of waiting for the jobs.")] = False,
    format: Form = Format.TEXT,
) -> None:  # fmt: skip
    """Order a study; each variation may be given several times and is tried beside what is published."""
    by = actor(context)
    choice = Choice(
        weights=[None, *map(_weights, weights or [])], self_pay=[None, *(self_pay or [])], tolerance=[None, *(tolerance or [])],
        pool=pool, budget_percent=_with_nought(budget), more_away=_with_nought(more_away), draws=draws,
    )  # fmt: skip
    rules = [_rule(name, by) for name in rule]
    year = participation.edition(edition, seen_by=by)
    made = studies.order(year, rules=rules, choice=choice, title=title[:120], seed=seed, by=by, at=datetime.now(UTC))
    answer(_study(_worked_out(made, by) if here else made, by), format, rows="scenarios")


@scenarios_group.command("list")
def list_(context: typer.Context, edition: Annotated[int | None, typer.Option()] = None, format: Form = Format.TEXT) -> None:
    """The studies, newest first."""
    found = queries.studies(seen_by=actor(context))
    if edition:
        found = found.filter(edition=edition % 10_000)
    rows = [{"study": s.pk, **{n: getattr(s, n) for n in ("edition_id", "number", "title", "state", "ordered_at")}} for s in found]
    answer({"studies": rows}, format, rows="studies")


@scenarios_group.command("show")
def show(context: typer.Context, number: Annotated[int, typer.Argument(metavar="ID")], format: Form = Format.TEXT) -> None:
    """One study with the figures of its scenarios."""
    by = actor(context)
    answer(_study(queries.study(number, seen_by=by), by), format, rows="scenarios")


@rounds_group.command("compare")
def compare(context: typer.Context, one: int, other: int, format: Form = Format.TEXT) -> None:
    """Two rounds of one edition side by side."""
    found = queries.comparison([one, other], [], seen_by=actor(context))
    first, second = found.sides
    figures = {name: {"one": first.figure(key), "other": second.figure(key)} for name, key in COMPARED.items()}
    figures["worst_share"] = {"one": first.result.fairness.get("worst"), "other": second.result.fairness.get("worst")}
    parties = [{"party": p.code, "before": p.places[0], "after": p.places[-1], "change": p.change} for p in found.moved]
    changed = found.differing.count() if found.differing is not None else 0
    answer({"one": one, "other": other, "figures": figures, "lines_changed": changed, "parties": parties}, format, rows="parties")


def _worked_out(study: Study, by: Any) -> Study:
    """The study worked out here; the jobs then find nothing left to do."""
    working.gather(study, by=by, at=datetime.now(UTC))
    for pk in queries.waiting(study, seen_by=by):
        scenario = queries.scenario(pk, seen_by=by)
        talk(f"{scenario.number}: {scenario.rule} {', '.join(say(s, 'en') for s in scenario.changes)}")
        working.work_out(scenario, by=by, at=datetime.now(UTC))
    return queries.study(study.pk, seen_by=by)


def _study(study: Study, by: Any) -> dict[str, Any]:
    about = {name: getattr(study, name) for name in ("number", "title", "state", "requests", "turned_away")}
    rows = [_scenario(s) for s in queries.scenarios(study, seen_by=by)]
    return {"study": study.pk, "edition": study.edition_id, **about, "scenarios": rows}


def _scenario(s: Scenario) -> dict[str, Any]:
    side = queries.side_of_scenario(s) if s.is_done else None
    about = {"scenario": s.number, "rule": str(s.rule), "changes": ", ".join(say(c, "en") for c in s.changes), "state": s.state}
    return about | {name: side.figure(name) if side else None for name in FIGURES} | {"output_sha256": s.output_sha256}


def _rule(name: str, by: Any) -> Any:
    """A rule by `name` or `name:version`."""
    known, _colon, version = name.partition(":")
    return participation.rule(known, int(version) if version.isdigit() else None, seen_by=by)


def _weights(text: str) -> tuple[int, int, int]:
    parts = text.split("/")
    if len(parts) != 3 or not all(p.isdigit() and len(p) < 7 for p in parts):
        raise typer.BadParameter(f"{text} is not three whole numbers, as 100/50/25")
    return int(parts[0]), int(parts[1]), int(parts[2])


def _with_nought(numbers: list[int] | None) -> list[int]:
    return list(dict.fromkeys([0, *(numbers or [])]))
