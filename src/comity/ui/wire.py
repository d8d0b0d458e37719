"""What the API's lists have in common: pages by cursor, so that rows added meanwhile shift nothing."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from ninja import Schema

from comity.kernel.refusals import Refusal
from comity.kernel.words import _

Item = TypeVar("Item")
Row = TypeVar("Row", bound=models.Model)
MOST = 200


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
