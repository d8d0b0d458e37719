"""Opening texts, passing the turn, letting them rest."""

import pytest

from comity.drafting import queries
from comity.drafting.acts import courts, texts, versions
from comity.drafting.acts.clauses import agree, bracket, put_forward, reserve
from comity.drafting.acts.comments import write
from comity.drafting.models import Chapter, Clause, Draft, Text, Wording
from comity.drafting.queries import Progress
from comity.kernel.refusals import NotFound, NotPermitted
from comity.kernel.words import Name
from comity.trail.models import Entry
from tests.rooms.drafting.desk import DESK, LAKE, MERIDIA, NINE, READER, STRANGER, a_long_text, a_text, clauses, first, later
from tests.world import cast

pytestmark = pytest.mark.django_db


def test_a_text_opens_with_its_chapters_and_clauses_in_the_court_of_whoever_opened_it() -> None:
    text = a_text(by=LAKE)

    assert (text.turn, text.state, text.party_id) == ("party", "drafting", cast.LAKELAND)
    assert [c.key for c in Chapter.objects.all()] == ["political", "defence"]
    assert [c.body for c in clauses(text)] == [
        "The two sides meet twice a year.",
        "They meet in spring.",
        "Lakeland trains ten officers a year.",
    ]
    assert len({c.key for c in clauses(text)}) == 3
    assert Wording.objects.filter(side="party", revision=1).count() == 3
    assert Entry.objects.get().act == "text.opened"
    assert Entry.objects.get().about_party == cast.LAKELAND


def test_a_version_keeps_what_the_text_says_and_its_digest() -> None:
    text = a_text()

    version = versions.make(text, note="first", by=LAKE, at=later(1))

    assert version.number == 1
    assert version.unsettled == 3
    assert version.read == queries.content_of(text, seen_by=DESK)
    assert len(version.sha256) == 64


@pytest.mark.fault("F3", "F7")
def test_a_text_is_opened_by_those_who_write_for_one_of_its_sides() -> None:
    cast.the_world()
    for by, refusal in ((MERIDIA, NotFound), (READER, NotPermitted), (STRANGER, NotPermitted)):
        with pytest.raises(refusal):
            a_text(by=by)

    assert a_text(by=DESK).turn == "organisation"


def test_a_text_needs_a_title_and_chapters_with_keys_of_their_own() -> None:
    cast.the_world()
    lone = (("a", "A", "", ()),)

    with pytest.raises(texts.NoTitle):
        texts.open_text(cast.LAKELAND, title=Name(" "), chapters=lone, by=DESK, at=NINE)
    with pytest.raises(texts.NoChapters):
        texts.open_text(cast.LAKELAND, title=Name("T"), chapters=(), by=DESK, at=NINE)
    with pytest.raises(texts.NoChapters):
        texts.open_text(cast.LAKELAND, title=Name("T"), chapters=(*lone, *lone), by=DESK, at=NINE)
    assert texts.open_text(cast.LAKELAND, title=Name("T"), chapters=lone, by=DESK, at=NINE).title == Name("T")


def test_a_chapter_is_added_at_the_end_by_the_side_in_turn() -> None:
    text = a_text()

    chapter = texts.add_chapter(text, title=Name("Science", "Science"), by=DESK, at=later(1))

    assert (chapter.order, str(chapter), chapter.title) == (3, "Science", Name("Science", "Science"))
    with pytest.raises(texts.NoTitle):
        texts.add_chapter(text, title=Name(""), by=DESK, at=later(1))
    with pytest.raises(courts.NotYourTurn):
        texts.add_chapter(text, title=Name("X"), by=LAKE, at=later(1))


class TestTurn:
    def test_the_side_in_turn_passes_it_and_then_waits(self) -> None:
        text = a_text()

        passed = texts.pass_turn(text, by=DESK, at=later(5))

        assert (passed.turn, passed.turned_by, passed.turned_at) == ("party", "dora", later(5))
        with pytest.raises(courts.NotYourTurn) as refused:
            texts.pass_turn(text, by=DESK, at=later(6))
        assert str(refused.value).startswith("It is the turn of the partner.")
        assert texts.pass_turn(text, by=LAKE, at=later(7)).turn == "organisation"
        assert [e.act for e in Entry.objects.all()][:2] == ["text.turn-passed", "text.turn-passed"]

    @pytest.mark.fault("F3", "F7")
    def test_nobody_else_passes_it(self) -> None:
        text = a_text()

        with pytest.raises(NotFound):
            texts.pass_turn(text, by=MERIDIA, at=later(5))
        with pytest.raises(NotPermitted):
            texts.pass_turn(text, by=READER, at=later(5))


