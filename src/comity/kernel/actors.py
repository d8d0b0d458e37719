"""Who acts. Built once at the door from a mandate; acts and queries see only this, never a request."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from comity.kernel.refusals import NotPermitted


@dataclass(frozen=True)
class Actor:
    """Who acts, for which party, with which permissions, in which language and time zone.

    A stranger is an actor without a login; a command run by the machine itself acts as `THE_SYSTEM`.
    """

    login: str = ""
    name: str = ""
    party: str | None = None
    role: str = ""
    permissions: frozenset[str] = field(default_factory=frozenset)
    language: str = "en"
    zone: str = "Europe/Brussels"

    @property
    def is_stranger(self) -> bool:
        """Whether nobody has signed in."""
        return not self.login

    @property
    def timezone(self) -> ZoneInfo:
        """The zone in which this person reads times."""
        return ZoneInfo(self.zone)

    def may(self, permission: str) -> bool:
        """Whether this actor holds a permission."""
        return permission in self.permissions

    def must(self, permission: str) -> None:
        """Refuse unless this actor holds a permission."""
        if not self.may(permission):
            raise NotPermitted(permission=permission)


STRANGER = Actor()
