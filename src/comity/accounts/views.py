"""Pages about oneself: the account, its sessions, its tokens. Sign-in itself is the library's, in our look."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.accounts import queries
from comity.accounts.acts import accounts, sessions, tokens
from comity.accounts.forms import NewToken, Self
from comity.kernel.faces import refused_into
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def own_account(request: Visit) -> HttpResponse:
    """One's own account: name, language, zone, and the browsers signed in."""
    now = datetime.now(UTC)
    user = queries.account(request.actor.login, seen_by=request.actor)
    form = Self(request.POST or None, initial={"name": user.name, "language": user.language, "zone": user.zone})
    if form.is_valid():
        with refused_into(form):
            accounts.describe(user, **form.cleaned_data, by=request.actor, at=now)
            messages.success(request, _("Kept."))
            return redirect("accounts")
    mine = queries.sessions(seen_by=request.actor, at=now).filter(user=user)
    return page(
        request,
        "accounts/own.html",
        status=422 if form.errors else 200,
        form=form,
        account=user,
        sessions=mine,
        here=request.session.session_key,
        tokens=queries.tokens(seen_by=request.actor).alive(now).filter(owner=user).count(),
    )


@require_POST
@signed_in
def end_session(request: Visit, mark: str) -> HttpResponse:
    """Sign one of one's browsers out."""
    now = datetime.now(UTC)
    sessions.end(queries.session(mark, seen_by=request.actor, at=now), by=request.actor, at=now)
    messages.success(request, _("That browser is signed out."))
    return redirect("accounts")


@require_http_methods(["GET", "POST"])
@signed_in
def own_tokens(request: Visit) -> HttpResponse:
    """One's tokens; a new one is shown on this page once and never again."""
    now = datetime.now(UTC)
    form = NewToken(request.POST or None)
    made: dict[str, Any] = {}
    if form.is_valid():
        with refused_into(form):
            owner = queries.account(request.actor.login, seen_by=request.actor)
            token, words = tokens.make(owner, **form.cleaned_data, by=request.actor, at=now)
            form, made = NewToken(), {"token": token, "words": words}
    mine = queries.tokens(seen_by=request.actor).filter(owner__login=request.actor.login)
    return page(
        request, "accounts/tokens.html", "tokens", status=422 if form.errors else 200, form=form, made=made, tokens=mine, now=now
    )


@require_POST
@signed_in
def revoke_token(request: Visit, pk: int) -> HttpResponse:
    """Revoke a token."""
    tokens.revoke(queries.token(pk, seen_by=request.actor), by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("The token is revoked."))
    return redirect("tokens")
