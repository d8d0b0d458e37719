"""The report of an activity on paper: what the provider says, and the figures its reader may see."""

from django.utils.translation import gettext, override

from comity.exchange.papers import Item, Paper, Run, Section, Table
from comity.feedback.models import ActivityReport
from comity.feedback.queries.figures import Frozen, Split, figures
from comity.feedback.rules import FUNDINGS, GENDERS, RANKS, REPORT_STATES
from comity.kernel.actors import Actor
from comity.kernel.faces import say
from comity.kernel.words import _, day_in_words

ASPECT_WORDS = {"gender": _("By gender"), "rank": _("By rank"), "funding": _("By funding")}
HIDDEN = "*"


def paper(report: ActivityReport, *, language: str, seen_by: Actor) -> Paper:
    """A report in a language, for one reader."""
    title = {code: _title(report, code) for code in ("en", "fr")}
    with override(language):
        texts = (
            (gettext("Summary"), report.summary),
            (gettext("What went well"), report.went_well),
            (gettext("What to change next time"), report.to_change),
            (gettext("What was changed since"), report.changed),
        )
        said = [(head, text) for head, text in texts if text]
        sections = [Section(str(n), head, _paragraphs(n, text)) for n, (head, text) in enumerate(said, 1)]
        if report.figures:
            sections.append(Section(str(len(said) + 1), gettext("Figures"), tables=_tables(figures(report, seen_by=seen_by))))
        state = gettext(REPORT_STATES[report.state])
        footer = gettext("Handed in on {day}").format(day=_day(report, language)) if report.submitted_at else state
    subtitles = (report.activity.number, report.activity.provider, state)
    return Paper(title["en"], title["fr"], subtitles, language=language, sections=tuple(sections), footer=footer)


def _title(report: ActivityReport, language: str) -> str:
    with override(language):
        return gettext("Report on “{title}”").format(title=report.activity.title)


def _day(report: ActivityReport, language: str) -> str:
    return day_in_words(report.submitted_at.date(), language) if report.submitted_at else ""


def _tables(told: Frozen) -> tuple[Table, ...]:
    head = (gettext("Party"), gettext("Invited"), gettext("Accepted"), gettext("Came"), gettext("No-shows"))
    rows = [(say(told.name_of(code)), *map(str, counts.values())) for code, counts in told.parties.items()]
    rows.append((gettext("All"), *map(str, told.total.values())))
    people = Table(gettext("People by party"), head, tuple(rows), (3, 2, 2, 2, 2))
    return (people, *(_split(split) for split in told.splits if split.keys))


def _split(split: Split) -> Table:
    words = {"gender": GENDERS, "funding": FUNDINGS, "rank": RANKS}.get(split.aspect, {})
    head = (gettext(ASPECT_WORDS[split.aspect]), gettext("Of the own party"), gettext("Of the others"))
    rows = tuple((gettext(words.get(key, key)), str(split.own.get(key, 0)), cell(split, key)) for key in split.keys)
    return Table(gettext("Who came: an asterisk stands where fewer than five could be told apart"), head, rows, (3, 2, 2))


def cell(split: Split, key: str) -> str:
    """A count of others as it is written: an asterisk stands for what is hidden."""
    count = split.others.get(key, 0)
    return HIDDEN if count is None else str(count)


def _paragraphs(number: int, text: str) -> tuple[Item, ...]:
    parts = [part.strip() for part in text.split("\n") if part.strip()]
    return tuple(Item(f"{number}.{n}", (Run(part),)) for n, part in enumerate(parts, 1))
