"""What may be done with a request, until when, and by whom."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from comity.activities.acts import editions
from comity.activities.models import Activity, Edition
from comity.kernel.refusals import ChangedMeanwhile, NotFound, NotPermitted
from comity.participation import queries
from comity.participation.acts import requests, rounds
from comity.participation.models import Request, Waiver
from comity.programmes.acts import objectives
from comity.programmes.models import Objective
from comity.trail.models import Entry
from tests.world.cast import (
    ADMINISTRATOR,
    ARCADIA_CONTACT,
    DESK_OFFICER,
    LAKE_CONTACT,
    LAKELAND,
    MENU_MANAGER,
    MERIDIA,
    MERIDIA_CONTACT,
    PROVIDER,
    the_world,
)
from tests.world.requests import AFTER, ASKING, DEADLINE, activity, breaking, drawn_up, edition, objective, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def year() -> Edition:
    """An edition that takes requests, in a world of countries."""
    the_world()
    return edition()


@pytest.fixture
def course(year: Edition) -> Activity:
    """A course of ten seats."""
    return activity(year)


def test_a_contact_asks_for_places_and_the_trail_says_so(course):
    made = requests.ask(course, places=2, priority=1, by=LAKE_CONTACT, at=ASKING)

    assert (made.party_id, made.places, made.priority, made.state, made.version) == (LAKELAND, 2, 1, "draft", 1)
    entry = Entry.objects.first()
    assert (entry.act, entry.about_party, entry.facts["activity"]) == ("request.asked", LAKELAND, course.number)


def test_a_party_asks_once_for_an_activity_and_again_after_withdrawing(course):
    made = requests.ask(course, by=LAKE_CONTACT, at=ASKING)

    with pytest.raises(requests.AlreadyAsked) as refused:
        requests.ask(course, by=LAKE_CONTACT, at=ASKING)
    assert refused.value.code == "already-asked"

    requests.withdraw(made, by=LAKE_CONTACT, at=ASKING)
    assert requests.ask(course, by=LAKE_CONTACT, at=ASKING).state == "draft"


def test_only_who_may_ask_asks_and_only_for_the_own_party(course, year):
    with pytest.raises(NotPermitted):
        requests.ask(course, by=PROVIDER, at=ASKING)
    with pytest.raises(NotPermitted):
        requests.ask(course, by=MENU_MANAGER, at=ASKING)
    with pytest.raises(NotFound):
        requests.ask(course, party=the_world()[MERIDIA], by=LAKE_CONTACT, at=ASKING)
    assert requests.ask(course, party=the_world()[MERIDIA], by=ADMINISTRATOR, at=ASKING).party_id == MERIDIA


@pytest.mark.fault("F21")
def test_what_is_not_on_offer_is_not_asked_for_and_not_submitted(course):
    made = requests.ask(course, by=LAKE_CONTACT, at=ASKING)
    Activity.objects.filter(pk=course.pk).update(state="retired", reason="no teacher")

    with pytest.raises(requests.StandsInTheWay, match="no longer on offer"):
        requests.submit(made, by=LAKE_CONTACT, at=ASKING)
    with pytest.raises(requests.NotOnOffer):
        requests.ask(course, by=MERIDIA_CONTACT, at=ASKING)


@pytest.mark.fault("F19")
def test_a_draft_with_everything_empty_is_saved_and_only_its_submission_is_refused(course):
    made = requests.ask(course, places=None, priority=None, by=LAKE_CONTACT, at=ASKING)
    requests.change(made, note="to be discussed", by=LAKE_CONTACT, at=ASKING)

    with pytest.raises(requests.StandsInTheWay, match="how many places"):
        requests.submit(made, by=LAKE_CONTACT, at=ASKING)

    kept = Request.objects.get(pk=made.pk)
    assert (kept.note, kept.places, kept.state) == ("to be discussed", None, "draft")
    changed = requests.change(kept, places=2, priority=3, by=LAKE_CONTACT, at=ASKING)
    assert requests.submit(changed, by=LAKE_CONTACT, at=ASKING).state == "submitted"


@pytest.mark.fault("F19")
def test_a_draft_for_more_places_than_there_are_is_saved_too(course):
    made = requests.ask(course, places=11, by=LAKE_CONTACT, at=ASKING)

    with pytest.raises(requests.StandsInTheWay, match="11 places are asked for and the activity has 10"):
        requests.submit(made, by=LAKE_CONTACT, at=ASKING)


@pytest.mark.parametrize(("values", "refusal"), [({"places": 0}, requests.NoPlaces), ({"priority": 4}, requests.NoSuchPriority)])
def test_nonsense_is_refused_in_words(course, values, refusal):
    made = requests.ask(course, by=LAKE_CONTACT, at=ASKING)

    with pytest.raises(refusal):
        requests.change(made, by=LAKE_CONTACT, at=ASKING, **values)

    assert Request.objects.get(pk=made.pk).version == 1


@pytest.mark.fault("F18")
def test_a_change_made_from_an_old_version_is_refused(course):
    made = requests.ask(course, by=LAKE_CONTACT, at=ASKING)
    requests.change(made, places=2, version=1, by=LAKE_CONTACT, at=ASKING)

    with pytest.raises(ChangedMeanwhile):
        requests.change(made, places=3, version=1, by=LAKE_CONTACT, at=ASKING)

    assert Request.objects.get(pk=made.pk).places == 2


def test_a_submitted_request_is_changed_as_long_as_nothing_bars_it(course):
    made = submitted(course)
    assert requests.change(made, places=3, by=LAKE_CONTACT, at=ASKING).state == "submitted"

    with pytest.raises(requests.StandsInTheWay):
        requests.change(made, places=None, by=LAKE_CONTACT, at=ASKING)


def test_a_submitted_request_is_not_submitted_again_and_a_withdrawn_one_not_at_all(course):
    made = submitted(course)
    with pytest.raises(requests.NotADraft):
        requests.submit(made, by=LAKE_CONTACT, at=ASKING)
    requests.withdraw(made, by=LAKE_CONTACT, at=ASKING)
    with pytest.raises(requests.StaysWithdrawn):
        requests.change(made, places=1, by=LAKE_CONTACT, at=ASKING)


def test_submitting_all_keeps_back_what_something_bars_and_names_it(year):
    good, bad = activity(year, 1), activity(year, 2, open_to_parties=[MERIDIA])
    requests.ask(good, by=LAKE_CONTACT, at=ASKING)
    requests.ask(bad, by=LAKE_CONTACT, at=ASKING)

    done = requests.submit_all(year, by=LAKE_CONTACT, at=ASKING)

    assert done.submitted == 1
    [(kept, why)] = done.kept_back
    assert kept.activity == bad
    assert "open to named parties only" in str(why)
    assert requests.submit_all(year, by=LAKE_CONTACT, at=ASKING).submitted == 0


@pytest.mark.fault("F3", "F7")
def test_an_objective_of_another_party_is_not_found(course):
    foreign, own = objective(MERIDIA), objective(LAKELAND)

    with pytest.raises(NotFound):
        requests.ask(course, objective=foreign, by=LAKE_CONTACT, at=ASKING)

    assert requests.ask(course, objective=own, by=LAKE_CONTACT, at=ASKING).objective == own


@pytest.mark.fault("F7")
def test_the_database_itself_refuses_anothers_objective(course):
    made = requests.ask(course, by=LAKE_CONTACT, at=ASKING)
    with breaking("request_objective_is_the_partys_own"):
        Request.objects.filter(pk=made.pk).update(objective=objective(MERIDIA), version=2)


@pytest.mark.fault("F3")
def test_nobody_but_the_own_party_and_the_staff_sees_a_request(course):
    made = submitted(course)

    seen = {
        who.login: queries.requests(seen_by=who).filter(pk=made.pk).exists() for who in (LAKE_CONTACT, MENU_MANAGER, DESK_OFFICER)
    }
    assert all(seen.values())
    for who in (MERIDIA_CONTACT, ARCADIA_CONTACT, PROVIDER):
        assert not queries.requests(seen_by=who).exists()
        assert not queries.demand(course.edition, seen_by=who)
        assert queries.basket(course.edition, LAKELAND, seen_by=who).requests == 0
        assert queries.asked_for(course, seen_by=who) is None
        with pytest.raises(NotFound):
            queries.request(made.pk, seen_by=who)
        with pytest.raises((NotFound, NotPermitted)):
            requests.withdraw(made, by=who, at=ASKING)


ZONES = ["Pacific/Pago_Pago", "UTC", "Pacific/Tongatapu"]


@pytest.mark.fault("F16")
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("second", "open_still"), [(-1, True), (0, False), (1, False)])
def test_the_deadline_binds_to_the_second_in_the_zone_of_the_edition(zone, second, open_still):
    the_world()
    closing = datetime(2026, 10, 1, 17, 0, 0, tzinfo=ZoneInfo(zone))
    course = activity(edition(zone=zone, closing_at=closing))
    made = requests.ask(course, by=LAKE_CONTACT, at=ASKING)
    moment = (closing + timedelta(seconds=second)).astimezone(UTC)

    if open_still:
        requests.change(made, places=2, by=LAKE_CONTACT, at=moment)
        requests.submit(made, by=LAKE_CONTACT, at=moment)
        requests.ask(course, by=MERIDIA_CONTACT, at=moment)
        return
    for attempt in (
        lambda: requests.change(made, places=2, by=LAKE_CONTACT, at=moment),
        lambda: requests.submit(made, by=LAKE_CONTACT, at=moment),
        lambda: requests.withdraw(made, by=LAKE_CONTACT, at=moment),
        lambda: requests.submit_all(course.edition, by=LAKE_CONTACT, at=moment),
        lambda: requests.ask(course, by=MERIDIA_CONTACT, at=moment),
    ):
        with pytest.raises(requests.TooLate) as refused:
            attempt()
        assert "17:00:00" in str(refused.value)
        assert zone in str(refused.value)


@pytest.mark.fault("F16")
@pytest.mark.parametrize(("fold", "utc_hour"), [(0, 0), (1, 1)])
def test_the_hour_that_comes_twice_is_the_one_that_was_meant(fold, utc_hour):
    the_world()
    closing = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Brussels"), fold=fold)
    course = activity(edition(closing_at=closing))
    made = requests.ask(course, by=LAKE_CONTACT, at=ASKING)
    at = datetime(2026, 10, 25, utc_hour, 30, tzinfo=UTC)

    requests.change(made, places=2, by=LAKE_CONTACT, at=at - timedelta(seconds=1))
    with pytest.raises(requests.TooLate):
        requests.change(made, places=3, by=LAKE_CONTACT, at=at)


@pytest.mark.fault("F16")
def test_the_hour_that_never_comes_closes_an_hour_of_the_world_later():
    the_world()
    closing = datetime(2027, 3, 28, 2, 30, tzinfo=ZoneInfo("Europe/Brussels")).astimezone(UTC)
    course = activity(edition(closing_at=closing))
    made = requests.ask(course, by=LAKE_CONTACT, at=closing - timedelta(seconds=1))

    with pytest.raises(requests.TooLate, match="03:30:00"):
        requests.submit(made, by=LAKE_CONTACT, at=closing)


def test_requests_are_not_taken_before_they_are_open_nor_after_they_are_closed(year, course):
    made = submitted(course)
    later = editions.plan(2028, at=ASKING, by=MENU_MANAGER)
    editions.open_contributions(later, at=ASKING, by=MENU_MANAGER)
    editions.publish(later, at=ASKING, by=MENU_MANAGER)
    with pytest.raises(requests.RequestsNotOpen):
        requests.ask(activity(later, 2), by=LAKE_CONTACT, at=ASKING)

    editions.close_requests(year, at=DEADLINE, by=MENU_MANAGER)
    with pytest.raises(requests.RequestsNotOpen):
        requests.change(made, places=2, by=LAKE_CONTACT, at=DEADLINE)


@pytest.mark.parametrize(
    ("law", "values"),
    [
        ("request_versions_count_up", {"places": 2}),
        ("request_changes_before_the_deadline", {"version": 2, "changed_at": AFTER}),
        ("request_stays_where_it_is", {"version": 2, "party_id": MERIDIA}),
        ("request_submitted_iff_dated_and_signed", {"version": 2, "submitted_by": "x"}),
        ("request_withdrawn_iff_dated_and_signed", {"version": 2, "state": "withdrawn"}),
        (
            "request_submitted_is_complete",
            {"version": 2, "places": None, "state": "submitted", "submitted_at": ASKING, "submitted_by": "x"},
        ),
    ],
)
def test_the_laws_hold_without_the_acts(course, law, values):
    made = requests.ask(course, by=LAKE_CONTACT, at=ASKING)
    with breaking(law):
        Request.objects.filter(pk=made.pk).update(**values)


def test_a_request_is_never_deleted(course):
    made = requests.ask(course, by=LAKE_CONTACT, at=ASKING)
    with breaking("requests_are_never_deleted"):
        Request.objects.filter(pk=made.pk).delete()


def test_a_finding_that_may_be_waived_is_waived_with_a_ground(year):
    made = submitted(activity(year, most_per_party=2), places=3)
    [(_same, found)] = queries.weighed([made], on=ASKING.date())
    message = next(f.sentence.message for f in found if f.weight == "waivable")

    with pytest.raises(requests.WaiverNeedsAGround):
        requests.waive(made, message, ground=" ", by=DESK_OFFICER, at=ASKING)
    with pytest.raises(requests.NothingToWaive):
        requests.waive(made, "another", ground="agreed", by=DESK_OFFICER, at=ASKING)
    with pytest.raises(NotPermitted):
        requests.waive(made, message, ground="agreed", by=LAKE_CONTACT, at=ASKING)

    requests.waive(made, message, ground="agreed with the host", by=DESK_OFFICER, at=ASKING)
    assert Waiver.objects.get().ground == "agreed with the host"


@pytest.mark.fault("F21")
def test_a_retired_objective_is_not_offered_to_new_requests(course):
    kept = objective()
    objectives.retire(kept, by=LAKE_CONTACT, at=ASKING)
    assert not Objective.objects.seen_by(LAKE_CONTACT).of_year(2027).exists()


def test_nothing_is_asked_once_the_round_is_published(year, course):
    made = submitted(course)
    rounds.publish(drawn_up(year), by=MENU_MANAGER, at=AFTER)
    for attempt in (requests.withdraw, requests.submit):
        with pytest.raises((requests.RequestsNotOpen, requests.NotADraft)):
            attempt(made, by=LAKE_CONTACT, at=ASKING)
