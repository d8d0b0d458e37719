"""What came of seats goes down to participation, and people are told of what concerns them."""

from datetime import date

import pytest

from comity.accounts.rules import Role
from comity.attendance import jobs
from comity.attendance.acts import certificates, instructions, presences, sheets
from comity.attendance.rules.texts import DEFAULTS
from comity.notices.models import Notice
from comity.participation import queries
from comity.participation.acts import allocations
from comity.participation.models import Input, Turnout
from comity.participation.queries.turnouts import Record, cautions, records
from comity.plans.models import SeatForecast
from comity.trail.models import Entry
from tests.world import requests
from tests.world.attendance import AFTER, course, everybody, fresh
from tests.world.cast import AUDITOR, LAKE_CONTACT, LAKELAND, MENU_MANAGER, MERIDIA, MERIDIA_CONTACT, PROVIDER, person

pytestmark = pytest.mark.django_db
LATE = requests.DEADLINE.replace(year=2099)


def entry(act: str) -> Entry:
    return Entry.objects.filter(act=act).latest("id")


def closed(what, *absent: str):
    """The course closed, some of its people absent."""
    for nominee in what.nominations.all():
        to = "absent" if nominee.person.number in absent else "present"
        presences.mark(fresh(what), nominee.pk, part=1, to=to, version=0, by=PROVIDER, at=AFTER)
    sheets.close(fresh(what), by=PROVIDER, at=AFTER)
    jobs.keep_turnouts(str(what.pk))


def figures() -> dict[tuple[str, str], tuple[int, int, int, int]]:
    return {(t.party_id, t.kind): (t.held, t.came, t.no_shows, t.excused) for t in Turnout.objects.all()}


class TestTurnouts:
    def test_closing_keeps_what_came_of_seats_by_party_kind_and_area(self) -> None:
        closed(course(1), "XLA-00100")
        closed(course(2, kind="seminar", area_key="cyber"))

        assert figures() == {
            (LAKELAND, "course"): (2, 1, 1, 0), (MERIDIA, "course"): (1, 1, 0, 0),
            (LAKELAND, "seminar"): (2, 2, 0, 0), (MERIDIA, "seminar"): (1, 1, 0, 0),
        }  # fmt: skip
        assert entry("turnout.kept").facts == {"rows": 4}

    def test_seats_that_stood_empty_are_told_to_those_who_plan(self) -> None:
        SeatForecast.objects.create(year=2027, area_key="cyber", kind="course", asked=20, granted=10)

        closed(course(area_key="cyber"), "XLA-00100")

        assert SeatForecast.objects.get().unused == 1

    def test_working_them_out_again_keeps_the_same_and_opening_takes_them_back(self) -> None:
        what = course()
        closed(what)
        before = figures()

        jobs.keep_turnouts(str(what.pk))
        assert figures() == before
        sheets.reopen(fresh(what), reason="To look again.", by=PROVIDER, at=AFTER)
        jobs.keep_turnouts(str(what.pk))
        assert figures() == {}

    @pytest.mark.fault("F3")
    def test_a_party_reads_its_own_and_the_staff_all(self) -> None:
        closed(course(), "XLA-00100")

        assert records(before=2028, seen_by=LAKE_CONTACT) == {LAKELAND: Record(2, 1, 1, 0)}
        assert records(before=2028, seen_by=MERIDIA_CONTACT).keys() == {MERIDIA}
        assert records(before=2028, seen_by=MENU_MANAGER).keys() == {LAKELAND, MERIDIA}
        assert records([MERIDIA], before=2028, seen_by=MENU_MANAGER).keys() == {MERIDIA}
        assert records(before=2027, seen_by=MENU_MANAGER) == {}
        assert (Record(2, 1, 1, 0).no_show_percent, Record(2, 1, 1, 0).came_percent) == (50, 50)
        assert (Record().no_show_percent, Record().came_percent) == (0, 0)


class TestTelling:
    def test_each_party_is_told_of_its_own_people_and_never_twice(self) -> None:
        for login, of in (("mara", LAKELAND), ("zoe", MERIDIA)):
            person(login, Role.POINT_OF_CONTACT, of=of)
        what = course(day=date(2026, 11, 2))
        instructions.write(fresh(what), subject_en=DEFAULTS["en"][0], body_en=DEFAULTS["en"][1], by=PROVIDER, at=AFTER)
        instructions.issue(fresh(what), by=PROVIDER, at=AFTER)
        everybody(what)
        sheets.close(fresh(what), by=PROVIDER, at=AFTER)
        [one, *_rest] = certificates.issue(fresh(what), by=PROVIDER, at=AFTER)
        certificates.revoke(one, reason="Issued in error.", by=PROVIDER, at=AFTER)

        for _again in range(2):
            for act, job in (
                ("instruction.issued", jobs.tell_of_instructions),
                ("certificates.issued", jobs.tell_of_certificates),
                ("certificate.revoked", jobs.tell_of_a_revocation),
            ):
                job(entry(act).subject, entry(act).pk)

        said = {(n.recipient.login, str(n.sentence)) for n in Notice.objects.select_related("recipient")}
        assert Notice.objects.count() == len(said) == 5
        assert ("zoe", f"Joining instructions for {what} were sent to 1 of your people. You can take them away as papers.") in said
        assert ("mara", f"Certificates for {what} were issued to 2 of your people.") in said
        assert ("mara", f"The certificate {one.number} for {what} was revoked: Issued in error.") in said
        assert not any("Ann" in sentence for _login, sentence in said)

    def test_every_act_that_is_followed_is_recorded_by_someone(self) -> None:
        assert jobs.follows.keys() == {
            "instruction.issued", "certificates.issued", "certificate.revoked", "sheet.closed", "sheet.reopened",
        }  # fmt: skip


