"""Tables in, answers out: what is written is read back, and every bad cell is named."""

import json
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from imagined import goal, occurrence, odd_programmes, programme, tables
from typer.testing import CliRunner

from planning import BadRows, Problem, breaches, instance, plan, shortfalls
from planning.cli import app
from planning.files import read_problem, read_result, write_problem, write_result


@settings(max_examples=25, deadline=None, derandomize=True)
@given(odd_programmes)
def test_a_problem_survives_a_round_trip(tmp_path_factory, programme):
    folder = tmp_path_factory.mktemp("in")

    write_problem(folder, programme)
    again = read_problem(folder)

    for field in fields(programme):
        assert np.array_equal(getattr(programme, field.name), getattr(again, field.name)), field.name


def test_a_result_survives_a_round_trip_and_still_passes_the_check(tmp_path):
    problem = instance("T", 1, 5, "tight")
    found = plan(problem, seed=9)

    write_result(tmp_path, problem, found, shortfalls(problem, found), seconds=0.1, peak_mib=100)
    again = read_result(tmp_path, problem)

    assert breaches(problem, again) == []
    for field in fields(found):
        assert np.array_equal(getattr(found, field.name), getattr(again, field.name)), field.name
    goals = (tmp_path / "goals.csv").read_text().splitlines()
    assert goals[0] == "goal,needed,reached,conflict,would_reach"
    assert len(goals) == len(problem.goals) + 1


def test_nothing_fixed_needs_no_file(tmp_path):
    write_problem(tmp_path, instance("T"))
    (tmp_path / "fixed.csv").unlink()

    assert (read_problem(tmp_path).fixed == -1).all()


GOALS = "goal,objective,area,tier,units,deadline,priority\n"
MENU = (
    "occurrence,type,area,tier,start,end,cost,seats_likely,language_level,after,units_per_person,repeats_per_year\n"
    "o,t,cyber,1,2030-03-04,2030-03-08,100,5,,,1,\n"
)


def good(folder):
    (folder / "settings.json").write_text(json.dumps({"years": 1, "first_year": 2030, "budgets": [500], "away_cap": 3}))
    (folder / "goals.csv").write_text(GOALS + "g,,cyber,1,3,2030-12-31,1\n")
    (folder / "occurrences.csv").write_text(MENU)


def test_every_bad_cell_is_named_at_once(tmp_path):
    good(tmp_path)
    (tmp_path / "goals.csv").write_text(GOALS + ",,cyber,1,3,31/12/2030,one\n")
    (tmp_path / "occurrences.csv").write_text(MENU + "p,t,,1,2030-03-04,2030-03-08,-5,5,,,1,\nshort\n")
    (tmp_path / "fixed.csv").write_text("occurrence,number\n")

    with pytest.raises(BadRows) as refused:
        read_problem(tmp_path)

    assert [(flaw.file, flaw.row, flaw.column, flaw.value) for flaw in refused.value.flaws] == [
        ("goals.csv", 2, "goal", ""),
        ("goals.csv", 2, "deadline", "31/12/2030"),
        ("goals.csv", 2, "priority", "one"),
        ("occurrences.csv", 3, "area", ""),
        ("occurrences.csv", 3, "cost", "-5"),
        ("occurrences.csv", 4, "", "short"),
        ("fixed.csv", 1, "", "occurrence,number"),
    ]
    assert "must be a whole number" in str(refused.value)


@pytest.mark.parametrize("text", ["{", "[]", None])
def test_settings_that_cannot_be_read_are_named(tmp_path, text):
    good(tmp_path)
    (tmp_path / "settings.json").unlink() if text is None else (tmp_path / "settings.json").write_text(text)

    with pytest.raises(BadRows, match="settings"):
        read_problem(tmp_path)


