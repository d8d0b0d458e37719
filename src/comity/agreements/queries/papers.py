"""Agreements on paper: what is printed, and the file that proves it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext, override

from comity.agreements.models import Agreement, Print, Signature
from comity.agreements.rules import HOW, SIDES, as_file
from comity.agreements.rules.freezing import MARKINGS, title_of
from comity.agreements.rules.verifying import CARRIED
from comity.drafting import queries as drafting
from comity.drafting.models import Version
from comity.drafting.rules import Content, annexes_as_chapters, canonical, compare, digest_of, lettered, numbered, row_in_words
from comity.drafting.rules.comparing import ADDED, CHANGED, REMOVED, SAME, Cell, Row
from comity.drafting.rules.contents import RESTRICTED
from comity.exchange.papers import Attachment, Change, Item, Paper, Run, Section
from comity.exchange.papers import Signature as Signed
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.kernel.words import day_in_words

# A paper of more clauses is set by a job.
LONG = 150
CHANGES: dict[str, Change] = {SAME: "", ADDED: "ins", REMOVED: "del"}


def file_of(agreement: Agreement, *, seen_by: Actor) -> dict[str, Any]:
    """What leaves the house about something agreed: the frozen document, its digests and the signatures there are."""
    assert agreement.frozen is not None
    made = Signature.objects.filter(agreement__in=Agreement.objects.seen_by(seen_by).filter(pk=agreement.pk)).select_related("key")
    return as_file(agreement.frozen, [_signature(signature) for signature in made.order_by("side")])


def _signature(signature: Signature) -> dict[str, str]:
    return {
        "side": signature.side,
        "party": signature.party_id,
        "name": signature.name,
        "at": signature.signed_at.isoformat(),
        "public_key": bytes(signature.key.public).hex(),
        "signature": bytes(signature.signature).hex(),
    }


def paper_of(agreement: Agreement, *, seen_by: Actor) -> tuple[Paper, list[Attachment]]:
    """An agreement as a paper in the language of its text; what is agreed carries the file that proves it."""
    content = Content.of(agreement.frozen["text"] if agreement.frozen else agreement.version.content)
    told = file_of(agreement, seen_by=seen_by) if agreement.is_agreed else None
    with override(content.language):
        paper = Paper(
            title_en=content.title_en,
            title_fr=content.title_fr,
            subtitles=tuple(_facts(agreement, content.language)),
            marking=_marking(content),
            language=content.language,
            sections=tuple(_sections(content)),
            signatures=tuple(_signed(told["signatures"])) if told else (),
            footer=f"SHA-256 {agreement.sha256}" if agreement.sha256 else gettext("Not agreed"),
        )
    carried = [Attachment(CARRIED, canonical(told), words="Agreement, signatures and keys")] if told else []
    return paper, carried


def key_of(agreement: Agreement, *, seen_by: Actor) -> str:
    """What tells one state of the paper of an agreement from another."""
    signed = Signature.objects.filter(agreement__in=Agreement.objects.seen_by(seen_by).filter(pk=agreement.pk))
    return digest_of([agreement.state, agreement.sha256, sorted(signed.values_list("side", flat=True))])


def is_long(agreement: Agreement) -> bool:
    """Whether its paper takes so long to set that nobody should wait for it."""
    content = agreement.version.content
    rows = sum(len(annex["rows"]) for annex in content.get("annexes", ()))
    return rows + sum(len(chapter["clauses"]) for chapter in content["chapters"]) > LONG


def found_print(agreement: Agreement, *, seen_by: Actor) -> Print | None:
    """The print of an agreement as it stands, ordered or made."""
    return Print.objects.seen_by(seen_by).filter(agreement=agreement, key=key_of(agreement, seen_by=seen_by)).first()


def print_of(pk: int, *, seen_by: Actor) -> Print:
    """One print.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return Print.objects.seen_by(seen_by).get(pk=pk)
    except Print.DoesNotExist:
        raise NotFound(what="paper") from None


