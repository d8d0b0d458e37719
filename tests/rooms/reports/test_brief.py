"""What waits, counted once for the desk, the brief and the pages of rows; the five lines of a party, and who reads them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from comity.accounts.rules import Role
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import NotFound
from comity.programmes.acts import milestones
from comity.reports.queries import brief, desk, duties, points
from comity.reports.queries.points import Scope, is_past
from comity.reviews import acts as reviews
from tests.world import nominations as people
from tests.world import programmes as world
from tests.world.cast import (
    AUDITOR,
    HEADQUARTERS,
    LAKELAND,
    MERIDIA_CONTACT,
    PROVIDER,
    person,
    the_world,
)
from tests.world.programmes import DESK, HEAD, LAKE, NOON

pytestmark = pytest.mark.django_db
LATER = datetime(2027, 2, 1, 12, tzinfo=UTC)


@pytest.fixture
def lakeland():
    """Lakeland with a programme in drafting, one goal, one milestone long past and one soon due, a review, and a nominee."""
    parties = the_world()
    made = world.programme()
    goal = world.goal(made)
    milestones.add(goal, title_en="First staff trained", due=PartialDate("2026"), by=DESK, at=NOON)
    milestones.add(goal, title_en="All staff trained", due=PartialDate("2027-02"), by=DESK, at=NOON)
    milestones.add(goal, title_en="Staff trained again", due=PartialDate("2029"), by=DESK, at=NOON)
    request = people.asked(people.course())
    people.nominated(request, 1)
    people.nominated(request, 2, state="put_forward")
    return parties[LAKELAND]


def waiting(who, at=LATER):
    """What waits on a desk, in words."""
    return {str(task.title) for task in desk.waiting(who, at)}


def lines(party, who, at=LATER):
    """The lines of a brief, each with its numbers in words."""
    return {line.key: [str(n.title) for n in line.numbers] for line in brief.brief(party, seen_by=who, at=at).lines}


class TestTheDesk:
    def test_each_role_is_told_what_it_can_do_about(self, lakeland):
        assert waiting(HEAD) >= {"Nominations to endorse: 1", "Milestones overdue: 1", "Milestones due: 1"}
        assert "Nominations to endorse: 1" not in waiting(LAKE)
        assert waiting(PROVIDER) == {"Nominees to accept: 1"}
        assert waiting(DESK) >= {"Milestones overdue: 1", "Texts in the court of the organisation: 1"}
        assert waiting(AUDITOR) == set()

    def test_what_is_due_first_comes_first_and_loudest(self, lakeland):
        review = reviews.open_review(world.in_force(edition="2023–2026"), year=2026, kind="yearly", by=DESK, at=NOON)
        reviews.set_due(review.steps.order_by("place")[0], due_on=LATER.date() + timedelta(days=1), by=DESK, at=NOON)

        found = desk.waiting(DESK, LATER)

        assert [str(task.title) for task in found if task.tone == "bad"] == ["Steps of reviews due: 1"]

    @pytest.mark.fault("F3")
    def test_nobody_is_told_what_waits_for_another_party(self, lakeland):
        assert waiting(MERIDIA_CONTACT) == set()

    @pytest.mark.fault("F15")
    def test_the_number_on_the_desk_is_that_of_the_rows_behind_it(self, lakeland):
        for who in (HEAD, LAKE, DESK, PROVIDER):
            for task in desk.waiting(who, LATER):
                title, rows = desk.behind(task.href.split("/")[2], seen_by=who, at=LATER)
                assert (str(title), len(rows)) == (str(task.title), int(str(task.title).rpartition(": ")[2]))

    def test_what_does_not_wait_for_a_reader_has_no_page(self, lakeland):
        with pytest.raises(NotFound):
            desk.behind("to-endorse", seen_by=PROVIDER, at=LATER)

    @pytest.mark.fault("F24")
    def test_all_points_take_one_query(self, lakeland, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert points.counted(brief.EVERY, Scope(DESK, LATER))

    def test_every_point_can_be_counted_and_told(self, lakeland):
        every = {*brief.EVERY, *(p for _who, group in (*duties.OF_A_PARTY, *duties.OF_THE_STAFF) for p in group)}

        for point in every:
            found = points.counted([point], Scope(DESK, LATER)).get(point.name)
            assert len(points.rows(point, Scope(DESK, LATER))) == (found.many if found else 0)


class TestTheBrief:
    def test_it_has_five_lines_in_their_order(self, lakeland):
        assert list(lines(lakeland, DESK)) == ["changed", "due", "silent", "at_risk", "to_decide"]

    def test_each_line_tells_what_it_is_for(self, lakeland):
        told = lines(lakeland, DESK)

        assert told["due"] == ["Milestones due: 1"]
        assert told["silent"] == ["Nominations to endorse: 1"]
        assert told["at_risk"] == ["Milestones overdue: 1"]
        assert told["to_decide"] == ["Texts in the court of the organisation: 1"]

    def test_what_changed_is_what_was_done_in_the_week_before(self, lakeland):
        goal = lakeland.goals.get()
        milestones.add(goal, title_en="One more", due=PartialDate("2030"), by=DESK, at=LATER - timedelta(days=6))

        told = lines(lakeland, DESK)["changed"]

        assert told == ["set a milestone: 1"]
        assert lines(lakeland, DESK, LATER + timedelta(days=2))["changed"] == []

    @pytest.mark.fault("F15")
    def test_every_number_leads_to_as_many_rows(self, lakeland):
        milestones.add(lakeland.goals.get(), title_en="One more", due=PartialDate("2030"), by=DESK, at=LATER - timedelta(days=1))

        for line in brief.brief(lakeland, seen_by=DESK, at=LATER).lines:
            for number in line.numbers:
                title, rows = brief.behind(lakeland, number.href.split("/")[-2], seen_by=DESK, at=LATER)
                assert str(title) == str(number.title)
                assert str(title).endswith(f": {len(rows)}")

    @pytest.mark.fault("F3")
    def test_a_party_reads_its_own_and_nothing_of_anothers(self, lakeland):
        assert lines(lakeland, LAKE)["at_risk"] == ["Milestones overdue: 1"]
        assert not any(numbers for numbers in lines(lakeland, MERIDIA_CONTACT).values())

    def test_all_parties_stand_side_by_side_for_the_staff(self, lakeland):
        found = {row.party.code: row for row in brief.briefs(seen_by=DESK, at=LATER)}

        assert found[LAKELAND].many == {"due": 1, "silent": 1, "at_risk": 1, "to_decide": 1}
        assert found[LAKELAND].total == 4

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("rows", [5, 50])
    def test_its_queries_do_not_grow(self, lakeland, rows, django_assert_max_num_queries):
        for n in range(rows):
            milestones.add(lakeland.goals.get(), title_en=f"Milestone {n}", due=PartialDate("2026"), by=DESK, at=NOON)
        with django_assert_max_num_queries(2):
            brief.brief(lakeland, seen_by=DESK, at=LATER)
        with django_assert_max_num_queries(2):
            brief.briefs(seen_by=DESK, at=LATER)
        with django_assert_max_num_queries(1):
            brief.behind(lakeland, "milestones-late", seen_by=DESK, at=LATER)

    def test_an_unknown_number_is_not_found(self, lakeland):
        with pytest.raises(NotFound):
            brief.behind(lakeland, "nonsense", seen_by=DESK, at=LATER)


class TestThePages:
    @pytest.fixture
    def dora(self, client, lakeland):
        """The browser of a desk officer."""
        client.force_login(person("dora", Role.DESK_OFFICER, of=HEADQUARTERS))
        return client

    def test_the_brief_is_a_page_and_a_paper(self, dora):
        shown = dora.get(f"/parties/{LAKELAND}/brief/").content.decode()
        paper = dora.get(f"/parties/{LAKELAND}/brief.pdf")

        assert "Weekly brief: " in shown
        assert "Texts in the court of the organisation: 1" in shown
        pages = PdfReader(BytesIO(paper.content)).pages
        assert len(pages) == 1
        assert "What is at risk" in pages[0].extract_text()

    def test_the_paper_speaks_french_to_those_who_do(self, dora):
        dora.cookies["comity_language"] = "fr"
        pages = PdfReader(BytesIO(dora.get(f"/parties/{LAKELAND}/brief.pdf").content)).pages
        assert "Note hebdomadaire" in pages[0].extract_text()

    def test_rows_stand_behind_the_numbers(self, dora):
        shown = dora.get(f"/parties/{LAKELAND}/brief/to-endorse/").content.decode()
        assert "Nominations to endorse: 1" in shown
        assert "To do" in dora.get("/").content.decode()
        assert dora.get("/desk/our-turn/").status_code == 200
        assert dora.get("/desk/nonsense/").status_code == 404

    def test_a_delegation_is_led_to_its_own_brief(self, client, lakeland):
        client.force_login(person("poc", Role.POINT_OF_CONTACT, of=LAKELAND))
        assert client.get("/briefs/")["Location"] == f"/parties/{LAKELAND}/brief/"

    @pytest.mark.fault("F4")
    @pytest.mark.parametrize(
        "path", ["/briefs/", f"/parties/{LAKELAND}/brief/", f"/parties/{LAKELAND}/brief.pdf", "/desk/to-sign/"]
    )
    def test_a_stranger_is_shown_to_the_door(self, client, lakeland, path):
        assert client.get(path).status_code == 302


class TestDays:
    @pytest.mark.fault("F16")
    @pytest.mark.parametrize(
        ("due", "past"),
        [
            (PartialDate("2026"), True),
            (PartialDate("2027"), False),
            (PartialDate("2027-01"), True),
            (PartialDate("2027-02"), False),
            (PartialDate("2027-01-31"), True),
            (PartialDate("2027-02-01"), False),
            (LATER, False),
            (LATER - timedelta(seconds=1), True),
            (None, False),
        ],
    )
    def test_a_partial_date_is_past_when_its_last_day_is(self, due, past):
        assert is_past(due, Scope(DESK, LATER)) is past

    @pytest.mark.fault("F16")
    def test_a_day_is_past_where_the_reader_is(self):
        in_apia = replace(DESK, zone="Pacific/Apia")

        assert is_past(LATER.date(), Scope(in_apia, LATER))
        assert not is_past(LATER.date(), Scope(DESK, LATER))

    def test_only_what_is_due_can_be_late(self, lakeland):
        late, since = (points.rows(point, Scope(DESK, LATER)) for point in (duties.MILESTONES_LATE, duties.OUR_TURN))

        assert [row.is_late for row in late] == [True]
        assert [row.is_late for row in since] == [False]
