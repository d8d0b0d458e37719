"""Trying one line out with one term changed: solved again, told to each reader as far as it is theirs, forgotten after a week."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from comity.accounts.rules import Role
from comity.kernel.refusals import NotFound, NotPermitted
from comity.participation.acts import allocations, limits, rounds
from comity.participation.models import Line, Round
from comity.scenarios import jobs, queries
from comity.scenarios.acts import trials
from comity.scenarios.models import Trial
from comity.scenarios.rules import OFFERS
from comity.trail.models import Entry
from tests.world.cast import (
    ARCADIA,
    AUDITOR,
    LAKE_CONTACT,
    LAKELAND,
    MENU_MANAGER,
    MERIDIA,
    MERIDIA_CONTACT,
    actor,
    the_world,
)
from tests.world.requests import AFTER, ASKING, activity, drawn_up, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(year) -> Round:
    """A published round of the year in which Lakeland's second priority got nothing of the two scarce seats."""
    limits.set_pool(year, "P1", name_en="Pool", budget=1000, by=MENU_MANAGER, at=ASKING)
    limits.set_cap(year, the_world()[LAKELAND], places_cap=None, away_cap=9, by=MENU_MANAGER, at=ASKING)
    return rounds.publish(drawn_up(year), by=MENU_MANAGER, at=AFTER)


@pytest.fixture
def scarce(drawn) -> Line:
    """Lakeland's line on the scarce seats."""
    found = Line.objects.get(round=drawn, request__party=LAKELAND, request__activity__number="XHQ.0002.01")
    assert found.outcome == "not_granted"
    return queries.line(drawn, found.pk, seen_by=LAKE_CONTACT)


def tried(line, lever, amount, *, by=LAKE_CONTACT, at=AFTER) -> Trial:
    """A trial that was asked for and worked out by its job."""
    made = trials.attempt(line, lever, amount, by=by, at=at)
    jobs.try_out(made.pk)
    return Trial.objects.get(pk=made.pk)


def test_two_more_places_would_have_been_enough_and_nobody_would_have_moved(scarce):
    made = tried(scarce, "capacity", 2)

    read = queries.trial(made.pk, seen_by=LAKE_CONTACT)

    assert read.is_better
    assert made.result["after"] == [2, 0]
    assert [str(s) for s in read.said] == [
        "With 2 more places at the activity you would have got 2 of 2 places, 2 of them funded; the round granted 0.",
        "No other request would have changed.",
        "Solved again and proved to be the best possible plan.",
    ]


def test_what_the_round_conjectured_is_verified(scarce, drawn):
    offer = queries.offered(scarce)
    assert offer is not None

    made = tried(scarce, offer.lever, offer.amount)

    assert queries.trial(made.pk, seen_by=LAKE_CONTACT).is_better
    assert queries.levers(scarce, seen_by=LAKE_CONTACT)[0] == offer


def test_a_change_that_helps_nobody_says_so(scarce):
    read = queries.trial(tried(scarce, "budget", 5).pk, seen_by=LAKE_CONTACT)
    assert not read.is_better
    assert "you would have got 0 of 2 places" in str(read.said[0])


@pytest.mark.fault("F3")
def test_a_party_learns_nothing_of_others_but_how_many_moved(scarce):
    made = tried(scarce, "priority", 1)

    own, staff = (queries.trial(made.pk, seen_by=who) for who in (LAKE_CONTACT, AUDITOR))

    assert own.parties == []
    assert MERIDIA not in " ".join(map(str, own.said))
    assert str(own.said[0]).startswith("With priority 1 you would have got")
    assert str(staff.said[0]).startswith("With priority 1 Lakeland would have got")
    if made.result["moved"]:
        assert {code for code, *_more in staff.parties} >= {MERIDIA}
    with pytest.raises(NotFound):
        queries.trial(made.pk, seen_by=MERIDIA_CONTACT)
    assert queries.trials(scarce, seen_by=MERIDIA_CONTACT) == []


@pytest.mark.fault("F3", "F7")
def test_the_line_of_another_party_or_of_an_unpublished_round_is_not_found(year, drawn, scarce):
    with pytest.raises(NotFound):
        queries.line(drawn, scarce.pk, seen_by=MERIDIA_CONTACT)
    rehearsal = drawn_up(year, simulation=True)
    hidden = Line.objects.filter(round=rehearsal, request__party=LAKELAND).first()
    with pytest.raises(NotFound):
        queries.line(rehearsal, hidden.pk, seen_by=LAKE_CONTACT)
    assert queries.line(rehearsal, hidden.pk, seen_by=MENU_MANAGER)
    with pytest.raises(NotFound):
        queries.line(rehearsal, scarce.pk, seen_by=MENU_MANAGER)


