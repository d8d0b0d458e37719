"""Reports on the terminal."""

from typing import Annotated

import typer

from comity.kernel.faces import say
from comity.reports.queries import figures as queries
from comity.ui.terminal import Format, actor, answer

reports_group = typer.Typer(no_args_is_help=True, help="Figures over all rooms.")
groups = {"reports": reports_group}
reports_group.callback()(lambda: None)


@reports_group.command("figures")
def figures(
    context: typer.Context, year: Annotated[int, typer.Option(min=1949, max=2199)], by: Annotated[str, typer.Option()] = "party",
    format: Annotated[Format, typer.Option("--format")] = Format.TEXT,
) -> None:  # fmt: skip
    """Count places and people of a year, split one way."""
    told = queries.figures(year, by, seen_by=actor(context))
    rows = [{"key": row.key, "label": say(row.label), **dict(zip(told.columns, told.cells(row), strict=True))} for row in told.rows]
    answer({"year": told.year, "by": told.by, "total": dict(told.total), "rows": rows}, format, rows="rows")
