"""The register on pages, in the API and on the terminal: the same rows behind each."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date

import pytest
import typer
from django.test import Client
from typer.testing import CliRunner

from comity.accounts.rules import Role
from comity.frameworks import cli
from comity.frameworks.models import Framework, Membership, Suspension
from comity.kernel.actors import STRANGER
from comity.parties.models import Succession
from comity.trail.models import Entry
from tests.world.cast import ARCADIA, HEADQUARTERS, LAKELAND, OUTLAND, SUNDERIA, party, person
from tests.world.frameworks import ALLIANCE, DIALOGUE, PARTNERSHIP, member, on_hold, source, the_frameworks
from tests.world.pack import lay_down

pytestmark = pytest.mark.django_db
PAGES = ["/parties/", f"/parties/{LAKELAND}/", "/frameworks/", f"/frameworks/{PARTNERSHIP}/", "/statements/", "/timeline/"]


@pytest.fixture(autouse=True)
def world() -> dict[str, Framework]:
    """The cast in its frameworks."""
    return the_frameworks()


@pytest.fixture
def keeper(client: Client) -> Client:
    """Somebody who keeps the register, signed in."""
    client.force_login(person("desk", Role.DESK_OFFICER, of=HEADQUARTERS))
    return client


def body(response: object) -> str:
    """What a response says, streamed or not."""
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return response.content.decode()  # type: ignore[attr-defined]


def rows_of(response: object) -> Iterator[dict[str, str]]:
    """The rows of a CSV response."""
    return csv.DictReader(io.StringIO(body(response).lstrip("\ufeff")))


class TestPages:
    @pytest.mark.parametrize("address", PAGES)
    def test_a_stranger_reads_the_register(self, client: Client, address: str) -> None:
        assert client.get(address).status_code == 200

    @pytest.mark.parametrize("address", PAGES[:-1])
    def test_a_bad_day_is_said_and_today_is_used(self, client: Client, address: str) -> None:
        assert "is not a day written as" in body(client.get(f"{address}?on=yesterday"))
        assert "begins in 1949" in body(client.get(f"{address}?on=1212-12-12"))

    def test_a_page_says_which_day_it_shows(self, client: Client) -> None:
        then = body(client.get(f"/frameworks/{PARTNERSHIP}/?on=2004-01-01"))

        assert "You are reading the record as it was on" in then
        assert "Nobody on the roll" in then
        assert "Lakeland" in body(client.get(f"/frameworks/{PARTNERSHIP}/?on=2006-01-01"))

    def test_the_record_can_be_read_as_it_was_known(self, client: Client) -> None:
        page = body(client.get(f"/frameworks/{PARTNERSHIP}/?on=2006-01-01&known=2019-06-01"))

        assert "As the record stood at the end of" in page
        assert "Nobody on the roll" in page

    def test_the_list_is_narrowed_and_sorted_in_the_address(self, client: Client) -> None:
        assert body(client.get("/parties/?q=m%C3%A9rid")).count('scope="row"') == 1
        only = body(client.get(f"/parties/?framework={PARTNERSHIP}&kind=state&sort=-name"))
        assert only.index("Sunderia</a></th>") < only.index("Lakeland</a></th>")
        assert "Outland</a></th>" not in only
        assert "Nobody fits" in body(client.get("/parties/?q=zzz"))

    def test_the_map_knows_the_layers_of_each_party(self, client: Client) -> None:
        page = body(client.get("/parties/"))

        assert "2005-03-10" in page
        assert "Allies" in page
        assert "In a council alone" in page

    def test_htmx_gets_the_list_alone_with_the_day_it_is_of(self, client: Client) -> None:
        part = body(client.get("/parties/?on=2006-01-01", headers={"HX-Request": "true"}))
        roll = body(client.get(f"/frameworks/{PARTNERSHIP}/?on=2006-01-01", headers={"HX-Request": "true"}))

        assert "<html" not in part
        assert 'id="shown" hx-swap-oob="true"' in part
        assert 'id="counts" hx-swap-oob="true"' in roll

    def test_a_party_shows_standing_suspensions_and_succession(self, client: Client) -> None:
        Succession.objects.create(predecessor=party(OUTLAND), successor=party(SUNDERIA), on="1993")

        page = body(client.get(f"/parties/{SUNDERIA.lower()}/"))

        assert "practical cooperation, civil" in page
        assert "A decision of the council." in page
        assert "Follows since" in page
        assert "A Paper" in page
        assert "Followed since" in body(client.get(f"/parties/{OUTLAND}/"))

    def test_those_with_an_unknown_start_are_listed_apart(self, client: Client) -> None:
        member(OUTLAND, DIALOGUE, "participant")
        member(LAKELAND, DIALOGUE, "invited", "2012-05")

        page = body(client.get(f"/frameworks/{DIALOGUE}/"))

        assert "Start not known" in page
        assert "Told of, not counted" in page
        assert "start not known" in body(client.get(f"/parties/{OUTLAND}/"))

    def test_an_unknown_party_or_framework_is_not_found(self, client: Client) -> None:
        assert client.get("/parties/ZZZ/").status_code == 404
        assert client.get("/frameworks/ZZZ/").status_code == 404

    @pytest.mark.fault("F15")
    def test_what_is_taken_away_has_the_same_rows(self, client: Client) -> None:
        parties = list(rows_of(client.get("/parties/?on=2022-01-01&form=csv")))
        roll = list(rows_of(client.get(f"/frameworks/{PARTNERSHIP}/?on=2022-01-01&form=csv")))

        assert len(parties) == 8
        assert [(row["Code"], row["State"], row["Precision"]) for row in roll] == [
            (LAKELAND, "active", "day"),
            (SUNDERIA, "suspended", "day"),
        ]
        assert next(row for row in parties if row["Code"] == SUNDERIA)["Suspended"] == PARTNERSHIP
        assert next(rows_of(client.get(f"/parties/{SUNDERIA}/?form=csv")))["Suspended since"] == "2021-11-19"
        assert len(list(rows_of(client.get("/frameworks/?form=csv")))) == 4
        assert client.get("/parties/?form=xlsx").status_code == 200

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("rows", [5, 50])
    @pytest.mark.parametrize("address", PAGES)
    def test_the_number_of_queries_does_not_grow(
        self, client: Client, address: str, rows: int, django_assert_max_num_queries
    ) -> None:  # type: ignore[no-untyped-def]
        for number in range(rows):
            code = f"Q{chr(65 + number // 26)}{chr(65 + number % 26)}"
            party(code)
            on_hold(member(code, PARTNERSHIP, "partner", "2010"), "2015", "2016")
            member(LAKELAND, PARTNERSHIP, "observer", str(1950 + number), str(1950 + number))

        with django_assert_max_num_queries(12):
            client.get(address)

    def test_statements_show_their_deciding_rows(self, client: Client) -> None:
        lay_down()

        page = body(client.get("/statements/?document=0&verdict=contradicted"))

        assert "exists only since 30 May 1997" in page
        assert "/timeline/#" in page
        assert "/parties/GEO/" in page
        assert body(client.get("/statements/?form=csv")).count("\n") >= 139

    def test_the_pages_of_the_pack_are_within_their_queries(self, client: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
        lay_down()
        for address in ("/parties/", "/parties/RUS/", "/frameworks/", "/frameworks/EAPC/", "/statements/", "/timeline/"):
            with django_assert_max_num_queries(12):
                assert client.get(address).status_code == 200


class TestKeeping:
    def test_a_stranger_sees_no_forms_and_is_sent_to_sign_in(self, client: Client) -> None:
        assert "Keep the register" not in body(client.get(f"/parties/{OUTLAND}/"))
        assert client.post(f"/parties/{OUTLAND}/admit/").status_code == 302

    @pytest.mark.fault("F7")
    def test_a_contact_sees_no_forms_and_may_not_send_them(self, client: Client) -> None:
        client.force_login(person("poc", Role.POINT_OF_CONTACT, of=LAKELAND))

        assert "Keep the register" not in body(client.get(f"/parties/{LAKELAND}/"))
        sent = {"framework": DIALOGUE, "standing": "participant", "since": "2026", "source": "a-paper"}
        assert client.post(f"/parties/{LAKELAND}/admit/", sent).status_code in (403, 422)
        assert client.post(
            f"/parties/{LAKELAND}/accede/", {"to": ALLIANCE, "on": "2026-01-01", "source": "a-paper"}
        ).status_code in (403, 422)
        assert not Entry.objects.filter(act__startswith="membership").exists()

    def test_an_address_that_only_takes_forms_says_so_in_words(self, keeper: Client) -> None:
        told = keeper.get(f"/parties/{OUTLAND}/admit/")

        assert (told.status_code, told["Allow"]) == (405, "POST")
        assert "only takes what a form sends" in body(told)

    def test_a_party_is_put_on_a_roll(self, keeper: Client) -> None:
        assert "Keep the register" in body(keeper.get(f"/parties/{OUTLAND}/"))

        sent = {"framework": DIALOGUE.lower(), "standing": "participant", "since": "2026-02", "source": "a-paper"}
        assert keeper.post(f"/parties/{OUTLAND}/admit/", sent).status_code == 302

        assert Membership.objects.known().get(party=OUTLAND).since.text == "2026-02"

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"since": "yesterday"}, "not a year, a month or a day"),
            ({"framework": "ZZZ"}, "no framework with this code"),
            ({"source": "hearsay"}, "knows no such source"),
            ({"framework": PARTNERSHIP, "since": "1990"}, "was founded on"),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_form(self, keeper: Client, wrong: dict[str, str], words: str) -> None:
        sent = {"framework": DIALOGUE, "standing": "participant", "since": "2026-02", "source": "a-paper"} | wrong

        response = keeper.post(f"/parties/{OUTLAND}/admit/", sent)

        assert response.status_code == 422
        assert words in body(response)

    def test_a_membership_is_suspended_and_the_suspension_lifted(self, keeper: Client) -> None:
        row = Membership.objects.known().get(party=LAKELAND)
        sent = {
            "membership": row.pk,
            "on": "2026-01-15",
            "scope": ["practical_civil"],
            "body": "The council",
            "ground": "Why",
            "source": "a-paper",
        }
        assert keeper.post(f"/parties/{LAKELAND}/suspend/", sent | {"review_on": "soon"}).status_code == 422
        assert keeper.post(f"/parties/{LAKELAND}/suspend/", sent | {"review_on": "2026-06"}).status_code == 302
        held = Suspension.objects.known().get(membership=row)

        away = f"/parties/{LAKELAND}/suspensions/{held.pk}/lift/"
        assert keeper.post(away, {"on": "2026-01-15", "ground": "Too early"}).status_code == 422
        assert keeper.post(away, {"on": "2026-02-15", "ground": "Agreed"}).status_code == 302

        assert Suspension.objects.known().get(membership=row).until.text == "2026-02-15"
        assert keeper.post(f"/parties/{OUTLAND}/suspensions/{held.pk}/lift/", {}).status_code == 404

    def test_an_accession_shows_what_it_would_change_before_it_is_made(self, keeper: Client) -> None:
        sent = {"to": ALLIANCE, "on": "2026-01-15", "source": "a-paper"}
        assert keeper.post(f"/parties/{LAKELAND}/accede/", sent | {"to": "ZZZ"}).status_code == 422

        seen = keeper.post(f"/parties/{LAKELAND}/accede/", sent)
        assert "Rows that end" in body(seen)
        assert not Membership.objects.filter(party=LAKELAND, standing="ally").exists()

        assert keeper.post(f"/parties/{LAKELAND}/accede/", sent | {"confirmed": "yes"}).status_code == 302
        assert Membership.objects.known().filter(party=LAKELAND, standing="ally").exists()
        assert keeper.post(f"/parties/{LAKELAND}/accede/", sent | {"confirmed": "yes"}).status_code == 422


class TestApi:
    def test_a_roll_has_the_shape_that_others_rely_on(self, client: Client) -> None:
        roll = client.get(f"/api/v1/frameworks/{PARTNERSHIP.lower()}/roll?on=2022-01-01").json()

        assert roll["framework"] == PARTNERSHIP
        assert (roll["on"], roll["count"], roll["allies"], roll["partners"]) == ("2022-01-01", 2, 0, 2)
        assert roll["suspended"] == [SUNDERIA]
        assert roll["members"][0] == {
            "party": LAKELAND,
            "name": "Lakeland",
            "standing": "partner",
            "state": "active",
            "since": "2005-03-10",
            "precision": "day",
            "sources": ["A Paper"],
        }

    def test_parties_and_frameworks_are_paged_by_cursor(self, client: Client) -> None:
        first = client.get("/api/v1/parties?limit=5").json()
        rest = client.get(f"/api/v1/parties?limit=5&cursor={first['next']}").json()

        assert len(first["items"]) + len(rest["items"]) == 8
        assert rest["next"] is None
        assert {row["code"] for row in client.get("/api/v1/frameworks").json()["items"]} == {ALLIANCE, PARTNERSHIP, DIALOGUE, "XIC"}
        assert client.get(f"/api/v1/frameworks/{DIALOGUE}").json()["founded"] == "2000"
        assert client.get("/api/v1/frameworks/ZZZ").status_code == 404

    def test_a_party_carries_its_history(self, client: Client) -> None:
        told = client.get(f"/api/v1/parties/{SUNDERIA}").json()

        assert told["memberships"][0]["suspended"] == ["2021-11-19/"]
        assert told["memberships"][0]["precision"] == "day"

    def test_statements_and_events_are_public(self, client: Client) -> None:
        lay_down()

        assert len(client.get("/api/v1/statements?document=1").json()) > 50
        events = client.get("/api/v1/events?framework=nrc").json()["items"]
        assert {"on": "2008-08", "precision": "month"}.items() <= next(e for e in events if e["key"] == "russia-2008").items()


class TestTerminal:
    def run(self, group: str, *words: str) -> dict[str, object]:
        """Run a command as a stranger and read its JSON."""

        class Someone:
            def actor(self) -> object:
                return STRANGER

        house = typer.Typer()
        for name, commands in cli.groups.items():
            house.add_typer(commands, name=name)
        result = CliRunner().invoke(house, [group, *words, "--format", "json"], obj=Someone())
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)  # type: ignore[no-any-return]

    def test_a_roll_has_the_shape_that_others_rely_on(self) -> None:
        lay_down()

        roll = self.run("frameworks", "roll", "eapc", "--on", "2021-12-31")

        assert {key: roll[key] for key in ("framework", "on", "count", "allies", "partners", "suspended")} == {
            "framework": "EAPC",
            "on": "2021-12-31",
            "count": 50,
            "allies": 30,
            "partners": 20,
            "suspended": ["BLR", "RUS"],
        }
        montenegro = next(m for m in roll["members"] if m["party"] == "MNE")  # type: ignore[attr-defined]
        assert montenegro == {
            "party": "MNE",
            "name": "Montenegro",
            "standing": "ally",
            "state": "active",
            "since": "2017-06-05",
            "precision": "day",
            "sources": ["https://www.nato.int/cps/en/natohq/topics_49276.htm"],
        }

    def test_statements_add_up(self) -> None:
        lay_down()

        found = self.run("statements", "check", "--document", "0")

        verdicts = ("holds", "contradicted", "holds_on_another_date", "cannot_be_checked")
        assert sum(found[verdict] for verdict in verdicts) == found["total"] == len(found["statements"])  # type: ignore[misc,arg-type]
        assert set(found["statements"][0]) == {"id", "document", "says", "as_of", "verdict", "because"}  # type: ignore[index]

    def test_frameworks_are_listed_with_their_counts(self) -> None:
        listed = self.run("frameworks", "list", "--on", "2022-01-01")

        assert {"code": ALLIANCE, "name": "The Alliance", "count": 1, "partners": 0} in listed["frameworks"]  # type: ignore[operator]


def test_sources_of_the_cast_are_told() -> None:
    assert str(source()) == "A Paper"
    assert Membership.objects.get(party=ARCADIA).period.lower == date(2000, 1, 1)
