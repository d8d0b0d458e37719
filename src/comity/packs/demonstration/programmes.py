"""The demonstration's programmes: one that is being drafted and one in force with milestones and a review, invented and marked so.

The one in force takes in the goals and objectives that the demonstration has for its party already.
"""

import secrets
from datetime import date, datetime

from django.db import transaction

from comity.accounts.rules import Role, permissions_of
from comity.activities.models import Activity
from comity.agreements.acts import offers, signatures
from comity.agreements.models import Agreement
from comity.drafting.acts import clauses, texts, versions
from comity.drafting.models import Clause, Text
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.packs.demonstration.menu import YEAR
from comity.packs.demonstration.requests import ASKED
from comity.parties.models import Party
from comity.programmes.acts import documents, milestones, objectives
from comity.programmes.models import Binding, Goal, GoalStep, Objective, Programme, ProgrammeType, StepKind
from comity.programmes.queries.goals import words
from comity.reviews import acts as reviews
from comity.reviews.models import Review

TYPE = "ITPP"
DRAFTED, RUNNING = "MDA", "GEO"
# Three chapters: strategic objectives, partnership goals, supporting activities.
CLAUSES = (
    (
        "This is a demonstration text; nobody has agreed to it.",
        "The two sides deepen their political dialogue and meet at least once a year at the level of ambassadors.",
        "The partner builds forces that can work with those of Allies, at a pace that its means allow.",
    ),
    (
        "The partner trains instructors of its own in the areas named in its goals.",
        "Each goal has milestones with a unit in charge, a date and a way to measure it.",
        "Progress is told once a year by both sides.",
    ),
    (
        "Goals are pursued through activities of the menu, through trust funds and through evaluations.",
        "Requests for places name the objective that they serve.",
    ),
)
MILESTONES = (
    ("A unit in charge is named", "Une unité responsable est désignée", "2026-03", "met"),
    ("Half of the people are trained", "La moitié des personnes sont formées", "2027-06", "open"),
    ("Instructors train others", "Des instructeurs forment d’autres personnes", "2028-06", "open"),
)
RATED = (("on-course", "on-course"), ("behind", "stalled"), ("on-course", "behind"))


def build(by: Actor, at: datetime) -> int:
    """Build what is missing; the same call again changes nothing.

    Returns:
        How many programmes there are of the demonstration.
    """
    at = min(at, ASKED)
    kind = ProgrammeType.objects.filter(pk=TYPE).first()
    if kind and not Programme.objects.filter(is_demonstration=True).exists():
        for code, since, until in ((DRAFTED, "2027", "2030"), (RUNNING, "2025", "2028")):
            party = Party.objects.filter(code=code).first()
            if party:
                _programme(party, kind, PartialDate(since), PartialDate(until), by=by, at=at)
    return Programme.objects.filter(is_demonstration=True).count()


@transaction.atomic
def _programme(party: Party, kind: ProgrammeType, since: PartialDate, until: PartialDate, *, by: Actor, at: datetime) -> None:
    """One programme with its text; the one that runs goes its whole way."""
    edition = f"{since}–{until} (demonstration)"
    made = documents.open_programme(
        party, type=kind, edition=edition, since=since, until=until, binding=Binding.NOT_BINDING, clauses=CLAUSES, by=by, at=at
    )
    Programme.objects.filter(pk=made.pk).update(is_demonstration=True)
    if party.code == RUNNING:
        documents.bring_into_force(made, agreement=_signed(made, by=by, at=at), by=by, at=at)
        _pursue(made, by=by, at=at)
    else:
        objective = objectives.add_to(
            made, title_en="Train instructors of its own", title_fr="Former ses propres instructeurs", by=by, at=at
        )
        Objective.objects.filter(pk=objective.pk).update(is_demonstration=True)


