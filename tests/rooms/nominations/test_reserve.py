"""The reserve list: seats go back on the day, are offered in the published order, and nobody is passed over in silence."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from comity.accounts.rules import Role
from comity.kernel.refusals import NotFound, NotPermitted
from comity.nominations import jobs
from comity.nominations.acts import answers, nominations, policies, reserve
from comity.nominations.models import Nomination, PromotionPolicy, Step
from comity.nominations.queries import reserve as lists
from comity.nominations.rules.reserve import Floor, Unit, begins_at, held_until, queue, releases_at, too_many
from comity.participation.models import Grant, Request, Seats
from tests.house import discover
from tests.world.cast import ADMINISTRATOR, DESK_OFFICER, GULFLAND, LAKELAND, MERIDIA, PROVIDER, actor
from tests.world.nominations import COURSE_DAY, NOW, asked, contact, course, nominated
from tests.world.requests import breaking

TOLD = {
    "name": "six-weeks", "version": 1, "title_en": "Six weeks", "title_fr": "Six semaines", "text_en": "Six weeks before.",
    "text_fr": "Six semaines avant.", "release_days": 42, "hold_hours": 72, "order": ["priority", "fewest_seats", "waits_since"],
}  # fmt: skip
BRUSSELS = ZoneInfo("Europe/Brussels")
RELEASE = datetime(2027, 1, 25, tzinfo=BRUSSELS).astimezone(UTC)
SECOND = timedelta(seconds=1)


def policy(**told: object) -> PromotionPolicy:
    """The published policy of six weeks."""
    return policies.publish({**TOLD, **told}, by=ADMINISTRATOR, at=NOW)[0]


def kinds() -> list[str]:
    """The steps so far."""
    return list(Step.objects.order_by("pk").values_list("kind", flat=True))


def state_of(n: Nomination) -> str:
    """How a nomination stands now."""
    return Nomination.objects.get(pk=n.pk).state


@pytest.mark.django_db
class TestTheList:
    @pytest.fixture
    def two(self, db) -> tuple[Request, Request]:
        """A course of two seats that Lakeland holds; Meridia asked and got none."""
        policy()
        what = course(seats=2)
        return asked(what), asked(what, MERIDIA, granted=0, priority=1)

    @pytest.mark.fault("F2", "F16")
    def test_unfilled_seats_go_back_on_the_second_and_are_offered_at_once(self, two):
        waiting = nominated(two[1], state="reserve")

        assert reserve.turn(by=jobs.THE_DESK, at=RELEASE - SECOND) == {"expired": 0, "released": 0, "offered": 0}
        assert reserve.turn(by=jobs.THE_DESK, at=RELEASE) == {"expired": 0, "released": 2, "offered": 1}
        assert reserve.turn(by=jobs.THE_DESK, at=RELEASE + SECOND) == {"expired": 0, "released": 0, "offered": 0}

        assert kinds() == ["released", "offered"]
        assert (state_of(waiting), Seats.objects.get().granted) == ("offered", 1)
        assert Step.objects.first().why[0][1] == {"seats": 2, "days": 42}

    def test_a_seat_that_somebody_holds_stays(self, two):
        nominated(two[0], state="put_forward")

        reserve.turn(by=jobs.THE_DESK, at=RELEASE)

        assert Seats.objects.get().granted == 1
        assert list(Grant.objects.values_list("party", "self_paid")) == [(LAKELAND, 1)]

    @pytest.mark.fault("F2", "F16")
    def test_an_offer_is_taken_before_its_last_second_and_passes_on_at_it(self, two):
        first, second = (nominated(two[1], n, state="reserve") for n in (1, 2))
        nominated(two[0], 3, state="put_forward")
        reserve.turn(by=jobs.THE_DESK, at=RELEASE)
        until = Nomination.objects.get(pk=first.pk).held_until
        assert until == RELEASE + timedelta(hours=72)

        with pytest.raises(NotFound):
            reserve.take([first], by=contact(), at=until - SECOND)
        with pytest.raises(reserve.OfferHasEnded):
            reserve.take([first], by=contact(MERIDIA), at=until)
        assert reserve.turn(by=jobs.THE_DESK, at=until - SECOND)["expired"] == 0
        assert reserve.turn(by=jobs.THE_DESK, at=until) == {"expired": 1, "released": 0, "offered": 1}

        assert (state_of(first), state_of(second)) == ("lapsed", "offered")
        assert reserve.take([second], by=contact(MERIDIA), at=until + SECOND) == 1
        assert kinds() == ["released", "offered", "expired", "offered", "taken"]
        assert Seats.objects.get().granted == 2

    def test_a_refused_seat_goes_to_whoever_waits_next(self, two):
        first, second = nominated(two[1], state="reserve"), nominated(two[0], 2, state="put_forward")
        third = nominated(asked(two[0].activity, GULFLAND, granted=0), state="reserve")
        reserve.turn(by=jobs.THE_DESK, at=RELEASE)
        assert (state_of(first), state_of(third)) == ("offered", "reserve")

        reserve.refuse([first], by=contact(MERIDIA), at=RELEASE + SECOND)
        reserve.turn(by=jobs.THE_DESK, at=RELEASE + 2 * SECOND)

        assert (state_of(first), state_of(second), state_of(third)) == ("withdrawn", "put_forward", "offered")
        nominations.withdraw([third], by=contact(GULFLAND), at=RELEASE + 3 * SECOND)
        assert Seats.objects.get().granted == 1

    @pytest.mark.fault("F2")
    def test_whoever_is_passed_over_is_told_why_once(self, two):
        team = [nominated(two[1], n, state="reserve", team="Alpha") for n in (1, 2)]
        nominated(two[0], 3, state="put_forward")
        barred = nominated(asked(two[0].activity, GULFLAND, granted=0, priority=2), state="reserve")
        two[0].activity.closed_to_parties = [GULFLAND]
        two[0].activity.save()
        for minute in range(3):
            reserve.turn(by=jobs.THE_DESK, at=RELEASE + timedelta(minutes=minute))

        why = {s.nomination_id: s.why[0][0] for s in Step.objects.filter(kind="skipped")}
        assert Step.objects.filter(kind="skipped").count() == 3
        assert why[team[0].pk] == why[team[1].pk] == "A team of {size} goes together, and {left} seats are left."
        assert "closed to" in why[barred.pk]

    @pytest.mark.fault("F1", "F2")
    def test_nobody_is_offered_more_than_was_asked_for_or_a_cap_allows(self, two):
        for n in (1, 2, 3):
            nominated(two[1], n, state="reserve")
        reserve.turn(by=jobs.THE_DESK, at=RELEASE)

        assert sorted(Nomination.objects.values_list("state", flat=True)) == ["offered", "offered", "reserve"]

    def test_what_still_waits_when_the_activity_begins_lapses(self, two):
        waits, collected, held = nominated(two[1], state="reserve"), nominated(two[1], 2), nominated(two[0], 3, state="accepted")
        begins = begins_at(COURSE_DAY, "Europe/Brussels")

        assert reserve.expire(two[0].activity, by=jobs.THE_DESK, at=begins - SECOND) == 0
        assert reserve.turn(by=jobs.THE_DESK, at=begins)["expired"] == 2

        assert [state_of(n) for n in (waits, collected, held)] == ["lapsed", "lapsed", "accepted"]

    def test_a_seat_freed_late_stays_a_while_with_its_party(self, two):
        mine = [nominated(two[0], n, state="put_forward") for n in (1, 2)]
        answers.decline(mine[:1], reason="Somebody else, please.", by=PROVIDER, at=RELEASE)

        assert reserve.turn(by=jobs.THE_DESK, at=RELEASE + timedelta(hours=71))["released"] == 0
        assert reserve.turn(by=jobs.THE_DESK, at=RELEASE + timedelta(hours=73))["released"] == 1

    def test_nothing_moves_without_a_policy_or_a_day(self):
        what = course(seats=2)
        asked(what)
        assert reserve.turn(by=jobs.THE_DESK, at=RELEASE)["released"] == 0
        assert reserve.release(what, by=jobs.THE_DESK, at=RELEASE) == 0
        assert reserve.offer_next(what, by=jobs.THE_DESK, at=RELEASE) == []
        with pytest.raises(NotPermitted):
            reserve.release(what, by=DESK_OFFICER, at=RELEASE)

    @pytest.mark.fault("F22")
    def test_steps_and_policies_stay_as_they_are(self, two):
        nominated(two[1], state="reserve")
        reserve.turn(by=jobs.THE_DESK, at=RELEASE)
        with breaking("steps_never_change"):
            Step.objects.update(by="x")
        with breaking("promotion_policies_never_change"):
            PromotionPolicy.objects.update(hold_hours=1)

    @pytest.mark.fault("F3")
    def test_a_party_sees_its_own_steps_and_the_provider_those_at_its_activities(self, two):
        nominated(two[1], state="reserve")
        reserve.turn(by=jobs.THE_DESK, at=RELEASE)
        seen = {
            who: [s.party_id for s in lists.steps(two[0].activity, seen_by=by)]
            for who, by in (
                ("xla", contact()), ("xme", contact(MERIDIA)), ("centre", PROVIDER), ("desk", DESK_OFFICER),
                ("other", actor(Role.PROVIDER, of=GULFLAND)),
            )
        }  # fmt: skip

        assert seen == {
            "xla": [LAKELAND],
            "xme": [MERIDIA],
            "centre": [MERIDIA, LAKELAND],
            "desk": [MERIDIA, LAKELAND],
            "other": [],
        }


@pytest.mark.django_db
class TestPolicies:
    def test_a_version_is_published_once_and_says_one_thing(self, tmp_path):
        first = policy()
        assert policies.publish(TOLD, by=ADMINISTRATOR, at=NOW) == (first, False)
        with pytest.raises(policies.PolicyPublishedOtherwise):
            policy(hold_hours=24)
        with pytest.raises(policies.NoSuchOrder):
            policy(version=2, order=["beauty"])
        with pytest.raises(NotPermitted):
            policies.publish(TOLD, by=DESK_OFFICER, at=NOW)
        second = policy(version=2, hold_hours=24)

        assert lists.policy(seen_by=contact()) == second
        assert (str(second), str(second.title), str(second.text)) == ("six-weeks 2", "Six weeks", "Six weeks before.")
        assert policies.publish_all(tmp_path, by=ADMINISTRATOR, at=NOW) == {"created": 0, "unchanged": 0}

    def test_the_packs_policy_is_one(self):
        assert policies.publish_all(discover.ROOT / "packs" / "nato", by=ADMINISTRATOR, at=NOW) == {"created": 1, "unchanged": 0}
        assert lists.policy(seen_by=contact()).release_days == 42


class TestRules:
    @pytest.mark.fault("F16")
    @pytest.mark.parametrize("zone", ["Pacific/Midway", "UTC", "Pacific/Tongatapu", "Europe/Brussels", "America/Asuncion"])
    @pytest.mark.parametrize("day", [date(2027, 3, 8), date(2027, 5, 9), date(2027, 10, 3), date(2027, 12, 12)])
    def test_a_day_begins_where_the_edition_is_told_also_across_a_change_of_clocks(self, zone, day):
        at = releases_at(day, 42, zone)

        local = at.astimezone(ZoneInfo(zone))
        assert local.date() == day - timedelta(days=42)
        assert (at - SECOND).astimezone(ZoneInfo(zone)).date() < local.date()
        assert begins_at(day, zone) - at <= timedelta(days=42, hours=1)

    @pytest.mark.fault("F16")
    def test_a_hold_is_so_many_hours_whatever_the_clocks_do_and_ends_when_it_begins(self):
        at = datetime(2027, 3, 27, 12, tzinfo=UTC)

        assert held_until(at, 72, date(2027, 5, 1), "Europe/Brussels") == at + timedelta(hours=72)
        assert held_until(at, 72, date(2027, 3, 29), "Europe/Brussels") == datetime(2027, 3, 28, 22, tzinfo=UTC)

    def test_the_order_is_a_tuple_one_can_read_aloud(self):
        def unit(party: str, since: int, priority: int = 2) -> Unit:
            return Unit(party, (since,), 1, NOW + timedelta(days=since), priority, f"{party}-{since}")

        early, late, urgent = unit("A", 1), unit("B", 2), unit("C", 3, priority=1)

        assert queue([late, urgent, early], Floor({}), ["priority", "waits_since"]) == [urgent, early, late]
        assert queue([late, early], Floor({"A": 3}), ["fewest_seats"]) == [late, early]
        assert queue([early, late], Floor({}, {"B"}), ["same_party_first"]) == [late, early]
        assert too_many(early, 1) is None
        assert too_many(early, 0)


PARTIES = (LAKELAND, MERIDIA, GULFLAND)
WORLDS = st.fixed_dictionaries(
    {
        "capacity": st.integers(1, 5),
        "granted": st.tuples(*[st.integers(0, 2)] * 3),
        "asked": st.tuples(*[st.integers(1, 4)] * 3),
        "waiting": st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.booleans()), max_size=7),
        "holding": st.tuples(*[st.integers(0, 2)] * 3),
        "order": st.permutations(["priority", "fewest_seats", "waits_since", "same_party_first"]),
        "moves": st.lists(
            st.tuples(st.sampled_from(["take", "refuse", "withdraw", "decline", "wait"]), st.integers(0, 9)), max_size=6
        ),
    }
)


@pytest.mark.fault("F1", "F2")
class TestEveryWorld(TestCase):
    """Small worlds, drawn at random and played: the laws of the list hold after each turn."""

    @settings(max_examples=12)
    @given(WORLDS)
    def test_nobody_is_skipped_in_silence_no_seat_goes_twice_and_none_is_left_empty(self, world) -> None:
        policy(order=world["order"])
        what = course(seats=world["capacity"])
        people = _people(world, what)
        at = RELEASE
        for act, which in [("wait", 0), *world["moves"]]:
            at += timedelta(hours=1 if act != "wait" else 80)
            _move(act, [Nomination.objects.get(pk=n.pk) for n in people], which, at)
            reserve.turn(by=jobs.THE_DESK, at=at)
            _lawful(what, at)
        steps = Step.objects.count()
        reserve.turn(by=jobs.THE_DESK, at=at + SECOND)
        assert Step.objects.count() == steps


def _people(world: dict, what) -> list[Nomination]:
    """The parties with their grants, those who hold a seat and those who wait, some of these in teams."""
    people, left, most = [], world["capacity"], world["capacity"]
    by_party = {}
    for place, code in enumerate(PARTIES):
        wanted = min(world["asked"][place], most)
        granted = min(world["granted"][place], left, wanted)
        left -= granted
        by_party[place] = asked(what, code, places=wanted, granted=granted, priority=1 + place % 3)
        people += [
            nominated(by_party[place], 90 + n, state="put_forward", choice=n + 1)
            for n in range(min(granted, world["holding"][place]))
        ]
    for n, (place, choice, is_team) in enumerate(world["waiting"], 1):
        people.append(nominated(by_party[place], n, state="reserve", choice=choice + 1, team="Alpha" if is_team else ""))
    return people


def _move(act: str, people: list[Nomination], which: int, at: datetime) -> None:
    """Somebody does something with whoever it can be done with."""
    wanted = {
        "take": ("offered",),
        "refuse": ("offered",),
        "withdraw": ("offered", "reserve", "put_forward"),
        "decline": ("put_forward",),
    }
    fit = [n for n in people if n.state in wanted.get(act, ())]
    if not fit:
        return
    chosen = fit[which % len(fit)]
    by = contact(chosen.party_id)
    if act == "take":
        reserve.take([chosen], by=by, at=at)
    elif act == "refuse":
        reserve.refuse([chosen], by=by, at=at)
    elif act == "withdraw":
        nominations.withdraw([chosen], by=by, at=at)
    else:
        answers.decline([chosen], reason="Somebody else, please.", by=PROVIDER, at=at)


def _lawful(what, at: datetime) -> None:
    """The laws: seats, grants and people agree, and whoever waits beside an empty seat was told why."""
    seats = Seats.objects.get(activity=what)
    assert seats.granted == sum(g.places for g in Grant.objects.filter(activity=what)) <= seats.capacity
    for code in PARTIES:
        granted = sum(g.places for g in Grant.objects.filter(activity=what, party=code))
        held = Nomination.objects.holding().filter(activity=what, party=code).count()
        assert held <= granted
    assert not Nomination.objects.filter(state="offered", held_until__lte=at).exists()
    for n in Nomination.objects.filter(state="reserve") if seats.left else ():
        last = Step.objects.filter(nomination=n).order_by("-pk").first()
        assert last is not None, f"{n} waits beside an empty seat and nobody says why"
        assert (last.kind, bool(last.why)) == ("skipped", True)
