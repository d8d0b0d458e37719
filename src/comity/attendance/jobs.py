"""What follows: people are told of instructions and certificates, and what came of seats goes down to participation."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from comity.accounts.rules import Permission, Role
from comity.attendance.models import Certificate, Instruction, Sheet
from comity.attendance.queries.instructions import sendings_at
from comity.attendance.queries.turnouts import turnouts_of
from comity.kernel.actors import Actor
from comity.kernel.words import Sentence, _
from comity.notices.acts import notices
from comity.participation.acts import turnouts
from comity.trail.models import Entry

NEEDS = frozenset({Permission.SEE_EVERYTHING, Permission.RUN_ACTIVITIES})
THE_DESK = Actor(login="system", name="Comity", permissions=NEEDS)
CONTACTS = (Role.POINT_OF_CONTACT, Role.HEAD_OF_DELEGATION)
SENT = _("Joining instructions for {activity} were sent to {people} of your people. You can take them away as papers.")
CERTIFIED = _("Certificates for {activity} were issued to {people} of your people.")
REVOKED = _("The certificate {number} for {activity} was revoked: {reason}")


@app.task(queue="attendance", name="attendance.tell_of_instructions")
def tell_of_instructions(subject: str, entry: int = 0) -> None:
    """Tell the contacts of each party whose people were sent joining instructions; told twice is told once."""
    written = Instruction.objects.seen_by(THE_DESK).select_related("activity").get(pk=subject)
    line = Entry.objects.get(pk=entry)
    for party, people in sendings_at(written, line.at, seen_by=THE_DESK).items():
        sentence = Sentence(SENT, {"activity": str(written.activity), "people": people})
        notices.tell("attendance", f"instruction:{entry}:{party}", sentence, party=party, roles=CONTACTS, about=party,
                     link=f"/attendance/{written.activity.number}/instructions/", by=THE_DESK, at=datetime.now(UTC))  # fmt: skip


@app.task(queue="attendance", name="attendance.tell_of_certificates")
def tell_of_certificates(subject: str, entry: int = 0) -> None:
    """Tell the contacts of each party whose people were certified."""
    issued = Certificate.objects.seen_by(THE_DESK).filter(activity=int(subject), issued_at=Entry.objects.get(pk=entry).at)
    told: dict[str, list[Certificate]] = {}
    for certificate in issued.select_related("activity"):
        told.setdefault(certificate.party_id, []).append(certificate)
    for party, some in told.items():
        activity = some[0].activity
        sentence = Sentence(CERTIFIED, {"activity": str(activity), "people": len(some)})
        notices.tell("attendance", f"certificates:{entry}:{party}", sentence, party=party, roles=CONTACTS, about=party,
                     link=f"/attendance/{activity.number}/certificates/", by=THE_DESK, at=datetime.now(UTC))  # fmt: skip


@app.task(queue="attendance", name="attendance.tell_of_a_revocation")
def tell_of_a_revocation(subject: str, entry: int = 0) -> None:
    """Tell the contacts of the party whose certificate was revoked, and why."""
    revoked = Certificate.objects.seen_by(THE_DESK).select_related("activity").get(pk=subject)
    facts = {"number": revoked.number, "activity": str(revoked.activity), "reason": revoked.reason}
    notices.tell("attendance", f"revoked:{subject}", Sentence(REVOKED, facts), party=revoked.party_id, roles=CONTACTS,
                 about=revoked.party_id, link=f"/attendance/{revoked.activity.number}/certificates/", by=THE_DESK,
                 at=datetime.now(UTC))  # fmt: skip


@app.task(queue="attendance", name="attendance.keep_turnouts")
def keep_turnouts(subject: str, entry: int = 0) -> None:
    """Keep what came of the seats of an edition; worked out anew each time, so that running it again keeps the same."""
    edition = Sheet.objects.seen_by(THE_DESK).select_related("activity__edition").get(pk=int(subject)).activity.edition
    turnouts.keep(edition, turnouts_of(edition, seen_by=THE_DESK), by=THE_DESK, at=datetime.now(UTC))


follows = {
    "instruction.issued": tell_of_instructions,
    "certificates.issued": tell_of_certificates,
    "certificate.revoked": tell_of_a_revocation,
    "sheet.closed": keep_turnouts,
    "sheet.reopened": keep_turnouts,
}