def _facts(agreement: Agreement, language: str) -> Iterable[str]:
    """The lines of the title page."""
    yield gettext("Between {party} and {organisation}").format(
        party=agreement.party.name.said(gettext, language), organisation=_organisation(agreement, language)
    )
    yield gettext("Version {number}").format(number=agreement.version.number)
    if agreement.endorsed_at:
        on = day_in_words(agreement.endorsed_on, language)
        yield gettext("Endorsed by {body}, {on}").format(body=agreement.endorsing_body, on=on)
    if agreement.agreed_at:
        on = day_in_words(agreement.agreed_at.date(), language)
        how = gettext(HOW[agreement.how])
        yield gettext("Agreed {how} on {on}").format(how=how, on=on)
        if agreement.council_body:
            yield f"{agreement.council_body}, {day_in_words(agreement.council_on, language)}, {agreement.council_reference}"
        yield f"SHA-256 {agreement.sha256}"
    else:
        yield gettext("Not agreed")


def _organisation(agreement: Agreement, language: str) -> str:
    told = (agreement.frozen or {}).get("parties", {}).get("organisation")
    if not told:
        return gettext(SIDES["organisation"])
    return str(told["fr"] or told["en"]) if language == "fr" else str(told["en"])


def _marking(content: Content) -> str:
    """The marking of the paper is the strictest of its clauses; an annex is not for everybody."""
    if content.annexes:
        return MARKINGS[content.language][RESTRICTED]
    return next((MARKINGS[content.language][c.marking] for c in content.clauses if c.marking in MARKINGS[content.language]), "")


def _sections(content: Content) -> Iterable[Section]:
    for number, chapter, clauses in numbered(content):
        items = tuple(Item(at, (Run(clause.words),), MARKINGS[content.language].get(clause.marking, "")) for at, clause in clauses)
        yield Section(number, title_of(chapter, content.language), items)
    for letter, annex, rows in lettered(content):
        lines = [(letter, row_in_words(annex.head)), *((at, row_in_words(row)) for at, row in rows)]
        yield Section(letter, title_of(annex, content.language), tuple(Item(at, (Run(words),)) for at, words in lines))


def _signed(signatures: Iterable[Mapping[str, str]]) -> Iterable[Signed]:
    """The signatures as they are printed; long numbers in groups, so that they break at the end of a line."""
    for signature in signatures:
        lines = (f"Ed25519 {_grouped(signature['public_key'])}", _grouped(signature["signature"]))
        side = f"{gettext(SIDES[signature['side']])[:1].upper()}{gettext(SIDES[signature['side']])[1:]} ({signature['party']})"
        yield Signed(side, signature["name"], signature["at"].replace("T", " ").replace("+00:00", " UTC"), lines)


def _grouped(digits: str) -> str:
    return " ".join(digits[n : n + 8] for n in range(0, len(digits), 8))


def versions_beside(agreement: Agreement, *, seen_by: Actor) -> list[Version]:
    """Other versions of the same text that the reader may see, newest first, to compare with."""
    found = drafting.versions(agreement.text, seen_by=seen_by).exclude(pk=agreement.version_id)
    return list(found.defer("content")[:20])


def comparison_of(former: Version, latter: Version, *, seen_by: Actor) -> Paper:
    """Two versions on one paper, word by word, cut for their reader."""
    one, other = (drafting.visible(version.read, seen_by, version) for version in (former, latter))
    with override(other.language):
        changed = gettext("Version {former} compared with version {latter}").format(former=former.number, latter=latter.number)
    chapters = compare(one, other).chapters
    had, has = ({chapter.key for chapter in annexes_as_chapters(content).chapters} for content in (one, other))
    letters = {annex.place: letter for letter, annex, _rows in lettered(other)}
    sections, number = [], 0
    for chapter, rows in chapters:
        number += chapter.key in has
        change: Change = "" if chapter.key in had & has else "ins" if chapter.key in has else "del"
        shown = letters.get(chapter.key) or (str(number) if chapter.key in has else "")
        items = tuple(map(_compared, rows))
        sections.append(Section(shown, title_of(chapter, other.language), items, change=change))
    return Paper(
        other.title_en, other.title_fr, (changed,), _marking(other), other.language, tuple(sections), footer=changed
    )  # fmt: skip


def _compared(row: Row) -> Item:
    cell: Cell = row.cells[-1]
    if cell.kind in (CHANGED, ADDED, REMOVED):
        runs = tuple(Run(piece.text, CHANGES[piece.kind]) for piece in cell.pieces)
    else:
        runs = tuple(Run(piece.text) for piece in cell.pieces)
    return Item(cell.number or row.cells[0].number, runs)
