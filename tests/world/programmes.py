"""Builders for programmes: a type, a programme of Lakeland, its goals, and the agreement that brings it into force."""

from datetime import UTC, datetime
from typing import Any

from comity.accounts.rules import Role
from comity.activities.models import Term, Vocabulary
from comity.agreements.acts import offers, signatures
from comity.agreements.models import Agreement, SigningKey
from comity.drafting.acts import versions
from comity.drafting.models import Text
from comity.drafting.rules import ChapterText, ClauseText, Content
from comity.kernel.dates import PartialDate
from comity.programmes.acts import documents, goals, objectives
from comity.programmes.models import Goal, Objective, Programme, ProgrammeType
from tests.world.cast import HEADQUARTERS, LAKELAND, actor, party
from tests.world.frameworks import DIALOGUE, INITIATIVE, PARTNERSHIP, the_frameworks
from tests.world.plans import area

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
DESK = actor(Role.DESK_OFFICER, of=HEADQUARTERS, login="dora")
HEAD = actor(Role.HEAD_OF_DELEGATION, of=LAKELAND, login="lars")
LAKE = actor(Role.POINT_OF_CONTACT, of=LAKELAND, login="lena")
CHIEF = actor(Role.LEADERSHIP, of=HEADQUARTERS, login="carla")
PASSPHRASE = "correct horse battery"
CHAPTERS = [{"en": "Ends", "fr": "Fins"}, {"en": "Ways", "fr": "Voies"}, {"en": "Means", "fr": "Moyens"}]


def the_types() -> dict[str, ProgrammeType]:
    """A tailored programme for all partners since 2011, and an older plan for the partnership alone; made once."""
    if not ProgrammeType.objects.exists():
        the_frameworks()
        everybody = [{"since": "2011", "frameworks": [PARTNERSHIP, DIALOGUE, INITIATIVE]}]
        kind("TAILORED", cycle=4, rhythm=12, has_midterm=True, openings=everybody, chapters=CHAPTERS)
        kind("PLAN", openings=[{"frameworks": [PARTNERSHIP]}], is_signed=False, chapters=CHAPTERS[:1])
    return {found.code: found for found in ProgrammeType.objects.all()}


def kind(code: str, **fields: Any) -> ProgrammeType:
    """A type; everything it does not say is unknown."""
    return ProgrammeType.objects.create(code=code, name_en=code.capitalize(), name_fr=f"{code.capitalize()} (fr)", **fields)


def programme(*, type: str = "TAILORED", edition: str = "2027–2030", of: str = LAKELAND, **fields: Any) -> Programme:
    """A programme of Lakeland, opened by the desk."""
    defaults = {"since": PartialDate("2027"), "until": PartialDate("2030"), "by": DESK, "at": NOON}
    return documents.open_programme(party(of), type=the_types()[type], edition=edition, **defaults | fields)


def objective(of: Programme, number: int = 1) -> Objective:
    """An objective of a programme."""
    found = Objective.objects.filter(party=of.party_id, number=number).first()
    if found is None:
        years = {"first_year": 2027, "last_year": 2030}
        found = objectives.set_objective(of.party, number=number, title_en=f"End {number}", **years, programme=of, by=DESK, at=NOON)
    return found


def goal(of: Programme, number: int = 1, **fields: Any) -> Goal:
    """A goal of a programme."""
    defaults = {
        "objective": objective(of), "title_en": f"Goal {number}", "area": area(), "tier": "beginner", "units": 10,
        "deadline": PartialDate("2029"), "by": DESK, "at": NOON, "programme": of,
    }  # fmt: skip
    return goals.set_goal(of.party, number=number, **defaults | fields)


def agreed(of: Programme) -> Agreement:
    """An agreement on the text of a programme: endorsed, and agreed in a council."""
    assert of.text is not None
    version = versions.keep(Text.objects.get(pk=of.text_id), content(of), base=None, unsettled=0, by=DESK, at=NOON)
    offered = offers.offer(version, by=DESK, at=NOON)
    endorsed = offers.endorse(offered, body="The government", on=PartialDate("2026-08"), reference="G/7", by=HEAD, at=NOON)
    return offers.decide_in_council(
        endorsed, body="The council", on=PartialDate("2026-08-30"), reference="C/1", by=DESK, at=NOON
    )  # fmt: skip


def signed(of: Programme) -> Agreement:
    """And signed by both sides."""
    found = agreed(of)
    for somebody in (HEAD, CHIEF):
        if not SigningKey.objects.filter(party=somebody.party).exists():
            signatures.make_key(passphrase=PASSPHRASE, by=somebody, at=NOON)
        found = signatures.sign(found, passphrase=PASSPHRASE, by=somebody, at=NOON)
    return found


def in_force(**fields: Any) -> Programme:
    """A programme of Lakeland in force."""
    made = programme(**fields)
    return documents.bring_into_force(made, agreement=signed(made), by=CHIEF, at=NOON)


def content(of: Programme) -> Content:
    """What a programme says, in two clauses."""
    said = (ClauseText("a1", f"The sides work together until {of.until}.", "public"), ClauseText("a2", "They meet in spring."))
    return Content((ChapterText("ends", "Ends", "Fins", said),), str(of.name), "")


def word(name: str, code: str) -> Term:
    """A word of a vocabulary; made once."""
    words, _ = Vocabulary.objects.get_or_create(name=name, version="test")
    return Term.objects.get_or_create(vocabulary=words, code=code, defaults={"en": code.replace("-", " ").capitalize()})[0]
