"""Results side by side: the same figures for rounds and scenarios, who gains, what is held where."""

import pytest

from comity.kernel.refusals import NotFound, NotPermitted
from comity.participation.acts import limits, rounds
from comity.scenarios import queries
from comity.scenarios.queries import comparing
from comity.scenarios.rules import Choice
from tests.rooms.scenarios.conftest import ordered, worked_out
from tests.world.cast import ARCADIA, LAKE_CONTACT, LAKELAND, MENU_MANAGER, MERIDIA, the_world
from tests.world.requests import AFTER, activity, drawn_up, edition, rule, submitted

pytestmark = pytest.mark.django_db


def test_two_rounds_are_compared_by_figures_parties_and_lines(db):
    the_world()
    year = edition()
    made = activity(year, seats=2)
    submitted(made, ARCADIA, places=2, priority=1)
    submitted(made, LAKELAND, places=2, priority=2)
    one = drawn_up(year)
    limits.set_cap(year, the_world()[ARCADIA], places_cap=1, away_cap=None, by=MENU_MANAGER, at=AFTER)
    other = drawn_up(year)

    told = queries.comparison([one.pk, other.pk], [], seen_by=MENU_MANAGER)

    assert [(p.code, p.places, p.change) for p in told.parties] == [(LAKELAND, [0, 1], 1), (ARCADIA, [2, 1], -1)]
    assert {(c.request.party_id, c.before, c.now) for c in told.differing} == {(ARCADIA, 2, 1), (LAKELAND, 0, 1)}
    figures = {name: values for name, _words, values in told.figures}
    assert figures["granted"] == figures["seats"] == [2, 2]
    assert figures["fill"] == [100, 100]
    assert figures["worst"] == [0, 50]
    assert told.activities == []


def test_a_round_and_its_scenarios_stand_side_by_side_in_the_same_figures(year):
    drawn = drawn_up(year, seed=7)
    study = worked_out(ordered(year, rule(), rule("max-min"), choice=Choice(self_pay=[None, 10])))
    same = study.scenarios.first()

    told = queries.comparison([drawn.pk], [s.pk for s in study.scenarios.all()[:3]], seen_by=MENU_MANAGER)

    assert [side.mark for side in told.sides] == ["A", "B", "C", "D"]
    for name, _words, values in told.figures:
        assert name == "seconds" or values[0] == values[1]
    assert told.sides[0].places == same.places
    assert [str(side.name) for side in told.sides[:2]] == ["Round 1", "Study 1, scenario 1"]
    assert told.differing is None
    for party in told.parties:
        assert (party.places[0], party.shares[0]) == (party.places[1], party.shares[1])


def test_areas_fill_the_seats_of_everything_asked_for(year):
    one, other = drawn_up(year), drawn_up(year, rule("max-min"))

    told = queries.comparison([one.pk, other.pk], [], seen_by=MENU_MANAGER)

    areas = {a.area: (a.seats, a.places[0], a.shares[0]) for a in told.areas}
    assert areas == {"crisis management": (10, 10, 100.0), "cyber defence": (2, 2, 100.0), "": (10, 0, 0.0)}
    assert [a.area for a in told.areas][-1] == ""
    assert sum(a.places[0] for a in told.areas) == one.counts["granted"]


def test_an_activity_held_under_one_and_not_under_the_other_is_named(db):
    the_world()
    year = edition()
    needy = activity(year, minimum=3, title="Needs three")
    submitted(needy, ARCADIA, places=2, priority=1)
    submitted(needy, LAKELAND, places=2, priority=1)
    one = drawn_up(year)
    limits.set_cap(year, the_world()[ARCADIA], places_cap=0, away_cap=None, by=MENU_MANAGER, at=AFTER)
    other = drawn_up(year)

    [found] = queries.comparison([one.pk, other.pk], [], seen_by=MENU_MANAGER).activities

    assert (found.number, found.title, found.places) == (needy.number, "Needs three", [4, None])


def test_what_cannot_be_compared_is_refused_in_words(year, two):
    one, _other = two
    ordered_only = rounds.order(year, rule=rule(), by=MENU_MANAGER, at=AFTER)
    waiting = ordered(year)
    with pytest.raises(comparing.NoResultYet) as refused:
        queries.comparison([one.pk, ordered_only.pk], [], seen_by=MENU_MANAGER)
    assert str(refused.value) == "Round 3 has no result yet."
    with pytest.raises(comparing.NoResultYet):
        queries.comparison([one.pk], [waiting.scenarios.get().pk], seen_by=MENU_MANAGER)
    with pytest.raises(comparing.TooManySides):
        queries.comparison([one.pk] * 5, [], seen_by=MENU_MANAGER)
    for rounds_, scenarios in (([one.pk, 0], []), ([one.pk], [0])):
        with pytest.raises(NotFound):
            queries.comparison(rounds_, scenarios, seen_by=MENU_MANAGER)
    later = edition(year=2028)
    submitted(activity(later, 9), LAKELAND)
    with pytest.raises(comparing.NotOneEdition) as refused:
        queries.comparison([one.pk, drawn_up(later).pk], [], seen_by=MENU_MANAGER)
    assert "2027, 2028" in str(refused.value)


@pytest.mark.fault("F3")
def test_comparing_is_for_those_who_may_see_rounds(two):
    one, other = two
    rounds.publish(one, by=MENU_MANAGER, at=AFTER)
    with pytest.raises(NotPermitted):
        queries.comparison([one.pk, other.pk], [], seen_by=LAKE_CONTACT)


@pytest.mark.fault("F24")
@pytest.mark.parametrize("rows", [5, 50])
def test_a_comparison_takes_as_many_queries_for_fifty_activities_as_for_five(db, rows, django_assert_max_num_queries):
    the_world()
    year = edition()
    for n in range(1, rows + 1):
        submitted(activity(year, n, area=f"area {n}"), MERIDIA)
    one, other = drawn_up(year), drawn_up(year)
    study = worked_out(ordered(year, choice=Choice(draws=2)))
    with django_assert_max_num_queries(7):
        told = queries.comparison([one.pk, other.pk], list(study.scenarios.values_list("pk", flat=True)), seen_by=MENU_MANAGER)
        assert len(told.areas) == rows
