"""The commands on files, as somebody without a database or a setting calls them."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from allotment.cli import app

TABLES = {
    "parties": "party,places_cap,away_cap\nA,,\nB,3,\n",
    "pools": "pool,budget\nP,500\n",
    "activities": "activity,start,end,capacity,minimum,pool\nX,2027-03-01,2027-03-05,4,2,P\n",
    "requests": "request,party,activity,places,priority,linked,funding,cost\nr1,A,X,3,1,1,none,0\nr2,B,X,3,2,0,wanted,100\n",
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with a small problem: two parties, one course of four places."""
    for name, text in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    told = {"rule": "weighted", "version": 1, "priority_weights": {"1": 100, "2": 30, "3": 10}, "objective_bonus_percent": 10}
    (tmp_path / "rule.json").write_text(json.dumps({**told, "self_pay_percent": 60}), "utf-8")
    return tmp_path


def run(*arguments: object) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    return done.exit_code, json.loads(done.stdout)


def test_what_is_solved_passes_the_check_and_what_is_tampered_with_does_not(source):
    target = source / "out"

    status, told = run("solve", source, target, "--seed", 3)
    assert (status, told["gap_percent"]) == (0, 0)
    assert run("check", source, target) == (0, {"ok": True, "breaches": []})

    rows = list(csv.reader((target / "allocation.csv").open()))
    rows[1][1:] = ["0", "9"]
    (target / "allocation.csv").write_text("".join(",".join(r) + "\n" for r in rows), "utf-8")
    status, told = run("check", source, target)
    assert status == 1
    assert any("more_than_asked r1" in breach for breach in told["breaches"])


@pytest.mark.parametrize("command", ["solve", "check"])
def test_every_bad_cell_is_named_and_nothing_is_written(source, command):
    (source / "requests.csv").write_text(TABLES["requests"].replace("r2,B,X,3", "r2,Q,X,three"), "utf-8")

    status, told = run(command, source, source / "out")

    assert (status, told["refused"]) == (3, "bad-rows")
    assert {(flaw["row"], flaw["column"], flaw["value"]) for flaw in told["rejected"]} >= {(3, "places", "three")}
    assert not (source / "out").exists()


def test_a_time_limit_of_nothing_still_leaves_a_sound_plan(source):
    assert run("solve", source, source / "out", "--time-limit", 0)[0] == 0
    assert run("check", source, source / "out")[0] == 0


def test_the_program_solves_files_without_any_setting(source):
    bare = {"PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "comity.config", "allot", "solve", str(source), str(source / "out")]

    done = subprocess.run(command, env=bare, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["output_sha256"]
