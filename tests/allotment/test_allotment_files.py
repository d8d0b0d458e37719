"""Tables in, answers out: what is written is read back, and every bad cell is named."""

import json
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from invented import MAX_MIN, WEIGHTED, odd_years

from allotment import BadRows, Rule, allot, breaches, reasons, seals
from allotment.files import broken_seals, read_problem, read_result, read_rule, write_problem, write_result
from allotment.instances import instance


@settings(max_examples=25, deadline=None, derandomize=True)
@given(odd_years())
def test_a_problem_survives_a_round_trip(tmp_path_factory, year):
    folder = tmp_path_factory.mktemp("in")

    write_problem(folder, year, WEIGHTED)
    again = read_problem(folder)

    for field in fields(year):
        assert np.array_equal(getattr(year, field.name), getattr(again, field.name)), field.name
    assert read_rule(folder / "rule.json") == WEIGHTED


@pytest.mark.parametrize("rule", [WEIGHTED, MAX_MIN], ids=["weighted", "max-min"])
def test_a_result_survives_a_round_trip_and_still_passes_the_check(tmp_path, rule):
    year = instance("T", "base", 5)
    result = allot(year, rule, seed=9)

    write_result(tmp_path, year, rule, result, reasons(year, rule, result), seconds=0.1, peak_mib=100)
    again, told = read_result(tmp_path, year)

    assert breaches(year, rule, again) == []
    assert broken_seals(year, rule, again, told) == []
    assert again.fairness == result.fairness
    assert set(told) == {
        *("value", "bound", "gap_percent", "seconds", "peak_mib", "seed", "rounds", "cancelled"),
        *("rule_sha256", "input_sha256", "output_sha256", "fairness"),
    }
    answers = (tmp_path / "reasons.csv").read_text().splitlines()
    assert answers[0] == "request,outcome,causes,sentence,would_change"
    assert len(answers) == len(year.requests) + 1


def test_a_result_changed_by_hand_breaks_its_seal(tmp_path):
    year = instance("T", "base", 5)
    result = allot(year, WEIGHTED, seed=9)
    write_result(tmp_path, year, WEIGHTED, result, [], seconds=0.1, peak_mib=100)
    path = tmp_path / "allocation.csv"
    lines = path.read_text().splitlines()
    at = next(n for n, line in enumerate(lines) if line.endswith(",0,1"))
    path.write_text("\n".join([*lines[:at], lines[at][:-1] + "0", *lines[at + 1 :]]) + "\n")

    again, told = read_result(tmp_path, year)

    assert broken_seals(year, WEIGHTED, again, told) == ["output_sha256"]
    assert breaches(year, WEIGHTED, again) != []


BAD_CELLS = [
    ("parties.csv", 2, "places_cap", "-1", "must be a whole number"),
    ("parties.csv", 3, "party", "", "must not be empty"),
    ("pools.csv", 2, "budget", "12.5", "must be a whole number"),
    ("activities.csv", 2, "start", "05/03/2029", "must be a date like 2029-05-31"),
    ("activities.csv", 2, "minimum", "", "must be a whole number"),
    ("requests.csv", 2, "linked", "yes", "must be 0 or 1"),
    ("requests.csv", 2, "funding", "perhaps", "must be none, wanted or needed"),
]


def test_every_bad_cell_is_named_at_once(tmp_path):
    _good(tmp_path)
    (tmp_path / "parties.csv").write_text("party,places_cap,away_cap\nArcadia,-1,\n,3,\n")
    (tmp_path / "pools.csv").write_text("pool,budget\nfund,12.5\n")
    (tmp_path / "activities.csv").write_text("activity,start,end,capacity,minimum,pool\nseminar,05/03/2029,2029-03-09,10,,fund\n")
    (tmp_path / "requests.csv").write_text(
        "request,party,activity,places,priority,linked,funding,cost\nr1,Arcadia,seminar,2,1,yes,perhaps,100\n"
    )

    with pytest.raises(BadRows) as refused:
        read_problem(tmp_path)

    assert sorted(refused.value.flaws) == sorted(BAD_CELLS)


