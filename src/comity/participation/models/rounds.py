"""Rules, the limits they work under, rounds and their lines.

A published rule never changes, a round goes only forward and is never published before its deadline: triggers in
`migrations/laws.sql`.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from comity.accounts.rules import Permission
from comity.activities.models import Edition
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.kernel.words import Name
from comity.participation.models.requests import Request
from comity.parties.models import Party


class RuleKind(models.TextChoices):
    """How a rule shares: by total value, by raising the worst-off party first, or by order of hearing."""

    WEIGHTED = "weighted"
    MAX_MIN = "max-min"
    PRECEDENCE = "precedence"


class Rule(models.Model):
    """One version of a rule: what people read, and the parameters the sharing obeys."""

    name = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=RuleKind.choices)
    title_en = models.CharField(max_length=200)
    title_fr = models.CharField(max_length=200)
    text_en = models.TextField()
    text_fr = models.TextField()
    parameters = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=150)

    class Meta:
        ordering = ("name", "-version")
        constraints = [
            one_of("kind", RuleKind, "rule_kind_is_known"),
            models.UniqueConstraint(fields=["name", "version"], name="rule_versions_are_published_once"),
            models.CheckConstraint(name="rule_has_its_text_in_both_languages", condition=~Q(text_en="") & ~Q(text_fr="")),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def title(self) -> Name:
        """The title in both languages."""
        return Name(self.title_en, self.title_fr)

    @property
    def text(self) -> Name:
        """The published text in both languages."""
        return Name(self.text_en, self.text_fr)


class Pool(models.Model):
    """Money of one edition from which places of the activities that name it are paid; whole euros."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="pools")
    code = models.CharField(max_length=40)
    name_en = models.CharField(max_length=200)
    name_fr = models.CharField(max_length=200, blank=True, default="")
    budget = models.BigIntegerField()

    class Meta:
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="pool_codes_are_unique_in_an_edition"),
            models.CheckConstraint(name="pool_budgets_are_not_negative", condition=Q(budget__gte=0)),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> Name:
        """The name in both languages."""
        return Name(self.name_en, self.name_fr)


