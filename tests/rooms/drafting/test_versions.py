"""Versions never change and are cut for their readers; amendments are merged, and block nothing."""

import pytest
from django.db import IntegrityError, transaction

from comity.drafting import queries, rules
from comity.drafting.acts import amendments, clauses, texts, versions
from comity.drafting.models import Amendment, Clause, Text, Version
from comity.kernel.refusals import NotFound, NotPermitted
from comity.trail.models import Entry
from tests.rooms.drafting.desk import DESK, LAKE, MERIDIA, READER, STRANGER, a_text, first, later
from tests.rooms.drafting.desk import clauses as standing
from tests.world import cast
from tests.world.frameworks import the_frameworks

pytestmark = pytest.mark.django_db
ARCADIA = cast.ARCADIA_CONTACT


@pytest.fixture
def text(db):
    return a_text()


@pytest.fixture
def version(text) -> Version:
    return versions.make(text, note="For the talks", by=DESK, at=later(10))


def bodies(version: Version) -> list[str]:
    return [c.body for c in Version.objects.get(pk=version.pk).read.clauses]


class TestVersions:
    def test_versions_are_numbered_and_know_the_one_before(self, text, version):
        clauses.put_forward(first(text), "They meet.", base=1, by=DESK, at=later(11))

        second = versions.make(text, by=LAKE, at=later(12))

        assert (second.number, second.base, second.made_by) == (2, version, "lena")
        assert str(second) == "XLA Partnership programme version 2"
        assert [v.number for v in queries.versions(text, seen_by=LAKE)] == [2, 1]

    def test_nothing_new_is_no_version(self, text, version):
        with pytest.raises(versions.NothingNew) as refused:
            versions.make(text, by=LAKE, at=later(12))

        assert str(refused.value).startswith("Nothing has changed since version 1")

    def test_only_the_two_sides_make_versions(self, text):
        with pytest.raises(NotFound):
            versions.make(text, by=MERIDIA, at=later(1))
        with pytest.raises(NotPermitted):
            versions.make(text, by=READER, at=later(1))

    @pytest.mark.fault("F22")
    def test_a_version_is_never_changed_or_removed(self, version):
        rows = Version.objects.filter(pk=version.pk)
        versions.release(version, by=DESK, at=later(20))
        for change in (
            lambda: rows.update(note="x"),
            lambda: rows.update(content={}),
            lambda: rows.update(released_at=None),
            lambda: rows._raw_delete("default"),
        ):
            with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
                change()

    def test_a_version_is_the_hash_of_its_canonical_form(self, version):
        assert version.sha256 == rules.digest_of(Version.objects.get().content)


@pytest.mark.fault("F3")
class TestReaders:
    @pytest.fixture
    def allied(self, text) -> None:
        the_frameworks()

    def test_before_release_a_version_is_for_its_two_sides(self, version, allied):
        for by in (DESK, LAKE, READER):
            assert queries.version(version.pk, seen_by=by) == version
            assert queries.visible(version.read, by, version) == version.read
        for by in (ARCADIA, MERIDIA, STRANGER):
            with pytest.raises(NotFound):
                queries.version(version.pk, seen_by=by)
            assert queries.visible(version.read, by, version).chapters == ()

    def test_what_is_put_before_the_allies_is_whole_for_them_and_nothing_for_others(self, version, allied):
        versions.circulate(version, by=DESK, at=later(20))
        found = queries.version(version.pk, seen_by=ARCADIA)

        assert queries.visible(found.read, ARCADIA, found) == found.read
        for by in (MERIDIA, STRANGER):
            with pytest.raises(NotFound):
                queries.version(version.pk, seen_by=by)
            assert queries.visible(found.read, by, found).chapters == ()

    def test_what_is_released_shows_its_public_clauses_to_everybody_and_counts_them_alone(self, text, allied):
        one, _two, three = standing(text)
        clauses.mark(one, "restricted", by=DESK, at=later(1))
        clauses.mark(three, "restricted", by=DESK, at=later(1))
        version = versions.make(text, by=DESK, at=later(2))
        versions.release(version, by=DESK, at=later(3))
        versions.release(version, by=DESK, at=later(4))

        for by in (MERIDIA, STRANGER):
            found = queries.version(version.pk, seen_by=by)
            left = queries.visible(found.read, by, found)
            assert [(n, c.body) for _, _, row in rules.numbered(left) for n, c in row] == [("1.1", "They meet in spring.")]
            assert [c.key for c in left.chapters] == ["political"]
        assert len(list(queries.visible(version.read, ARCADIA, Version.objects.get()).clauses)) == 3
        assert Version.objects.get().released_at == later(3)


