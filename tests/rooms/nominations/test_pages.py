"""The room as people meet it: pages of a delegation, of a provider, of the staff, and of somebody without an account."""

import csv
import io
import json
import re
from collections import Counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from comity.accounts.models import User
from comity.accounts.rules import Role
from comity.activities.models import Activity
from comity.nominations import cli, jobs, queries
from comity.nominations.acts import policies, readings, reserve
from comity.nominations.models import CollectingLink, Nomination, Person, Reading
from comity.nominations.queries import boards
from comity.parties.queries import actor_of
from tests.house import discover
from tests.rooms.nominations.test_reserve import RELEASE
from tests.world import cast
from tests.world.cast import ADMINISTRATOR, HEADQUARTERS, LAKE_CENTRE, LAKELAND, MERIDIA
from tests.world.nominations import NOW, asked, contact, course, nominated, somebody
from tests.world.terminal import run

pytestmark = pytest.mark.django_db
NUMBER = "XHQ.0001.01"
MARA = contact()
HERE = f"/nominations/{NUMBER}/"
NEW = {"form": "new", "family_name": "Oak", "given_name": "Olga", "rank": "OF-2", "english": "2222"}


@pytest.fixture
def house(db):
    """A course with two seats of Lakeland's, the policy, and people with an account."""
    policies.publish_all(discover.ROOT / "packs" / "nato", by=ADMINISTRATOR, at=NOW)
    request = asked(course())
    poc, head, provider = Role.POINT_OF_CONTACT, Role.HEAD_OF_DELEGATION, Role.PROVIDER
    roles = {"mara": (poc, LAKELAND), "head": (head, LAKELAND), "zoe": (poc, MERIDIA), "petra": (provider, LAKE_CENTRE)}
    roles |= {"desk": (Role.DESK_OFFICER, HEADQUARTERS), "boss": (Role.ADMINISTRATOR, HEADQUARTERS)}
    for login, (role, of) in roles.items():
        cast.person(login, role, of=of)
    return request


def signed_in(login: str) -> Client:
    """A browser in which somebody signed in."""
    client = Client()
    client.force_login(User.objects.get(login=login))
    return client


def move(login: str, act: str, *found: Nomination, **more: str):
    """One thing done with nominations from a page."""
    return signed_in(login).post("/nominations/move/", {"act": act, "n": [n.pk for n in found], "next": HERE, **more}, follow=True)


