"""People a party knows, what is sealed of them, and their way to a seat.

Who may open an identity is decided in one place: `IdentityQuerySet.seen_by`. The laws that need another table (seats
held never pass the grants, a team goes together, steps and readings never change) are triggers: see `laws.sql`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from comity.accounts.rules import Permission
from comity.activities.models import Activity, run_by
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.kernel.words import Name
from comity.participation.models import Request
from comity.parties.models import Party, own


class Rank(models.TextChoices):
    """The band of a rank by STANAG 2116, or a civilian."""

    OR_1_4 = "OR-1-4"
    OR_5_9 = "OR-5-9"
    WO = "WO"
    OF_1 = "OF-1"
    OF_2 = "OF-2"
    OF_3 = "OF-3"
    OF_4 = "OF-4"
    OF_5 = "OF-5"
    GENERAL = "OF-6-10"
    CIVILIAN = "CIV"


class Gender(models.TextChoices):
    """For figures only, and only where it was said."""

    UNSAID = ""
    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"


class Clearance(models.TextChoices):
    """The level up to which a person is cleared."""

    NONE = ""
    RESTRICTED = "restricted"
    CONFIDENTIAL = "confidential"
    SECRET = "secret"  # noqa: S105 - a level of clearance, not a password
    TOP_SECRET = "top_secret"  # noqa: S105 - the same


class PersonQuerySet(models.QuerySet["Person"]):
    """People, scoped by reader."""

    def seen_by(self, actor: Actor) -> PersonQuerySet:
        """A party reads its own people; a provider those who hold a seat at its activities; others nobody."""
        if not actor.party:
            return self.none()
        return self.filter(Q(party=actor.party) | Q(pk__in=Nomination.objects.at_activities_of(actor).values("person")))


class Person(models.Model):
    """Somebody a party may send, known by number; what names them is sealed in the identity."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="people")
    number = models.CharField(max_length=24, unique=True)
    rank = models.CharField(max_length=8, choices=Rank.choices)
    gender = models.CharField(max_length=5, choices=Gender.choices, blank=True, default="")
    # Listening, speaking, reading, writing under STANAG 6001, as four digits 0-5, or nothing.
    english = models.CharField(max_length=4, blank=True, default="")
    french = models.CharField(max_length=4, blank=True, default="")
    clearance = models.CharField(max_length=12, choices=Clearance.choices, blank=True, default="")
    cleared_until = models.DateField(null=True, blank=True)
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=150)
    erased_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    is_demonstration = models.BooleanField(default=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "people"
        ordering = ("number",)
        indexes = [models.Index(fields=["party", "number"], name="people_by_party")]
        constraints = [
            one_of("rank", Rank, "person_rank_is_known"),
            one_of("gender", Gender, "person_gender_is_known"),
            one_of("clearance", Clearance, "person_clearance_is_known"),
            models.UniqueConstraint(fields=["id", "party"], name="person_and_whose_they_are"),
            models.CheckConstraint(name="person_english_is_four_levels", condition=Q(english="") | Q(english__regex=r"^[0-5]{4}$")),
            models.CheckConstraint(name="person_french_is_four_levels", condition=Q(french="") | Q(french__regex=r"^[0-5]{4}$")),
            models.CheckConstraint(
                name="person_cleared_until_a_day_only_if_cleared", condition=Q(cleared_until__isnull=True) | ~Q(clearance="")
            ),
        ]

    def __str__(self) -> str:
        return self.number


class IdentityQuerySet(models.QuerySet["Identity"]):
    """Identities: the one place that decides who may open a box."""

    def seen_by(self, actor: Actor) -> IdentityQuerySet:
        """A delegation's own, for those who nominate; a provider's, of people put forward for its own activities.

        Nobody else, whatever their permissions; least of all whoever keeps accounts and could be anybody.
        """
        if not actor.party or actor.may(Permission.MANAGE_ACCOUNTS):
            return self.none()
        nominates = actor.may(Permission.NOMINATE_PEOPLE) or actor.may(Permission.ENDORSE_NOMINATIONS)
        told = Q(person__in=Nomination.objects.at_activities_of(actor).order_by().values("person"))
        return self.filter(Q(person__party=actor.party) | told if nominates else told)


class Identity(models.Model):
    """The sealed box with what names a person; to erase somebody is to delete it."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="identity")
    box = models.BinaryField()
    sealed_at = models.DateTimeField()

    objects = IdentityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "identities"

    def __str__(self) -> str:
        return f"identity of {self.person_id}"


class NominationState(models.TextChoices):
    """How far a nomination has come."""

    COLLECTED = "collected"
    ENDORSED = "endorsed"
    PUT_FORWARD = "put_forward"
    ACCEPTED = "accepted"
    RESERVE = "reserve"
    OFFERED = "offered"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


# A seat is taken for these, and their names are open to the provider.
HOLDING = (NominationState.PUT_FORWARD, NominationState.ACCEPTED, NominationState.OFFERED)
ENDED = (NominationState.DECLINED, NominationState.LAPSED, NominationState.WITHDRAWN)
# Those the provider hears of: a seat is held, or was held and was answered.
TOLD = (NominationState.PUT_FORWARD, NominationState.ACCEPTED)


def _at_activities_of(actor: Actor) -> Q:
    return Q(run_by(actor, "activity"), state__in=TOLD)


class NominationQuerySet(models.QuerySet["Nomination"]):
    """Nominations, scoped by reader."""

    def seen_by(self, actor: Actor) -> NominationQuerySet:
        """A party reads its own, a provider those put forward for its activities, the staff all (but no names)."""
        if actor.may("SEE_EVERYTHING"):
            return self
        return self.filter(own(actor) | _at_activities_of(actor))

    def parts_seen_by(self, actor: Actor) -> tuple[NominationQuerySet, ...]:
        """The rows of `seen_by` in parts that share none: the database finds each by an index of its own."""
        if actor.may("SEE_EVERYTHING"):
            return (self,)
        return self.filter(own(actor)), self.filter(_at_activities_of(actor)).exclude(own(actor))

    def at_activities_of(self, actor: Actor) -> NominationQuerySet:
        """Those for which a seat is held at activities that the actor's party runs."""
        return self.filter(_at_activities_of(actor))

    def slim(self, *more: str) -> Any:
        """Rows with only the columns that a list to take away shows, by name, for many at once."""
        own = ("pk", "person", "party", "choice", "team", "state", "activity__number", "activity__title", "activity__first_day")
        person = ("number", "rank", "gender", "english", "french", "clearance", "cleared_until")
        return self.select_related(None).values_list(*own, *(f"person__{column}" for column in person), *more, named=True)

    def live(self) -> NominationQuerySet:
        """Without those that ended."""
        return self.exclude(state__in=ENDED)

    def holding(self) -> NominationQuerySet:
        """Those for which a seat is held."""
        return self.filter(state__in=HOLDING)


class Nomination(models.Model):
    """One person on the way to a seat at one activity."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="nominations")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="nominations")
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="nominations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="nominations")
    # The party's own order of choice, 1 first; people of one team go together or not at all.
    choice = models.PositiveSmallIntegerField(default=1)
    team = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=12, choices=NominationState.choices, default=NominationState.COLLECTED)
    collected_at = models.DateTimeField()
    collected_by = models.CharField(max_length=150)
    endorsed_at = models.DateTimeField(null=True, blank=True)
    endorsed_by = models.CharField(max_length=150, blank=True, default="")
    put_forward_at = models.DateTimeField(null=True, blank=True)
    put_forward_by = models.CharField(max_length=150, blank=True, default="")
    # Since when it waits on the reserve list, and until when an offered seat is held for it.
    waits_since = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=150, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=150, blank=True, default="")
    reason = models.CharField(max_length=600, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    is_demonstration = models.BooleanField(default=False)

    objects = NominationQuerySet.as_manager()

    class Meta:
        ordering = ("activity", "party", "choice", "id")
        indexes = [
            models.Index(fields=["party", "state"], name="nominations_by_party"),
            models.Index(fields=["activity", "state"], name="nominations_by_activity"),
            models.Index(fields=["held_until"], name="nominations_offered", condition=Q(state="offered")),
            models.Index(fields=["activity"], name="nominations_waiting", condition=Q(state="reserve")),
        ]
        constraints = [
            one_of("state", NominationState, "nomination_state_is_known"),
            models.UniqueConstraint(
                fields=["activity", "person"],
                name="nomination_of_a_person_lives_once_an_activity",
                condition=~Q(state__in=["declined", "lapsed", "withdrawn"]),
            ),
            models.UniqueConstraint(fields=["id", "activity", "party"], name="nomination_and_what_it_is_for"),
            models.CheckConstraint(name="nomination_choice_counts_from_one", condition=Q(choice__gte=1)),
            models.CheckConstraint(
                name="nomination_endorsed_iff_dated_and_signed",
                condition=iff(Q(endorsed_at__isnull=False), ~Q(endorsed_by=""))
                & (~Q(state__in=["endorsed", "put_forward", "accepted", "reserve", "offered"]) | Q(endorsed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="nomination_put_forward_iff_dated_and_signed",
                condition=iff(Q(put_forward_at__isnull=False), ~Q(put_forward_by=""))
                & (~Q(state__in=["put_forward", "accepted"]) | Q(put_forward_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="nomination_on_reserve_iff_it_waits_since",
                condition=~Q(state__in=["reserve", "offered"]) | Q(waits_since__isnull=False),
            ),
            models.CheckConstraint(
                name="nomination_offered_iff_held_until", condition=iff(Q(state="offered"), Q(held_until__isnull=False))
            ),
            models.CheckConstraint(
                name="nomination_answered_iff_dated_and_signed",
                condition=iff(Q(answered_at__isnull=False), ~Q(answered_by=""))
                & (~Q(state="accepted") | Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="nomination_ended_iff_dated_and_signed",
                condition=iff(Q(state__in=["declined", "lapsed", "withdrawn"]), Q(ended_at__isnull=False))
                & iff(Q(ended_at__isnull=False), ~Q(ended_by="")),
            ),
            models.CheckConstraint(name="nomination_declined_with_a_reason", condition=~Q(state="declined") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.activity.number}"


class ReadingQuerySet(models.QuerySet["Reading"]):
    """Readings of identities, scoped by reader."""

    def seen_by(self, actor: Actor) -> ReadingQuerySet:
        """A party sees who read its own people, and what it read itself; the auditor sees all."""
        if actor.may("READ_WHOLE_TRAIL"):
            return self
        if not actor.party:
            return self.none()
        return self.filter(Q(parties__contains=[actor.party]) | Q(party=actor.party))


class Reading(models.Model):
    """One opening of identities: who, when, why, and whose. Never changed."""

    at = models.DateTimeField()
    login = models.CharField(max_length=150)
    party = models.CharField(max_length=12, blank=True, default="")
    activity = models.ForeignKey(Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # page, api, export, or the paper it went into.
    where = models.CharField(max_length=20)
    why = models.CharField(max_length=400, blank=True, default="")
    people = ArrayField(models.BigIntegerField())
    parties = ArrayField(models.CharField(max_length=12))

    objects = ReadingQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-id")
        indexes = [GinIndex(fields=["parties"], name="readings_by_party"), GinIndex(fields=["people"], name="readings_by_person")]
        constraints = [
            models.CheckConstraint(name="reading_for_export_says_why", condition=~Q(where="export") | ~Q(why="")),
        ]

    def __str__(self) -> str:
        return f"{self.login} {self.at:%Y-%m-%d %H:%M}"


class Waiver(models.Model):
    """A finding about one nomination that the staff has waived, with the ground."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="waivers")
    message = models.CharField(max_length=500)
    ground = models.CharField(max_length=600)
    waived_at = models.DateTimeField()
    waived_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nomination", "message"], name="nomination_waiver_is_given_once"),
            models.CheckConstraint(name="nomination_waiver_has_a_ground", condition=~Q(ground="")),
        ]

    def __str__(self) -> str:
        return self.message


