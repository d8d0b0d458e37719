"""The desk of agreements on the terminal: how each stands, what was done about it, and the acts that move it on.

Signing is left to the pages: a passphrase is typed where nothing keeps a history of what was typed.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from comity.agreements import queries
from comity.agreements.acts import circulations, moving, offers
from comity.agreements.models import Agreement
from comity.agreements.queries.history import history
from comity.drafting.queries import version as one_version
from comity.kernel.actors import Actor
from comity.ui.terminal import Format, actor, answer

agreements_group = typer.Typer(no_args_is_help=True, help="Agreements: versions on their way to be agreed and signed.")
groups = {"agreements": agreements_group}
Form = Annotated[Format, typer.Option("--format")]
Which = Annotated[int, typer.Argument(metavar="ID", help="The number of the agreement.")]
Body = Annotated[str, typer.Option("--body", help="The body that decided.")]
Dated = Annotated[str, typer.Option("--on", help="A year, a month or a day.")]
Zoned = ["%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z"]
Until = Annotated[datetime, typer.Option("--until", formats=Zoned, help="The deadline with its zone: 2027-03-15T17:00Z.")]
Reason = Annotated[str, typer.Option("--reason")]
Reference = Annotated[str, typer.Option("--reference")]
IN_A_LIST = ("id", "party", "title", "version_number", "state", "waits_for", "silence_until")


@agreements_group.command("list")
def list_(
    context: typer.Context, party: Annotated[str, typer.Option("--party", help="The code of the party.")] = "",
    state: Annotated[str, typer.Option("--state")] = "", format: Form = Format.TEXT,
) -> None:  # fmt: skip
    """The agreements one may see, newest first, with whose act comes next."""
    by = actor(context)
    found = queries.agreements(seen_by=by)
    if party:
        found = found.filter(party=party.upper())
    told = [line.facts for line in queries.lines(found, at=datetime.now(UTC), seen_by=by)]
    rows = [{name: facts[name] for name in IN_A_LIST} for facts in told if state in ("", facts["state"])]
    answer({"count": len(rows), "agreements": rows}, format, rows="agreements")


@agreements_group.command("show")
def show(context: typer.Context, agreement: Which, format: Form = Format.TEXT) -> None:
    """One agreement as it stands, with what was done about it."""
    by = actor(context)
    found = queries.agreement(agreement, seen_by=by)
    done = [
        {"at": act.at, "who": act.who or "An Ally", "party": act.party, "act": act.words} for act in history(found, seen_by=by)
    ]  # fmt: skip
    answer({**_facts(found, by), "history": done}, format, rows="history")


@agreements_group.command("offer")
def offer(
    context: typer.Context, version: Annotated[int, typer.Argument(help="The number of the version.")], format: Form = Format.TEXT
) -> None:
    """Offer a version for agreement: its text rests."""
    by = actor(context)
    made = offers.offer(one_version(version, seen_by=by), by=by, at=datetime.now(UTC))
    answer(_facts(made, by), format)


@agreements_group.command("endorse")
def endorse(
    context: typer.Context, agreement: Which, body: Body, on: Dated, reference: Reference = "", format: Form = Format.TEXT
) -> None:
    """Record that a body of one's own party endorsed the version."""
    _do(context, agreement, format, offers.endorse, body=body, on=moving.dated(on), reference=reference)


@agreements_group.command("take-back")
def take_back(context: typer.Context, agreement: Which, format: Form = Format.TEXT) -> None:
    """Take an offer back before it circulates."""
    _do(context, agreement, format, offers.take_back)


@agreements_group.command("circulate")
def circulate(context: typer.Context, agreement: Which, until: Until, format: Form = Format.TEXT) -> None:
    """Put the version before the Allies of today, under silence until a deadline."""
    _do(context, agreement, format, circulations.circulate, deadline=until)


@agreements_group.command("extend")
def extend(context: typer.Context, agreement: Which, until: Until, reason: Reason = "", format: Form = Format.TEXT) -> None:
    """Move the deadline of silence later."""
    _do(context, agreement, format, _on_round(circulations.extend), to=until, reason=reason)


@agreements_group.command("break-silence")
def break_silence(context: typer.Context, agreement: Which, reason: Reason, format: Form = Format.TEXT) -> None:
    """Break silence for one's own party, with a reason: the text goes back to drafting."""
    _do(context, agreement, format, _on_round(circulations.break_silence), reason=reason)


@agreements_group.command("withdraw")
def withdraw(context: typer.Context, agreement: Which, reason: Reason, format: Form = Format.TEXT) -> None:
    """Withdraw the round that runs: the text goes back to drafting."""
    _do(context, agreement, format, _on_round(circulations.withdraw), reason=reason)


@agreements_group.command("decide")
def decide(
    context: typer.Context, agreement: Which, body: Body, on: Dated, reference: Reference, format: Form = Format.TEXT
) -> None:
    """Record that a council agreed at its table; a round that runs is withdrawn."""
    _do(context, agreement, format, offers.decide_in_council, body=body, on=moving.dated(on), reference=reference)


def _do(context: typer.Context, pk: int, format: Format, act: Callable[..., object], **told: Any) -> None:
    """Do one act to an agreement and say how it stands then."""
    by = actor(context)
    act(queries.agreement(pk, seen_by=by), by=by, at=datetime.now(UTC), **told)
    answer(_facts(queries.agreement(pk, seen_by=by), by), format)


def _on_round(act: Callable[..., object]) -> Callable[..., object]:
    """An act on a round, done to the newest of an agreement."""
    return lambda agreement, *, by, **told: act(queries.circulation(agreement, seen_by=by), by=by, **told)


def _facts(agreement: Agreement, reader: Actor) -> dict[str, Any]:
    [line] = queries.lines([agreement], at=datetime.now(UTC), seen_by=reader)
    return line.facts
