"""The pages of versions, their comparison and amendments, and the API: for each reader what is theirs."""

import json

import pytest

from comity.drafting.acts import amendments, comments, texts, versions
from comity.drafting.acts import clauses as acts
from comity.drafting.models import Amendment, Change, Draft, Text, Version
from tests.rooms.drafting.desk import DESK, LAKE, OTHER_DESK, a_text, clauses, first, later
from tests.rooms.drafting.test_pages import shown
from tests.rooms.drafting.test_versions import agreed
from tests.world.frameworks import the_frameworks

pytestmark = pytest.mark.django_db


@pytest.fixture
def text(db) -> Text:
    return a_text()


@pytest.fixture
def two(text) -> tuple[Version, Version]:
    """Two versions, one clause apart."""
    one = versions.make(text, note="For the talks", by=DESK, at=later(1))
    acts.put_forward(first(text), "The two sides meet weekly.", base=1, by=DESK, at=later(2))
    return one, versions.make(text, by=DESK, at=later(3))


class TestVersions:
    def test_without_versions_it_says_what_they_are_for(self, lena, text):
        assert "A version keeps the text as it stands" in shown(lena.get(f"/drafting/{text.pk}/versions/"))

    def test_a_version_is_made_listed_and_read(self, lena, text):
        address = f"/drafting/{text.pk}/versions/"
        lena.post(f"{address}make/", {"note": "For the talks"})
        version = Version.objects.get()

        assert "For the talks" in shown(lena.get(address))
        words = shown(lena.get(f"/drafting/versions/{version.pk}/"))
        assert "2.1 Lakeland trains ten officers a year." in words
        assert version.sha256[:12] in words
        assert "Nothing has changed since version 1" in shown(lena.post(f"{address}make/", {"note": ""}), 422)

    @pytest.mark.fault("F3")
    def test_a_released_version_shows_others_its_public_clauses_alone(self, at_desk, text):
        the_frameworks()
        acts.mark(first(text), "restricted", by=DESK, at=later(1))
        version = versions.make(text, note="Secret note", by=DESK, at=later(2))
        mira, arno = at_desk("mira"), at_desk("arno")
        page = f"/drafting/versions/{version.pk}/"
        assert mira.get(page).status_code == arno.get(page).status_code == 404

        versions.release(version, by=DESK, at=later(3))

        words = shown(mira.get(page))
        assert "1.1 They meet in spring." in words
        for hidden in ("twice a year", "Secret note", "Restricted", "open clauses"):
            assert hidden not in words
        assert "twice a year" in shown(arno.get(page))
        told = mira.get(f"/api/v1/versions/{version.pk}").json()["content"]
        assert [c["body"] for ch in told["chapters"] for c in ch["clauses"]] == [
            "They meet in spring.", "Lakeland trains ten officers a year.",
        ]  # fmt: skip
        assert "twice a year" not in mira.get(f"/drafting/compare/?version={version.pk}&only=all").content.decode()

    def test_a_version_without_public_clauses_says_so_to_others(self, at_desk):
        version = versions.make(a_text(marking="restricted"), by=DESK, at=later(1))
        versions.release(version, by=DESK, at=later(2))

        assert "Nothing here to read" in shown(at_desk("mira").get(f"/drafting/versions/{version.pk}/"))


class TestComparing:
    def test_two_versions_are_compared_word_by_word(self, lena, two):
        words = shown(lena.get(f"/drafting/compare/?version={two[1].pk}&version={two[0].pk}"))

        assert "removed: twice a year" in words
        assert "added: weekly" in words
        assert "They meet in spring." not in words

    def test_every_clause_may_be_shown(self, lena, two):
        assert "They meet in spring." in shown(lena.get(f"/drafting/compare/?version={two[0].pk}&version={two[1].pk}&only=all"))

    def test_three_versions_are_compared_with_the_first_or_step_by_step(self, lena, text, two):
        acts.remove(clauses(text)[1], revision=1, by=DESK, at=later(4))
        third = versions.make(text, by=DESK, at=later(5))
        address = f"/drafting/compare/?version={two[0].pk}&version={two[1].pk}&version={third.pk}"

        assert "against 1" in shown(lena.get(address))
        assert "against 2" in shown(lena.get(f"{address}&step=1"))

    def test_one_version_is_compared_with_the_one_before(self, lena, two):
        assert "added: weekly" in shown(lena.get(f"/drafting/compare/?version={two[1].pk}"))
        assert "Nothing differs" in shown(lena.get(f"/drafting/compare/?version={two[0].pk}"))

    @pytest.mark.fault("F3", "F7")
    def test_only_versions_of_one_text_that_one_may_read_are_compared(self, lena, at_desk, two):
        other = versions.make(a_text(), by=DESK, at=later(9))

        assert lena.get(f"/drafting/compare/?version={two[0].pk}&version={other.pk}").status_code == 404
        assert lena.get("/drafting/compare/?version=x").status_code == 404
        assert at_desk("mira").get(f"/drafting/compare/?version={two[0].pk}").status_code == 404


