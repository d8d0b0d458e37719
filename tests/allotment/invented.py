"""Small invented years for the tests of the core: builders with defaults, and a strategy that draws odd ones."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from allotment import Activity, Party, Pool, Problem, Request, Rule

MONDAY = date(2029, 3, 5)
WEIGHTED, MAX_MIN, PRECEDENCE = Rule("weighted"), Rule("max-min"), Rule("precedence")


def week(number: int) -> date:
    """The Monday so many weeks after the first."""
    return MONDAY + timedelta(weeks=number)


def activity(name: str, *, capacity: int = 10, minimum: int = 0, pool: str = "fund", start: int = 0, weeks: int = 1) -> Activity:
    return Activity(name, week(start), week(start + weeks - 1) + timedelta(days=4), capacity, minimum, pool)


def request(
    name: str,
    party: str,
    activity: str,
    places: int = 1,
    *,
    priority: int = 2,
    linked: bool = False,
    funding: str = "none",
    cost: int = 100,
) -> Request:
    return Request(name, party, activity, places, priority, linked, funding, cost)


def problem(
    activities: list[Activity],
    requests: list[Request],
    *,
    parties: list[Party] | None = None,
    budget: int = 0,
) -> Problem:
    """A year with one pool; every party named by a request is there, without caps unless given."""
    known = {party.party: party for party in parties or []}
    for asked in requests:
        known.setdefault(asked.party, Party(asked.party))
    return Problem.of(known.values(), [Pool("fund", budget)], activities, requests)


@st.composite
def odd_years(draw: st.DrawFn) -> Problem:
    """At most five parties, three pools, five activities and fourteen requests, scarce in everything at random."""
    parties = [
        Party(
            f"p{n}", draw(st.none() | st.integers(0, 12)), draw(st.none() | st.integers(0, 6)), draw(st.sampled_from((0, 17, 100)))
        )
        for n in range(draw(st.integers(1, 5)))
    ]
    pools = [Pool(f"k{n}", draw(st.integers(0, 1500))) for n in range(draw(st.integers(1, 3)))]
    activities = []
    for n in range(draw(st.integers(1, 5))):
        capacity = draw(st.integers(0, 9))
        start, weeks = draw(st.integers(0, 3)), draw(st.integers(1, 3))
        where = draw(st.sampled_from(pools)).pool
        least = draw(st.integers(0, capacity))
        activities.append(activity(f"a{n}", capacity=capacity, minimum=least, pool=where, start=start, weeks=weeks))
    requests = [
        request(
            f"r{n:02}",
            draw(st.sampled_from(parties)).party,
            draw(st.sampled_from(activities)).activity,
            draw(st.integers(1, 5)),
            priority=draw(st.integers(1, 3)),
            linked=draw(st.booleans()),
            funding=draw(st.sampled_from(["none", "wanted", "needed"])),
            cost=draw(st.integers(0, 400)),
        )
        for n in range(draw(st.integers(0, 14)))
    ]
    return Problem.of(parties, pools, activities, requests)


def given_to(problem: Problem, allotment: object) -> dict[str, tuple[int, int]]:
    """Funded and self-paid places of each request that got any."""
    pairs = zip(allotment.funded.tolist(), allotment.self_paid.tolist(), strict=True)
    return {name: pair for name, pair in zip(problem.requests, pairs, strict=True) if any(pair)}
