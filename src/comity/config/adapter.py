"""How sign-in behaves in this house: no sign-up, one answer for every failure, second factors kept encrypted.

The library asks these classes; what it changes (a password, a second factor) is recorded as any other act.
"""

import base64
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from cryptography.fernet import Fernet
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from comity.accounts.acts import accounts
from comity.accounts.models import User
from comity.config.callers import may_use_demonstration
from comity.kernel.actors import Actor
from comity.notices.queries import UNREAD


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in without sign-up."""

    def is_open_for_signup(self, request: Any) -> bool:
        """Nobody opens an account for themselves."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Only addresses of this site, written without a host, are followed after sign-in."""
        return bool(url) and str(url).startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """A closed account is sent back to sign-in like any other failure."""
        return redirect("account_login")

    def set_password(self, user: User, password: str) -> None:
        """Somebody changes the own password: other sessions and all tokens end."""
        accounts.change_password(user, password=password, by=_actor(self.request), at=datetime.now(UTC))


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Checks passwords; a closed account and a wrong password look the same from outside."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """The account, if the password fits and the account may be used from where the request comes."""
        user = cast(User | None, super().authenticate(request, **credentials))
        if user is not None and user.is_demonstration and (request is None or not may_use_demonstration(request)):
            return None
        return user

    def get_user(self, user_id: Any) -> User | None:
        """The account of a session, together with how much it has not read: one question for both."""
        found = User.objects.filter(pk=user_id).annotate(unread=UNREAD).first()
        return found if found is not None and self.user_can_authenticate(found) else None

    @classmethod
    def _stash_user(cls, user: Any) -> None:  # noqa: ARG003
        """The library would tell a closed account from a wrong password by this; we do not."""
        return


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of second factors encrypted, so that a copy of the database alone is no key."""

    def encrypt(self, text: str) -> str:
        """The secret as it stands in the database."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret as it is used."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """The code to be scanned, on white: a camera reads no black on black."""
        drawn: str = super().build_totp_svg(url)
        head, _, rest = drawn.partition("<path")
        return f'{head}<rect width="100%" height="100%" fill="#fff"/><path{rest}'


@receiver(authenticator_added)
def _added(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    accounts.note_second_factor(user, kind=authenticator.type, is_set=True, by=_actor(request), at=datetime.now(UTC))


@receiver(authenticator_removed)
def _removed(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    accounts.note_second_factor(user, kind=authenticator.type, is_set=False, by=_actor(request), at=datetime.now(UTC))


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _cipher() -> Fernet:
    key = blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"second factor").digest()
    return Fernet(base64.urlsafe_b64encode(key))
