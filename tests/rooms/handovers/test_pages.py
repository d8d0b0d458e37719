"""Pages of handovers: look, sign, receipt; and who is left without anybody."""

import re
from copy import copy
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from comity.accounts.models import User
from comity.accounts.rules import Role
from comity.exchange import papers
from comity.handovers import queries
from comity.handovers.models import Handover
from comity.handovers.queries import receipts
from comity.kernel.refusals import NotFound
from comity.parties.models import Mandate
from tests.rooms.calendars.desk import granted
from tests.rooms.handovers.desk import AT, acting, full_hands, mandate, people, planned
from tests.world import cast, menu
from tests.world.nominations import nominated
from tests.world.pages import readable

pytestmark = pytest.mark.django_db
SOON = (datetime.now(UTC).date() + timedelta(days=10)).isoformat()


@pytest.fixture(autouse=True)
def everybody(db) -> dict[str, User]:
    return people()


def browser(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(login=login))
    return client


def filled(**more: str) -> dict[str, str]:
    return {"mandate": str(mandate().pk), "on": SOON, "login": "luke", "language": "en", "zone": "UTC", **more}


class TestANewOne:
    def test_shows_what_passes_and_is_signed(self):
        full_hands()
        lena = browser("lena")

        looked = lena.post("/handovers/new/", filled(look="1", drafts_pass="on")).content.decode()
        digest = re.search(r'name="shown" value="([0-9a-f]{64})"', looked)[1]
        signed = lena.post("/handovers/new/", filled(sign="1", drafts_pass="on", shown=digest, secret="lenalena"))

        assert "Wished for" in looked
        assert "script" in looked
        assert "What Lena would say" not in looked
        assert (signed.status_code, "confirmed with the password" in signed.content.decode()) == (200, True)
        assert Handover.objects.get().drafts_pass

    def test_tells_the_first_password_of_somebody_new_once(self):
        lena = browser("lena")
        looked = lena.post("/handovers/new/", filled(login="", name="Zoe Lake", look="1")).content.decode()
        digest = re.search(r'name="shown" value="([0-9a-f]{64})"', looked)[1]

        signed = lena.post(
            "/handovers/new/", filled(login="", name="Zoe Lake", sign="1", shown=digest, secret="lenalena")
        ).content.decode()

        password = re.search(r'<code class="token">([^<]+)</code>', signed)[1]
        assert User.objects.get(login="xla-zoe-lake").check_password(password)
        assert password not in lena.get(f"/handovers/{Handover.objects.get().pk}/").content.decode()

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"login": "mia"}, "There is nobody “mia” in your delegation"),
            ({"login": "nobody-at-all"}, "There is nobody “nobody-at-all” in your delegation"),
            ({"login": ""}, "Name a successor"),
            ({"shown": "another"}, "What passes has changed since you read it"),
            ({"on": "2020-01-01"}, "has changed"),
        ],
    )
    @pytest.mark.fault("F5")
    def test_says_what_is_wrong_beside_the_form_and_who_has_an_account_to_nobody(self, given, words):
        answer = browser("lena").post("/handovers/new/", filled(sign="1", secret="lenalena") | given)

        assert (answer.status_code, words in answer.content.decode()) == (422, True)
        assert not Handover.objects.exists()

    @pytest.mark.fault("F6")
    def test_takes_the_consent_of_the_leaver_from_nobody_else(self):
        admin = browser("admin")
        looked = admin.post("/handovers/new/", filled(look="1", drafts_pass="on")).content.decode()
        digest = re.search(r'name="shown" value="([0-9a-f]{64})"', looked)[1]

        admin.post("/handovers/new/", filled(sign="1", drafts_pass="on", shown=digest, secret="adminadmin"))

        assert not Handover.objects.get().drafts_pass

    @pytest.mark.fault("F7")
    def test_offers_nobody_elses_mandate(self):
        answer = browser("mia").post("/handovers/new/", filled(look="1"))

        assert answer.status_code == 422
        assert "Lena" not in readable(browser("mia").get("/handovers/new/"))


