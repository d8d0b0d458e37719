"""The pages of requests and rounds: what each reader finds there, and how many queries it takes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from comity.accounts.rules import Role
from comity.activities.models import Edition
from comity.participation import queries
from comity.participation.acts import limits, requests, rounds
from comity.participation.acts.allocations import draw_up
from comity.participation.models import Cap, Grant, Pool, Request, Round
from tests.world.cast import HEADQUARTERS, LAKE_CONTACT, LAKELAND, MENU_MANAGER, MERIDIA, MERIDIA_CONTACT, person, the_world
from tests.world.requests import AFTER, ASKING, activity, drawn_up, edition, everybody_asks, objective, rule, submitted

pytestmark = pytest.mark.django_db
LATE = AFTER.replace(year=2099)
MANY = 13
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def year() -> Edition:
    """An edition that takes requests until long after today."""
    the_world()
    return edition(closing_at=LATE)


@pytest.fixture
def closed() -> Edition:
    """An edition whose deadline has passed."""
    the_world()
    return edition()


@pytest.fixture
def contact(client):
    """A browser of Lakeland's point of contact."""
    client.force_login(person("poc-lake", Role.POINT_OF_CONTACT, of=LAKELAND))
    client.get("/programmes/")  # the first visit writes the session
    return client


@pytest.fixture
def manager(client):
    """A browser of the menu manager."""
    client.force_login(person("menu", Role.MENU_MANAGER, of=HEADQUARTERS))
    client.get("/programmes/")
    return client


@pytest.mark.fault("F4")
@pytest.mark.parametrize(
    "page", ["/requests/", "/rounds/", "/rounds/1/", "/programmes/", "/menu/2027/XHQ.0001.01/ask/", "/requests/export.csv"]
)
def test_a_stranger_is_sent_to_sign_in(client, year, page):
    assert client.get(page).status_code == 302
    assert "/accounts/login/" in client.get(page)["Location"]


def test_a_basket_shows_lines_with_fields_findings_and_the_deadline(contact, year):
    submitted(activity(year, 1), places=2)
    requests.ask(activity(year, 2), places=None, by=LAKE_CONTACT, at=ASKING)

    shown = contact.get("/requests/").content.decode()

    assert "Course 1" in shown
    assert "It is not said how many places are asked for." in shown
    assert "Brussels" in shown
    assert "days left" in shown
    assert "Submit all drafts" in shown


@pytest.mark.fault("F24")
@pytest.mark.parametrize("rows", [5, 50])
def test_a_basket_takes_as_many_queries_for_fifty_lines_as_for_five(contact, year, rows, django_assert_max_num_queries):
    own = objective()
    for n in range(1, rows + 1):
        requests.ask(activity(year, n), objective=own, by=LAKE_CONTACT, at=ASKING)
    with django_assert_max_num_queries(MANY):
        assert contact.get("/requests/").content.decode().count('name="places"') == rows


@pytest.mark.fault("F24")
@pytest.mark.parametrize("rows", [5, 50])
def test_the_demand_takes_as_many_queries_for_fifty_lines_as_for_five(manager, year, rows, django_assert_max_num_queries):
    for n in range(1, rows + 1):
        submitted(activity(year, n))
    with django_assert_max_num_queries(MANY):
        assert manager.get("/requests/").content.decode().count("<tr>") > rows


@pytest.mark.fault("F24")
@pytest.mark.parametrize("rows", [5, 50])
def test_the_lines_of_a_round_take_as_many_queries_for_fifty_as_for_five(manager, closed, rows, django_assert_max_num_queries):
    for n in range(1, rows + 1):
        submitted(activity(closed, n))
    drawn = drawn_up(closed)
    for page in (f"/rounds/{drawn.pk}/", "/rounds/"):
        with django_assert_max_num_queries(MANY):
            assert manager.get(page).status_code == 200


