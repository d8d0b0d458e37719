"""Frozen numbers: instances by their fingerprint, optima by an exact solver. A change here changes what is measured."""

import pytest
from invented import WEIGHTED

from allotment import allot, breaches, seals
from allotment.core import whole_core
from allotment.grid import frame
from allotment.instances import instance
from allotment.prices import couple, quote
from allotment.programs import Solver

RELAXED = {"base": 14_034_169.58, "tight": 11_953_114.43}
"""Optimum of the strong linear relaxation of S, seed 1."""

REACHED = {"base": 14_033_106, "tight": 11_951_654}
"""Value of the best plan an integer solver found in a long run."""


FINGERPRINTS = {
    ("T", "base"): "30cb784dccfd879f9f1868a0b7d3a8b759ff77e93efb5b7191e20ae2f365d849",
    ("T", "tight"): "878309b3624de54d5b91d52c2c25cc4179bdee5cc2f9f5a6a0148fbf742e3f76",
    ("S", "base"): "6eeee7ec9c58f77e1589e3eb42b9b8ff281f051cae008b17416e6f841fc584a7",
    ("S", "tight"): "f01ad66b3df9f476d42c4d167bf9f58b76a65a529069915e993f48bd95345e5d",
}


@pytest.mark.parametrize(("scale", "variant"), FINGERPRINTS)
def test_an_instance_is_the_same_for_ever(scale, variant):
    assert seals.of_problem(instance(scale, variant)) == FINGERPRINTS[scale, variant]


@pytest.mark.parametrize("variant", ["base", "tight"])
def test_the_linear_relaxation_has_its_known_optimum_and_its_prices_prove_it(variant):
    framed = frame(instance("S", variant), WEIGHTED, 1)
    coupling = couple(framed.grid, framed.value_of_a_place)
    core = whole_core(coupling)
    solver = Solver(core.program, solver="simplex")

    assert solver.run()
    assert solver.objective == pytest.approx(RELAXED[variant], abs=0.01)
    assert quote(coupling, core.prices(solver.duals, len(coupling.supply))).bound == pytest.approx(RELAXED[variant], abs=0.01)


@pytest.mark.parametrize("variant", ["base", "tight"])
def test_a_year_of_the_real_size_is_proved_within_five_in_ten_thousand(variant):
    year = instance("S", variant)

    result = allot(year, WEIGHTED, seed=1)

    assert breaches(year, WEIGHTED, result) == []
    assert result.gap_percent <= 0.05
    assert REACHED[variant] <= result.bound <= RELAXED[variant] * 1.0001
    assert REACHED[variant] * 0.9995 <= result.value
