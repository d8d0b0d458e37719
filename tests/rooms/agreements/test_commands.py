"""Agreements on the terminal: who finds what, and the way of a version by commands alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comity.agreements.acts import circulations, moving, offers
from comity.agreements.cli.desk import agreements_group
from comity.agreements.models import Agreement
from comity.config.rooms import command_groups
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, NotPermitted
from tests.rooms.agreements import desk
from tests.rooms.agreements.desk import ALLY, DESK, HEAD, LAKE, OTHER_HEAD
from tests.world.terminal import outcome

pytestmark = pytest.mark.django_db
UNTIL = f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%dT%H:%MZ}"
LATER = f"{datetime.now(UTC) + timedelta(days=4):%Y-%m-%dT%H:%M}+01:00"


def told(*given: Any, by: Actor = DESK) -> dict[str, Any]:
    """What a command says as JSON."""
    status, answer = outcome(agreements_group, *given, "--format", "json", by=by)
    assert status == 0, answer
    return answer


def test_a_version_goes_from_the_offer_to_the_decision_by_commands():
    made = told("offer", desk.a_version().pk)
    assert (made["state"], made["waits_for"], made["version_number"]) == ("offered", "party", 1)
    one = made["id"]

    endorsed = told("endorse", one, "--body", "The government", "--on", "2026-02", by=HEAD)
    opened = told("circulate", one, "--until", UNTIL)
    moved = told("extend", one, "--until", LATER, "--reason", "Holidays")
    decided = told("decide", one, "--body", "The Council", "--on", "2026", "--reference", "C1")

    assert (endorsed["state"], endorsed["endorsed_on"]) == ("endorsed", "2026-02")
    assert (opened["state"], opened["waits_for"]) == ("circulating", "allies")
    assert moved["silence_until"] > opened["silence_until"]
    assert (decided["state"], decided["how"], len(decided["sha256"])) == ("agreed", "council", 64)
    history = told("show", one, by=LAKE)["history"]
    assert [line["act"] for line in history][-2:] == ["endorsed a text", "offered a text for agreement"]
    assert history[-2]["party"] == "XLA"


def test_an_ally_breaks_silence_and_the_partner_is_not_told_which():
    at = datetime.now(UTC)
    one = circulations.circulate(desk.endorsed(at=at), deadline=at + timedelta(days=2), by=DESK, at=at).agreement_id

    assert told("break-silence", one, "--reason", "Chapter two.", by=ALLY)["why_returned"] == "broken"

    assert told("show", one, by=LAKE)["history"][0] | {"at": ""} == {
        "at": "", "who": "An Ally", "party": "", "act": "broke silence",
    }  # fmt: skip
    assert told("show", one)["history"][0]["party"] == "XAR"


def test_an_offer_is_taken_back_and_a_round_withdrawn():
    assert told("take-back", desk.offered().pk, by=LAKE)["why_returned"] == "taken_back"
    at = datetime.now(UTC)
    running = circulations.circulate(desk.endorsed(at=at), deadline=at + timedelta(days=2), by=DESK, at=at)

    assert told("withdraw", running.agreement_id, "--reason", "A mistake.")["why_returned"] == "withdrawn"


def test_they_are_listed_by_party_and_state_for_a_program_and_for_people():
    desk.offered()
    desk.endorsed()

    assert told("list")["count"] == 2
    [line] = told("list", "--party", "xla", "--state", "endorsed")["agreements"]
    assert (line["party"], line["waits_for"], line["title"]) == ("XLA", "organisation", "Partnership programme")
    assert told("list", "--party", "XME")["agreements"] == []
    shown = outcome(agreements_group, "list")[1]
    assert shown.startswith("count: 2")
    assert "endorsed" in shown


def test_what_is_not_told_rightly_is_refused_in_words():
    one = desk.offered().pk

    with pytest.raises(moving.NotADate) as refused:
        told("endorse", one, "--body", "The government", "--on", "soon", by=HEAD)
    with pytest.raises(NotPermitted):
        told("endorse", one, "--body", "The government", "--on", "2026", by=LAKE)
    with pytest.raises(offers.AgreedAlready):
        told("offer", desk.agreed().version_id)
    # A deadline without its zone is not understood; nothing is done.
    assert outcome(agreements_group, "circulate", one, "--until", "2099-01-01T00:00")[0] == 2

    assert str(refused.value) == "“soon” is not a year, a month or a day."
    assert Agreement.objects.get(pk=one).state == "offered"


@pytest.mark.fault("F3", "F4")
def test_others_find_nothing():
    one = desk.endorsed().pk

    for who in (OTHER_HEAD, ALLY, Actor()):
        assert told("list", by=who)["agreements"] == []
        with pytest.raises(NotFound):
            told("show", one, by=who)
        with pytest.raises(NotFound):
            told("circulate", one, "--until", UNTIL, by=who)


def test_a_room_of_several_groups_has_them_all_in_the_program():
    groups = command_groups()

    assert "break-silence" in [command.name for command in groups["agreements"].registered_commands]
    assert {"verify", "list"} <= {command.name for command in groups["programmes"].registered_commands}
