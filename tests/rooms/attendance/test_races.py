"""Several hands at once, in real transactions: no mark is lost, none slips past a closing, nobody is certified twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from comity.attendance.acts import certificates, presences, sheets
from comity.attendance.models import Certificate, Outcome, Presence
from comity.kernel.refusals import Refusal
from tests.world.attendance import AFTER, course, everybody, fresh
from tests.world.cast import PROVIDER

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Do several things at one moment; what each was refused with, or nothing."""
    together = Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> str:
        try:
            together.wait(timeout=20)
            deed()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(deeds)) as hands:
        return list(hands.map(do, deeds))


@pytest.mark.fault("F18")
def test_of_several_hands_on_one_empty_cell_one_wins_and_the_others_are_told() -> None:
    what = course()
    somebody = what.nominations.order_by("pk")[0].pk

    def tap(to: str) -> Callable[[], object]:
        return lambda: presences.mark(fresh(what), somebody, part=1, to=to, version=0, by=PROVIDER, at=AFTER)

    told = at_once(tap("present"), tap("absent"), tap("excused"))

    assert sorted(told) == ["", "marked-meanwhile", "marked-meanwhile"]
    assert Presence.objects.get().state == ["present", "absent", "excused"][told.index("")]


@pytest.mark.fault("F18")
def test_different_cells_are_marked_at_once_and_all_are_kept() -> None:
    what = course(people=4, guests=2)

    def tap(nominee: int) -> Callable[[], object]:
        return lambda: presences.mark(fresh(what), nominee, part=1, to="present", version=0, by=PROVIDER, at=AFTER)

    told = at_once(*(tap(n.pk) for n in what.nominations.all()))

    assert told == [""] * 6
    assert Presence.objects.count() == 6


@pytest.mark.fault("F18")
def test_no_mark_slips_past_a_closing() -> None:
    what = course()
    everybody(what)
    somebody = what.nominations.order_by("pk")[0].pk

    told = at_once(
        lambda: presences.mark(fresh(what), somebody, part=1, to="absent", version=1, by=PROVIDER, at=AFTER),
        lambda: sheets.close(fresh(what), by=PROVIDER, at=AFTER),
    )

    assert told[1] == ""
    result = Outcome.objects.get(nomination=somebody).result
    assert (told[0], result) in {("", "no_show"), ("sheet-is-closed", "attended")}


def test_two_who_certify_at_once_certify_everybody_once() -> None:
    what = course()
    everybody(what)
    sheets.close(fresh(what), by=PROVIDER, at=AFTER)

    told = at_once(*[lambda: certificates.issue(fresh(what), by=PROVIDER, at=AFTER)] * 2)

    assert sorted(told) == ["", "nobody-to-certify"]
    assert Certificate.objects.count() == 3