class TestAmendments:
    def test_an_amendment_is_started_on_any_version_and_reads_as_the_version_with_its_changes(self, version):
        amendment = amendments.start(version, "Meet more often", by=LAKE, at=later(20))
        one, two, three = version.read.clauses
        for kind, key, told in (
            ("replace", one.key, {"body": "The two sides meet often."}),
            ("remove", one.key, {}),
            ("replace", one.key, {"body": "The two sides meet weekly."}),
            ("remark", two.key, {"marking": "restricted"}),
            ("insert", "", {"body": "They meet in Lakeland.", "chapter": "political", "after": one.key}),
            ("remove", three.key, {}),
        ):
            amendments.change(amendment, kind, key, by=LAKE, at=later(21), **told)

        found = queries.amendment(amendment.pk, seen_by=DESK)
        after = rules.amended(version.read, queries.changes(found))

        assert [(c.body, c.marking) for c in after.clauses] == [
            ("The two sides meet weekly.", "public"),
            ("They meet in Lakeland.", "restricted"),
            ("They meet in spring.", "restricted"),
        ]
        assert queries.reads(found).counts == {"changed": 2, "added": 1, "removed": 1, "moved": 0, "same": 0}
        assert (found.number, found.party_agreed_at, found.organisation_agreed_at) == (1, later(21), None)
        assert version.sha256 == rules.digest_of(Version.objects.get().content)

    @pytest.mark.fault("F3")
    def test_an_amendment_is_for_the_two_sides_alone(self, version):
        amendment = amendments.start(version, "Secret", by=LAKE, at=later(20))
        versions.release(version, by=DESK, at=later(20))

        for by in (MERIDIA, ARCADIA, STRANGER):
            with pytest.raises(NotFound):
                queries.amendment(amendment.pk, seen_by=by)
        with pytest.raises(NotFound):
            amendments.change(amendment, "remove", "x", by=MERIDIA, at=later(21))

    def test_a_change_is_of_something_that_is_there(self, version):
        amendment = amendments.start(version, "Odd", by=LAKE, at=later(20))
        key = next(version.read.clauses).key

        for refusal, kind, told in (
            (NotFound, "replace", {"key": "nothing", "body": "x"}),
            (NotFound, "insert", {"chapter": "nothing", "body": "x"}),
            (amendments.NothingChanged, "replace", {"key": key, "body": " "}),
        ):
            with pytest.raises(refusal):
                amendments.change(amendment, kind, by=LAKE, at=later(21), **told)
        with pytest.raises(amendments.NothingChanged):
            amendments.agree(amendment, by=LAKE, at=later(22))
        with pytest.raises(amendments.NothingChanged):
            amendments.adopt(amendment, by=LAKE, at=later(22))
        with pytest.raises(amendments.NoTitleOfAmendment):
            amendments.start(version, " ", by=LAKE, at=later(20))
        with pytest.raises(NotFound):
            amendments.undo(amendment, key, by=LAKE, at=later(22))

    def test_both_sides_agree_to_the_changes_as_they_are(self, version):
        amendment = proposed(version, "The two sides meet weekly.")
        with pytest.raises(amendments.BothSidesMustAgree) as refused:
            amendments.adopt(amendment, by=LAKE, at=later(22))
        assert str(refused.value).endswith("The organisation has not yet.")

        amendments.agree(amendment, by=DESK, at=later(23))
        amendments.change(amendment, "remove", list(version.read.clauses)[1].key, by=DESK, at=later(24))
        with pytest.raises(amendments.BothSidesMustAgree) as refused:
            amendments.adopt(amendment, by=LAKE, at=later(25))
        assert str(refused.value).endswith("The partner has not yet.")

        amendments.agree(amendment, by=LAKE, at=later(26))
        amendments.agree(amendment, by=LAKE, at=later(27))
        made = amendments.adopt(amendment, by=LAKE, at=later(28))

        assert bodies(made) == ["The two sides meet weekly.", "Lakeland trains ten officers a year."]
        assert (made.number, made.base) == (2, version)
        assert Amendment.objects.get().adopted_as == made

    def test_an_amendment_dropped_or_adopted_stays_so(self, version):
        amendment = amendments.drop(proposed(version, "Never."), by=DESK, at=later(23))

        for act in (amendments.agree, amendments.adopt, amendments.drop):
            with pytest.raises(amendments.AmendmentHasEnded) as refused:
                act(amendment, by=LAKE, at=later(24))
        assert str(refused.value) == "Amendment 1 was dropped and does not change any more. Open another one."
        with pytest.raises(IntegrityError), transaction.atomic():
            Amendment.objects.update(state="open", dropped_at=None, dropped_by="")

    def test_a_change_is_taken_out_again(self, version):
        amendment = proposed(version, "Never.")

        amendments.undo(amendment, next(version.read.clauses).key, by=DESK, at=later(23))

        assert queries.changes(queries.amendment(amendment.pk, seen_by=DESK)) == []


def proposed(version: Version, body: str, *, at: int = 20) -> Amendment:
    """An amendment by Lakeland that gives the first clause other words."""
    amendment = amendments.start(version, body, by=LAKE, at=later(at))
    amendments.change(amendment, "replace", next(version.read.clauses).key, body=body, by=LAKE, at=later(at))
    return amendment