class TestWhatFollows:
    @pytest.fixture
    def empty_seats(self):
        """A party left one of two seats empty in the edition of 2027, and asks in that of 2028."""
        closed(course(), "XLA-00100")
        return requests.edition(year=2028, closing_at=LATE)

    def test_a_party_that_left_seats_empty_is_told_when_it_asks_for_more(self, client, empty_seats):
        what = requests.activity(empty_seats, 2)
        client.force_login(person("mara", Role.POINT_OF_CONTACT, of=LAKELAND))
        words = "Of 2 seats you held in the last 3 editions, 1 stood empty without excuse"

        assert words in client.get("/requests/?year=2028").content.decode()
        assert words in client.get(f"/menu/2028/{what.number}/ask/").content.decode()
        assert words not in client.get("/requests/?year=2027").content.decode()

    @pytest.mark.fault("F3")
    def test_nobody_else_is_told_of_it(self, client, empty_seats):
        client.force_login(person("zoe", Role.POINT_OF_CONTACT, of=MERIDIA))

        assert "stood empty" not in client.get("/requests/?year=2028").content.decode()
        assert cautions(LAKELAND, before=2028, seen_by=MERIDIA_CONTACT) == []
        assert cautions(None, before=2028, seen_by=MENU_MANAGER) == []

    def test_a_few_empty_seats_are_nothing_to_speak_of(self, empty_seats):
        Turnout.objects.filter(party=LAKELAND).update(held=10, came=9, no_shows=1)
        assert cautions(LAKELAND, before=2028, seen_by=LAKE_CONTACT) == []
        Turnout.objects.filter(party=LAKELAND).update(held=9, came=8, no_shows=1)
        assert len(cautions(LAKELAND, before=2028, seen_by=LAKE_CONTACT)) == 1
        assert cautions(LAKELAND, before=2031, seen_by=LAKE_CONTACT) == []

    def test_whoever_inspects_a_round_sees_how_seats_were_used_before(self, client, empty_seats):
        requests.submitted(requests.activity(empty_seats, 2, day=date(2028, 3, 6)), LAKELAND, places=2)
        drawn = requests.drawn_up(empty_seats, simulation=True)
        client.force_login(person("menu", Role.MENU_MANAGER, of="XHQ"))

        said = client.get(f"/rounds/{drawn.pk}/").content.decode()

        assert "Empty without excuse" in said
        assert "1 / 2" in said

    def test_a_rule_may_count_empty_seats_and_says_so_to_whoever_lost_by_it(self, empty_seats):
        what = requests.activity(empty_seats, 2, day=date(2028, 3, 6), seats=2)
        requests.submitted(what, LAKELAND, places=2, priority=1)
        requests.submitted(what, MERIDIA, places=2, priority=1)
        counting = requests.rule(version=2, no_show_malus_percent=100)

        drawn = requests.drawn_up(empty_seats, counting, simulation=True)

        lines = {line.request.party_id: line for line in queries.lines(drawn, seen_by=MENU_MANAGER)}
        assert {party: line.granted for party, line in lines.items()} == {LAKELAND: 0, MERIDIA: 2}
        assert "record" in lines[LAKELAND].causes
        words = "Each place counted 50 % less: of 100 places that Lakeland held before, 50 stood empty without excuse."
        assert words in [str(said) for said in queries.said(lines[LAKELAND]).reasons]
        assert allocations.replay(drawn, by=AUDITOR).is_same

    def test_what_was_put_before_records_counted_replays_to_the_byte(self):
        year = requests.edition(year=2028, closing_at=LATE)
        requests.submitted(requests.activity(year, 2, day=date(2028, 3, 6)), LAKELAND, places=2)
        drawn = requests.drawn_up(year, simulation=True)
        put = Input.objects.get(round=drawn)
        columns = allocations.unpacked(bytes(put.packed))
        del columns["no_show_percent"]
        put.packed = allocations.packed(columns)
        put.save()

        assert allocations.replay(drawn, by=AUDITOR).is_same
