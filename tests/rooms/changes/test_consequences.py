"""What a deed touches: the full list, in one order, the same for everybody, in as many queries for fifty as for five."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.changes import rules
from comity.changes.models import Change
from comity.changes.queries.consequences import touched
from comity.changes.queries.reach import reach
from comity.changes.queries.sights import sight
from comity.changes.queries.substitutes import substitutes
from comity.changes.rules import Consequence, Looks, Nominee
from comity.kernel.words import Sentence
from comity.participation.models import Grant, Round, Seats
from comity.plans.models import Plan, PlanLine
from tests.rooms.agreements import desk
from tests.rooms.changes.scene import (
    LATER,
    PROVIDER,
    aims,
    cancelled,
    capped,
    kinds,
    moved,
    readers,
    scene,
    shrunk,
    suspended,
    texts,
)  # fmt: skip
from tests.world import nominations as people
from tests.world import plans, requests
from tests.world.cast import DESK_OFFICER, LAKELAND, MENU_MANAGER, MERIDIA, NAMES, party

pytestmark = pytest.mark.django_db


def test_calling_off_names_everything_that_falls() -> None:
    one = scene()
    aims(one.course)

    assert kinds(cancelled(one.course)) == [
        ("subject", ""),
        ("request", LAKELAND), ("request", MERIDIA),
        ("grant", LAKELAND), ("grant", MERIDIA),
        ("money", ""),
        ("nominee", LAKELAND), ("nominee", LAKELAND), ("nominee", MERIDIA),
        ("reserve", MERIDIA),
        ("goal", LAKELAND), ("milestone", LAKELAND),
        ("calendar", ""),
    ]  # fmt: skip
    said = texts(cancelled(one.course))
    assert "Places taken back: 3 of 3" in said
    assert "700 euros go back to the pool P of 2027 (funded places: 1)" in said
    assert "Goal 1, “Goal 1”. The thread breaks here: nothing else supports it." in said
    assert "People who lose their way to a seat (put forward): 2 of 2" in said


@pytest.mark.fault("F5")
def test_nobody_is_named() -> None:
    one = scene()
    said = " ".join(texts(cancelled(one.course)) + [str(c.key) for c in cancelled(one.course).kept])

    assert not any(name in said for name in (*people.FAMILY, "Ann", f"{LAKELAND}-000"))


def test_shrinking_takes_from_the_latest_and_the_least_wanted_and_people_follow() -> None:
    one = scene()
    made = shrunk(one.course, 4)

    assert [(c.kind, c.party, c.before, c.after) for c in made.kept if c.kind in ("grant", "nominee", "reserve")] == [
        ("grant", MERIDIA, "2", "1"),
    ]
    assert [(c.kind, c.party, c.after) for c in shrunk(one.course, 2).kept if c.kind in ("grant", "nominee")] == [
        ("grant", LAKELAND, "2"), ("grant", MERIDIA, "0"), ("nominee", LAKELAND, "1"), ("nominee", MERIDIA, "0"),
    ]  # fmt: skip


def test_a_request_for_more_than_what_remains_is_told_before_anything_is_granted() -> None:
    year = requests.edition()
    course = requests.activity(year, seats=6)
    requests.submitted(course, LAKELAND, places=4)
    requests.submitted(course, MERIDIA, places=1)

    assert [(c.kind, c.party) for c in shrunk(course, 3).kept] == [("subject", ""), ("request", LAKELAND)]


def test_a_move_shows_who_would_be_in_two_places_and_which_limit_it_breaks() -> None:
    one = scene()
    other = people.course(2, seats=9, day=date(2027, 5, 12))
    theirs = people.asked(other, LAKELAND, places=2, granted=2)
    person = one.course.nominations.filter(party=LAKELAND).first()
    assert person is not None
    people.nominated(theirs, 9, person=person.person, state="put_forward")
    capped(LAKELAND, 4)
    capped(MERIDIA, 4)

    clashes = [c for c in moved(one.course).kept if c.kind == "clash"]

    assert [(c.party, str(c.says)) for c in clashes] == [
        (LAKELAND, "People who would be elsewhere in those days: 1"),
        (LAKELAND, "People away from 10 May 2027 to 16 May 2027: 5; the party may have 4"),
    ]
    assert not [c for c in moved(one.course, "2027-06-07", "2027-06-11").kept if c.kind == "clash"]


@pytest.mark.fault("F16")
def test_a_move_passes_deadlines_of_goals_milestones_and_seats() -> None:
    one = scene()
    aims(one.course)

    near = [str(c.says) for c in moved(one.course, "2026-12-07", "2026-12-11").kept if c.kind in ("goal", "milestone", "release")]
    far = [str(c.says) for c in moved(one.course, "2027-07-05", "2027-07-09").kept if c.kind in ("goal", "milestone", "release")]

    assert near == [
        "Goal 1, “Goal 1”. What supports it takes place on other days.",
        "The release day would have been 26 October 2026: unfilled seats go to the reserve list at once",
    ]
    assert far == [
        "Goal 1, “Goal 1”. What supports it would end after its deadline (June 2027).",
        "“First ten trained” of goal 1 is due before the activity ends (April 2027)",
        "Unfilled seats are released on 24 May 2027 instead of 25 January 2027",
    ]


def _planned(course: Any, *, people_going: int = 2) -> None:
    """Lakeland's plan sends people to the course, which serves its first goal."""
    plan = plans.plan(LAKELAND)
    goal = plans.goal(LAKELAND, 1, deadline="2027-06")
    PlanLine.objects.create(
        plan=plan, activity=course, year=2027, people=people_going, starts_on=course.first_day, ends_on=course.last_day, units=5
    )
    outcome = {"goals": [{"goal": goal.pk, "needed": 10, "reached": 10}], "serves": {f"{course.pk}:2027": [1]}}
    Plan.objects.filter(pk=plan.pk).update(outcome=outcome)


