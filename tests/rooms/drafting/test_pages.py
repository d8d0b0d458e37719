"""The pages of texts and clauses: what each reader finds there, what may be done, and that nothing written is lost."""

import re

import pytest

from comity.drafting import queries
from comity.drafting.acts import clauses as acts
from comity.drafting.acts import comments, texts, versions
from comity.drafting.models import Clause, Comment, Draft, Text
from tests.rooms.drafting.desk import DESK, LAKE, OTHER_DESK, a_long_text, a_text, clauses, first, later

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def text(db) -> Text:
    return a_text()


def shown(answer, status: int = 200) -> str:
    """The words of an answer, without its marks."""
    assert answer.status_code == status, answer.content.decode()[:2000]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.fault("F4")
@pytest.mark.parametrize("page", ["/drafting/", "/drafting/begin/", "/drafting/1/", "/drafting/clauses/1/", "/drafting/compare/"])
def test_a_stranger_is_sent_to_sign_in(client, db, page):
    assert client.get(page)["Location"].startswith("/accounts/login/?next=")


class TestList:
    def test_without_texts_it_says_what_to_do(self, lena):
        assert "A text begins with its title and its chapters." in shown(lena.get("/drafting/"))

    def test_it_tells_whose_turn_it_is_and_how_far_each_text_is(self, dora, lena, text):
        acts.agree(first(text), revision=1, by=DESK, at=later(1))
        acts.bracket(clauses(text)[1], "Otherwise.", by=DESK, at=later(1))
        versions.make(text, by=DESK, at=later(1))

        for browser, turn in ((dora, "Your turn"), (lena, "Organisation")):
            words = shown(browser.get("/drafting/"))
            assert "Partnership programme" in words
            assert f"Turn </b> {turn}" in words or turn in words
            assert "0 of 3 clauses" in words
        assert "Partnership programme" in shown(dora.get("/drafting/?court=yours"))
        assert "No text here" in shown(lena.get("/drafting/?court=yours"))
        assert "Partnership programme" in shown(lena.get("/drafting/?court=theirs"), 200)

    def test_what_rests_is_in_nobodys_court(self, dora, text):
        texts.rest(text, by=DESK, at=later(1))

        assert "offered for agreement" in shown(dora.get("/drafting/"))
        assert "No text here" in shown(dora.get("/drafting/?court=yours"))

    @pytest.mark.fault("F3")
    def test_another_party_finds_nothing(self, at_desk, text):
        mira = at_desk("mira")

        assert "Partnership programme" not in shown(mira.get("/drafting/"))
        for page in (f"/drafting/{text.pk}/", f"/drafting/{text.pk}/versions/", f"/drafting/clauses/{first(text).pk}/"):
            assert mira.get(page).status_code == 404

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("count", [5, 50])
    def test_it_takes_as_many_queries_however_many_texts_there_are(self, dora, count, django_assert_max_num_queries):
        for _n in range(count):
            a_text()

        with django_assert_max_num_queries(12):
            dora.get("/drafting/")


class TestOpening:
    def test_a_text_is_opened_with_its_chapters(self, lena):
        told = {"party": "XLA", "title_en": "Plan", "language": "en", "chapters": "Politics\n\nDefence"}

        answer = lena.post("/drafting/begin/", told)

        text = Text.objects.get()
        assert answer["Location"] == f"/drafting/{text.pk}/"
        assert [c.title_en for c in text.chapters.all()] == ["Politics", "Defence"]
        assert "Add the first one below." in shown(lena.get(answer["Location"]))

    @pytest.mark.fault("F7")
    def test_a_partner_opens_texts_of_its_own(self, lena):
        told = {"party": "XME", "title_en": "Plan", "language": "en", "chapters": "Politics"}

        assert "Select a valid choice" in shown(lena.post("/drafting/begin/", told), 422)
        empty = lena.post("/drafting/begin/", told | {"party": "XLA", "chapters": " "})
        assert empty.status_code == 422

    def test_only_those_who_draft_open_texts(self, at_desk):
        assert at_desk("rita").get("/drafting/begin/").status_code == 403


