"""Reads of joining instructions: the versions, who was sent which, and what fills their placeholders."""

from collections.abc import Mapping
from datetime import date, datetime

from comity.activities.models import Activity
from comity.attendance.models import Instruction, InstructionQuerySet, Sending
from comity.attendance.queries.sheets import nominees, parts_of
from comity.attendance.rules.settling import KINDS
from comity.attendance.rules.texts import filled
from comity.attendance.rules.timing import Part
from comity.exchange.papers import Item, Paper, Run, Section
from comity.kernel.actors import Actor
from comity.kernel.faces import say
from comity.kernel.refusals import NotFound
from comity.kernel.words import Name, Word, day_in_words
from comity.nominations.models import Nomination

JOINING = Name("Joining instructions", "Instructions aux participants")


def versions(activity: Activity, *, seen_by: Actor) -> InstructionQuerySet:
    """The versions of an activity a reader may see, the newest first."""
    return Instruction.objects.seen_by(seen_by).filter(activity=activity)


def sent(activity: Activity, *, seen_by: Actor) -> dict[int, Sending]:
    """What each person was sent last, by the key of the nomination."""
    rows = Sending.objects.seen_by(seen_by).filter(activity=activity).select_related("instruction")
    return {sending.nomination_id: sending for sending in rows.order_by("sent_at", "id")}


def sendings_at(instruction: Instruction, at: datetime, *, seen_by: Actor) -> dict[str, int]:
    """How many people of each party were sent a version at a moment."""
    found: dict[str, int] = {}
    for party in Sending.objects.seen_by(seen_by).filter(instruction=instruction, sent_at=at).values_list("party", flat=True):
        found[party] = found.get(party, 0) + 1
    return found


def for_whom(activity: Activity, pk: int, *, seen_by: Actor) -> tuple[Instruction, Nomination]:
    """What one person was sent last, for whoever may know of the person.

    Raises:
        NotFound: there is nobody, or nothing was sent yet.
    """
    nominee = nominees(activity, seen_by=seen_by).filter(pk=pk).first()
    found = sent(activity, seen_by=seen_by).get(pk)
    if nominee is None or found is None:
        raise NotFound(what="joining instructions")
    return found.instruction, nominee


def values(activity: Activity, nominee: Nomination, name: str, instruction: Instruction, language: str) -> dict[str, str]:
    """What stands for each placeholder, in a language."""
    provider = say(activity.provider_party.name, language) if activity.provider_party else activity.provider
    country = say(activity.place_country.name, language) if activity.place_country else ""
    return {
        "activity": f"{activity.title} ({activity.number})",
        "dates": days(activity.first_day, activity.last_day, language),
        "place": ", ".join(filter(None, (activity.city, country))),
        "provider": activity.provider or provider,
        "participant": name or nominee.person.number,
        "party": say(nominee.party.name, language),
        "parts": "\n".join(part_words(part, language) for part in parts_of(activity)),
        "contact": instruction.contact,
        "answer_by": day_in_words(instruction.answer_by, language) if instruction.answer_by else "",
    }


def days(start: date | None, end: date | None, language: str) -> str:
    """From a day to a day, in words."""
    if start is None:
        return ""
    first = day_in_words(start, language)
    if end is None or end == start:
        return first
    last = day_in_words(end, language)
    return f"du {first} au {last}" if language == "fr" else f"{first} to {last}"


def part_words(part: Part, language: str) -> str:
    """One part on one line: how, when, where; hours always with their zone."""
    hour = f", {part.start_time:%H:%M} ({part.zone})" if part.start_time else ""
    where = f", {part.where}" if part.where else ""
    return f"– {say(Word(KINDS[part.kind]), language)}: {days(part.starts, part.ends, language)}{hour}{where}"


def told(instruction: Instruction, activity: Activity, nominee: Nomination, name: str) -> list[tuple[str, str, str]]:
    """Language, subject and body as one person reads them."""
    found = []
    for language, subject, body in instruction.texts:
        known = values(activity, nominee, name, instruction, language)
        found.append((language, filled(subject, known), filled(body, known)))
    return found


def paper_of(instruction: Instruction, activity: Activity, nominee: Nomination, name: str) -> Paper:
    """Joining instructions as a paper for one person, in each language they are written in."""
    texts = told(instruction, activity, nominee, name)
    subjects: Mapping[str, str] = {language: subject for language, subject, _body in texts}
    sections = tuple(
        Section("", say(JOINING, language), tuple(Item("", (Run(paragraph),)) for paragraph in body.split("\n\n") if paragraph))
        for language, _subject, body in texts
    )
    return Paper(
        title_en=subjects.get("en", ""), title_fr=subjects.get("fr", ""), language="en" if "en" in subjects else "fr",
        sections=sections, has_cover=False, footer=f"{activity.number} · {nominee.person.number}",
    )  # fmt: skip
