"""Entries of the trail. The laws (nothing changes, each line knows the one before) are triggers: see the migration."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import Q

from comity.kernel.actors import Actor
from comity.trail import rules

READ_WHOLE_TRAIL = "READ_WHOLE_TRAIL"


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries, scoped by reader."""

    def seen_by(self, actor: Actor) -> EntryQuerySet:
        """The whole trail for those who may read it; for a delegation, what it did and what was done about it."""
        if actor.may(READ_WHOLE_TRAIL):
            return self
        if actor.party is None:
            return self.none()
        return self.filter(Q(party=actor.party) | Q(about_party=actor.party))

    def narrowed(
        self, *, act: str = "", subject: str = "", actor: str = "", since: datetime | None = None, until: datetime | None = None
    ) -> EntryQuerySet:
        """Lines of an act or of all acts on a noun, of a subject by its kind and key or its name, of a person, of a time."""
        found = self
        if act:
            found = found.filter(act=act) if "." in act else found.filter(act__startswith=f"{act}.")
        if subject:
            kind, _, key = subject.rpartition("/")
            found = found.filter(kind=kind, subject=key) if kind else found.filter(Q(subject=subject) | Q(label__icontains=subject))
        if actor:
            found = found.filter(actor=actor.lower())
        if since:
            found = found.filter(at__gte=since)
        return found.filter(at__lt=until) if until else found


class Entry(models.Model):
    """One act: what, on which subject, by whom, for which party, when, with which facts."""

    act = models.CharField(max_length=80)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    label = models.CharField(max_length=300)
    actor = models.CharField(max_length=150)
    actor_name = models.CharField(max_length=300)
    party = models.CharField(max_length=12, blank=True, default="")
    about_party = models.CharField(max_length=12, blank=True, default="")
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, default="", editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["kind", "subject", "-id"], name="trail_by_subject"),
            models.Index(fields=["act", "-id"], name="trail_by_act"),
            models.Index(fields=["actor", "-id"], name="trail_by_actor"),
            models.Index(fields=["at"], name="trail_by_moment"),
            models.Index(fields=["party", "-id"], name="trail_by_party"),
            models.Index(fields=["about_party", "-id"], name="trail_by_about_party"),
        ]

    @property
    def words(self) -> str:
        """What was done, as a message that follows the name of whoever did it."""
        return rules.words_of(self.act)

    @property
    def told(self) -> list[tuple[str, object]]:
        """The facts as pairs of a name, as a message, and a value; what was left open is left out."""
        facts: dict[str, object] = self.facts
        return [(rules.name_of(name), _plain(name, value)) for name, value in facts.items() if value not in (None, "", [], {})]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act} {self.label}"


def _plain(name: str, value: object) -> object:
    """A day where a text is one, names where there are keys, words where there is the key of a word."""
    if isinstance(value, dict):
        return {rules.name_of(part): _plain(part, inner) for part, inner in value.items() if inner}
    if isinstance(value, str) and name in rules.KEYS:
        return value.replace("_", " ")
    return _dated(value) if isinstance(value, str) else value


def _dated(text: str) -> object:
    """The day or the moment with its zone that a text is; any other text is itself."""
    try:
        if len(text) == len("2000-01-01"):
            return date.fromisoformat(text)
        at = datetime.fromisoformat(text) if text[4:5] == "-" and text[13:14] == ":" else None
    except ValueError:
        return text
    return at if at and at.tzinfo else text
