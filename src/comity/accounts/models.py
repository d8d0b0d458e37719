"""Accounts: who can sign in, and in which language and zone they read."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
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


class User(AbstractBaseUser):
    """One person who signs in. What they may do comes from a mandate, never from the account."""

    login = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True, default="")
    language = models.CharField(max_length=2, default="en", choices=[("en", "English"), ("fr", "Français")])
    zone = models.CharField(max_length=60, default="Europe/Brussels")
    is_active = models.BooleanField(default=True)
    is_demonstration = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_logins_are_lower_case", condition=Q(login=Lower("login"))),
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
