"""What each side may do with a clause, and that nobody's words are lost."""

import pytest
from django.db import IntegrityError, connection, transaction

from comity.drafting import queries
from comity.drafting.acts import clauses as acts
from comity.drafting.acts import comments, courts, drafts, texts, versions
from comity.drafting.models import Chapter, Clause, Comment, Draft, Wording
from comity.kernel.refusals import NotFound, NotPermitted
from comity.trail.models import Entry
from tests.rooms.drafting.desk import (
    DESK,
    LAKE,
    MERIDIA,
    OTHER_DESK,
    OTHER_LAKE,
    READER,
    STRANGER,
    a_text,
    clauses,
    first,
    later,
)

pytestmark = pytest.mark.django_db


def states(clause: Clause) -> tuple[str, str]:
    found = Clause.objects.get(pk=clause.pk)
    return found.party_state, found.organisation_state


def body(clause: Clause) -> str:
    return Clause.objects.get(pk=clause.pk).body


@pytest.fixture
def text(db):
    return a_text()


class TestDrafts:
    @pytest.mark.fault("F19")
    @pytest.mark.parametrize("words", ["", "  ", "half a", "x" * 100_000, "a\x00b"])
    def test_a_draft_saves_whatever_it_says(self, text, words):
        drafts.save(first(text), words, base=1, by=DESK, at=later(1))

        assert Draft.objects.get().body == words.replace("\x00", "")

    @pytest.mark.fault("F19")
    def test_a_draft_saves_out_of_turn_on_a_clause_that_is_gone_of_a_text_that_rests_or_is_closed(self, text):
        clause = first(text)
        acts.remove(clause, revision=1, by=DESK, at=later(1))
        for act in (texts.rest, texts.close):
            act(text, by=DESK, at=later(2))
            drafts.save(clause, act.__name__, base=1, by=LAKE, at=later(3))

        assert Draft.objects.get().body == "close"
        assert not Entry.objects.filter(act__contains="draft").exists()

    @pytest.mark.fault("F3")
    def test_a_draft_is_seen_by_its_author_alone(self, text):
        drafts.save(first(text), "Mine.", base=1, by=LAKE, at=later(1))
        (politics, _) = queries.outline(text, seen_by=LAKE)

        assert queries.worked(politics, seen_by=LAKE)[0].draft.body == "Mine."
        for by in (OTHER_LAKE, DESK, READER, MERIDIA, STRANGER):
            assert list(Draft.objects.seen_by(by)) == []
        assert queries.worked(politics, seen_by=OTHER_LAKE)[0].draft is None

    def test_a_draft_is_thrown_away_by_its_author_alone(self, text):
        drafts.save(first(text), "Mine.", base=1, by=LAKE, at=later(1))

        drafts.discard(first(text), by=DESK)
        assert Draft.objects.count() == 1
        drafts.discard(first(text), by=LAKE)
        assert Draft.objects.count() == 0

    def test_who_does_not_write_the_text_keeps_no_draft_on_it(self, text):
        with pytest.raises(NotFound):
            drafts.save(first(text), "x", base=1, by=MERIDIA, at=later(1))
        with pytest.raises(NotPermitted):
            drafts.save(first(text), "x", base=1, by=READER, at=later(1))