class TestAmendments:
    def test_an_amendment_goes_from_its_start_to_a_new_version(self, dora, lena, two):
        version = two[1]
        key = next(version.read.clauses).key
        page = lena.post(f"/drafting/versions/{version.pk}/amend/", {"title": "Meet daily"})["Location"]
        lena.post(f"{page}change/", {"kind": "replace", "key": key, "body": "The two sides meet daily."})
        lena.post(f"{page}change/", {"kind": "insert", "chapter": "defence", "body": "They train at sea.", "after": ""})

        words = shown(lena.get(page))
        assert "added: daily" in words
        assert "They train at sea." in words
        assert "They meet in spring." not in words
        assert "They meet in spring." in shown(lena.get(f"{page}?chapter=political"))
        assert "Put the change in" in shown(lena.get(f"{page}?chapter=political&clause={key}"))
        assert "Both sides must agree" in shown(lena.post(f"{page}adopt/"), 422)
        dora.post(f"{page}agree/")
        assert "Adopt the amendment" in shown(dora.get(page))
        made = lena.post(f"{page}adopt/")["Location"]

        assert "The two sides meet daily." in shown(dora.get(made))
        assert "Adopted; what came of it is a new version." in shown(lena.get(page))
        assert "became version 3" in shown(lena.get(f"/drafting/{version.text_id}/versions/"))
        assert "was adopted and does not change any more" in shown(dora.post(f"{page}drop/"), 422)

    def test_changes_are_undone_and_amendments_dropped(self, lena, two):
        amendment = agreed(two[1], "Never.")
        page = f"/drafting/amendments/{amendment.pk}/"

        lena.post(f"{page}undo/", {"key": Change.objects.get().key})
        assert not Change.objects.exists()
        lena.post(f"{page}drop/")
        assert Amendment.objects.get().state == "dropped"
        assert lena.post(f"{page}burn/").status_code == 404
        assert "does not change any more" in shown(lena.post(f"{page}change/", {"kind": "insert", "body": "x"}), 422)

    @pytest.mark.fault("F20")
    def test_a_conflict_is_listed_and_chosen_on_the_page(self, dora, two):
        one, other = agreed(two[1], "The two sides meet daily."), agreed(two[1], "The two sides meet hourly.")
        amendments.adopt(one, by=DESK, at=later(30))
        page, key = f"/drafting/amendments/{other.pk}/", next(two[1].read.clauses).key

        words = shown(dora.get(page))
        assert "Changed in the same place since" in words
        assert "Version 3 has been made since" in words
        assert "changed in the same place since version 2: 1." in shown(dora.post(f"{page}adopt/"), 422)
        made = dora.post(f"{page}adopt/", {f"words-{key}": "The two sides meet often."})["Location"]
        assert "The two sides meet often." in shown(dora.get(made))

    def test_a_conflict_may_end_in_removing_the_clause(self, dora, two):
        one, other = agreed(two[1], "The two sides meet daily."), agreed(two[1], "The two sides meet hourly.")
        amendments.adopt(one, by=DESK, at=later(30))
        key = next(two[1].read.clauses).key

        dora.post(f"/drafting/amendments/{other.pk}/adopt/", {f"words-{key}": "x", f"gone-{key}": "yes"})

        assert Version.objects.first().read.clause(key) is None

    @pytest.mark.fault("F3")
    def test_nobody_else_finds_an_amendment(self, at_desk, two):
        amendment = agreed(two[1], "Secret.")
        mira = at_desk("mira")

        assert mira.get(f"/drafting/amendments/{amendment.pk}/").status_code == 404
        assert mira.post(f"/drafting/amendments/{amendment.pk}/adopt/").status_code == 404


