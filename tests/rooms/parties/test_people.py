"""The pages of people: who finds whom, what the list counts, what is told of one person."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from openpyxl import load_workbook

from comity.accounts.acts import accounts, tokens
from comity.accounts.models import User
from comity.accounts.rules import Role, permissions_of
from comity.kernel.actors import Actor
from comity.parties import queries
from comity.parties.acts import delegations, mandates
from comity.parties.models import Delegation, Mandate
from comity.trail.models import Entry
from tests.world import cast

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
TODAY = NOW.date()


def ahead(days: int) -> date:
    return TODAY + timedelta(days=days)


def text(client: Client, address: str, **more: object) -> str:
    response = client.get(address, **more)  # type: ignore[arg-type]
    assert response.status_code == 200
    return response.content.decode()


def listed(client: Client, asked: str = "") -> list[str]:
    """The logins in a list, in its order, from the sheet with the same rows."""
    return [row["Login"] for row in rows_of(client, asked)]


def rows_of(client: Client, asked: str = "") -> list[dict[str, str]]:
    response = client.get(f"/accounts/people/?{asked}&form=csv")
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))  # type: ignore[attr-defined]


class TestWhoMayCome:
    ADDRESSES = ("/accounts/people/", "/accounts/people/open/", "/accounts/people/mara/")
    ACTS = ("give", "end", "describe", "close", "reopen", "password", "drop-second-factor", "end-sessions")

    @pytest.mark.fault("F4", "F5")
    def test_strangers_are_sent_to_sign_in_and_others_are_told_no_in_words(self, client: Client, mara: User) -> None:
        for address in self.ADDRESSES:
            assert client.get(address)["Location"].startswith("/accounts/login/?next=")
        client.force_login(mara)

        for address in (*self.ADDRESSES, "/accounts/people/nobody/"):
            refused = client.get(address)
            assert refused.status_code == 403
            assert "Create accounts, give and end mandates" in refused.content.decode()

    @pytest.mark.fault("F4", "F7")
    @pytest.mark.parametrize("act", ACTS)
    def test_no_act_is_done_for_those_who_may_not(self, client: Client, boss: User, mara: User, act: str) -> None:
        other = Client()
        other.force_login(mara)

        assert other.post(f"/accounts/people/boss/{act}/", {"name": "x"}).status_code == 403
        assert Client().post(f"/accounts/people/boss/{act}/").status_code == 302
        assert client.get(f"/accounts/people/boss/{act}/").status_code == 405
        assert not Entry.objects.exists()

    def test_nobody_of_that_name_is_not_found(self, client: Client, boss: User) -> None:
        assert client.get("/accounts/people/nobody/").status_code == 404
        assert client.post("/accounts/people/nobody/close/").status_code == 404

    def test_those_who_manage_accounts_find_the_page_in_the_navigation(self, client: Client, boss: User, mara: User) -> None:
        assert all('href="/accounts/people/"' in text(client, page) for page in ("/accounts/access/", "/accounts/"))
        client.force_login(mara)
        assert not any('href="/accounts/people/"' in text(client, page) for page in ("/accounts/access/", "/accounts/"))


class TestTheList:
    def test_it_tells_for_whom_each_speaks_today_and_how_the_account_stands(self, client: Client, boss: User, mara: User) -> None:
        User.objects.filter(pk=mara.pk).update(last_login=datetime(2026, 1, 5, 9, 30, tzinfo=UTC))
        Authenticator.objects.create(user=mara, type=Authenticator.Type.TOTP, data={})

        row = rows_of(client, "q=mara")[0]

        speaks, stands = ["XLA", "Lakeland", "Point of contact", "2020-01-01", ""], ["open", "set", "2026-01-05T09:30:00+00:00"]
        assert list(row.values()) == ["mara", "Mara Élan", *speaks, *stands]
        page = text(client, "/accounts/people/?q=mara")
        assert all(words in page for words in ("Mara Élan", "Lakeland", "Point of contact", "1 Jan 2020", "5 Jan 2026, 09:30 UTC"))
        assert "Bea Boss</a> <small>" not in page

    def test_codes_for_an_emergency_are_no_second_factor(self, client: Client, boss: User, mara: User) -> None:
        Authenticator.objects.create(user=mara, type=Authenticator.Type.RECOVERY_CODES, data={})

        assert rows_of(client, "q=mara")[0]["Second factor"] == "not set"

    def test_it_is_searched_without_regard_to_accents_and_narrowed(self, client: Client, boss: User, mara: User) -> None:
        cast.person("zoe", Role.HEAD_OF_DELEGATION, of=cast.MERIDIA, until=ahead(20))
        User.objects.create_user("guest", name="Guest", is_active=False)

        assert listed(client, "q=ELAN") == ["mara"]
        assert listed(client, "q=mara+boss") == []
        assert listed(client, "party=XLA&party=XME") == ["mara", "zoe"]
        assert listed(client, "party=XLA&role=head_of_delegation") == []
        assert listed(client, "mandate=soon") == ["zoe"]
        assert listed(client, "mandate=none") == ["guest"]
        assert listed(client, "account=closed") == ["guest"]
        assert listed(client, "factor=missing&account=open") == ["boss", "mara", "zoe"]
        assert "Nobody fits" in text(client, "/accounts/people/?q=nobody-of-that-name")

    def test_each_count_is_what_choosing_it_would_show(self, client: Client, boss: User, mara: User) -> None:
        cast.person("zoe", Role.POINT_OF_CONTACT, of=cast.MERIDIA)
        lines = queries.people(seen_by=cast.ADMINISTRATOR, at=NOW)

        counts = queries.counted(lines, words="", chosen={"party": ["XLA"], "role": []})

        assert counts["party"] == {"XHQ": 1, "XLA": 1, "XME": 1}
        assert counts["role"] == {"point_of_contact": 1}
        assert counts["account"] == {"open": 1}

    @pytest.mark.parametrize(
        ("sort", "order"),
        [
            ("", "abe boss mara"),
            ("-name", "mara boss abe"),
            ("login", "abe boss mara"),
            ("party", "boss mara abe"),
            ("role", "boss mara abe"),
            ("since", "mara boss abe"),
            ("until", "mara boss abe"),
            ("-signed-in", "boss abe mara"),
            ("nonsense", "abe boss mara"),
        ],
    )
    def test_it_is_sorted(self, client: Client, sort: str, order: str) -> None:
        cast.person("mara", Role.POINT_OF_CONTACT, of=cast.LAKELAND, since=date(2019, 1, 1), until=ahead(90))
        client.force_login(cast.person("boss", Role.ADMINISTRATOR, of=cast.HEADQUARTERS))
        User.objects.create_user("abe", name="Abe")

        assert listed(client, f"sort={sort}") == order.split()

    @pytest.mark.fault("F14", "F15")
    def test_both_sheets_hold_every_row_of_the_list_and_run_no_formula(self, client: Client, boss: User) -> None:
        for n in range(60):
            cast.person(f"p{n:02}", Role.POINT_OF_CONTACT, of=cast.LAKELAND, name=f"=Person {n:02}")

        book = client.get("/accounts/people/?party=XLA&form=xlsx")
        rows = list(load_workbook(io.BytesIO(b"".join(book.streaming_content))).active.values)  # type: ignore[attr-defined,union-attr]

        page = text(client, "/accounts/people/?party=XLA&page=2")
        assert "51–60 of 60" in page
        assert len(rows) == 61
        assert [row["Name"] for row in rows_of(client, "party=XLA")] == [f"'=Person {n:02}" for n in range(60)]
        assert [row[0] for row in rows[1:]] == listed(client, "party=XLA")

    @pytest.mark.fault("F24")
    def test_it_takes_no_more_queries_for_more_people(
        self, client: Client, boss: User, django_assert_max_num_queries: Callable[[int], object]
    ) -> None:
        for n in range(5):
            cast.person(f"p{n}", Role.POINT_OF_CONTACT, of=cast.LAKELAND, until=ahead(5))
        with django_assert_max_num_queries(9):  # type: ignore[attr-defined]
            few = text(client, "/accounts/people/?q=p")
        for n in range(5, 50):
            cast.person(f"p{n}", Role.POINT_OF_CONTACT, of=cast.MERIDIA, until=ahead(5))

        with django_assert_max_num_queries(9):  # type: ignore[attr-defined]
            many = text(client, "/accounts/people/?q=p")

        assert (few.count('<th scope="row">'), many.count('<th scope="row">')) == (5, 50)

    def test_htmx_gets_the_list_alone(self, client: Client, boss: User) -> None:
        part = text(client, "/accounts/people/", headers={"HX-Request": "true"})

        assert part.strip().startswith('<div id="listing"')

    def test_a_mandate_to_come_is_said_and_counts_as_none_today(self, client: Client, boss: User) -> None:
        cast.person("zoe", Role.HEAD_OF_DELEGATION, of=cast.MERIDIA, since=ahead(9))

        assert listed(client, "mandate=none") == ["zoe"]
        assert "not yet" in text(client, "/accounts/people/?mandate=none")

    def test_today_is_that_of_each_persons_own_zone(self) -> None:
        late = datetime(2026, 5, 31, 11, 30, tzinfo=UTC)
        for login, zone in (("east", "Pacific/Auckland"), ("west", "Pacific/Pago_Pago")):
            cast.person(login, Role.POINT_OF_CONTACT, of=cast.LAKELAND, until=date(2026, 6, 1), zone=zone)

        def runs(at: datetime) -> dict[str, bool]:
            return {line.login: line.running is not None for line in queries.people(seen_by=cast.ADMINISTRATOR, at=at)}

        assert runs(late) == {"east": True, "west": True}
        assert runs(late + timedelta(hours=1)) == {"east": False, "west": True}
        assert runs(late + timedelta(hours=24)) == {"east": False, "west": False}

    @pytest.mark.fault("F6")
    def test_people_of_a_recalled_delegation_have_no_mandate(self, mara: User) -> None:
        delegations.recall(Delegation.objects.get(), on=TODAY, by=cast.ADMINISTRATOR)

        assert [line.running for line in queries.people(seen_by=cast.ADMINISTRATOR, at=NOW)] == [None]

    @pytest.mark.fault("F5")
    def test_those_who_do_not_manage_accounts_list_nobody_but_themselves(self, boss: User, mara: User) -> None:
        reader = Actor(login="mara", party=cast.LAKELAND, permissions=permissions_of(Role.POINT_OF_CONTACT))

        assert [line.login for line in queries.people(seen_by=reader, at=NOW)] == ["mara"]


@pytest.mark.fault("F6")
class TestHandover:
    def due(self) -> list[tuple[str, date, list[str]]]:
        lines = queries.people(seen_by=cast.ADMINISTRATOR, at=NOW)
        return [(h.party, h.ends, [p.login for p in h.people]) for h in queries.handovers(lines, on=TODAY)]

    def test_a_party_whose_last_point_of_contact_leaves_soon_is_named_at_the_top(self, client: Client, boss: User) -> None:
        cast.person("mara", Role.POINT_OF_CONTACT, of=cast.LAKELAND, until=ahead(10))
        cast.person("nils", Role.POINT_OF_CONTACT, of=cast.LAKELAND, until=ahead(20))
        cast.person("zoe", Role.POINT_OF_CONTACT, of=cast.MERIDIA, until=ahead(31))
        cast.person("head", Role.HEAD_OF_DELEGATION, of=cast.ARCADIA, until=ahead(5))

        assert self.due() == [("XLA", ahead(20), ["mara", "nils"])]
        top = text(client, "/accounts/people/?q=nobody").partition('id="listing"')[0]
        assert "Lakeland has no point of contact:" in top
        assert "Meridia has no" not in top

    def test_a_successor_with_a_mandate_already_given_arranges_it_unless_there_is_a_gap(self, boss: User) -> None:
        cast.person("mara", Role.POINT_OF_CONTACT, of=cast.LAKELAND, until=ahead(10))
        cast.person("next", Role.POINT_OF_CONTACT, of=cast.LAKELAND, since=ahead(10))
        cast.person("zoe", Role.POINT_OF_CONTACT, of=cast.MERIDIA, until=ahead(10))
        cast.person("late", Role.POINT_OF_CONTACT, of=cast.MERIDIA, since=ahead(11))

        assert self.due() == [("XME", ahead(10), ["zoe"])]

    def test_a_closed_account_hands_nothing_over(self, boss: User) -> None:
        cast.person("mara", Role.POINT_OF_CONTACT, of=cast.LAKELAND, until=ahead(10))
        User.objects.filter(pk=cast.person("nils", Role.POINT_OF_CONTACT, of=cast.LAKELAND).pk).update(is_active=False)

        assert [party for party, _ends, _people in self.due()] == ["XLA"]


class TestOnePerson:
    def test_it_says_what_the_role_lets_them_do_and_by_which_mandate(self, client: Client, boss: User, mara: User) -> None:
        page = text(client, "/accounts/people/mara/")
        rights = page.partition('id="rights"')[2].partition("</section>")[0]

        assert "Point of contact of Lakeland, by the mandate since" in rights
        assert "Ask for places on behalf of the own party" in rights
        assert "Draw up, compare and publish rounds" not in rights
        assert "the records of Lakeland can be read" in rights
        assert "The records of every party can be read" in text(client, "/accounts/people/boss/")

    def test_without_a_mandate_or_with_a_closed_account_there_are_no_rights(self, client: Client, boss: User, mara: User) -> None:
        User.objects.create_user("guest", name="Guest")
        accounts.disable(mara, by=cast.ADMINISTRATOR, at=NOW)

        assert "Without a mandate today" in text(client, "/accounts/people/guest/")
        assert "No mandate was ever given." in text(client, "/accounts/people/guest/")
        closed = text(client, "/accounts/people/mara/")
        assert "it may do nothing, whatever a mandate says" in closed
        assert "Ask for places on behalf" not in closed.partition('id="acts"')[0]

    def test_mandates_stand_over_time_each_with_its_state(self, client: Client, boss: User) -> None:
        mara = cast.person("mara", Role.HEAD_OF_DELEGATION, of=cast.MERIDIA, since=date(2018, 1, 1), until=date(2019, 1, 1))
        lakeland = delegations.accredit(cast.party(cast.LAKELAND), on=date(2020, 1, 1), by=cast.ADMINISTRATOR)
        mandates.give(mara, role=Role.POINT_OF_CONTACT, of=lakeland, since=date(2020, 1, 1), until=ahead(9), by=cast.ADMINISTRATOR)
        mandates.give(mara, role=Role.HEAD_OF_DELEGATION, of=lakeland, since=ahead(10), by=cast.ADMINISTRATOR)

        table = text(client, "/accounts/people/mara/").partition('id="mandates"')[2].partition("</table>")[0]

        assert [table.find(state) for state in ("not yet", "in force", "ended</span>")] == sorted(
            table.find(state) for state in ("not yet", "in force", "ended</span>")
        )
        assert table.count('class="life"') == 3

    def test_a_recalled_delegation_is_said(self, client: Client, boss: User, mara: User) -> None:
        delegations.recall(Delegation.objects.get(party=cast.LAKELAND), on=TODAY, by=cast.ADMINISTRATOR)

        page = text(client, "/accounts/people/mara/")

        assert "delegation recalled" in page
        assert "Without a mandate today" in page

    @pytest.mark.fault("F22")
    def test_the_history_tells_of_account_mandates_and_tokens_and_of_nobody_else(
        self, client: Client, boss: User, mara: User
    ) -> None:
        zoe = cast.person("zoe", Role.POINT_OF_CONTACT, of=cast.MERIDIA, name="Zoe Quiet")
        tokens.make(mara, name="for reports", days=9, by=queries.actor_of(mara, at=NOW), at=NOW)
        mandates.end(Mandate.objects.get(user=mara), on=TODAY, by=cast.ADMINISTRATOR)
        accounts.rename(mara, name="Mara New", by=cast.ADMINISTRATOR, at=NOW)
        accounts.disable(zoe, by=cast.ADMINISTRATOR, at=NOW)

        history = text(client, "/accounts/people/mara/").partition('id="history"')[2].partition("</section>")[0]

        assert all(words in history for words in ("made a token", "ended a mandate", "changed the name of an account"))
        assert "Zoe" not in history

    @pytest.mark.fault("F24")
    def test_it_takes_no_more_queries_for_more_mandates(
        self, client: Client, boss: User, django_assert_max_num_queries: Callable[[int], object]
    ) -> None:
        mara = User.objects.create_user("mara", name="Mara")
        lakeland = delegations.accredit(cast.party(cast.LAKELAND), on=date(1990, 1, 1), by=cast.ADMINISTRATOR)
        for n in range(50):
            day = date(1990, 1, 1) + timedelta(days=100 * n)
            given = mandates.give(mara, role=Role.PROVIDER, of=lakeland, since=day, until=day, by=cast.ADMINISTRATOR)
            if n == 4:
                with django_assert_max_num_queries(20):  # type: ignore[attr-defined]
                    text(client, "/accounts/people/mara/")
        assert given

        with django_assert_max_num_queries(20):  # type: ignore[attr-defined]
            text(client, "/accounts/people/mara/")