@pytest.mark.parametrize(
    ("deed", "line", "goal"),
    [
        (cancelled, "Plan of 2027: people who cannot go: 2 of 2", "By its plan it reaches 0 of 10 units instead of 10."),
        (lambda c: shrunk(c, 1), "Plan of 2027: people who cannot go: 1 of 2", "By its plan it reaches 5 of 10 units"),
        (moved, "Plan of 2027: people who go on other days: 2", ""),
        (
            lambda c: moved(c, "2027-07-05", "2027-07-09"),
            "Plan of 2027: people who go on other days: 2",
            "By its plan it reaches 0 of 10 units instead of 10.",
        ),
    ],
)  # fmt: skip
def test_plans_and_what_they_reach_of_goals(deed: Callable[[Any], Change], line: str, goal: str) -> None:
    one = scene()
    _planned(one.course)
    said = texts(deed(one.course))

    assert line in said
    assert any(goal in text for text in said if text.startswith("Goal 1")) if goal else not any("By its plan" in t for t in said)


def test_a_line_of_a_later_year_assumes_the_same_days() -> None:
    one = scene()
    _planned(one.course)
    PlanLine.objects.update(year=2028)

    assert "Plan of 2028: days assumed from this activity change (people: 2)" in texts(moved(one.course))
    assert not any("Plan of" in text for text in texts(shrunk(one.course, 2)))


def test_a_support_among_several_breaks_nothing() -> None:
    one = scene()
    goal = aims(one.course).goal
    goal.supports.create(kind="trust_fund", name="A fund")

    assert any(text.endswith("It loses a support; others that remain: 1.") for text in texts(cancelled(one.course)))


def test_a_round_that_is_drawn_up_rests_on_the_menu_as_it_was() -> None:
    year = requests.edition()
    course = requests.activity(year, seats=6)
    requests.submitted(course, LAKELAND, places=4)
    drawn = requests.drawn_up(year)
    requests.drawn_up(year, Round.objects.get().rule, simulation=True)

    assert [(c.kind, c.key) for c in cancelled(course).kept if c.kind == "round"] == [("round", str(drawn.pk))]


class TestSuspension:
    def test_reaches_what_it_shuts_and_nothing_else(self) -> None:
        one = scene()
        begun = people.course(3, day=date(2026, 11, 25))
        people.asked(begun, LAKELAND)

        made = suspended()

        assert {c.party for c in made.kept if c.kind in ("request", "grant", "nominee")} == {LAKELAND}
        assert [c.key.split()[0] for c in made.kept if c.kind == "grant"] == [one.course.number]

    def test_of_dialogue_alone_shuts_no_activity(self) -> None:
        scene()

        assert kinds(suspended(scope=("political_dialogue",))) == [("subject", LAKELAND)]

    def test_stops_the_clock_of_texts_under_silence(self) -> None:
        desk.the_register()
        desk.circulating()

        assert kinds(suspended()) == [("subject", LAKELAND), ("agreement", LAKELAND)]
        assert kinds(suspended(on=date(2027, 3, 16))) == [("subject", LAKELAND)]


