"""The template environment: what every template may call, and how numbers, days and moments are written.

Formats follow the reader's language. A moment always prints its zone (F16); a date is never more precise than its
source.
"""

from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import jinja2
from babel.dates import format_date, format_time, get_day_names, get_timezone_location
from babel.numbers import format_decimal
from django.contrib.messages import get_messages
from django.http import HttpRequest, QueryDict
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from markupsafe import Markup

from comity.kernel.dates import PartialDate
from comity.kernel.faces import say
from comity.kernel.words import day_in_words
from comity.ui import charts, outline

EN_DASH = "\u2013"
# A page says the same few words, numbers and days in hundreds of cells: they are worked out once in each language.
remembered = lru_cache(8_192)


class PartlyKnown(Protocol):
    """A date as precise as its source: `1992`, `1992-04`, `1992-04-10`, or the empty text."""

    @property
    def text(self) -> str:
        """ISO 8601, cut short."""


class KeptTemplates(jinja2.FileSystemBytecodeCache):
    """Compiled templates in a folder of one's own, so that a server that starts again need not compile them again."""

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Read a template back, if it can be read."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep a template; where nothing may be written, nothing is kept."""
        with suppress(OSError):
            Path(self.directory).mkdir(mode=0o700, parents=True, exist_ok=True)
            super().dump_bytecode(bucket)


def environment(*, compiled: Path, **options: Any) -> jinja2.Environment:
    """The environment named in the settings of Django's Jinja2 engine; what was compiled is kept in a folder."""
    options |= {
        "undefined": jinja2.StrictUndefined,
        "bytecode_cache": KeptTemplates(str(compiled)),
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    options.pop("autoescape", None)
    # Not optimised: what is constant in a template is still written differently in each language.
    env = jinja2.Environment(autoescape=True, optimized=False, **options, extensions=["jinja2.ext.i18n"])
    translations = {"pgettext": pgettext, "npgettext": npgettext}
    env.install_gettext_callables(gettext, ngettext, newstyle=True, **translations)  # type: ignore[attr-defined]
    env.globals |= {
        "_": words,
        "url": url,
        "url_or": url_or,
        "static": static,
        "query": query,
        "kept": kept,
        "bars_of": charts.bars_of,
        "placed": charts.placed,
        "along": charts.along,
        "years_along": charts.years_along,
        "month_of": charts.month_of,
        "weekdays": weekdays,
        "get_messages": waiting_messages,
        "map_shapes": outline.shapes,
        "map_views": outline.views,
        "layer_on": outline.layer_on,
        "label_on": outline.label_on,
        "map_counts": outline.counts,
        "months_since": outline.months_since,
    }
    env.filters |= {"num": num, "day": day, "partial": partial, "moment": moment, "span": span, "month": month, "say": say}
    return env


def words(message: str, /, **facts: object) -> Markup:
    """A message in the reader's language with its facts in place; what it says is markup, what it is told is not."""
    said = _words(message, _language())
    return said % facts if facts or "%%" in said else said


@remembered
def _words(message: str, language: str) -> Markup:
    return Markup(gettext(message))  # noqa: S704 - the messages are ours


@remembered
def url(name: str, *args: object, **kwargs: object) -> str:
    """The address of a named page."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def url_or(name: str, default: str = "") -> str:
    """The address of a named page, or the default where this installation does not have the page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return default


def query(request: HttpRequest, **changes: object) -> str:
    """The query string of this address with some parameters set, or taken out with `None`; lists repeat a name."""
    parameters = dict(request.GET.lists())
    for name, value in changes.items():
        if value is None or value == "":
            parameters.pop(name, None)
        else:
            parameters[name] = [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)]
    return "?" + urlencode(parameters, doseq=True)


def kept(request: HttpRequest, *without: str) -> list[tuple[str, str]]:
    """The parameters of this address as pairs, to be carried along by a form as hidden fields."""
    given: QueryDict = request.GET
    return [(name, str(value)) for name, values in given.lists() if name not in without for value in values]


def waiting_messages(request: HttpRequest) -> list[Any]:
    """Messages waiting for this reader; none where nobody carries them, as on a page shown after a fault."""
    return list(get_messages(request)) if hasattr(request, "_messages") else []


def weekdays() -> list[str]:
    """The days of the week in the reader's language, Monday first."""
    names = get_day_names("abbreviated", locale=_language())
    return [names[i] for i in range(7)]


def num(value: float | None) -> str:
    """A number grouped as the language groups it; an absent one is a dash, not a nought."""
    return EN_DASH if value is None else _grouped(value, _language())


@remembered
def _grouped(value: float, language: str) -> str:
    return format_decimal(value, locale=language)


def day(value: date | None) -> Markup | str:
    """A day: `15 Jan 2027`."""
    if value is None:
        return EN_DASH
    value = value.date() if isinstance(value, datetime) else value
    return _time(value.isoformat(), _day_words(value, "MMM y"))


def partial(value: PartlyKnown | date | str | None) -> Markup | str:
    """A date exactly as precise as its source: `10 March 1992`, `March 1992`, `1992`, `not known`."""
    text = value if isinstance(value, str) else (value.isoformat() if isinstance(value, date) else getattr(value, "text", ""))
    if not text:
        return gettext("not known")
    return _partial(text, _language())


@remembered
def _partial(text: str, language: str) -> Markup:
    return _time(text, day_in_words(PartialDate(text), language))


def moment(value: datetime | None, zone: str | ZoneInfo | None = None) -> Markup | str:
    """A moment in a zone, with the zone: `15 Jan 2027, 18:00 Brussels`. Without one, the zone of the request."""
    if value is None:
        return EN_DASH
    key = str(zone or timezone.get_current_timezone_name())
    local = value.astimezone(ZoneInfo(key))
    hour = format_time(local, "HH:mm", locale=_language())
    return _time(local.isoformat(timespec="minutes"), f"{_day_words(local.date(), 'MMM y')}, {hour} {zone_words(key)}")


def zone_words(key: str) -> str:
    """The city a zone is named after, in the reader's language; `UTC` is itself."""
    if "/" not in key or key.startswith("Etc/"):
        return key.removeprefix("Etc/")
    return get_timezone_location(key, locale=_language(), return_city=True)


def span(start: date | None, end: date | None = None) -> Markup | str:
    """A range of days with no part said twice: `8\u201312 Mar 2027`, `28 Feb\u20133 Mar 2027`."""
    if start is None:
        return EN_DASH
    if end is None or end == start:
        return day(start)
    if (start.year, start.month) == (end.year, end.month):
        first = _day_words(start, "")
    else:
        first = _day_words(start, "MMM" if start.year == end.year else "MMM y")
    words = f"{first}{EN_DASH}{_day_words(end, 'MMM y')}"
    return Markup('<span class="num">{}</span>').format(words)


def month(value: date) -> str:
    """A month in words: `March 2027`."""
    return format_date(value, "LLLL y", locale=_language())


def _day_words(value: date, rest: str) -> str:
    """A day of the month with the rest of a pattern; French says `1er`, not `1`."""
    return _dated(value, rest, _language())


@remembered
def _dated(value: date, rest: str, language: str) -> str:
    first = "1er" if value.day == 1 and language == "fr" else str(value.day)
    return f"{first} {format_date(value, rest, locale=language)}" if rest else first


def _time(machine: str, words: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(machine, words)


def _language() -> str:
    return (get_language() or "en")[:2]
