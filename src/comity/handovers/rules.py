"""What passes with a handover, as values, and the form in which it is hashed and signed.

The form is the canonical JSON of the room of drafting: whoever has the same list has the same bytes.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from comity.accounts.rules import Role
from comity.drafting.rules import canonical, digest_of
from comity.kernel.words import Name, _

FORM, FORM_VERSION = "comity-handover", 1
# Roles that a delegation fills by itself; any other is given and ended by those who manage accounts.
OF_A_DELEGATION = frozenset({Role.POINT_OF_CONTACT, Role.HEAD_OF_DELEGATION, Role.PROVIDER})
KINDS = {
    "requests": _("Requests in the basket"),
    "drafts": _("Private drafts of clauses"),
    "plans": _("Plans and their variants"),
    "nominations": _("Candidates collected"),
    "seats": _("Seats without a person"),
    "turns": _("Texts in your court"),
    "agreements": _("Agreements that wait for you"),
    "silences": _("Silence to keep or to break"),
    "reviews": _("Steps of reviews"),
}


@dataclass(frozen=True)
class Item:
    """One open thing that passes: its key, how it is called, and where it stands."""

    kind: str
    key: str
    label: Name
    link: str = ""


@dataclass(frozen=True)
class Newcomer:
    """A successor without an account: it is opened in the same act."""

    name: str
    password: str
    login: str = ""
    language: str = "en"
    zone: str = "Europe/Brussels"


@dataclass(frozen=True)
class Passing:
    """What passes to a successor and what ends with the leaver, as it stands at a moment."""

    items: Sequence[Item]
    tokens: Sequence[str]
    fingerprint: str

    def of(self, kind: str) -> list[Item]:
        """The items of one kind."""
        return [item for item in self.items if item.kind == kind]

    def told(self) -> dict[str, Any]:
        """The list as plain values."""
        return {
            "items": {kind: [{"key": i.key, "label": str(i.label)} for i in self.of(kind)] for kind in KINDS if self.of(kind)},
            "ends": {"tokens": list(self.tokens), "signing_key": self.fingerprint},
        }

    @property
    def digest(self) -> str:
        """One digest for the list: who signs signs what was shown."""
        return digest_of(self.told())


def content_of(
    passing: Passing, *, party: str, role: str, on: date, leaver: Mapping[str, str], successor: Mapping[str, str], drafts_pass: bool
) -> dict[str, Any]:
    """The document that is hashed: who hands what over to whom, and from which day on."""
    people = {"leaver": dict(leaver), "successor": dict(successor)}
    head = {"form": FORM, "form_version": FORM_VERSION, "party": party, "role": role, "on": on.isoformat()}
    return head | people | {"drafts_pass": drafts_pass} | passing.told()


def signed_statement(digest: str, *, party: str, name: str, at: datetime) -> bytes:
    """What is signed: the digest, with who signs for whom and when."""
    moment = at.astimezone(UTC).replace(microsecond=0).isoformat()
    return canonical({"handover": digest, "party": party, "name": name, "at": moment})


def begins(on: date, zone: str) -> datetime:
    """The moment a day begins in a zone."""
    return datetime.combine(on, time(), ZoneInfo(zone)).astimezone(UTC)


def due_at(on: date, zones: Iterable[str]) -> datetime:
    """The moment from which a handover can be completed: the day has begun for the leaver and for the successor."""
    return max(begins(on, zone) for zone in zones)


def login_for(party: str, name: str, taken: Collection[str]) -> str:
    """A login for a newcomer that nobody has: the party, then the name as any keyboard writes it."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = re.sub(r"[^a-z0-9]+", "-", "".join(c for c in letters if not unicodedata.combining(c))).strip("-")
    stem = f"{party.lower()}-{plain or 'contact'}"[:50].rstrip("-")
    nth = 1
    while (login := stem if nth == 1 else f"{stem}-{nth}") in taken:
        nth += 1
    return login