def agreed(version: Version, body: str) -> Amendment:
    """The same, agreed by both."""
    return amendments.agree(proposed(version, body), by=DESK, at=later(21))


@pytest.mark.fault("F20")
class TestManyAmendments:
    def test_two_amendments_of_one_version_are_both_adopted_and_merged(self, text, version):
        one = agreed(version, "The two sides meet three times a year.")
        two = agreed(version, "The two sides meet twice a year in Lakeland.")

        amendments.adopt(one, by=DESK, at=later(30))
        made = amendments.adopt(two, by=LAKE, at=later(31))

        assert bodies(made)[0] == "The two sides meet three times a year in Lakeland."
        assert [v.number for v in queries.versions(text, seen_by=DESK)] == [3, 2, 1]

    def test_words_that_both_changed_are_listed_and_chosen(self, version):
        one, two = agreed(version, "The two sides meet weekly."), agreed(version, "The two sides meet daily.")
        newest = amendments.adopt(one, by=DESK, at=later(30))
        key = next(version.read.clauses).key

        with pytest.raises(amendments.ChooseFirst) as refused:
            amendments.adopt(two, by=LAKE, at=later(31))

        assert str(refused.value).startswith("Clauses changed in the same place since version 1: 1.")
        (clash,) = queries.adoption(two, newest, seen_by=LAKE).clashes
        assert (clash.ours, clash.theirs) == ("The two sides meet daily.", "The two sides meet weekly.")
        made = amendments.adopt(two, chosen={key: "The two sides meet often."}, by=LAKE, at=later(32))
        assert bodies(made)[0] == "The two sides meet often."
        assert made.unsettled == newest.unsettled + 1

    @pytest.mark.parametrize("stand", [texts.rest, texts.close, texts.pass_turn])
    def test_an_amendment_waits_for_nothing_and_nothing_waits_for_it(self, text, version, stand):
        waiting = agreed(version, "The two sides meet weekly.")
        stand(text, by=DESK, at=later(25))

        made = amendments.adopt(waiting, by=DESK, at=later(30))

        assert bodies(made)[0] == "The two sides meet weekly."
        assert Text.objects.get(pk=text.pk).versions.count() == 2

    def test_a_text_goes_on_while_amendments_are_open(self, text, version):
        proposed(version, "The two sides meet weekly.")

        clauses.put_forward(first(text), "The two sides meet daily.", base=1, by=DESK, at=later(25))

        assert versions.make(text, by=DESK, at=later(26)).number == 2

    def test_the_text_being_drafted_takes_over_what_was_adopted(self, text, version):
        one, two, three = standing(text)
        amendment = amendments.start(version, "Much", by=LAKE, at=later(20))
        amendments.change(amendment, "replace", one.key, body="The two sides meet weekly.", by=LAKE, at=later(20))
        amendments.change(amendment, "insert", body="In Lakeland.", chapter="political", after=one.key, by=LAKE, at=later(20))
        amendments.change(amendment, "remove", three.key, by=LAKE, at=later(20))
        amendments.agree(amendment, by=DESK, at=later(21))
        clauses.put_forward(two, "They meet in early spring.", base=1, by=DESK, at=later(22))

        amendments.adopt(amendment, by=LAKE, at=later(30))

        found = standing(text)
        assert [c.body for c in found] == ["The two sides meet weekly.", "In Lakeland.", "They meet in early spring."]
        assert [c.is_agreed for c in found] == [True, True, False]
        assert [w.wording.revision for w in queries.history(one, seen_by=DESK)] == [2, 1]

    def test_words_drafted_meanwhile_are_not_lost_to_an_amendment(self, text, version):
        waiting = agreed(version, "The two sides meet weekly.")
        clauses.put_forward(first(text), "The two sides meet daily.", base=1, by=DESK, at=later(22))

        made = amendments.adopt(waiting, by=DESK, at=later(30))

        assert bodies(made)[0] == "The two sides meet weekly."
        assert first(text).body == "The two sides meet daily."
        assert (first(text).party_state, first(text).organisation_state) == ("proposed", "proposed")

    def test_a_clause_removed_meanwhile_comes_back_only_if_it_is_chosen(self, text, version):
        waiting = agreed(version, "The two sides meet weekly.")
        clause = first(text)
        clauses.remove(clause, revision=1, by=DESK, at=later(22))
        newest = versions.make(text, by=DESK, at=later(23))

        with pytest.raises(amendments.ChooseFirst):
            amendments.adopt(waiting, by=DESK, at=later(30))
        assert queries.adoption(waiting, newest, seen_by=DESK).clashes[0].theirs is None
        made = amendments.adopt(waiting, chosen={clause.key: "The two sides meet weekly."}, by=DESK, at=later(31))

        assert bodies(made)[0] == "The two sides meet weekly."
        assert Clause.objects.get(pk=clause.pk).removed_at is None
        assert Entry.objects.first().act == "amendment.adopted"
