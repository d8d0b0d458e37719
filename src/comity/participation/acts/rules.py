"""Acts on rules: a version is published once and stays."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.participation.models import Rule
from comity.participation.rules import seal
from comity.trail import acts as trail

TEXTS = ("kind", "title_en", "title_fr", "text_en", "text_fr")


class PublishedOtherwise(Refusal):
    """A published version says one thing for good."""

    message = _("Rule {name} version {version} is published with other words or numbers. Publish a new version.")


@transaction.atomic
def publish(told: Mapping[str, Any], *, by: Actor, at: datetime) -> tuple[Rule, bool]:
    """Publish one version of a rule as its file tells it; telling the same again changes nothing.

    Returns:
        The rule, and whether it is new.
    """
    by.must(Permission.LOAD_PACK)
    name, version, parameters = told["name"], int(told["version"]), told["parameters"]
    texts = {field: str(told[field]).strip() for field in TEXTS}
    known = Rule.objects.filter(name=name, version=version).first()
    if known:
        if known.sha256 != seal(parameters) or any(getattr(known, field) != text for field, text in texts.items()):
            raise PublishedOtherwise(name=name, version=version)
        return known, False
    rule = Rule.objects.create(
        name=name, version=version, parameters=parameters, sha256=seal(parameters), published_at=at, published_by=by.login, **texts
    )
    trail.record("rule.published", rule, by=by, at=at, sha256=rule.sha256)
    return rule, True


@transaction.atomic
def publish_all(folder: Path, *, by: Actor, at: datetime) -> dict[str, int]:
    """Publish the rules of a pack, `rules/*.json`; those that are published already stay.

    Returns:
        How many were created and how many were unchanged.
    """
    found = [publish(json.loads(file.read_text("utf-8")), by=by, at=at)[1] for file in sorted((folder / "rules").glob("*.json"))]
    return {"created": sum(found), "unchanged": len(found) - sum(found)}
