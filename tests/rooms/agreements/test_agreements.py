"""Agreements: no step without the one before, no state without its facts, and nobody reads what is not theirs."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from comity.agreements import queries
from comity.agreements.acts import circulations, moving, offers, signatures
from comity.agreements.models import Agreement, AgreementState, Circulation, Extension, Signature, SigningKey
from comity.agreements.rules import ARROWS
from comity.drafting import queries as drafting
from comity.drafting.acts import versions
from comity.drafting.models import Text
from comity.drafting.rules import digest_of
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import NotFound, NotPermitted, Refusal
from comity.kernel.tables import constraint_of
from tests.rooms.agreements import desk
from tests.rooms.agreements.desk import ALLY, CHIEF, DEADLINE, DESK, HEAD, LAKE, NINE, OTHER_HEAD, PASSPHRASE, STRANGER
from tests.world import cast

pytestmark = pytest.mark.django_db
GOVERNMENT = {"body": "The government", "on": PartialDate("2027-02"), "reference": "G/7"}
COUNCIL = {"body": "The Council", "on": PartialDate("2027-02-28"), "reference": "C(2027)1"}


class TestOffering:
    def test_an_offer_lets_the_text_rest(self):
        agreement = desk.offered()

        assert (agreement.state, agreement.party_id) == ("offered", "XLA")
        assert Text.objects.get().state == "offered"

    def test_the_partner_may_offer_too_and_others_find_no_text(self):
        version = desk.a_version()

        with pytest.raises(NotFound):
            offers.offer(version, by=OTHER_HEAD, at=NINE)
        with pytest.raises(NotPermitted):
            offers.offer(version, by=cast.AUDITOR, at=NINE)
        assert offers.offer(version, by=LAKE, at=NINE).offered_by == "lena"

    def test_only_the_newest_settled_version_is_offered_and_one_at_a_time(self):
        version = desk.a_version()
        unsettled = desk.a_version(unsettled=2)

        with pytest.raises(offers.ClausesUnsettled) as refused:
            offers.offer(unsettled, by=DESK, at=NINE)
        offers.offer(version, by=DESK, at=NINE)
        with pytest.raises(offers.AnotherIsUnderWay):
            offers.offer(version, by=DESK, at=NINE)
        newer = versions.keep(version.text, desk.long_content(10), base=version, by=DESK, at=NINE)
        with pytest.raises(offers.NotTheNewest):
            offers.offer(version, by=DESK, at=NINE)

        assert str(refused.value).startswith("In version 1 there are 2 clauses")
        assert newer.number == 2

    def test_what_is_agreed_is_not_offered_again(self):
        agreement = desk.agreed()

        with pytest.raises(offers.AgreedAlready):
            offers.offer(agreement.version, by=DESK, at=DEADLINE)

    def test_a_reader_is_shown_the_versions_they_may_offer(self):
        version, busy = desk.a_version(), desk.offered()

        assert list(queries.ready_to_offer(seen_by=DESK)) == [version]
        assert list(queries.ready_to_offer(seen_by=LAKE)) == [version]
        assert not queries.ready_to_offer(seen_by=OTHER_HEAD).exists()
        assert not queries.ready_to_offer(seen_by=cast.AUDITOR).exists()
        offers.take_back(busy, by=LAKE, at=NINE)
        assert busy.version in queries.ready_to_offer(seen_by=DESK)

    def test_an_offer_is_taken_back_until_it_circulates(self):
        running = desk.circulating()

        with pytest.raises(circulations.IsCirculating):
            offers.take_back(running.agreement, by=DESK, at=NINE)
        circulations.withdraw(running, reason="A mistake", by=DESK, at=NINE)
        with pytest.raises(moving.NotInThisState):
            offers.take_back(running.agreement, by=DESK, at=NINE)


class TestEndorsing:
    def test_the_head_of_delegation_says_which_body_endorsed_it_and_when(self):
        agreement = offers.endorse(desk.offered(), **GOVERNMENT, by=HEAD, at=NINE)

        assert (agreement.state, agreement.endorsing_body, str(agreement.endorsed_on)) == ("endorsed", "The government", "2027-02")

    def test_nobody_else_endorses_and_nothing_is_left_out_or_foretold(self):
        agreement = desk.offered()

        with pytest.raises(NotPermitted):
            offers.endorse(agreement, **GOVERNMENT, by=LAKE, at=NINE)
        with pytest.raises(NotFound):
            offers.endorse(agreement, **GOVERNMENT, by=OTHER_HEAD, at=NINE)
        with pytest.raises(moving.NotTold):
            offers.endorse(agreement, **GOVERNMENT | {"body": " "}, by=HEAD, at=NINE)
        with pytest.raises(moving.NotTold):
            offers.endorse(agreement, **GOVERNMENT | {"on": PartialDate()}, by=HEAD, at=NINE)
        with pytest.raises(moving.DayInTheFuture) as refused:
            offers.endorse(agreement, **GOVERNMENT | {"on": PartialDate("2027-03-02")}, by=HEAD, at=NINE)

        assert str(refused.value) == "2 March 2027 has not come yet; what is recorded here has happened."
        assert Agreement.objects.get().state == "offered"


class TestCouncil:
    def test_a_council_agrees_at_its_table(self):
        agreement = offers.decide_in_council(desk.endorsed(), **COUNCIL, by=DESK, at=NINE)

        assert (agreement.state, agreement.how, agreement.council_reference) == ("agreed", "council", "C(2027)1")
        assert agreement.frozen["agreement"]["body"] == "The Council"

    def test_a_council_does_not_wait_for_a_round_that_runs(self):
        running = desk.circulating()

        offers.decide_in_council(running.agreement, **COUNCIL, by=DESK, at=NINE)

        assert Circulation.objects.get().outcome == "withdrawn"
        assert Agreement.objects.get().state == "agreed"

    def test_silence_that_held_needs_no_council(self):
        running = desk.circulating()

        with pytest.raises(circulations.SilenceHasHeld):
            offers.decide_in_council(running.agreement, **COUNCIL, by=DESK, at=DEADLINE)

    def test_a_decision_has_body_date_reference_and_an_endorsement_before_it(self):
        agreement = desk.endorsed()

        with pytest.raises(moving.NotTold):
            offers.decide_in_council(agreement, **COUNCIL | {"reference": ""}, by=DESK, at=NINE)
        with pytest.raises(NotPermitted):
            offers.decide_in_council(agreement, **COUNCIL, by=HEAD, at=NINE)
        with pytest.raises(moving.NotInThisState):
            offers.decide_in_council(desk.offered(), **COUNCIL, by=DESK, at=NINE)


class TestSigning:
    def test_both_sides_sign_what_was_frozen(self):
        agreement = desk.signed()

        assert (agreement.state, agreement.signatures.count()) == ("signed", 2)
        assert digest_of(agreement.frozen) == agreement.sha256

    def test_one_signature_is_not_enough(self):
        agreement = desk.agreed()
        signatures.make_key(passphrase=PASSPHRASE, by=HEAD, at=DEADLINE)

        assert signatures.sign(agreement, passphrase=PASSPHRASE, by=HEAD, at=DEADLINE).state == "agreed"
        with pytest.raises(signatures.SideHasSigned):
            signatures.sign(agreement, passphrase=PASSPHRASE, by=HEAD, at=DEADLINE)

    def test_whoever_signs_after_the_deadline_finds_it_agreed_before_any_job_ran(self):
        running = desk.circulating()
        signatures.make_key(passphrase=PASSPHRASE, by=HEAD, at=NINE)

        with pytest.raises(signatures.NotAgreedYet):
            signatures.sign(running.agreement, passphrase=PASSPHRASE, by=HEAD, at=DEADLINE - desk.SECOND)
        assert signatures.sign(running.agreement, passphrase=PASSPHRASE, by=HEAD, at=DEADLINE).agreed_at == DEADLINE

    def test_it_takes_the_own_side_a_key_and_its_passphrase(self):
        agreement = desk.agreed()

        with pytest.raises(NotPermitted):
            signatures.sign(agreement, passphrase=PASSPHRASE, by=LAKE, at=DEADLINE)
        with pytest.raises(NotFound):
            signatures.sign(agreement, passphrase=PASSPHRASE, by=OTHER_HEAD, at=DEADLINE)
        with pytest.raises(signatures.NoKey):
            signatures.sign(agreement, passphrase=PASSPHRASE, by=HEAD, at=DEADLINE)
        signatures.make_key(passphrase=PASSPHRASE, by=HEAD, at=DEADLINE)
        with pytest.raises(signatures.PassphraseDoesNotFit):
            signatures.sign(agreement, passphrase="correct horse batter", by=HEAD, at=DEADLINE)
        assert not Signature.objects.exists()

    @pytest.mark.fault("F11")
    def test_a_passphrase_is_not_guessed(self):
        agreement = desk.agreed()
        signatures.make_key(passphrase=PASSPHRASE, by=HEAD, at=DEADLINE)
        for guess in range(5):
            with pytest.raises(signatures.PassphraseDoesNotFit):
                signatures.sign(agreement, passphrase=f"guess number {guess}", by=HEAD, at=DEADLINE)

        with pytest.raises(signatures.TooManyTries) as refused:
            signatures.sign(agreement, passphrase=PASSPHRASE, by=HEAD, at=DEADLINE + timedelta(minutes=14))

        assert str(refused.value) == "Your signing key was tried too often. Wait 15 minutes, or make a new key."
        signatures.sign(agreement, passphrase=PASSPHRASE, by=HEAD, at=DEADLINE + timedelta(minutes=15))
        assert SigningKey.objects.get().tries == 0

    def test_a_new_key_retires_the_former(self):
        desk.the_register()
        first = signatures.make_key(passphrase=PASSPHRASE, by=HEAD, at=NINE)
        second = signatures.make_key(passphrase=PASSPHRASE, by=HEAD, at=DEADLINE)

        first.refresh_from_db()
        assert (first.retired_at, second.retired_at) == (DEADLINE, None)
        assert queries.signing_key(seen_by=HEAD) == second
        assert first.fingerprint != second.fingerprint
        assert not queries.signing_keys(seen_by=STRANGER).exists()

    def test_a_key_takes_a_long_passphrase_and_a_party(self):
        desk.the_register()

        with pytest.raises(signatures.PassphraseIsShort):
            signatures.make_key(passphrase="short", by=HEAD, at=NINE)
        with pytest.raises(NotPermitted):
            signatures.make_key(passphrase=PASSPHRASE, by=LAKE, at=NINE)
        with pytest.raises(NotFound):
            signatures.make_key(passphrase=PASSPHRASE, by=cast.THE_SYSTEM, at=NINE)

    def test_the_passphrase_is_nowhere(self):
        desk.signed()

        with connection.cursor() as cursor:
            cursor.execute("SELECT facts::text FROM trail_entry")
            facts = "".join(row[0] for row in cursor.fetchall())
        sealed = b"".join(bytes(key.sealed) for key in SigningKey.objects.all())

        assert PASSPHRASE not in facts
        assert PASSPHRASE.encode() not in sealed


@pytest.mark.fault("F3")
class TestReaders:
    def seen(self, actor) -> list[str]:
        return [a.state for a in queries.agreements(seen_by=actor)]

    def test_the_two_sides_see_every_state_and_an_ally_what_was_put_before_it(self):
        desk.offered()
        assert [self.seen(who) for who in (DESK, LAKE, ALLY, OTHER_HEAD, STRANGER)] == [["offered"], ["offered"], [], [], []]
        running = desk.circulating()
        assert self.seen(ALLY) == ["circulating"]
        circulations.break_silence(running, reason="No", by=ALLY, at=NINE)
        assert self.seen(ALLY) == ["returned"]
        assert self.seen(OTHER_HEAD) == self.seen(STRANGER) == []

    def test_an_offer_taken_back_before_it_circulated_stays_between_the_two_sides(self):
        offers.take_back(desk.endorsed(), by=LAKE, at=NINE)

        assert self.seen(ALLY) == []
        assert self.seen(LAKE) == ["returned"]

    def test_what_is_hidden_is_not_found(self):
        agreement = desk.endorsed()

        for who in (ALLY, OTHER_HEAD, STRANGER):
            with pytest.raises(NotFound):
                queries.agreement(agreement.pk, seen_by=who)
        with pytest.raises(NotFound):
            queries.circulation(agreement, seen_by=DESK)

    def test_an_ally_reads_the_version_that_circulates_and_no_other_partner_does(self):
        running = desk.circulating()
        version = running.agreement.version
        version.refresh_from_db()

        assert drafting.visible(version.read, ALLY, version) == version.read
        assert drafting.visible(version.read, OTHER_HEAD, version).chapters == ()
        assert drafting.visible(version.read, STRANGER, version).chapters == ()

    def test_everybody_reads_the_public_clauses_of_what_was_agreed(self):
        version = desk.agreed().version
        version.refresh_from_db()

        for who in (OTHER_HEAD, STRANGER):
            left = drafting.visible(drafting.version(version.pk, seen_by=who).read, who, version)
            assert [clause.key for clause in left.clauses] == ["a1", "b1"]


FACTS = {
    "offered_at": "NULL", "endorsed_at": "NULL", "endorsing_body": "''", "endorsed_on": "''", "endorsed_by": "''",
    "agreed_at": "NULL", "how": "''", "agreed_by": "''", "sha256": "''", "frozen": "NULL", "signed_at": "NULL",
}  # fmt: skip


@pytest.mark.fault("F22")
class TestLaws:
    """What no act would do, tried with SQL."""

    def refused(self, sql: str, *given: object) -> str:
        with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, given)
        return constraint_of(refused.value) or refused.value.__cause__.diag.constraint_name or str(refused.value)

    @pytest.mark.parametrize(("before", "after"), [(b, a) for b in ARROWS for a in ARROWS if b != a and a not in ARROWS[b]])
    def test_no_other_arrow_is_gone(self, before, after):
        start = {"offered": desk.offered, "endorsed": desk.endorsed, "agreed": desk.agreed, "signed": desk.signed}
        other = {
            "circulating": lambda: desk.circulating().agreement,
            "returned": lambda: offers.take_back(desk.endorsed(), by=DESK, at=NINE),
        }
        agreement = (start | other)[before]()

        assert self.refused("UPDATE agreements_agreement SET state = %s WHERE id = %s", after, agreement.pk).startswith(
            "agreement_"
        )

    @pytest.mark.parametrize("after", ["endorsed", "agreed", "signed", "returned", "circulating"])
    def test_no_arrow_is_gone_without_its_facts(self, after):
        start = {"endorsed": desk.offered, "returned": desk.offered, "signed": desk.agreed}
        agreement = start.get(after, desk.endorsed)()

        law = self.refused("UPDATE agreements_agreement SET state = %s WHERE id = %s", after, agreement.pk)

        assert law.startswith("agreement_")

    @pytest.mark.parametrize("column", FACTS)
    def test_no_fact_of_what_is_signed_is_lost(self, column):
        agreement = desk.signed()

        self.refused(f"UPDATE agreements_agreement SET {column} = {FACTS[column]} WHERE id = %s", agreement.pk)

    def test_no_agreement_begins_further_on(self):
        agreement = desk.agreed()
        row = Agreement.objects.get(pk=agreement.pk)
        row.pk = None

        with pytest.raises(DatabaseError), transaction.atomic():
            row.save(force_insert=True)

    def test_no_signed_agreement_without_both_signatures(self):
        agreement = desk.agreed()

        law = self.refused("UPDATE agreements_agreement SET state = 'signed', signed_at = now() WHERE id = %s", agreement.pk)

        assert law == "agreement_signed_iff_both_sides_signed"

    def test_silence_alone_does_not_agree_without_a_round_that_held(self):
        agreement = desk.endorsed()

        law = self.refused(
            "UPDATE agreements_agreement SET state = 'agreed', how = 'silence', agreed_at = now(), agreed_by = 'x', sha256 = 'x',"
            " frozen = '{}' WHERE id = %s", agreement.pk
        )  # fmt: skip

        assert law == "agreement_under_silence_needs_a_round_that_held"

    @pytest.mark.parametrize(
        ("sql", "law"),
        [
            ("UPDATE agreements_agreement SET frozen = '{}'", "agreement_facts_never_change"),
            ("UPDATE agreements_agreement SET sha256 = repeat('0', 64)", "agreement_facts_never_change"),
            ("UPDATE agreements_agreement SET endorsing_body = 'Another'", "agreement_facts_never_change"),
            ("UPDATE agreements_signature SET name = 'Somebody'", "signatures_never_change"),
            ("DELETE FROM agreements_signature", "signatures_never_change"),
            ("DELETE FROM agreements_agreement", "agreements_are_never_deleted"),
            ("DELETE FROM agreements_circulation", "circulations_are_never_deleted"),
            ("UPDATE agreements_circulation SET outcome = 'broken'", "circulation_stays_as_it_ended"),
            ("UPDATE agreements_capital SET zone = 'UTC'", "capitals_never_change"),
            ("UPDATE agreements_signingkey SET sealed = 'x'", "signing_key_stays_as_it_was_made"),
            ("UPDATE agreements_signature SET signature = 'x'", "signatures_never_change"),
        ],
    )
    def test_what_was_agreed_and_signed_never_changes(self, sql, law):
        desk.signed()

        assert self.refused(sql) == law

    @pytest.mark.parametrize(
        ("sql", "law"),
        [
            ("UPDATE agreements_circulation SET outcome = 'broken', closed_at = deadline, closed_by = 'x', breaker_id = 'XAR',"
             " reason = 'x'", "circulation_is_broken_before_its_deadline"),
            ("UPDATE agreements_circulation SET outcome = 'agreed', closed_by = 'x', closed_at = deadline - interval '1 second'",
             "circulation_holds_at_its_deadline"),
            ("UPDATE agreements_circulation SET deadline = deadline - interval '1 second'", "circulation_stays_as_it_ended"),
            ("UPDATE agreements_circulation SET outcome = 'agreed', closed_by = 'x', closed_at = deadline, halted_at = now(),"
             " halted_for = 'XPP'", "circulation_halted_never_expires"),
            ("UPDATE agreements_circulation SET halted_at = now()", "circulation_halted_iff_it_says_for_what"),
        ],
    )  # fmt: skip
    def test_a_round_ends_as_the_clock_allows(self, sql, law):
        desk.circulating()

        assert self.refused(sql) == law

    def test_an_extension_stays_and_a_signature_waits_for_agreement(self):
        running = desk.circulating()
        circulations.extend(running, to=DEADLINE + timedelta(days=1), by=DESK, at=NINE)
        key = signatures.make_key(passphrase=PASSPHRASE, by=HEAD, at=NINE)

        assert self.refused("UPDATE agreements_extension SET reason = 'x'") == "extensions_never_change"
        with pytest.raises(DatabaseError), transaction.atomic():
            Signature.objects.create(
                agreement=running.agreement,
                side="party",
                key=key,
                party_id="XLA",
                name="x",
                signature=b"x",
                signed_at=NINE,
                signed_by="x",
            )
        assert Extension.objects.count() == 1


class Walk(RuleBasedStateMachine):
    """Whoever tries whatever in whatever order: acts and clock."""

    @initialize()
    def begin(self) -> None:
        self.at = NINE
        self.agreement = desk.offered()
        for somebody in (HEAD, CHIEF):
            signatures.make_key(passphrase=PASSPHRASE, by=somebody, at=NINE)

    def tried(self, act, *given, **told) -> None:
        with suppress(Refusal):
            act(*given, at=self.at, **told)

    @rule(hours=st.sampled_from([0, 1, 24 * 14, 24 * 15]))
    def wait(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    @rule(who=st.sampled_from([DESK, HEAD, LAKE, ALLY, OTHER_HEAD]))
    def endorse(self, who) -> None:
        self.tried(offers.endorse, self.agreement, **GOVERNMENT, by=who)

    @rule(who=st.sampled_from([DESK, ALLY, HEAD]))
    def circulate(self, who) -> None:
        self.tried(circulations.circulate, self.agreement, deadline=self.at + timedelta(days=14), by=who)

    @rule(who=st.sampled_from([DESK, ALLY, LAKE]), verb=st.sampled_from(["break_silence", "withdraw"]))
    def stop(self, who, verb: str) -> None:
        for running in Circulation.objects.filter(agreement=self.agreement):
            self.tried(getattr(circulations, verb), running, reason="Reasons", by=who)

    @rule()
    def extend(self) -> None:
        for running in Circulation.objects.filter(agreement=self.agreement):
            self.tried(circulations.extend, running, to=running.deadline + timedelta(days=1), by=DESK)

    @rule()
    def settle(self) -> None:
        self.tried(circulations.settle, self.agreement, by=DESK)

    @rule(who=st.sampled_from([DESK, HEAD]))
    def decide(self, who) -> None:
        self.tried(offers.decide_in_council, self.agreement, **COUNCIL, by=who)

    @rule(who=st.sampled_from([HEAD, CHIEF, LAKE, OTHER_HEAD]))
    def sign(self, who) -> None:
        self.tried(signatures.sign, self.agreement, passphrase=PASSPHRASE, by=who)

    @rule(who=st.sampled_from([DESK, LAKE, OTHER_HEAD]))
    def take_back(self, who) -> None:
        self.tried(offers.take_back, self.agreement, by=who)

    @invariant()
    def every_state_has_its_facts(self) -> None:
        if not hasattr(self, "agreement"):
            return
        found = Agreement.objects.get(pk=self.agreement.pk)
        rounds = list(found.circulations.all())
        text = Text.objects.get(pk=found.text_id)
        if found.is_agreed:
            assert found.endorsed_at
            assert found.endorsed_at <= found.agreed_at
            assert found.how == "council" or [r.outcome for r in rounds] == ["agreed"]
            assert digest_of(found.frozen) == found.sha256
            assert text.state == "closed"
        if found.state == AgreementState.SIGNED:
            assert {s.side for s in found.signatures.all()} == {"party", "organisation"}
        if found.state == AgreementState.CIRCULATING:
            assert [r.outcome for r in rounds] == ["open"]
        if found.state == AgreementState.RETURNED:
            assert text.state == "drafting"
            assert not found.is_agreed
        if found.is_under_way:
            assert text.state == "offered"


class TestWalk(TestCase):
    """Every path that hypothesis finds, each undone after it."""

    def test_no_path_skips_endorsement_silence_or_a_signature(self) -> None:
        class Undone(Walk):
            def __init__(self) -> None:
                super().__init__()
                self.block = transaction.atomic()
                self.block.__enter__()

            def teardown(self) -> None:
                transaction.set_rollback(True)
                self.block.__exit__(None, None, None)

        run_state_machine_as_test(Undone, settings=settings(max_examples=15, stateful_step_count=12, deadline=None))
