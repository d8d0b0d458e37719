"""Rounds: ordered after the deadline, drawn up once, checked, published once, replayed to the byte."""

from datetime import timedelta

import pytest
from bench import rounds as benchmark

from allotment import Breach
from comity.activities.acts import editions
from comity.activities.models import Activity, Edition
from comity.kernel.faces import say
from comity.kernel.refusals import NotFound, NotPermitted
from comity.participation import queries
from comity.participation.acts import allocations, limits, requests, rounds, rules
from comity.participation.models import Cap, Grant, Input, Line, Round, Rule, Seats
from comity.trail.models import Entry
from tests.world.cast import (
    ARCADIA,
    AUDITOR,
    DESK_OFFICER,
    LAKE_CONTACT,
    LAKELAND,
    MENU_MANAGER,
    MERIDIA,
    MERIDIA_CONTACT,
    PROVIDER,
    the_world,
)
from tests.world.requests import (
    AFTER,
    ASKING,
    DEADLINE,
    PARAMETERS,
    activity,
    breaking,
    drawn_up,
    edition,
    everybody_asks,
    objective,
    rule,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def year() -> Edition:
    """An edition that takes requests, in a world of countries."""
    the_world()
    return edition()


@pytest.fixture
def course(year: Edition) -> Activity:
    """A course of ten seats for which six countries ask three places each."""
    made = activity(year)
    everybody_asks(made)
    return made


def test_a_round_fills_the_seats_and_says_why_not_all(course, year):
    drawn = drawn_up(year)

    assert (drawn.state, drawn.counts["granted"], drawn.counts["asked"]) == ("drawn_up", 10, 18)
    assert drawn.gap_percent == 0
    lines = list(queries.lines(drawn, seen_by=MENU_MANAGER))
    assert len(lines) == 6
    short = next(line for line in lines if line.outcome == "not_granted")
    said = queries.said(short)
    assert str(said.reasons[0]) == "Not granted: 3 places at “Course 1”."
    assert "All 10 places of the activity are taken." in map(str, said.reasons)
    assert said.would_change
    assert Entry.objects.first().act == "round.drawn-up"


def test_priority_and_objective_decide_under_the_weighted_rule(year):
    made = activity(year, seats=2)
    submitted(made, ARCADIA, places=2, priority=1)
    submitted(made, LAKELAND, places=2, priority=1, objective=objective(LAKELAND))
    submitted(made, MERIDIA, places=2, priority=2)

    got = {line.request.party_id: line.granted for line in queries.lines(drawn_up(year), seen_by=MENU_MANAGER)}

    assert got == {ARCADIA: 0, LAKELAND: 2, MERIDIA: 0}


@pytest.mark.parametrize("kind", ["weighted", "max-min", "precedence"])
def test_each_rule_gives_a_sound_round_that_replays_to_the_byte(course, year, kind):
    drawn = drawn_up(year, rule(kind))
    again = allocations.replay(drawn, by=AUDITOR)

    assert again.is_same
    assert again.output_sha256 == drawn.output_sha256
    assert drawn.fairness["per_party"].keys() == {line.request.party_id for line in Line.objects.select_related("request")}


def test_the_benchmark_draws_up_and_replays_under_each_rule(course, year):
    rule()
    rule("precedence")

    assert [measure.name.partition(",")[0] for measure in benchmark.measures()] == ["draw up", "replay"] * 2


def test_a_replay_tells_what_differs(course, year):
    drawn = drawn_up(year)
    Line.objects.filter(round=drawn, outcome="granted").update(funded=0, self_paid=1)
    assert allocations.replay(drawn, by=AUDITOR).differs == ("lines",)


def test_what_changes_later_in_the_menu_does_not_disturb_a_replay(course, year):
    drawn = drawn_up(year)
    Activity.objects.filter(pk=course.pk).update(seats=4)
    limits.set_cap(year, the_world()[LAKELAND], places_cap=1, away_cap=None, by=MENU_MANAGER, at=AFTER)
    assert allocations.replay(drawn, by=AUDITOR).is_same


def test_nothing_is_replayed_that_has_no_result(course, year):
    editions.close_requests(year, at=DEADLINE, by=MENU_MANAGER)
    ordered = rounds.order(year, rule=rule(), by=MENU_MANAGER, at=AFTER)
    with pytest.raises(allocations.NothingToReplay):
        allocations.replay(ordered, by=AUDITOR)


@pytest.mark.fault("F16")
def test_a_round_is_not_ordered_before_the_deadline_and_orders_close_the_requests(course, year):
    with pytest.raises(rounds.BeforeTheDeadline) as refused:
        rounds.order(year, rule=rule(), by=MENU_MANAGER, at=DEADLINE - timedelta(seconds=1))
    assert "2026-10-01 17:00:00 Europe/Brussels" in str(refused.value)

    ordered = rounds.order(year, rule=rule(), by=MENU_MANAGER, at=DEADLINE)
    assert ordered.state == "ordered"
    assert Edition.objects.get().state == "requests_closed"


@pytest.mark.fault("F16")
def test_the_database_itself_refuses_a_result_before_the_deadline(course, year):
    ordered = Round.objects.create(edition=year, number=1, rule=rule(), seed=1, ordered_at=ASKING, ordered_by="x")
    with pytest.raises(rounds.BeforeTheDeadline):
        allocations.draw_up(ordered, at=DEADLINE, by=MENU_MANAGER)
    editions.close_requests(year, at=DEADLINE, by=MENU_MANAGER)
    with pytest.raises(rounds.BeforeTheDeadline):
        allocations.draw_up(ordered, at=DEADLINE - timedelta(seconds=1), by=MENU_MANAGER)
    assert not Line.objects.exists()
    assert allocations.draw_up(ordered, at=DEADLINE, by=MENU_MANAGER).is_drawn_up


def test_a_simulation_is_drawn_up_any_time_and_never_published(course, year):
    tried = drawn_up(year, simulation=True, at=DEADLINE - timedelta(days=1))
    assert tried.counts["granted"] == 10
    with pytest.raises(rounds.SimulationIsNeverPublished):
        rounds.publish(tried, by=MENU_MANAGER, at=AFTER)
    with breaking("round_of_a_simulation_is_never_published"):
        Round.objects.filter(pk=tried.pk).update(state="published", published_at=AFTER, published_by="x")


def test_rounds_wait_for_an_edition_that_takes_requests(year):
    later = editions.plan(2028, at=ASKING, by=MENU_MANAGER)
    for simulation in (True, False):
        with pytest.raises(rounds.NothingToShareOut):
            rounds.order(later, rule=rule(), simulation=simulation, by=MENU_MANAGER, at=AFTER)
    editions.close_requests(year, at=AFTER, by=MENU_MANAGER)
    editions.start(year, at=AFTER, by=MENU_MANAGER)
    editions.close(year, at=AFTER, by=MENU_MANAGER)
    with pytest.raises(rounds.NothingToShareOut):
        rounds.order(year, rule=rule(), by=MENU_MANAGER, at=AFTER)


def test_a_round_is_drawn_up_once(course, year):
    drawn = drawn_up(year)
    with pytest.raises(rounds.AlreadyDrawnUp):
        allocations.draw_up(drawn, at=AFTER, by=MENU_MANAGER)
    assert Line.objects.count() == 6
    with breaking("round_result_never_changes"):
        Round.objects.filter(pk=drawn.pk).update(value=1)


def test_a_round_is_published_once_and_everybody_sees_their_own_lines(course, year):
    drawn, other = drawn_up(year), drawn_up(year, rule("precedence"))
    assert not queries.lines(drawn, seen_by=LAKE_CONTACT).exists()

    rounds.publish(drawn, by=MENU_MANAGER, at=AFTER)

    [line] = queries.lines(drawn, seen_by=LAKE_CONTACT)
    assert line.request.party_id == LAKELAND
    assert queries.published(year.pk, seen_by=LAKE_CONTACT) == drawn
    assert sum(g.places for g in Grant.objects.all()) == Seats.objects.get().granted == 10
    with pytest.raises(rounds.NotPublishable):
        rounds.publish(drawn, by=MENU_MANAGER, at=AFTER)
    with pytest.raises(rounds.RoundIsPublished):
        rounds.publish(other, by=MENU_MANAGER, at=AFTER)
    with pytest.raises(rounds.RoundIsPublished):
        rounds.order(year, rule=rule(), by=MENU_MANAGER, at=AFTER)
    assert rounds.order(year, rule=rule(), simulation=True, by=MENU_MANAGER, at=AFTER).number == 3


def test_the_laws_of_a_published_round_hold_without_the_acts(course, year):
    drawn, other = drawn_up(year), drawn_up(year)
    with breaking("round_is_drawn_up_before_it_is_published"):
        Round.objects.create(edition=year, number=9, rule=rule(), seed=1, ordered_at=AFTER, ordered_by="x", state="published")
    rounds.publish(drawn, by=MENU_MANAGER, at=AFTER)
    with breaking("round_is_published_once_in_an_edition"):
        Round.objects.filter(pk=other.pk).update(state="published", published_at=AFTER, published_by="x")
    with breaking("round_stays_as_it_was_left"):
        Round.objects.filter(pk=drawn.pk).update(state="drawn_up", published_at=None, published_by="")
    with breaking("lines_of_a_published_round_stay"):
        Line.objects.filter(round=drawn).update(funded=9)
    with breaking("grants_are_never_deleted"):
        Grant.objects.all().delete()
    with breaking("rules_never_change"):
        Rule.objects.all().update(text_en="otherwise")


def test_a_round_set_aside_stays_set_aside(course, year):
    drawn = drawn_up(year)
    assert rounds.set_aside(drawn, by=MENU_MANAGER, at=AFTER).state == "set_aside"
    with pytest.raises(rounds.CannotBeSetAside):
        rounds.set_aside(drawn, by=MENU_MANAGER, at=AFTER)
    with pytest.raises(rounds.NotPublishable):
        rounds.publish(drawn, by=MENU_MANAGER, at=AFTER)
    with pytest.raises(rounds.AlreadyDrawnUp):
        allocations.draw_up(drawn, at=AFTER, by=MENU_MANAGER)


@pytest.mark.fault("F21")
def test_a_party_barred_since_is_promised_nothing(course, year):
    drawn = drawn_up(year)
    Activity.objects.filter(pk=course.pk).update(closed_to_parties=[LAKELAND, ARCADIA, MERIDIA])
    with pytest.raises(rounds.RegisterHasChanged):
        rounds.publish(drawn, by=MENU_MANAGER, at=AFTER)
    assert Round.objects.get().state == "drawn_up"


@pytest.mark.fault("F21")
def test_what_something_bars_is_answered_in_the_words_of_the_finding(year):
    made = activity(year)
    submitted(made, LAKELAND)
    Activity.objects.filter(pk=made.pk).update(closed_to_parties=[LAKELAND])

    [line] = queries.lines(drawn_up(year), seen_by=MENU_MANAGER)

    assert (line.outcome, line.granted) == ("not_eligible", 0)
    said = queries.said(line)
    assert str(said.reasons[0]) == "This activity is closed to Lakeland by decision of its provider."
    assert say(said.reasons[0], "fr").count("Lacustrie") == 1
    assert str(said.would_change[0]) == "It would have been heard if this did not stand in the way."


def test_a_waivable_finding_keeps_a_request_out_until_it_is_waived(year):
    made = submitted(activity(year, most_per_party=2), places=3)
    [(_same, found)] = queries.weighed([made], on=ASKING.date())
    first = drawn_up(year)
    [line] = queries.lines(first, seen_by=MENU_MANAGER)
    assert line.outcome == "not_eligible"
    assert "waived" in str(queries.said(line).would_change[0])

    requests.waive(
        made, next(f.sentence.message for f in found if f.weight == "waivable"), ground="agreed", by=DESK_OFFICER, at=AFTER
    )

    second = drawn_up(year)
    [line] = queries.lines(second, seen_by=MENU_MANAGER)
    assert (line.outcome, second.counts["waived"]) == ("granted", 1)


def test_an_activity_short_of_people_is_not_held_and_says_so(year):
    submitted(activity(year, minimum=5), places=2)
    drawn = drawn_up(year)
    [line] = queries.lines(drawn, seen_by=MENU_MANAGER)

    assert (line.outcome, drawn.cancelled) == ("cancelled", ["XHQ.0001.01"])
    assert str(queries.said(line).reasons[1]) == "The activity needs 5 people, and 2 places were asked for."
    rounds.publish(drawn, by=MENU_MANAGER, at=AFTER)
    assert Seats.objects.get().held is False


def test_pools_and_caps_bind(year):
    course = activity(year, pool="P1", place_cost=100)
    limits.set_pool(year, "P1", name_en="Pool", budget=250, by=MENU_MANAGER, at=ASKING)
    limits.set_cap(year, the_world()[MERIDIA], places_cap=1, away_cap=None, by=MENU_MANAGER, at=ASKING)
    submitted(course, LAKELAND, places=3, funding="needed", priority=1)
    submitted(course, MERIDIA, places=3, funding="none")

    drawn = drawn_up(year)

    got = {line.request.party_id: line for line in queries.lines(drawn, seen_by=MENU_MANAGER)}
    assert (got[LAKELAND].funded, got[LAKELAND].self_paid) == (2, 0)
    assert "pool_spent" in got[LAKELAND].causes
    assert got[MERIDIA].granted == 1
    told = queries.said(got[MERIDIA])
    assert "Meridia holds all the places it may hold, 1." in map(str, told.reasons)
    assert "Meridia" in str(told.would_change[0])


def test_limits_are_kept_by_those_who_may_and_hold_what_they_promise(year, course):
    with pytest.raises(NotPermitted):
        limits.set_pool(year, "P1", name_en="Pool", budget=1, by=LAKE_CONTACT, at=ASKING)
    with pytest.raises(limits.BudgetIsNegative):
        limits.set_pool(year, "P1", name_en="Pool", budget=-1, by=MENU_MANAGER, at=ASKING)
    limits.set_cap(year, the_world()[ARCADIA], places_cap=9, away_cap=None, by=MENU_MANAGER, at=ASKING)
    rounds.publish(drawn_up(year), by=MENU_MANAGER, at=AFTER)
    held = Cap.objects.get().held
    assert held == sum(g.places for g in Grant.objects.filter(party=ARCADIA))
    with pytest.raises(limits.LimitsAreSettled):
        limits.set_pool(year, "P1", name_en="Pool", budget=1, by=MENU_MANAGER, at=AFTER)
    if held:
        with pytest.raises(limits.HoldsMoreAlready):
            limits.set_cap(year, the_world()[ARCADIA], places_cap=held - 1, away_cap=None, by=MENU_MANAGER, at=AFTER)


def test_an_activity_without_seats_or_cost_takes_all_and_no_money(year):
    course = activity(year, seats=None, pool="P1", minimum=4)
    limits.set_pool(year, "P1", name_en="Pool", budget=10_000, by=MENU_MANAGER, at=ASKING)
    submitted(course, LAKELAND, places=7, funding="wanted")
    drawn = drawn_up(year)
    [line] = queries.lines(drawn, seen_by=MENU_MANAGER)
    assert (line.funded, line.self_paid, line.outcome) == (0, 7, "self_paid")
    rounds.publish(drawn, by=MENU_MANAGER, at=AFTER)
    assert Seats.objects.get().left > 1000


def test_a_round_without_any_request_is_empty_and_sound(year):
    drawn = drawn_up(year)
    assert (drawn.counts["requests"], drawn.value) == (0, 0)
    assert allocations.replay(drawn, by=AUDITOR).is_same


def test_a_failed_round_is_drawn_up_again_without_harm(course, year, monkeypatch):
    ordered = rounds.order(year, rule=rule(), seed=7, by=MENU_MANAGER, at=AFTER)
    monkeypatch.setattr(allocations, "breaches", lambda *_: [Breach("over_capacity", "XHQ.0001.01", 11, 10)])
    with pytest.raises(allocations.Unsound, match="over_capacity"):
        allocations.draw_up(ordered, at=AFTER, by=MENU_MANAGER)
    assert not Line.objects.exists()
    assert not Input.objects.exists()
    rounds.fail(ordered, "over_capacity", by=MENU_MANAGER, at=AFTER)
    assert Round.objects.get().state == "failed"

    monkeypatch.undo()
    drawn = allocations.draw_up(ordered, at=AFTER, by=MENU_MANAGER)
    assert (drawn.state, drawn.fault) == ("drawn_up", "")
    assert rounds.fail(ordered, "late", by=MENU_MANAGER, at=AFTER).state == "drawn_up"


@pytest.mark.fault("F3")
def test_rounds_and_lines_are_hidden_from_those_they_do_not_concern(course, year):
    drawn = drawn_up(year)
    for who in (LAKE_CONTACT, PROVIDER):
        with pytest.raises(NotFound):
            queries.round_of(drawn.pk, seen_by=who)
        with pytest.raises(NotFound):
            queries.explanation(LAKELAND, course.number, seen_by=who)
        with pytest.raises(NotPermitted):
            rounds.publish(drawn, by=who, at=AFTER)
    rounds.publish(drawn, by=MENU_MANAGER, at=AFTER)
    assert queries.explanation(LAKELAND, course.number, seen_by=LAKE_CONTACT).request.party_id == LAKELAND
    with pytest.raises(NotFound):
        queries.explanation(LAKELAND, course.number, seen_by=MERIDIA_CONTACT)
    assert not queries.grants(year.pk, seen_by=MERIDIA_CONTACT).exclude(party=MERIDIA).exists()


def test_a_rule_is_published_once_as_it_is(year):
    first = rule()
    assert rule() == first
    with pytest.raises(rules.PublishedOtherwise):
        rule(self_pay_percent=50)
    assert rule(version=2, self_pay_percent=50) != first
    assert queries.rule("weighted", seen_by=LAKE_CONTACT).version == 2
    with pytest.raises(NotFound):
        queries.rule("lottery", seen_by=LAKE_CONTACT)
    with pytest.raises(NotPermitted):
        rules.publish({"name": "x", "version": 1, "parameters": PARAMETERS}, by=MENU_MANAGER, at=ASKING)
