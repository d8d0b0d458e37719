"""Candidates from a workbook, and through a link from a ministry without an account."""

import time
from datetime import timedelta

import pytest
from django.test import Client

from comity.exchange.batches import NotToBeApplied, counts, differences
from comity.exchange.models import Batch
from comity.exchange.sheets import Row, Table
from comity.kernel.actors import STRANGER
from comity.kernel.refusals import NotFound, NotPermitted
from comity.nominations import jobs
from comity.nominations.acts import erasing, imports, links, nominations, readings
from comity.nominations.models import CollectingLink, Identity, Nomination, Person
from comity.nominations.queries.imports import SHEET
from comity.nominations.rules.identities import Names
from tests.world.cast import ADMINISTRATOR, DESK_OFFICER, MERIDIA, PROVIDER
from tests.world.nominations import NOW, asked, contact, course, head, nominated, somebody

pytestmark = pytest.mark.django_db
ANN = {"family_name": "Alder", "given_name": "Ann", "rank": "OF-3", "english": "2222"}


def sheet(*rows: dict[str, str]) -> Table:
    """A table with some cells filled."""
    return Table("sheet", SHEET, tuple(Row(n, {"activity": "XHQ.0001.01", **row}) for n, row in enumerate(rows, 2)), "csv")


def preview(table: Table, request, by=None) -> Batch:
    """A sheet handed in."""
    return imports.preview(request.activity.edition, table, at=NOW, by=by or contact())


@pytest.fixture
def request_(db):
    """Two granted places at a course."""
    return asked(course())


