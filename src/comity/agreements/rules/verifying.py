"""Checking a file that left the house, the JSON or the PDF that carries it, without network or database.

What does not fit is named: the part, the clause, the signature. For a PDF the words on its pages are compared with the
document inside, so that a page that was altered shows.
"""

import io
import json
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from comity.agreements.rules import keys
from comity.agreements.rules.freezing import (
    FORM,
    MARKINGS,
    PLAIN,
    WITH_ANNEXES,
    fingerprint_of,
    parts_of,
    signed_statement,
    title_of,
)
from comity.agreements.rules.states import SIDES
from comity.drafting.rules import Content, digest_of, lettered, numbered, row_in_words
from comity.kernel.findings import Bar, Caution, Finding
from comity.kernel.words import Sentence, Word, _

CARRIED = "agreement.json"
MOST_BYTES = 64 * 1024 * 1024
UNREADABLE = _("The file is neither an agreement in JSON nor a PDF that carries one.")
TOO_LARGE = _("The file is too large to be an agreement.")
OTHER_FORM = _("The file is of a form that this program does not know: {form}.")
DIFFERS = _("This part is not what was frozen: {part}.")
CAME = _("This part was not there when the text was frozen: {part}.")
WENT = _("This part was there when the text was frozen and is missing: {part}.")
WHOLE = _("The document does not have the digest that the file names; it has {digest}.")
UNSIGNED = _("There is no signature of {side}.")
TWICE = _("There is more than one signature of {side}.")
FORGED = _("The signature of {side} does not fit the document, the signer and the moment it names.")
OTHER_PARTY = _("The signature of {side} is made for {party}, which is not that side of the agreement.")
STRANGE_KEY = _("The key that signed for {side} is none of those you expect; it has the fingerprint {fingerprint}.")
OTHER_PAGES = _("The pages do not show this part as it was frozen: {part}.")
UNREAD = _("The words of this part run from right to left; the pages cannot be compared with it: {part}.")


