"""Reviews: opened with the steps of the type, done step by step, rated by both sides, closed with an outcome, told on paper."""

from datetime import date

import pytest

from comity.exchange import papers
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import NotFound, NotPermitted
from comity.programmes.acts import documents
from comity.reviews import acts as reviews
from comity.reviews.models import Rating, Review
from comity.reviews.queries import reports
from comity.reviews.queries import reviews as reads
from comity.reviews.rules import ORDER, due, midterm, years_of_reviews
from tests.world import programmes as world
from tests.world.cast import ARCADIA, AUDITOR, MERIDIA_CONTACT
from tests.world.programmes import DESK, HEAD, LAKE, NOON
from tests.world.requests import breaking

pytestmark = pytest.mark.django_db
LATE = NOON.replace(year=2028, month=12)


def opened(**fields: object) -> Review:
    """The review of 2028 of a programme in force with a goal."""
    made = world.in_force()
    world.goal(made)
    return reviews.open_review(made, **{"year": 2028, "by": DESK, "at": LATE} | fields)


def do_all(review: Review) -> None:
    for step in review.steps.exclude(name="outcome").select_related("review"):
        reviews.take_step(step, on=date(2028, 11, 1), summary="Done.", by=DESK, at=LATE)


class TestRules:
    def test_steps_are_due_on_the_last_day_of_their_month_where_that_is_known(self):
        steps = [
            {"step": "self_assessment", "month": 11},
            {"step": "outcome", "month": 2, "next": True},
            {"step": "bilateral_talks"},
        ]

        assert due(steps, 2027) == {
            "self_assessment": date(2027, 11, 30),
            "outcome": date(2028, 2, 29),
            "bilateral_talks": None,
        }
        assert due([{"step": "outcome", "month": 12}], 2027) == {"outcome": date(2027, 12, 31)}
        assert due([], 2027) == dict.fromkeys(ORDER)

    def test_years_follow_the_rhythm(self):
        span = date(2027, 1, 1), date(2030, 12, 31)

        assert years_of_reviews(*span, 12) == [2028, 2029, 2030]
        assert years_of_reviews(*span, 24) == [2029]
        assert years_of_reviews(*span, None) == []
        assert midterm(*span) == 2028