@pytest.mark.fault("F24")
def test_a_basket_after_publication_stays_within_its_queries(contact, closed, django_assert_max_num_queries):
    for n in range(1, 30):
        submitted(activity(closed, n))
    rounds.publish(drawn_up(closed), by=MENU_MANAGER, at=AFTER)
    with django_assert_max_num_queries(MANY):
        shown = contact.get("/requests/").content.decode()
    assert "Granted: 1 of 1 places" in shown
    assert "Give back" in shown


def test_a_line_is_changed_where_it_stands(contact, year):
    made = requests.ask(activity(year), by=LAKE_CONTACT, at=ASKING)

    answer = contact.post(f"/requests/{made.pk}/", {"version": 1, "places": 4, "priority": 1, "funding": "wanted"}, **HTMX)

    assert answer.status_code == 200
    assert answer["HX-Trigger"] == "basket-changed"
    assert answer.content.decode().lstrip().startswith("<tr")
    kept = Request.objects.get()
    assert (kept.places, kept.priority, kept.funding, kept.version) == (4, 1, "wanted", 2)
    stale = contact.post(f"/requests/{made.pk}/", {"version": 1, "places": 5}, **HTMX)
    assert stale.status_code == 422
    assert "in the meantime" in stale.content.decode()
    assert contact.post(f"/requests/{made.pk}/", {"places": 6}).status_code == 302
    assert contact.get(f"/requests/{made.pk}/").status_code == 200


@pytest.mark.fault("F3", "F7")
def test_another_partys_request_and_objective_are_not_found(contact, year):
    foreign = submitted(activity(year, 1), MERIDIA)
    mine = requests.ask(activity(year, 2), by=LAKE_CONTACT, at=ASKING)
    for page in (f"/requests/{foreign.pk}/", f"/requests/{foreign.pk}/withdraw/", f"/requests/{foreign.pk}/take/"):
        assert contact.post(page, {"places": 1}).status_code == 404
    answer = contact.post(f"/requests/{mine.pk}/", {"objective": objective(MERIDIA).pk}, **HTMX)
    assert answer.status_code == 422
    assert Request.objects.get(pk=mine.pk).objective is None
    shown = contact.get("/requests/").content.decode()
    assert "Course 1" not in shown


def test_totals_are_asked_for_again_by_themselves(contact, year):
    submitted(activity(year), places=3)
    limits.set_cap(year, the_world()[LAKELAND], places_cap=40, away_cap=None, by=MENU_MANAGER, at=ASKING)
    part = contact.get("/requests/", HTTP_HX_TARGET="totals", **HTMX).content.decode()
    assert "3 / 40" in part
    assert "<table" not in part


def test_everything_is_submitted_at_once_and_what_is_kept_back_is_named(contact, year):
    requests.ask(activity(year, 1), by=LAKE_CONTACT, at=ASKING)
    requests.ask(activity(year, 2), places=None, by=LAKE_CONTACT, at=ASKING)
    shown = contact.post("/requests/submit/", {"year": 2027}, follow=True).content.decode()
    assert "1 request submitted." in shown
    assert "Kept as a draft" in shown


def test_places_are_asked_for_from_the_activity(contact, year):
    made = activity(year)
    page = f"/menu/2027/{made.number}/ask/"
    assert "It serves no objective" in contact.get(page).content.decode()
    assert contact.post(page, {"places": 0, "draft": "1"}).status_code == 422
    assert contact.post(page, {"places": 2, "priority": 1, "funding": "none", "submit": "1"}).status_code == 302
    kept = Request.objects.get()
    assert (kept.state, kept.places) == ("submitted", 2)
    assert "Your request" in contact.get(page).content.decode()
    assert contact.post(page, {"places": 99, "priority": 1, "funding": "none", "submit": "1"}).status_code == 422
    contact.post(page, {"places": 3, "priority": 2, "funding": "none", "draft": "1"})
    assert Request.objects.get().places == 3


def test_a_request_is_withdrawn(contact, year):
    made = submitted(activity(year))
    contact.post(f"/requests/{made.pk}/withdraw/")
    assert Request.objects.get().state == "withdrawn"


