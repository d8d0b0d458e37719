"""What both cores stand on: tables read to the last flaw, bytes that never change, programs that are solved or refused."""

import hashlib

import numpy as np
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from optimal import tables, terminal
from optimal.highs import INFINITE, Failed, Solver, Terms
from optimal.seals import canonical, lots
from optimal.tables import BadRows, Flaw
from optimal.words import Saying, render_all

CELLS = {"who": tables.name, "many": tables.count, "day": tables.day, "more": tables.count_or_none, "yes": tables.flag}


class TestTables:
    def read(self, tmp_path, text: str):
        path = tmp_path / "table.csv"
        path.write_text(text, "utf-8")
        flaws: list[Flaw] = []
        return tables.read_table(path, tuple(CELLS), CELLS, flaws), flaws

    def test_cells_become_values(self, tmp_path):
        columns, flaws = self.read(tmp_path, "who,many,day,more,yes\nA,3,2029-05-31,,1\n")
        assert flaws == []
        assert {name: values[0] for name, values in columns.items() if name != "day"} == {
            "who": "A", "many": 3, "more": None, "yes": True,
        }  # fmt: skip
        assert columns["day"][0].isoformat() == "2029-05-31"

    def test_every_bad_cell_is_told_with_its_place(self, tmp_path):
        _columns, flaws = self.read(tmp_path, "who,many,day,more,yes\n,-1,31/05/2029,²,yes\nA,1\n")
        assert [(f.row, f.column) for f in flaws] == [*((2, name) for name in CELLS), (3, "")]
        assert str(flaws[1]) == "table.csv, row 2, many = '-1': must be a whole number"

    @pytest.mark.parametrize("text", ["", "many,who\n", "\udcff"])
    def test_what_is_no_such_table_is_told_once(self, tmp_path, text):
        (tmp_path / "table.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
        flaws: list[Flaw] = []
        assert list(tables.read_rows(tmp_path / "table.csv", ("who",), flaws)) == []
        assert len(flaws) == 1

    def test_what_is_written_is_read_again(self, tmp_path):
        tables.write_table(tmp_path / "t.csv", ("who", "said"), [("A", "one, two"), ("B", 'a "word"')])
        tables.write_json(tmp_path / "t.json", {"é": 1})
        rows = [cells for _line, cells in tables.read_rows(tmp_path / "t.csv", ("who", "said"), [])]
        assert (rows, tables.read_json(tmp_path / "t.json")) == ([["A", "one, two"], ["B", 'a "word"']], {"é": 1})

    @pytest.mark.parametrize("text", ["[1]", "{", None])
    def test_only_an_object_is_read_as_one(self, tmp_path, text):
        if text is not None:
            (tmp_path / "t.json").write_text(text)
        with pytest.raises(BadRows) as bad:
            tables.read_json(tmp_path / "t.json")
        assert len(bad.value.flaws) == 1

    def test_bad_rows_are_listed_on_the_terminal_and_it_leaves_with_three(self, capsys):
        with pytest.raises(typer.Exit) as left:
            terminal.refuse(BadRows([Flaw("t.csv", 2, "who", "", "must not be empty")]))
        told = capsys.readouterr()
        assert (left.value.exit_code, told.err) == (3, "1 cells cannot be read; nothing was done.\n")
        assert '"refused": "bad-rows"' in told.out


class TestSeals:
    def test_canonical_bytes_stay_what_they_were(self):
        assert canonical({"b": [1, None], "a": "é"}) == b'{"a":"\xc3\xa9","b":[1,null]}'

    @given(st.integers(0, 2**48), st.lists(st.text(max_size=5), max_size=4))
    def test_a_lot_is_the_beginning_of_a_digest(self, seed, names):
        expected = [int.from_bytes(hashlib.sha256(f"{seed}:{name}".encode()).digest()[:8], "big") for name in names]
        assert lots(seed, names).tolist() == expected


def terms(most: float = 5.0) -> Terms:
    """Two columns up to 3 and 4 that share one row."""
    one = np.zeros(2, dtype=np.int64)
    return Terms(
        np.array([2.0, 1.0]), np.zeros(2), np.array([3.0, 4.0]), np.array([-INFINITE]), np.array([most]), one, np.arange(2),
        np.ones(2),
    )  # fmt: skip


class TestPrograms:
    def test_most_and_least_are_found_and_bounds_changed(self):
        most, least = Solver(terms(), most=True), Solver(terms())
        assert (most.run(), most.objective, most.values.tolist(), least.run(), least.objective) == (
            True,
            8.0,
            [3.0, 2.0],
            True,
            0.0,
        )
        most.bound_columns(np.array([0]), np.zeros(1), np.ones(1))
        most.bound_rows(np.array([0]), np.array([-INFINITE]), np.array([2.0]))
        assert (most.run(), most.objective) == (True, 3.0)
        most.price(np.array([1]), np.array([9.0]))
        assert (most.run(), most.values.tolist(), most.found) == (True, [0.0, 2.0], True)

    def test_a_row_that_holds_value_back_has_a_price(self):
        solver = Solver(terms(), most=True)
        solver.run()
        assert (solver.duals.tolist(), solver.reduced.tolist()) == ([1.0], [1.0, 0.0])

    def test_whole_numbers_are_searched_for_and_what_cannot_be_is_no_optimum(self):
        whole = Solver(terms(2.5), whole=True, most=True)
        assert (whole.run(), whole.objective, round(whole.proven, 6)) == (True, 4.0, 4.0)
        assert whole.nodes >= 0
        none = Solver(terms(-1.0), presolve="off")
        assert none.run() is False
        assert none.ray.shape == (1,)

    def test_what_the_solver_refuses_is_a_fault(self):
        with pytest.raises(Failed):
            Solver(terms(), no_such_option=1)


def test_sentences_are_said_one_after_another():
    assert render_all((Saying("{n} left.", {"n": 2}), Saying("Done.", {}))) == "2 left. Done."
