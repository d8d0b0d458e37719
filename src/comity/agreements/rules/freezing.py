"""The frozen form of an agreement: what was agreed, between whom, how; its digest, and what each side signs.

The form is the canonical JSON of the room of drafting: UTF-8, sorted keys, no spaces, normal form C. A file that leaves
the house carries the form, its digest, the digests of its parts (so that whoever finds a difference can say where), and
the signatures with their public keys.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from comity.drafting.rules import AnnexText, ChapterText, Content, canonical, digest_of, numbers_of
from comity.drafting.rules.contents import RESTRICTED

# What is printed before a clause that is not for everybody: part of the paper, whatever language its reader has.
MARKINGS = {"en": {RESTRICTED: "RESTRICTED"}, "fr": {RESTRICTED: "DIFFUSION RESTREINTE"}}
# A text with annexes is of the second version of the form, so that nobody checks it who would not look at them.
FORM, PLAIN, WITH_ANNEXES = "comity-agreement", 1, 2
FACTS = ("form", "form_version", "version", "parties", "endorsement", "agreement")


def frozen(
    content: Mapping[str, Any],
    *,
    version: int,
    parties: Mapping[str, Mapping[str, str]],
    endorsement: Mapping[str, str],
    agreement: Mapping[str, str],
) -> dict[str, Any]:
    """The document that is hashed: the content of a version, the two sides, the endorsement, and how it was agreed."""
    return {
        "form": FORM,
        "form_version": WITH_ANNEXES if content.get("annexes") else PLAIN,
        "text": dict(content),
        "version": version,
        "parties": {side: dict(told) for side, told in parties.items()},
        "endorsement": dict(endorsement),
        "agreement": dict(agreement),
    }


def title_of(named: Content | ChapterText | AnnexText, language: str = "") -> str:
    """A title in the language of the text, or else in the other one."""
    spoken = language or getattr(named, "language", "en")
    return (named.title_fr or named.title_en) if spoken == "fr" else (named.title_en or named.title_fr)


def parts_of(document: Mapping[str, Any]) -> dict[str, str]:
    """The digest of each part by its name: facts, title, the order of chapters, each annex, and each clause as `clause 2.3`."""
    text = document["text"]
    parts = {name: digest_of([document.get(name)]) for name in FACTS}
    parts["title"] = digest_of([text["title"], text["language"]])
    parts["chapters"] = digest_of([[c["key"], c["title"], [clause["key"] for clause in c["clauses"]]] for c in text["chapters"]])
    numbers = numbers_of(Content.of(text))
    clauses = (clause for chapter in text["chapters"] for clause in chapter["clauses"])
    annexes = {f"annex {annex['key']}": digest_of(annex) for annex in text.get("annexes", ())}
    return parts | annexes | {f"clause {numbers[clause['key']]}": digest_of(clause) for clause in clauses}


def signed_statement(digest: str, *, side: str, party: str, name: str, at: str) -> bytes:
    """What one side signs: the digest, with who signs for whom and when."""
    return canonical({"sha256": digest, "side": side, "party": party, "name": name, "at": at})


def as_file(document: Mapping[str, Any], signatures: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """What leaves the house: the document, its digests and its signatures."""
    return {
        "document": dict(document),
        "sha256": digest_of(document),
        "parts": parts_of(document),
        "signatures": [dict(signature) for signature in signatures],
    }


def fingerprint_of(public: bytes) -> str:
    """A key as people compare it: the first half of its digest, in groups of four digits."""
    digits = sha256(public).hexdigest()[:32]
    return " ".join(digits[n : n + 4] for n in range(0, len(digits), 4))