@dataclass(frozen=True)
class Verdict:
    """What a file turned out to be: its digest, who signed with which key, and what does not fit."""

    sha256: str
    title: str
    signatures: tuple[Mapping[str, str], ...]
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it."""
        return not any(isinstance(finding, Bar) for finding in self.findings)


def verify(file: bytes, *, expected: Collection[str] = ()) -> Verdict:
    """Check a file.

    Args:
        file: its bytes.
        expected: fingerprints of the keys a reader trusts; without any, the verdict names the keys for comparison.
    """
    if len(file) > MOST_BYTES:
        return Verdict("", "", (), (Bar(Sentence(TOO_LARGE)),))
    pages: list[str] | None = None
    try:
        if file.startswith(b"%PDF"):
            carried, pages = _opened(file)
        else:
            carried = file
        told = json.loads(carried)
        document = told["document"]
        wanted = WITH_ANNEXES if document["text"].get("annexes") else PLAIN
        if (document["form"], document["form_version"]) != (FORM, wanted):
            return Verdict("", "", (), (_bar(OTHER_FORM, form=f"{document['form']} {document['form_version']}"),))
        findings = [*_in_parts(told), *_signatures(told, {_digits(print_) for print_ in expected})]
        if pages is not None:
            findings += _on_pages(document, pages)
        title = document["text"]["title"]
        signatures = tuple(_signer(signature) for signature in told["signatures"])
        return Verdict(digest_of(document), title["en"] or title["fr"], signatures, tuple(findings))
    except (ValueError, KeyError, TypeError, AttributeError, LookupError, RecursionError):
        return Verdict("", "", (), (Bar(Sentence(UNREADABLE)),))


def _bar(message: str, **facts: object) -> Bar:
    return Bar(Sentence(message, facts))


def _in_parts(told: Mapping[str, Any]) -> Iterator[Finding]:
    """Where the document is not the one that was frozen."""
    had, has = told["parts"], parts_of(told["document"])
    for part in sorted({*had, *has}):
        if part not in has:
            yield _bar(WENT, part=part)
        elif part not in had:
            yield _bar(CAME, part=part)
        elif had[part] != has[part]:
            yield _bar(DIFFERS, part=part)
    if (digest := digest_of(told["document"])) != told["sha256"]:
        yield _bar(WHOLE, digest=digest)


def _signatures(told: Mapping[str, Any], expected: Collection[str]) -> Iterator[Finding]:
    digest = digest_of(told["document"])
    for side, words in SIDES.items():
        made = [signature for signature in told["signatures"] if signature["side"] == side]
        if len(made) != 1:
            yield _bar(TWICE if made else UNSIGNED, side=Word(words))
            continue
        [signature] = made
        if signature["party"] != told["document"]["parties"][side]["code"]:
            yield _bar(OTHER_PARTY, side=Word(words), party=signature["party"])
        statement = signed_statement(digest, side=side, party=signature["party"], name=signature["name"], at=signature["at"])
        public = bytes.fromhex(signature["public_key"])
        if not keys.fits(statement, signature=bytes.fromhex(signature["signature"]), public=public):
            yield _bar(FORGED, side=Word(words))
        if expected and _digits(fingerprint_of(public)) not in expected:
            yield _bar(STRANGE_KEY, side=Word(words), fingerprint=fingerprint_of(public))


def _signer(signature: Mapping[str, str]) -> dict[str, str]:
    told = {name: str(signature[name]) for name in ("side", "party", "name", "at")}
    return told | {"fingerprint": fingerprint_of(bytes.fromhex(signature["public_key"]))}


def _digits(fingerprint: str) -> str:
    return re.sub(r"[^0-9a-f]", "", fingerprint.lower())


def _opened(file: bytes) -> tuple[bytes, list[str]]:
    """The document that a PDF carries, and the words of its pages.

    Raises:
        KeyError: it carries none.
        ValueError: it is no PDF that can be read.
    """
    pypdf = import_module("pypdf")  # needed by those who check a PDF, not by every process that serves pages
    try:
        reader = pypdf.PdfReader(io.BytesIO(file))
        carried = reader.attachments[CARRIED]
        return carried[0], [page.extract_text() for page in reader.pages]
    except pypdf.errors.PyPdfError as fault:
        raise ValueError(str(fault)) from fault


def _on_pages(document: Mapping[str, Any], pages: Sequence[str]) -> Iterator[Finding]:
    """What the pages show otherwise: chapters and clauses stand on them one after another, with nothing between them."""
    shown, place, loose = "".join(_letters(page) for page in map(_body, pages[1:])), 0, False
    if _letters(title_of(Content.of(document["text"]))) not in _letters(pages[0]):
        yield _bar(OTHER_PAGES, part="title")
    for part, words in _expected(document):
        if _runs_leftwards(words):
            yield Caution(Sentence(UNREAD, {"part": part}))
            loose = True
            continue
        letters = _letters(words)
        found = shown.find(letters, place)
        if found < 0 or (found > place and not loose):
            yield _bar(OTHER_PAGES, part=part)
        place, loose = (place, True) if found < 0 else (found + len(letters), False)


def _expected(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What stands on the pages, in order, each with the name of its part."""
    content = Content.of(document["text"])
    for number, chapter, clauses in numbered(content):
        yield f"chapter {number}", f"{number} {title_of(chapter, content.language)}"
        for at, clause in clauses:
            yield f"clause {at}", f"{at} {MARKINGS[content.language].get(clause.marking, '')} {clause.words}"
    for letter, annex, rows in lettered(content):
        yield f"annex {annex.key}", f"{letter} {title_of(annex, content.language)} {letter} {row_in_words(annex.head)}"
        for at, row in rows:
            yield f"annex {annex.key}, {at}", f"{at} {row_in_words(row)}"


def _body(page: str) -> str:
    """A page without its first and its last line, which are its head and its foot."""
    return "\n".join(page.split("\n")[1:-1])


def _letters(text: str) -> str:
    """The letters and digits of a text alone: how lines are broken is no difference."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def _runs_leftwards(text: str) -> bool:
    return any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)
