"""What the page of an agreement tells of what was done: the acts of both sides to both, and nothing that is one side's own."""

from datetime import timedelta

import pytest

from comity.agreements.acts import circulations, offers, signatures
from comity.agreements.models import Agreement
from comity.agreements.queries.history import history
from comity.drafting.acts import clauses, comments, drafts
from comity.kernel.actors import Actor
from comity.trail import queries as trail
from tests.rooms.agreements import desk
from tests.rooms.agreements.desk import ALLY, CHIEF, DEADLINE, DESK, HEAD, LAKE, NINE, PASSPHRASE

pytestmark = pytest.mark.django_db
SILENCE = ["offered a text for agreement", "endorsed a text", "put a text before the Allies under silence"]


def told(agreement: Agreement, reader: Actor) -> list[str]:
    """What somebody reads on the page, the oldest first."""
    return [done.words for done in history(agreement, seen_by=reader)][::-1]


def test_the_desk_reads_what_the_partners_own_body_did():
    agreement = desk.signed()

    for reader in (DESK, HEAD, LAKE):
        assert told(agreement, reader) == [
            *SILENCE, "recorded that a text is agreed", "signed a text for one side", "signed a text for one side",
            "completed the signatures of a text",
        ]  # fmt: skip
    by = {(done.who, done.party) for done in history(agreement, seen_by=DESK)}
    assert {(HEAD.name, "XLA"), (CHIEF.name, "XHQ"), (DESK.name, "XHQ")} <= by


@pytest.mark.fault("F3")
def test_that_silence_was_broken_is_read_by_both_sides_and_by_whom_not_by_the_partner():
    running = desk.circulating()
    circulations.break_silence(running, reason="Chapter two.", by=ALLY, at=NINE + timedelta(days=1))
    agreement = Agreement.objects.get()

    for reader in (DESK, HEAD):
        assert told(agreement, reader) == [*SILENCE, "broke silence"]
    newest = [next(history(agreement, seen_by=reader)) for reader in (DESK, HEAD)]
    assert [(done.who, done.party) for done in newest] == [(ALLY.name, "XAR"), ("", "")]
    assert told(agreement, ALLY) == ["broke silence"]
    # Neither does the trail of the text tell who it was.
    lines = trail.entries(seen_by=HEAD).filter(at__gte=NINE + timedelta(days=1))
    assert [(entry.act, entry.actor, entry.party) for entry in lines] == [("text.resumed", "system", "")]


@pytest.mark.fault("F3")
def test_what_is_one_sides_own_stays_hidden_from_the_other():
    version = desk.a_version()
    clause = clauses.add(version.text.chapters.get(), "They meet.", by=DESK, at=NINE)
    agreement = offers.offer(version, by=DESK, at=NINE)
    for somebody in (LAKE, DESK):
        comments.write(clause, f"Between us: {somebody.login}", audience="own", by=somebody, at=NINE)
        drafts.save(clause, "Words of one's own.", base=clause.revision, by=somebody, at=NINE)
    for somebody in (HEAD, CHIEF):
        signatures.make_key(passphrase=PASSPHRASE, by=somebody, at=DEADLINE)

    for reader in (DESK, HEAD, LAKE):
        assert told(agreement, reader) == SILENCE[:1]
    for reader, other in ((DESK, "XLA"), (HEAD, "XHQ")):
        lines = trail.entries(seen_by=reader).filter(party=other)
        assert not lines.filter(act__startswith="comment.").exists()
        assert not lines.filter(act__startswith="signing-key.").exists()


@pytest.mark.fault("F3")
def test_others_read_by_the_rule_of_the_trail_and_no_more():
    agreement = desk.agreed()

    assert told(agreement, ALLY) == []
    assert told(agreement, desk.OTHER_HEAD) == []
    assert told(agreement, Actor()) == []
