"""Pages of the people who sign in: everybody in one list, one person with all that may be done, an account to open.

Only those who manage accounts come here. A password is told once, in the answer to the form that asked for it.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts import queries as accounts
from comity.accounts.acts import accounts as account_acts
from comity.accounts.acts import sessions
from comity.accounts.models import User
from comity.accounts.rules import PERMISSION_LABELS, ROLE_LABELS, ROLES, Permission, Role
from comity.exchange import sheets
from comity.kernel.faces import refused_into, say
from comity.kernel.words import Sentence
from comity.parties import queries
from comity.parties.acts import mandates
from comity.parties.acts import people as people_acts
from comity.parties.forms import Bare, Describing, Ending, Giving, Opening
from comity.parties.models import Delegation
from comity.parties.models.delegations import DelegationQuerySet
from comity.parties.queries import GROUPS, PersonLine
from comity.parties.rules import ending, giving
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

ON_A_PAGE = 50


@require_GET
@signed_in
def people(request: Visit) -> HttpResponse:
    """Everybody who has an account, and the parties that will soon have nobody."""
    request.actor.must(Permission.MANAGE_ACCOUNTS)
    now = datetime.now(UTC)
    everybody = queries.people(seen_by=request.actor, at=now)
    words, chosen = request.GET.get("q", ""), {group: request.GET.getlist(group) for group in GROUPS}
    lines = queries.in_order(queries.narrowed(everybody, words=words, chosen=chosen), request.GET.get("sort", ""))
    if (form := request.GET.get("form")) in sheets.FORMS:
        return sheets.respond(form, "people", _columns(), map(_cells, lines))  # type: ignore[return-value]
    return page(
        request,
        "parties/people.html",
        "listing",
        lines=Paginator(lines, ON_A_PAGE).get_page(request.GET.get("page")),
        facets=_facets(queries.counted(everybody, words=words, chosen=chosen), everybody, chosen),
        handovers=queries.handovers(everybody, on=_today(request)),
        role_labels=ROLE_LABELS,
    )


@require_GET
@signed_in
def person(request: Visit, login: str) -> HttpResponse:
    """One person: what they may do and why, their mandates over time, what was done, and what may be done."""
    return _shown(request, _someone(request, login))


@require_http_methods(["GET", "POST"])
@signed_in
def open_account(request: Visit) -> HttpResponse:
    """An account and its first mandate in one step; the first password is told on the page that answers."""
    by, on = request.actor, _today(request)
    by.must(Permission.MANAGE_ACCOUNTS)
    form = Opening(request.POST or None, delegations=_delegations(request), on=on, initial={"since": on, "zone": by.zone})
    if form.is_valid() and "look" not in request.POST:
        with refused_into(form):
            password = token_urlsafe(15)
            user = people_acts.appoint(**form.cleaned_data, password=password, by=by, at=datetime.now(UTC))
            return _shown(request, user, password=password)
    would = _giving(form, form.cleaned_data["name"], on) if form.is_valid() else []
    return page(request, "parties/open.html", status=_number(request, form), form=form, would=would)


@require_POST
@signed_in
def give(request: Visit, login: str) -> HttpResponse:
    """Give a mandate, or say what that would do."""
    user = _someone(request, login)
    form = Giving(request.POST, delegations=_delegations(request), on=_today(request))
    act = lambda: mandates.give(user, **form.cleaned_data, by=request.actor)  # noqa: E731
    return _done(request, user, "giving", form, act, _("The mandate is given."))


@require_POST
@signed_in
def end(request: Visit, login: str) -> HttpResponse:
    """End a mandate, or say what that would do."""
    user, on = _someone(request, login), _today(request)
    form = Ending(request.POST, mandates=queries.mandates(user, seen_by=request.actor, on=on), on=on)
    return _done(
        request, user, "ending", form, lambda: mandates.end(**form.cleaned_data, by=request.actor), _("The mandate is ended.")
    )


@require_POST
@signed_in
def describe(request: Visit, login: str) -> HttpResponse:
    """Say how somebody is called, and in which language and zone they read."""
    user, form = _someone(request, login), Describing(request.POST)
    by, now = request.actor, datetime.now(UTC)
    act = lambda: account_acts.describe(user, **form.cleaned_data, by=by, at=now)  # noqa: E731
    return _done(request, user, "describing", form, act, _("Kept."))


@require_POST
@signed_in
def close(request: Visit, login: str) -> HttpResponse:
    """Close an account."""
    return _plain(request, login, account_acts.disable, _("The account is closed."))


@require_POST
@signed_in
def reopen(request: Visit, login: str) -> HttpResponse:
    """Open a closed account again."""
    return _plain(request, login, account_acts.enable, _("The account is open again."))


@require_POST
@signed_in
def drop_second_factor(request: Visit, login: str) -> HttpResponse:
    """Take away the second factor of somebody who lost it."""
    return _plain(request, login, account_acts.drop_second_factor, _("The second factor is dropped."))


@require_POST
@signed_in
def end_sessions(request: Visit, login: str) -> HttpResponse:
    """Sign somebody out everywhere."""
    return _plain(request, login, sessions.end_all, _("Every session is ended."))


@require_POST
@signed_in
def new_password(request: Visit, login: str) -> HttpResponse:
    """Give somebody a new password; it is told on the page that answers and kept nowhere."""
    user, password = _someone(request, login), token_urlsafe(15)
    account_acts.set_password(user, password=password, by=request.actor, at=datetime.now(UTC))
    return _shown(request, user, password=password)


def _today(request: Visit) -> date:
    return datetime.now(UTC).astimezone(request.actor.timezone).date()


def _someone(request: Visit, login: str) -> User:
    request.actor.must(Permission.MANAGE_ACCOUNTS)
    return accounts.account(login, seen_by=request.actor)


def _delegations(request: Visit) -> DelegationQuerySet:
    found = Delegation.objects.seen_by(request.actor).filter(recalled_on__isnull=True)
    return found.select_related("party").order_by("party__sort")


def _plain(request: Visit, login: str, act: Callable[..., object], words: str) -> HttpResponse:
    """Do an act that needs no more than a person."""
    user, form = _someone(request, login), Bare(request.POST)
    return _done(request, user, "plain", form, lambda: act(user, by=request.actor, at=datetime.now(UTC)), words)


def _done(request: Visit, user: User, name: str, form: forms.Form, act: Callable[[], object], words: str) -> HttpResponse:
    """Do what a form asks for and come back to the person; a refusal stands beside the form, a look changes nothing."""
    if form.is_valid() and "look" not in request.POST:
        with refused_into(form):
            act()
            messages.success(request, words)
            return redirect("person", user.login)
    return _shown(request, user, status=_number(request, form), asked={name: form})


def _number(request: Visit, form: forms.Form) -> int:
    """What a form is answered with: only what was asked to be done can be refused."""
    return 422 if form.errors and "look" not in request.POST else 200


def _shown(
    request: Visit, user: User, *, status: int = 200, password: str = "", asked: Mapping[str, forms.Form] | None = None
) -> HttpResponse:
    """The page of one person, with the form that was sent and fresh ones beside it."""
    by, on = request.actor, _today(request)
    held = queries.standing(user, seen_by=by, at=datetime.now(UTC))
    running = queries.mandates(user, seen_by=by, on=on)
    told = {"name": user.name, "language": user.language, "zone": user.zone}
    shown: dict[str, Any] = {
        "giving": Giving(delegations=_delegations(request), on=on),
        "ending": Ending(mandates=running, on=on),
        "describing": Describing(initial=told),
        "plain": Bare(),
        **(asked or {}),
    }
    return page(
        request,
        "parties/person.html",
        "acts",
        status=status,
        held=held,
        person=user,
        password=password,
        scale=_scale(held, on),
        permissions=[p for p in Permission if held.running and p in ROLES[Role(held.running.role)]],
        labels=PERMISSION_LABELS,
        role_labels=ROLE_LABELS,
        day=on,
        would_give=_giving(shown["giving"], user.name, on),
        would_end=_ending(shown["ending"], user, on, is_own=user.login == by.login),
        ends=list(shown["ending"].fields["mandate"].queryset),
        **shown,
    )


def _giving(form: Giving, name: str, on: date) -> list[Sentence]:
    """What the mandate of a form would do, once it is filled in."""
    if not form.is_bound or not form.is_valid():
        return []
    told = form.cleaned_data
    facts = {"role": told["role"], "since": told["since"], "until": told["until"]}
    return list(giving(name, party=told["of"].party.name, **facts, on=on))


def _ending(form: Ending, user: User, on: date, *, is_own: bool) -> list[Sentence]:
    """What ending a mandate would do; before anything is filled in, the one that runs, from tomorrow."""
    if form.is_bound and not form.is_valid():
        return []
    first = form.fields["mandate"].queryset.first()  # type: ignore[attr-defined]
    told = form.cleaned_data if form.is_bound else {"mandate": first, "on": form.get_initial_for_field(form.fields["on"], "on")}
    if told["mandate"] is None:
        return []
    return list(ending(user.name, party=told["mandate"].delegation.party.name, ends=told["on"], on=on, is_own=is_own))


def _scale(held: queries.Standing, on: date) -> tuple[date, date]:
    """The years over which mandates are drawn: from the first one until a year from now, or longer."""
    last = max([on + timedelta(days=366), *(m.period.upper for m in held.mandates if m.period.upper)])
    return min([on, *(m.period.lower for m in held.mandates)]).replace(month=1, day=1), last


def _facets(counts: dict[str, dict[str, int]], everybody: Iterable[PersonLine], chosen: dict[str, list[str]]) -> list[Any]:
    """The groups of filters, each with its values in words and how many fit."""
    parties = {line.running.party: say(line.running.party_name) for line in everybody if line.running}
    values: dict[str, dict[str, str]] = {
        "mandate": {"soon": _("Ends within 30 days"), "none": _("Without mandate")},
        "account": {"open": _("Open"), "closed": _("Closed")},
        "factor": {"set": _("Set"), "missing": _("Not set")},
        "role": {role.value: _(label) for role, label in ROLE_LABELS.items()},
        "party": dict(sorted(parties.items(), key=lambda party: party[1])),
    }
    headings = {
        "mandate": _("Mandate"),
        "account": _("Account"),
        "factor": _("Second factor"),
        "role": _("Role"),
        "party": _("Party"),
    }
    return [
        (headings[group], group, options, chosen[group])
        for group, words in values.items()
        if (options := [(v, w, counts[group].get(v, 0)) for v, w in words.items() if counts[group].get(v) or v in chosen[group]])
    ]


def _columns() -> list[str]:
    words = [_("Login"), _("Name"), _("Party"), _("Name of the party"), _("Role"), _("First day"), _("Last day")]
    return [*words, _("Account"), _("Second factor"), _("Last sign-in")]


def _cells(line: PersonLine) -> list[str]:
    runs = line.running
    stands = [_("open") if line.is_open else _("closed"), _("set") if line.has_second_factor else _("not set")]
    seen = line.signed_in_at.isoformat(timespec="seconds") if line.signed_in_at else ""
    if runs is None:
        return [line.login, line.name, "", "", "", "", "", *stands, seen]
    days = [runs.since.isoformat(), runs.last_day.isoformat() if runs.last_day else ""]
    return [line.login, line.name, runs.party, say(runs.party_name), _(ROLE_LABELS[Role(runs.role)]), *days, *stands, seen]
