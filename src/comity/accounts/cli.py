"""Commands for accounts: list, open, close, open again, a new password, sessions ended."""

import secrets
from datetime import UTC, datetime

import typer

from comity.accounts import queries
from comity.accounts.acts import accounts, sessions
from comity.ui.terminal import Format, actor, answer, talk

group = typer.Typer(no_args_is_help=True, help="People who sign in.")
groups = {"accounts": group}


@group.command("list")
def list_(context: typer.Context, format: Format = Format.TEXT) -> None:
    """List the accounts you may see."""
    found = queries.accounts(seen_by=actor(context))
    rows = [{"login": u.login, "name": u.name, "language": u.language, "zone": u.zone, "is_open": u.is_active} for u in found]
    answer({"count": len(rows), "accounts": rows}, format, "accounts")


@group.command("open")
def open_(
    context: typer.Context,
    login: str,
    name: str,
    email: str = "",
    language: str = "en",
    zone: str = "Europe/Brussels",
    format: Format = Format.TEXT,
) -> None:
    """Open an account; its first password is printed once."""
    password = secrets.token_urlsafe(15)
    user = accounts.open(
        login, name=name, email=email, language=language, zone=zone, password=password, by=actor(context), at=datetime.now(UTC)
    )
    answer({"login": user.login, "password": password}, format)
    talk("Hand the password over by another way than the login; its owner changes it at first sign-in.")


@group.command("disable")
def disable(context: typer.Context, login: str, format: Format = Format.TEXT) -> None:
    """Close an account: its sessions end, its tokens are revoked."""
    by = actor(context)
    accounts.disable(queries.account(login, seen_by=by), by=by, at=datetime.now(UTC))
    answer({"login": login, "is_open": False}, format)


@group.command("enable")
def enable(context: typer.Context, login: str, format: Format = Format.TEXT) -> None:
    """Open a closed account again."""
    by = actor(context)
    accounts.enable(queries.account(login, seen_by=by), by=by, at=datetime.now(UTC))
    answer({"login": login, "is_open": True}, format)


@group.command("rename")
def rename(context: typer.Context, login: str, name: str, format: Format = Format.TEXT) -> None:
    """Change the name an account goes by."""
    by = actor(context)
    accounts.rename(queries.account(login, seen_by=by), name=name, by=by, at=datetime.now(UTC))
    answer({"login": login, "name": name}, format)


@group.command("password")
def password(context: typer.Context, login: str, format: Format = Format.TEXT) -> None:
    """Give somebody a new password, printed once; all their sessions and tokens end."""
    by, words = actor(context), secrets.token_urlsafe(15)
    accounts.set_password(queries.account(login, seen_by=by), password=words, by=by, at=datetime.now(UTC))
    answer({"login": login, "password": words}, format)


@group.command("drop-second-factor")
def drop_second_factor(context: typer.Context, login: str, format: Format = Format.TEXT) -> None:
    """Take away the second factor of somebody who lost it."""
    by = actor(context)
    accounts.drop_second_factor(queries.account(login, seen_by=by), by=by, at=datetime.now(UTC))
    answer({"login": login, "second_factor": False}, format)


@group.command("end-sessions")
def end_sessions(context: typer.Context, login: str, format: Format = Format.TEXT) -> None:
    """Sign somebody out of every browser; tokens stay."""
    by = actor(context)
    ended = sessions.end_all(queries.account(login, seen_by=by), by=by, at=datetime.now(UTC))
    answer({"login": login, "sessions_ended": ended}, format)
