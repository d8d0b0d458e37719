"""Handovers: everything open passes in one signed act, access ends on the day, and before it all can stand as before."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from comity.accounts.acts import accounts, tokens
from comity.accounts.models import Session, Token, User
from comity.accounts.rules import Role
from comity.agreements.acts import signatures
from comity.agreements.models import SigningKey
from comity.calendars.acts import feeds
from comity.calendars.queries import behind
from comity.drafting.acts import drafts
from comity.drafting.models import Clause, Draft, Text
from comity.handovers import jobs, queries
from comity.handovers.acts import handovers, proving, telling
from comity.handovers.models import Handover, HandoverState
from comity.handovers.queries import THE_HOUSE
from comity.handovers.rules import KINDS, Newcomer, begins, login_for
from comity.kernel.refusals import NotFound, NotPermitted
from comity.notices.models import Notice
from comity.parties.acts import mandates
from comity.parties.models import Mandate
from comity.trail.models import Entry
from comity.trail.rules import ACTS
from tests.rooms.agreements import desk as agreements
from tests.rooms.calendars.desk import granted
from tests.rooms.handovers.desk import (
    AT,
    NEW_PASSWORD,
    ON,
    SECOND,
    a_clause,
    acting,
    full_hands,
    mandate,
    people,
    planned,
    shown,
)
from tests.world import cast, menu
from tests.world.frameworks import the_frameworks
from tests.world.nominations import nominated
from tests.world.requests import breaking

pytestmark = pytest.mark.django_db
PASSPHRASE = "correct horse battery"
DAY = datetime(2026, 12, 1, tzinfo=UTC)
NOON = DAY + timedelta(hours=12)


@pytest.fixture(autouse=True)
def everybody(db) -> dict[str, User]:
    return people()


class TestTheList:
    def test_names_everything_that_is_open(self):
        full_hands()

        found = queries.passing(mandate().user, party=cast.LAKELAND, seen_by=acting("lena"), at=AT)

        assert {kind: len(found.of(kind)) for kind in ("requests", "drafts", "plans", "seats", "turns")} == {
            "requests": 1, "drafts": 1, "plans": 1, "seats": 1, "turns": 1,
        }  # fmt: skip
        assert str(found.of("seats")[0].label).endswith(": 3")
        assert found.tokens == ("script",)
        assert "What Lena would say" not in str(found.told())

    def test_calls_each_thing_by_name_in_its_order_and_leads_to_it(self):
        course = full_hands()
        other = menu.activity(course.edition, number="XLA.0009.01", title="Other")
        asked = granted(other, 2).request
        for n, state in enumerate(("collected", "endorsed", "put_forward"), 1):
            nominated(asked, n, state=state, choice=4 - n)
        drafts.save(Clause.objects.order_by("pk")[1], "x", base=1, by=acting("lena"), at=AT)
        the_frameworks()
        agreements.offered()
        agreements.circulating()
        cast.person("alan", Role.POINT_OF_CONTACT, of=cast.ARCADIA)

        lena = queries.passing(mandate().user, party=cast.LAKELAND, seen_by=acting("lena"), at=AT)
        alan = queries.passing(mandate("alan").user, party=cast.ARCADIA, seen_by=acting("alan"), at=AT)

        named = {kind: [(str(i.label), i.link) for i in lena.of(kind)] for kind in KINDS}
        text = Text.objects.order_by("pk")[0]
        assert named["requests"] == [("XLA.0002.01 Wished for", "/requests/?edition=2027")]
        assert named["nominations"] == [
            ("XLA-00002 · XLA.0009.01 Other", "/nominations/"), ("XLA-00001 · XLA.0009.01 Other", "/nominations/"),
        ]  # fmt: skip
        assert named["seats"] == [
            (f"{course.number} {course.title}: 3", "/nominations/"), ("XLA.0009.01 Other: 1", "/nominations/"),
        ]  # fmt: skip
        assert {label.partition(":")[0] for label, _link in named["drafts"]} == {text.title_en}
        assert named["turns"] == [(text.title_en, f"/drafting/{text.pk}/")]
        assert [label for label, _link in named["agreements"]] == ["Partnership programme"]
        assert [str(i.label) for i in alan.items] == ["Partnership programme (2027-03-15 17:00 UTC)"]

    @pytest.mark.fault("F3")
    def test_has_nothing_of_another_party_or_another_person(self):
        full_hands()

        theirs = queries.passing(mandate("mia").user, party=cast.MERIDIA, seen_by=acting("mia"), at=AT)
        heads = queries.passing(mandate("hanna").user, party=cast.LAKELAND, seen_by=acting("hanna"), at=AT)

        assert not theirs.items
        assert (heads.of("drafts"), heads.tokens) == ([], ())

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("rows", [5, 50])
    def test_takes_as_many_questions_for_fifty_things_as_for_five(self, rows, django_assert_max_num_queries):
        course = full_hands()
        for _ in range(rows):
            drafts.save(a_clause(), "x", base=1, by=acting("lena"), at=AT)
            granted(menu.activity(course.edition), 1)
        leaver, found = mandate(), acting("lena")

        with django_assert_max_num_queries(5):
            queries.passing(leaver.user, party=cast.LAKELAND, seen_by=found, at=AT)


class TestPlanning:
    def test_changes_both_mandates_to_the_day_and_keeps_what_was_signed(self):
        full_hands()

        found = planned()

        assert (found.leaver.login, found.successor.login, found.state) == ("lena", "luke", "planned")
        assert mandate().period.upper == ON
        given = Handover.objects.get().given
        assert (given.period.lower, given.period.upper, given.role) == (ON, None, "point_of_contact")
        assert found.content["items"]["drafts"][0]["label"].startswith("Partnership programme: ")
        assert found.content["successor"] == {"login": "luke", "name": "Luke"}
        entry = Entry.objects.get(act="handover.planned")
        assert (entry.facts["leaver"], entry.facts["successor"], entry.facts["sha256"]) == ("lena", "luke", found.sha256)

    def test_is_signed_with_the_key_of_whoever_has_one(self):
        lena = acting("lena")
        SigningKey.objects.all().delete()
        head = acting("hanna")
        signatures.make_key(passphrase=PASSPHRASE, by=head, at=AT)

        with pytest.raises(signatures.PassphraseDoesNotFit):
            planned("hanna")
        found = planned("hanna", secret=PASSPHRASE)

        assert (found.signed_as, found.key.holder, lena.login) == ("Hanna", "hanna", "lena")
        assert queries.signature_fits(found)
        found.sha256 = "0" * 64
        assert not queries.signature_fits(found)

    @pytest.mark.fault("F11")
    def test_is_confirmed_with_the_password_which_nobody_guesses(self):
        for _ in range(proving.MOST_TRIES):
            with pytest.raises(proving.PasswordDoesNotFit):
                planned(secret="a guess")

        with pytest.raises(proving.TooManyTries):
            planned()
        found = planned(at=AT + proving.WHILE)

        assert (found.key, found.signature, queries.signature_fits(found)) == (None, None, False)

    def test_opens_an_account_for_somebody_new_in_the_same_act(self):
        found = planned(to=Newcomer("Zoë Ångström", NEW_PASSWORD))

        assert (found.successor.login, found.is_newcomer) == ("xla-zoe-angstrom", True)
        assert found.successor.check_password(NEW_PASSWORD)
        assert acting("xla-zoe-angstrom", NOON).party == cast.LAKELAND
        assert acting("xla-zoe-angstrom", AT).party is None

    def test_leaves_nothing_half_done_when_any_part_is_refused(self):
        with pytest.raises(accounts.PasswordIsTooWeak):
            planned(to=Newcomer("Zoe", "short"))

        assert mandate().period.upper is None
        assert not User.objects.filter(name="Zoe").exists()
        assert not Handover.objects.exists()

    def test_needs_a_day_to_come_somebody_else_and_a_list_that_was_read(self):
        with pytest.raises(handovers.DayIsPast):
            planned(on=AT.date())
        with pytest.raises(handovers.SuccessorIsTheLeaver):
            planned(to=User.objects.get(login="lena"))
        with pytest.raises(handovers.ListHasChanged):
            planned(shown="of another list")
        with pytest.raises(mandates.OneMandateAtATime):
            planned(to=User.objects.get(login="mia"))

        assert mandate().period.upper is None

    def test_leaves_no_day_without_anybody(self):
        mandates.end(mandate(), on=date(2026, 11, 28), by=cast.ADMINISTRATOR)

        with pytest.raises(handovers.EndsBefore):
            planned()
        planned(on=date(2026, 11, 28))
        assert Handover.objects.get().given.period.lower == date(2026, 11, 28)

    def test_happens_once_for_a_mandate(self):
        planned()

        with pytest.raises(handovers.PlannedAlready):
            planned(to=Newcomer("Zoe", NEW_PASSWORD))
        assert not User.objects.filter(name="Zoe").exists()

    def test_gives_no_second_mandate_to_who_has_the_same_already(self):
        cast.person("leo", mandate().role, of=cast.LAKELAND)

        assert planned(to=User.objects.get(login="leo")).given is None

    @pytest.mark.fault("F6", "F7")
    def test_is_for_the_leaver_the_head_and_the_administrators_alone(self):
        assert [m.user.login for m in queries.that_may_leave(seen_by=acting("lena"), on=AT.date())] == ["lena"]
        heads = queries.that_may_leave(seen_by=acting("hanna"), on=AT.date())
        assert {m.user.login for m in heads} == {"lena", "hanna"}
        assert queries.that_may_leave(seen_by=acting("admin"), on=AT.date()).count() == 4
        with pytest.raises(NotPermitted):
            planned("mia")
        with pytest.raises(NotPermitted):
            planned("lena", of="hanna")

        assert planned("admin", secret="adminadmin").planned_by == "admin"

    @pytest.mark.fault("F5")
    def test_tells_nobody_who_else_has_an_account(self):
        theirs = queries.candidates(cast.LAKELAND, seen_by=acting("lena"))

        assert {user.login for user in theirs} == {"lena", "luke", "hanna"}
        with pytest.raises(NotFound):
            queries.free_login(cast.LAKELAND, "Zoe", seen_by=acting("mia"))
        assert queries.candidates(cast.LAKELAND, seen_by=acting("admin")).count() == 5

    def test_names_a_login_that_is_free(self):
        assert login_for("XLA", "Zoë Ångström", {"xla-zoe-angstrom"}) == "xla-zoe-angstrom-2"
        assert login_for("XLA", "გიორგი", set()) == "xla-contact"
        assert len(login_for("XLA", "x" * 300, set())) <= 60


class TestTheDay:
    @pytest.mark.fault("F6")
    @pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "UTC", "Pacific/Tongatapu"])
    def test_ends_page_program_and_calendar_of_the_leaver_to_the_second_in_their_own_zone(self, zone):
        User.objects.filter(login="lena").update(zone=zone)
        full_hands()
        _feed, address = feeds.make(kind="party", language="en", by=acting("lena"), at=AT)
        planned()
        midnight = begins(ON, zone)

        before = acting("lena", midnight - SECOND)
        assert (before.party, before.may("REQUEST_PLACES")) == (cast.LAKELAND, True)
        behind(address, at=midnight - SECOND)

        for at in (midnight, midnight + SECOND):
            after = acting("lena", at)
            assert (after.party, after.permissions) == (None, frozenset())
            with pytest.raises(NotFound):
                behind(address, at=at)
            assert not queries.handovers(seen_by=after).exists()

    def test_passes_what_is_private_and_ends_what_opens_doors(self):
        full_hands()
        Client().force_login(User.objects.get(login="lena"))
        Session.objects.update(user=User.objects.get(login="lena"), expire_date=NOON + timedelta(days=9))
        found = planned()

        done = handovers.complete(found, by=THE_HOUSE, at=NOON)

        assert done.passed == {"drafts": 1, "tokens": 1, "sessions": 1, "signing_keys": 0}
        [draft] = Draft.objects.all()
        assert (draft.login, draft.body) == ("luke", "What Lena would say.")
        assert not Token.objects.filter(revoked_at=None).exists()
        assert not Session.objects.filter(user__login="lena").exists()
        luke = acting("luke", NOON)
        assert {item.kind for item in queries.passing(luke_user(), party=cast.LAKELAND, seen_by=luke, at=NOON).items} >= {
            "requests", "drafts", "plans", "seats",
        }  # fmt: skip
        assert Entry.objects.filter(act="handover.completed", facts__successor="luke", facts__leaver="lena").exists()

    def test_puts_private_drafts_away_where_the_leaver_did_not_consent(self):
        full_hands()

        done = handovers.complete(planned(drafts_pass=False), by=THE_HOUSE, at=NOON)

        assert (done.passed["drafts"], Draft.objects.count()) == (0, 0)

    def test_keeps_both_where_both_wrote_on_a_clause(self):
        full_hands()
        cast.person("leo", mandate().role, of=cast.LAKELAND)
        drafts.save(a_clause(), "What Leo says.", base=1, by=acting("leo"), at=AT)

        handovers.complete(planned(to=User.objects.get(login="leo")), by=THE_HOUSE, at=NOON)

        assert [d.body for d in Draft.objects.all()] == ["What Leo says.\n\nWhat Lena would say."]

    def test_retires_the_signing_key(self):
        head = acting("hanna")
        signatures.make_key(passphrase=PASSPHRASE, by=head, at=AT)
        found = planned("hanna", of="hanna", to=Newcomer("Zoe", NEW_PASSWORD), secret=PASSPHRASE)

        done = handovers.complete(found, by=THE_HOUSE, at=NOON)

        assert (done.passed["signing_keys"], SigningKey.objects.alive().count()) == (1, 0)
        assert queries.signature_fits(Handover.objects.get())

    @pytest.mark.parametrize(("at", "state"), [(begins(ON, "Europe/Brussels") - SECOND, "planned"), (NOON, "done")])
    def test_is_completed_by_the_clock_and_not_before(self, at, state):
        found = planned()

        handovers.complete(found, by=THE_HOUSE, at=at)
        again = handovers.complete(found, by=THE_HOUSE, at=at)

        assert again.state == state
        assert Entry.objects.filter(act="handover.completed").count() == (state == "done")

    def test_waits_until_it_is_day_for_the_successor_too(self):
        User.objects.filter(login="luke").update(zone="Pacific/Pago_Pago")
        found = planned()

        assert handovers.complete(found, by=THE_HOUSE, at=DAY + timedelta(hours=10)).state == "planned"
        assert queries.due(seen_by=THE_HOUSE, at=DAY + timedelta(hours=10)) == []
        assert handovers.complete(found, by=THE_HOUSE, at=DAY + timedelta(hours=11)).state == "done"

    def test_waits_for_a_successor_who_has_no_mandate_and_holds_up_nobody_else(self, monkeypatch, caplog):
        full_hands()
        found = planned()
        second = planned("hanna", of="hanna", to=Newcomer("Zoe", NEW_PASSWORD))
        accounts.disable(found.successor, by=cast.ADMINISTRATOR, at=AT)
        with pytest.raises(handovers.SuccessorHasNoMandate):
            handovers.complete(found, by=THE_HOUSE, at=NOON)
        monkeypatch.setattr(jobs, "datetime", type("Clock", (), {"now": staticmethod(lambda zone: NOON)}))

        assert (jobs.complete_due(0), jobs.complete_due(0)) == (1, 0)

        assert [h.state for h in (Handover.objects.get(pk=found.pk), Handover.objects.get(pk=second.pk))] == ["planned", "done"]
        assert Draft.objects.get().login == "lena"
        assert "successor-has-no-mandate" in caplog.text

    def test_is_completed_by_the_house_alone(self):
        with pytest.raises(NotPermitted):
            handovers.complete(planned(), by=acting("lena"), at=NOON)


def luke_user() -> User:
    return User.objects.get(login="luke")


class TestTakingBack:
    def test_lets_everything_stand_as_before(self):
        full_hands()
        found = planned()

        taken = handovers.take_back(found, by=acting("lena"), at=AT + SECOND)

        assert (taken.state, taken.taken_back_by) == ("taken_back", "lena")
        assert mandate().period.upper is None
        assert acting("luke", NOON).party is None
        assert handovers.complete(found, by=THE_HOUSE, at=NOON).state == "taken_back"
        assert planned(at=AT + timedelta(minutes=1)).state == "planned"

    def test_closes_the_account_that_was_opened(self):
        handovers.take_back(planned(to=Newcomer("Zoe", NEW_PASSWORD)), by=acting("hanna"), at=AT)

        assert not User.objects.get(name="Zoe").is_active

    def test_gives_back_the_day_on_which_it_would_have_ended(self):
        mandates.end(mandate(), on=date(2027, 2, 1), by=cast.ADMINISTRATOR)

        handovers.take_back(planned(), by=acting("lena"), at=AT)

        assert mandate().period.upper == date(2027, 2, 1)

    def test_is_refused_from_the_day_on_to_others_and_twice(self):
        found = planned()

        with pytest.raises(NotPermitted):
            handovers.take_back(found, by=acting("mia"), at=AT)
        with pytest.raises(handovers.DayHasCome):
            handovers.take_back(found, by=acting("hanna"), at=begins(ON, "Europe/Brussels"))
        handovers.take_back(found, by=acting("lena"), at=AT)
        with pytest.raises(handovers.SettledAlready):
            handovers.take_back(found, by=acting("lena"), at=AT)

    def test_withdraws_no_mandate_that_has_begun(self):
        with pytest.raises(mandates.MandateHasBegun):
            mandates.withdraw(mandate(), on=AT.date(), by=cast.ADMINISTRATOR)


@pytest.mark.fault("F22")
class TestTelling:
    def test_both_and_the_head_are_told_once_of_each_step_and_nobody_else(self):
        found = planned()

        for _again in range(2):
            jobs.tell_planned(str(found.pk))
        assert {(n.recipient.login, str(n.sentence)) for n in Notice.objects.select_related("recipient")} == {
            (login, "On 1 December 2026 Lena hands over to Luke: everything that is open, for Lakeland.")
            for login in ("lena", "hanna")
        }
        handovers.take_back(found, by=acting("lena"), at=AT)
        jobs.tell_taken_back(str(found.pk))
        assert Notice.objects.filter(key__endswith="taken_back").count() == 2

    def test_the_successor_is_told_once_the_mandate_runs(self):
        found = planned()
        handovers.complete(found, by=THE_HOUSE, at=NOON)

        assert telling.tell(found, HandoverState.DONE, by=THE_HOUSE, at=NOON) == 2
        assert set(Notice.objects.values_list("recipient__login", flat=True)) == {"luke", "hanna"}

    def test_every_step_that_is_followed_is_recorded(self):
        assert set(jobs.follows) <= set(ACTS)


class TestLaws:
    def test_what_was_signed_stays(self):
        found = planned()

        with breaking("handover_signed_never_changes"):
            Handover.objects.filter(pk=found.pk).update(sha256="0" * 64)
        with breaking("handovers_are_never_deleted"):
            Handover.objects.filter(pk=found.pk).delete()

    def test_what_is_settled_stays(self):
        found = planned()
        handovers.take_back(found, by=acting("lena"), at=AT)

        with breaking("handover_settled_stays_settled"):
            Handover.objects.filter(pk=found.pk).update(state="planned", taken_back_at=None, taken_back_by="")

    def test_a_key_is_retired_by_its_holder_or_those_who_manage_accounts(self):
        signatures.make_key(passphrase=PASSPHRASE, by=acting("hanna"), at=AT)

        with pytest.raises(NotPermitted):
            signatures.retire_key("hanna", party=cast.LAKELAND, by=acting("lena"), at=AT)
        assert signatures.retire_key("hanna", party=cast.LAKELAND, by=acting("hanna"), at=AT) is not None
        assert signatures.retire_key("hanna", party=cast.LAKELAND, by=acting("hanna"), at=AT) is None


def test_the_digest_is_that_of_what_is_shown():
    assert shown() == shown()
    tokens.make(User.objects.get(login="lena"), name="new", days=9, by=acting("lena"), at=AT)
    assert shown() != queries.passing(mandate("mia").user, party=cast.MERIDIA, seen_by=acting("mia"), at=AT).digest


def test_nobody_but_the_day_changes_other_mandates():
    planned()

    assert Mandate.objects.get(user__login="hanna").period.upper is None
