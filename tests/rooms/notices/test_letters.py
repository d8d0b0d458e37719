"""Letters against a real server on loopback: once, in the reader's language, at the reader's hour, to nobody else."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from comity.accounts.models import User
from comity.accounts.rules import Role
from comity.exchange.mail import Fate, Outcome, Post, server_of
from comity.kernel.refusals import NotPermitted
from comity.kernel.words import Name, Sentence
from comity.notices.acts import letters, notices, posting
from comity.notices.jobs import THE_POST
from comity.notices.models import DigestHour, Letter, LetterState, Notice, Taste
from comity.notices.rules.topics import Way
from comity.parties.models import Mandate
from comity.trail.models import Entry
from tests.rooms.notices.conftest import PostOffice
from tests.world.cast import ADMINISTRATOR, LAKELAND, MERIDIA, THE_SYSTEM, actor, person

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MORNING = datetime(2026, 11, 21, 6, tzinfo=UTC)  # seven o'clock in Brussels


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def post(moment: datetime = NOON) -> int:
    return posting.post(by=THE_POST, clock=at(moment))


def tell(key: str = "round:1", topic: str = "rounds", words: str = "Round {number} is published.", **given: object) -> int:
    facts = given.pop("facts", {"number": "2027-1"})
    told: dict[str, object] = {"party": LAKELAND, "by": THE_SYSTEM, "at": NOON} | given
    return notices.tell(topic, key, Sentence(words, facts), **told)  # type: ignore[arg-type]


def at_once(user: User, topic: str = "rounds") -> None:
    Taste.objects.update_or_create(reader=user, topic=topic, defaults={"way": Way.AT_ONCE})


def body(letter: EmailMessage, kind: str = "plain") -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def states() -> list[str]:
    return list(Letter.objects.order_by("id").values_list("state", flat=True))


@pytest.fixture
def laker(db: None) -> User:
    user = person("poc-xla", Role.POINT_OF_CONTACT, of=LAKELAND, email="poc@xla.example", name="Lena Lake")
    at_once(user)
    return user


@pytest.fixture
def french(db: None) -> User:
    user = person("head-xla", Role.HEAD_OF_DELEGATION, of=LAKELAND, email="head@xla.example", language="fr", zone="America/Halifax")
    at_once(user)
    return user


@pytest.mark.fault("F26")
class TestAtOnce:
    def test_a_letter_goes_out_once(self, office: PostOffice, laker: User) -> None:
        tell(link="/rounds/1/", due_on=date(2026, 12, 1))

        assert (post(), post(), post(NOON + timedelta(days=1))) == (1, 0, 0)
        [letter] = office.to("poc@xla.example")
        assert letter["From"] == "Comity <desk@comity.example>"
        assert letter["Subject"] == "Round 2027-1 is published."
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["List-Unsubscribe"] == "<https://desk.example/notices/choices/>"
        assert letter["Date"] == "Fri, 20 Nov 2026 12:00:00 +0000"
        assert letter["Message-ID"].endswith("@comity.example>")
        assert "https://desk.example/rounds/1/" in body(letter)
        assert "Due on 1 December 2026" in body(letter)
        assert '<a href="https://desk.example/rounds/1/">Round 2027-1 is published.</a>' in body(letter, "html")
        assert states() == ["sent"]

    def test_told_again_under_the_same_key_no_second_letter_goes_out(self, office: PostOffice, laker: User) -> None:
        tell()
        post()
        tell(at=NOON + timedelta(hours=1))
        post(NOON + timedelta(hours=1))

        assert len(office.taken) == 1

    def test_what_comes_within_a_minute_goes_in_one_letter(self, office: PostOffice, laker: User) -> None:
        tell("1")
        tell("2")
        post()

        [letter] = office.to("poc@xla.example")
        assert letter["Subject"] == "2 notices for Lakeland"

    def test_everybody_gets_their_own_in_their_language_and_zone(self, office: PostOffice, laker: User, french: User) -> None:
        facts = {"party": Name("Lakeland", "Lacustrie"), "at": datetime(2026, 12, 1, 17, tzinfo=UTC)}
        tell(words="{party}: {at}", facts=facts)
        post()

        assert "Lakeland: 1 December 2026, 18:00 (Brussels)" in body(office.to("poc@xla.example")[0])
        [letter] = office.to("head@xla.example")
        assert "Lacustrie: 1er décembre 2026, 13:00 (Halifax)" in body(letter)
        assert letter["Content-Language"] == "fr"
        assert '<html lang="fr">' in body(letter, "html")

    def test_who_chose_the_inbox_who_has_no_address_and_who_has_read_it_get_no_letter(
        self, office: PostOffice, laker: User
    ) -> None:
        quiet = person("quiet", Role.POINT_OF_CONTACT, of=LAKELAND, email="quiet@xla.example")
        Taste.objects.create(reader=quiet, topic="rounds", way=Way.INBOX)
        at_once(person("poor", Role.POINT_OF_CONTACT, of=LAKELAND))
        tell()
        notices.mark_all_read(by=actor(Role.POINT_OF_CONTACT, of=LAKELAND, login="poc-xla"), at=NOON)

        assert post(MORNING) == 0
        assert Notice.objects.count() == 3

    @pytest.mark.fault("F6")
    def test_a_mandate_that_ended_gets_nothing_more_not_even_what_waits(
        self, office: PostOffice, laker: User, french: User
    ) -> None:
        office.next_answers = ["451 Later", "451 Later"]
        tell()
        post()
        Mandate.objects.filter(user=laker).update(period=(date(2020, 1, 1), NOON.date()))
        Mandate.objects.filter(user=french).update(period=(date(2020, 1, 1), NOON.date() + timedelta(days=1)))
        post(NOON + timedelta(minutes=5))

        assert [reader for reader, _ in office.taken] == ["head@xla.example"]
        dropped = Letter.objects.get(recipient=laker)
        assert (dropped.state, dropped.source) == ("dropped", "")
        tell("new")
        assert not Notice.objects.filter(recipient=laker, key="new").exists()

    @pytest.mark.fault("F3")
    @pytest.mark.fault("F6")
    def test_who_changed_sides_is_not_sent_what_was_told_to_the_former_one(self, office: PostOffice, laker: User) -> None:
        tell()
        Mandate.objects.filter(user=laker).delete()
        person("other", Role.POINT_OF_CONTACT, of=MERIDIA)
        Mandate.objects.create(user=laker, delegation_id=MERIDIA, role=Role.POINT_OF_CONTACT, period=(date(2020, 1, 1), None))

        assert post() == 0
        assert office.taken == []

    def test_nothing_is_written_where_no_server_is_set(self, laker: User, settings: Any) -> None:
        settings.SMTP_URL = ""
        tell()

        assert post() == 0
        assert not Letter.objects.exists()


@pytest.mark.fault("F8")
class TestWhatPeopleWrote:
    def test_is_never_run_nor_a_header_nor_html(self, office: PostOffice, laker: User) -> None:
        facts = {"number": "{{ 7*7 }}{x.__class__}\r\nBcc: all@xme.example\n\n<script>alert(1)</script>"}
        tell(facts=facts)
        post()

        [letter] = office.to("poc@xla.example")
        assert letter["Bcc"] is None
        assert len(office.taken) == 1
        assert letter["Subject"].startswith("Round {{ 7*7 }}{x.__class__} Bcc: all@xme.example <script>")
        assert "<script>" not in body(letter, "html")
        assert "&lt;script&gt;" in body(letter, "html")
        assert "\nBcc:" not in body(letter)

    def test_a_long_subject_is_cut_and_other_scripts_arrive_whole(self, office: PostOffice, laker: User) -> None:
        tell(facts={"number": "საქართველო " + "x" * 300})
        post()

        [letter] = office.to("poc@xla.example")
        assert letter["Subject"].startswith("Round საქართველო x")
        assert len(letter["Subject"]) == 150
        assert "საქართველო" in body(letter)


@pytest.mark.fault("F26")
class TestWhatTheServerSays:
    def test_told_to_come_back_it_is_sent_once_later_with_growing_pauses(self, office: PostOffice, laker: User) -> None:
        office.next_answers = ["451 Try later", "452 Full"]
        tell()
        post()
        waiting = Letter.objects.get()
        assert (waiting.state, waiting.code, waiting.reason) == ("waiting", 451, "Try later")
        assert waiting.next_at == NOON + timedelta(minutes=1)

        post(NOON + timedelta(seconds=59))
        post(NOON + timedelta(minutes=1))
        assert Letter.objects.get().next_at == NOON + timedelta(minutes=6)
        post(NOON + timedelta(minutes=6))
        post(NOON + timedelta(minutes=7))

        assert len(office.taken) == 1
        assert (states(), Letter.objects.get().tries) == (["sent"], 3)

    def test_a_server_that_never_takes_it_is_given_up(self, office: PostOffice, laker: User) -> None:
        office.next_answers = ["451 Later"] * 20
        tell()
        moment = NOON
        for _ in range(20):
            post(moment)
            moment = Letter.objects.get().next_at or moment

        assert (states(), Letter.objects.get().tries) == (["refused"], 8)

    def test_refused_for_good_it_is_not_tried_again(self, office: PostOffice, laker: User, french: User) -> None:
        office.of_recipients["poc@xla.example"] = "550 No such mailbox"
        tell()
        post()
        post(NOON + timedelta(days=3))

        assert [reader for reader, _ in office.taken] == ["head@xla.example"]
        refused = Letter.objects.get(recipient=laker)
        assert (refused.state, refused.code, refused.reason, refused.tries) == ("refused", 550, "No such mailbox", 1)

    def test_a_server_that_dies_after_the_letter_leaves_it_unknown_and_it_is_not_sent_again(
        self, office: PostOffice, laker: User
    ) -> None:
        office.dies = 1
        tell()
        post()
        post(NOON + timedelta(days=1))

        assert len(office.taken) == 1
        assert states() == ["unknown"]

    def test_no_server_there_it_waits(self, office: PostOffice, laker: User, french: User, settings: Any) -> None:
        running, settings.SMTP_URL = settings.SMTP_URL, "smtp://127.0.0.1:1"
        tell()
        assert post() == 1
        settings.SMTP_URL = running
        assert post(NOON + timedelta(minutes=2)) == 2
        assert sorted(reader for reader, _ in office.taken) == ["head@xla.example", "poc@xla.example"]

    def test_an_address_no_server_understands_is_refused(self, office: PostOffice, laker: User) -> None:
        User.objects.filter(pk=laker.pk).update(email="lac\r\nDATA@xla.example")
        tell()
        with pytest.raises(ValueError, match=r"linefeed|carriage"):
            post()
        assert not Letter.objects.exists()

        outcome = Post(server_of("smtp://127.0.0.1:1"))
        with outcome as line:
            assert line.send(b"", sender="a@b.example", to="x@y.example").fate is Fate.LATER


class TestCrashes:
    @pytest.mark.fault("F26")
    def test_a_claim_is_committed_before_anything_is_sent_and_a_crash_never_sends_twice(
        self, office: PostOffice, laker: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tell()
        seen: list[str] = []

        def dies(line: Post, source: bytes, *, sender: str, to: str) -> Outcome:
            seen.extend(states())
            raise SystemExit

        with monkeypatch.context() as patched:
            patched.setattr(Post, "send", dies)
            with pytest.raises(SystemExit):
                post()

        assert seen == ["sending"]
        assert post(NOON + timedelta(minutes=5)) == 0
        assert states() == ["sending"]
        assert post(NOON + timedelta(minutes=11)) == 0
        assert states() == ["unknown"]
        assert office.taken == []

    @pytest.mark.fault("F26")
    def test_a_late_answer_still_says_what_became_of_it(self, office: PostOffice, laker: User) -> None:
        tell()
        letters.write(next(iter(_owed())), by=THE_POST, at=NOON)
        claimed = letters.claim(by=THE_POST, at=NOON)
        assert claimed is not None
        letters.give_up_claims(by=THE_POST, at=NOON + timedelta(hours=1))
        assert states() == ["unknown"]

        letters.settle(claimed, Outcome(Fate.TAKEN, 250), by=THE_POST, at=NOON + timedelta(hours=1))

        assert states() == ["sent"]

    @pytest.mark.fault("F26")
    def test_two_at_once_never_claim_the_same(self, office: PostOffice, laker: User) -> None:
        tell()
        letters.write(next(iter(_owed())), by=THE_POST, at=NOON)

        assert letters.claim(by=THE_POST, at=NOON) is not None
        assert letters.claim(by=THE_POST, at=NOON) is None
        with pytest.raises(IntegrityError, match="claimed while it waits"), transaction.atomic():
            Letter.objects.update(claimed_at=NOON + timedelta(seconds=1))

    @pytest.mark.fault("F26")
    def test_what_was_sent_stays_sent(self, office: PostOffice, laker: User) -> None:
        tell()
        post()

        with pytest.raises(IntegrityError, match="stays sent"), transaction.atomic():
            Letter.objects.update(state="waiting", next_at=NOON, ended_at=None)


def _owed() -> list[letters.Owed]:
    return letters.queries.owed(seen_by=THE_POST, at=NOON)


@pytest.mark.fault("F26")
class TestDigest:
    @pytest.fixture
    def reader(self, db: None) -> User:
        return person("poc-xla", Role.POINT_OF_CONTACT, of=LAKELAND, email="poc@xla.example")

    def test_it_comes_at_seven_in_the_readers_zone_with_all_that_is_new(self, office: PostOffice, reader: User) -> None:
        tell("1")
        tell("2", topic="texts", words="It is your turn.", facts={})

        assert [post(MORNING - timedelta(seconds=1)), post(MORNING), post(MORNING + timedelta(minutes=1))] == [0, 1, 0]
        [letter] = office.taken
        assert letter[1]["Subject"] == "What is new for Lakeland on 21 November 2026"
        assert body(letter[1]).index("Rounds: what your requests got") < body(letter[1]).index("Texts: whose turn it is")

    def test_what_comes_after_the_hour_waits_for_the_next_day(self, office: PostOffice, reader: User) -> None:
        tell("1")
        post(MORNING)
        tell("2", at=MORNING + timedelta(minutes=30))
        post(MORNING + timedelta(hours=5))
        assert len(office.taken) == 1
        tell("3", at=MORNING + timedelta(minutes=31))
        post(MORNING + timedelta(days=1))

        assert len(office.taken) == 2
        assert not Notice.objects.filter(letter=None).exists()

    def test_no_news_no_letter(self, office: PostOffice, reader: User) -> None:
        assert post(MORNING) == 0

    def test_the_hour_is_the_readers_choice(self, office: PostOffice, reader: User) -> None:
        DigestHour.objects.create(reader=reader, hour=18)
        tell()

        assert [post(MORNING), post(NOON.replace(hour=16, minute=59)), post(NOON.replace(hour=17))] == [0, 0, 1]

    def test_a_late_night_of_the_desk_is_made_good_the_same_day_only(self, office: PostOffice, reader: User) -> None:
        tell()

        assert post(MORNING + timedelta(hours=18)) == 0  # past midnight: seven o'clock is still to come
        assert post(MORNING + timedelta(days=1)) == 1

    @pytest.mark.fault("F16")
    @pytest.mark.parametrize("hour", [1, 2, 3, 7])
    @pytest.mark.parametrize("change", [date(2027, 3, 28), date(2027, 10, 31)])
    def test_it_comes_exactly_once_a_day_when_the_clocks_change(
        self, office: PostOffice, reader: User, change: date, hour: int
    ) -> None:
        DigestHour.objects.create(reader=reader, hour=hour)
        start = datetime.combine(change, datetime.min.time(), UTC) - timedelta(days=1, hours=4)
        sent = []
        for hours in range(3 * 24 + 8):
            moment = start + timedelta(hours=hours)
            if hours % 6 == 0:
                tell(f"key:{hours}", at=moment - timedelta(minutes=1))
            if post(moment):
                sent.append(Letter.objects.latest("id").for_on)
                tell(f"key:{hours}:more", at=moment)
                assert post(moment + timedelta(minutes=30)) == 0

        assert sent == sorted(set(sent))
        assert {change - timedelta(days=1), change, change + timedelta(days=1)} <= set(sent)

    @pytest.mark.fault("F16")
    @pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "Pacific/Kiritimati", "UTC"])
    def test_it_is_seven_everywhere(self, office: PostOffice, db: None, zone: str) -> None:
        reader = person("far", Role.POINT_OF_CONTACT, of=LAKELAND, email="far@xla.example", zone=zone)
        tell()
        hours = [NOON + timedelta(hours=h) for h in range(30) if post(NOON + timedelta(hours=h))]

        assert [hour.astimezone(actor(Role.PROVIDER, zone=reader.zone).timezone).hour for hour in hours] == [7]

    def test_what_was_news_a_week_ago_is_no_longer(self, office: PostOffice, reader: User) -> None:
        tell()

        assert post(MORNING + timedelta(days=8)) == 0

    def test_many_readers_are_found_by_two_questions(
        self, office: PostOffice, reader: User, django_assert_max_num_queries: Callable[[int], object]
    ) -> None:
        for number in range(50):
            person(f"poc-{number}", Role.POINT_OF_CONTACT, of=LAKELAND, email=f"{number}@xla.example")
        tell()

        with django_assert_max_num_queries(2):  # type: ignore[attr-defined]
            assert len(letters.queries.owed(seen_by=THE_POST, at=MORNING)) == 51


class TestTryingAgain:
    def test_an_administrator_has_a_refused_or_unknown_letter_sent_again(self, office: PostOffice, laker: User) -> None:
        office.dies = 1
        tell()
        post()
        letters.retry(Letter.objects.get(), by=ADMINISTRATOR, at=NOON)
        post(NOON + timedelta(minutes=1))

        assert (len(office.taken), states()) == (2, ["sent"])
        assert Entry.objects.first().act == "letter.retried"  # type: ignore[union-attr]
        with pytest.raises(letters.LetterIsNotStuck):
            letters.retry(Letter.objects.get(), by=ADMINISTRATOR, at=NOON)

    def test_nobody_else_does_and_nothing_forgotten_is_sent(self, office: PostOffice, laker: User) -> None:
        office.next_answers = ["550 No"]
        tell()
        post()
        with pytest.raises(NotPermitted):
            letters.retry(Letter.objects.get(), by=actor(Role.POINT_OF_CONTACT, of=LAKELAND), at=NOON)
        Letter.objects.update(source="")
        with pytest.raises(letters.LetterIsForgotten):
            letters.retry(Letter.objects.get(), by=ADMINISTRATOR, at=NOON)


@pytest.mark.fault("F30")
class TestForgetting:
    def test_what_a_letter_said_goes_after_a_month_and_the_letter_after_a_year(self, office: PostOffice, laker: User) -> None:
        tell()
        post()

        assert letters.forget(at=NOON + timedelta(days=29)) == 0
        assert letters.forget(at=NOON + timedelta(days=30)) == 1
        assert Letter.objects.get().source == ""
        assert letters.forget(at=NOON + timedelta(days=365)) == 1
        assert not Letter.objects.exists()
        assert Notice.objects.exists()

    def test_read_notices_go_after_a_year_unread_ones_after_two(self, office: PostOffice, laker: User, french: User) -> None:
        tell()
        notices.mark_all_read(by=actor(Role.POINT_OF_CONTACT, of=LAKELAND, login="poc-xla"), at=NOON)

        assert notices.forget(at=NOON + timedelta(days=364)) == 0
        assert notices.forget(at=NOON + timedelta(days=365)) == 1
        assert notices.forget(at=NOON + timedelta(days=730)) == 1

    def test_a_letter_that_waits_is_kept_whole(self, office: PostOffice, laker: User) -> None:
        office.next_answers = ["451 Later"]
        tell()
        post()

        assert letters.forget(at=NOON + timedelta(days=400)) == 0
        assert Letter.objects.get().state == LetterState.WAITING
