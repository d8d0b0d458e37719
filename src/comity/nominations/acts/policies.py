"""Acts on promotion policies: a version is published once and stays."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.nominations.models import PromotionPolicy
from comity.nominations.rules.reserve import KEYS
from comity.trail import acts as trail

TEXTS = ("title_en", "title_fr", "text_en", "text_fr")


class PolicyPublishedOtherwise(Refusal):
    """A published version says one thing for good."""

    message = _("Policy {name} version {version} is published with other words or numbers. Publish a new version.")


class NoSuchOrder(Refusal):
    """A policy orders by what the program knows."""

    message = _("Policy {name} orders by “{key}”, which is not known.")


@transaction.atomic
def publish(told: Mapping[str, Any], *, by: Actor, at: datetime) -> tuple[PromotionPolicy, bool]:
    """Publish one version of a policy as its file tells it; telling the same again changes nothing.

    Returns:
        The policy, and whether it is new.
    """
    by.must(Permission.LOAD_PACK)
    name, version = str(told["name"]), int(told["version"])
    columns: dict[str, Any] = {column: str(told[column]).strip() for column in TEXTS}
    columns |= {"release_days": int(told["release_days"]), "hold_hours": int(told["hold_hours"]), "order": list(told["order"])}
    for key in columns["order"]:
        if key not in KEYS:
            raise NoSuchOrder(name=name, key=key)
    digest = hashlib.sha256(json.dumps(columns, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    known = PromotionPolicy.objects.filter(name=name, version=version).first()
    if known:
        if known.sha256 != digest:
            raise PolicyPublishedOtherwise(name=name, version=version)
        return known, False
    policy = PromotionPolicy.objects.create(
        name=name, version=version, sha256=digest, published_at=at, published_by=by.login, **columns
    )
    trail.record("policy.published", policy, by=by, at=at, sha256=digest)
    return policy, True


@transaction.atomic
def publish_all(folder: Path, *, by: Actor, at: datetime) -> dict[str, int]:
    """Publish the policies of a pack, `promotion.yaml`; those that are published already stay.

    Returns:
        How many were created and how many were unchanged.
    """
    file = folder / "promotion.yaml"
    told = yaml.safe_load(file.read_text("utf-8")) if file.is_file() else []
    found = [publish(one, by=by, at=at)[1] for one in told]
    return {"created": sum(found), "unchanged": len(found) - sum(found)}