class TestText:
    def test_it_says_whose_turn_it_is_and_offers_the_acts_of_that_side(self, dora, lena, at_desk, text):
        mine, theirs = shown(dora.get(f"/drafting/{text.pk}/")), shown(lena.get(f"/drafting/{text.pk}/"))

        assert "It is your turn" in mine
        assert "Pass the turn to Lakeland" in mine
        assert "It is the turn of: Organisation" in theirs
        assert "Pass the turn" not in theirs
        for words in (mine, theirs):
            assert "1.1 The two sides meet twice a year." in words
            assert "0 of 2 agreed" in words
        reader = shown(at_desk("rita").get(f"/drafting/{text.pk}/"))
        assert "In full" in reader
        assert "Agree to" not in reader

    def test_each_chapter_has_an_address(self, dora, text):
        words = shown(dora.get(f"/drafting/{text.pk}/?chapter=defence"))

        assert "2.1 Lakeland trains ten officers a year." in words
        assert "meet in spring" not in words
        assert "1.1" in shown(dora.get(f"/drafting/{text.pk}/?chapter=unknown"))

    def test_a_text_that_rests_or_is_closed_says_so(self, dora, text):
        texts.rest(text, by=DESK, at=later(1))
        assert "the clauses rest" in shown(dora.get(f"/drafting/{text.pk}/"))
        texts.close(text, by=DESK, at=later(1))
        assert "This text is closed" in shown(dora.get(f"/drafting/{text.pk}/"))

    def test_the_turn_is_passed(self, dora, text):
        assert dora.post(f"/drafting/{text.pk}/turn/")["Location"] == f"/drafting/{text.pk}/"
        assert Text.objects.get().turn == "party"
        assert "It is the turn of the partner" in shown(dora.post(f"/drafting/{text.pk}/turn/"), 409)

    def test_chapters_and_clauses_are_added(self, dora, text):
        address = f"/drafting/{text.pk}"
        dora.post(f"{address}/chapters/", {"title_en": "Science"})
        dora.post(f"{address}/clauses/", {"chapter": "defence", "body": "They train in spring.", "after": clauses(text)[2].pk})

        assert "2.2 They train in spring." in shown(dora.get(f"{address}/?chapter=defence"))
        assert "3 Science" in shown(dora.get(f"{address}/"))
        assert "Give the text a title." in shown(dora.post(f"{address}/chapters/", {"title_en": ""}), 422)
        assert "There are no words" in shown(dora.post(f"{address}/clauses/", {"chapter": "defence", "body": ""}), 422)

    def test_a_chapter_is_agreed_at_once(self, dora, text):
        one, two, _ = clauses(text)
        address = f"/drafting/{text.pk}/agree/"

        assert f"{one.pk}:1,{two.pk}:1," in dora.get(f"/drafting/{text.pk}/").content.decode()
        dora.post(address, {"chapter": "political", "read": f"{one.pk}:1,{two.pk}:1,"})

        assert [c.organisation_state for c in clauses(text)] == ["agreed", "agreed", "proposed"]
        assert dora.post(address, {"chapter": "political", "read": "x"}).status_code == 422

    def test_removed_clauses_are_shown_and_brought_back(self, dora, text):
        clause = first(text)
        acts.remove(clause, revision=1, by=DESK, at=later(1))

        assert "1 clause removed since the newest version" in shown(dora.get(f"/drafting/{text.pk}/"))
        assert "dora removed this clause." in shown(dora.get(f"/drafting/clauses/{clause.pk}/"))
        dora.post(f"/drafting/clauses/{clause.pk}/restore/")
        assert len(clauses(text)) == 3

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("count", [5, 50])
    def test_it_takes_at_most_fifteen_queries_however_many_clauses_it_has(self, dora, count, django_assert_max_num_queries):
        text = a_long_text(count)
        for clause in clauses(text):
            comments.write(clause, "Why?", audience="both", by=LAKE, at=later(1))
            acts.bracket(clause, "Otherwise.", by=DESK, at=later(1))

        with django_assert_max_num_queries(15):
            words = shown(dora.get(f"/drafting/{text.pk}/"))

        assert words.count("would have instead") == count

    def test_a_long_chapter_has_pages(self, dora):
        text = a_long_text(130)

        assert "1.130" not in shown(dora.get(f"/drafting/{text.pk}/"))
        assert "1.130" in shown(dora.get(f"/drafting/{text.pk}/?page=2"))