class TestOrderAndDigest:
    def test_the_same_list_has_the_same_digest_however_often_it_is_read(self) -> None:
        one = scene()
        made = cancelled(one.course)

        assert touched(made, on=LATER.date()) == tuple(made.kept)
        assert rules.digest(touched(made, on=LATER.date())) == made.digest
        assert list(touched(made, on=LATER.date())) == sorted(made.kept, key=lambda c: c.order)

    @given(st.permutations(range(6)))
    def test_order_in_memory_does_not_matter(self, order: list[int]) -> None:
        some = [Consequence("grant", code, str(n), Sentence("x"), amount=n) for n, code in enumerate("ABABAB")]

        assert rules.sorted_out(some[n] for n in order) == rules.sorted_out(some)

    def test_what_is_kept_says_the_same_again_in_either_language(self) -> None:
        one = scene()
        made = moved(one.course)

        fresh = touched(made, on=LATER.date())
        assert [str(c.says) for c in made.kept] == [str(c.says) for c in fresh]
        assert [c.says.said(str, "fr") for c in made.kept] == [c.says.said(str, "fr") for c in fresh]


class TestFalling:
    def test_offers_fall_before_people_put_forward_and_these_before_the_accepted(self) -> None:
        some = [
            Nominee(1, "accepted", 9, ""),
            Nominee(2, "put_forward", 1, ""),
            Nominee(3, "put_forward", 2, ""),
            Nominee(4, "offered", 1, ""),
        ]

        assert [rules.falling(some, n) for n in range(5)] == [set(), {4}, {4, 3}, {4, 3, 2}, {4, 3, 2, 1}]

    def test_a_team_falls_together(self) -> None:
        some = [Nominee(n, "put_forward", n, "pair" if n > 1 else "") for n in (1, 2, 3)]

        assert rules.falling(some, 1) == {2, 3}


class TestSubstitutes:
    def test_are_open_free_near_and_not_asked_for_yet(self) -> None:
        one = scene()
        near = requests.activity(one.course.edition, 11, area_key="cyber-defence", day=date(2027, 3, 15), languages=["English"])
        far = requests.activity(one.course.edition, 12, area_key="cyber-defence", day=date(2027, 11, 1))
        shut = requests.activity(one.course.edition, 13, area_key="cyber-defence", closed_to_parties=[LAKELAND, MERIDIA])
        full = requests.activity(one.course.edition, 14, area_key="cyber-defence")
        Seats.objects.create(activity=full, capacity=0)
        asked = requests.activity(one.course.edition, 15, area_key="cyber-defence")
        requests.submitted(asked, LAKELAND)

        found = substitutes(
            reach(cancelled(one.course), on=LATER.date(), seen_by=MENU_MANAGER), on=LATER.date(), seen_by=MENU_MANAGER
        )

        assert [s.activity for s in found[LAKELAND]] == [near, far]
        assert [s.activity for s in found[MERIDIA]] == [near, asked, far]
        assert shut not in [s.activity for some in found.values() for s in some]
        assert found[LAKELAND][0].points > found[LAKELAND][1].points

    def test_points_are_those_that_the_page_states(self) -> None:
        this = Looks("cyber", "course", ["English"], date(2027, 3, 8))

        assert rules.likeness(this, this) == 90
        assert rules.likeness(this, Looks("", "seminar", [], None)) == 0
        assert rules.likeness(this, Looks("cyber", "course", [], this.first and this.first + timedelta(days=180))) == 55


@pytest.mark.fault("F3")
def test_a_provider_reads_what_concerns_the_host_and_nothing_of_the_parties_affairs() -> None:
    one = scene()
    aims(one.course)
    readers()
    made = cancelled(one.course, by=PROVIDER)

    seen = sight(made, on=LATER.date(), seen_by=PROVIDER)

    assert [(c.kind, c.party) for c in seen.consequences] == [
        ("subject", ""), ("nominee", LAKELAND), ("nominee", LAKELAND), ("nominee", MERIDIA)
    ]  # fmt: skip
    assert seen.withheld
    assert [d.party.code for d in seen.drafts] == [PROVIDER.party]
    assert not any(g.substitutes for g in seen.groups)
    assert not sight(made, on=LATER.date(), seen_by=DESK_OFFICER).withheld


@pytest.mark.fault("F24")
@pytest.mark.parametrize("many", [5, 50])
def test_the_list_takes_as_many_queries_for_fifty_as_for_five(many: int, django_assert_max_num_queries: Any) -> None:
    one = scene()
    codes = [
        f"X{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(many) if f"X{chr(65 + n // 26)}{chr(65 + n % 26)}" not in NAMES
    ]
    Seats.objects.update(capacity=500)
    type(one.course).objects.update(seats=500)
    for n, code in enumerate(codes):
        party(code, name=f"Land {code}")
        asked = people.asked(one.course, code, places=2)
        people.nominated(asked, n + 20, state="put_forward")
        aims(one.course, of=code)
        requests.activity(one.course.edition, n + 20, area_key="cyber-defence")
    one.course.refresh_from_db()
    made = cancelled(one.course)

    with django_assert_max_num_queries(20):
        seen = sight(made, on=LATER.date(), seen_by=MENU_MANAGER)

    assert len(seen.groups) == len(codes) + 3
    assert Grant.objects.count() == len(codes) + 2
