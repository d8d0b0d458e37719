"""The planner on files alone: no database, no service, no settings.

Exit statuses: 0 done, 1 the plan breaks a limit, 3 the files hold rows that cannot be read. Results go to standard
output as JSON, talk to standard error.
"""

from __future__ import annotations

import json
import resource
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

import planning
from optimal.terminal import answer, progress, refuse
from planning import BadRows, breaches, files, shortfalls

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The planner on files alone; no database."
)
Source = Annotated[Path, typer.Argument(metavar="IN", help="the folder of the problem")]
Target = Annotated[Path, typer.Argument(metavar="OUT", help="the folder of the answers")]


@app.command()
def solve(
    source: Source,
    target: Target,
    seed: Annotated[int, typer.Option(help="decides between equals; published beforehand")] = 1,
    time_limit: Annotated[float | None, typer.Option(help="seconds after which no further stage begins")] = None,
) -> None:
    """Plan what the files in IN ask for and write the answers into OUT; nothing is solved while a row cannot be read."""
    try:
        problem = files.read_problem(source)
    except BadRows as bad:
        refuse(bad)
    began = perf_counter()
    result = planning.plan(problem, seed=seed, time_limit=time_limit, progress=progress)
    seconds = perf_counter() - began
    if broken := breaches(problem, result):
        raise RuntimeError("; ".join(map(str, broken[:20])))
    target.mkdir(parents=True, exist_ok=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    files.write_result(target, problem, result, shortfalls(problem, result), seconds=seconds, peak_mib=peak)
    answer(json.loads((target / "result.json").read_text("utf-8")))


@app.command()
def check(source: Source, target: Target) -> None:
    """Recompute everything from the files alone; exits with 1 and the breaches if there are any."""
    try:
        problem = files.read_problem(source)
        result = files.read_result(target, problem)
    except BadRows as bad:
        refuse(bad)
    broken = [str(breach) for breach in breaches(problem, result)]
    answer({"ok": not broken, "breaches": broken})
    if broken:
        raise typer.Exit(1)