_LATE = "late,2029-03-09,2029-03-05,1,0,fund"
_BIG = "big,2029-03-05,2029-03-09,1,2,fund"
_LOST = "lost,2029-03-05,2029-03-09,1,0,gold"
_SHORT = "r2,Arcadia,seminar"


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "reason"),
    [
        ("parties.csv", "Arcadia,,", "party", "Arcadia", "appears twice"),
        ("activities.csv", _LATE, "end", "2029-03-05", "is before the start"),
        ("activities.csv", _BIG, "minimum", "2", "is more than the capacity"),
        ("activities.csv", _LOST, "pool", "gold", "is not known"),
        ("requests.csv", "r2,Nowhere,seminar,1,1,0,none,0", "party", "Nowhere", "is not known"),
        ("requests.csv", "r2,Arcadia,picnic,1,1,0,none,0", "activity", "picnic", "is not known"),
        ("requests.csv", "r2,Arcadia,seminar,0,1,0,none,0", "places", "0", "must be from 1 to 1000000"),
        ("requests.csv", "r2,Arcadia,seminar,1,4,0,none,0", "priority", "4", "must be from 1 to 3"),
        ("requests.csv", _SHORT, "", _SHORT, "has 3 cells, not 8"),
    ],
)
def test_a_row_that_cannot_stand_is_named(tmp_path, file, row, column, value, reason):
    _good(tmp_path)
    with (tmp_path / file).open("a") as table:
        table.write(row + "\n")

    with pytest.raises(BadRows) as refused:
        read_problem(tmp_path)

    assert refused.value.flaws == ((file, 3, column, value, reason),)
    assert str(refused.value) == f"{file}, row 3, {column} = {value!r}: {reason}"


def test_records_of_parties_are_an_optional_column_that_is_sealed_where_it_says_something(tmp_path):
    _good(tmp_path)
    plain = read_problem(tmp_path)
    (tmp_path / "parties.csv").write_text("party,places_cap,away_cap,no_show_percent\nArcadia,,,0\n")
    clean = read_problem(tmp_path)
    (tmp_path / "parties.csv").write_text("party,places_cap,away_cap,no_show_percent\nArcadia,,,12\n")
    stained = read_problem(tmp_path)

    assert seals.of_problem(clean) == seals.of_problem(plain) != seals.of_problem(stained)
    for year, columns in ((clean, 3), (stained, 4)):
        write_problem(tmp_path, year, Rule("weighted"))
        assert len((tmp_path / "parties.csv").read_text().splitlines()[0].split(",")) == columns
        assert seals.of_problem(read_problem(tmp_path)) == seals.of_problem(year)


@pytest.mark.parametrize(("cell", "reason"), [("101", "must be from 0 to 100"), ("x", "must be a whole number")])
def test_a_record_that_cannot_stand_is_named(tmp_path, cell, reason):
    _good(tmp_path)
    (tmp_path / "parties.csv").write_text(f"party,places_cap,away_cap,no_show_percent\nArcadia,,,{cell}\n")

    with pytest.raises(BadRows) as refused:
        read_problem(tmp_path)

    assert refused.value.flaws == (("parties.csv", 2, "no_show_percent", cell, reason),)


def test_precedence_refuses_to_count_records(tmp_path):
    path = tmp_path / "rule.json"
    path.write_text(json.dumps(Rule("precedence").as_json() | {"no_show_malus_percent": 10}))

    with pytest.raises(BadRows) as refused:
        read_rule(path)

    assert [flaw.column for flaw in refused.value.flaws] == ["no_show_malus_percent"]


def test_a_missing_file_and_a_wrong_heading_are_named(tmp_path):
    _good(tmp_path)
    (tmp_path / "pools.csv").write_text("name,money\nfund,3\n")
    (tmp_path / "parties.csv").unlink()

    with pytest.raises(BadRows) as refused:
        read_problem(tmp_path)

    assert [(flaw.file, flaw.row) for flaw in refused.value.flaws] == [("parties.csv", 0), ("pools.csv", 1)]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rule", "lottery"),
        ("version", 0),
        ("priority_weights", {"1": 100}),
        ("priority_weights", {"1": 100, "2": -3, "3": 1}),
        ("objective_bonus_percent", True),
        ("self_pay_percent", 101),
        ("tolerance_percent", "1"),
        ("no_show_malus_percent", 101),
        ("colour", "blue"),
    ],
)
def test_a_bad_rule_is_named_by_its_entry(tmp_path, key, value):
    path = tmp_path / "rule.json"
    path.write_text(json.dumps(Rule("weighted").as_json() | {key: value}))

    with pytest.raises(BadRows) as refused:
        read_rule(path)

    assert [flaw.column for flaw in refused.value.flaws] == [key]


def _good(folder):
    (folder / "parties.csv").write_text("party,places_cap,away_cap\nArcadia,,\n")
    (folder / "pools.csv").write_text("pool,budget\nfund,100\n")
    (folder / "activities.csv").write_text("activity,start,end,capacity,minimum,pool\nseminar,2029-03-05,2029-03-09,10,0,fund\n")
    (folder / "requests.csv").write_text(
        "request,party,activity,places,priority,linked,funding,cost\nr1,Arcadia,seminar,2,1,0,none,100\n"
    )