def sent(client, address: str, **body):
    return client.post(f"/api/v1{address}", json.dumps(body), content_type="application/json")


class TestApi:
    def test_texts_and_clauses_are_read(self, lena, text):
        acts.agree(first(text), revision=1, by=DESK, at=later(1))

        (told,) = lena.get("/api/v1/texts").json()["items"]
        assert (told["party"], told["turn"], told["state"]) == ("XLA", "organisation", "drafting")
        chapters = lena.get(f"/api/v1/texts/{text.pk}").json()["chapters"]
        assert [(c["key"], c["progress"]["total"]) for c in chapters] == [("political", 2), ("defence", 1)]
        found = lena.get(f"/api/v1/texts/{text.pk}/clauses?limit=2").json()
        assert [c["organisation_state"] for c in found["items"]] == ["agreed", "proposed"]
        assert len(lena.get(f"/api/v1/texts/{text.pk}/clauses?cursor={found['next']}").json()["items"]) == 1

    @pytest.mark.fault("F3", "F4")
    def test_others_find_nothing(self, client, at_desk, text, two):
        mira, comment = at_desk("mira"), comments.write(first(text), "x", audience="both", by=LAKE, at=later(1))
        addresses = [f"/texts/{text.pk}", f"/texts/{text.pk}/clauses", f"/texts/{text.pk}/versions", f"/versions/{two[0].pk}",
                     f"/clauses/{first(text).pk}/comments", f"/versions/compare?one={two[0].pk}&other={two[1].pk}"]  # fmt: skip

        assert mira.get("/api/v1/texts").json()["items"] == []
        assert {mira.get(f"/api/v1{a}").status_code for a in addresses} == {404}
        assert {client.get(f"/api/v1{a}").status_code for a in addresses} == {401}
        assert sent(mira, f"/clauses/{first(text).pk}/comments", body="y", answers=comment.pk).status_code == 404
        assert mira.get(f"/api/v1/texts/{2**70}").status_code in (404, 422)

    def test_versions_are_listed_read_and_compared(self, lena, text, two):
        assert [v["number"] for v in lena.get(f"/api/v1/texts/{text.pk}/versions").json()["items"]] == [1, 2]
        assert lena.get(f"/api/v1/versions/{two[0].pk}").json()["sha256"] == two[0].sha256
        told = lena.get(f"/api/v1/versions/compare?one={two[0].pk}&other={two[1].pk}").json()
        assert told["counts"]["changed"] == 1
        assert {p["text"] for p in told["rows"][0]["cells"][1]["pieces"]} >= {"twice a year", "weekly"}
        other = versions.make(a_text(), by=DESK, at=later(9))
        assert lena.get(f"/api/v1/versions/compare?one={two[0].pk}&other={other.pk}").status_code == 404

    @pytest.mark.fault("F18")
    def test_words_are_put_forward_agreed_and_kept_where_they_conflict(self, dora, lena, text):
        clause = first(text)
        put = f"/clauses/{clause.pk}/put-forward"

        told = sent(dora, put, body="The two sides meet weekly.", base=1).json()
        assert (told["revision"], told["organisation_state"]) == (2, "agreed")
        refused = sent(dora, put, body="The two sides meet daily.", base=1)
        assert (refused.status_code, refused.json()["code"]) == (409, "same-words-changed")
        assert Draft.objects.get().body == "The two sides meet daily."
        texts.pass_turn(text, by=DESK, at=later(1))
        assert sent(lena, f"/clauses/{clause.pk}/agree", revision=2).json()["party_state"] == "agreed"
        assert sent(dora, f"/clauses/{clause.pk}/agree", revision=2).json()["code"] == "not-your-turn"

    @pytest.mark.fault("F3")
    def test_comments_are_written_and_read_by_those_they_are_for(self, dora, lena, text):
        address = f"/clauses/{first(text).pk}/comments"
        head = sent(dora, address, body="Why?", audience="both").json()
        assert sent(lena, address, body="Because.", answers=head["id"]).status_code == 201
        sent(lena, address, body="Our red line.", audience="own")

        assert [c["body"] for c in dora.get(f"/api/v1{address}").json()] == ["Why?", "Because."]
        assert [c["body"] for c in lena.get(f"/api/v1{address}").json()] == ["Why?", "Because.", "Our red line."]
        assert OTHER_DESK.login == "dan"
