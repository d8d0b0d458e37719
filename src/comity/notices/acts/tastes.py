"""Choosing how to be told."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from comity.accounts.models import User
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotPermitted
from comity.notices.models import DigestHour, Taste
from comity.notices.rules.topics import TOPICS, Way
from comity.trail import acts as trail


@transaction.atomic
def choose(ways: Mapping[str, Way], *, hour: int, by: Actor, at: datetime) -> None:
    """Say how one wants to be told of each topic, and at which hour of the own day the digest comes."""
    if by.is_stranger:
        raise NotPermitted(permission="")
    reader = User.objects.select_for_update().get(login=by.login)
    for topic in TOPICS.keys() & ways.keys():
        Taste.objects.update_or_create(reader=reader, topic=topic, defaults={"way": ways[topic]})
    DigestHour.objects.update_or_create(reader=reader, defaults={"hour": hour})
    trail.record("notices.choices-made", reader, by=by, at=at)
