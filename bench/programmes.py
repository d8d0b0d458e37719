"""A programme as large as they come: 60 goals, 600 clauses, two versions; its pages, comparing, and its paper."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import httpx

from bench.measuring import Measure, once, paired
from bench.pages import ONE_ROW, fetching, queries_of, serving, session_of
from comity.accounts.models import User
from comity.activities.models import Activity, Term
from comity.drafting.acts import texts, versions
from comity.drafting.models import Version
from comity.drafting.rules import Content, compare
from comity.exchange.papers import Item, Paper, Run, Section, as_docx, as_pdf
from comity.kernel.dates import PartialDate
from comity.kernel.words import Name
from comity.parties.models import Party
from comity.parties.queries import actor_of
from comity.programmes.acts import documents
from comity.programmes.models import Goal, Milestone, Objective, Programme, ProgrammeType, Support

CHAPTERS, CLAUSES, GOALS, WORDS = 12, 600, 60, 60
EDITION = "for the benchmark"
"""Chapters, clauses of the text, goals, and words of a clause."""


def measures() -> Iterator[Measure]:
    """The pages of the programme, its text and its thread; comparing two versions; the paper."""
    programme = Programme.objects.filter(edition=EDITION).first() or _made()
    first, second = Version.objects.filter(text=programme.text).order_by("number")[:2]
    pages = {
        "programme": f"/programmes/{programme.pk}/",
        "its text": f"/drafting/{programme.text_id}/",
        "its golden thread": f"/programmes/{programme.pk}/thread/",
        "two versions compared": f"/drafting/compare/?version={first.pk}&version={second.pk}",
    }
    user = User.objects.get(login="poc-mda")
    with serving() as address, httpx.Client(base_url=address, cookies=session_of(user), timeout=30) as reader:
        for name, path in pages.items():
            measure = paired(f"{name}, {GOALS} goals", fetching(reader, path), "one-row page", fetching(reader, ONE_ROW), runs=40)
            yield Measure(**(measure.row() | {"queries": queries_of(user, path)}))  # type: ignore[arg-type]
    contents = [Content.of(version.content) for version in (first, second)]
    yield once(f"compare {CLAUSES} clauses", partial(compare, *contents), note="word by word, 60 of them changed")
    paper = _paper(contents[1])
    yield once(f"PDF of {CLAUSES} clauses", partial(as_pdf, paper), note="tagged, PDF/UA-1")
    yield once(f"DOCX of {CLAUSES} clauses", partial(as_docx, paper))


def _made() -> Programme:
    """The programme with its goals, and two versions that differ in every tenth clause."""
    by, at = actor_of(User.objects.get(login="desk"), at=datetime.now(UTC)), datetime.now(UTC)
    party, kind = Party.objects.get(pk="MDA"), ProgrammeType.objects.get(pk="ITPP")
    since, until = PartialDate("2031"), PartialDate("2034")
    programme = documents.open_programme(party, type=kind, edition=EDITION, since=since, until=until, by=by, at=at)
    bodies = [_said(at) for at in range(CLAUSES)]
    size = CLAUSES // CHAPTERS
    chapters = [(f"c{n}", f"Chapter {n}", f"Chapitre {n}", bodies[n * size : (n + 1) * size]) for n in range(CHAPTERS)]
    text = texts.open_text(party, title=Name("A long text", "Un long texte"), chapters=chapters, by=by, at=at)
    programme.text = text
    programme.save(update_fields=["text"])
    versions.make(text, by=by, at=at)
    for clause in list(text.clauses.all())[::10]:
        text.clauses.filter(pk=clause.pk).update(body=clause.body.replace("word 7", "another word"))
    versions.make(text, by=by, at=at)
    _goals(programme)
    return programme


def _goals(programme: Programme) -> None:
    objective = Objective.objects.create(
        party=programme.party, programme=programme, number=900, title_en="Everything", first_year=2031, last_year=2034
    )
    area = Term.objects.filter(vocabulary__name="areas").order_by("code")[0]
    goals = Goal.objects.bulk_create(
        Goal(
            party=programme.party, programme=programme, objective=objective, number=900 + n, title_en=f"Goal {n}", area=area,
            units=10, deadline=PartialDate("2033"),
        )
        for n in range(GOALS)
    )  # fmt: skip
    activities = list(Activity.objects.filter(edition=2027, state="approved").order_by("number")[: 2 * GOALS])
    Support.objects.bulk_create(
        Support(goal=goal, kind="activity", activity=activity)
        for n, goal in enumerate(goals)
        for activity in activities[2 * n : 2 * n + 2]
    )
    Milestone.objects.bulk_create(
        Milestone(goal=goal, title_en=f"Step {n}", due=PartialDate("2032")) for goal in goals for n in range(3)
    )


def _said(at: int) -> str:
    return f"Clause {at}: " + " ".join(f"word {n}" for n in range(WORDS)) + "."


def _paper(content: Content) -> Paper:
    sections = [
        Section(str(n), chapter.title_en, tuple(Item(f"{n}.{m}", (Run(c.body),)) for m, c in enumerate(chapter.clauses, 1)))
        for n, chapter in enumerate(content.chapters, 1)
    ]
    return Paper(title_en="A long text", title_fr="Un long texte", sections=tuple(sections))