class Attainment(models.Model):
    """What a person has been through: an activity attended to its end, with the code of the certificate.

    Written by whoever keeps attendance; read here for prerequisites.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="attainments")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60, blank=True, default="")
    on = models.DateField()
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "activity"], name="attainment_is_kept_once")]

    def __str__(self) -> str:
        return f"{self.person} · {self.activity.number}"


class CollectingLinkQuerySet(models.QuerySet["CollectingLink"]):
    """Links by which a ministry without an account names candidates, scoped by reader."""

    def seen_by(self, actor: Actor) -> CollectingLinkQuerySet:
        """The links of the own delegation."""
        return self.filter(party=actor.party) if actor.party and actor.may(Permission.NOMINATE_PEOPLE) else self.none()


class CollectingLink(models.Model):
    """A form that can be filled in without an account, for one activity and one party; only the digest of its token is kept."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    most_uses = models.PositiveSmallIntegerField(default=20)
    uses = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=150, blank=True, default="")
    is_demonstration = models.BooleanField(default=False)

    objects = CollectingLinkQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(name="collecting_link_is_used_no_more_than_told", condition=Q(uses__lte=F("most_uses"))),
            models.CheckConstraint(name="collecting_link_expires_after_it_was_made", condition=Q(expires_at__gt=F("made_at"))),
            models.CheckConstraint(
                name="collecting_link_revoked_iff_dated_and_signed",
                condition=iff(Q(revoked_at__isnull=False), ~Q(revoked_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"

    def takes(self, at: datetime) -> bool:
        """Whether it still takes candidates at a moment; that of its end is too late."""
        return self.revoked_at is None and at < self.expires_at and self.uses < self.most_uses


class PromotionPolicyQuerySet(models.QuerySet["PromotionPolicy"]):
    """Policies, which everybody may read."""

    def seen_by(self, actor: Actor) -> PromotionPolicyQuerySet:
        """What is published is for all."""
        return self

    def in_force(self) -> PromotionPolicy | None:
        """The one that was published last."""
        return self.order_by("-published_at", "-version", "-pk").first()


class PromotionPolicy(models.Model):
    """One published version of how seats left over go to those who wait; never changed."""

    name = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=200)
    title_fr = models.CharField(max_length=200)
    text_en = models.TextField()
    text_fr = models.TextField()
    release_days = models.PositiveSmallIntegerField()
    hold_hours = models.PositiveSmallIntegerField()
    order = ArrayField(models.CharField(max_length=30))
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=150)

    objects = PromotionPolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "promotion policies"
        ordering = ("-published_at", "-version")
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="promotion_policy_versions_are_published_once"),
            models.CheckConstraint(name="promotion_policy_holds_an_hour_or_more", condition=Q(hold_hours__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def title(self) -> Name:
        """What it is called."""
        return Name(self.title_en, self.title_fr)

    @property
    def text(self) -> Name:
        """What it says."""
        return Name(self.text_en, self.text_fr)


class StepKind(models.TextChoices):
    """What was done or not done for somebody on a reserve list, or with a seat."""

    JOINED = "joined"
    MOVED_UP = "moved_up"
    SKIPPED = "skipped"
    OFFERED = "offered"
    TAKEN = "taken"
    REFUSED = "refused"
    EXPIRED = "expired"
    RELEASED = "released"
    LEFT = "left"


class StepQuerySet(models.QuerySet["Step"]):
    """Steps of reserve lists, scoped by reader."""

    def seen_by(self, actor: Actor) -> StepQuerySet:
        """A party reads its own, the staff all, a provider those at its activities."""
        if actor.party and actor.may(Permission.RUN_ACTIVITIES):
            return self.filter(own(actor) | Q(activity__provider_party=actor.party))
        return self.filter(own(actor))


class Step(models.Model):
    """One step of a reserve list with its reason, and the policy it was taken under. Never changed."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    nomination = models.ForeignKey(Nomination, null=True, blank=True, on_delete=models.PROTECT, related_name="steps")
    policy = models.ForeignKey(PromotionPolicy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=StepKind.choices)
    # The reason: messages with their facts, said in the reader's language; which place of the list, and how many seats.
    why = models.JSONField(default=list)
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    seats = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["activity", "id"], name="steps_by_activity")]
        constraints = [
            one_of("kind", StepKind, "step_kind_is_known"),
            models.CheckConstraint(name="step_of_a_list_has_a_reason", condition=~Q(why=[])),
            models.CheckConstraint(name="step_names_whom_it_is_about", condition=Q(kind="released") | Q(nomination__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.party_id} {self.at:%Y-%m-%d %H:%M}"


class Receipt(models.Model):
    """What was erased under which rule of the policy: how many, and a digest of their numbers. Never changed."""

    rule = models.CharField(max_length=40)
    many = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    class Meta:
        ordering = ("-id",)
        constraints = [models.CheckConstraint(name="receipt_is_for_something", condition=Q(many__gte=1))]

    def __str__(self) -> str:
        return f"{self.rule}: {self.many}"
