"""Answers: once for each ticket, tied to nobody, and told only in batches of five or more."""

import itertools
from datetime import timedelta

import pytest
from django.db import connection

from comity.accounts.acts import tries
from comity.feedback import rules
from comity.feedback.acts import answers, canvasses, surveys, tickets
from comity.feedback.models import Answer, Canvass, Survey, Ticket
from comity.feedback.queries import THE_HOUSE
from comity.feedback.queries import canvass as canvass_of
from comity.feedback.queries.results import results
from comity.kernel.actors import STRANGER
from comity.kernel.refusals import NotFound, NotPermitted
from comity.nominations.models import Identity, Nomination
from comity.trail.models import Entry
from tests.world import feedback as world
from tests.world import nominations
from tests.world.cast import ADMINISTRATOR, ARCADIA_CONTACT, AUDITOR, DESK_OFFICER, LAKE_CONTACT, MERIDIA, MERIDIA_CONTACT, PROVIDER
from tests.world.feedback import AFTER, OVER, SAID
from tests.world.requests import breaking

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    """A course of the centre that six people of Lakeland came to."""
    made = nominations.course(seats=30)
    world.came(made, 6)
    return made


@pytest.fixture
def asked(course):
    """Those six are asked."""
    return world.canvass(course)


class TestAsking:
    def test_everybody_who_came_is_asked_once(self, course):
        world.came(course, 1, result="no_show")

        made = world.canvass(course)
        again = world.canvass(course)

        assert (made.asked, again.asked, Ticket.objects.count()) == (6, 6, 6)
        assert made.parties == ["XLA"]
        assert [e.act for e in Entry.objects.all()[:2]] == ["canvass.opened", "survey.published"]

    def test_who_was_missing_on_the_sheet_is_asked_later(self, course, asked):
        world.came(course, 2, MERIDIA)

        again = world.canvass(course)

        assert (again.asked, again.parties) == (8, ["XLA", "XME"])

    def test_nobody_is_asked_before_the_sheet_is_closed_or_without_questions(self, course):
        empty = nominations.course(2)
        with pytest.raises(canvasses.NothingToAsk):
            canvasses.open_canvass(course, by=PROVIDER, at=AFTER)
        world.the_survey()
        with pytest.raises(canvasses.NobodyWasThere):
            canvasses.open_canvass(empty, by=PROVIDER, at=AFTER)

    @pytest.mark.parametrize("who", [LAKE_CONTACT, DESK_OFFICER, MERIDIA_CONTACT])
    def test_only_whoever_runs_it_asks(self, course, who):
        world.the_survey()

        with pytest.raises(NotPermitted):
            canvasses.open_canvass(course, by=who, at=AFTER)

    def test_a_closed_canvass_asks_nobody_more(self, course, asked):
        canvasses.close(asked, by=THE_HOUSE, at=OVER)
        world.came(course, 1)

        with pytest.raises(canvasses.CanvassIsClosed):
            canvasses.open_canvass(course, by=PROVIDER, at=OVER)