def said(response) -> str:
    """What a page says."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode(errors="replace")


class TestTheDelegation:
    def test_from_the_seat_to_the_answer(self, house):
        mara = signed_in("mara")
        assert "Name candidates for 2 free seats." in said(mara.get("/nominations/"))
        page = said(mara.post(f"{HERE}collect/", NEW, follow=True))
        assert "Olga Oak" in page
        assert "XLA-00001" in page
        known = somebody(7)
        assert "Ann Hazel" in said(mara.get(f"{HERE}collect/"))
        mara.post(f"{HERE}collect/", {"form": "known", "person": known.pk})
        olga, ann = Nomination.objects.order_by("pk")

        assert "Nothing has changed yet" in said(move("head", "endorse", olga, ann))
        assert "Done for 2 people." in said(move("head", "endorse", olga, ann, sure="1"))
        mara.post(f"{HERE}rank/", {f"c{olga.pk}": "2", f"c{ann.pk}": "1"})
        preview = said(move("mara", "put_forward", olga, ann))
        assert "take a granted seat" in preview
        assert "Put forward: 2." in said(move("mara", "put_forward", olga, ann, sure="1"))

        page = said(signed_in("petra").get("/nominations/"))
        assert "Olga Oak" in page
        assert "Done for 1 person." in said(move("petra", "accept", olga))
        assert "Say why a substitute" in said(move("petra", "decline", ann))
        move("petra", "decline", ann, reason="We ask for somebody else.")
        page = said(mara.get("/nominations/?state=declined"))
        assert "We ask for somebody else." in page
        assert "We ask for somebody else." not in said(signed_in("desk").get("/nominations/?state=declined"))

    def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(self, house):
        mara = signed_in("mara")
        for wrong in ({"family_name": ""}, {"english": "good"}, {"born_on": "May"}, {"rank": "x"}):
            answer = mara.post(f"{HERE}collect/", NEW | wrong)
            assert (answer.status_code, Person.objects.count()) == (422, 0)
            assert "Olga" in said(answer)
        assert mara.post("/nominations/move/", {"act": "endorse"}, follow=True).status_code == 200
        assert mara.post("/nominations/move/", {"act": "dance", "n": "1"}).status_code == 404

    def test_somebody_is_registered_corrected_replaced_and_erased(self, house):
        mara = signed_in("mara")
        page = said(mara.post("/nominations/people/new/", NEW, follow=True))
        assert "Registered as XLA-00001." in page
        one = Person.objects.get()
        told = {**NEW, "family_name": "Maple", "version": "1"}
        assert "Olga Maple" in said(mara.post(f"/nominations/people/{one.number}/", told, follow=True))
        assert "Somebody changed this" in said(mara.post(f"/nominations/people/{one.number}/", told))
        mine = nominated(house, 2)
        assert "Replaced." in said(mara.post(f"/nominations/{mine.pk}/replace/", {"person": one.pk}, follow=True))
        assert "mara" in said(mara.get(f"/nominations/people/{one.number}/"))
        page = said(mara.post(f"/nominations/people/{one.number}/erase/", follow=True))
        assert "Receipt" in page
        assert "Maple" not in said(mara.get(f"/nominations/people/{one.number}/"))

    @pytest.mark.fault("F14")
    def test_a_workbook_comes_in_and_goes_out(self, house):
        mara = signed_in("mara")
        sheet = f"activity,family_name,given_name,rank\n{NUMBER},=Oak(),Olga,OF-2\n{NUMBER},,Nobody,OF-2\n"
        page = mara.post("/nominations/import/?year=2027", {"sheet": SimpleUploadedFile("s.csv", sheet.encode())}, follow=True)
        assert "Olga =Oak()" in said(page)
        assert "A family name is needed." in said(page)
        address = page.redirect_chain[-1][0]
        assert signed_in("zoe").get(address).status_code == signed_in("desk").get(address).status_code == 404
        assert "Undo" in said(mara.post(address, {"apply": "1"}, follow=True))

        plain = list(csv.DictReader(io.StringIO(said(mara.get("/nominations/export.csv")))))
        assert (plain[0]["person"], "family_name" in plain[0]) == ("XLA-00001", False)
        assert mara.post("/nominations/export.csv", {"why": "because"}).status_code == 422
        named = list(csv.DictReader(io.StringIO(said(mara.post("/nominations/export.csv", {"why": "badges at the gate"})))))
        assert named[0]["family_name"] == "'=Oak()"
        assert "badges at the gate" in said(mara.get("/nominations/readings/"))
        assert "Undone" in said(mara.post(address, {"undo": "1"}, follow=True))
        assert mara.get("/nominations/export.pdf").status_code == 404

    def test_a_ministry_fills_in_a_form_without_an_account(self, house):
        mara = signed_in("mara")
        told = {"activity": NUMBER, "label": "Ministry", "days": "7", "most_uses": "3"}
        page = said(mara.post("/nominations/links/", told))
        address = page.split("<code>")[1].split("</code>")[0]
        stranger, path = Client(), address.split("8000")[1]
        assert "Candidate" in said(stranger.get(path))

        assert "Thank you" in said(stranger.post(path, NEW))
        assert stranger.post(path, NEW | {"family_name": ""}).status_code == 422

        assert "Olga Oak" in said(mara.get(HERE))
        assert "1 / 3" in said(mara.get("/nominations/links/"))
        link = CollectingLink.objects.get()
        assert signed_in("zoe").post(f"/nominations/links/{link.pk}/revoke/").status_code == 404
        mara.post(f"/nominations/links/{link.pk}/revoke/")
        assert stranger.get(path).status_code == 404
        assert mara.post("/nominations/links/", told | {"activity": "XHQ.0099.01"}).status_code == 422


class TestTheReserveList:
    def test_each_step_stands_with_its_reason_and_its_policy(self, house):
        zoe = signed_in("zoe")
        waiting = nominated(asked(house.activity, MERIDIA, granted=0), state="reserve")
        reserve.turn(by=jobs.THE_DESK, at=RELEASE)

        page = said(zoe.get(HERE))

        assert "First of those who wait under Six weeks before the start." in page
        assert "the priority of the request" in page
        assert "Take or refuse the seat that is offered." in page
        assert "42 days before the start nobody was put forward for 2 granted seats" in said(signed_in("mara").get(HERE))
        assert "42 days before" not in page
        assert Nomination.objects.get(pk=waiting.pk).state == "offered"


class TestWhoSeesWhat:
    @pytest.mark.fault("F3", "F5", "F30")
    @pytest.mark.parametrize("who", ["zoe", "desk", "boss", "petra"])
    def test_no_page_no_list_and_no_file_names_somebody_to_others(self, house, who):
        mine = nominated(house, state="endorsed", reason="")
        link = CollectingLink.objects.create(
            activity=house.activity, party_id=LAKELAND, label="Ministry of Birches", digest="x" * 64, made_at=NOW, made_by="mara",
            expires_at=RELEASE,
        )  # fmt: skip
        readings.names([mine], by=contact(), at=NOW)
        client = signed_in(who)
        lists = ("", f"{NUMBER}/", "people/", "readings/", "export.csv", "export.xlsx", "links/", "import/")
        ones = (f"people/{mine.person.number}/", f"{mine.pk}/replace/", f"{NUMBER}/collect/")

        for rest in (*lists, *ones):
            response = client.get(f"/nominations/{rest}")
            assert response.status_code in (200, 403, 404), rest
            assert "Birch" not in said(response), rest
        told = said(client.post("/nominations/export.csv", {"why": "for a test"}))
        assert "Birch" not in told
        assert "Birch" not in said(client.get("/api/v1/nominations?names=true&why=for+a+test"))
        assert client.post(f"/nominations/people/{mine.person.number}/erase/").status_code in (403, 404)
        for act in ("endorse", "put_forward", "withdraw", "accept", "decline", "take", "refuse", "tie"):
            client.post("/nominations/move/", {"act": act, "n": mine.pk, "sure": "1", "reason": "x", "team": "x"})
        assert Nomination.objects.get().version == 1
        assert link.label
        assert Reading.objects.count() == 1

    def test_a_delegation_that_also_runs_activities_sees_who_is_put_forward_for_them(self, house):
        own = course(2, provider=LAKELAND)
        others = asked(own, MERIDIA)
        shown, hidden = nominated(others, 1, state="put_forward"), nominated(others, 2, state="endorsed")

        told = said(signed_in("mara").get("/nominations/"))

        assert shown.person.number in told
        assert hidden.person.number not in told
        assert shown.person.number not in said(signed_in("zoe").get(f"/nominations/{NUMBER}/"))

    @pytest.mark.fault("F4")
    def test_a_stranger_is_sent_to_sign_in(self, house):
        for rest in ("", "people/", "readings/", "links/", "import/", f"{NUMBER}/", "export.csv"):
            assert Client().get(f"/nominations/{rest}")["Location"].startswith("/accounts/login/")


class TestTheApi:
    def test_lists_are_paged_without_names_and_acts_are_those_of_the_pages(self, house):
        mara, head = signed_in("mara"), signed_in("head")
        person = somebody(3)
        body = {"activity": NUMBER, "family_name": "Oak", "rank": "OF-2"}
        bodies = (body, body | {"person": person.number})
        made = [mara.post("/api/v1/nominations", json.dumps(told), "application/json") for told in bodies]
        assert [r.status_code for r in made] == [201, 201]
        keys = [r.json()["id"] for r in made]

        page = mara.get("/api/v1/nominations?limit=1").json()
        assert (page["items"][0]["names"], bool(page["next"])) == (None, True)
        assert mara.get("/api/v1/nominations?names=true").json()["code"] == "names-need-a-reason"
        named = mara.get("/api/v1/nominations?names=true&why=for+the+visa").json()["items"]
        assert [n["names"]["family_name"] for n in named] == ["Oak", "Dogwood"]
        assert Reading.objects.get(where="api").why == "for the visa"

        assert head.post("/api/v1/nominations/endorse", json.dumps({"nominations": keys}), "application/json").json() == {
            "people": 2
        }
        done = mara.post("/api/v1/nominations/put-forward", json.dumps({"nominations": keys}), "application/json").json()
        assert done == {"forward": keys, "waiting": [], "kept_back": []}
        refused = mara.post("/api/v1/nominations/withdraw", json.dumps({"nominations": [999]}), "application/json")
        assert refused.status_code == 404
        told = json.dumps({"nominations": keys[:1], "reason": "Ill."})
        assert mara.post("/api/v1/nominations/withdraw", told, "application/json").json() == {"people": 1}
        assert mara.get(f"/api/v1/nominations/{NUMBER}/steps").json()["items"] == []


class TestCommands:
    def test_the_terminal_does_the_same(self, house, tmp_path):
        nominated(house)
        sheet = tmp_path / "sheet.csv"
        sheet.write_text(f"activity,family_name,rank\n{NUMBER},Oak,OF-2\n{NUMBER},Elm,OF-9\n", "utf-8")

        def told(*words: object, by=MARA):
            result = run(cli.nominations, *words, by=by)
            assert result.exit_code == 0, result.exception
            return json.loads(result.stdout)

        assert [n["person"] for n in told("list")["nominations"]] == ["XLA-00001"]
        shown = told("import", sheet, "--edition", "2027")
        assert (shown["new"], Nomination.objects.count()) == (1, 1)
        assert shown["rejected"] == [{"row": 3, "column": "rank", "why": "This is not a word of the list."}]
        told("import", sheet, "--edition", "2027", "--apply")
        assert Nomination.objects.count() == 2
        assert told("release", by=ADMINISTRATOR) == {"expired": 0, "released": 0, "offered": 0}
        assert told("receipts")["count"] == 0


@pytest.mark.fault("F24")
class TestCounts:
    @pytest.mark.parametrize(
        "address",
        ["/nominations/", "/nominations/?q=course", HERE, "/nominations/people/", "/nominations/readings/", "/nominations/links/"],
    )
    def test_a_page_asks_the_database_the_same_for_five_and_for_fifty(self, house, address, django_assert_max_num_queries):
        mara = signed_in("mara")
        counted = []
        for many in (5, 50):
            for n in range(Nomination.objects.count() + 1, many + 1):
                nominated(house, n)
            mara.get(address)
            with django_assert_max_num_queries(15) as asked_for:
                assert mara.get(address).status_code == 200
            counted.append(len(asked_for))

        assert counted[1] <= counted[0], counted

    def test_a_page_begins_where_the_one_before_it_ends_and_a_number_or_a_title_narrows_it(self, house):
        for n in range(1, 61):
            nominated(house, n, choice=1 + n % 7)
        everybody = queries.nominations(seen_by=MARA).order_by(*boards.ORDER).values_list("person__number", flat=True)
        mara = signed_in("mara")

        def told(rest: str) -> list[str]:
            listed = said(mara.get(f"/nominations/?{rest}", HTTP_HX_REQUEST="true"))
            return re.findall(r'<a href="/nominations/people/([^/]+)/"', listed)

        assert told("") + told("page=2") == list(everybody)
        assert told("q=xla-00007") == ["XLA-00007"]
        assert len(told(f"q={NUMBER[:6].lower()}&page=2")) == 10
        assert told("q=nothing") == []

    @pytest.mark.fault("F3")
    @pytest.mark.parametrize("provider", [LAKE_CENTRE, LAKELAND])
    @pytest.mark.parametrize("login", ["mara", "petra", "zoe", "desk", "boss"])
    def test_what_is_counted_in_parts_is_what_is_listed(self, house, login, provider):
        states = ("collected", "endorsed", "put_forward", "accepted", "withdrawn")
        made = [nominated(house, n, state=state) for n, state in enumerate(states, 1)]
        Activity.objects.update(provider_party=provider)
        reader = actor_of(User.objects.get(login=login), at=NOW)
        seen = queries.nominations(seen_by=reader)

        counted, of_others = boards.counts(made[0].activity.edition, seen_by=reader)

        assert counted == dict(Counter(seen.values_list("state", flat=True)))
        assert of_others or not seen.exclude(party=reader.party).exists()
        parts = [n.pk for part in Nomination.objects.parts_seen_by(reader) for n in part]
        assert sorted(parts) == sorted(n.pk for n in seen)
        for given in ({"state": "live"}, {"state": "collected"}, {"state": ""}, {"state": "live", "q": " "}):
            assert boards.many(counted, given) == boards.chosen(seen, given).count()
        assert boards.many(counted, {"q": "course"}) is None
