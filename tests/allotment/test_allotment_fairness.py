"""The share that all can reach together: found from prices, held against linear programs, and kept by the plan."""

import numpy as np
import pytest
from invented import MAX_MIN, WEIGHTED

from allotment import allot, breaches, fair
from allotment.grid import frame, party_value, tightened
from allotment.instances import instance
from allotment.lifting import better, lift
from allotment.prices import couple
from allotment.seating import Queue, empty_room, settle

EXACT = {("base", 1): 0.803260, ("tight", 1): 0.814010, ("base", 2): 0.827582, ("tight", 2): 0.869394}
"""The level of S by one linear program of everything; each took about a minute."""


def level_of(year, *, exact):
    framed = tightened(frame(year, MAX_MIN, 1))
    coupling = couple(framed.grid, framed.value_of_a_place)
    ideal = fair.ideals(framed)
    return fair.exact_level(coupling, ideal) if exact else fair.highest_level(coupling, ideal, steps=60)


@pytest.mark.parametrize(("variant", "seed"), EXACT)
def test_prices_find_the_level_of_a_real_year_within_a_few_ten_thousandths(variant, seed):
    found = level_of(instance("S", variant, seed), exact=False)

    assert EXACT[variant, seed] - 1e-6 <= found <= EXACT[variant, seed] * 1.0003


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("variant", ["base", "tight"])
def test_prices_bound_the_level_of_a_small_year(variant, seed):
    year = instance("T", variant, seed)

    exact, found = level_of(year, exact=True), level_of(year, exact=False)

    assert exact - 1e-6 <= found <= exact * 1.06


@pytest.mark.parametrize(("variant", "seed"), EXACT)
def test_the_worst_party_is_within_one_per_cent_of_the_exact_level(variant, seed):
    year = instance("S", variant, seed)

    plan = allot(year, MAX_MIN, seed=1)

    assert breaches(year, MAX_MIN, plan) == []
    assert plan.fairness.worst >= 0.99 * EXACT[variant, seed] - 1e-6
    assert plan.gap_percent <= 0.15


@pytest.fixture(scope="module")
def heard():
    """A year in which the most valuable requests were simply heard first."""
    framed = tightened(frame(instance("T", "tight", 3), WEIGHTED, 1))
    grid = framed.grid
    room = empty_room(grid)
    settle(grid, room, Queue(np.maximum(grid.funded, grid.own), framed.tie), np.zeros(len(grid.budget)))
    return grid, room


def copied(room):
    return type(room)(*(part.copy() for part in room))


def keeps_its_books(grid, room):
    """Whether what is left of each limit is what the places say, and nothing is overdrawn."""
    places = room.funded + room.own
    seats = grid.capacity - np.bincount(grid.activity, places, len(grid.capacity)).astype(np.int64)
    cap = grid.cap - np.bincount(grid.party, places, len(grid.cap)).astype(np.int64)
    spent = np.bincount(grid.pool[grid.activity], room.funded * grid.cost, len(grid.budget)).astype(np.int64)
    same = (seats == room.seats).all() and (cap == room.cap).all() and (grid.budget - spent == room.budget).all()
    return same and all((part >= 0).all() for part in room[:4]) and (places <= grid.places).all()


def test_lifting_raises_one_party_without_pushing_others_below_their_floors(heard):
    grid, start = heard
    before = party_value(grid, start.funded, start.own)
    lifted = 0
    for p in range(len(before)):
        floors = (0.9 * before).astype(np.int64)
        floors[p] = int(1.03 * before[p])
        room = copied(start)

        lift(grid, room, floors)
        after = party_value(grid, room.funded, room.own)

        assert keeps_its_books(grid, room)
        assert (np.delete(after, p) >= np.delete(floors, p)).all()
        lifted += after[p] >= floors[p]

    assert lifted >= 2


def test_exchanges_only_ever_add_value(heard):
    grid, start = heard
    room = copied(start)

    better(grid, room, np.zeros(len(grid.cap), np.int64))

    assert keeps_its_books(grid, room)
    assert party_value(grid, room.funded, room.own).sum() > party_value(grid, start.funded, start.own).sum()
    people = grid.capacity - room.seats
    assert ((people == 0) | (people >= grid.minimum)).all()
