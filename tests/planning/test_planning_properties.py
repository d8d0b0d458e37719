"""What holds for every programme, however odd."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from imagined import Oracle, odd_programmes, odd_tables, sent

from planning import Problem, breaches, instance, plan, preview, seals
from planning.model import FREE

often = settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def shuffled(tables, seed):
    """The same tables with their rows in another order."""
    draw = np.random.default_rng(seed)
    again = {"settings": tables["settings"]}
    for name in ("goals", "occurrences", "fixed"):
        order = draw.permutation(len(next(iter(tables[name].values()))))
        again[name] = {column: [cells[at] for at in order] for column, cells in tables[name].items()}
    return again


@often
@given(odd_programmes)
def test_no_plan_breaks_a_limit(programme):
    assert breaches(programme, plan(programme)) == []
    assert breaches(programme, preview(programme)) == []


@often
@given(odd_tables(), st.integers(0, 99))
def test_the_order_of_rows_does_not_matter(tables, seed):
    one, other = Problem.from_columns(tables), Problem.from_columns(shuffled(tables, seed))

    first, second = plan(one, seed=5), plan(other, seed=5)

    assert sent(one, first) == sent(other, second)
    assert (first.coverage_bound, first.cost_bound) == (second.coverage_bound, second.cost_bound)
    assert (first.input_sha256, first.output_sha256) == (second.input_sha256, second.output_sha256)
    assert seals.of_problem(one) == seals.of_problem(other)


@often
@given(odd_programmes)
def test_plan_and_bound_bracket_the_optimum_of_a_plain_integer_program(programme):
    found, least = plan(programme), Oracle(programme).least_missed()

    missed = int((programme.weight * found.missed).sum())
    need = max(1, programme.weighted_need)
    assert missed == least
    assert found.coverage_bound >= 100.0 * (programme.weighted_need - least) / need - 1e-4 or not programme.weighted_need


@often
@given(odd_programmes)
def test_no_plan_that_misses_no_more_costs_less(programme):
    found = plan(programme)

    cheapest = Oracle(programme, found.missed.tolist()).least_cost()

    assert found.cost_bound <= cheapest == found.cost


@often
@given(odd_programmes)
def test_a_preview_is_within_its_own_bounds(programme):
    found, oracle = preview(programme), Oracle(programme)

    least = oracle.least_missed()

    assert int((programme.weight * found.missed).sum()) >= least
    assert found.coverage_bound >= 100.0 - 100.0 * least / max(1, programme.weighted_need) - 1e-3
    assert found.cost_bound <= Oracle(programme, found.missed.tolist()).least_cost()


@often
@given(odd_programmes)
def test_what_is_fixed_stays(programme):
    found = plan(programme)

    settled = programme.fixed != FREE
    assert (found.people[settled] == programme.fixed[settled]).all()


@often
@given(odd_programmes)
def test_near_its_own_plan_nothing_moves(programme):
    found = plan(programme)

    again = plan(programme, near=dict(zip(programme.occurrences, found.people.tolist(), strict=True)))

    assert again.moves == 0
    assert again.coverage == found.coverage


@often
@given(odd_programmes, st.data())
def test_near_a_plan_a_change_moves_only_what_it_must(programme, data):
    found = plan(programme)
    at = data.draw(st.integers(0, len(programme.occurrences) - 1))
    fewer = programme.seats.copy()
    fewer[at] = 0
    changed = replace(programme, seats=fewer)

    near = plan(changed, near=dict(zip(programme.occurrences, found.people.tolist(), strict=True)))

    assert breaches(changed, near) == []
    if programme.fixed[at] != FREE or not found.people[at]:
        assert near.moves == 0
    assert near.coverage <= plan(changed).coverage <= near.coverage_bound + 1e-4


@often
@given(odd_programmes, st.data())
def test_one_more_seat_never_lowers_what_is_reached(programme, data):
    at = data.draw(st.integers(0, len(programme.occurrences) - 1))
    more = programme.seats.copy()
    more[at] += 1

    assert plan(replace(programme, seats=more)).coverage >= plan(programme).coverage


@pytest.mark.parametrize("variant", ["base", "tight"])
def test_the_same_seed_gives_the_same_bytes(variant):
    programme = instance("T", 2, 3, variant)

    first, second = plan(programme, seed=11), plan(programme, seed=11)

    assert first.people.tobytes() == second.people.tobytes()
    assert (first.coverage_bound, first.cost_bound, first.stages, first.nodes) == (
        *(second.coverage_bound, second.cost_bound, second.stages, second.nodes),
    )


def test_a_time_limit_leaves_a_whole_plan_with_an_honest_gap():
    programme = instance("T", 1, 2)
    told = []

    hurried = plan(programme, time_limit=0.0, progress=lambda name, share: told.append((name, share)))

    assert breaches(programme, hurried) == []
    assert hurried.coverage <= plan(programme).coverage <= hurried.coverage_bound
    assert [name for name, _ in told] == ["bound", "round", "done"]
