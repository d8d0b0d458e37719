"""Editions of the menu. The line of states, and that none is skipped, are laws: see the migration."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of


class EditionState(models.TextChoices):
    """Where an edition stands in its year."""

    PLANNED = "planned"
    OPEN_FOR_CONTRIBUTIONS = "open_for_contributions"
    PUBLISHED = "published"
    REQUESTS_OPEN = "requests_open"
    REQUESTS_CLOSED = "requests_closed"
    RUNNING = "running"
    CLOSED = "closed"


LINE: tuple[str, ...] = tuple(EditionState.values)
# States in which the approved part of an edition is public.
ON_OFFER: tuple[str, ...] = LINE[LINE.index(EditionState.PUBLISHED) :]
# The step that leads into each state, and the columns that say when and by whom.
STEPS: dict[str, str] = {
    EditionState.OPEN_FOR_CONTRIBUTIONS: "opened",
    EditionState.PUBLISHED: "published",
    EditionState.REQUESTS_OPEN: "requests_opened",
    EditionState.REQUESTS_CLOSED: "requests_closed",
    EditionState.RUNNING: "started",
    EditionState.CLOSED: "closed",
}


class EditionQuerySet(models.QuerySet["Edition"]):
    """Editions, scoped by reader."""

    def seen_by(self, actor: Actor) -> EditionQuerySet:
        """Staff and contributors see every edition; others those that are published."""
        if actor.may("SEE_EVERYTHING") or actor.may("OFFER_ACTIVITIES"):
            return self
        return self.filter(state__in=ON_OFFER)


def _dated_and_signed(state: str, step: str) -> models.CheckConstraint:
    """The law that a step is dated and signed once the edition has taken it, and not before."""
    taken = Q(**{f"{step}_at__isnull": False}) & ~Q(**{f"{step}_by": ""})
    untouched = Q(**{f"{step}_at__isnull": True, f"{step}_by": ""})
    return models.CheckConstraint(
        name=f"edition_{step}_iff_dated_and_signed",
        condition=iff(Q(state__in=LINE[LINE.index(state) :]), taken) & (taken | untouched),
    )


class Edition(models.Model):
    """The menu of one year: called for, published, asked from, run, closed."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=30, choices=EditionState.choices, default=EditionState.PLANNED)
    zone = models.CharField(max_length=60)
    requests_close_at = models.DateTimeField(null=True, blank=True)
    planned_at = models.DateTimeField()
    planned_by = models.CharField(max_length=150)
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.CharField(max_length=150, blank=True, default="")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=150, blank=True, default="")
    requests_opened_at = models.DateTimeField(null=True, blank=True)
    requests_opened_by = models.CharField(max_length=150, blank=True, default="")
    requests_closed_at = models.DateTimeField(null=True, blank=True)
    requests_closed_by = models.CharField(max_length=150, blank=True, default="")
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.CharField(max_length=150, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True, default="")
    is_demonstration = models.BooleanField(default=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ("-year",)
        constraints = [
            one_of("state", EditionState, "edition_state_is_known"),
            models.CheckConstraint(name="edition_year_is_of_our_time", condition=Q(year__gte=1949, year__lte=2199)),
            models.CheckConstraint(
                name="edition_open_for_requests_has_a_deadline",
                condition=~Q(state__in=LINE[LINE.index("requests_open") :]) | Q(requests_close_at__isnull=False),
            ),
            *(_dated_and_signed(state, step) for state, step in STEPS.items()),
        ]

    def __str__(self) -> str:
        return str(self.year)

    @property
    def timezone(self) -> ZoneInfo:
        """The zone in which the edition's deadline is told."""
        return ZoneInfo(self.zone)

    @property
    def is_on_offer(self) -> bool:
        """Whether the approved part is public."""
        return self.state in ON_OFFER

    def takes_contributions(self) -> bool:
        """Whether activities may be contributed: from the call until requests close; later ones are late additions."""
        return self.state in ("open_for_contributions", "published", "requests_open")

    def takes_requests(self, at: datetime) -> bool:
        """Whether places may be asked for at a moment; the moment of the deadline itself is too late."""
        return self.state == EditionState.REQUESTS_OPEN and self.requests_close_at is not None and at < self.requests_close_at
