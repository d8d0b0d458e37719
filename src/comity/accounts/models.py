"""Accounts, the sessions and tokens they act through, and what the API remembers of its callers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from comity.kernel.actors import Actor

MANAGE_ACCOUNTS = "MANAGE_ACCOUNTS"


class UserQuerySet(models.QuerySet["User"]):
    """Accounts, scoped by reader: nobody can list the people of others."""

    def seen_by(self, actor: Actor) -> UserQuerySet:
        """Those who manage accounts see all of them; everybody else sees the own one."""
        if actor.may(MANAGE_ACCOUNTS):
            return self
        return self.none() if actor.is_stranger else self.filter(login=actor.login)


class Accounts(BaseUserManager["User"]):
    """Makes accounts; the password is hashed, or unusable when there is none."""

    def create_user(self, login: str, *, password: str | None = None, **fields: Any) -> User:
        """Make an account."""
        user = self.model(login=login.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Find an account by its login, whatever its case."""
        return self.get(login=(username or "").lower())

    def seen_by(self, actor: Actor) -> UserQuerySet:
        """Accounts as one reader sees them."""
        return UserQuerySet(self.model, using=self._db).seen_by(actor)


class User(AbstractBaseUser):
    """One person who signs in. What they may do comes from a mandate, never from the account."""

    login = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True, default="")
    language = models.CharField(max_length=2, default="en", choices=[("en", "English"), ("fr", "Français")])
    zone = models.CharField(max_length=60, default="Europe/Brussels")
    is_active = models.BooleanField(default=True)
    is_demonstration = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Accounts] = Accounts()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("login",)
        constraints = [
            models.UniqueConstraint(fields=["login"], name="user_logins_are_unique"),
            models.CheckConstraint(name="user_logins_are_plain_words", condition=Q(login__regex=r"^[a-z0-9][a-z0-9._-]{0,59}$")),
            models.CheckConstraint(name="user_languages_are_those_of_the_house", condition=Q(language__in=["en", "fr"])),
            models.UniqueConstraint(Lower("email"), name="user_emails_are_unique_when_given", condition=~Q(email="")),
        ]

    def __str__(self) -> str:
        return self.name

    # The library for sign-in asks these of every account; the house has no back office and no super-users.
    is_staff = False
    is_superuser = False

    def get_full_name(self) -> str:
        """The name shown to others."""
        return self.name


class TokenQuerySet(models.QuerySet["Token"]):
    """Tokens, scoped by reader and by moment."""

    def seen_by(self, actor: Actor) -> TokenQuerySet:
        """The own ones; those who manage accounts see that others exist, never what they say."""
        if actor.may(MANAGE_ACCOUNTS):
            return self
        return self.none() if actor.is_stranger else self.filter(owner__login=actor.login)

    def alive(self, at: datetime) -> TokenQuerySet:
        """Neither revoked nor past their day, of accounts that are open."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at, owner__is_active=True)


class Token(models.Model):
    """A key for programs: it acts as its owner does at that moment. Only its digest is kept."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at",)
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="token_digests_are_unique"),
            models.UniqueConstraint(
                fields=["owner", "name"], condition=Q(revoked_at__isnull=True), name="token_names_of_a_person_are_unique"
            ),
            models.CheckConstraint(name="token_expires_after_it_was_made", condition=Q(expires_at__gt=F("made_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class SessionQuerySet(models.QuerySet["Session"]):
    """Sessions, scoped by reader."""

    def seen_by(self, actor: Actor) -> SessionQuerySet:
        """Everybody sees the own ones, those who manage accounts see all."""
        if actor.may(MANAGE_ACCOUNTS):
            return self
        return self.none() if actor.is_stranger else self.filter(user__login=actor.login)


class Session(AbstractBaseSession):
    """A browser that somebody signed in with, so that its owner can see and end it."""

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="sessions")
    began_at = models.DateTimeField(null=True)
    browser = models.CharField(max_length=200, blank=True, default="")

    objects = SessionQuerySet.as_manager()  # type: ignore[assignment,misc]

    class Meta(AbstractBaseSession.Meta):
        ordering = ("-began_at",)

    @property
    def mark(self) -> str:
        """What names this session in an address without giving it away."""
        return self.session_key[-8:]


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Answers the API remembers, scoped by reader."""

    def seen_by(self, actor: Actor) -> AnswerQuerySet:
        """Nobody but whoever called."""
        return self.none() if actor.is_stranger else self.filter(actor=actor.login)


class Answer(models.Model):
    """What the API answered to a write, so that the same write sent again has no second effect."""

    actor = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    code = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=100, default="")
    body = models.TextField(default="")
    at = models.DateTimeField()

    objects = AnswerQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["at"], name="answers_by_age")]
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="answers_are_kept_once_for_a_key")]

    def __str__(self) -> str:
        return f"{self.actor} {self.key}"


class TallyQuerySet(models.QuerySet["Tally"]):
    """Counts of calls, scoped by reader."""

    def seen_by(self, actor: Actor) -> TallyQuerySet:
        """Nobody but those who manage accounts."""
        return self if actor.may(MANAGE_ACCOUNTS) else self.none()


class Tally(models.Model):
    """How often something was used in the minute that began at `since`; one row for each key."""

    key = models.CharField(max_length=80, primary_key=True)
    since = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)

    objects = TallyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.key}: {self.used}"
