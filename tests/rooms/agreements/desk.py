"""A text of Lakeland on its way to agreement, the Allies it is put before, and the people who act."""

from datetime import UTC, datetime, timedelta

from comity.accounts.rules import Role
from comity.agreements.acts import circulations, offers, signatures
from comity.agreements.models import Agreement, Circulation
from comity.drafting.acts import texts, versions
from comity.drafting.models import Version
from comity.drafting.rules import ChapterText, ClauseText, Content
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.words import Name
from comity.parties.models import Party
from tests.world import cast
from tests.world.frameworks import ALLIANCE, member, the_frameworks

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
DEADLINE = datetime(2027, 3, 15, 17, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DESK = cast.actor(Role.DESK_OFFICER, of=cast.HEADQUARTERS, login="dora")
HEAD = cast.actor(Role.HEAD_OF_DELEGATION, of=cast.LAKELAND, login="lars")
LAKE = cast.actor(Role.POINT_OF_CONTACT, of=cast.LAKELAND, login="lena")
ALLY = cast.actor(Role.POINT_OF_CONTACT, of=cast.ARCADIA, login="anna")
CHIEF = cast.actor(Role.LEADERSHIP, of=cast.HEADQUARTERS, login="carla")
OTHER_HEAD = cast.actor(Role.HEAD_OF_DELEGATION, of=cast.MERIDIA, login="mara")
STRANGER = Actor()
PASSPHRASE = "correct horse battery"
MORE_ALLIES = {"XPG": "Pacific/Pago_Pago", "XRE": "Atlantic/Reykjavik", "XTO": "Pacific/Tongatapu", "XBR": "Europe/Brussels"}
CONTENT = Content(
    (
        ChapterText(
            "pol",
            "Political dialogue",
            "Dialogue politique",
            (ClauseText("a1", "The two sides meet twice a year.", "public"), ClauseText("a2", "They meet in *spring*.")),
        ),
        ChapterText("def", "Defence", "Défense", (ClauseText("b1", "Lakeland trains ten officers\na year.", "public"),)),
    ),
    "Partnership programme",
    "Programme de partenariat",
)


def the_register(*, allies: bool = False) -> None:
    """The cast in its frameworks; with more Allies if wanted, from one end of the day to the other."""
    if Party.objects.filter(code=cast.ARCADIA).exists():
        return
    the_frameworks()
    for code, zone in MORE_ALLIES.items() if allies else ():
        cast.party(code, name=f"Land {code}")
        Party.objects.filter(code=code).update(zone=zone)
        member(code, ALLIANCE, "ally", "2000-01-01")


def long_content(count: int) -> Content:
    """So many clauses in ten chapters."""
    words = "the sides agree to work together. " * 8
    chapters = []
    for c in range(1, 11):
        clauses = [ClauseText(f"k{c}x{n}", f"In matter {n} of {c} {words}") for n in range(count // 10)]
        chapters.append(ChapterText(f"c{c}", f"Chapter {c}", "", tuple(clauses)))
    return Content(tuple(chapters), "Long programme", "Long programme")


def a_version(content: Content = CONTENT, *, of: str = cast.LAKELAND, unsettled: int = 0) -> Version:
    """A version of a text, with everything in it settled."""
    the_register()
    title = Name(content.title_en, content.title_fr)
    text = texts.open_text(of, title=title, chapters=[("pol", "Political dialogue", "", ())], by=DESK, at=NINE)
    return versions.keep(text, content, base=None, unsettled=unsettled, by=DESK, at=NINE)


def offered(content: Content = CONTENT, *, at: datetime = NINE) -> Agreement:
    """Offered by the desk."""
    return offers.offer(a_version(content), by=DESK, at=at)


def endorsed(content: Content = CONTENT, *, at: datetime = NINE) -> Agreement:
    """And endorsed by Lakeland's government."""
    told = {"body": "The government", "on": PartialDate("2026-02"), "reference": "G/7"}
    return offers.endorse(offered(content, at=at), **told, by=HEAD, at=at)


def circulating(content: Content = CONTENT, *, deadline: datetime = DEADLINE) -> Circulation:
    """And put before the Allies."""
    return circulations.circulate(endorsed(content), deadline=deadline, by=DESK, at=NINE)


def agreed(content: Content = CONTENT) -> Agreement:
    """And silence has held."""
    return circulations.settle(circulating(content).agreement, by=DESK, at=DEADLINE)


def signed(content: Content = CONTENT) -> Agreement:
    """And both sides have signed."""
    found = agreed(content)
    for somebody in (HEAD, CHIEF):
        signatures.make_key(passphrase=PASSPHRASE, by=somebody, at=DEADLINE)
        found = signatures.sign(found, passphrase=PASSPHRASE, by=somebody, at=DEADLINE)
    return found
