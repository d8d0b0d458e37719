"""Somebody in every role of every party of the cast: to see who is told something, and that nobody else is."""

from datetime import date

from comity.accounts.models import User
from comity.accounts.rules import Role
from comity.notices.models import Notice
from comity.parties.models import Delegation, Mandate
from tests.world.cast import HEADQUARTERS, LAKE_CENTRE, NAMES, the_world

STAFF = {Role.ADMINISTRATOR, Role.DESK_OFFICER, Role.MENU_MANAGER, Role.LEADERSHIP, Role.AUDITOR, Role.INSTRUMENT_OFFICER}


def everybody() -> None:
    """In each party a person of every role such a party has, known by party and role."""
    the_world()
    for code in (*NAMES, HEADQUARTERS, LAKE_CENTRE):
        delegation, _ = Delegation.objects.get_or_create(party_id=code, defaults={"accredited_on": date(2000, 1, 1)})
        for role in Role:
            if (role in STAFF) == (code == HEADQUARTERS):
                user = User.objects.create_user(f"{code}.{role}".lower(), name=f"{code} {role}")
                Mandate.objects.create(user=user, delegation=delegation, role=role, period=(date(2000, 1, 1), None))


def told(topic: str) -> set[tuple[str, str]]:
    """The party and the role of everybody who was told something on a topic; each is told in their own inbox only."""
    found = Notice.objects.filter(topic=topic).select_related("recipient")
    for notice in found:
        assert notice.recipient.login.split(".")[0] == notice.party_id.lower()
    return {(notice.party_id, notice.recipient.login.split(".")[1]) for notice in found}


def speakers(*codes: str) -> set[tuple[str, str]]:
    """The point of contact and the head of each delegation."""
    return {(code, role) for code in codes for role in (Role.POINT_OF_CONTACT, Role.HEAD_OF_DELEGATION)}
