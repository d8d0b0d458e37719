"""What is done to accounts: opened, renamed, closed to their owner and opened again, given a new password.

The words of a password are checked where it enters; only its hash goes further. Closing an account ends its sessions
and revokes its tokens in the same transaction.
"""

from datetime import datetime
from zoneinfo import available_timezones

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from comity.accounts.models import User
from comity.accounts.rules import LANGUAGES, NO_LOGINS, Permission
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotPermitted, Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.trail import acts as trail


class LoginIsTaken(Refusal):
    """Two people would have the same login."""

    message = _("The login “{login}” belongs to somebody already.")


class LoginIsNotPlain(Refusal):
    """A login is typed on every keyboard of the world."""

    message = _("“{login}” is not a login: up to 60 lower-case letters, digits, dots, dashes and underscores.")


class LoginNamesAPage(Refusal):
    """The page of that person would be another page."""

    message = _("“{login}” is the name of a page; choose another login.")


class AddressIsTaken(Refusal):
    """Two people would have the same e-mail address."""

    message = _("The address “{email}” belongs to another account.")


class UnknownZone(Refusal):
    """Times can only be shown in a zone that exists."""

    message = _("There is no time zone “{zone}”.")


class UnknownLanguage(Refusal):
    """The house speaks two languages."""

    message = _("The house does not speak “{language}”.")


class NameIsMissing(Refusal):
    """Somebody without a name cannot stand in the trail."""

    message = _("An account carries the name of a person.")


class PasswordIsTooWeak(Refusal):
    """The password would be guessed."""

    message = _("This password will not do: {why}")


class NobodyClosesTheirOwnAccount(Refusal):
    """The last administrator would lock the house from inside."""

    message = _("You cannot close your own account; ask another administrator.")


class AccountIsClosed(Refusal):
    """The account was closed before."""

    message = _("The account of {name} is closed.")


class AccountIsOpen(Refusal):
    """The account is open as it is."""

    message = _("The account of {name} is open.")


@transaction.atomic
def open(
    login: str,
    *,
    name: str,
    by: Actor,
    at: datetime,
    email: str = "",
    language: str = "en",
    zone: str = "Europe/Brussels",
    password: str | None = None,
    is_demonstration: bool = False,
) -> User:
    """Open an account. It may do nothing until a mandate is given."""
    by.must(Permission.MANAGE_ACCOUNTS)
    login = login.strip().lower()
    _require(name=name, language=language, zone=zone)
    if login in NO_LOGINS:
        raise LoginNamesAPage(login=login)
    if password is not None:
        _require_strong(password, User(login=login, name=name, email=email, is_demonstration=is_demonstration))
    with (
        refusing(
            user_logins_are_unique=LoginIsTaken(login=login),
            user_logins_are_plain_words=LoginIsNotPlain(login=login),
            user_emails_are_unique_when_given=AddressIsTaken(email=email),
        ),
        transaction.atomic(),
    ):
        user = User.objects.create_user(
            login,
            password=password,
            name=name.strip(),
            email=email,
            language=language,
            zone=zone,
            is_demonstration=is_demonstration,
        )
    trail.record("account.opened", user, by=by, at=at, login=login)
    return user


@transaction.atomic
def rename(user: User, *, name: str, by: Actor, at: datetime) -> None:
    """Give somebody the name they go by."""
    _own_or_managed(user, by)
    _require(name=name)
    before, user.name = user.name, name.strip()
    user.save(update_fields=["name"])
    trail.record("account.renamed", user, by=by, at=at, before=before)


@transaction.atomic
def set_language(user: User, *, language: str, zone: str, by: Actor, at: datetime) -> None:
    """Say in which language and time zone somebody reads."""
    _own_or_managed(user, by)
    _require(name=user.name, language=language, zone=zone)
    user.language, user.zone = language, zone
    user.save(update_fields=["language", "zone"])
    trail.record("account.language-set", user, by=by, at=at, language=language, zone=zone)


@transaction.atomic
def describe(user: User, *, name: str, language: str, zone: str, by: Actor, at: datetime) -> None:
    """Say how somebody is called and in which language and zone they read; only what changed is recorded."""
    _own_or_managed(user, by)
    if name.strip() != user.name:
        rename(user, name=name, by=by, at=at)
    if (language, zone) != (user.language, user.zone):
        set_language(user, language=language, zone=zone, by=by, at=at)


@transaction.atomic
def set_password(user: User, *, password: str, by: Actor, at: datetime) -> None:
    """Give somebody who lost it a new password; every session of the old one ends, and every token."""
    by.must(Permission.MANAGE_ACCOUNTS)
    _require_strong(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    _end_access(user, at=at)
    trail.record("account.password-set", user, by=by, at=at)


@transaction.atomic
def change_password(user: User, *, password: str, by: Actor, at: datetime) -> None:
    """Change the own password; every session of the old one ends, and every token."""
    if user.login != by.login:
        raise NotPermitted(permission=Permission.MANAGE_ACCOUNTS)
    _require_strong(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    _end_access(user, at=at)
    trail.record("account.password-changed", user, by=by, at=at)


@transaction.atomic
def note_second_factor(user: User, *, kind: str, is_set: bool, by: Actor, at: datetime) -> None:
    """Record that somebody set up or took away a second factor."""
    trail.record("account.second-factor-set" if is_set else "account.second-factor-removed", user, by=by, at=at, kind=kind)


@transaction.atomic
def drop_second_factor(user: User, *, by: Actor, at: datetime) -> None:
    """Take away the second factor of somebody who lost it; sessions end, the password stays."""
    by.must(Permission.MANAGE_ACCOUNTS)
    Authenticator.objects.filter(user=user).delete()
    _end_access(user, at=at)
    trail.record("account.second-factor-dropped", user, by=by, at=at)


@transaction.atomic
def disable(user: User, *, by: Actor, at: datetime) -> None:
    """Close an account: its owner cannot sign in, its sessions end, its tokens are revoked."""
    by.must(Permission.MANAGE_ACCOUNTS)
    if user.login == by.login:
        raise NobodyClosesTheirOwnAccount
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        raise AccountIsClosed(name=user.name)
    user.is_active = False
    _end_access(user, at=at)
    trail.record("account.disabled", user, by=by, at=at)


@transaction.atomic
def enable(user: User, *, by: Actor, at: datetime) -> None:
    """Open a closed account again; tokens stay revoked."""
    by.must(Permission.MANAGE_ACCOUNTS)
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        raise AccountIsOpen(name=user.name)
    user.is_active = True
    trail.record("account.enabled", user, by=by, at=at)


def _end_access(user: User, *, at: datetime) -> None:
    user.sessions.all().delete()
    user.tokens.filter(revoked_at__isnull=True).update(revoked_at=at)


def _own_or_managed(user: User, by: Actor) -> None:
    """Refuse unless it is one's own account, or one manages accounts."""
    if user.login != by.login and not by.may(Permission.MANAGE_ACCOUNTS):
        raise NotPermitted(permission=Permission.MANAGE_ACCOUNTS)


def _require(*, name: str, language: str = "en", zone: str = "UTC") -> None:
    if not name.strip():
        raise NameIsMissing
    if language not in LANGUAGES:
        raise UnknownLanguage(language=language)
    if zone not in available_timezones():
        raise UnknownZone(zone=zone)


def _require_strong(password: str, user: User) -> None:
    """Refuse a password that would be guessed; accounts of a demonstration, which work on loopback only, take any."""
    if user.is_demonstration:
        return
    try:
        validate_password(password, user)
    except ValidationError as fault:
        raise PasswordIsTooWeak(why=" ".join(fault.messages)) from None