def test_nothing_is_recorded_but_an_answer_that_expires(scarce):
    lines = list(Line.objects.values())
    before = Entry.objects.count()

    made = tried(scarce, "capacity", 1)

    assert Entry.objects.count() == before
    assert list(Line.objects.values()) == lines
    assert made.expires_at == AFTER + timedelta(days=7)
    again = trials.attempt(scarce, "capacity", 1, by=LAKE_CONTACT, at=AFTER + timedelta(days=6))
    assert (again.pk, again.state) == (made.pk, "done")
    later = trials.attempt(scarce, "capacity", 1, by=LAKE_CONTACT, at=AFTER + timedelta(days=7))
    assert (later.state, Trial.objects.count()) == ("ordered", 1)
    jobs.try_out(made.pk)  # its row is gone: nobody's any more
    assert Trial.objects.get().state == "ordered"


def test_the_same_question_is_worked_out_once_and_asked_again_when_it_was_lost(scarce):
    first = trials.attempt(scarce, "capacity", 1, by=LAKE_CONTACT, at=AFTER)
    assert trials.attempt(scarce, "capacity", 1, by=LAKE_CONTACT, at=AFTER).pk == first.pk
    deferred = ProcrastinateJob.objects.filter(task_name="scenarios.try_out")
    assert [job.args["trial"] for job in deferred] == [first.pk]

    trials.attempt(scarce, "capacity", 1, by=LAKE_CONTACT, at=AFTER + timedelta(hours=1))

    assert deferred.all().count() == 2


def test_everybody_gets_a_turn(scarce):
    for amount in range(1, 6):
        trials.attempt(scarce, "capacity", amount, by=LAKE_CONTACT, at=AFTER)
    with pytest.raises(trials.TooManyAtOnce):
        trials.attempt(scarce, "capacity", 6, by=LAKE_CONTACT, at=AFTER)
    jobs.try_out(Trial.objects.first().pk)
    assert trials.attempt(scarce, "capacity", 6, by=LAKE_CONTACT, at=AFTER)


@pytest.mark.parametrize(
    ("lever", "amount"),
    [("priority", 2), ("priority", 4), ("capacity", 0), ("capacity", 10**10), ("places", 1), ("minimum", 1), ("nonsense", 1)],
)
def test_what_changes_nothing_is_refused(scarce, lever, amount):
    with pytest.raises(trials.ChangesNothing):
        trials.attempt(scarce, lever, amount, by=LAKE_CONTACT, at=AFTER)
    assert not Trial.objects.exists()


@pytest.mark.parametrize(("amount", "heard"), [(0, True), (1, False), (2, True), (3, False)])
def test_other_funding_is_tried_out_where_the_round_offers_it(scarce, amount, heard):
    offer = next(message for message, lever in OFFERS.items() if lever == "funding")
    scarce.would_change = [[offer, {"subject": "x", "amount": amount}]]  # as a round would have written it
    if heard:
        assert trials.attempt(scarce, "funding", amount, by=LAKE_CONTACT, at=AFTER).state == "ordered"
    else:
        with pytest.raises(trials.ChangesNothing):
            trials.attempt(scarce, "funding", amount, by=LAKE_CONTACT, at=AFTER)


def test_a_request_that_was_not_heard_cannot_be_tried_out(year):
    made = activity(year, 7)
    submitted(made, ARCADIA)
    type(made).objects.filter(pk=made.pk).update(closed_to_parties=[ARCADIA])
    drawn = drawn_up(year)
    line = Line.objects.get(round=drawn, request__activity=made)
    with pytest.raises(trials.NothingToTryOut):
        trials.attempt(queries.line(drawn, line.pk, seen_by=MENU_MANAGER), "capacity", 1, by=MENU_MANAGER, at=AFTER)
    assert queries.offered(line) is None


def test_trying_out_is_for_those_who_ask_for_places_or_see_rounds(scarce):
    reader = actor(Role.PROVIDER, of=LAKELAND)
    with pytest.raises(NotPermitted):
        trials.attempt(scarce, "capacity", 1, by=reader, at=AFTER)


def test_only_terms_that_limit_a_line_are_offered(scarce, drawn):
    assert {told.lever for told in queries.levers(scarce, seen_by=LAKE_CONTACT)} >= {"priority", "capacity", "away_cap", "budget"}
    free = Line.objects.get(round=drawn, request__party=MERIDIA, request__activity__number="XHQ.0001.01")
    line = queries.line(drawn, free.pk, seen_by=MENU_MANAGER)
    assert not {"away_cap", "budget"} & {told.lever for told in queries.levers(line, seen_by=MENU_MANAGER)}


def test_a_trial_that_fails_says_so_and_may_be_asked_again(scarce, monkeypatch):
    def crash(*_args: object, **_more: object) -> None:
        raise MemoryError("no room")

    made = trials.attempt(scarce, "capacity", 1, by=LAKE_CONTACT, at=AFTER)
    monkeypatch.setattr(allocations, "try_out", crash)
    with pytest.raises(MemoryError):
        jobs.try_out(made.pk)
    assert Trial.objects.get().fault == "MemoryError: no room"
    assert not queries.trial(made.pk, seen_by=LAKE_CONTACT).is_ready

    monkeypatch.undo()
    assert tried(scarce, "capacity", 1).state == "done"
