"""The pages of comparing, studies and trials: what each reader finds there, and how many queries it takes."""

import csv

import pytest

from comity.accounts.rules import Role
from comity.participation.acts import limits, rounds
from comity.participation.models import Line
from comity.scenarios import jobs, queries
from comity.scenarios.acts import studies
from comity.scenarios.models import Study, Trial
from comity.scenarios.rules import Choice
from tests.rooms.scenarios.conftest import ordered, worked_out
from tests.world.cast import HEADQUARTERS, LAKELAND, MENU_MANAGER, MERIDIA, person, the_world
from tests.world.requests import AFTER, ASKING, activity, drawn_up, edition, rule, submitted

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
MANY = 14


def rows_of(answer) -> list[list[str]]:
    """The rows of a table of text."""
    return list(csv.reader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()))


@pytest.mark.fault("F4")
@pytest.mark.parametrize(
    "page",
    ["/rounds/compare/", "/rounds/compare/parties.csv", "/scenarios/", "/scenarios/order/", "/scenarios/1/", "/rounds/1/lines/1/"],
)
def test_a_stranger_is_sent_to_sign_in(client, db, page):
    assert client.get(page)["Location"].startswith("/accounts/login/?next=")


class TestComparing:
    def test_results_are_read_side_by_side(self, manager, year, two):
        study = worked_out(ordered(year, choice=Choice(self_pay=[None, 10])))
        address = f"/rounds/compare/?round={two[0].pk}&round={two[1].pk}&scenario={study.scenarios.first().pk}"

        shown = manager.get(address).content.decode()

        for words in ("Who gains and who loses", "Seats filled, by area", "How the shares lie", "Meridia", "Study 1, scenario 1"):
            assert words in shown
        assert "Lines that differ" not in shown
        assert "Lines that differ" in manager.get(f"/rounds/compare/?round={two[0].pk}&round={two[1].pk}").content.decode()

    def test_the_older_address_of_two_rounds_still_leads_there(self, manager, two):
        shown = manager.get(f"/rounds/compare/?one={two[0].pk}&other={two[1].pk}").content.decode()
        assert "Who gains and who loses" in shown
        assert manager.get("/rounds/compare/?one=x&other=").status_code == 404

    def test_without_a_choice_there_is_something_to_choose_from_or_words_what_to_do(self, manager, year):
        assert "It takes two rounds that are drawn up." in manager.get("/rounds/compare/").content.decode()
        drawn_up(year), drawn_up(year)
        shown = manager.get("/rounds/compare/").content.decode()
        assert shown.count('name="round"') == 2
        assert "Compare the chosen" in manager.get("/rounds/").content.decode()

    def test_parties_are_sorted_by_what_they_gain_or_as_the_address_says(self, manager, db):
        the_world()
        year = edition()
        course = activity(year, seats=2)
        submitted(course, LAKELAND, places=2, priority=1)
        submitted(course, MERIDIA, places=2, priority=2)
        one = drawn_up(year)
        limits.set_cap(year, the_world()[LAKELAND], places_cap=1, away_cap=None, by=MENU_MANAGER, at=AFTER)
        address = f"/rounds/compare/?round={one.pk}&round={drawn_up(year).pk}"

        def order(sort: str) -> bool:
            shown = manager.get(f"{address}&sort={sort}", HTTP_HX_TARGET="parties", **HTMX).content.decode()
            assert "<html" not in shown
            return shown.index("Meridia") < shown.index("Lakeland")

        assert [order("-change"), order("change"), order("party"), order("")] == [True, False, False, True]

    @pytest.mark.fault("F15")
    def test_a_sheet_holds_the_rows_of_the_screen(self, manager, two):
        query = f"?round={two[0].pk}&round={two[1].pk}&sort=-party"
        told = queries.comparison([r.pk for r in two], [], seen_by=MENU_MANAGER)

        head, *rows = rows_of(manager.get(f"/rounds/compare/parties.csv{query}"))

        assert head[:3] == ["Code", "Party", "Round 1: places"]
        expected = sorted(([p.code, str(p.places[0]), str(p.places[1])] for p in told.parties), reverse=True)
        assert sorted(([r[0], r[2], r[5]] for r in rows), reverse=True) == expected
        assert [r[1] for r in rows] == sorted((r[1] for r in rows), reverse=True)
        shown = manager.get(f"/rounds/compare/{query}").content.decode()
        assert [shown.index(f'aria-hidden="true">{r[0]}<') for r in rows] == sorted(
            shown.index(f'aria-hidden="true">{r[0]}<') for r in rows
        )
        for part in ("figures", "areas", "activities"):
            assert rows_of(manager.get(f"/rounds/compare/{part}.csv{query}"))
            assert manager.get(f"/rounds/compare/{part}.xlsx{query}").status_code == 200
        for wrong in ("parties.pdf", "nothing.csv", "parties.csv"):
            assert manager.get(f"/rounds/compare/{wrong}").status_code == 404

    @pytest.mark.fault("F3")
    def test_a_contact_compares_nothing(self, contact, two):
        rounds.publish(two[0], by=MENU_MANAGER, at=AFTER)
        for page in ("/rounds/compare/", f"/rounds/compare/?round={two[0].pk}&round={two[0].pk}", "/rounds/compare/parties.csv"):
            assert contact.get(page).status_code == 403
        assert "Scenarios" not in contact.get("/rounds/").content.decode()

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("rows", [5, 50])
    def test_the_page_takes_as_many_queries_for_fifty_lines_as_for_five(self, manager, db, rows, django_assert_max_num_queries):
        the_world()
        year = edition()
        for n in range(1, rows + 1):
            made = activity(year, n, seats=1)
            submitted(made, LAKELAND)
            submitted(made, MERIDIA)
        one, other = drawn_up(year, seed=1), drawn_up(year, seed=2)
        with django_assert_max_num_queries(MANY):
            assert manager.get(f"/rounds/compare/?round={one.pk}&round={other.pk}").status_code == 200