class TestReviews:
    def test_it_opens_with_the_steps_of_the_type_once_a_year(self):
        made = opened()

        assert [s.name for s in made.steps.all()] == list(ORDER)
        with pytest.raises(reviews.ReviewedAlready):
            reviews.open_review(made.programme, year=2028, by=DESK, at=LATE)
        with pytest.raises(reviews.NoSuchYear):
            reviews.open_review(made.programme, year=28, by=DESK, at=LATE)
        assert reviews.open_review(made.programme, year=2028, kind="midterm", by=DESK, at=LATE)

    def test_a_draft_is_not_reviewed_and_a_party_opens_none(self):
        with pytest.raises(reviews.OnlyInForce):
            reviews.open_review(world.programme(), year=2028, by=DESK, at=LATE)
        with pytest.raises(NotPermitted):
            reviews.open_review(world.programme(edition="b"), year=2028, by=LAKE, at=LATE)

    def test_the_self_assessment_is_the_partys_and_the_rest_the_offices(self):
        made = opened()
        own, staff = made.steps.select_related("review").all()[:2]

        with pytest.raises(NotPermitted):
            reviews.take_step(staff, on=date(2028, 11, 1), by=LAKE, at=LATE)
        with pytest.raises(reviews.StepBefore):
            reviews.take_step(own, on=date(2029, 1, 1), by=LAKE, at=LATE)
        reviews.take_step(own, on=date(2028, 11, 1), summary="Sent.", by=LAKE, at=LATE)
        with pytest.raises(reviews.StepIsDone):
            reviews.take_step(own, on=date(2028, 11, 1), by=LAKE, at=LATE)

        assert reads.told(made, seen_by=LAKE).following == staff

    @pytest.mark.parametrize(("on", "late"), [(date(2028, 10, 15), 0), (date(2028, 10, 16), 1)])
    def test_a_step_is_overdue_on_the_day_after_its_own(self, on, late):
        made = opened(due={"self_assessment": date(2028, 10, 15)})

        assert len(reads.overdue(on, seen_by=DESK)) == len(reads.overdue(on, seen_by=LAKE)) == late
        assert reads.overdue(on, seen_by=MERIDIA_CONTACT) == []
        step = made.steps.select_related("review").get(name="self_assessment")
        reviews.set_due(step, due_on=None, by=DESK, at=LATE)
        assert reads.overdue(on, seen_by=DESK) == []

    def test_both_sides_rate_each_goal_and_may_change_their_word(self):
        made = opened()
        goal = made.programme.goals.get()
        good, bad = world.word("ratings", "on-course"), world.word("ratings", "stalled")

        for by, word in ((LAKE, bad), (HEAD, good), (DESK, bad)):
            reviews.rate(made, goal=goal, rating=word, remark="So.", by=by, at=LATE)

        rated = reads.told(made, seen_by=LAKE).goals[0]
        assert {side: r.rating for side, r in rated.by_side.items()} == {"party": good, "organisation": bad}
        assert rated.differs
        for who in (AUDITOR, MERIDIA_CONTACT):
            with pytest.raises((NotPermitted, NotFound)):
                reviews.rate(made, goal=goal, rating=good, by=who, at=LATE)
        other = world.goal(world.programme(edition="b"), 9)
        with pytest.raises(reviews.GoalIsElsewhere):
            reviews.rate(made, goal=other, rating=good, by=DESK, at=LATE)

    def test_it_closes_with_an_outcome_when_every_step_is_done_and_stays_so(self):
        made = opened()

        with pytest.raises(reviews.StepsAreOpen) as refused:
            reviews.close(made, outcome="Well.", by=DESK, at=LATE)
        do_all(made)
        with pytest.raises(reviews.OutcomeMissing):
            reviews.close(made, outcome=" ", by=DESK, at=LATE)
        kept = reviews.close(made, outcome="Well.", by=DESK, at=LATE)

        assert "Self-assessment, Staff assessment, Bilateral talks, Review meeting" in str(refused.value)
        assert not kept.is_open
        with pytest.raises(reviews.ReviewIsClosed):
            reviews.close(made, outcome="Better.", by=DESK, at=LATE)
        with breaking("closed_reviews_stay"):
            Review.objects.update(outcome="Better.")

    def test_what_the_type_asks_for_is_offered(self):
        programme = world.in_force()

        assert reads.to_open(programme, date(2028, 5, 1), []) == [(2028, "yearly"), (2028, "midterm")]
        yearly = reviews.open_review(programme, year=2028, by=DESK, at=LATE)
        assert reads.to_open(programme, date(2028, 5, 1), [yearly]) == [(2028, "midterm")]
        ended = documents.terminate(programme, on=PartialDate(), body="x", reason="y", by=DESK, at=LATE)
        assert reads.to_open(ended, date(2028, 5, 1), []) == []

    @pytest.mark.fault("F3")
    def test_nobody_else_reads_it(self):
        made = opened()

        assert reads.review(made.pk, seen_by=LAKE) == made
        with pytest.raises(NotFound):
            reads.review(made.pk, seen_by=MERIDIA_CONTACT)
        assert ARCADIA not in reads.reviews(seen_by=LAKE).values_list("programme__party", flat=True)

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_its_report_is_set_on_paper(self, language):
        made = opened()
        goal = made.programme.goals.get()
        reviews.rate(made, goal=goal, rating=world.word("ratings", "stalled"), remark="Late.", by=DESK, at=LATE)

        paper = reports.paper(reads.told(made, seen_by=DESK), language=language, on=LATE.date(), seen_by=DESK)

        assert paper.sections[1].tables[0].rows == (("1. Goal 1", "–", "Stalled: Late.", "0 / 0"),)
        assert papers.as_pdf(paper).startswith(b"%PDF")
        assert papers.as_docx(paper)[:2] == b"PK"

    @pytest.mark.parametrize("count", [5, 50])
    def test_reading_one_asks_the_same_number_of_questions_whatever_its_size(self, count, django_assert_max_num_queries):
        made, word = opened(), world.word("ratings", "on-course")
        for number in range(2, count + 1):
            goal = world.goal(made.programme, number)
            Rating.objects.create(review=made, goal=goal, side="party", rating=word, at=NOON, by="x")

        with django_assert_max_num_queries(6):
            told = reads.told(reads.review(made.pk, seen_by=DESK), seen_by=DESK)

        assert len(told.goals) == count