class TestAnswering:
    def test_a_ticket_answers_once(self, asked):
        token = world.tokens_of(asked)[0]
        answers.give(token, SAID, by=STRANGER, at=AFTER)

        with pytest.raises(answers.AnsweredAlready):
            answers.give(token, SAID, by=STRANGER, at=AFTER)

        assert Answer.objects.count() == 1

    @pytest.mark.fault("F5", "F11")
    def test_a_wrong_and_a_late_link_look_the_same(self, asked):
        token = world.tokens_of(asked)[0]
        with pytest.raises(NotFound) as wrong:
            answers.open_ticket("x" * 43, address="192.0.2.1", at=AFTER)
        with pytest.raises(NotFound) as late:
            answers.open_ticket(token, address="192.0.2.1", at=AFTER + timedelta(days=rules.DAYS_OPEN))

        assert str(wrong.value) == str(late.value)
        assert answers.open_ticket(token, address="192.0.2.1", at=AFTER + timedelta(days=rules.DAYS_OPEN, seconds=-1))

    def test_what_is_asked_of_all_is_answered_by_all(self, asked):
        token = world.tokens_of(asked)[0]
        for wrong in ({"useful": None}, {"useful": 6}, {"useful": True}, {"recommend": 1}, {"best": "x" * 2001}):
            with pytest.raises(answers.AnswerIncomplete):
                answers.give(token, {**SAID, **wrong}, by=STRANGER, at=AFTER)

        assert answers.give(token, {**SAID, "best": "The exercise", "unasked": "x"}, by=STRANGER, at=AFTER).answered == 1
        assert Answer.objects.get().given == {**SAID, "best": "The exercise"}

    @pytest.mark.fault("F30")
    def test_nothing_kept_ties_an_answer_to_a_person_or_a_moment(self, asked):
        world.answered(asked, 3, at=AFTER + timedelta(hours=3, minutes=7))

        assert {f.name for f in Answer._meta.concrete_fields} == {"id", "canvass", "batch", "given"}
        assert all(row.pk.version == 4 for row in Answer.objects.all())
        lines = Entry.objects.filter(act="answer.given")
        assert {(e.actor, e.party, e.facts == {}, e.at.hour, e.at.minute) for e in lines} == {("system", "", True, 0, 0)}
        assert {e.subject for e in lines} == {str(asked.pk)}
        assert set(Ticket.objects.exclude(used_on=None).values_list("used_on", flat=True)) == {AFTER.date()}

    @pytest.mark.fault("F30")
    def test_a_batch_is_written_anew_so_that_no_transaction_tells_whose_it_is(self, asked):
        with connection.cursor() as cursor:
            world.answered(asked, 4)
            before = set(Answer.objects.values_list("pk", flat=True))
            world.answered(asked, 1)
            cursor.execute("SELECT id FROM feedback_answer ORDER BY ctid")
            placed = [row[0] for row in cursor.fetchall()]

        assert not before & set(placed)
        assert placed == sorted(placed)

    @pytest.mark.fault("F30")
    def test_when_a_person_is_erased_the_answers_stay_and_nothing_leads_to_them(self, asked):
        world.answered(asked, 5)
        gone = Nomination.objects.order_by("pk").first()
        Identity.objects.filter(person=gone.person).delete()
        canvasses.close(asked, by=THE_HOUSE, at=OVER)

        assert Answer.objects.filter(batch=1).count() == 5
        assert Ticket.objects.count() == 0

    def test_an_answer_is_never_changed(self, asked):
        world.answered(asked, 1)

        with breaking("answers_stay"):
            Answer.objects.update(given={})


