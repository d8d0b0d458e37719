"""Roles and what they may do: one table that a non-programmer can read, and that the pages show as it stands.

A role is given by a mandate, never to an account as such. Reading a record also takes the visibility rule of that
record: a permission says what kind of thing may be done, the rule says to which rows.
"""

from enum import StrEnum
from hashlib import sha256
from zoneinfo import available_timezones

from comity.kernel.words import Translate, _

LANGUAGES = ("en", "fr")
LANGUAGE_NAMES = (("en", "English"), ("fr", "Français"))
AREAS = frozenset({"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific", "UTC"})
# The zones to choose from; an account may carry any other zone there is.
ZONES = sorted(zone for zone in available_timezones() if zone.partition("/")[0] in AREAS)
# Pages beside those of people: a login of that name would have no page.
NO_LOGINS = frozenset({"open"})


class Permission(StrEnum):
    """What may be done, one name for each kind of act."""

    SEE_EVERYTHING = "SEE_EVERYTHING"
    READ_WHOLE_TRAIL = "READ_WHOLE_TRAIL"
    MANAGE_ACCOUNTS = "MANAGE_ACCOUNTS"
    KEEP_REGISTER = "KEEP_REGISTER"
    LOAD_PACK = "LOAD_PACK"
    MANAGE_MENU = "MANAGE_MENU"
    OFFER_ACTIVITIES = "OFFER_ACTIVITIES"
    REQUEST_PLACES = "REQUEST_PLACES"
    WAIVE_FINDINGS = "WAIVE_FINDINGS"
    MANAGE_ROUNDS = "MANAGE_ROUNDS"
    SEE_ROUNDS = "SEE_ROUNDS"
    KEEP_PROGRAMMES = "KEEP_PROGRAMMES"
    DRAFT_TEXTS = "DRAFT_TEXTS"
    ENDORSE_TEXTS = "ENDORSE_TEXTS"
    CIRCULATE_TEXTS = "CIRCULATE_TEXTS"
    BREAK_SILENCE = "BREAK_SILENCE"
    SIGN_TEXTS = "SIGN_TEXTS"
    NOMINATE_PEOPLE = "NOMINATE_PEOPLE"
    ENDORSE_NOMINATIONS = "ENDORSE_NOMINATIONS"
    RUN_ACTIVITIES = "RUN_ACTIVITIES"
    CHANGE_ACTIVITIES = "CHANGE_ACTIVITIES"
    APPROVE_REPORTS = "APPROVE_REPORTS"
    KEEP_HOOKS = "KEEP_HOOKS"

    def said(self, translate: Translate, language: str) -> str:
        """The permission in words, as the page of permissions shows it."""
        return translate(PERMISSION_LABELS[self])


class Role(StrEnum):
    """What a person is, in one delegation, for the time of a mandate."""

    ADMINISTRATOR = "administrator"
    DESK_OFFICER = "desk_officer"
    MENU_MANAGER = "menu_manager"
    PROVIDER = "provider"
    POINT_OF_CONTACT = "point_of_contact"
    HEAD_OF_DELEGATION = "head_of_delegation"
    INSTRUMENT_OFFICER = "instrument_officer"
    LEADERSHIP = "leadership"
    AUDITOR = "auditor"


ROLE_LABELS: dict[Role, str] = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.DESK_OFFICER: _("Desk officer"),
    Role.MENU_MANAGER: _("Menu manager"),
    Role.PROVIDER: _("Provider"),
    Role.POINT_OF_CONTACT: _("Point of contact"),
    Role.HEAD_OF_DELEGATION: _("Head of delegation"),
    Role.INSTRUMENT_OFFICER: _("Instrument officer"),
    Role.LEADERSHIP: _("Leadership"),
    Role.AUDITOR: _("Auditor"),
}

