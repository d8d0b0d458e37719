"""How sign-in behaves in this house: accounts are made by those who manage them, never by a stranger."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in without sign-up."""

    def is_open_for_signup(self, request: Any) -> bool:
        """Nobody opens an account for themselves."""
        return False