class TestStudies:
    def test_the_list_says_what_to_do_when_there_is_nothing(self, manager, year):
        assert "Order one to see how other rules" in manager.get("/scenarios/").content.decode()

    def test_what_a_study_comes_to_is_shown_before_it_is_ordered(self, manager, year):
        limits.set_pool(year, "P1", name_en="Pool one", budget=100, by=MENU_MANAGER, at=ASKING)
        values = {
            "rules": [rule().pk, rule("max-min").pk], "weights": "100 50 25", "self_pay": "40", "pool": "P1",
            "budget_percent": "−20, +20 %", "more_away": "1", "draws": "1", "title": "What if we paid less?",
        }  # fmt: skip
        assert "P1: Pool one" in manager.get("/scenarios/order/?year=2027").content.decode()

        preview = manager.post("/scenarios/order/?year=2027", values, **HTMX).content.decode()

        assert "48 scenarios will be worked out." in preview
        assert "the pool P1 −20 %" in preview
        assert "<html" not in preview
        assert not Study.objects.exists()

        made = manager.post("/scenarios/order/?year=2027", {**values, "order": "1"})
        study = Study.objects.get()
        assert made["Location"] == f"/scenarios/{study.pk}/"
        assert (study.title, study.scenarios.count(), study.ordered_by) == ("What if we paid less?", 48, "menu")
        shown = manager.get(made["Location"]).content.decode()
        assert "What if we paid less?" in shown
        assert "hx-trigger" in shown

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("self_pay", "forty", "“forty” is not a whole number from 0 to 100."),
            ("self_pay", "101", "is not a whole number"),
            ("weights", "100 50", "“100 50” is not three whole numbers."),
            ("weights", "a b c", "is not three whole numbers."),
            ("draws", "0", "greater than or equal to 1"),
            ("draws", "", "required"),
            ("rules", "", "required"),
            ("more_away", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20", "These are 63 scenarios"),
        ],
    )
    def test_what_cannot_be_ordered_is_said_beside_the_form(self, manager, year, field, value, words):
        values = {"rules": [rule().pk], "draws": "3", "order": "1", field: value}

        answer = manager.post("/scenarios/order/?year=2027", values)

        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not Study.objects.exists()

    def test_a_study_shows_its_scenarios_and_leads_to_comparing_them(self, manager, year):
        rounds.publish(drawn_up(year), by=MENU_MANAGER, at=AFTER)
        study = worked_out(ordered(year, rule(), rule("max-min"), title="Two rules"))
        page = f"/scenarios/{study.pk}/"

        shown = manager.get(page).content.decode()

        assert shown.count('name="scenario"') == 2
        assert "with round 1, which is published" in shown
        assert "as published" in shown
        assert "Two rules" in manager.get("/scenarios/").content.decode()
        head, *rows = rows_of(manager.get(f"{page}scenarios.csv?sort=-worst"))
        assert [float(r[head.index("worst")]) for r in rows] == sorted((float(r[head.index("worst")]) for r in rows), reverse=True)
        assert {r[head.index("output_sha256")] for r in rows} == set(study.scenarios.values_list("output_sha256", flat=True))
        assert manager.get(f"{page}scenarios.pdf").status_code == 404
        assert manager.get(f"{page}progress/", **HTMX)["HX-Redirect"] == page
        assert manager.get(f"{page}progress/").status_code == 302

    def test_progress_is_watched_and_a_study_called_off(self, manager, year):
        study = ordered(year, choice=Choice(draws=3))
        page = f"/scenarios/{study.pk}/"
        assert "Gathering the requests" in manager.get(f"{page}progress/", **HTMX).content.decode()
        assert "0 / 3" in manager.get(page).content.decode()

        assert manager.post(f"{page}cancel/").status_code == 302

        assert "Called off" in manager.get(page).content.decode()
        assert manager.post(f"{page}cancel/").status_code == 409

    def test_a_failed_study_says_why_to_those_who_manage(self, manager, year):
        study = studies.fail(ordered(year), "it broke", by=MENU_MANAGER, at=AFTER)
        assert "it broke" in manager.get(f"/scenarios/{study.pk}/").content.decode()

    @pytest.mark.fault("F3")
    def test_a_contact_finds_no_study_and_a_reader_orders_none(self, contact, client, year):
        study = worked_out(ordered(year))
        for page in ("/scenarios/", "/scenarios/order/"):
            assert contact.get(page).status_code == 403
        for page in ("", "progress/", "scenarios.csv"):
            assert contact.get(f"/scenarios/{study.pk}/{page}").status_code == 404
        assert contact.post(f"/scenarios/{study.pk}/cancel/").status_code == 404
        client.force_login(person("auditor", Role.AUDITOR, of=HEADQUARTERS))
        assert client.get(f"/scenarios/{study.pk}/").status_code == 200
        assert client.get("/scenarios/order/").status_code == 403
        assert client.post(f"/scenarios/{study.pk}/cancel/").status_code == 403

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("rows", [5, 50])
    def test_pages_take_as_many_queries_for_fifty_scenarios_as_for_five(self, manager, year, rows, django_assert_max_num_queries):
        study = ordered(year, choice=Choice(draws=rows))
        for page in ("/scenarios/", f"/scenarios/{study.pk}/", f"/scenarios/{study.pk}/progress/"):
            with django_assert_max_num_queries(MANY):
                assert manager.get(page).status_code == 200