def broken(**told):
    """The tables of a good programme, with columns replaced; a setting is told as settings_name."""
    given = tables([goal("g", 2), goal("h", 2)], [occurrence("a", type="t"), occurrence("b", type="t")], [("a", 1)])
    for name, cells in told.items():
        table, _, column = name.partition("_")
        given[table][column] = cells
    return given


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"goals_priority": [1, 4]}, ("goals.csv", 3, "priority", "4")),
        ({"goals_goal": ["g", "g"]}, ("goals.csv", 3, "goal", "g")),
        ({"goals_units": [1, True]}, ("goals.csv", 3, "units", "True")),
        ({"goals_deadline": ["2030", "soon"]}, ("goals.csv", 2, "deadline", "2030")),
        ({"goals_units": [1]}, ("goals.csv", 1, "", "")),
        ({"occurrences_area": ["", "x"]}, ("occurrences.csv", 2, "area", "")),
        ({"occurrences_cost": [1, None]}, ("occurrences.csv", 3, "cost", "")),
        ({"occurrences_language_level": [7, 0]}, ("occurrences.csv", 2, "language_level", "7")),
        ({"occurrences_after": ["nothing", "nothing"]}, ("occurrences.csv", 2, "after", "nothing")),
        ({"occurrences_after": ["t", "t"]}, ("occurrences.csv", 2, "after", "t")),
        ({"occurrences_repeats_per_year": [1, 2]}, ("occurrences.csv", 3, "repeats_per_year", "2")),
        ({"fixed_occurrence": ["z"]}, ("fixed.csv", 2, "occurrence", "z")),
        ({"fixed_people": [-1]}, ("fixed.csv", 2, "people", "-1")),
        ({"settings_years": 0}, ("settings.json", 0, "years", "0")),
        ({"settings_first_year": 2031}, ("occurrences.csv", 2, "start", "2030-01-07")),
        ({"settings_budgets": [1]}, ("settings.json", 0, "budgets", "['2030']")),
        ({"settings_budgets": 5}, ("settings.json", 0, "budgets", "5")),
        ({"settings_budgets": [1, -1]}, ("settings.json", 0, "budgets", "-1")),
        ({"settings_away_cap": -1}, ("settings.json", 0, "away_cap", "-1")),
        ({"settings_speakers": {"9": 1}}, ("settings.json", 0, "speakers", "['9']")),
        ({"settings_trained": {"t": -1}}, ("settings.json", 0, "trained", "t: -1")),
        ({"settings_language_area": 4}, ("settings.json", 0, "language_area", "4")),
        ({"settings_priority_weights": [3, 2, None]}, ("settings.json", 0, "priority_weights", "")),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_what_cannot_stand_is_named(told, found):
    with pytest.raises(BadRows) as refused:
        Problem.from_columns(broken(**told))

    assert tuple(refused.value.flaws[0][:4]) == found


def test_an_end_before_the_start_is_named():
    menu = broken()["occurrences"]
    with pytest.raises(BadRows, match="is before the start"):
        Problem.from_columns(broken(occurrences_end=[menu["start"][0].replace(day=1), menu["end"][1]]))


def test_a_column_left_out_is_named():
    given = broken()
    del given["goals"]["units"]

    with pytest.raises(BadRows, match="is missing"):
        Problem.from_columns(given)


def test_limits_may_be_told_by_year_and_by_level():
    listed = programme([goal("g", 1)], [occurrence("a")], budget=7, speakers=[3, 2])
    keyed = tables([goal("g", 1)], [occurrence("a")], speakers={"1": 3, 2: 2})
    keyed["settings"]["budgets"] = {"2030": 7, "2031": 7}

    assert Problem.from_columns(keyed).settings == listed.settings


def test_commands_solve_and_check_on_files_alone(tmp_path):
    write_problem(tmp_path, instance("T", 1, 2))
    out, run = tmp_path / "out", CliRunner()

    solved = run.invoke(app, ["solve", str(tmp_path), str(out), "--seed", "4"])
    checked = run.invoke(app, ["check", str(tmp_path), str(out)])

    assert (solved.exit_code, checked.exit_code) == (0, 0)
    assert json.loads(solved.stdout)["seed"] == 4
    assert "100% done" in solved.stderr
    assert json.loads(checked.stdout) == {"ok": True, "breaches": []}


def test_a_plan_changed_by_hand_does_not_pass_the_check(tmp_path):
    write_problem(tmp_path, instance("T", 1, 2))
    out, run = tmp_path / "out", CliRunner()
    run.invoke(app, ["solve", str(tmp_path), str(out)])
    lines = (out / "plan.csv").read_text().splitlines()
    (out / "plan.csv").write_text("\n".join([*lines[:-1], lines[-1].split(",")[0] + ",500"]) + "\n")

    checked = run.invoke(app, ["check", str(tmp_path), str(out)])

    assert checked.exit_code == 1
    assert any("broken_seal" in breach for breach in json.loads(checked.stdout)["breaches"])


def test_bad_rows_end_a_command_with_their_names(tmp_path):
    good(tmp_path)
    (tmp_path / "goals.csv").write_text(GOALS + "g,,cyber,1,3,2030-12-31,one\n")

    for command in ("solve", "check"):
        refused = CliRunner().invoke(app, [command, str(tmp_path), str(tmp_path / "out")])

        assert refused.exit_code == 3
        assert json.loads(refused.stdout)["rejected"][0]["column"] == "priority"
    assert not (tmp_path / "out").exists()


def test_a_result_of_another_problem_is_refused(tmp_path):
    problem, other = instance("T", 1, 2), programme([goal("g", 1)], [occurrence("a")])
    found = plan(problem)
    write_result(tmp_path, problem, found, [], seconds=0.1, peak_mib=1)

    with pytest.raises(BadRows, match="as in the problem"):
        read_result(tmp_path, other)