class TestPuttingForward:
    def test_words_put_forward_stand_in_the_clause_and_both_begin_anew(self, text):
        clause = first(text)
        acts.agree(clause, revision=1, by=DESK, at=later(1))
        texts.pass_turn(text, by=DESK, at=later(2))

        acts.put_forward(clause, " The two sides meet often.\r\n", base=1, by=LAKE, at=later(3))

        found = Clause.objects.get(pk=clause.pk)
        assert (found.body, found.revision, found.changed_by) == ("The two sides meet often.", 2, "lena")
        assert states(clause) == ("agreed", "proposed")
        assert [w.body for w in Wording.objects.filter(clause=clause)] == [
            "The two sides meet often.",
            "The two sides meet twice a year.",
        ]
        assert Draft.objects.count() == 0
        assert Entry.objects.first().act == "clause.put-forward"

    def test_an_author_may_put_forward_without_agreeing(self, text):
        acts.put_forward(first(text), "Perhaps.", base=1, agrees=False, by=DESK, at=later(1))

        assert states(first(text)) == ("proposed", "proposed")

    def test_the_same_words_change_nothing_but_the_word_of_ones_own_side(self, text):
        clause = first(text)

        acts.put_forward(clause, clause.body, base=1, by=DESK, at=later(1))

        assert Clause.objects.get(pk=clause.pk).revision == 1
        assert states(clause) == ("proposed", "agreed")

    def test_words_are_put_forward_by_the_side_in_turn(self, text):
        with pytest.raises(courts.NotYourTurn):
            acts.put_forward(first(text), "Now.", base=1, by=LAKE, at=later(1))

        assert body(first(text)) == "The two sides meet twice a year."
        assert Draft.objects.get(login="lena").body == "Now."

    @pytest.mark.parametrize(("words", "refusal"), [(" \n", acts.NothingSaid), ("x" * 20_001, acts.TooLong)])
    def test_a_clause_says_something_and_not_too_much(self, text, words, refusal):
        with pytest.raises(refusal):
            acts.put_forward(first(text), words, base=1, by=DESK, at=later(1))

        assert Draft.objects.get().body == words

    def test_nothing_is_put_into_a_clause_that_was_removed(self, text):
        clause = first(text)
        acts.remove(clause, revision=1, by=OTHER_DESK, at=later(1))

        with pytest.raises(courts.ClauseWasRemoved) as refused:
            acts.put_forward(clause, "Still here.", base=1, by=DESK, at=later(2))

        assert str(refused.value).startswith("dan removed this clause. Your draft is kept")
        assert Draft.objects.get().body == "Still here."


@pytest.mark.fault("F18")
class TestTwoWriters:
    def test_words_changed_in_different_places_are_merged(self, text):
        clause = first(text)
        acts.put_forward(clause, "The two sides meet three times a year.", base=1, by=OTHER_DESK, at=later(1))

        acts.put_forward(clause, "The two sides meet twice a year in Lakeland.", base=1, by=DESK, at=later(2))

        assert body(clause) == "The two sides meet three times a year in Lakeland."
        assert Entry.objects.first().facts["merged"] is True

    def test_words_changed_in_the_same_place_are_shown_to_the_author_who_chooses(self, text):
        clause = first(text)
        acts.put_forward(clause, "The two sides meet weekly.", base=1, by=OTHER_DESK, at=later(1))

        with pytest.raises(acts.SameWordsChanged) as refused:
            acts.put_forward(clause, "The two sides meet daily.", base=1, by=DESK, at=later(2))

        assert str(refused.value).startswith("dan changed the same words while you were writing.")
        found = queries.standoff(Clause.objects.get(pk=clause.pk), seen_by=DESK)
        assert found.draft.body == "The two sides meet daily."
        assert [(c.ours, c.theirs) for c in found.merged.conflicts] == [("daily", "weekly")]
        assert "".join(p.text for p in found.theirs if p.kind != "removed") == body(clause) == "The two sides meet weekly."

        acts.put_forward(clause, "The two sides meet weekly, and daily in spring.", base=2, by=DESK, at=later(3))
        assert body(clause) == "The two sides meet weekly, and daily in spring."
        assert queries.standoff(Clause.objects.get(pk=clause.pk), seen_by=DESK) is None

    def test_a_draft_outlives_the_session_and_the_change_of_another(self, text):
        clause = first(text)
        drafts.save(clause, "The two sides meet daily.", base=1, by=DESK, at=later(1))
        acts.put_forward(clause, "The two sides meet weekly.", base=1, by=OTHER_DESK, at=later(2))
        drafts.save(clause, "The two sides meet daily!", base=1, by=DESK, at=later(3))

        (politics, _) = queries.outline(text, seen_by=DESK)
        draft = queries.worked(politics, seen_by=DESK)[0].draft

        assert (draft.body, draft.base) == ("The two sides meet daily!", 1)
        assert queries.standoff(Clause.objects.get(pk=clause.pk), seen_by=DESK).base == "The two sides meet twice a year."

    def test_a_base_that_never_was_merges_nothing_away(self, text):
        clause = first(text)

        with pytest.raises(acts.SameWordsChanged):
            acts.put_forward(clause, "Other.", base=7, by=DESK, at=later(1))

        assert Draft.objects.get().body == "Other."

    def test_every_revision_is_kept_with_what_it_changed(self, text):
        clause = first(text)
        acts.put_forward(clause, "The two sides meet weekly.", base=1, by=DESK, at=later(1))

        newest, oldest = queries.history(clause, seen_by=LAKE)

        assert [(p.kind, p.text) for p in newest.pieces][1:3] == [("removed", "twice a year"), ("added", "weekly")]
        assert [p.kind for p in oldest.pieces] == ["same"]
        assert queries.history(clause, seen_by=MERIDIA) == []

    def test_a_wording_is_never_changed_or_removed(self, text):
        for change in (lambda: Wording.objects.update(body="x"), lambda: Wording.objects.all()._raw_delete("default")):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()