class TestOne:
    def test_is_a_receipt_on_page_and_paper(self):
        full_hands()
        found = planned()
        lena = browser("lena")

        shown = lena.get(f"/handovers/{found.pk}/").content.decode()

        assert "Requests in the basket" in shown
        assert found.sha256 in shown
        for form in papers.FORMS:
            answer = lena.get(f"/handovers/{found.pk}/receipt.{form}")
            assert (answer.status_code, answer["Content-Type"]) == (200, papers.FORMS[form])
        assert lena.get(f"/handovers/{found.pk}/receipt.exe").status_code == 404

    @pytest.mark.parametrize(
        ("state", "words"), [("planned", "still to come"), ("done", "Completed on"), ("taken_back", "nothing passed")]
    )
    def test_says_what_the_day_brought(self, state, words):
        found = planned()
        found.state = state
        found.done_at = AT if state == "done" else None
        found.taken_back_at = AT if state == "taken_back" else None

        assert words in receipts.brought(found, "en")[0]

    @pytest.mark.fault("F3")
    def test_is_for_the_own_delegation_and_the_administrators(self):
        found = planned()

        assert [browser(who).get(f"/handovers/{found.pk}/").status_code for who in ("hanna", "admin", "mia")] == [200, 200, 404]
        with pytest.raises(NotFound):
            receipts.paper(found, language="en", seen_by=acting("mia"))

    def test_is_taken_back(self):
        Mandate.objects.filter(user__login="luke").delete()
        at = datetime.now(UTC)
        found = planned(at=at, on=at.date() + timedelta(days=5))
        lena = browser("lena")

        assert "Take the handover back" in lena.get(f"/handovers/{found.pk}/").content.decode()
        assert lena.post(f"/handovers/{found.pk}/take-back/").status_code == 302
        assert "Take the handover back" not in lena.get(f"/handovers/{found.pk}/").content.decode()
        assert lena.post(f"/handovers/{found.pk}/take-back/").status_code == 409


class TestTheOverview:
    def test_lists_them_and_says_what_to_do_where_there_is_none(self):
        assert "No handover yet" in browser("lena").get("/handovers/").content.decode()
        planned()
        assert "Lena → Luke" in browser("hanna").get("/handovers/").content.decode()
        assert "Lena → Luke" not in browser("mia").get("/handovers/").content.decode()

    @pytest.mark.fault("F21")
    def test_lists_delegations_left_without_anybody_for_the_desk_alone(self):
        full_hands()
        Mandate.objects.filter(user__login="lena").update(period=(date(2020, 1, 1), date(2021, 11, 1)))

        [orphan] = queries.orphans(seen_by=cast.DESK_OFFICER, at=AT)

        assert (orphan.party, orphan.since, orphan.requests, orphan.nominations) == (cast.LAKELAND, date(2021, 11, 1), 1, 0)
        assert queries.orphans(seen_by=acting("mia"), at=AT) == []
        shown = browser("admin").get("/handovers/").content.decode()
        assert "Nobody speaks for them" in shown

    def test_says_who_leaves_soon_to_those_who_manage_accounts(self):
        today = datetime.now(UTC).date()
        Mandate.objects.filter(user__login="lena").update(period=(date(2020, 1, 1), today + timedelta(days=9)))

        assert "?leaver=lena" in browser("admin").get("/handovers/").content.decode()
        assert "?leaver=lena" not in browser("hanna").get("/handovers/").content.decode()

    @pytest.mark.fault("F4")
    def test_sends_strangers_to_sign_in(self):
        for page in ("/handovers/", "/handovers/new/", "/handovers/1/"):
            assert Client().get(page)["Location"].startswith("/accounts/login/")

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("rows", [5, 50])
    def test_asks_as_many_questions_for_fifty_as_for_five(self, rows, django_assert_max_num_queries):
        Mandate.objects.filter(user__login="luke").delete()
        one = planned()
        one.state, one.taken_back_at, one.taken_back_by, one.pk = "taken_back", AT, "x", None
        Handover.objects.bulk_create(copy(one) for _ in range(rows))
        for n in range(rows):
            code = f"Y{chr(65 + n // 26)}{chr(65 + n % 26)}"
            cast.person(f"gone-{n}", Role.POINT_OF_CONTACT, of=code, until=date(2021, 11, 1))

        admin = browser("admin")
        admin.get("/programmes/")
        with django_assert_max_num_queries(15):
            said = admin.get("/handovers/").content.decode()
        assert "Nobody speaks for them" in said
        assert "Lena → Luke" in said

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("login", ["lena", "hanna", "admin"])
    @pytest.mark.parametrize("rows", [5, 50])
    def test_plans_in_as_many_questions_for_fifty_as_for_five(self, rows, login, django_assert_max_num_queries):
        course, told = full_hands(), filled(look="1")
        for n in range(rows):
            cast.person(f"head-{n}", Role.HEAD_OF_DELEGATION, of=cast.LAKELAND)
            nominated(granted(menu.activity(course.edition), 2).request, n + 1)
        planner = browser(login)
        planner.get("/programmes/")

        with django_assert_max_num_queries(15):
            assert "Who leaves" in planner.get("/handovers/new/").content.decode()
        with django_assert_max_num_queries(15):
            assert "Candidates collected" in planner.post("/handovers/new/", told).content.decode()
