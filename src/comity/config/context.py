"""What every page shows around its content: navigation, who reads, in which language and theme, of which day."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext

from comity.accounts.models import User
from comity.accounts.rules import ROLE_LABELS, Permission, Role
from comity.config.callers import may_use_demonstration
from comity.kernel.actors import STRANGER, Actor
from comity.kernel.words import _
from comity.notices import queries as notices
from comity.parties.models import Mandate

PUBLIC = ""
SIGNED_IN = "signed in"
# Heading, then for each page: its name among the addresses, its label, and who finds it in the navigation: everybody,
# those who signed in, or those who hold a permission.
NAVIGATION: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    ("", (("desk", _("My desk"), SIGNED_IN), ("briefs", _("Weekly briefs"), SIGNED_IN))),
    (
        _("This year"),
        (
            ("menu_now", _("Menu"), PUBLIC),
            ("requests", _("Requests"), SIGNED_IN),
            ("rounds", _("Rounds"), SIGNED_IN),
            ("nominations", _("Nominations"), SIGNED_IN),
            ("attendance", _("Attendance"), SIGNED_IN),
            ("feedback", _("Feedback"), SIGNED_IN),
            ("figures", _("Figures"), SIGNED_IN),
            ("changes", _("Changes"), SIGNED_IN),
            ("scenarios", _("Scenarios"), Permission.SEE_ROUNDS),
        ),
    ),
    (
        _("Ahead"),
        (
            ("programmes", _("Programmes"), SIGNED_IN),
            ("texts", _("Texts"), SIGNED_IN),
            ("agreements", _("Agreements"), SIGNED_IN),
            ("goals", _("Goals"), SIGNED_IN),
            ("plans", _("Plans"), SIGNED_IN),
        ),
    ),
    (
        _("Register"),
        (
            ("parties", _("Parties"), PUBLIC),
            ("frameworks", _("Frameworks"), PUBLIC),
            ("timeline", _("Timeline"), PUBLIC),
            ("statements", _("Statements"), PUBLIC),
        ),
    ),
    (
        _("House"),
        (
            ("notices", _("Notices"), SIGNED_IN),
            ("calendars", _("Calendars"), SIGNED_IN),
            ("handovers", _("Handovers"), SIGNED_IN),
            ("hooks", _("Hooks"), Permission.KEEP_HOOKS),
            ("letters", _("Letters"), Permission.MANAGE_ACCOUNTS),
            ("trail", _("Trail"), SIGNED_IN),
            ("people", _("People"), Permission.MANAGE_ACCOUNTS),
            ("access", _("Who may do what"), SIGNED_IN),
        ),
    ),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of the frame around every page."""
    actor: Actor = getattr(request, "actor", STRANGER)
    return {
        "nav": _navigation(request, actor),
        "actor": None if actor.is_stranger else actor,
        "role_label": gettext(ROLE_LABELS[Role(actor.role)]) if actor.role else "",
        "language": (get_language() or "en")[:2],
        "languages": settings.LANGUAGES,
        "theme": request.COOKIES.get("comity_theme", "system"),
        "demonstration": settings.DEMONSTRATION,
        "today": date.today(),
        "on": None,
        "demonstration_people": _demonstration_people(request),
        "unread": None if actor.is_stranger else lambda: _unread(request, actor),
    }


def _unread(request: HttpRequest, actor: Actor) -> int:
    """How many notices the reader has not opened; the account of a session comes with the answer."""
    counts: list[dict[str, Any]] | None = getattr(request.user, "unread", None)
    if counts is None:
        return notices.unread(seen_by=actor)
    return sum(count["n"] for count in counts if count["party"] == actor.party)


def _demonstration_people(request: HttpRequest) -> list[dict[str, Any]]:
    """Whom one may be on the sign-in page of a demonstration; nobody anywhere else."""
    if request.path != settings.LOGIN_URL or not may_use_demonstration(request):
        return []
    running = Mandate.objects.running(date.today()).select_related("delegation__party")
    mandates = {m.user_id: m for m in running.filter(user__is_demonstration=True)}
    return [
        {
            "login": user.login,
            "name": user.name,
            "role": ROLE_LABELS[Role(mandates[user.pk].role)] if user.pk in mandates else "",
            "party": mandates[user.pk].delegation_id if user.pk in mandates else "",
            "party_name": mandates[user.pk].delegation.party.name if user.pk in mandates else None,
        }
        for user in User.objects.filter(is_demonstration=True, is_active=True).order_by("pk")
    ]


def _navigation(request: HttpRequest, actor: Actor) -> list[tuple[str, list[dict[str, Any]]]]:
    """The sections of the navigation with the links this reader may follow."""
    sections = []
    for heading, pages in NAVIGATION:
        links = [_link(request, name, label) for name, label, who in pages if _finds(actor, who)]
        if present := [link for link in links if link]:
            sections.append((gettext(heading) if heading else "", present))
    # A page under a page of the navigation is that one's alone: /programmes/goals/ is the goals', not the programmes'.
    here = [link for _heading, links in sections for link in links if link["current"]]
    for link in here:
        link["current"] = len(link["href"]) == max(len(other["href"]) for other in here)
    return sections


def _finds(actor: Actor, who: str) -> bool:
    """Whether a page is for this reader."""
    return who == PUBLIC or (not actor.is_stranger if who == SIGNED_IN else actor.may(who))


def _link(request: HttpRequest, name: str, label: str) -> dict[str, Any] | None:
    """One link of the navigation; a page that does not exist yet has none."""
    try:
        href = reverse(name)
    except NoReverseMatch:
        return None
    current = request.path == href or (href != "/" and request.path.startswith(href))
    return {"label": gettext(label), "href": href, "current": current, "count": None}