class TestAgreeing:
    def test_both_sides_agree_each_in_its_turn(self, text):
        clause = first(text)
        acts.agree(clause, revision=1, by=DESK, at=later(1))
        with pytest.raises(courts.NotYourTurn):
            acts.agree(clause, revision=1, by=LAKE, at=later(1))
        texts.pass_turn(text, by=DESK, at=later(2))
        acts.agree(clause, revision=1, by=LAKE, at=later(3))
        acts.agree(clause, revision=1, by=LAKE, at=later(4))

        assert Clause.objects.get(pk=clause.pk).is_agreed
        assert Entry.objects.filter(act="clause.agreed").count() == 2

    def test_one_agrees_to_words_one_has_read(self, text):
        clause = first(text)
        acts.put_forward(clause, "Other words.", base=1, by=OTHER_DESK, at=later(1))

        with pytest.raises(courts.ClauseChangedSince) as refused:
            acts.agree(clause, revision=1, by=DESK, at=later(2))

        assert str(refused.value) == "dan changed this clause since you read it. Read it again first."

    def test_a_chapter_is_agreed_at_once_but_for_what_changed_is_reserved_or_in_brackets(self, text):
        one, two, three = clauses(text)
        chapter = one.chapter
        extra = acts.add(chapter, "A third.", by=DESK, at=later(1))
        acts.bracket(two, "They meet in autumn.", by=DESK, at=later(1))
        texts.pass_turn(text, by=DESK, at=later(2))
        read = {one.pk: 1, two.pk: 1, three.pk: 1, extra.pk: 2}

        assert acts.agree_chapter(chapter, revisions=read, by=LAKE, at=later(3)) == 1
        assert acts.agree_chapter(chapter, revisions=read, by=LAKE, at=later(3)) == 0

        assert [states(c)[0] for c in (one, two, three, extra)] == ["agreed", "proposed", "proposed", "proposed"]
        assert Entry.objects.first().facts == {"clauses": 1, "title": "Political dialogue"}

    def test_a_side_reserves_with_a_reason(self, text):
        clause = first(text)
        with pytest.raises(acts.NoReason):
            acts.reserve(clause, " ", revision=1, by=DESK, at=later(1))

        acts.reserve(clause, "Our lawyers read it still.", revision=1, by=DESK, at=later(1))

        assert states(clause) == ("proposed", "reserved")
        assert Clause.objects.get(pk=clause.pk).organisation_reason == "Our lawyers read it still."
        acts.agree(clause, revision=1, by=DESK, at=later(2))
        assert Clause.objects.get(pk=clause.pk).organisation_reason == ""


