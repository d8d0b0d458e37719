"""Who may do what, in words: the table of roles as it stands in the code, one's own standing, and the people behind it.

This page reads rooms that do not know each other (accounts and parties), so it belongs to the root.
"""

from datetime import UTC, datetime
from typing import Any, Self

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from comity.accounts import queries as accounts
from comity.accounts.acts import accounts as account_acts
from comity.accounts.models import User
from comity.accounts.rules import PERMISSION_LABELS, ROLE_LABELS, ROLES, Permission
from comity.kernel.actors import Actor
from comity.kernel.faces import refused_into
from comity.kernel.refusals import NotFound
from comity.parties.acts import mandates
from comity.parties.models import Delegation, Mandate
from comity.parties.models.delegations import DelegationQuerySet, MandateQuerySet
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


class Change(forms.Form):
    """One change to somebody's access."""

    act = forms.ChoiceField(choices=[(a, a) for a in ("give", "end", "disable", "enable")])
    role = forms.ChoiceField(choices=[(r.value, _(ROLE_LABELS[r])) for r in ROLES], required=False, label=_("Role"))
    party = forms.ModelChoiceField(Delegation.objects.none(), required=False, label=_("Delegation"))
    since = forms.DateField(required=False, label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))

    def among(self, delegations: DelegationQuerySet) -> Self:
        """The form with the delegations one may choose from."""
        field = self.fields["party"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = delegations
        return self

    def clean(self) -> dict[str, Any]:
        """A mandate needs a delegation and a role."""
        told = self.cleaned_data
        if told.get("act") == "give" and not (told.get("party") and told.get("role")):
            raise forms.ValidationError(_("Say in which delegation and in which role."))
        return told


@require_GET
@signed_in
def who_may_do_what(request: Visit) -> HttpResponse:
    """Roles and permissions, what I may do and why, and for those who manage accounts the delegations with their people."""
    actor, today = request.actor, datetime.now(UTC).date()
    people = _mandates(actor).filter(delegation__recalled_on__isnull=True) if actor.may(Permission.MANAGE_ACCOUNTS) else []
    return page(
        request,
        "config/access.html",
        roles=ROLES,
        role_labels=ROLE_LABELS,
        permissions=Permission,
        labels=PERMISSION_LABELS,
        mandate=_mandates(actor).running(today).filter(user__login=actor.login).first(),
        people=people,
        without=accounts.accounts(seen_by=actor).filter(mandates=None) if people != [] else [],
        day=today,
    )


@require_http_methods(["GET", "POST"])
@signed_in
def person(request: Visit, login: str) -> HttpResponse:
    """One person's access over time, and what may be changed about it."""
    by = request.actor
    by.must(Permission.MANAGE_ACCOUNTS)
    user = accounts.account(login, seen_by=by)
    delegations = Delegation.objects.seen_by(by).filter(recalled_on__isnull=True).select_related("party")
    form = Change(request.POST or None, initial={"since": datetime.now(UTC).date()}).among(delegations)
    if form.is_valid():
        with refused_into(form):
            _change(user, form.cleaned_data, by=by)
            messages.success(request, _("Done."))
            return redirect("person", login)
    history = _mandates(by).filter(user=user).order_by("-period")
    return page(
        request,
        "config/person.html",
        status=422 if form.errors else 200,
        person=user,
        history=history,
        form=form,
        role_labels=ROLE_LABELS,
        day=datetime.now(UTC).date(),
    )


def _change(user: User, told: dict[str, Any], *, by: Actor) -> None:
    """Do the one act that was chosen.

    Raises:
        NotFound: a mandate is to be ended and none is running.
    """
    now = datetime.now(UTC)
    since = told["since"] or now.date()
    match told["act"]:
        case "give":
            mandates.give(user, role=told["role"], of=told["party"], since=since, until=told["until"], by=by)
        case "end":
            running = _mandates(by).running(now.date()).filter(user=user).first()
            if running is None:
                raise NotFound(what="mandate")
            mandates.end(running, on=since, by=by)
        case "disable":
            account_acts.disable(user, by=by, at=now)
        case _:
            account_acts.enable(user, by=by, at=now)


def _mandates(actor: Actor) -> MandateQuerySet:
    return Mandate.objects.seen_by(actor).select_related("user", "delegation__party")
