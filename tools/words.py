"""Collect every message of the house and bring the French catalogue up to date; `--check` only says what is missing.

Messages stand in Python (`_`, `gettext`, `ngettext`), in our Jinja2 pages, and in the few Django templates around the
pages of the sign-in library.
"""

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src"
FRENCH = SOURCES / "comity" / "locale" / "fr" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
JINJA = {
    "extensions": "jinja2.ext.i18n,jinja2.ext.loopcontrols",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
}


def messages() -> Catalog:
    """Every message with the places where it stands."""
    catalogue = Catalog(project="Comity", charset="utf-8", fuzzy=False)
    for file in sorted([*SOURCES.rglob("*.py"), *SOURCES.rglob("templates/**/*.html"), *SOURCES.rglob("django_templates/**/*.*")]):
        place = str(file.relative_to(ROOT))
        for _line, message, context in _of_file(file):
            catalogue.add(message, None, locations=[(place, None)], context=context)  # type: ignore[list-item]
    return catalogue


def _of_file(file: Path) -> Iterator[tuple[int, object, str | None]]:
    text = file.read_bytes()
    if file.suffix == ".py":
        # What was not found is named by a word, and the word is said in the reader's language.
        yield from ((0, word, None) for word in re.findall(r'NotFound\(what="([^"{}]+)"\)', text.decode()))
        found = extract(extract_python, io.BytesIO(text), KEYWORDS, options={"encoding": "utf-8"})
    elif "django_templates" in file.parts:
        source = re.sub(r"[ \t]+\n", "\n", templatize(text.decode(), origin=str(file)))
        found = extract(extract_python, io.BytesIO(source.encode()), KEYWORDS, options={"encoding": "utf-8"})
    else:
        found = extract(babel_extract, io.BytesIO(text), KEYWORDS, options=JINJA)
    for line, message, _comments, context in found:
        if message and message != "":
            yield line, message, context


def french() -> Catalog:
    """The French catalogue as it stands."""
    if not FRENCH.exists():
        return Catalog(locale="fr", project="Comity", charset="utf-8", fuzzy=False)
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr")


def missing() -> list[str]:
    """Messages that have no French yet."""
    have = french()
    return [str(m.id) for m in messages() if m.id and not _is_translated(have.get(_first(m.id), m.context))]


def _first(identity: object) -> str:
    return identity[0] if isinstance(identity, tuple | list) else str(identity)


def _is_translated(message: object) -> bool:
    text = getattr(message, "string", "")
    return bool(text) and (all(text) if isinstance(text, tuple | list) else True) and not getattr(message, "fuzzy", False)


def bring_up_to_date() -> int:
    """Write the French catalogue with every message of today, keeping its translations; how many are missing."""
    catalogue = french()
    catalogue.update(messages(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    FRENCH.parent.mkdir(parents=True, exist_ok=True)
    with FRENCH.open("wb") as file:
        write_po(file, catalogue, width=120, no_location=True, sort_output=True, omit_header=False)
    return len(missing())


if __name__ == "__main__":
    if not settings.configured:
        settings.configure(USE_I18N=True)
    if "--check" in sys.argv:
        lacking = missing()
        print("\n".join(lacking) or "French is complete.")
        sys.exit(1 if lacking else 0)
    print(f"{bring_up_to_date()} messages without French")
