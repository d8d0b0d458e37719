"""Surveys are published with a pack: a version once and for good."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from comity.accounts.rules import Permission
from comity.feedback.models import Survey
from comity.feedback.rules import KINDS
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.trail import acts as trail


class SurveyPublishedOtherwise(Refusal):
    """A published version asks one thing for good."""

    message = _("Survey {key} version {version} is published with other questions. Publish a new version.")


class SurveyIsFaulty(Refusal):
    """A question has a key of its own, a kind and words in both languages."""

    message = _("Question {number} of survey {key} needs a key of its own, a kind that is known, and words in both languages.")


@transaction.atomic
def publish(told: Mapping[str, Any], *, by: Actor, at: datetime) -> tuple[Survey, bool]:
    """Publish one version of a survey as its file tells it; telling the same again changes nothing.

    Returns:
        The survey, and whether it is new.
    """
    by.must(Permission.LOAD_PACK)
    key, version, questions = told["key"], int(told["version"]), list(told["questions"])
    _must_be_sound(key, questions)
    seal = sha256(json.dumps([told["title"], questions], sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    known = Survey.objects.filter(key=key, version=version).first()
    if known:
        if known.sha256 != seal:
            raise SurveyPublishedOtherwise(key=key, version=version)
        return known, False
    title = {"title_en": told["title"]["en"], "title_fr": told["title"].get("fr", "")}
    made = Survey.objects.create(
        key=key, version=version, questions=questions, sha256=seal, published_at=at, published_by=by.login, **title
    )
    trail.record("survey.published", made, by=by, at=at, version=version, sha256=seal)
    return made, True


@transaction.atomic
def publish_all(folder: Path, *, by: Actor, at: datetime) -> dict[str, int]:
    """Publish the survey of a pack, `survey.yaml`, where it has one; what is published already stays."""
    file = folder / "survey.yaml"
    if not file.is_file():
        return {}
    is_new = publish(yaml.safe_load(file.read_text("utf-8")), by=by, at=at)[1]
    return {"created": int(is_new), "unchanged": int(not is_new)}


def _must_be_sound(key: str, questions: list[Mapping[str, Any]]) -> None:
    seen: set[str] = set()
    for number, row in enumerate(questions, 1):
        said = all(row.get(word) for word in ("key", "en", "fr"))
        if not said or row.get("kind") not in KINDS or row["key"] in seen:
            raise SurveyIsFaulty(key=key, number=number)
        seen.add(row["key"])
