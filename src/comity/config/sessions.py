"""Sessions in the database that know whose they are, so that people can see and end them."""

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

from comity.accounts.models import Session

BEGAN, BROWSER = "began", "browser"


class SessionStore(DatabaseSessions):
    """The framework's sessions with three more columns, taken from what the session holds."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table of sessions."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row of a session: with its owner once somebody signed in."""
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        owner = data.get(SESSION_KEY)
        row.user_id = int(owner) if owner else None
        row.began_at = datetime.fromisoformat(data[BEGAN]) if BEGAN in data else None
        row.browser = data.get(BROWSER, "")
        return row
