"""The trail: append-only, chained, scoped, and readable."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from comity.accounts.models import User
from comity.accounts.rules import Role
from comity.kernel.actors import STRANGER
from comity.kernel.tables import constraint_of
from comity.trail import acts, queries
from comity.trail.models import Entry
from tests.world import cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def written(
    act: str = "thing.done", *, by: object = cast.LAKE_CONTACT, about: str = "", at: datetime = NOW, **facts: object
) -> Entry:
    subject = User.objects.get_or_create(login="thing", defaults={"name": "The thing"})[0]
    return acts.record(act, subject, by=by, about=about, at=at, **facts)  # type: ignore[arg-type]


@pytest.mark.fault("F22")
class TestForEver:
    @pytest.mark.parametrize("sql", ["UPDATE trail_entry SET act = 'x'", "DELETE FROM trail_entry"])
    def test_the_database_refuses_to_change_or_remove_a_line(self, sql: str) -> None:
        written()

        with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)

        assert constraint_of(refused.value) == "trail_entries_never_change"
        assert Entry.objects.get().act == "thing.done"

    @pytest.mark.parametrize(
        ("sql", "broken"),
        [
            ("UPDATE trail_entry SET actor = 'somebody' WHERE id = %s", 1),
            ("UPDATE trail_entry SET facts = '{}' WHERE id = %s", 1),
            ("DELETE FROM trail_entry WHERE id = %s", 2),
        ],
    )
    def test_whoever_goes_round_the_law_is_found_out(self, sql: str, broken: int) -> None:
        lines = [written(n=n) for n in range(4)]
        assert queries.verify() == queries.Verdict(4, None)

        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE trail_entry DISABLE TRIGGER trail_entries_never_change")
            cursor.execute(sql, [lines[1].pk])
            cursor.execute("ALTER TABLE trail_entry ENABLE TRIGGER trail_entries_never_change")

        assert queries.verify().broken_at == lines[broken].pk
        assert not queries.verify().is_whole

    def test_a_line_says_who_for_whom_when_and_why(self) -> None:
        line = written(by=cast.DESK_OFFICER, about="XLA", ground="asked to", on=NOW.date())

        line.refresh_from_db()
        assert (line.actor, line.party, line.about_party, line.at) == ("desk_officer", "XHQ", "XLA", NOW)
        assert line.facts == {"ground": "asked to", "on": "2026-05-04"}
        assert str(line) == "2026-05-04 12:00 thing.done The thing"

    @pytest.mark.django_db(transaction=True)
    def test_an_act_without_a_transaction_is_a_fault(self) -> None:
        with pytest.raises(transaction.TransactionManagementError):
            written()


@pytest.mark.fault("F3")
class TestReading:
    def test_a_delegation_reads_what_it_did_and_what_was_done_about_it(self) -> None:
        own = written(by=cast.LAKE_CONTACT)
        about = written(by=cast.DESK_OFFICER, about="XLA")
        written(by=cast.MERIDIA_CONTACT)
        guest = cast.actor(Role.POINT_OF_CONTACT)

        assert list(queries.entries(seen_by=cast.LAKE_CONTACT)) == [about, own]
        assert queries.entries(seen_by=cast.AUDITOR).count() == 3
        assert not queries.entries(seen_by=guest).exists()
        assert not queries.entries(seen_by=STRANGER).exists()

    def test_the_history_of_a_row_is_its_lines(self) -> None:
        line = written(by=cast.AUDITOR)
        acts.record("other.done", User.objects.create_user("other", name="Other"), by=cast.AUDITOR)

        assert list(queries.of(User.objects.get(login="thing"), seen_by=cast.AUDITOR)) == [line]

    def test_lines_are_found_by_act_subject_person_and_time(self) -> None:
        line = written("membership.suspended", by=cast.DESK_OFFICER, at=NOW)
        other = written("round.published", by=cast.MENU_MANAGER, at=datetime(2026, 6, 1, tzinfo=UTC))

        def found(**narrowing: object) -> list[Entry]:
            return list(queries.search(seen_by=cast.AUDITOR, **narrowing))  # type: ignore[arg-type]

        assert found() == [other, line]
        assert found(act="membership") == found(act="membership.suspended") == found(actor="DESK_OFFICER") == [line]
        assert found(since=datetime(2026, 5, 5, tzinfo=UTC)) == [other]
        assert found(until=datetime(2026, 5, 5, tzinfo=UTC)) == [line]
        assert (
            found(subject="the thing")
            == found(subject=line.subject)
            == found(subject=f"accounts.user/{line.subject}")
            == [other, line]
        )
        assert found(subject="accounts.token/1") == []


class TestPage:
    @pytest.fixture
    def auditor(self, client: Client) -> User:
        user = cast.person("otto", Role.AUDITOR, of=cast.HEADQUARTERS, zone="Pacific/Apia")
        client.force_login(user)
        return user

    def test_the_page_shows_who_for_whom_what_and_when_in_the_readers_zone(self, client: Client, auditor: User) -> None:
        written("membership.suspended", by=cast.DESK_OFFICER, ground="asked to")

        page = client.get("/trail/").content.decode()

        assert "suspended a membership: The thing" in page
        assert "for XHQ" in page
        assert "asked to" in page
        assert "5 May 2026, 01:00 Apia" in page

    def test_facts_have_names_and_days_are_said_as_days(self, client: Client, auditor: User) -> None:
        written(
            "round.ordered",
            on=NOW.date(),
            seed_sha256="ab",
            odd_fact="2026-99-99",
            odd_moment="2026-99-99 12:00",
            deadline=NOW,
            scope=["one", "two"],
            ground="",
            role="head_of_delegation",
            rows={"places": [1, 2], "kept_back": 0, "rows": {"new": 3}},
        )

        page = client.get("/trail/").content.decode()

        assert "<dt>digest of the seed</dt><dd>ab</dd>" in page
        assert '<dt>on</dt><dd><time datetime="2026-05-04">4 May 2026</time></dd>' in page
        assert "5 May 2026, 01:00 Apia</time></dd>" in page
        assert "<dt>odd moment</dt><dd>2026-99-99 12:00</dd>" in page
        assert "<dt>odd fact</dt><dd>2026-99-99</dd>" in page
        assert "<dd>one, two</dd>" in page
        assert "<dd>head of delegation</dd>" in page
        assert "<dd>rows: new: 3; places: 1 → 2</dd>" in page
        assert "ground" not in page.split("<main")[1]

    def test_acts_are_offered_in_words_to_those_who_look_for_one(self, client: Client, auditor: User) -> None:
        page = client.get("/trail/").content.decode()

        assert 'list="acts"' in page
        assert '<option value="mandate.given">gave a mandate</option>' in page

    def test_days_are_days_of_the_readers_zone(self, client: Client, auditor: User) -> None:
        written(at=datetime(2026, 5, 4, 10, 59, 59, tzinfo=UTC))
        written(at=datetime(2026, 5, 4, 11, tzinfo=UTC), act="late.done")

        page = client.get("/trail/", {"since": "2026-05-05", "until": "2026-05-05"}).content.decode()

        assert "late: done" in page
        assert "thing: done" not in page

    @pytest.mark.fault("F24")
    def test_pages_follow_one_another_without_gap_or_more_queries(
        self, client: Client, auditor: User, django_assert_max_num_queries: object
    ) -> None:
        for n in range(120):
            written(f"thing.n{n:03}")
        seen: list[str] = []
        address = "/trail/"
        while address:
            with django_assert_max_num_queries(8):  # type: ignore[operator]
                response = client.get(address)
            lines = response.content.decode()
            written("meanwhile.done")
            seen += [f"{n:03}" for n in range(119, -1, -1) if f"thing: n{n:03}" in lines]
            following = lines.partition('rel="next" href="')[2].partition('"')[0]
            address = f"/trail/{following}" if following else ""

        assert seen == [f"{n:03}" for n in range(119, -1, -1)]

    def test_what_cannot_be_read_narrows_nothing(self, client: Client, auditor: User) -> None:
        written()

        for odd in ("since=yesterday", "before=-1", "before=" + "9" * 30, "act=%F0%9F%92%A9", "subject=%25"):
            assert client.get(f"/trail/?{odd}").status_code == 200

    @pytest.mark.fault("F14")
    def test_the_table_holds_the_same_lines_and_runs_no_formula(self, client: Client, auditor: User) -> None:
        written("membership.suspended", ground='=HYPERLINK("x")')
        User.objects.filter(login="thing").update(name="=1+1")
        written("round.published")

        response = client.get("/trail/lines.csv")
        rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))

        assert [row[2] for row in rows[1:]] == ["round.published", "membership.suspended"]
        assert rows[1][5] == "'=1+1"
        assert (
            len(list(csv.reader(io.StringIO(b"".join(client.get("/trail/lines.csv?act=round").streaming_content).decode())))) == 2
        )

    @pytest.mark.fault("F4")
    def test_a_stranger_reads_none_of_it(self, client: Client) -> None:
        assert client.get("/trail/")["Location"] == "/accounts/login/?next=%2Ftrail%2F"
        assert client.get("/trail/lines.csv").status_code == 302
