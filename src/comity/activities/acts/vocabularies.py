"""Acts on vocabularies and on the words of entry: versions are kept as a pack gives them, and again without harm."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from comity.accounts.rules import Permission
from comity.activities.models import EntryGroup, Term, Vocabulary
from comity.kernel.actors import Actor
from comity.trail import acts as trail

Tally = Counter[str]


@transaction.atomic
def keep(name: str, version: str, *, rank: int, source: str, terms: Iterable[Mapping[str, str]], by: Actor) -> Tally:
    """Keep one version of a vocabulary with its terms; terms that are gone from the list stay, since entries may name them."""
    by.must(Permission.LOAD_PACK)
    tally: Tally = Counter()
    vocabulary = _kept(Vocabulary, tally, {"name": name, "version": version}, {"rank": rank, "source": source})
    for term in terms:
        _kept(Term, tally, {"vocabulary": vocabulary, "code": term["code"]}, {"en": term["en"], "fr": term.get("fr", "")})
    if tally["created"] or tally["changed"]:
        trail.record("vocabulary.kept", vocabulary, by=by, created=tally["created"], changed=tally["changed"])
    return tally


@transaction.atomic
def keep_groups(groups: Sequence[Mapping[str, Any]], *, by: Actor) -> Tally:
    """Keep what words of entry mean from which day; each mapping is a token with its meanings in order."""
    by.must(Permission.LOAD_PACK)
    tally: Tally = Counter()
    last = None
    for group in groups:
        for place, meaning in enumerate(group["meanings"]):
            following = group["meanings"][place + 1]["since"] if place + 1 < len(group["meanings"]) else None
            facts = {
                "until_on": _day(following),
                "frameworks": meaning["frameworks"],
                "words": [w.lower() for w in group.get("words", [])],
                "partners_only": group.get("only") == "partners",
                "allies_only": group.get("only") == "allies",
                "en": group["en"],
                "fr": group.get("fr", ""),
            }
            last = _kept(EntryGroup, tally, {"token": group["token"], "since_on": _day(meaning["since"])}, facts)
    if last is not None and (tally["created"] or tally["changed"]):
        trail.record("entry-groups.kept", last, by=by, created=tally["created"], changed=tally["changed"])
    return tally


@transaction.atomic
def load(folder: Path, *, by: Actor) -> Tally:
    """Keep what a pack says of the menu: `vocabularies/*.csv` (version, rank, code, en, fr, source) and `terms.yaml`."""
    tally: Tally = Counter()
    for path in sorted((folder / "vocabularies").glob("*.csv")):
        versions: dict[tuple[str, str, str], list[dict[str, str]]] = {}
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                versions.setdefault((path.stem, row["version"], row["rank"]), []).append(row)
        for (name, version, rank), terms in versions.items():
            tally += keep(name, version, rank=int(rank), source=terms[0]["source"], terms=terms, by=by)
    if (terms_file := folder / "terms.yaml").exists():
        tally += keep_groups(yaml.safe_load(terms_file.read_text(encoding="utf-8"))["groups"], by=by)
    return tally


def _kept(model: Any, tally: Tally, key: dict[str, Any], facts: dict[str, Any]) -> Any:
    """The row of a key, made or brought up to date; counts what happened."""
    row, created = model.objects.get_or_create(**key, defaults=facts)
    before = {name: getattr(row, name) for name in facts}
    if created:
        tally["created"] += 1
    elif before != facts:
        model.objects.filter(pk=row.pk).update(**facts)
        tally["changed"] += 1
    else:
        tally["unchanged"] += 1
    return row


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
