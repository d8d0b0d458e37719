"""What is proved holds against an integer program written anew here, at any prices, at any moment, on any machine."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented import MAX_MIN, PRECEDENCE, WEIGHTED, odd_years

from allotment import allot, breaches, solve
from allotment.grid import frame, tightened
from allotment.instances import instance
from allotment.model import weeks
from allotment.prices import couple, quote
from allotment.programs import INFINITE, Program, Solver
from allotment.values import worth

often = settings(max_examples=35, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def optimum(year, rule, floors=()):
    """The most value of any plan that keeps the terms and these floors, by an integer program in its plainest form."""
    values = worth(year, rule)
    ways = [(way, r) for way in (0, 1) for r in range(len(year.requests)) if values[way][r] >= 0]
    program = Program()
    program.add_columns([values[way][r] for way, r in ways], [year.places[r] for _, r in ways])
    runs = program.add_columns(np.zeros(len(year.activities)), np.ones(len(year.activities)))

    def row(least, most, entries):
        at = program.add_rows([least], [most])
        for column, coefficient in entries:
            program.put(np.array([at]), np.array([column]), float(coefficient))

    every = list(enumerate(ways))
    for r in range(len(year.requests)):
        row(-INFINITE, year.places[r], [(c, 1) for c, (_, other) in every if other == r])
    for a in range(len(year.activities)):
        seated = [(c, 1) for c, (_, r) in every if year.activity[r] == a]
        row(-INFINITE, 0, [*seated, (runs + a, -year.capacity[a])])
        row(0, INFINITE, [*seated, (runs + a, -year.minimum[a])])
    for k in range(len(year.pools)):
        paid = [(c, year.cost[r]) for c, (way, r) in every if way == 0 and year.pool[year.activity[r]] == k]
        row(-INFINITE, year.budget[k], paid)
    first, last = weeks(year.start), weeks(year.end)
    for p in range(len(year.parties)):
        own = [(c, way, r) for c, (way, r) in every if year.party[r] == p]
        row(-INFINITE, year.places_cap[p], [(c, 1) for c, _, _ in own])
        for week in set(first.tolist()):
            away = [(c, 1) for c, _, r in own if first[year.activity[r]] <= week <= last[year.activity[r]]]
            row(-INFINITE, year.away_cap[p], away)
        if len(floors):
            row(floors[p], INFINITE, [(c, values[way][r]) for c, way, r in own])
    solver = Solver(program, whole=True, mip_rel_gap=0.0, mip_abs_gap=0.5)
    assert solver.run()
    return round(solver.objective)


@often
@given(odd_years(), st.sampled_from([WEIGHTED, MAX_MIN, PRECEDENCE]), st.booleans())
def test_the_optimum_lies_between_value_and_bound(year, rule, small):
    if not year.requests:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solve, "SMALL", solve.SMALL if small else 0)
        plan = allot(year, rule, seed=1)

    assert plan.value <= optimum(year, rule, plan.fairness.floors) <= plan.bound


@often
@given(odd_years(), st.data())
def test_any_prices_give_a_bound(year, data):
    if not year.requests:
        return
    framed = tightened(frame(year, WEIGHTED, 1))
    coupling = couple(framed.grid, framed.value_of_a_place)
    draw = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    charged = coupling.live & (draw.random(len(coupling.supply)) < 0.5)
    prices = np.where(charged, draw.random(len(coupling.supply)) * 800, 0.0)
    prices[: coupling.cuts[0]] /= 100

    assert quote(coupling, prices).bound >= optimum(year, WEIGHTED) - 1e-6


@often
@given(odd_years(), st.data())
def test_one_more_place_never_lowers_what_is_proved(year, data):
    at = data.draw(st.integers(0, len(year.activities) - 1))
    wider = replace(year, capacity=year.capacity + (np.arange(len(year.capacity)) == at))
    framed, roomy = (tightened(frame(each, WEIGHTED, 1)) for each in (year, wider))
    coupling, wide = (couple(each.grid, each.value_of_a_place) for each in (framed, roomy))
    draw = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    prices = np.where(coupling.live & wide.live, draw.random(len(coupling.supply)) * draw.integers(0, 300), 0.0)

    assert allot(wider, WEIGHTED, seed=1).bound >= allot(year, WEIGHTED, seed=1).bound
    assert quote(wide, prices).bound >= quote(coupling, prices).bound - 1e-6


@pytest.mark.parametrize("rule", [WEIGHTED, MAX_MIN, PRECEDENCE], ids=lambda rule: rule.rule)
@pytest.mark.parametrize("limit", [0.0, 0.1, 0.4])
def test_at_whatever_moment_time_is_up_the_plan_is_whole_and_its_gap_honest(rule, limit):
    year = instance("S", "tight", 2)

    plan = allot(year, rule, seed=1, time_limit=limit)

    assert breaches(year, rule, plan) == []
    assert 0 < plan.value <= plan.bound


def test_a_limit_that_is_never_reached_changes_nothing():
    year = instance("S", "base", 2)

    free, limited = allot(year, WEIGHTED, seed=1), allot(year, WEIGHTED, seed=1, time_limit=3600.0)

    assert free.funded.tobytes() + free.self_paid.tobytes() == limited.funded.tobytes() + limited.self_paid.tobytes()
    assert (free.bound, free.rounds) == (limited.bound, limited.rounds)


SCRIPT = """
import os, sys
cores = {int(core) for core in sys.argv[1].split(",")}
os.sched_setaffinity(0, cores)
from allotment import Rule, allot, prices, seals
from allotment.instances import instance
prices._CHUNKS_FROM = 1
for scale, kind in (("S", "weighted"), ("S", "max-min"), ("T", "precedence")):
    year = instance(scale, "base", 4)
    plan = allot(year, Rule(kind), seed=7)
    print(seals.of_plan(year, plan), plan.bound, plan.rounds, plan.fairness)
"""


def test_one_core_or_two_give_the_same_bytes():
    cores = sorted(os.sched_getaffinity(0))
    told = []
    for some in (cores[:1], cores[:2]):
        threads = {"NUMBA_NUM_THREADS": str(len(some)), "OMP_NUM_THREADS": str(len(some))}
        asked = [sys.executable, "-c", SCRIPT, ",".join(map(str, some))]
        told.append(subprocess.run(asked, env=os.environ | threads, capture_output=True, text=True, check=True).stdout)

    assert told[0] == told[1]
    assert told[0].count("\n") == 3