PERMISSION_LABELS: dict[Permission, str] = {
    Permission.SEE_EVERYTHING: _("See the records of every party"),
    Permission.READ_WHOLE_TRAIL: _("Read the whole trail of acts"),
    Permission.MANAGE_ACCOUNTS: _("Create accounts, give and end mandates"),
    Permission.KEEP_REGISTER: _("Keep the register: parties, memberships, suspensions"),
    Permission.LOAD_PACK: _("Load a pack of facts and rules"),
    Permission.MANAGE_MENU: _("Open, approve and publish editions of the menu"),
    Permission.OFFER_ACTIVITIES: _("Contribute activities to the menu"),
    Permission.REQUEST_PLACES: _("Ask for places on behalf of the own party"),
    Permission.WAIVE_FINDINGS: _("Waive a finding that may be waived"),
    Permission.MANAGE_ROUNDS: _("Draw up, compare and publish rounds"),
    Permission.SEE_ROUNDS: _("See rounds before they are published"),
    Permission.KEEP_PROGRAMMES: _("Open programmes, lead their yearly cycle, end and replace them"),
    Permission.DRAFT_TEXTS: _("Draft texts together with the other side"),
    Permission.ENDORSE_TEXTS: _("Endorse a text for the own party"),
    Permission.CIRCULATE_TEXTS: _("Circulate texts under silence and record decisions of a council"),
    Permission.BREAK_SILENCE: _("Break silence for the own party"),
    Permission.SIGN_TEXTS: _("Sign agreed texts for the own side"),
    Permission.NOMINATE_PEOPLE: _("Collect candidates and put people forward for the own party"),
    Permission.ENDORSE_NOMINATIONS: _("Endorse nominations for the own party"),
    Permission.RUN_ACTIVITIES: _("Accept nominees, keep attendance and report for the own activities"),
    Permission.CHANGE_ACTIVITIES: _("Move, shrink and cancel published activities"),
    Permission.APPROVE_REPORTS: _("Approve reports of activities and send them to delegations"),
    Permission.KEEP_HOOKS: _("Have notices of the own party sent to a program"),
}

ROLES: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.DESK_OFFICER: frozenset(
        {
            Permission.SEE_EVERYTHING,
            Permission.KEEP_REGISTER,
            Permission.WAIVE_FINDINGS,
            Permission.SEE_ROUNDS,
            Permission.KEEP_PROGRAMMES,
            Permission.DRAFT_TEXTS,
            Permission.CIRCULATE_TEXTS,
            Permission.APPROVE_REPORTS,
        }
    ),
    Role.MENU_MANAGER: frozenset(
        {
            Permission.SEE_EVERYTHING,
            Permission.MANAGE_MENU,
            Permission.OFFER_ACTIVITIES,
            Permission.WAIVE_FINDINGS,
            Permission.MANAGE_ROUNDS,
            Permission.SEE_ROUNDS,
            Permission.CHANGE_ACTIVITIES,
            Permission.APPROVE_REPORTS,
        }
    ),
    Role.PROVIDER: frozenset({Permission.OFFER_ACTIVITIES, Permission.RUN_ACTIVITIES, Permission.CHANGE_ACTIVITIES}),
    Role.POINT_OF_CONTACT: frozenset(
        {
            Permission.REQUEST_PLACES,
            Permission.OFFER_ACTIVITIES,
            Permission.DRAFT_TEXTS,
            Permission.BREAK_SILENCE,
            Permission.NOMINATE_PEOPLE,
            Permission.RUN_ACTIVITIES,
            Permission.CHANGE_ACTIVITIES,
            Permission.KEEP_HOOKS,
        }
    ),
    Role.HEAD_OF_DELEGATION: frozenset(
        {
            Permission.REQUEST_PLACES,
            Permission.DRAFT_TEXTS,
            Permission.ENDORSE_TEXTS,
            Permission.BREAK_SILENCE,
            Permission.SIGN_TEXTS,
            Permission.NOMINATE_PEOPLE,
            Permission.ENDORSE_NOMINATIONS,
        }
    ),
    Role.INSTRUMENT_OFFICER: frozenset({Permission.SEE_EVERYTHING, Permission.DRAFT_TEXTS}),
    Role.LEADERSHIP: frozenset({Permission.SEE_EVERYTHING, Permission.SEE_ROUNDS, Permission.SIGN_TEXTS}),
    Role.AUDITOR: frozenset({Permission.SEE_EVERYTHING, Permission.READ_WHOLE_TRAIL, Permission.SEE_ROUNDS}),
}


def permissions_of(role: str) -> frozenset[str]:
    """The permissions of a role by its name; an unknown role has none."""
    return frozenset(ROLES[Role(role)]) if is_role(role) else frozenset()


def is_role(role: str) -> bool:
    """Whether there is a role of that name."""
    return role in set(map(str, Role))


def digest_of(words: str) -> str:
    """What is kept of a token: it has 256 bits of chance in it, so one round of a fast digest is enough."""
    return sha256(words.encode()).hexdigest()
