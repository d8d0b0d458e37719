"""The API of reports: the figures of a year."""

from typing import Annotated

from ninja import Query, Router, Schema

from comity.kernel.faces import say
from comity.reports.queries import figures as queries
from comity.ui.visits import Visit

router = Router(tags=["reports"])
Year = Annotated[int, Query(ge=1949, le=2199)]


class FigureRow(Schema):
    """One line; nothing stands for what may not be told."""

    key: str
    label: str
    counts: dict[str, int | None]


class FiguresOut(Schema):
    """The figures of a year split one way."""

    year: int
    by: str
    columns: list[str]
    rows: list[FigureRow]
    total: dict[str, int | None]


@router.get("/figures", response=FiguresOut)
def figures(request: Visit, year: Year, by: str = "party") -> FiguresOut:
    """Places granted, people put forward, accepted, who came and who did not, as far as the caller may count them."""
    told = queries.figures(year, by, seen_by=request.actor)
    rows = [FigureRow(key=row.key, label=say(row.label), counts=dict(row.counts)) for row in told.rows]
    return FiguresOut(year=told.year, by=told.by, columns=list(told.columns), rows=rows, total=dict(told.total))