class TestTelling:
    @pytest.mark.parametrize("who", [PROVIDER, LAKE_CONTACT, DESK_OFFICER, AUDITOR, ADMINISTRATOR])
    def test_under_five_answers_nobody_is_told_anything(self, asked, who):
        four = world.answered(asked, 4, best="Secret words")
        assert results(canvass_of(four.activity.number, seen_by=who), seen_by=who).told == []

        five = world.answered(asked, 1)
        told = results(five, seen_by=who).told

        assert (five.shown, five.waiting) == (5, 0)
        assert (told[0].count, told[0].mean, told[0].spread) == (5, 4.0, (0, 0, 0, 5, 0))
        assert told[6].spread == (5, 0)
        assert told[7].texts == ("Secret words",) * 4

    @pytest.mark.fault("F3")
    @pytest.mark.parametrize("who", [MERIDIA_CONTACT, ARCADIA_CONTACT])
    def test_parties_that_were_not_there_are_told_nothing(self, asked, who):
        world.answered(asked, 5)

        with pytest.raises(NotFound):
            canvass_of(asked.activity.number, seen_by=who)
        assert results(asked, seen_by=who).told == []

    def test_any_two_looks_differ_by_nothing_or_by_five_answers_and_more(self):
        """Every look anybody can take, at every moment, against every other: by brute force."""
        course = nominations.course(seats=60)
        asked = world.canvass(course, 23)
        looks = [set()]
        for count in range(24):
            at = OVER if count == 23 else AFTER
            asked = canvasses.close(asked, by=THE_HOUSE, at=at) if count == 23 else world.answered(asked, 1)
            looks += [set(Answer.objects.seen_by(who).values_list("pk", flat=True)) for who in (PROVIDER, LAKE_CONTACT, AUDITOR)]

        apart = {len(one ^ other) for one, other in itertools.combinations(looks, 2)}
        assert apart <= {0, *range(5, 24)}
        assert (asked.shown, asked.waiting, asked.batches) == (20, 3, 4)

    def test_the_database_refuses_a_batch_of_fewer_than_five(self, asked):
        world.answered(asked, 5)

        with breaking("a_batch_is_five_answers_or_more"):
            Canvass.objects.update(shown=5 + 1, answered=6)
        with breaking("canvass_shows_none_or_five_and_more"):
            Canvass.objects.update(shown=11, answered=10, asked=11)

    def test_a_waiting_batch_is_shown_when_the_canvass_closes(self, asked):
        Canvass.objects.filter(pk=asked.pk).update(answered=5)
        Answer.objects.bulk_create([Answer(canvass=asked, given=SAID) for _ in range(5)])

        closed = canvasses.close(asked, by=THE_HOUSE, at=OVER)

        assert (closed.shown, closed.batches) == (5, 1)

    def test_it_closes_at_its_moment_and_forgets_after_three_years(self, asked):
        world.answered(asked, 5)
        assert canvasses.close(asked, by=THE_HOUSE, at=asked.closes_at - timedelta(seconds=1)).closed_at is None
        closed = canvasses.close(asked, by=THE_HOUSE, at=asked.closes_at)
        assert canvasses.close(closed, by=THE_HOUSE, at=OVER).closed_at == asked.closes_at
        assert canvasses.forget(closed, by=THE_HOUSE, at=OVER).forgotten_at is None

        gone = canvasses.forget(closed, by=THE_HOUSE, at=OVER + timedelta(days=rules.DAYS_KEPT))

        assert (gone.answered, Answer.objects.count()) == (5, 0)
        assert canvasses.forget(gone, by=THE_HOUSE, at=OVER + timedelta(days=2000)).forgotten_at == gone.forgotten_at


class TestHandingOut:
    def test_a_delegation_hands_out_its_own_links_and_the_provider_all(self, course, asked):
        world.came(course, 2, MERIDIA)
        asked = world.canvass(course)

        assert len(tickets.hand_out(asked, by=LAKE_CONTACT, at=AFTER)) == 6
        assert len(tickets.hand_out(asked, by=MERIDIA_CONTACT, at=AFTER)) == 2
        handed = tickets.hand_out(asked, by=PROVIDER, at=AFTER)
        assert [token for _ticket, token in handed] == world.tokens_of(asked)
        assert Entry.objects.filter(act="tickets.handed-out").count() == 3

    @pytest.mark.fault("F3")
    @pytest.mark.parametrize(("who", "refusal"), [(ARCADIA_CONTACT, NotFound), (AUDITOR, NotPermitted), (ADMINISTRATOR, NotFound)])
    def test_nobody_else_is_shown_a_link(self, asked, who, refusal):
        with pytest.raises(refusal):
            tickets.hand_out(asked, by=who, at=AFTER)

    def test_only_digests_are_kept_and_a_new_key_makes_new_links(self, asked, settings):
        before = world.tokens_of(asked)
        assert not any(token in repr(list(Ticket.objects.values())) for token in before)
        settings.SECRET_KEY = "another key of this installation, for this test alone"

        handed = tickets.hand_out(asked, by=LAKE_CONTACT, at=AFTER)

        assert answers.open_ticket(handed[0][1], address="192.0.2.1", at=AFTER)
        with pytest.raises(NotFound):
            answers.open_ticket(before[0], address="192.0.2.1", at=AFTER)

    def test_links_end_with_the_canvass(self, asked):
        with pytest.raises(canvasses.CanvassIsClosed):
            tickets.hand_out(asked, by=LAKE_CONTACT, at=OVER)