class TestBrackets:
    def test_alternatives_stand_beside_the_clause_until_they_are_settled(self, text):
        clause = first(text)
        acts.agree(clause, revision=1, by=DESK, at=later(1))
        acts.bracket(clause, "They meet weekly.", by=DESK, at=later(1))
        acts.bracket(clause, "They meet monthly.", by=DESK, at=later(2))
        texts.pass_turn(text, by=DESK, at=later(3))
        acts.bracket(clause, "They meet daily.", by=LAKE, at=later(4))

        assert states(clause) == ("proposed", "proposed")
        assert queries.content_of(text, seen_by=LAKE).clause(clause.key).brackets == (
            ("party", "They meet daily."),
            ("organisation", "They meet monthly."),
        )
        acts.settle(clause, "They meet monthly.", revision=1, by=LAKE, at=later(5))
        assert (body(clause), states(clause)) == ("They meet monthly.", ("agreed", "proposed"))
        with pytest.raises(acts.NoBrackets):
            acts.settle(clause, "x", revision=2, by=LAKE, at=later(6))

    def test_a_clause_in_brackets_is_agreed_by_one_side_at_most(self, text):
        clause = first(text)
        acts.bracket(clause, "They meet weekly.", by=DESK, at=later(1))
        acts.agree(clause, revision=1, by=DESK, at=later(1))
        texts.pass_turn(text, by=DESK, at=later(2))

        with pytest.raises(acts.ClauseIsInBrackets):
            acts.agree(clause, revision=1, by=LAKE, at=later(3))

        assert states(clause) == ("proposed", "agreed")

    def test_the_database_keeps_brackets_out_of_what_both_agreed(self, text):
        clause = first(text)
        Clause.objects.filter(pk=clause.pk).update(party_state="agreed", organisation_state="agreed")

        with pytest.raises(IntegrityError), transaction.atomic():
            clause.alternatives.create(side="party", body="x", proposed_at=later(1), proposed_by="lena")


class TestPlaces:
    def test_clauses_are_added_where_they_belong_and_numbered_anew(self, text):
        one, two, _ = clauses(text)

        made = acts.add(one.chapter, "In between.", after=one, by=DESK, at=later(1))
        acts.add(one.chapter, "Last.", by=DESK, at=later(1))

        (politics, _) = queries.outline(text, seen_by=DESK)
        found = queries.worked(politics, seen_by=DESK)
        assert [(w.number, w.clause.body) for w in found] == [
            ("1.1", "The two sides meet twice a year."), ("1.2", "In between."), ("1.3", "They meet in spring."), ("1.4", "Last."),
        ]  # fmt: skip
        assert states(made) == ("proposed", "agreed")
        assert made.marking == "public"
        assert queries.as_worked(two, seen_by=DESK).number == "1.3"

    def test_clauses_move_within_the_text(self, text):
        one, two, three = clauses(text)

        acts.move(one, to=three.chapter, after=three, by=DESK, at=later(1))
        acts.move(two, to=three.chapter, by=DESK, at=later(2))

        assert [c.key for c in clauses(text)] == [two.key, three.key, one.key]
        other = a_text()
        with pytest.raises(NotFound):
            acts.move(one, to=first(other).chapter, by=DESK, at=later(3))
        with pytest.raises(NotFound):
            acts.move(one, to=three.chapter, after=first(other), by=DESK, at=later(3))

    def test_the_first_clause_of_an_empty_chapter_is_restricted_unless_it_is_said(self, text):
        empty = texts.add_chapter(text, title=text.title, by=DESK, at=later(1))

        assert acts.add(empty, "Something.", by=DESK, at=later(2)).marking == "restricted"

    def test_a_clause_is_removed_and_brought_back_until_a_version_is_made(self, text):
        clause = first(text)
        acts.remove(clause, revision=1, by=DESK, at=later(1))
        assert queries.removed(text, seen_by=LAKE) == [clause]
        assert queries.as_worked(Clause.objects.get(pk=clause.pk), seen_by=LAKE).number == ""

        acts.restore(clause, by=DESK, at=later(2))
        acts.restore(clause, by=DESK, at=later(2))
        assert len(clauses(text)) == 3

        acts.remove(clause, revision=1, by=DESK, at=later(3))
        versions.make(text, by=DESK, at=later(4))
        assert queries.removed(text, seen_by=LAKE) == []
        assert [e.act for e in Entry.objects.all()][:4] == ["version.made", "clause.removed", "clause.restored", "clause.removed"]

    def test_a_clause_is_marked_and_the_other_side_asked_anew(self, text):
        clause = first(text)
        acts.agree(clause, revision=1, by=DESK, at=later(1))

        acts.mark(clause, "restricted", by=DESK, at=later(1))
        acts.mark(clause, "restricted", by=DESK, at=later(1))

        assert Clause.objects.get(pk=clause.pk).marking == "restricted"
        assert Entry.objects.filter(act="clause.marked").get().facts == {"before": "public", "after": "restricted"}

    def test_a_clause_stays_in_its_text(self, text):
        other = Chapter.objects.get(text=a_text(), key="defence")

        Clause.objects.filter(pk=first(text).pk).update(chapter=other)
        with pytest.raises(IntegrityError):
            connection.check_constraints()


