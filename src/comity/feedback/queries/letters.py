"""Letters for those who were there: one page each, with the link that is theirs; names are the delegation's to add."""

from collections.abc import Sequence
from datetime import UTC

from django.utils.translation import gettext, override

from comity.exchange.papers import Item, Paper, Run, Section
from comity.feedback.models import Canvass
from comity.kernel.words import day_in_words
from comity.nominations.models import Nomination


def letters(canvass: Canvass, handed: Sequence[tuple[Nomination, str]], *, language: str) -> Paper:
    """A paper with a chapter for each person, known by number."""
    title = {}
    for code in ("en", "fr"):
        with override(code):
            title[code] = gettext("What do you say of “{title}”?").format(title=canvass.activity.title)
    with override(language):
        ends = canvass.closes_at.astimezone(UTC)
        until, hour = day_in_words(ends.date(), language), f"{ends:%H:%M}"
        lines = (
            gettext("You were there. Please say in three minutes what it was worth to you, under this link:"),
            gettext("The link is yours alone, takes one answer, and ends on {day} at {hour} UTC.").format(day=until, hour=hour),
            gettext("Nobody can tell who answered what; answers are shown together, and only once five people have answered."),
        )
        sections = [
            Section(str(place), row.person.number, _items(place, (lines[0], address, *lines[1:])))
            for place, (row, address) in enumerate(handed, 1)
        ]
    return Paper(title["en"], title["fr"], (canvass.activity.number,), language=language, sections=tuple(sections))


def _items(place: int, lines: Sequence[str]) -> tuple[Item, ...]:
    return tuple(Item(f"{place}.{n}", (Run(line),)) for n, line in enumerate(lines, 1))
