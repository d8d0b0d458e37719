"""Numbers, the canonical form, comparing and merging: worked examples, and properties that hold for any words."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.drafting.rules import (
    ChangeText,
    ChapterText,
    ClauseText,
    Content,
    amended,
    canonical,
    compare,
    digest_of,
    merge,
    normal,
    numbered,
    onto,
    seen,
    side_of,
    words,
    writes_for,
)
from comity.drafting.rules.words import tokens_of
from tests.rooms.drafting.desk import DESK, LAKE, MERIDIA, READER, STRANGER
from tests.world import cast

sentences = st.lists(st.sampled_from(["ten", "officers", "train", "a", "year", ",", ".", "\n", "and", "Élan"]), max_size=12).map(
    " ".join
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def content(*chapters: tuple[str, ...], **bodies: str) -> Content:
    """Chapters A, B, … with clauses of one-letter keys; a body is its key said twice unless it is given."""
    return Content(
        tuple(
            ChapterText(chr(65 + n), f"Chapter {chr(65 + n)}", "", tuple(ClauseText(k, bodies.get(k, f"{k} {k}")) for k in keys))
            for n, keys in enumerate(chapters)
        )
    )


def kinds(*contents: Content, **more: bool) -> dict[str, list[str]]:
    """How each clause differs in each later content."""
    return {row.key: [cell.kind for cell in row.cells[1:]] for row in compare(*contents, **more).rows}


class TestSides:
    def test_one_acts_for_the_side_one_belongs_to(self):
        assert writes_for(LAKE, cast.LAKELAND) == "party"
        assert writes_for(DESK, cast.LAKELAND) == "organisation"
        assert side_of(READER, cast.LAKELAND) == "organisation"
        assert [writes_for(a, cast.LAKELAND) for a in (READER, MERIDIA, STRANGER)] == [None, None, None]
        assert side_of(MERIDIA, cast.LAKELAND) is None


class TestContents:
    def test_chapters_and_clauses_are_numbered_as_they_stand(self):
        assert [(n, [m for m, _ in clauses]) for n, _, clauses in numbered(content(("a", "b"), (), ("c",)))] == [
            ("1", ["1.1", "1.2"]),
            ("2", []),
            ("3", ["3.1"]),
        ]

    def test_a_content_comes_back_from_its_plain_values(self):
        whole = Content(
            (ChapterText("p", "Politics", "Politique", (ClauseText("x", "Words", "public", (("party", "Other words"),)),)),),
            "Title", "Titre", "fr",
        )  # fmt: skip

        assert Content.of(whole.told()) == whole
        assert whole.clause("x").words == "Words\n[Other words]"
        assert whole.clause("y") is None

    def test_the_canonical_form_is_composed_sorted_and_without_spaces(self):
        assert canonical({"b": "e\u0301", "a": [1, None]}) == '{"a":[1,null],"b":"é"}'.encode()
        assert digest_of({"a": 1}) == digest_of({"a": 1}) != digest_of({"a": 2})

    @given(plain)
    def test_the_canonical_form_does_not_depend_on_the_order_of_keys(self, value):
        assert canonical([_turned(value)]) == canonical([value])

    def test_words_are_kept_without_what_nobody_sees(self):
        assert normal("  e\u0301\x00a\r\nb\x07 ") == "éa\nb"
        assert seen(" a\r\x00b ") == " a\nb "
        assert seen("\ud800") == ""


def _turned(value):
    """The same values with the keys of every mapping the other way round."""
    if isinstance(value, dict):
        return {k: _turned(v) for k, v in reversed(value.items())}
    return [_turned(v) for v in value] if isinstance(value, list) else value


class TestWords:
    def test_what_changed_is_told_word_by_word(self):
        told = [
            (p.kind, p.text) for p in words("Lakeland trains ten officers a year.", "Lakeland trains twenty officers each year.")
        ]

        assert told == [
            ("same", "Lakeland trains "), ("removed", "ten"), ("added", "twenty"), ("same", " officers "),
            ("removed", "a"), ("added", "each"), ("same", " year."),
        ]  # fmt: skip

    def test_words_changed_side_by_side_are_told_as_one_change(self):
        assert [(p.kind, p.text) for p in words("for ten days now", "for two weeks now")] == [
            ("same", "for "), ("removed", "ten days"), ("added", "two weeks"), ("same", " now"),
        ]  # fmt: skip

    def test_nothing_is_no_piece(self):
        assert words("", "") == ()
        assert [p.kind for p in words("", "new")] == ["added"]

    @given(sentences, sentences)
    def test_the_pieces_say_both_texts(self, before, after):
        told = words(before, after)

        assert "".join(p.text for p in told if p.kind != "removed") == after
        assert "".join(p.text for p in told if p.kind != "added") == before

    def test_very_long_texts_are_compared_by_sentences_and_then_as_a_whole(self):
        long = "a b c d. " * 900
        sentences_, others = tokens_of(long, long)
        assert len(sentences_) == len(others) == 900
        assert len(tokens_of("x." * 5_000, "y." * 5_000)[0]) == 1
        assert [p.kind for p in words("x." * 5_000, "y." * 5_000)] == ["removed", "added"]


class TestMerging:
    def test_changes_in_different_places_are_both_taken(self):
        assert merge("ten officers train a year", "twenty officers train a year", "ten officers train each year") == (
            "twenty officers train each year"
        )

    def test_a_place_that_both_changed_is_a_conflict_in_three_wordings(self):
        merged = merge("for ten days", "for twenty days", "for two weeks")

        (conflict,) = merged.conflicts
        assert (conflict.base, conflict.ours, conflict.theirs) == ("ten days", "twenty days", "two weeks")
        assert merged.text == "for twenty days"

    def test_a_number_and_its_unit_are_one_place(self):
        assert merge("for ten days", "for twenty days", "for ten weeks").conflicts

    def test_the_same_change_of_both_is_taken_once(self):
        assert merge("a b c", "a x c", "a x c") == "a x c"
        assert merge("one, two, three", "one, x, three!", "one, x, three") == "one, x, three!"

    def test_a_word_removed_by_one_and_changed_by_the_other_is_a_conflict(self):
        assert [(c.ours, c.theirs) for c in merge("we meet often here", "we meet here", "we meet rarely here").conflicts]

    @given(sentences, sentences)
    def test_one_change_alone_is_taken_as_it_is(self, base, changed):
        assert merge(base, changed, base) == changed
        assert merge(base, base, changed) == changed
        assert merge(base, changed, changed) == changed

    @given(sentences, sentences, sentences)
    def test_no_word_that_a_side_added_is_lost_without_a_conflict(self, base, ours, theirs):
        merged = merge(base, ours, theirs)

        kept = Counter(merged.text.split())
        for conflict in merged.conflicts:
            kept += Counter(conflict.theirs.split())
        for side in (ours, theirs):
            added = Counter(_split(side)) - Counter(_split(base))
            assert not added - Counter(_split(" ".join(kept.elements())))

    @given(sentences, sentences, sentences)
    def test_which_side_is_ours_changes_nothing_but_the_names(self, base, ours, theirs):
        one, other = merge(base, ours, theirs), merge(base, theirs, ours)

        assert [(c.ours, c.theirs) for c in one.conflicts] == [(c.theirs, c.ours) for c in other.conflicts]
        assert one.conflicts or one == other.text
        assert one != 1


def _split(text: str) -> list[str]:
    return [t for t in tokens_of(text)[0] if not t.isspace()]


class TestComparing:
    def test_clauses_are_told_as_changed_added_removed_moved_or_the_same(self):
        before, after = content(("a", "b", "c", "d"), ("e",)), content(("b", "c", "a"), ("n", "e"), b="b x")

        assert kinds(before, after) == {
            "b": ["changed"], "c": ["same"], "d": ["removed"], "a": ["moved"], "n": ["added"], "e": ["same"],
        }  # fmt: skip
        assert compare(before, after).counts == {"changed": 1, "added": 1, "removed": 1, "moved": 1, "same": 2}

    def test_three_contents_are_compared_with_the_first_or_step_by_step(self):
        one, two, three = content(("a", "b")), content(("a", "b"), a="x"), content(("a", "b", "c"), a="x")

        assert kinds(one, two, three) == {"a": ["changed", "changed"], "b": ["same", "same"], "c": ["absent", "added"]}
        assert kinds(one, two, three, step_by_step=True) == {
            "a": ["changed", "same"],
            "b": ["same", "same"],
            "c": ["absent", "added"],
        }

    def test_a_clause_marked_otherwise_is_a_change(self):
        before = content(("a",))
        after = replace(before, chapters=(replace(before.chapters[0], clauses=(ClauseText("a", "a a", "public"),)),))

        (row,) = compare(before, after).rows
        assert row.is_changed
        assert compare(before, after).counts["changed"] == 1

    def test_chapters_of_either_are_there_in_their_order(self):
        before, after = content(("a",), ("b",), ("c",)), content(("a",), ("b",))
        first = replace(after, chapters=(ChapterText("N", "New", "", ()), *after.chapters))

        assert [c.key for c, _ in compare(before, after).chapters] == ["A", "B", "C"]
        assert [c.key for c, _ in compare(first, before).chapters] == ["N", "A", "B", "C"]
        assert [c.key for c, _ in compare(before, first).chapters] == ["N", "A", "B", "C"]

    def test_a_clause_moved_to_another_chapter_is_there_once(self):
        assert kinds(content(("a", "b"), ("c",)), content(("b",), ("c", "a"))) == {"b": ["same"], "c": ["same"], "a": ["moved"]}

    @given(st.permutations("abcdef"), st.permutations("abcdefgh"))
    def test_every_clause_is_told_once_and_says_what_it_says(self, before, after):
        one, other = content(tuple(before[:3]), tuple(before[3:])), content(tuple(after[:5]), tuple(after[5:]))

        rows = list(compare(one, other).rows)

        assert sorted(row.key for row in rows) == list("abcdefgh")
        for row in rows:
            assert "".join(p.text for p in row.cells[1].pieces if p.kind != "removed") == other.clause(row.key).words


class TestAmending:
    BASE = content(("a", "b", "c"), ("d",), a="ten officers train a year")

    def test_changes_are_made_to_the_version_they_are_for(self):
        changes = [
            ChangeText("replace", "a", "twenty officers train a year"),
            ChangeText("remove", "b"),
            ChangeText("remark", "c", marking="public"),
            ChangeText("insert", "n", "new", "public", chapter="A", after="b"),
            ChangeText("insert", "m", "newer", "public", chapter="A", after="n"),
            ChangeText("insert", "o", "first", "restricted", chapter="B"),
        ]

        made = amended(self.BASE, changes)

        assert [[(c.key, c.body, c.marking) for c in chapter.clauses] for chapter in made.chapters] == [
            [
                ("a", "twenty officers train a year", "restricted"), ("n", "new", "public"), ("m", "newer", "public"),
                ("c", "c c", "public"),
            ],
            [("o", "first", "restricted"), ("d", "d d", "restricted")],
        ]  # fmt: skip

    def test_two_amendments_in_different_words_are_both_taken(self):
        newest = amended(self.BASE, [ChangeText("replace", "a", "twenty officers train a year")])

        found = onto(self.BASE, [ChangeText("replace", "a", "ten officers train each year")], newest)

        assert found.clashes == ()
        assert found.content.clause("a").body == "twenty officers train each year"

    @pytest.mark.fault("F20")
    @pytest.mark.parametrize(
        ("first", "second", "ours", "theirs"),
        [
            (ChangeText("replace", "a", "twenty train"), ChangeText("replace", "a", "six train"), "six train", "twenty train"),
            (ChangeText("remove", "a"), ChangeText("replace", "a", "six"), "six", None),
            (ChangeText("replace", "a", "six"), ChangeText("remove", "a"), None, "six"),
        ],
    )  # fmt: skip
    def test_what_both_changed_is_listed_and_chosen(self, first, second, ours, theirs):
        newest = amended(self.BASE, [first])

        found = onto(self.BASE, [second, ChangeText("remove", "d")], newest)

        assert [(c.key, c.ours, c.theirs) for c in found.clashes] == [("a", ours, theirs)]
        assert found.content.clause("d") is None
        chosen = onto(self.BASE, [second], newest, {"a": "as chosen"})
        assert chosen.clashes == ()
        assert [c.key for c in chosen.content.chapters[0].clauses] == ["a", "b", "c"]
        assert chosen.content.clause("a").body == "as chosen"
        assert onto(self.BASE, [second], newest, {"a": None}).content.clause("a") is None

    def test_what_is_gone_already_may_be_removed_or_marked_again(self):
        newest = amended(self.BASE, [ChangeText("remove", "a"), ChangeText("insert", "n", "new", "public", chapter="A", after="a")])
        again = [ChangeText("remove", "a"), ChangeText("remark", "a", marking="public"), ChangeText("remove", "unknown")]

        found = onto(self.BASE, again, newest)

        assert found.clashes == ()
        assert found.content == newest
