"""Writing joining instructions in versions, and sending them to those who are accepted."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from comity.activities.models import Activity
from comity.attendance.acts.running import must_run
from comity.attendance.acts.sheets import NeedsAReason
from comity.attendance.models import Instruction, Sending
from comity.attendance.queries.sheets import nominees
from comity.attendance.rules.texts import PLACEHOLDERS, unknown
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.trail import acts as trail

LONGEST = 20_000


class UnknownPlaceholder(Refusal):
    """A text says only what the list of placeholders can fill; nothing else in braces means anything."""

    message = _("{found} is no placeholder. These are: {known}.")


class NotWholeInALanguage(Refusal):
    """A text has a subject and a body, in English or in French or in both."""

    message = _("Write a subject and a text, in English, in French or in both.")


class TooLong(Refusal):
    """Joining instructions are read on the way."""

    message = _("The text is longer than {most} characters.")


class WrittenMeanwhile(Refusal):
    """Two hands on one text: the second is told."""

    message = _("Somebody wrote a version in the meantime. Compare, and keep yours again if it is still wanted.")


class NothingToSend(Refusal):
    """Instructions are written before they are sent."""

    message = _("No joining instructions are written for {activity} yet.")


class EverybodyHasThem(Refusal):
    """Those who have them get them again only for a reason."""

    message = _("Everybody accepted was sent joining instructions. To send them again to all, say why.")


@transaction.atomic
def write(
    activity: Activity,
    *,
    subject_en: str = "",
    body_en: str = "",
    subject_fr: str = "",
    body_fr: str = "",
    contact: str = "",
    answer_by: date | None = None,
    by: Actor,
    at: datetime,
) -> Instruction:
    """Keep a new version of the joining instructions; those before it stay as they were.

    Raises:
        UnknownPlaceholder: something in braces is on no list.
        NotWholeInALanguage: a subject or a text is missing.
    """
    must_run(activity, by)
    texts = {"subject_en": subject_en, "body_en": body_en, "subject_fr": subject_fr, "body_fr": body_fr}
    texts = {name: text.replace("\r\n", "\n").strip() for name, text in texts.items()}
    if max(map(len, texts.values())) > LONGEST:
        raise TooLong(most=LONGEST)
    if found := unknown(*texts.values()):
        raise UnknownPlaceholder(found=[f"{{{name}}}" for name in found], known=[f"{{{name}}}" for name in PLACEHOLDERS])
    number = (activity.instructions.aggregate(most=Max("number"))["most"] or 0) + 1
    told = {"number": number, "contact": contact.strip(), "answer_by": answer_by, "written_at": at, "written_by": by.login}
    laws = {"instruction_is_whole_in_a_language": NotWholeInALanguage(), "instruction_versions_are_told_once": WrittenMeanwhile()}
    with refusing(**laws), transaction.atomic():
        kept = Instruction.objects.create(activity=activity, **texts, **told)
    trail.record("instruction.written", kept, by=by, at=at, about=by.party or "", activity=activity.number, number=number)
    return kept


@transaction.atomic
def issue(activity: Activity, *, again: bool = False, reason: str = "", by: Actor, at: datetime) -> list[Sending]:
    """Send the newest version to everybody accepted who had none yet; to all of them again for a reason.

    Raises:
        NothingToSend: no version is written, or nobody is accepted.
        EverybodyHasThem: there is nobody new.
        NeedsAReason: they are sent again, and nobody says why.
    """
    must_run(activity, by)
    newest = activity.instructions.select_for_update().order_by("-number").first()
    people = list(nominees(activity, seen_by=by))
    if newest is None or not people:
        raise NothingToSend(activity=str(activity))
    if again and not reason.strip():
        raise NeedsAReason
    had = set(Sending.objects.filter(activity=activity).values_list("nomination", flat=True))
    chosen = [n for n in people if again or n.pk not in had]
    if not chosen:
        raise EverybodyHasThem
    told = {"instruction": newest, "activity": activity, "sent_at": at, "sent_by": by.login}
    made = Sending.objects.bulk_create(
        Sending(nomination=n, party_id=n.party_id, reason=reason.strip()[:400] if n.pk in had else "", **told) for n in chosen
    )
    facts = {"activity": activity.number, "number": newest.number, "people": len(made), "reason": reason.strip()}
    trail.record("instruction.issued", newest, by=by, at=at, about=by.party or "", **facts)
    return made