@pytest.mark.fault("F11")
def test_guessing_closes_the_door_for_the_rest_of_the_minute(asked):
    for _ in range(tries.MOST):
        assert not tries.is_closed(answers.GUESSES, "192.0.2.7", at=AFTER)
        with pytest.raises(NotFound):
            answers.open_ticket("y" * 43, address="192.0.2.7", at=AFTER)

    assert tries.is_closed(answers.GUESSES, "192.0.2.7", at=AFTER)
    assert not tries.is_closed(answers.GUESSES, "192.0.2.8", at=AFTER)
    assert not tries.is_closed(answers.GUESSES, "192.0.2.7", at=AFTER + timedelta(minutes=1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_tally WHERE key LIKE '%%192.0.2%%'")
        assert cursor.fetchone() == (0,)


class TestSurveys:
    def test_a_version_is_published_once_and_stays(self):
        made = world.the_survey()
        assert world.the_survey() == made

        told = {"key": made.key, "version": 1, "title": {"en": "Other"}, "questions": made.questions}
        with pytest.raises(surveys.SurveyPublishedOtherwise):
            surveys.publish(told, by=ADMINISTRATOR, at=AFTER)
        with breaking("surveys_stay"):
            Survey.objects.update(version=2)

    @pytest.mark.parametrize("row", [{"key": "a", "kind": "scale", "en": "A"}, {"key": "a", "kind": "star", "en": "A", "fr": "A"}])
    def test_a_faulty_question_is_refused_by_its_number(self, row):
        fine = {"key": "b", "kind": "text", "en": "B", "fr": "B"}

        with pytest.raises(surveys.SurveyIsFaulty) as refused:
            surveys.publish({"key": "k", "version": 1, "title": {"en": "T"}, "questions": [fine, row]}, by=ADMINISTRATOR, at=AFTER)

        assert str(refused.value).startswith("Question 2 of survey k")
        with pytest.raises(surveys.SurveyIsFaulty):
            surveys.publish({"key": "k", "version": 1, "title": {"en": "T"}, "questions": [fine, fine]}, by=ADMINISTRATOR, at=AFTER)

    def test_a_pack_without_a_survey_publishes_none(self, tmp_path):
        assert surveys.publish_all(tmp_path, by=ADMINISTRATOR, at=AFTER) == {}
        assert surveys.publish_all(world.FILE.parent, by=ADMINISTRATOR, at=AFTER) == {"created": 1, "unchanged": 0}


def tables(total, cells):
    """Every way in which so many people can stand in so many cells."""
    if cells == 1:
        return [(total,)]
    return [(first, *rest) for first in range(total + 1) for rest in tables(total - first, cells - 1)]


class TestSmallCells:
    @pytest.mark.parametrize(("cells", "most"), [(2, 40), (3, 30), (4, 20), (5, 14)])
    def test_what_is_hidden_cannot_be_worked_out_from_what_is_shown(self, cells, most):
        """Every small table there can be, seen by somebody who knows the rule and the sum: by brute force."""
        for total in range(most + 1):
            seen = {}
            for counts in tables(total, cells):
                shown, said = rules.shown_to_others(dict(enumerate(counts)))
                assert all(count is None or count == 0 or count >= rules.LEAST for count in shown.values())
                assert said in (None, total)
                seen.setdefault((tuple(shown.values()), said), []).append(counts)
            for (shown, said), possible in seen.items():
                for place in (place for place, count in enumerate(shown) if count is None and said is not None):
                    assert len({counts[place] for counts in possible}) > 1, (shown, said, possible)

    def test_a_sum_is_hidden_where_it_would_tell_a_cell(self):
        assert rules.shown_to_others({"woman": 3, "man": 0}) == ({"woman": None, "man": 0}, None)
        assert rules.shown_to_others({"woman": 3, "man": 9}) == ({"woman": None, "man": None}, 12)
        assert rules.shown_to_others({"woman": 5, "man": 9}) == ({"woman": 5, "man": 9}, 14)
        assert rules.shown_to_others({}) == ({}, 0)