@pytest.mark.fault("F30")
def test_a_sheet_is_previewed_applied_and_undone_and_keeps_no_name(request_):
    known = somebody(7)
    batch = preview(sheet(ANN, {"person": known.number, "choice": "1"}, ANN | {"given_name": "Bo", "team": "Alpha"}), request_)
    assert counts(differences(batch)) == {"new": 3, "changed": 0, "unchanged": 0, "rejected": 0}
    assert "Alder" not in str(batch.rows)
    assert [str(n) for n in imports.names_of(batch, by=contact()).values()] == ["Ann Alder", "Bo Alder"]
    for other in (DESK_OFFICER, ADMINISTRATOR, contact(MERIDIA), PROVIDER):
        assert imports.names_of(batch, by=other) == {}

    imports.apply(batch, at=NOW, by=contact())

    found = Nomination.objects.order_by("pk")
    assert [(n.person.number, n.choice, n.team) for n in found] == [
        ("XLA-00008", 1, ""),
        ("XLA-00007", 1, ""),
        ("XLA-00009", 2, "Alpha"),
    ]
    assert {n.full for n in readings.names(found, by=contact(), at=NOW).values()} == {"Ann Alder", "Ann Hazel", "Bo Alder"}
    assert "sealed" not in str(Batch.objects.get().rows)
    with pytest.raises(NotToBeApplied):
        imports.apply(Batch.objects.get(), at=NOW, by=contact())

    imports.undo(Batch.objects.get(), at=NOW, by=contact())

    assert set(Nomination.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert list(Identity.objects.values_list("person__number", flat=True)) == [known.number]
    assert Person.objects.filter(erased_at=None).get() == known


def test_what_a_sheet_may_not_bring_is_rejected_with_its_reason(request_):
    nominated(request_, 4, state="endorsed", team="Alpha")
    taken = nominated(request_, 5)
    somebody_else, there = {"person": "XME-00001"}, {"person": taken.person.number}
    wrong = (ANN | {"activity": "XHQ.0009.01"}, somebody_else, ANN | {"rank": "Ann Alder"}, {"rank": "OF-1"})
    more = (ANN | {"choice": "first"}, ANN | {"team": "Alpha"}, ANN, ANN, there | {"team": "Beta"}, there | {"choice": "9"}, there)
    batch = preview(sheet(*wrong, *more), request_)

    rows = differences(batch)
    assert [r.verdict for r in rows] == ["rejected"] * 6 + ["rejected"] * 3 + ["rejected"] * 2
    assert "Ann" not in str(batch.rows)


def test_a_sheet_changes_the_order_of_choice_and_an_undo_brings_it_back(request_):
    mine, other = nominated(request_, 1), nominated(request_, 2)
    batch = preview(sheet({"person": mine.person.number, "choice": "5"}, {"person": other.person.number, "choice": "2"}), request_)
    assert [r.verdict for r in differences(batch)] == ["changed", "unchanged"]

    batch = imports.apply(batch, at=NOW, by=contact())
    assert Nomination.objects.get(pk=mine.pk).choice == 5
    batch = imports.undo(batch, at=NOW, by=contact())
    assert Nomination.objects.get(pk=mine.pk).choice == 1


@pytest.mark.fault("F18")
def test_what_changed_since_is_not_run_over(request_):
    mine = nominated(request_)
    batch = preview(sheet({"person": mine.person.number, "choice": "5"}), request_)
    nominations.withdraw([mine], by=contact(), at=NOW)
    with pytest.raises(imports.SheetHasChanged):
        imports.apply(batch, at=NOW, by=contact())

    batch = imports.apply(preview(sheet(ANN), request_), at=NOW, by=contact())
    nominations.endorse(Nomination.objects.live(), by=head(), at=NOW)
    with pytest.raises(imports.SheetHasChanged):
        imports.undo(batch, at=NOW, by=contact())
    with pytest.raises(NotPermitted):
        preview(sheet(ANN), request_, by=PROVIDER)


@pytest.mark.fault("F30")
def test_a_sheet_that_is_never_applied_loses_its_names_after_a_week(request_):
    batch = preview(sheet(ANN), request_)

    assert erasing.erase_due(by=jobs.THE_DESK, at=NOW + timedelta(days=7, seconds=-1)) == []
    [receipt] = erasing.erase_due(by=jobs.THE_DESK, at=NOW + timedelta(days=7))

    assert (receipt.rule, receipt.many) == ("sheets-never-applied", 1)
    with pytest.raises(imports.SheetIsEmptied):
        imports.apply(Batch.objects.get(pk=batch.pk), at=NOW, by=contact())


def test_five_hundred_candidates_come_in_within_seconds(request_, django_assert_max_num_queries):
    rows = [ANN | {"given_name": f"Ann {n}", "choice": str(n + 1)} for n in range(500)]
    began = time.perf_counter()

    with django_assert_max_num_queries(45):
        imports.apply(preview(sheet(*rows), request_), at=NOW, by=contact())

    assert Nomination.objects.count() == 500
    assert time.perf_counter() - began < 5


class TestLinks:
    @pytest.fixture
    def made(self, request_) -> tuple[CollectingLink, str]:
        """A link that takes two candidates for a fortnight."""
        return links.make(request_.activity, label="Ministry", days=14, most_uses=2, by=contact(), at=NOW)

    def test_a_ministry_names_somebody_through_a_link(self, made):
        link, token = made
        assert token not in str(CollectingLink.objects.values().get())

        found = links.collect(token, Names("Alder", "Ann"), rank="OF-3", by=STRANGER, at=NOW)

        assert (found.state, found.collected_by, found.party_id) == ("collected", f"link-{link.pk}", "XLA")
        assert readings.names([found], by=contact(), at=NOW)[found.person_id].full == "Ann Alder"

    @pytest.mark.fault("F6", "F11", "F16")
    def test_a_link_ends_to_the_second_with_its_uses_and_when_it_is_revoked(self, made):
        link, token = made
        ends = NOW + timedelta(days=14)
        assert links.behind(token, at=ends - timedelta(seconds=1)) == link
        for wrong, at in ((token, ends), (token[:-1], NOW), ("", NOW)):
            with pytest.raises(NotFound):
                links.behind(wrong, at=at)
        for name in ("Alder", "Birch"):
            links.collect(token, Names(name), rank="OF-3", by=STRANGER, at=NOW)
        with pytest.raises(NotFound):
            links.collect(token, Names("Cedar"), rank="OF-3", by=STRANGER, at=NOW)
        other, token = links.make(link.activity, label="", days=1, most_uses=1, by=contact(), at=NOW)
        with pytest.raises(NotFound):
            links.revoke(other, by=contact(MERIDIA), at=NOW)
        links.revoke(other, by=contact(), at=NOW)
        links.revoke(other, by=contact(), at=NOW)
        with pytest.raises(NotFound):
            links.behind(token, at=NOW)

    def test_a_link_is_for_what_was_granted_and_for_a_while(self, request_):
        with pytest.raises(links.LinkForTooLong):
            links.make(request_.activity, label="x", days=999, most_uses=1, by=contact(), at=NOW)
        with pytest.raises(nominations.NothingAsked):
            links.make(course(2), label="x", days=9, most_uses=1, by=contact(), at=NOW)

    @pytest.mark.fault("F4", "F5", "F11")
    def test_a_wrong_link_looks_like_any_page_that_is_not_there_and_guesses_are_counted(self, made):
        client = Client()
        lost = client.get("/nominations/link/x/y/z/")

        wrong = [client.get(f"/nominations/link/{n}/") for n in range(20)]

        assert {r.status_code for r in wrong} == {lost.status_code} == {404}
        assert client.get("/nominations/link/21/").status_code == 429
        assert client.get(f"/nominations/link/{made[1]}/").status_code == 429
