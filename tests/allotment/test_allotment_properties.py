"""What holds for every year, however odd."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented import MAX_MIN, PRECEDENCE, WEIGHTED, given_to, odd_years

from allotment import Problem, allot, breaches, reasons, seals

often = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
COUNTING = [replace(WEIGHTED, no_show_malus_percent=60), replace(MAX_MIN, no_show_malus_percent=100)]
rules = st.sampled_from([WEIGHTED, MAX_MIN, PRECEDENCE, *COUNTING])


def shuffled(year: Problem, seed: int) -> Problem:
    """The same year with all its rows in another order."""
    draw = np.random.default_rng(seed)
    parties, pools, activities, requests = (
        draw.permutation(len(names)) for names in (year.parties, year.pools, year.activities, year.requests)
    )
    back = {key: np.argsort(order) for key, order in (("p", parties), ("k", pools), ("a", activities))}
    return Problem(
        parties=tuple(year.parties[n] for n in parties),
        places_cap=year.places_cap[parties],
        away_cap=year.away_cap[parties],
        no_show_percent=year.no_show_percent[parties],
        pools=tuple(year.pools[n] for n in pools),
        budget=year.budget[pools],
        activities=tuple(year.activities[n] for n in activities),
        start=year.start[activities],
        end=year.end[activities],
        capacity=year.capacity[activities],
        minimum=year.minimum[activities],
        pool=back["k"][year.pool[activities]],
        requests=tuple(year.requests[n] for n in requests),
        party=back["p"][year.party[requests]],
        activity=back["a"][year.activity[requests]],
        places=year.places[requests],
        priority=year.priority[requests],
        linked=year.linked[requests],
        funding=year.funding[requests],
        cost=year.cost[requests],
    )


@often
@given(odd_years(), rules)
def test_no_result_breaks_its_terms(year, rule):
    assert breaches(year, rule, allot(year, rule, seed=3)) == []


@often
@given(odd_years(), rules, st.integers(0, 99))
def test_the_order_of_rows_does_not_matter(year, rule, seed):
    one, other = year, shuffled(year, seed)

    first, second = allot(one, rule, seed=5), allot(other, rule, seed=5)

    assert given_to(one, first) == given_to(other, second)
    assert (first.bound, first.fairness.per_party) == (second.bound, second.fairness.per_party)
    assert seals.of_problem(one) == seals.of_problem(other)
    assert seals.of_plan(one, first) == seals.of_plan(other, second)


@often
@given(odd_years(), rules)
def test_every_refusal_has_a_limit_that_is_really_full(year, rule):
    for reason in reasons(year, rule, allot(year, rule, seed=2)):
        assert (reason.outcome == "granted") == (reason.causes == ())
        assert "others_first" not in reason.causes
        assert "{" not in reason.sentence + reason.would_change


@pytest.mark.parametrize("rule", [WEIGHTED, MAX_MIN, PRECEDENCE], ids=lambda rule: rule.rule)
def test_the_same_seed_gives_the_same_bytes(rule):
    from allotment.instances import instance

    year = instance("T", "tight", 4)
    first, second = allot(year, rule, seed=11), allot(year, rule, seed=11)

    assert first.funded.tobytes() + first.self_paid.tobytes() == second.funded.tobytes() + second.self_paid.tobytes()
    assert (first.bound, first.fairness, first.rounds) == (second.bound, second.fairness, second.rounds)