def test_a_sheet_goes_out_and_comes_back_and_is_undone(contact, year):
    submitted(activity(year, 1), places=2)
    activity(year, 2)
    out = b"".join(contact.get("/requests/export.csv?year=2027").streaming_content).decode()
    assert out.startswith("activity,party,places")
    text = out.replace("XLA,2,", "XLA,4,") + "XHQ.0002.01,XLA,1,3,none,,,,\nXHQ.9999.01,,x,7,much,9,,,\n"

    answer = contact.post("/requests/import/?year=2027", {"sheet": SimpleUploadedFile("mine.csv", text.encode())})
    batch = answer["Location"]
    shown = contact.get(batch).content.decode()
    assert "Nothing on offer in this edition has this number." in shown
    assert "<del>2</del>" in shown

    contact.post(batch, {"apply": "1"})
    assert sorted(Request.objects.live().values_list("places", flat=True)) == [1, 4]
    contact.post(batch, {"undo": "1"})
    assert list(Request.objects.live().values_list("places", flat=True)) == [2]
    assert contact.post(batch, {"undo": "1"}).status_code == 409


def test_a_file_that_is_no_sheet_is_refused_in_words(contact, year):
    answer = contact.post("/requests/import/?year=2027", {"sheet": SimpleUploadedFile("x.xlsx", b"PK\x03\x04nonsense")})
    assert answer.status_code == 422


def test_places_left_are_taken_and_given_back_on_the_page(contact, closed):
    made = submitted(activity(closed, seats=1), places=1)
    rounds.publish(drawn_up(closed), by=MENU_MANAGER, at=AFTER)
    held = Grant.objects.get()
    contact.post(f"/requests/grants/{held.pk}/release/", {"places": 1})
    assert Grant.objects.get().places == 0
    contact.post(f"/requests/{made.pk}/take/", {"places": 1})
    assert sum(g.places for g in Grant.objects.all()) == 1
    assert contact.post(f"/requests/{made.pk}/take/", {"places": 1}).status_code == 409


def test_a_round_is_ordered_watched_inspected_and_published(manager, closed):
    everybody_asks(activity(closed, 1))
    submitted(activity(closed, 2, minimum=5))
    published = rule()
    assert "The rule weighted." in manager.get("/rounds/").content.decode()

    answer = manager.post("/rounds/?year=2027", {"rule": published.pk})
    page = answer["Location"]
    assert "Waiting for its turn" in manager.get(page).content.decode()
    assert manager.get(f"{page}progress/", **HTMX).status_code == 200
    ordered = Round.objects.get()
    draw_up(ordered, at=AFTER, by=MENU_MANAGER)
    assert manager.get(f"{page}progress/", **HTMX)["HX-Redirect"] == page
    assert manager.get(f"{page}progress/").status_code == 302

    shown = manager.get(page).content.decode()
    assert "Proved to be the best possible plan under this rule." in shown
    assert "All 10 places of the activity are taken." in shown
    assert "XHQ.0002.01" in shown
    assert "Course 2" not in manager.get(page + "?outcome=granted", **HTMX).content.decode()
    assert manager.get(page + f"?party={LAKELAND}&q=XHQ.0001").status_code == 200
    assert b"All 10 places" in b"".join(manager.get(f"{page}lines.csv").streaming_content)
    assert manager.get(f"{page}lines.xlsx").status_code == 200
    assert manager.get(f"{page}lines.pdf").status_code == 404
    assert "Published: every party" in manager.post(f"{page}publish/", follow=True).content.decode()
    assert manager.post(f"{page}publish/").status_code == 409


def test_an_order_that_is_refused_is_shown_beside_the_form(manager, year):
    answer = manager.post("/rounds/?year=2027", {"rule": rule().pk})
    assert answer.status_code == 422
    assert "Until they are closed only a simulation can be drawn up." in answer.content.decode()


