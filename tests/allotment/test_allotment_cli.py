"""The commands on files, as somebody without a database or a setting calls them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from invented import WEIGHTED
from typer.testing import CliRunner

from allotment.cli import app
from allotment.files import write_problem
from allotment.instances import instance


@pytest.fixture
def folders(tmp_path: Path) -> tuple[str, str]:
    """A folder with a small problem, and one that does not exist yet."""
    source = tmp_path / "in"
    source.mkdir()
    write_problem(source, instance("T", "tight", 3), WEIGHTED)
    return str(source), str(tmp_path / "out")


def test_what_is_solved_passes_the_check_and_what_is_tampered_with_does_not(folders):
    source, target = folders

    solved = CliRunner().invoke(app, ["solve", source, target, "--seed", "5"])
    sound = CliRunner().invoke(app, ["check", source, target])
    answers = Path(target) / "allocation.csv"
    answers.write_text(answers.read_text().replace(",0,1\n", ",1,1\n", 1))
    tampered = CliRunner().invoke(app, ["check", source, target])

    assert solved.exit_code == 0
    assert json.loads(solved.stdout)["gap_percent"] <= 0.1
    assert "sort" in solved.stderr
    assert (sound.exit_code, json.loads(sound.stdout)) == (0, {"ok": True, "breaches": []})
    assert tampered.exit_code == 1
    assert json.loads(tampered.stdout)["breaches"]


@pytest.mark.parametrize("command", ["solve", "check"])
def test_every_bad_cell_is_named_and_nothing_is_written(folders, command):
    source, target = folders
    requests = Path(source) / "requests.csv"
    head, first, second, *rest = requests.read_text().splitlines()
    requests.write_text(
        "\n".join([head, first.replace(",wanted,", ",perhaps,").replace(",none,", ",perhaps,"), f"{second}0x", *rest])
    )

    refused = CliRunner().invoke(app, [command, source, target])

    told = json.loads(refused.stdout)
    assert refused.exit_code == 3
    assert told["refused"] == "bad-rows"
    assert {(flaw["file"], flaw["row"]) for flaw in told["rejected"]} == {("requests.csv", 2), ("requests.csv", 3)}
    assert not Path(target).exists()


def test_the_program_solves_files_without_any_setting(folders):
    source, target = folders
    bare = {"PATH": os.environ["PATH"]}

    done = subprocess.run(
        [sys.executable, "-m", "comity.config", "allot", "solve", source, target], env=bare, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["output_sha256"]
