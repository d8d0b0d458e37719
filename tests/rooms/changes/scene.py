"""A course with everything that can hang on one: requests, places, people, plans, goals, milestones, a text under silence."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from comity.accounts.rules import Role
from comity.activities.models import Activity
from comity.changes.acts import changes
from comity.changes.models import Change
from comity.frameworks.models import Framework
from comity.kernel.dates import PartialDate
from comity.nominations.models import PromotionPolicy
from comity.participation.models import Cap, Pool, Request
from comity.programmes.models import Milestone, Support
from tests.world import nominations as people
from tests.world import plans, requests
from tests.world.cast import DESK_OFFICER, LAKE_CENTRE, LAKELAND, MENU_MANAGER, MERIDIA, actor, party, person
from tests.world.frameworks import PARTNERSHIP, source, the_frameworks
from tests.world.nominations import NOW

LATER = NOW + timedelta(days=1)
LONG_AGO = NOW - timedelta(days=300)
WHY = "The hall is closed."
PROVIDER = actor(Role.PROVIDER, of=LAKE_CENTRE, login="provider")


@dataclass
class Scene:
    """The course and those who hold places at it."""

    course: Activity
    lake: Request
    meridia: Request


def scene() -> Scene:
    """Lakeland holds three of six seats, one of them funded, and Meridia two, both taken late; people of both are on their way."""
    if not Framework.objects.exists():
        the_frameworks()
    policy = {"title_en": "Usual", "title_fr": "Habituelle", "text_en": "x", "text_fr": "x", "release_days": 42, "hold_hours": 48}
    signed = {"order": ["choice"], "sha256": "0" * 64, "published_at": LONG_AGO, "published_by": "x"}
    PromotionPolicy.objects.get_or_create(name="usual", version=1, defaults=policy | signed)
    course = people.course(1, seats=6, area_key="cyber-defence", pool="P", place_cost=700)
    Pool.objects.get_or_create(edition=course.edition, code="P", defaults={"name_en": "Pool", "budget": 9000})
    lake = people.asked(course, LAKELAND, places=3, granted=3, priority=1)
    meridia = people.asked(course, MERIDIA, places=2, granted=2, priority=3)
    lake.grants.update(self_paid=2, funded=1, granted_at=NOW - timedelta(days=2))
    for n, state in enumerate(("accepted", "put_forward", "put_forward"), 1):
        people.nominated(lake, n, state=state)
    people.nominated(meridia, 1, state="put_forward")
    people.nominated(meridia, 2, state="reserve")
    return Scene(course, lake, meridia)


def aims(on: Activity, *, of: str = LAKELAND, number: int = 1) -> Support:
    """A goal of a party that the course supports, with a milestone that is open."""
    goal = plans.goal(of, number, deadline="2027-06")
    Milestone.objects.create(goal=goal, title_en="First ten trained", due=PartialDate("2027-04"))
    return Support.objects.create(goal=goal, kind="activity", activity=on)


def moved(on: Activity, starts: str = "2027-05-10", ends: str = "2027-05-14", *, by: Any = MENU_MANAGER, **more: Any) -> Change:
    """The course prepared to move."""
    days = {"starts": PartialDate(starts), "ends": PartialDate(ends)}
    return changes.prepare_move(on, **days, by=by, at=LATER, **more)


def shrunk(on: Activity, seats: int = 3, *, reason: str = WHY, by: Any = MENU_MANAGER) -> Change:
    """The course prepared to shrink."""
    return changes.prepare_shrink(on, seats=seats, reason=reason, by=by, at=LATER)


def cancelled(on: Activity, *, by: Any = MENU_MANAGER, **more: Any) -> Change:
    """The course prepared to be called off."""
    return changes.prepare_cancel(on, reason=WHY, by=by, at=LATER, **more)


def suspended(of: str = LAKELAND, *, scope: tuple[str, ...] = ("practical_civil",), on: date = date(2026, 12, 1)) -> Change:
    """Lakeland prepared to be suspended in the partnership."""
    values = {"on": on.isoformat(), "scope": list(scope), "body": "The council", "review_on": "", "sources": [source().key]}
    framework = Framework.objects.get(code=PARTNERSHIP)
    return changes.prepare_suspension(party(of), framework, values=values, reason=WHY, by=DESK_OFFICER, at=LATER)


def applied(change: Change, *, by: Any = MENU_MANAGER) -> Change:
    """The change, made."""
    return changes.apply(change, shown=change.digest, by=by, at=LATER)


def kinds(change: Change) -> list[tuple[str, str]]:
    """Kind and party of every consequence, in order."""
    return [(c.kind, c.party) for c in change.kept]


def texts(change: Change) -> list[str]:
    """What the list says, in English."""
    return [str(c.says) for c in change.kept]


def readers() -> None:
    """Somebody to tell in each of the two parties: Mara reads English, Meriem French, and so does the provider's Piet."""
    person("mara", Role.POINT_OF_CONTACT, of=LAKELAND)
    person("meriem", Role.POINT_OF_CONTACT, of=MERIDIA, language="fr")
    party(LAKE_CENTRE)


def capped(of: str, away: int) -> Cap:
    """A party that may have so many people away in one week."""
    return Cap.objects.create(edition_id=requests.YEAR, party=party(of), away_cap=away)
