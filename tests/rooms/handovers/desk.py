"""Lena, who leaves with her hands full; Luke, who succeeds; and the heads and administrators beside them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from comity.accounts.acts import tokens
from comity.accounts.models import User
from comity.accounts.rules import Role
from comity.activities.models import Activity
from comity.drafting.acts import drafts
from comity.drafting.models import Clause
from comity.handovers import queries
from comity.handovers.acts import handovers
from comity.handovers.models import Handover
from comity.kernel.actors import Actor
from comity.participation.models import Request
from comity.parties.models import Mandate
from comity.parties.queries import actor_of
from comity.plans.models import Plan
from tests.rooms.calendars.desk import granted
from tests.rooms.drafting import desk as drafting
from tests.world import cast, menu

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
ON = date(2026, 12, 1)
SECOND = timedelta(seconds=1)
NEW_PASSWORD = "a first password nobody guesses"


def people(zone: str = "Europe/Brussels") -> dict[str, User]:
    """Everybody who has to do with it."""
    cast.the_world()
    return {
        "lena": cast.person("lena", Role.POINT_OF_CONTACT, of=cast.LAKELAND, zone=zone),
        "luke": cast.person("luke", Role.POINT_OF_CONTACT, of=cast.LAKELAND, until=date(2021, 6, 1)),
        "hanna": cast.person("hanna", Role.HEAD_OF_DELEGATION, of=cast.LAKELAND),
        "mia": cast.person("mia", Role.POINT_OF_CONTACT, of=cast.MERIDIA),
        "admin": cast.person("admin", Role.ADMINISTRATOR, of=cast.HEADQUARTERS),
    }


def acting(login: str, at: datetime = AT) -> Actor:
    """Who somebody is at a moment."""
    return actor_of(User.objects.get(login=login), at=at)


def mandate(login: str = "lena", at: datetime = AT) -> Mandate:
    """The mandate somebody has at a moment."""
    return Mandate.objects.running(at.date()).select_related("user", "delegation__party").get(user__login=login)


def full_hands() -> Activity:
    """What lies open for Lakeland: a draft request, seats, a plan, a text in its court with a private draft, a token."""
    course = menu.activity(menu.edition())
    granted(course, 3)
    other = menu.activity(course.edition, title="Wished for")
    Request.objects.create(
        activity=other, party_id=cast.LAKELAND, state="draft", asked_at=AT, asked_by="lena", changed_at=AT, places=1
    )
    Plan.objects.create(party_id=cast.LAKELAND, first_year=2027, begun_at=AT, begun_by="lena", changed_at=AT)
    text = drafting.a_text(by=drafting.LAKE)
    drafts.save(text.clauses.first(), "What Lena would say.", base=1, by=acting("lena"), at=AT)
    tokens.make(User.objects.get(login="lena"), name="script", days=90, by=acting("lena"), at=AT)
    return course


def a_clause() -> Clause:
    """The clause on which Lena keeps a draft."""
    return Clause.objects.order_by("pk")[0]


def shown(of: str = "lena", at: datetime = AT) -> str:
    """The digest of the list as it is shown."""
    found = mandate(of, at)
    return queries.passing(found.user, party=found.delegation_id, seen_by=acting(of, at), at=at).digest


def planned(by: str = "lena", *, of: str = "lena", at: datetime = AT, **more: Any) -> Handover:
    """Handed over to Luke on the first of December, unless told otherwise; confirmed with the password."""
    given: dict[str, Any] = {"on": ON, "drafts_pass": True, "shown": shown(of, at), "secret": by * 2}
    given |= {"to": more.pop("to", None) or User.objects.get(login="luke")} | more
    return handovers.plan(mandate(of, at), **given, by=acting(by, at), at=at)
