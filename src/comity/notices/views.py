"""Pages of messages: the inbox, how one is told, the letters for who minds the post, the hooks of a party."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts.rules import Permission
from comity.kernel.faces import refused_into, say
from comity.kernel.words import Word
from comity.notices import queries
from comity.notices.acts import hooks as keeping
from comity.notices.acts import letters as post
from comity.notices.acts import notices as telling
from comity.notices.acts import tastes
from comity.notices.forms import Chosen, NewHook, Sought, SoughtLetters
from comity.notices.rules.states import CALL_STATES, LETTER_STATES
from comity.notices.rules.topics import TOPICS
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

A_PAGE = 50


def _now() -> datetime:
    return datetime.now(UTC)


@require_GET
@signed_in
def inbox(request: Visit) -> HttpResponse:
    """What one was told: the unread first."""
    sought = Sought(request.GET).narrowing()
    counts = queries.by_topic(seen_by=request.actor)
    found = queries.inbox(seen_by=request.actor, **sought)
    return page(
        request,
        "notices/inbox.html",
        "listing",
        shown=Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        unread_count=queries.unread(seen_by=request.actor),
        options=[(topic, say(Word(words)), counts[topic]) for topic, words in TOPICS.items() if topic in counts],
        sought=sought,
    )


@require_POST
@signed_in
def open_notice(request: Visit, pk: int) -> HttpResponse:
    """Note that a notice is read, and go to what it is about."""
    found = queries.notice(pk, seen_by=request.actor)
    telling.mark_read(found, by=request.actor, at=_now())
    return redirect(found.link or "notices")


@require_POST
@signed_in
def read_notice(request: Visit, pk: int) -> HttpResponse:
    """Note that a notice is read, and stay."""
    telling.mark_read(queries.notice(pk, seen_by=request.actor), by=request.actor, at=_now())
    return redirect("notices")


@require_POST
@signed_in
def read_all(request: Visit) -> HttpResponse:
    """Note that everything is read."""
    telling.mark_all_read(by=request.actor, at=_now())
    messages.success(request, _("Everything is marked as read."))
    return redirect("notices")


@require_http_methods(["GET", "POST"])
@signed_in
def choices(request: Visit) -> HttpResponse:
    """How one wants to be told of each topic."""
    now = queries.choices(seen_by=request.actor)
    form = Chosen(request.POST or None, now)
    if form.is_valid():
        with refused_into(form):
            tastes.choose(form.ways(), hour=form.cleaned_data["hour"], by=request.actor, at=_now())
            messages.success(request, _("Kept."))
            return redirect("notices_choices")
    return page(request, "notices/choices.html", status=422 if form.errors else 200, form=form, now=now)


@require_GET
@signed_in
def letters(request: Visit) -> HttpResponse:
    """What became of the letters, for those who mind the post."""
    request.actor.must(Permission.MANAGE_ACCOUNTS)
    state = SoughtLetters(request.GET).narrowing()["state"]
    shown = Paginator(queries.letters(seen_by=request.actor, state=state), A_PAGE).get_page(request.GET.get("page"))
    counts = queries.letters_by_state(seen_by=request.actor)
    told: dict[str, Any] = {"states": LETTER_STATES, "counts": counts, "state_": state, "go_out": queries.letters_go_out()}
    return page(request, "notices/letters.html", "listing", shown=shown, **told)


@require_POST
@signed_in
def retry_letter(request: Visit, pk: int) -> HttpResponse:
    """Have a letter sent again."""
    post.retry(queries.letter(pk, seen_by=request.actor), by=request.actor, at=_now())
    messages.success(request, _("The letter goes out again within a minute."))
    return redirect("letters")


@require_http_methods(["GET", "POST"])
@signed_in
def hooks(request: Visit) -> HttpResponse:
    """The hooks of one's party; the secret of a new one is shown on this page once and never again."""
    request.actor.must(Permission.KEEP_HOOKS)
    form = NewHook(request.POST or None)
    made: dict[str, Any] = {}
    if form.is_valid():
        with refused_into(form):
            hook, secret = keeping.make(**form.cleaned_data, by=request.actor, at=_now())
            form, made = NewHook(), {"hook": hook, "secret": secret}
    shown = Paginator(queries.calls(seen_by=request.actor), A_PAGE).get_page(request.GET.get("page"))
    mine = queries.hooks(seen_by=request.actor)
    told: dict[str, Any] = {"made": made, "hooks": mine, "shown": shown, "states": CALL_STATES, "topics": TOPICS}
    return page(request, "notices/hooks.html", status=422 if form.errors else 200, form=form, **told)


@require_POST
@signed_in
def try_hook(request: Visit, pk: int) -> HttpResponse:
    """Call a program with nothing to tell."""
    keeping.try_out(queries.hook(pk, seen_by=request.actor), by=request.actor, at=_now())
    messages.success(request, _("The program is being called; look at the history of calls in a moment."))
    return redirect("hooks")


@require_POST
@signed_in
def turn_hook(request: Visit, pk: int) -> HttpResponse:
    """Turn a hook off, or on again."""
    hook = queries.hook(pk, seen_by=request.actor)
    turn = keeping.turn_off if hook.is_active else keeping.turn_on
    turn(hook, by=request.actor, at=_now())
    return redirect("hooks")


@require_POST
@signed_in
def remove_hook(request: Visit, pk: int) -> HttpResponse:
    """Forget a hook."""
    keeping.remove(queries.hook(pk, seen_by=request.actor), by=request.actor, at=_now())
    messages.success(request, _("The hook is removed, with its secret and its calls."))
    return redirect("hooks")