class TestComments:
    def test_comments_never_wait_for_a_turn_and_answers_go_one_level_deep(self, text):
        head = comments.write(first(text), "Why spring?", audience="both", by=LAKE, at=later(1))
        answer = comments.write(first(text), "The weather.", audience="own", answers=head, by=DESK, at=later(2))
        again = comments.write(first(text), "Which?", audience="own", answers=answer, by=LAKE, at=later(3))

        assert (answer.answers, again.answers, again.audience) == (head, head, "both")
        (thread,) = queries.as_worked(first_of(text), seen_by=DESK).threads
        assert [a.body for a in thread.answers] == ["The weather.", "Which?"]

    @pytest.mark.fault("F3")
    def test_an_internal_comment_is_nowhere_for_the_other_side(self, text):
        ours = comments.write(first(text), "Our red line.", audience="own", by=DESK, at=later(1))
        comments.write(first(text), "Indeed.", audience="own", answers=ours, by=OTHER_DESK, at=later(1))
        theirs = comments.write(first(text), "We may give way.", audience="own", by=LAKE, at=later(1))

        for by, seen in ((DESK, 2), (READER, 2), (LAKE, 1), (OTHER_LAKE, 1), (MERIDIA, 0), (STRANGER, 0)):
            assert Comment.objects.seen_by(by).count() == seen
        assert queries.as_worked(first_of(text), seen_by=LAKE).open_threads == 1
        assert [t.head for t in queries.as_worked(first_of(text), seen_by=DESK).threads] == [ours]
        for comment, by in ((ours, LAKE), (theirs, DESK)):
            with pytest.raises(NotFound):
                queries.comment(comment.pk, seen_by=by)
        lines = Entry.objects.filter(act="comment.written")
        assert lines.seen_by(LAKE).count() == 1
        assert lines.seen_by(DESK).count() == 2

    def test_a_comment_is_settled_once_by_whoever_reads_it(self, text):
        comment = comments.write(first(text), "Why?", audience="both", by=LAKE, at=later(1))

        comments.settle(queries.comment(comment.pk, seen_by=DESK), by=DESK, at=later(2))
        comments.settle(queries.comment(comment.pk, seen_by=LAKE), by=LAKE, at=later(3))

        assert Comment.objects.get().settled_by == "dora"
        assert queries.as_worked(first_of(text), seen_by=DESK).open_threads == 0

    def test_a_comment_says_something_and_not_too_much(self, text):
        with pytest.raises(comments.NothingWritten):
            comments.write(first(text), " ", audience="both", by=LAKE, at=later(1))
        with pytest.raises(comments.CommentIsTooLong):
            comments.write(first(text), "x" * 5_001, audience="both", by=LAKE, at=later(1))
        with pytest.raises(NotFound):
            comments.write(first(text), "x", audience="both", by=MERIDIA, at=later(1))


def first_of(text) -> Clause:
    return queries.clause(first(text).pk, seen_by=DESK)
