"""The allotment on files alone: no database, no service, no settings.

Exit statuses: 0 done, 1 the answers break a term, 3 the files hold rows that cannot be read. Results go to standard
output as JSON, talk to standard error.
"""

from __future__ import annotations

import json
import resource
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

import allotment
from allotment import BadRows, breaches, files, reasons
from optimal.terminal import answer, progress, refuse

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The allotment on files alone; no database."
)
Source = Annotated[Path, typer.Argument(metavar="IN", help="the folder of the problem")]
Target = Annotated[Path, typer.Argument(metavar="OUT", help="the folder of the answers")]
OtherRule = Annotated[Path | None, typer.Option(help="a rule in the place of IN/rule.json")]
SHORT = ("value", "bound", "gap_percent", "seconds", "peak_mib", "rule_sha256", "input_sha256", "output_sha256")


@app.command()
def solve(
    source: Source,
    target: Target,
    seed: Annotated[int, typer.Option(help="decides between equals; published beforehand")] = 1,
    time_limit: Annotated[float | None, typer.Option(help="seconds after which no further stage begins")] = None,
    rule: OtherRule = None,
) -> None:
    """Allot what the files in IN say and write the answers into OUT; nothing is solved while a row cannot be read."""
    try:
        problem, terms = files.read_problem(source), files.read_rule(rule or source / "rule.json")
    except BadRows as bad:
        refuse(bad)
    began = perf_counter()
    result = allotment.allot(problem, terms, seed=seed, time_limit=time_limit, progress=progress)
    seconds = perf_counter() - began
    if broken := breaches(problem, terms, result):
        raise RuntimeError("; ".join(map(str, broken[:20])))
    target.mkdir(parents=True, exist_ok=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    files.write_result(target, problem, terms, result, reasons(problem, terms, result), seconds=seconds, peak_mib=peak)
    told = json.loads((target / "result.json").read_text("utf-8"))
    answer({name: told[name] for name in SHORT})


@app.command()
def check(source: Source, target: Target, rule: OtherRule = None) -> None:
    """Recompute everything from the files alone; exits with 1 and the breaches if there are any."""
    try:
        problem, terms = files.read_problem(source), files.read_rule(rule or source / "rule.json")
        result, told = files.read_result(target, problem)
    except BadRows as bad:
        refuse(bad)
    seals = [f"wrong_seal {name}" for name in files.broken_seals(problem, terms, result, told)]
    broken = [*map(str, breaches(problem, terms, result)), *seals]
    answer({"ok": not broken, "breaches": broken})
    if broken:
        raise typer.Exit(1)