class TestRest:
    def test_clauses_rest_while_a_version_is_offered_and_words_say_why(self) -> None:
        text = a_text()
        texts.rest(text, by=LAKE, at=later(1))

        with pytest.raises(courts.TextRests) as refused:
            put_forward(first(text), "Other words.", base=1, by=DESK, at=later(2))

        assert str(refused.value).startswith("A version of “Partnership programme” is offered for agreement")
        assert Draft.objects.get().body == "Other words."
        assert write(first(text), "Why so?", audience="both", by=LAKE, at=later(2)).pk

    def test_resting_twice_or_resuming_what_does_not_rest_changes_nothing(self) -> None:
        text = a_text()

        for act in (texts.resume, texts.rest, texts.rest, texts.resume):
            act(text, by=DESK, at=later(1))

        assert Text.objects.get().state == "drafting"
        assert [e.act for e in Entry.objects.all()] == ["text.resumed", "text.rested", "text.opened"]

    def test_a_closed_text_is_changed_by_amendments_alone(self) -> None:
        text = texts.close(a_text(), by=DESK, at=later(1))

        with pytest.raises(courts.TextIsClosed):
            put_forward(first(text), "Other words.", base=1, by=DESK, at=later(2))
        assert texts.rest(text, by=DESK, at=later(3)).state == "closed"
        assert versions.make(text, by=DESK, at=later(4)).number == 1


class TestReading:
    @pytest.mark.fault("F3")
    def test_a_text_is_seen_by_its_two_sides_alone(self) -> None:
        text = a_text()

        for by in (DESK, LAKE, READER):
            assert queries.text(text.pk, seen_by=by) == text
        for by in (MERIDIA, cast.ARCADIA_CONTACT, STRANGER):
            with pytest.raises(NotFound):
                queries.text(text.pk, seen_by=by)
            assert list(queries.texts(seen_by=by)) == []
            assert list(Clause.objects.seen_by(by)) == []
            with pytest.raises(NotFound):
                queries.clause(first(text).pk, seen_by=by)

    def test_the_contents_tell_how_far_each_chapter_is(self) -> None:
        text = a_text()
        one, two, three = clauses(text)
        agree(one, revision=1, by=DESK, at=later(1))
        reserve(two, "Too early.", revision=1, by=DESK, at=later(1))
        bracket(three, "Lakeland trains twelve officers.", by=DESK, at=later(1))
        texts.pass_turn(text, by=DESK, at=later(2))
        agree(one, revision=1, by=LAKE, at=later(3))

        politics, defence = queries.outline(text, seen_by=LAKE)

        assert (politics.number, politics.progress) == (1, Progress(total=2, agreed=1, reserved=1, waiting=1))
        assert defence.progress == Progress(total=1, bracketed=1, waiting=1)
        assert queries.outline(text, seen_by=DESK)[0].progress.waiting == 0
        assert queries.progress([text], seen_by=DESK) == {text.pk: Progress(3, 1, 1, 1, 1)}
        assert queries.unsettled(text, seen_by=DESK) == 2

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("count", [5, 50])
    def test_a_chapter_takes_as_many_queries_however_many_clauses_it_has(self, count, django_assert_max_num_queries) -> None:
        text = a_long_text(count)
        for clause in clauses(text)[::2]:
            write(clause, "Why?", audience="own", by=DESK, at=later(1))
            bracket(clause, "Otherwise.", by=DESK, at=later(1))

        with django_assert_max_num_queries(7):
            (entry,) = queries.outline(text, seen_by=DESK)
            found = queries.worked(entry, seen_by=DESK)

        assert len(found) == count
        assert found[-1].number == f"1.{count}"
        assert found[0].open_threads == 1
        assert [a.body for a in found[0].alternatives] == ["Otherwise."]