class Cap(models.Model):
    """What one party may hold in one edition: places in all, people away in one week. `held` is kept by a trigger."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="caps")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="caps")
    places_cap = models.PositiveIntegerField(null=True, blank=True)
    away_cap = models.PositiveIntegerField(null=True, blank=True)
    held = models.IntegerField(default=0)

    class Meta:
        ordering = ("party",)
        constraints = [
            models.UniqueConstraint(fields=["edition", "party"], name="cap_is_set_once_for_a_party"),
            models.CheckConstraint(
                name="party_never_holds_more_than_its_cap",
                condition=Q(held__gte=0) & (Q(places_cap__isnull=True) | Q(held__lte=F("places_cap"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.edition_id}"


class RoundState(models.TextChoices):
    """How a round stands. While it is being drawn up it stands as ordered: see its progress."""

    ORDERED = "ordered"
    DRAWN_UP = "drawn_up"
    PUBLISHED = "published"
    SET_ASIDE = "set_aside"
    FAILED = "failed"


class RoundQuerySet(models.QuerySet["Round"]):
    """Rounds, scoped by reader."""

    def seen_by(self, actor: Actor) -> RoundQuerySet:
        """Those who prepare rounds see all; whoever sits in a delegation sees the published ones."""
        if actor.may(Permission.SEE_ROUNDS):
            return self
        return self.filter(state=RoundState.PUBLISHED) if actor.party else self.none()


DRAWN = Q(state__in=["drawn_up", "published"])


class Round(models.Model):
    """One sharing-out of the places of an edition under one rule and one seed."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="rounds")
    seed = models.BigIntegerField()
    simulation = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=RoundState.choices, default=RoundState.ORDERED)
    ordered_at = models.DateTimeField()
    ordered_by = models.CharField(max_length=150)
    drawn_up_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=150, blank=True, default="")
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_by = models.CharField(max_length=150, blank=True, default="")
    fault = models.TextField(blank=True, default="")
    input_sha256 = models.CharField(max_length=64, blank=True, default="")
    output_sha256 = models.CharField(max_length=64, blank=True, default="")
    value = models.BigIntegerField(null=True, blank=True)
    bound = models.BigIntegerField(null=True, blank=True)
    gap_percent = models.FloatField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    fairness = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    cancelled = models.JSONField(default=list, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ("-edition", "-number")
        constraints = [
            one_of("state", RoundState, "round_state_is_known"),
            models.UniqueConstraint(fields=["edition", "number"], name="round_numbers_are_used_once"),
            models.UniqueConstraint(
                fields=["edition"], name="round_is_published_once_in_an_edition", condition=Q(state="published")
            ),
            models.CheckConstraint(
                name="round_of_a_simulation_is_never_published", condition=Q(simulation=False) | ~Q(state="published")
            ),
            models.CheckConstraint(
                name="round_drawn_up_iff_it_has_a_result",
                condition=iff(
                    Q(drawn_up_at__isnull=False),
                    Q(value__isnull=False, bound__isnull=False, gap_percent__isnull=False)
                    & ~Q(input_sha256="")
                    & ~Q(output_sha256=""),
                )
                & (~DRAWN | Q(drawn_up_at__isnull=False))
                & (~Q(state__in=["ordered", "failed"]) | Q(drawn_up_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="round_published_iff_dated_and_signed",
                condition=iff(Q(state="published"), Q(published_at__isnull=False))
                & iff(Q(published_at__isnull=False), ~Q(published_by="")),
            ),
            models.CheckConstraint(
                name="round_set_aside_iff_dated_and_signed",
                condition=iff(Q(state="set_aside"), Q(set_aside_at__isnull=False))
                & iff(Q(set_aside_at__isnull=False), ~Q(set_aside_by="")),
            ),
            models.CheckConstraint(name="round_failed_iff_the_fault_is_told", condition=iff(Q(state="failed"), ~Q(fault=""))),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} round {self.number}"

    @property
    def is_drawn_up(self) -> bool:
        """Whether there is a result to look at."""
        return self.drawn_up_at is not None

    @property
    def awaits_result(self) -> bool:
        """Whether it may still be drawn up: ordered, or failed on the last attempt."""
        return self.state in (RoundState.ORDERED, RoundState.FAILED)


class Progress(models.Model):
    """How far the drawing up of a round is; written beside its transaction, so that others can watch."""

    round = models.OneToOneField(Round, on_delete=models.CASCADE, primary_key=True, related_name="progress")
    share = models.FloatField(default=0)
    stage = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        verbose_name_plural = "progress"

    def __str__(self) -> str:
        return f"{self.stage} {self.share:.0%}"


class Input(models.Model):
    """What was put to the core for a round, packed, so that it can be replayed to the byte."""

    round = models.OneToOneField(Round, on_delete=models.CASCADE, primary_key=True, related_name="input")
    packed = models.BinaryField()

    def __str__(self) -> str:
        return f"input of {self.round_id}"


class LineQuerySet(models.QuerySet["Line"]):
    """Lines, scoped by reader."""

    def seen_by(self, actor: Actor) -> LineQuerySet:
        """Those who prepare rounds see all; a party sees its own once the round is published."""
        if actor.may(Permission.SEE_ROUNDS):
            return self
        if actor.party is None:
            return self.none()
        return self.filter(request__party=actor.party, round__state=RoundState.PUBLISHED)


class Line(models.Model):
    """What one request got in one round, why, and what would have changed it; the words are kept as messages."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="lines")
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="lines")
    funded = models.PositiveSmallIntegerField(default=0)
    self_paid = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=12)
    causes = ArrayField(models.CharField(max_length=40), default=list)
    # Pairs of message and facts, said in the reader's language when read.
    reasons = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    would_change = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["round", "outcome"], name="lines_by_outcome")]
        constraints = [
            models.UniqueConstraint(fields=["round", "request"], name="line_answers_a_request_once"),
            models.CheckConstraint(
                name="line_outcome_is_known",
                condition=Q(outcome__in=["granted", "part", "self_paid", "not_granted", "cancelled", "not_eligible"]),
            ),
            models.CheckConstraint(
                name="line_without_a_place_holds_none",
                condition=iff(Q(outcome__in=["granted", "part", "self_paid"]), Q(funded__gt=0) | Q(self_paid__gt=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.granted}"

    @property
    def granted(self) -> int:
        """Places in all."""
        return self.funded + self.self_paid
