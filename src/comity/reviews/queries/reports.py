"""The report of a review as a paper: what was done when, what both sides say of each goal, and what came of it."""

from datetime import date

from django.utils.translation import gettext, override

from comity.exchange.papers import Item, Paper, Run, Section, Table
from comity.kernel.actors import Actor
from comity.kernel.faces import say
from comity.kernel.words import Name, day_in_words
from comity.programmes.queries.documents import GoalTold, goals_told
from comity.programmes.rules.words import MILESTONES
from comity.reviews import rules
from comity.reviews.queries.reviews import Rated, ReviewTold


def paper(told: ReviewTold, *, language: str, on: date, seen_by: Actor) -> Paper:
    """The report of a review in a language, as it stands on a day."""
    programme = told.review.programme
    heading = {code: _title(told, programme.name, code) for code in ("en", "fr")}
    with override(language):
        hanging = {g.goal.pk: g for g in goals_told([rated.goal for rated in told.goals], seen_by=seen_by)}
        sections = [
            Section("1", gettext("Steps"), tables=(_steps(told, language),)),
            Section("2", gettext("Goals"), tables=(_goals(told, hanging),)),
            Section("3", gettext("Milestones"), tables=(_milestones(list(hanging.values()), language),)),
            Section("4", gettext("Outcome"), _paragraphs("4", told.review.outcome or gettext("The review is open."))),
        ]
        footer = gettext("As of {day}").format(day=day_in_words(on, language))
        subtitles = (say(programme.party.name), gettext(rules.REVIEWS[told.review.kind]) + f" {told.review.year}")
    return Paper(heading["en"], heading["fr"], subtitles, language=language, sections=tuple(sections), footer=footer)


def _title(told: ReviewTold, name: Name, language: str) -> str:
    with override(language):
        return gettext("Review of {programme}").format(programme=say(name))


def _steps(told: ReviewTold, language: str) -> Table:
    rows = tuple(
        (
            gettext(rules.REVIEW_STEPS[step.name]),
            day_in_words(step.due_on, language) if step.due_on else "–",
            day_in_words(step.done_on, language) if step.done_on else "–",
            step.summary or "–",
        )
        for step in told.steps
    )
    head = (gettext("Step"), gettext("Due"), gettext("Done"), gettext("What came of it"))
    return Table(gettext("Steps of the review"), head, rows, (3, 2, 2, 5))


def _goals(told: ReviewTold, hanging: dict[int, GoalTold]) -> Table:
    head = (gettext("Goal"), gettext("The party"), gettext("The organisation"), gettext("Milestones met"))
    rows = tuple(
        (
            f"{rated.goal.number}. {say(rated.goal.title)}",
            _word(rated, "party"),
            _word(rated, "organisation"),
            f"{hanging[rated.goal.pk].met} / {len(hanging[rated.goal.pk].counted)}",
        )
        for rated in told.goals
    )
    return Table(gettext("How both sides see each goal"), head, rows, (5, 3, 3, 2))


def _word(rated: Rated, side: str) -> str:
    rating = rated.by_side.get(side)
    if rating is None:
        return "–"
    return say(rating.rating.name) + (f": {rating.remark}" if rating.remark else "")


def _milestones(goals: list[GoalTold], language: str) -> Table:
    head = (gettext("Milestone"), gettext("Due"), gettext("State"), gettext("What shows it"))
    rows = tuple(
        (
            f"{told.goal.number}: {say(m.title)}",
            day_in_words(m.due, language),
            gettext(MILESTONES[m.state]),
            m.evidence or m.reason or "–",
        )
        for told in goals
        for m in told.milestones
    )
    return Table(gettext("Milestones of the goals"), head, rows, (4, 2, 2, 4))


def _paragraphs(number: str, text: str) -> tuple[Item, ...]:
    parts = [part.strip() for part in text.split("\n") if part.strip()]
    return tuple(Item(f"{number}.{n}", (Run(part),)) for n, part in enumerate(parts, 1))
