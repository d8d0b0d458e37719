"""Invented programmes are the same everywhere and for ever."""

import pytest

from planning import instance, seals
from planning.instances import capacities

FROZEN = {
    ("T", 0, 1, "base"): "0cac902abafa52dbce3a706b0cfab2f2d505a8063ace51406da16c3ec043f936",
    ("T", 3, 2, "tight"): "8385ada93d337e66b89a2483e93eb1722b1841dcede850b18cfc23ce0e86711a",
    ("S", 0, 1, "base"): "80cdd835e12eb5bf356f13301f6651f2009929cba4468bf3f44a351d6e47b454",
    ("S", 40, 1, "tight"): "ffab55bde1b828e50ce013663a6575de4fa1a4ebee669f4e2db349bfadaf61bf",
}


@pytest.mark.parametrize(("scale", "party", "seed", "variant"), FROZEN)
def test_an_instance_keeps_its_fingerprint(scale, party, seed, variant):
    assert seals.of_problem(instance(scale, party, seed, variant)) == FROZEN[scale, party, seed, variant]


def test_parties_of_one_seed_choose_from_the_same_menu():
    one, other = instance("T", 0, 4), instance("T", 1, 4)

    assert one.occurrences == other.occurrences == tuple(capacities("T", 4))
    assert (one.start == other.start).all()
    assert one.goals == other.goals
    assert (one.units != other.units).any()


def test_an_instance_is_as_large_as_its_scale_says():
    full = instance("S")

    assert (len(full.occurrences), len(full.goals), len(full.budget)) == (5505, 45, 4)
