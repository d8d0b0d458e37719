"""A text of Lakeland on the desk, and the two who write it."""

from datetime import UTC, datetime, timedelta

from comity.accounts.rules import Role
from comity.drafting.acts import texts
from comity.drafting.models import Clause, Text
from comity.kernel.actors import Actor
from comity.kernel.words import Name
from tests.world import cast

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
DESK = cast.actor(Role.DESK_OFFICER, of=cast.HEADQUARTERS, login="dora")
OTHER_DESK = cast.actor(Role.DESK_OFFICER, of=cast.HEADQUARTERS, login="dan")
LAKE = cast.actor(Role.POINT_OF_CONTACT, of=cast.LAKELAND, login="lena")
OTHER_LAKE = cast.actor(Role.HEAD_OF_DELEGATION, of=cast.LAKELAND, login="lars")
MERIDIA = cast.MERIDIA_CONTACT
READER = cast.AUDITOR
STRANGER = Actor()
CHAPTERS = (
    ("political", "Political dialogue", "Dialogue politique", ("The two sides meet twice a year.", "They meet in spring.")),
    ("defence", "Defence", "Défense", ("Lakeland trains ten officers a year.",)),
)


def later(minutes: int) -> datetime:
    """So many minutes after nine."""
    return NINE + timedelta(minutes=minutes)


def a_text(
    *, by: Actor = DESK, chapters: tuple[tuple[str, str, str, tuple[str, ...]], ...] = CHAPTERS, marking: str = "public"
) -> Text:
    """A text of Lakeland, open, in the court of whoever opened it."""
    cast.the_world()
    title = Name("Partnership programme", "Programme de partenariat")
    return texts.open_text(cast.LAKELAND, title=title, chapters=chapters, marking=marking, by=by, at=NINE)


def a_long_text(count: int) -> Text:
    """A text of so many clauses in one chapter."""
    return a_text(chapters=(("long", "Long", "", tuple(f"Clause number {n} of the text." for n in range(count))),))


def clauses(text: Text) -> list[Clause]:
    """The clauses that stand, in order."""
    return list(Clause.objects.filter(text=text).standing())


def first(text: Text) -> Clause:
    """The first clause."""
    return clauses(text)[0]
