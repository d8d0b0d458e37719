"""What the rooms' parts of the API have in common: who may call an operation, and lists paged by cursor.

Every operation is for those who signed in unless it says `auth=public`. Both give `request.actor` to the operation:
the owner of the bearer token, else whoever's session it is, else (public only) the stranger.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from ninja import Schema
from ninja.errors import AuthorizationError
from ninja.security.http import HttpAuthBase
from ninja.utils import check_csrf

from comity.kernel.actors import STRANGER, Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import _

Item = TypeVar("Item")
Row = TypeVar("Row", bound=models.Model)
MOST = 200


class Signed(HttpAuthBase):
    """An operation for people with an account: a bearer token, or the session of a browser."""

    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Who calls, or nothing, which is answered with 401."""
        actor = _caller(request)
        return None if actor.is_stranger else actor


class Public(HttpAuthBase):
    """An operation that answers strangers too, and knows whoever signed in."""

    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Actor:
        """Who calls; the stranger is somebody, too."""
        return _caller(request)


signed = Signed()
public = Public()


def _caller(request: HttpRequest) -> Actor:
    """The actor the door found; a write by a session must prove that it comes from our own pages.

    Raises:
        AuthorizationError: the proof is missing.
    """
    by_token = request.headers.get("Authorization", "").lower().startswith("bearer ")
    if not by_token and check_csrf(request):
        raise AuthorizationError(message="The session's CSRF token is missing or wrong.")
    actor: Actor = getattr(request, "actor", STRANGER)
    return actor


class NoSuchPlace(Refusal):
    """A cursor that this list never gave out."""

    message = _("This list has no place “{cursor}”. Start again without a cursor.")


class Page(Schema, Generic[Item]):
    """One page of a list, and the cursor of the next one if there is one."""

    items: list[Item]
    next: str | None = None


def page_of(rows: models.QuerySet[Row], *, cursor: str = "", limit: int = 50, key: str = "pk") -> tuple[Sequence[Row], str | None]:
    """The rows after a cursor, in the order of one unique column, and the cursor after them.

    Raises:
        NoSuchPlace: the cursor is none of this list's.
    """
    limit = max(1, min(limit, MOST))
    if cursor:
        rows = rows.filter(**{f"{key}__gt": _opened(cursor, rows.model, key)})
    found = list(rows.order_by(key)[: limit + 1])
    if len(found) <= limit:
        return found, None
    return found[:limit], _closed(getattr(found[limit - 1], key))


def _closed(value: Any) -> str:
    return base64.urlsafe_b64encode(str(value).encode()).decode().rstrip("=")


def _opened(cursor: str, model: type[models.Model], key: str) -> Any:
    column = model._meta.pk if key == "pk" else model._meta.get_field(key)
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        if "\x00" in text:
            raise ValueError
        return column.to_python(text)  # type: ignore[union-attr]
    except (ValueError, binascii.Error, ValidationError) as fault:
        raise NoSuchPlace(cursor=cursor[:40]) from fault