def _signed(programme: Programme, *, by: Actor, at: datetime) -> Agreement:
    """The text agreed by both sides, decided at a table and signed with keys that nobody holds."""
    own, staff = _somebody(programme.party_id, Role.HEAD_OF_DELEGATION), _somebody("NATO", Role.ADMINISTRATOR)
    text = Text.objects.get(pk=programme.text_id or 0)
    _agree(text, by=by, at=at)
    texts.pass_turn(text, by=by, at=at)
    _agree(text, by=own, at=at)
    offered = offers.offer(versions.make(text, by=by, at=at), by=by, at=at)
    endorsed = offers.endorse(offered, body="Government", on=PartialDate.of(at.date()), reference="demonstration", by=own, at=at)
    found = offers.decide_in_council(
        endorsed, body="Council", on=PartialDate.of(at.date()), reference="demonstration", by=by, at=at
    )  # fmt: skip
    for somebody in (own, staff):
        passphrase = secrets.token_hex(16)
        signatures.make_key(passphrase=passphrase, by=somebody, at=at)
        found = signatures.sign(found, passphrase=passphrase, by=somebody, at=at)
    return found


def _agree(text: Text, *, by: Actor, at: datetime) -> None:
    """Agree to every clause of a text, chapter by chapter."""
    for chapter in text.chapters.all():
        read = dict(Clause.objects.filter(chapter=chapter).values_list("pk", "revision"))
        clauses.agree_chapter(chapter, revisions=read, by=by, at=at)


def _somebody(party: str, role: Role) -> Actor:
    login = f"demonstration-{party.lower()}"
    return Actor(login=login, name="Demonstration", party=party, role=role, permissions=permissions_of(role))


def _pursue(programme: Programme, *, by: Actor, at: datetime) -> None:
    """The goals of the party made those of the programme, with milestones, supports, markers and a review."""
    Objective.objects.live().filter(party=programme.party_id, is_demonstration=True).update(programme=programme)
    goals = list(
        Goal.objects.live().filter(party=programme.party_id, is_demonstration=True).select_related("area").order_by("number")
    )
    Goal.objects.filter(pk__in=[goal.pk for goal in goals]).update(programme=programme)
    GoalStep.objects.bulk_create(GoalStep(goal=goal, kind=StepKind.NEW, at=at, by=by.login) for goal in goals)
    markers = list(words("markers", seen_by=by))
    for place, goal in enumerate(goals):
        for en, fr, due, state in MILESTONES:
            one = milestones.add(
                goal, title_en=en, title_fr=fr, owner="Training command (demonstration)", due=PartialDate(due),
                indicator="People trained", baseline="0", target=str(goal.units), by=by, at=at,
            )  # fmt: skip
            if state == "met":
                milestones.meet(one, evidence="Order of the day (demonstration)", by=by, at=at)
        found = Activity.objects.on_offer().filter(edition=YEAR, area_key=goal.area.code).order_by("number")[place : place + 2]
        for activity in found:
            milestones.support(goal, kind="activity", activity=activity, by=by, at=at)
        if markers and place % 3 == 0:
            milestones.mark(goal, markers=[markers[place % len(markers)]], by=by, at=at)
    _review(programme, goals, by=by, at=at)


def _review(programme: Programme, goals: list[Goal], *, by: Actor, at: datetime) -> Review:
    """The review of the year, half done: the party has assessed itself, the staff are late."""
    own = _somebody(programme.party_id, Role.HEAD_OF_DELEGATION)
    due = {"self_assessment": date(at.year, 8, 15), "staff_assessment": date(at.year, 10, 15), "outcome": date(at.year, 12, 15)}
    found = reviews.open_review(Programme.objects.get(pk=programme.pk), year=at.year, due=due, by=by, at=at)
    first = found.steps.select_related("review").get(name="self_assessment")
    reviews.take_step(first, on=min(at.date(), due["self_assessment"]), summary="Sent in (demonstration).", by=own, at=at)
    ratings = {term.code: term for term in words("ratings", seen_by=by)}
    for goal, (ours, theirs) in zip(Goal.objects.filter(pk__in=[g.pk for g in goals]), RATED, strict=False):
        reviews.rate(found, goal=goal, rating=ratings[ours], by=own, at=at)
        reviews.rate(found, goal=goal, rating=ratings[theirs], by=by, at=at)
    return found