class TestTrials:
    @pytest.fixture
    def page(self, year) -> str:
        """The page of Lakeland's line on the scarce seats of a published round."""
        limits.set_pool(year, "P1", name_en="Pool", budget=1000, by=MENU_MANAGER, at=ASKING)
        drawn = rounds.publish(drawn_up(year), by=MENU_MANAGER, at=AFTER)
        line = Line.objects.get(round=drawn, request__party=LAKELAND, request__activity__number="XHQ.0002.01")
        return f"/rounds/{drawn.pk}/lines/{line.pk}/"

    def test_a_conjecture_is_called_one_until_it_is_verified(self, contact, page):
        shown = contact.get(page).content.decode()
        assert "Probably" in shown
        assert "Verified" not in shown
        assert f'href="{page}"' in contact.get(page.rpartition("lines/")[0]).content.decode()
        assert f'href="{page}"' in contact.get("/requests/?year=2027").content.decode()
        [offer] = [queries.offered(Line.objects.get(pk=int(page.split("/")[4])))]

        assert contact.post(f"{page}try/", {"lever": offer.lever, "amount": offer.amount}).status_code == 302
        waiting = contact.get(page, **HTMX).content.decode()
        assert "Being solved again" in waiting
        assert "every 1s" in waiting
        jobs.try_out(Trial.objects.get().pk)

        told = contact.get(page).content.decode()
        assert "Verified" in told
        assert "Probably" not in told
        assert f"you would have got {offer.amount} of 2 places" in told
        assert "every 1s" not in told

    @pytest.mark.fault("F3")
    def test_a_contact_reads_no_figure_of_others_and_the_staff_does(self, contact, client, page):
        contact.post(f"{page}try/", {"lever": "priority", "amount": 1})
        Trial.objects.update(
            state="done",
            result={
                "before": [0, 0], "after": [0, 2], "moved": 4, "gap_percent": 0, "parties": {"XLA": [1, 3], "XME": [5, 3]},
                "own": [1, 3], "granted": True, "value_before": 9, "value_after": 10,
            },
        )  # fmt: skip

        own = contact.get(page).content.decode()
        client.force_login(person("menu", Role.MENU_MANAGER, of=HEADQUARTERS))
        staff = client.get(page).content.decode()

        assert "4 other requests would have changed." in own
        assert "Meridia" not in own
        assert "Meridia" in staff
        assert "Lakeland would have got 2 of 2 places" in staff

    def test_what_cannot_be_tried_is_said_on_the_page(self, contact, page):
        for wrong in ({"lever": "nonsense", "amount": 1}, {"lever": "capacity"}, {"lever": "priority", "amount": 2}):
            assert contact.post(f"{page}try/", wrong).status_code == 422
        answer = contact.post(f"{page}try/", {"lever": "capacity", "amount": 0})
        assert "This changes nothing for the line." in answer.content.decode()
        assert not Trial.objects.exists()

    @pytest.mark.fault("F3", "F7")
    def test_another_partys_line_is_not_found(self, contact, page):
        foreign = Line.objects.filter(request__party=MERIDIA).first()
        address = f"/rounds/{foreign.round_id}/lines/{foreign.pk}/"
        assert contact.get(address).status_code == 404
        assert contact.post(f"{address}try/", {"lever": "capacity", "amount": 1}).status_code == 404
        assert not Trial.objects.exists()

    def test_a_trial_that_failed_says_what_to_do(self, contact, page):
        contact.post(f"{page}try/", {"lever": "capacity", "amount": 1})
        Trial.objects.update(state="failed", fault="no room")
        assert "Try once more." in contact.get(page).content.decode()
        assert "no room" not in contact.get(page).content.decode()

    @pytest.mark.fault("F24")
    def test_a_line_takes_as_many_queries_for_twenty_trials_as_for_one(self, contact, page, django_assert_max_num_queries):
        line = Line.objects.get(pk=int(page.split("/")[4]))
        result = {"before": [0, 0], "after": [0, 1], "moved": 0, "gap_percent": 0, "parties": {"XLA": [1, 2]}}
        Trial.objects.bulk_create(
            Trial(
                line=line,
                lever="capacity",
                amount=n,
                state="done",
                asked_at=AFTER,
                expires_at=AFTER.replace(year=2099),
                result=result,
            )
            for n in range(1, 21)
        )
        with django_assert_max_num_queries(MANY):
            assert contact.get(page).status_code == 200

    def test_the_page_speaks_french(self, contact, page):
        contact.cookies["comity_language"] = "fr"
        assert contact.get(page).status_code == 200
