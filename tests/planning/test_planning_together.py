"""Many parties at once: together they never send more people than there are seats."""

from imagined import goal, occurrence, programme, sent

from planning import breaches, instance, many, plan
from planning.instances import capacities


def going(problems, together):
    """The people of all parties at each occurrence."""
    total = {}
    for party, found in together.plans.items():
        for name, people in sent(problems[party], found).items():
            total[name] = total.get(name, 0) + people
    return total


def test_parties_find_other_ways_to_their_goals_when_seats_lack():
    menu = [occurrence("wanted", cost=100, seats=4), occurrence("other", start=4, cost=120, seats=4)]
    problems = {party: programme([goal("g", 4)], menu) for party in ("arcadia", "borduria")}

    together = many(problems, {"wanted": 4, "other": 9})

    assert together.overbooked == 1
    assert together.shared == ()
    assert all(found.coverage == 100.0 for found in together.plans.values())
    assert going(problems, together) == {"wanted": 4, "other": 4}
    assert together.prices["wanted"] > 0


def test_seats_nobody_can_do_without_are_shared_out():
    problems = {party: programme([goal("g", 4)], [occurrence("only", seats=4)]) for party in ("a", "b", "c")}

    together = many(problems, {"only": 5}, rounds=2)

    assert together.shared == ("only",)
    assert together.rounds == 2
    assert sorted(int(found.people[0]) for found in together.plans.values()) == [1, 2, 2]


def test_what_is_settled_is_kept_when_seats_are_shared_out():
    menu = [occurrence("only", seats=4)]
    problems = {"a": programme([goal("g", 4)], menu, [("only", 3)]), "b": programme([goal("g", 4)], menu)}

    together = many(problems, {"only": 5}, rounds=1)

    assert {party: int(found.people[0]) for party, found in together.plans.items()} == {"a": 3, "b": 2}


def test_where_seats_abound_each_party_has_the_plan_it_would_have_alone():
    problems = {f"p{at}": instance("T", at, 2) for at in range(2)}

    together = many(problems, {}, seed=3)

    assert (together.overbooked, together.rounds, together.prices) == (0, 0, {})
    for party, found in together.plans.items():
        assert found.output_sha256 == plan(problems[party], seed=3).output_sha256


def test_together_nothing_is_overbooked_and_nobody_breaks_a_limit():
    problems = {f"p{at}": instance("T", at, 2) for at in range(5)}
    seats = {name: number // 4 for name, number in capacities("T", 2).items()}

    told = []
    together = many(problems, seats, rounds=3, progress=lambda stage, share: told.append(share))

    assert together.overbooked
    assert all(people <= seats[name] for name, people in going(problems, together).items())
    for party, found in together.plans.items():
        assert breaches(problems[party], found) == []
    assert told == sorted(told)


def test_the_number_of_workers_and_the_order_of_parties_do_not_matter():
    problems = {f"p{at}": instance("T", at, 2) for at in range(3)}
    seats = {name: number // 4 for name, number in capacities("T", 2).items()}

    one, two = many(problems, seats, rounds=2), many(dict(reversed(problems.items())), seats, rounds=2, workers=2)

    assert {party: found.output_sha256 for party, found in one.plans.items()} == {
        party: found.output_sha256 for party, found in two.plans.items()
    }
    assert (one.prices, one.shared) == (two.prices, two.shared)