def test_a_failed_round_says_so_and_is_set_aside(manager, closed):
    made = rounds.order(closed, rule=rule(), by=MENU_MANAGER, at=AFTER)
    rounds.fail(made, "it broke", by=MENU_MANAGER, at=AFTER)
    assert "it broke" in manager.get(f"/rounds/{made.pk}/").content.decode()
    manager.post(f"/rounds/{made.pk}/set-aside/")
    assert Round.objects.get().state == "set_aside"


@pytest.mark.fault("F3")
def test_a_contact_reads_the_own_lines_only_and_no_figure_of_others(contact, closed):
    everybody_asks(activity(closed))
    drawn = drawn_up(closed)
    assert contact.get(f"/rounds/{drawn.pk}/").status_code == 404
    rounds.publish(drawn, by=MENU_MANAGER, at=AFTER)

    shown = contact.get(f"/rounds/{drawn.pk}/").content.decode()

    assert "Your lines" in shown
    assert "Meridia" not in shown
    assert "10 / 18" not in shown
    assert "Between the parties" not in shown
    assert contact.get("/rounds/").status_code == 200
    assert contact.get("/rounds/compare/?one=1&other=1").status_code == 403
    assert contact.post(f"/rounds/{drawn.pk}/publish/").status_code == 403


def test_pools_and_caps_are_set_on_their_page(manager, year):
    assert manager.get("/rounds/limits/").status_code == 200
    manager.post("/rounds/limits/", {"code": "P1", "name_en": "Pool", "budget": 10})
    manager.post("/rounds/limits/", {"party": LAKELAND, "places_cap": 5})
    assert (Pool.objects.get().budget, Cap.objects.get().places_cap) == (10, 5)
    assert manager.post("/rounds/limits/", {"code": "P1", "name_en": "", "budget": -1}).status_code == 422
    assert manager.post("/rounds/limits/", {"party": "QQQ"}).status_code == 422


def test_pages_speak_french(contact, closed):
    everybody_asks(activity(closed))
    rounds.publish(drawn_up(closed), by=MENU_MANAGER, at=AFTER)
    contact.cookies["comity_language"] = "fr"
    assert contact.get("/requests/").status_code == 200
    assert "La règle" in contact.get("/rounds/").content.decode()


def test_demand_is_narrowed_and_sorted(manager, year):
    submitted(activity(year, 1), LAKELAND, priority=1)
    submitted(activity(year, 2), MERIDIA, priority=3)
    for narrowed in (f"party={LAKELAND}", "priority=1", "q=Course 1", "q=XHQ.0001"):
        shown = manager.get(f"/requests/?{narrowed}", **HTMX).content.decode()
        assert "Course 1" in shown
        assert "Course 2" not in shown
    assert manager.get("/requests/?sort=-places&state=draft&funding=none").status_code == 200
    assert manager.get("/requests/?year=1800").status_code == 404
    assert queries.demand(year, seen_by=MERIDIA_CONTACT)[0]["party"] == MERIDIA


def test_what_may_be_waived_is_waived_on_the_page_of_the_request_with_a_ground(manager, year):
    made = submitted(activity(year, most_per_party=2), places=3)
    address = f"/requests/{made.pk}/"
    [(_same, found)] = queries.weighed([made], on=ASKING.date())
    message = next(f.sentence.message for f in found if f.weight == "waivable")
    assert "On what ground?" in manager.get(address).content.decode()

    refused = manager.post(f"{address}waive/", {"finding": message, "ground": " "})
    done = manager.post(f"{address}waive/", {"finding": message, "ground": "agreed with the host"}, follow=True).content.decode()

    assert refused.status_code == 409
    assert "Waived by menu" in done
    assert "agreed with the host" in done
    assert "On what ground?" not in done


def test_a_contact_reads_what_may_be_waived_but_cannot_waive_it(contact, year):
    made = submitted(activity(year, most_per_party=2), places=3)

    shown = contact.get(f"/requests/{made.pk}/").content.decode()

    assert "A desk officer or the menu manager can waive this." in shown
    assert "On what ground?" not in shown
    assert contact.post(f"/requests/{made.pk}/waive/", {"finding": "x", "ground": "y"}).status_code == 403
