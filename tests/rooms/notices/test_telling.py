"""Who is told what, once, for which party; and what is kept of a sentence until it is said."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from comity.accounts.models import User
from comity.accounts.rules import Role
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.faces import say
from comity.kernel.findings import Caution
from comity.kernel.refusals import NotPermitted
from comity.kernel.words import Name, Sentence, Word
from comity.notices.acts import notices
from comity.notices.models import Notice, Taste
from comity.notices.rules.facts import CannotBeKept, Moment, kept, sentence_again
from comity.notices.rules.topics import Way
from comity.parties.models import Delegation, Mandate
from tests.world.cast import HEADQUARTERS, LAKELAND, MERIDIA, THE_SYSTEM, actor, person

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SENTENCE = Sentence("Round {number} is published.", {"number": "2027-1"})


def tell(key: str = "round:1", **given: object) -> int:
    told: dict[str, object] = {"topic": "rounds", "sentence": SENTENCE, "by": THE_SYSTEM, "at": NOON} | given
    return notices.tell(told.pop("topic"), key, told.pop("sentence"), **told)  # type: ignore[arg-type]


def told_to() -> list[str]:
    return list(Notice.objects.order_by("recipient__login").values_list("recipient__login", flat=True))


@pytest.fixture
def lakers(db: None) -> dict[str, User]:
    return {
        "poc": person("poc-xla", Role.POINT_OF_CONTACT, of=LAKELAND),
        "head": person("head-xla", Role.HEAD_OF_DELEGATION, of=LAKELAND, language="fr", zone="Pacific/Auckland"),
        "meridian": person("poc-xme", Role.POINT_OF_CONTACT, of=MERIDIA),
        "desk": person("desk", Role.DESK_OFFICER, of=HEADQUARTERS),
    }


@pytest.mark.fault("F26")
class TestWhoIsTold:
    def test_a_party_is_told_and_nobody_else(self, lakers: dict[str, User]) -> None:
        assert tell(party=LAKELAND, link="/rounds/1/", about=LAKELAND) == 2
        assert told_to() == ["head-xla", "poc-xla"]

    def test_told_twice_is_told_once(self, lakers: dict[str, User]) -> None:
        tell(party=LAKELAND, roles=[Role.HEAD_OF_DELEGATION])

        assert tell(party=LAKELAND) == 1
        assert tell(party=LAKELAND, at=NOON + timedelta(days=3)) == 0
        assert told_to() == ["head-xla", "poc-xla"]

    def test_only_the_roles_that_are_named_are_told(self, lakers: dict[str, User]) -> None:
        assert tell(party=LAKELAND, roles=[Role.HEAD_OF_DELEGATION, Role.PROVIDER]) == 1
        assert told_to() == ["head-xla"]

    def test_people_are_told_only_for_the_party_that_is_named(self, lakers: dict[str, User]) -> None:
        assert tell(to=lakers.values(), party=LAKELAND) == 2
        assert tell("other", to=[lakers["meridian"]]) == 1
        assert set(Notice.objects.filter(key="other").values_list("party", flat=True)) == {MERIDIA}

    def test_the_staff_is_told_by_its_role(self, lakers: dict[str, User]) -> None:
        assert tell(roles=[Role.DESK_OFFICER]) == 1
        assert told_to() == ["desk"]

    @pytest.mark.fault("F3")
    @pytest.mark.parametrize("roles", [(), (Role.POINT_OF_CONTACT,), (Role.DESK_OFFICER, Role.PROVIDER)])
    def test_nothing_is_told_to_whole_roles_of_any_party(self, lakers: dict[str, User], roles: tuple[Role, ...]) -> None:
        with pytest.raises(ValueError, match="any party"):
            tell(roles=roles)

    def test_a_topic_nobody_can_choose_is_a_fault(self, lakers: dict[str, User]) -> None:
        with pytest.raises(ValueError, match="weather"):
            tell(topic="weather", party=LAKELAND)

    @pytest.mark.fault("F6")
    def test_nobody_is_told_before_after_or_without_a_mandate(self, db: None) -> None:
        gone = person("gone", Role.POINT_OF_CONTACT, of=LAKELAND, until=NOON.date())
        comes = person("comes", Role.POINT_OF_CONTACT, of=LAKELAND, since=NOON.date() + timedelta(days=1))
        guest = User.objects.create_user("guest", name="Guest")

        assert tell(to=[gone, comes, guest]) == tell("again", party=LAKELAND) == 0

    @pytest.mark.fault("F6")
    def test_the_day_of_a_mandate_is_that_of_its_holder(self, db: None) -> None:
        # At noon in Greenwich it is tomorrow in Auckland, and still yesterday's evening nowhere but on Niue's midnight line.
        person("early", Role.POINT_OF_CONTACT, of=LAKELAND, since=date(2026, 11, 21), zone="Pacific/Auckland")
        person("late", Role.POINT_OF_CONTACT, of=MERIDIA, until=date(2026, 11, 21), zone="Pacific/Niue")

        assert tell(party=LAKELAND) == 1
        assert tell("later", party=MERIDIA, at=datetime(2026, 11, 21, 10, 59, tzinfo=UTC)) == 1
        assert tell("too late", party=MERIDIA, at=datetime(2026, 11, 21, 11, tzinfo=UTC)) == 0

    @pytest.mark.fault("F6")
    def test_a_closed_account_and_a_recalled_delegation_are_told_nothing(self, lakers: dict[str, User]) -> None:
        User.objects.filter(login="poc-xla").update(is_active=False)
        Delegation.objects.filter(party=MERIDIA).update(recalled_on=NOON.date())

        assert tell(party=LAKELAND) == 1
        assert tell(party=MERIDIA) == 0


@pytest.mark.fault("F3")
class TestWhoReads:
    def as_actor(self, user: User, party: str | None) -> Actor:
        return actor(Role.POINT_OF_CONTACT, of=party, login=user.login)

    def test_everybody_reads_the_own_notices_only_whatever_they_may_do(self, lakers: dict[str, User]) -> None:
        tell(party=LAKELAND)

        assert Notice.objects.seen_by(self.as_actor(lakers["poc"], LAKELAND)).count() == 1
        assert not Notice.objects.seen_by(self.as_actor(lakers["meridian"], LAKELAND)).exists()
        assert not Notice.objects.seen_by(actor(Role.ADMINISTRATOR, of=HEADQUARTERS, login="desk")).exists()
        assert not Notice.objects.seen_by(Actor()).exists()

    @pytest.mark.fault("F6")
    def test_what_was_for_a_former_party_is_not_shown_under_another(self, lakers: dict[str, User]) -> None:
        tell(party=LAKELAND)

        assert not Notice.objects.seen_by(self.as_actor(lakers["poc"], MERIDIA)).exists()
        assert not Notice.objects.seen_by(self.as_actor(lakers["poc"], None)).exists()

    @pytest.mark.fault("F6")
    def test_told_again_under_a_new_mandate_it_stays_with_the_party_it_was_for(self, lakers: dict[str, User]) -> None:
        tell(party=LAKELAND)
        Mandate.objects.filter(user=lakers["poc"]).update(period=(date(2020, 1, 1), date(2026, 11, 20)))
        Mandate.objects.create(
            user=lakers["poc"], delegation_id=MERIDIA, role=Role.POINT_OF_CONTACT, period=(date(2026, 11, 20), None)
        )

        assert tell(to=[lakers["poc"]]) == 0
        assert tell("new", to=[lakers["poc"]]) == 1
        assert [n.key for n in Notice.objects.seen_by(self.as_actor(lakers["poc"], MERIDIA))] == ["new"]


class TestHowItIsTold:
    def test_the_choice_of_the_reader_is_kept_with_the_notice(self, lakers: dict[str, User]) -> None:
        Taste.objects.create(reader=lakers["poc"], topic="rounds", way=Way.AT_ONCE)
        Taste.objects.create(reader=lakers["head"], topic="texts", way=Way.AT_ONCE)

        tell(party=LAKELAND)

        assert dict(Notice.objects.values_list("recipient__login", "way")) == {"poc-xla": "at_once", "head-xla": "digest"}

    @pytest.mark.parametrize("link", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "rounds/"])
    def test_a_notice_leads_to_a_page_of_the_house_only(self, lakers: dict[str, User], link: str) -> None:
        with pytest.raises(IntegrityError, match="notice_leads_to_a_page_of_the_house"), transaction.atomic():
            tell(party=LAKELAND, link=link)

    def test_what_was_told_is_never_rewritten(self, lakers: dict[str, User]) -> None:
        tell(party=LAKELAND)

        with pytest.raises(IntegrityError, match="stays as it was told"), transaction.atomic():
            Notice.objects.update(message="Something else.")
        assert Notice.objects.update(read_at=NOON) == 2

    def test_telling_a_delegation_asks_as_often_as_telling_one(self, db: None, django_assert_max_num_queries: object) -> None:
        for number in range(50):
            person(f"poc-{number}", Role.POINT_OF_CONTACT, of=LAKELAND)

        with django_assert_max_num_queries(9):  # type: ignore[operator]
            assert tell(party=LAKELAND) == 50


class TestFactsKept:
    FACTS = {
        "name": Name("Lakeland", "Lacustrie"),
        "day": date(2027, 1, 1),
        "known": PartialDate("2027-03"),
        "at": datetime(2027, 1, 15, 17, tzinfo=UTC),
        "word": Word("Languages"),
        "why": Sentence("{name} comes first.", {"name": Name("Lakeland", "Lacustrie")}),
        "finding": Caution(Sentence("Nominations close within {days} days.", {"days": 14})),
        "refusal": NotPermitted(permission="KEEP_HOOKS"),
        "parts": [Name("a", "b"), 3, None],
        "role": Role.PROVIDER,
        "count": 7,
    }

    def again(self, zone: str = "Europe/Brussels") -> Sentence:
        message = " ".join(f"{{{name}}}" for name in self.FACTS)
        return sentence_again(message, {name: kept(fact) for name, fact in self.FACTS.items()}, zone=zone)

    def test_a_sentence_is_said_again_in_either_language(self) -> None:
        english, french = say(self.again(), "en"), self.again().said(str, "fr")

        assert english.startswith(
            "Lakeland 1 January 2027 March 2027 15 January 2027, 18:00 (Brussels) Languages Lakeland comes first."
        )
        assert french.startswith("Lacustrie 1er janvier 2027 mars 2027 15 janvier 2027, 18:00 (Bruxelles)")
        assert english.endswith("a, 3, None provider 7")

    @pytest.mark.fault("F16")
    @pytest.mark.parametrize(("zone", "words"), [("Pacific/Auckland", "16 January 2027, 06:00 (Auckland)"), ("UTC", "17:00 (UTC)")])
    def test_a_moment_is_said_in_the_zone_of_its_reader_with_the_zone(self, zone: str, words: str) -> None:
        assert words in say(self.again(zone), "en")
        assert kept(Moment(self.FACTS["at"], zone)) == kept(self.FACTS["at"])  # type: ignore[arg-type]

    @pytest.mark.fault("F8")
    def test_what_a_fact_says_is_never_a_placeholder(self) -> None:
        sentence = sentence_again("{title} is due.", {"title": kept("{title.__class__} {0} %s")}, zone="UTC")

        assert say(sentence, "en") == "{title.__class__} {0} %s is due."

    @pytest.mark.parametrize("fact", [object(), datetime(2027, 1, 1), {"a": 1}, gettext])
    def test_what_could_not_be_said_again_is_a_fault_of_the_teller(self, fact: object) -> None:
        with pytest.raises(CannotBeKept):
            kept(fact)
