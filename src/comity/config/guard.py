"""What must be true before the service may start. Each failure is one sentence with the one command that mends it."""

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from comity.config.environment import Misconfigured
from comity.config.health import schema_state


def require_ready() -> None:
    """Refuse to start on an unreachable database or a schema of another version.

    Raises:
        Misconfigured: with the sentence to show.
    """
    try:
        schema = schema_state()
    except (DatabaseError, ImproperlyConfigured) as fault:
        place = connection.settings_dict["HOST"] or "this machine"
        reason = str(fault).strip().splitlines()[0]
        raise Misconfigured(
            f"The database at {place} cannot be reached ({reason}). Start it, or name another one: export COMITY_DATABASE_URL=postgresql://…"
        ) from fault
    finally:
        connection.close()
    if schema == "behind":
        raise Misconfigured("The database is older than this program. Bring it up to date: comity release")
    if schema == "ahead":
        raise Misconfigured("The database is newer than this program. Install the newer version again: make install")
