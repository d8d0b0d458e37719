"""Where the four words meet the database: named constraints in words, partial dates as columns, sort keys.

`refusing` is all the machinery there is between a constraint and the sentence a person reads.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, models
from django.db.models import Q

from comity.kernel.dates import NotAPartialDate, PartialDate
from comity.kernel.refusals import Refusal


@contextmanager
def refusing(**refusals: Refusal) -> Iterator[None]:
    """Turn the breach of a named constraint into the refusal that says it in words.

    Triggers name their law in the same way (`RAISE … USING CONSTRAINT`). A breach nobody foresaw stays a fault.
    """
    try:
        yield
    except DatabaseError as breach:
        name = constraint_of(breach)
        if name in refusals:
            raise refusals[name] from breach
        raise


def constraint_of(breach: BaseException) -> str:
    """The name of the law that the database says was broken, or nothing."""
    return getattr(getattr(breach.__cause__, "diag", None), "constraint_name", None) or ""


def iff(this: Q, that: Q) -> Q:
    """The condition that both hold or neither does."""
    return (this & that) | (~this & ~that)


def one_of(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """The law that a column holds one of its choices."""
    return models.CheckConstraint(name=name, condition=Q(**{f"{field}__in": choices.values}))


def sort_key(text: str) -> str:
    """Letters without accents or case, so that Åland sorts beside Aland on every PostgreSQL, with or without ICU."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in folded if not unicodedata.combining(c))


if TYPE_CHECKING:
    # The stubs fix what a text column may be set to; a partial date may be set from more.
    Text = models.Field[PartialDate | date | str, PartialDate]
else:
    Text = models.CharField


# The few dates that rows hold are read again and again.
_held = lru_cache(4_096)(PartialDate)


class PartialDateField(Text):
    """A column for a partial date: its text in the database, a `PartialDate` in Python."""

    if TYPE_CHECKING:
        _pyi_private_set_type: PartialDate | date | str
        _pyi_private_get_type: PartialDate

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 10, "blank": True, "default": PartialDate(), **kwargs})

    def deconstruct(self) -> Any:
        """Migrations keep the field without its fixed arguments."""
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "blank", "default"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, *_: object) -> PartialDate:
        """What a row holds."""
        return _held(value or "")

    def to_python(self, value: Any) -> PartialDate:
        """What a form holds."""
        try:
            return PartialDate.of(value)
        except NotAPartialDate as fault:
            raise ValidationError(f"{fault} is not a year, a month or a day.") from fault

    def get_prep_value(self, value: Any) -> str:
        """What goes into the row."""
        return PartialDate.of(value).text

    def value_to_string(self, obj: models.Model) -> str:
        """What a dump holds."""
        return self.get_prep_value(self.value_from_object(obj))
