"""Who may do what, in words: the table of roles as it stands in the code, and one's own standing.

This page reads rooms that do not know each other (accounts and parties), so it belongs to the root.
"""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from comity.accounts.rules import PERMISSION_LABELS, ROLE_LABELS, ROLES, Permission
from comity.kernel.actors import Actor
from comity.parties.models import Mandate
from comity.parties.models.delegations import MandateQuerySet
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


@require_GET
@signed_in
def who_may_do_what(request: Visit) -> HttpResponse:
    """Roles and permissions, and what I may do and why."""
    actor, today = request.actor, datetime.now(UTC).date()
    return page(
        request,
        "config/access.html",
        roles=ROLES,
        role_labels=ROLE_LABELS,
        permissions=Permission,
        labels=PERMISSION_LABELS,
        mandate=_mandates(actor).running(today).filter(user__login=actor.login).first(),
    )


def _mandates(actor: Actor) -> MandateQuerySet:
    return Mandate.objects.seen_by(actor).select_related("user", "delegation__party")
