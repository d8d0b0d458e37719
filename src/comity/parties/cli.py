"""Commands for delegations and mandates: who speaks for whom, from when until when."""

from datetime import UTC, datetime
from secrets import token_urlsafe

import typer

from comity.accounts import queries as accounts
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.parties import queries
from comity.parties.acts import delegations, mandates, people
from comity.parties.models import Delegation, Mandate
from comity.ui.terminal import Format, actor, answer, talk

mandates_group = typer.Typer(no_args_is_help=True, help="Who speaks for whom.")
delegations_group = typer.Typer(no_args_is_help=True, help="Delegations of parties.")
groups = {"mandates": mandates_group, "delegations": delegations_group}
DAY = typer.Option(None, formats=["%Y-%m-%d"])


@delegations_group.command("accredit")
def accredit(context: typer.Context, party: str, on: datetime = DAY, format: Format = Format.TEXT) -> None:
    """Accept the delegation of a party."""
    by = actor(context)
    delegation = delegations.accredit(queries.party(party, seen_by=by), on=(on or datetime.now(UTC)).date(), by=by)
    answer({"delegation": delegation.party_id, "accredited_on": delegation.accredited_on}, format)


@delegations_group.command("recall")
def recall(context: typer.Context, party: str, on: datetime = DAY, format: Format = Format.TEXT) -> None:
    """Recall the delegation of a party."""
    by, day = actor(context), (on or datetime.now(UTC)).date()
    delegations.recall(_delegation(party, by), on=day, by=by)
    answer({"delegation": party.upper(), "recalled_on": day}, format)


@mandates_group.command("list")
def list_(context: typer.Context, on: datetime = DAY, format: Format = Format.TEXT) -> None:
    """List the mandates in force that you may see."""
    day = (on or datetime.now(UTC)).date()
    found = Mandate.objects.seen_by(actor(context)).running(day).select_related("user")
    rows = [
        {"login": m.user.login, "party": m.delegation_id, "role": m.role, "since": m.period.lower, "ends": m.period.upper}
        for m in found
    ]
    answer({"on": day, "count": len(rows), "mandates": rows}, format, "mandates")


@mandates_group.command("give")
def give(
    context: typer.Context,
    login: str,
    role: str,
    party: str,
    since: datetime = DAY,
    until: datetime = DAY,
    format: Format = Format.TEXT,
) -> None:
    """Give somebody a role in the delegation of a party; --until is the last day."""
    by = actor(context)
    mandate = mandates.give(
        accounts.account(login, seen_by=by),
        role=role,
        of=_delegation(party, by),
        since=(since or datetime.now(UTC)).date(),
        until=until.date() if until else None,
        by=by,
    )
    answer({"login": login, "party": mandate.delegation_id, "role": role}, format)


@mandates_group.command("appoint")
def appoint(
    context: typer.Context,
    login: str,
    name: str,
    role: str,
    party: str,
    since: datetime = DAY,
    until: datetime = DAY,
    email: str = "",
    language: str = "en",
    zone: str = "Europe/Brussels",
    format: Format = Format.TEXT,
) -> None:
    """Open an account with its first mandate, both or neither; its first password is printed once."""
    by, now, password = actor(context), datetime.now(UTC), token_urlsafe(15)
    people.appoint(
        login,
        name=name,
        email=email,
        language=language,
        zone=zone,
        password=password,
        role=role,
        of=_delegation(party, by),
        since=(since or now).date(),
        until=until.date() if until else None,
        by=by,
        at=now,
    )
    answer({"login": login, "party": party.upper(), "role": role, "password": password}, format)
    talk("Hand the password over by another way than the login; its owner changes it at first sign-in.")


@mandates_group.command("end")
def end(context: typer.Context, login: str, on: datetime = DAY, format: Format = Format.TEXT) -> None:
    """End somebody's mandate; --on is the first day without it."""
    by, day = actor(context), (on or datetime.now(UTC)).date()
    mandate = Mandate.objects.seen_by(by).filter(user__login=login.lower()).order_by("-period").first()
    if mandate is None:
        raise NotFound(what="mandate")
    mandates.end(mandate, on=day, by=by)
    answer({"login": login, "ends": day}, format)


def _delegation(party: str, by: Actor) -> Delegation:
    found = Delegation.objects.seen_by(by).filter(party=party.upper()).first()
    if found is None:
        raise NotFound(what="delegation")
    return found