class TestClause:
    def test_it_opens_in_place_for_htmx_and_as_a_page_for_a_browser(self, dora, text):
        address = f"/drafting/clauses/{first(text).pk}/"

        whole, part = dora.get(address), dora.get(address, **HTMX)

        assert "<html" in whole.content.decode()
        assert part.content.decode().strip().startswith('<article class="clause open"')
        assert "History: 1 revision" in shown(part)
        closed = dora.get(f"{address}brief/", **HTMX).content.decode()
        assert 'hx-swap-oob="true"' in closed
        assert dora.get(f"{address}brief/")["Location"].endswith(f"?chapter=political#c-{first(text).key}")

    @pytest.mark.fault("F18", "F19")
    def test_what_is_written_is_saved_as_it_is_written_and_said_to_be_saved(self, lena, text):
        address = f"/drafting/clauses/{first(text).pk}/"

        answer = lena.post(f"{address}draft/", {"body": "", "base": 1}, **HTMX)
        assert "Saved" in shown(answer)
        lena.post(f"{address}draft/", {"body": "Half a", "base": 1})

        assert Draft.objects.get().body == "Half a"
        assert "Half a</textarea>" in lena.get(address).content.decode()
        assert lena.post(f"{address}draft/", {"body": "x", "base": "y"}).status_code == 422

    @pytest.mark.fault("F3")
    def test_a_draft_is_on_nobody_elses_page(self, dora, lena, text):
        lena.post(f"/drafting/clauses/{first(text).pk}/draft/", {"body": "Our red line", "base": 1})

        for page in (f"/drafting/{text.pk}/", f"/drafting/clauses/{first(text).pk}/"):
            assert "Our red line" not in dora.get(page).content.decode()
            assert "Your draft" not in dora.get(page).content.decode()
        assert "Your draft" in lena.get(f"/drafting/{text.pk}/").content.decode()

    def test_words_are_put_forward(self, dora, text):
        address = f"/drafting/clauses/{first(text).pk}/put-forward/"

        answer = dora.post(address, {"body": "They meet.", "base": 1, "agrees": "yes"}, **HTMX)

        assert "They meet." in shown(answer)
        assert "agreed" in shown(answer)
        assert dora.post(address, {"body": "They meet often.", "base": 2})["Location"].startswith(f"/drafting/{text.pk}/")

    @pytest.mark.fault("F18")
    def test_a_conflict_shows_both_texts_and_what_is_proposed(self, dora, text):
        clause = first(text)
        acts.put_forward(clause, "The two sides meet weekly.", base=1, by=OTHER_DESK, at=later(1))
        address = f"/drafting/clauses/{clause.pk}/"

        refused = dora.post(f"{address}put-forward/", {"body": "The two sides meet daily.", "base": 1})

        for answer, status in ((refused, 422), (dora.get(address), 200)):
            words = shown(answer, status)
            assert "changed this clause while you were writing. Nothing is lost." in words
            assert "In 1 place both of you changed the same words" in words
            assert "weekly" in words
            assert "The two sides meet daily.</textarea>" in answer.content.decode()
            assert 'name="base" value="2"' in answer.content.decode()

    def test_a_draft_whose_clause_moved_on_elsewhere_is_merged(self, dora, text):
        clause = first(text)
        dora.post(f"/drafting/clauses/{clause.pk}/draft/", {"body": "The two sides meet twice a year in Lakeland.", "base": 1})
        acts.put_forward(clause, "Both sides meet twice a year.", base=1, by=OTHER_DESK, at=later(1))

        page = dora.get(f"/drafting/clauses/{clause.pk}/").content.decode()

        assert "Both changes fit together" in page
        assert "Both sides meet twice a year in Lakeland.</textarea>" in page

    def test_a_draft_is_thrown_away(self, dora, text):
        address = f"/drafting/clauses/{first(text).pk}/"
        dora.post(f"{address}draft/", {"body": "Half", "base": 1})

        dora.post(f"{address}discard/")

        assert not Draft.objects.exists()

    @pytest.mark.parametrize(
        ("act", "told", "words"),
        [
            ("agree", {"revision": 1}, "agreed"),
            ("reserve", {"revision": 1, "reason": "Lawyers"}, "Organisation reserves: Lawyers"),
            ("bracket", {"body": "Otherwise"}, "Organisation would have instead [Otherwise]"),
            ("mark", {"marking": "restricted"}, "Restricted"),
        ],
    )
    def test_decisions_show_in_place(self, dora, text, act, told, words):
        address = f"/drafting/clauses/{first(text).pk}/{act}/"

        assert words in shown(dora.post(address, told, **HTMX))
        assert dora.post(address, told).status_code == 302

    def test_brackets_are_settled_and_clauses_removed(self, dora, text):
        clause = first(text)
        acts.bracket(clause, "Otherwise.", by=DESK, at=later(1))

        dora.post(f"/drafting/clauses/{clause.pk}/settle/", {"revision": 1, "body": "Settled."})
        assert first(text).body == "Settled."
        dora.post(f"/drafting/clauses/{clause.pk}/remove/", {"revision": 2}, **HTMX)
        assert len(clauses(text)) == 2
        assert dora.post(f"/drafting/clauses/{clause.pk}/burn/").status_code == 404

    def test_a_refusal_is_said_in_place(self, dora, lena, text):
        address = f"/drafting/clauses/{first(text).pk}/agree/"

        for extra in (HTMX, {}):
            assert "It is the turn of the organisation" in shown(lena.post(address, {"revision": 1}, **extra), 422)
        acts.put_forward(first(text), "New.", base=1, by=OTHER_DESK, at=later(1))
        assert "dan changed this clause since you read it" in shown(dora.post(address, {"revision": 1}, **HTMX), 422)
        assert dora.post(address, {"revision": "x"}).status_code == 422

    def test_a_clause_moves_by_the_number_it_follows(self, dora, text):
        clause = first(text)
        address = f"/drafting/clauses/{clause.pk}/move/"

        assert dora.post(address, {"after": "2.1"}, **HTMX)["HX-Redirect"].endswith(f"?chapter=defence#c-{clause.key}")
        assert clauses(text)[-1] == clause
        dora.post(address, {"after": "2"})
        assert [c.key for c in clauses(text)][1] == clause.key
        for wrong, words in (("x", "Give the number of a clause"), ("9", "no such chapter"), ("1.9", "no such clause")):
            assert words in shown(dora.post(address, {"after": wrong}), 422)

    def test_comments_are_written_answered_and_settled(self, dora, lena, text):
        address = f"/drafting/clauses/{first(text).pk}/comments/"
        lena.post(address, {"body": "Why twice?", "audience": "both"})
        head = Comment.objects.get()

        words = shown(dora.post(address, {"body": "Money.", "audience": "both", "answers": head.pk}, **HTMX))
        assert "Why twice?" in words
        assert "Money." in words
        assert "Write something first." in shown(dora.post(address, {"body": "", "audience": "both"}), 422)
        assert dora.post(address, {"body": "x", "audience": "all"}).status_code == 422
        dora.post(f"/drafting/comments/{head.pk}/settle/")
        assert "Settled by dora" in shown(lena.post(f"/drafting/comments/{head.pk}/settle/", **HTMX))

    @pytest.mark.fault("F3")
    def test_an_internal_comment_is_on_no_page_of_the_other_side(self, dora, lena, text):
        comment = comments.write(first(text), "Our red line", audience="own", by=DESK, at=later(1))
        address = f"/drafting/clauses/{first(text).pk}/"

        assert "Our red line" in shown(dora.get(address))
        for page in (f"/drafting/{text.pk}/", address):
            words = shown(lena.get(page))
            assert "Our red line" not in words
            assert "1 comment" not in words
        assert lena.post(f"{address}comments/", {"body": "x", "audience": "both", "answers": comment.pk}).status_code == 404
        assert lena.post(f"/drafting/comments/{comment.pk}/settle/").status_code == 404

    def test_history_tells_each_revision_word_by_word(self, lena, text):
        acts.put_forward(first(text), "The two sides meet weekly.", base=1, by=DESK, at=later(1))

        words = shown(lena.get(f"/drafting/clauses/{first(text).pk}/"))

        assert "History: 2 revisions" in words
        assert "removed: twice a year" in words
        assert "added: weekly" in words
        assert Clause.objects.count() == 3
        assert queries.text(text.pk, seen_by=LAKE) == text
