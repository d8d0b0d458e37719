"""The same acts on the pages, through the API and by the jobs."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from comity.accounts.rules import Role
from comity.agreements import jobs
from comity.agreements.acts import circulations, prints
from comity.agreements.models import Agreement, Circulation, Print
from comity.agreements.rules import verify
from comity.drafting.acts import versions
from comity.frameworks.acts import memberships
from comity.frameworks.models import Membership
from comity.parties.models import Party
from comity.trail.models import Entry
from tests.rooms.agreements import desk
from tests.rooms.agreements.desk import ALLY, DESK, PASSPHRASE
from tests.world import cast
from tests.world.frameworks import ALLIANCE, member, source
from tests.world.pages import readable

pytestmark = pytest.mark.django_db
API = "/api/v1"
PEOPLE = {
    "dora": (Role.DESK_OFFICER, cast.HEADQUARTERS),
    "carla": (Role.LEADERSHIP, cast.HEADQUARTERS),
    "lars": (Role.HEAD_OF_DELEGATION, cast.LAKELAND),
    "anna": (Role.POINT_OF_CONTACT, cast.ARCADIA),
    "mara": (Role.HEAD_OF_DELEGATION, cast.MERIDIA),
}


@pytest.fixture
def as_(client, db):
    """Sign in as somebody by name."""
    desk.the_register()
    known = {login: cast.person(login, role, of=of) for login, (role, of) in PEOPLE.items()}

    def sign_in(login: str):
        client.force_login(known[login])
        return client

    return sign_in


def until_later() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(days=3, hours=2, minutes=5)


def circulating() -> Circulation:
    """A round that runs now, for the pages look at the clock."""
    return circulations.circulate(desk.endorsed(at=datetime.now(UTC)), deadline=until_later(), by=DESK, at=datetime.now(UTC))


def send(client, method, path, **body):
    return client.generic(method.upper(), f"{API}{path}", json.dumps(body), content_type="application/json")


class TestPages:
    def test_a_version_goes_all_the_way_by_the_pages(self, as_):
        version = desk.a_version()
        at = f"{until_later():%Y-%m-%dT%H:%M}"
        answer = as_("dora").post("/agreements/", {"version": version.pk})
        agreement = Agreement.objects.get()
        page = f"/agreements/{agreement.pk}/"
        assert answer.headers["Location"] == page
        as_("lars").post(f"{page}endorse/", {"body": "The government", "on": "2026-01", "reference": "7"})
        as_("dora").post(f"{page}circulate/", {"deadline": at})
        assert "3 days" in as_("anna").get(page).text
        as_("dora").post(f"{page}extend/", {"to": f"{until_later() + timedelta(days=1):%Y-%m-%dT%H:%M}", "reason": "Holidays"})
        assert "Holidays" in as_("anna").get(page).text
        as_("dora").post(f"{page}decide/", {"body": "The Council", "on": "2026", "reference": "C1"})
        for login in ("lars", "carla"):
            as_(login).post("/agreements/keys/", {"passphrase": PASSPHRASE, "again": PASSPHRASE})
            as_(login).post(f"{page}sign/", {"passphrase": PASSPHRASE})

        agreement.refresh_from_db()
        assert (agreement.state, agreement.how) == ("signed", "council")
        shown = as_("anna").get(page).text
        assert agreement.sha256 in shown
        assert "The Council" in shown
        assert [e.act for e in Entry.objects.filter(kind="agreements.agreement").order_by("pk")] == [
            "agreement.offered", "agreement.endorsed", "agreement.circulated", "agreement.silence-extended", "agreement.agreed",
            "agreement.countersigned", "agreement.countersigned", "agreement.signed",
        ]  # fmt: skip

    def test_an_ally_breaks_silence_on_the_page_with_a_reason_the_partner_does_not_read(self, as_):
        running = circulating()
        page = f"/agreements/{running.agreement_id}/"

        empty = as_("anna").post(f"{page}break/", {"reason": ""})
        done = as_("anna").post(f"{page}break/", {"reason": "Chapter two."})

        assert (empty.status_code, done.status_code) == (422, 302)
        assert "Chapter two." in as_("anna").get(page).text
        assert "Chapter two." in as_("dora").get(page).text
        partner = readable(as_("lars").get(page))
        assert "Chapter two." not in partner
        assert "Arcadia" not in partner.partition("<table")[0]
        assert "Silence was broken" in partner
        history = partner.partition('id="history"')[2]
        assert "An Ally" in history
        assert "XAR" not in history
        assert "Anna" not in history

    def test_the_desk_finds_in_the_history_what_the_partner_did(self, as_):
        agreement = desk.endorsed()

        shown = as_("dora").get(f"/agreements/{agreement.pk}/").text.partition('id="history"')[2]

        assert "endorsed a text" in shown
        assert "for XLA" in shown

    @pytest.mark.fault("F16")
    def test_the_deadline_is_shown_with_the_clock_of_each_capital_named(self, as_):
        Party.objects.filter(pk=cast.ARCADIA).update(zone="America/Toronto")
        running = circulating()

        shown = as_("dora").get(f"/agreements/{running.agreement_id}/").text

        assert "America/Toronto" in shown
        assert "Toronto</time>" in shown
        assert "UTC-0" in shown

    @pytest.mark.fault("F16")
    def test_a_capital_whose_zone_is_not_known_is_shown_the_time_of_brussels_and_told_so(self, as_):
        running = circulating()

        shown = as_("dora").get(f"/agreements/{running.agreement_id}/").text

        assert "zone of the capital not known: Brussels time" in shown

    def test_a_refusal_is_shown_beside_its_form(self, as_):
        running = circulating()

        refused = as_("lars").post(f"/agreements/{running.agreement_id}/break/", {"reason": "No"})

        assert refused.status_code == 422
        assert "Silence is broken by the delegation of an Ally" in refused.text

    @pytest.mark.fault("F3", "F4")
    def test_others_find_nothing(self, as_, client):
        running = circulating()
        pages = ["", "paper.pdf", "paper.docx", "paper.json", "print/"]

        for path in pages:
            assert client.get(f"/agreements/{running.agreement_id}/{path}").status_code == 302
        for path in pages:
            assert as_("mara").get(f"/agreements/{running.agreement_id}/{path}").status_code == 404
        assert "Partnership programme" not in as_("mara").get("/agreements/").text
        assert as_("anna").get(f"/agreements/{running.agreement_id}/nonsense/").status_code in (404, 405)
        assert as_("anna").post(f"/agreements/{running.agreement_id}/nonsense/").status_code == 404

    @pytest.mark.fault("F24")
    def test_a_list_of_fifty_takes_no_more_queries_than_one_of_five(self, as_, django_assert_max_num_queries):
        most = {"/agreements/": 30, f"{API}/agreements": 30}
        client = as_("dora")
        for count in (5, 50):
            while Agreement.objects.count() < count:
                circulating()
            for path, bound in most.items():
                with django_assert_max_num_queries(bound) as taken:
                    assert client.get(path).status_code == 200
                most[path] = len(taken)

    @pytest.mark.fault("F24")
    def test_the_page_of_one_takes_no_more_queries_for_more_capitals_and_moved_deadlines(self, as_, django_assert_max_num_queries):
        first, client = circulating(), as_("dora")
        with django_assert_max_num_queries(15) as taken:
            assert client.get(f"/agreements/{first.agreement_id}/").status_code == 200
        for n in range(30):
            member(cast.party(f"X{chr(65 + n // 26)}{chr(65 + n % 26)}Z"[-3:], name=f"Land {n}").pk, ALLIANCE, "ally", "2000-01-01")
        second = circulating()
        for n in range(1, 11):
            to = second.deadline + timedelta(days=n)
            circulations.extend(second, to=to, by=DESK, at=datetime.now(UTC))

        with django_assert_max_num_queries(len(taken)):
            shown = client.get(f"/agreements/{second.agreement_id}/").text
        assert "Land 29" in shown

    def test_the_list_says_what_waits_for_whom_and_narrows(self, as_):
        desk.offered()
        circulating()

        shown = as_("dora").get("/agreements/").text
        narrowed = as_("dora").get("/agreements/?state=offered").text

        assert "Lakeland endorses" in shown
        assert "Allies keep silence or break it" in shown
        assert "3 days 2 hours" in " ".join(shown.split())
        assert "Allies keep silence or break it" not in narrowed

    def test_keys_are_for_all_to_compare_and_for_signers_to_make(self, as_):
        wrong = as_("lars").post("/agreements/keys/", {"passphrase": PASSPHRASE, "again": "something else"})
        short = as_("lars").post("/agreements/keys/", {"passphrase": "short", "again": "short"})
        as_("lars").post("/agreements/keys/", {"passphrase": PASSPHRASE, "again": PASSPHRASE})

        assert (wrong.status_code, short.status_code) == (422, 422)
        shown = as_("anna").get("/agreements/keys/").text
        assert "in use" in shown
        assert "passphrase" not in shown


class TestPapers:
    def test_what_was_signed_is_taken_away_and_holds(self, as_):
        agreement = desk.signed()
        client = as_("anna")

        pdf = client.get(f"/agreements/{agreement.pk}/paper.pdf")
        told = client.get(f"/agreements/{agreement.pk}/paper.json")
        word = client.get(f"/agreements/{agreement.pk}/paper.docx")

        assert verify(pdf.content).holds
        assert verify(told.content).holds
        assert word.content[:2] == b"PK"
        assert pdf["Content-Disposition"] == f'attachment; filename="agreement-XLA-{agreement.pk}-version-1.pdf"'
        assert client.get(f"/agreements/{agreement.pk}/paper.exe").status_code == 404

    def test_what_is_not_agreed_has_no_file_that_proves_it(self, as_):
        agreement = desk.endorsed()

        assert as_("lars").get(f"/agreements/{agreement.pk}/paper.json").status_code == 404
        assert as_("lars").get(f"{API}/agreements/{agreement.pk}/file").status_code == 404
        assert as_("lars").get(f"/agreements/{agreement.pk}/paper.pdf").status_code == 200

    def test_a_long_paper_is_set_by_a_job(self, as_):
        agreement = desk.endorsed(desk.long_content(200))
        page = f"/agreements/{agreement.pk}/print/"
        client = as_("lars")

        assert client.get(f"/agreements/{agreement.pk}/paper.pdf").headers["Location"] == page
        assert "Prepare the PDF" in client.get(page).text
        client.post(page)
        client.post(page)
        assert "The paper is being set" in client.get(f"{page}?take=1").text
        [job] = ProcrastinateJob.objects.filter(task_name="agreements.print_ordered")
        jobs.print_ordered(**job.args)
        jobs.print_ordered(**job.args)

        assert "The paper is set." in client.get(page).text
        assert client.get(f"{page}?take=1").content[:5] == b"%PDF-"
        assert Print.objects.count() == 1

    def test_a_print_is_forgotten_after_a_day(self, as_):
        old = prints.order(desk.endorsed(), by=DESK, at=desk.NINE)
        new = prints.order(desk.endorsed(), by=DESK, at=desk.NINE + timedelta(days=2))
        prints.make(new, by=DESK, at=desk.NINE + timedelta(days=2))

        assert not Print.objects.filter(pk=old.pk).exists()

    def test_two_versions_are_compared_on_paper(self, as_):
        agreement = desk.agreed()
        newer = versions.keep(agreement.text, desk.long_content(10), base=agreement.version, by=DESK, at=desk.DEADLINE)
        other = desk.a_version()
        client = as_("dora")

        assert f"/agreements/compare/{agreement.version_id}/{newer.pk}.pdf" in client.get(f"/agreements/{agreement.pk}/").text
        for form in ("pdf", "docx"):
            assert client.get(f"/agreements/compare/{agreement.version_id}/{newer.pk}.{form}").status_code == 200
        assert client.get(f"/agreements/compare/{agreement.version_id}/{other.pk}.pdf").status_code == 404
        assert as_("mara").get(f"/agreements/compare/{agreement.version_id}/{newer.pk}.pdf").status_code == 404


class TestApi:
    def test_a_version_goes_all_the_way_through_the_api(self, as_):
        version = desk.a_version()
        made = send(as_("dora"), "post", "/agreements", version=version.pk)
        path = f"/agreements/{made.json()['id']}"
        assert (made.status_code, made.json()["waits_for"]) == (201, "party")
        told = {"body": "The government", "on": "2026-01", "reference": ""}
        assert send(as_("lars"), "post", f"{path}/endorse", **told).json()["state"] == "endorsed"
        assert send(as_("dora"), "post", f"{path}/circulate", deadline="2099-01-01T00:00:00").json()["code"] == "no-zone"
        opened = send(as_("dora"), "post", f"{path}/circulate", deadline="2099-01-01T00:00:00Z")
        assert (opened.json()["state"], opened.json()["silence_until"]) == ("circulating", "2099-01-01T00:00:00Z")
        assert send(as_("dora"), "post", f"{path}/extend", deadline="2099-01-02T00:00:00+01:00").json()["halted"] is False
        assert send(as_("anna"), "post", f"{path}/break-silence", reason="No.").json()["why_returned"] == "broken"

        again = send(as_("dora"), "post", "/agreements", version=version.pk).json()["id"]
        assert send(as_("dora"), "post", f"/agreements/{again}/take-back").json()["why_returned"] == "taken_back"

    def test_a_council_decides_and_both_sides_sign(self, as_):
        agreement = desk.endorsed(at=datetime.now(UTC))
        path = f"/agreements/{agreement.pk}"
        told = {"body": "The Council", "on": "2026", "reference": "C1"}
        assert send(as_("dora"), "post", f"{path}/decide", **told | {"on": "soon"}).json()["code"] == "not-a-date"
        assert send(as_("dora"), "post", f"{path}/decide", **told).json()["state"] == "agreed"
        for login in ("lars", "carla"):
            as_(login).post("/agreements/keys/", {"passphrase": PASSPHRASE, "again": PASSPHRASE})
            last = send(as_(login), "post", f"{path}/sign", passphrase=PASSPHRASE).json()
        assert (last["state"], last["signed_by_sides"]) == ("signed", ["organisation", "party"])
        assert verify(as_("anna").get(f"{API}{path}/file").content).holds

    def test_a_round_is_withdrawn(self, as_):
        running = circulating()

        told = send(as_("dora"), "post", f"/agreements/{running.agreement_id}/withdraw", reason="A mistake.").json()

        assert (told["state"], told["why_returned"]) == ("returned", "withdrawn")

    @pytest.mark.fault("F3", "F4", "F7")
    def test_others_find_nothing(self, as_, client):
        agreement = desk.endorsed()
        assert client.get(f"{API}/agreements").status_code == 401

        assert as_("mara").get(f"{API}/agreements").json()["items"] == []
        assert as_("mara").get(f"{API}/agreements/{agreement.pk}").status_code == 404
        assert send(as_("mara"), "post", "/agreements", version=agreement.version_id).status_code == 404
        assert (
            send(as_("anna"), "post", f"/agreements/{agreement.pk}/circulate", deadline="2099-01-01T00:00:00Z").status_code == 404
        )
        assert as_("dora").get(f"{API}/agreements?party=xla").json()["items"][0]["id"] == agreement.pk
        assert as_("dora").get(f"{API}/agreements/99999999999999999999").status_code in (404, 422)


class TestJobs:
    def test_a_round_is_settled_by_a_job_at_the_second_of_its_deadline(self, as_):
        running = desk.circulating()

        [job] = ProcrastinateJob.objects.filter(task_name="agreements.settle")

        assert job.scheduled_at == running.deadline
        assert job.args["subject"] == str(running.agreement_id)

    def test_an_extension_schedules_another_and_the_first_does_no_harm(self, as_):
        running = circulating()
        circulations.extend(running, to=running.deadline + timedelta(days=1), by=DESK, at=datetime.now(UTC))

        first, second = ProcrastinateJob.objects.filter(task_name="agreements.settle").order_by("pk")

        assert second.scheduled_at - first.scheduled_at == timedelta(days=1)
        jobs.settle(**first.args)
        assert Agreement.objects.get().state == "circulating"

    def test_the_job_is_undone_with_the_act(self, as_):
        agreement = desk.endorsed()

        with pytest.raises(circulations.DeadlineHasPassed):
            circulations.circulate(agreement, deadline=desk.NINE, by=DESK, at=desk.NINE)

        assert not ProcrastinateJob.objects.filter(task_name="agreements.settle").exists()

    def test_the_sweep_settles_what_was_missed_and_may_run_twice(self, as_):
        ago = datetime.now(UTC) - timedelta(hours=2)
        circulations.circulate(desk.endorsed(at=ago), deadline=ago + timedelta(hours=1), by=DESK, at=ago)

        assert jobs.sweep(0) == 1
        assert jobs.sweep(0) == 0
        assert Agreement.objects.get().how == "silence"

    @pytest.mark.fault("F21")
    def test_a_suspension_halts_what_circulates_and_its_end_lets_time_run(self, as_):
        running = circulating()
        keeper = cast.ADMINISTRATOR
        today = datetime.now(UTC).date()
        held = memberships.suspend(
            Membership.objects.get(party=cast.LAKELAND), on=today - timedelta(days=1), scope=["political_dialogue"],
            body="The council", ground="A decision.", sources=[source()], by=keeper, at=datetime.now(UTC),
        )  # fmt: skip
        [job] = ProcrastinateJob.objects.filter(task_name="agreements.keep_in_step")
        jobs.keep_in_step(**job.args)
        assert Circulation.objects.get(pk=running.pk).is_halted
        assert "Time stands still" in as_("lars").get(f"/agreements/{running.agreement_id}/").text
        assert "Time stands still" in as_("lars").get("/agreements/").text

        memberships.resume(held, on=today, ground="Lifted.", by=keeper, at=datetime.now(UTC))
        jobs.keep_in_step(**job.args)

        resumed = Circulation.objects.get(pk=running.pk)
        assert not resumed.is_halted
        assert resumed.deadline >= running.deadline
        assert circulations.break_silence(resumed, reason="No", by=ALLY, at=datetime.now(UTC)).outcome == "broken"
