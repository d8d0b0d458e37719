"""Requests for places, and the waivers of what stands in their way.

The laws that need another table (no change from the deadline on, the version counts up, nothing is deleted, the objective
is the party's own) are triggers and a foreign key over two columns: see `migrations/laws.sql`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.parties.models import Party, own
from comity.programmes.models import Objective


class RequestState(models.TextChoices):
    """How a request stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class Funding(models.TextChoices):
    """Whether the places are to be paid from the pool: not at all, if it can be, or else not wanted."""

    NONE = "none"
    WANTED = "wanted"
    NEEDED = "needed"


class RequestQuerySet(models.QuerySet["Request"]):
    """Requests, scoped by reader."""

    def seen_by(self, actor: Actor) -> RequestQuerySet:
        """A party reads its own; the staff reads all."""
        return self.filter(own(actor))

    def live(self) -> RequestQuerySet:
        """Requests not withdrawn."""
        return self.exclude(state=RequestState.WITHDRAWN)

    def of_edition(self, year: int) -> RequestQuerySet:
        """Requests for activities of one edition."""
        return self.filter(activity__edition=year)


class Request(models.Model):
    """So many places at one activity for one party; a draft may be as incomplete as it likes."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="requests")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="requests")
    places = models.PositiveSmallIntegerField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    funding = models.CharField(max_length=6, choices=Funding.choices, default=Funding.NONE)
    objective = models.ForeignKey(Objective, null=True, blank=True, on_delete=models.PROTECT, related_name="requests")
    note = models.TextField(blank=True, default="")
    state = models.CharField(max_length=9, choices=RequestState.choices, default=RequestState.DRAFT)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=150)
    # The moment of the newest change, which the law compares with the deadline.
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.CharField(max_length=150, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=150, blank=True, default="")
    # Why the house took it back: the activity was called off, or the party suspended. A party that withdraws says nothing here.
    reason = models.CharField(max_length=600, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    is_demonstration = models.BooleanField(default=False)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = [
            models.Index(fields=["party", "state"], name="requests_by_party"),
            models.Index(fields=["activity", "state"], name="requests_by_activity"),
        ]
        constraints = [
            one_of("state", RequestState, "request_state_is_known"),
            one_of("funding", Funding, "request_funding_is_known"),
            models.UniqueConstraint(fields=["activity", "party"], name="request_lives_once", condition=~Q(state="withdrawn")),
            # What a grant points at: the request together with whose and for what it is.
            models.UniqueConstraint(fields=["id", "activity", "party"], name="request_and_what_it_is_for"),
            models.CheckConstraint(name="request_asks_for_at_least_one_place", condition=Q(places__isnull=True) | Q(places__gte=1)),
            models.CheckConstraint(
                name="request_priority_is_from_one_to_three", condition=Q(priority__isnull=True) | Q(priority__range=(1, 3))
            ),
            models.CheckConstraint(
                name="request_submitted_is_complete",
                condition=~Q(state="submitted") | Q(places__isnull=False, priority__isnull=False),
            ),
            models.CheckConstraint(
                name="request_submitted_iff_dated_and_signed",
                condition=iff(Q(submitted_at__isnull=False), ~Q(submitted_by=""))
                & (~Q(state="submitted") | Q(submitted_at__isnull=False))
                & (~Q(state="draft") | Q(submitted_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="request_withdrawn_iff_dated_and_signed",
                condition=iff(Q(state="withdrawn"), Q(withdrawn_at__isnull=False))
                & iff(Q(withdrawn_at__isnull=False), ~Q(withdrawn_by="")),
            ),
            models.CheckConstraint(
                name="request_taken_back_for_a_reason_is_withdrawn", condition=Q(reason="") | Q(state="withdrawn")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.activity}"

    @property
    def is_complete(self) -> bool:
        """Whether everything a submission needs is filled in."""
        return self.places is not None and self.priority is not None


class Waiver(models.Model):
    """A finding about one request that the staff has waived, with the ground."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="waivers")
    message = models.CharField(max_length=500)
    ground = models.TextField()
    waived_at = models.DateTimeField()
    waived_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "message"], name="waiver_is_given_once"),
            models.CheckConstraint(name="waiver_has_a_ground", condition=~Q(ground="")),
        ]

    def __str__(self) -> str:
        return self.message
