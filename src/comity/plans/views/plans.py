"""Pages of plans: the plan of a party, changed by hand, its limits, variants, and what the planner proposes."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts.rules import Permission
from comity.kernel.faces import refused_into
from comity.kernel.refusals import NotFound
from comity.plans import forms, queries
from comity.plans.acts import accepting, joint, limits, lines, proposals
from comity.plans.acts import plans as acts
from comity.plans.models import Plan, Proposal
from comity.plans.queries.menu import worth_adding
from comity.plans.queries.pictures import changes, picture
from comity.plans.rules import LINE_STATES, LINE_TONES, PLAN_STATES, STAGES, STEPS
from comity.programmes.models import ProgrammeState
from comity.programmes.queries import goals as aims
from comity.programmes.queries import party_planning, programmes
from comity.programmes.queries import programme as one_programme
from comity.programmes.rules import TIER_WORDS
from comity.ui.pages import page, wants_fragment
from comity.ui.visits import Visit, signed_in

WORDS: dict[str, Any] = {
    "states": LINE_STATES,
    "tones": LINE_TONES,
    "stages": STAGES,
    "steps": STEPS,
    "tiers": TIER_WORDS,
    "kinds": PLAN_STATES,
}


@signed_in
@require_http_methods(["GET", "POST"])
def overview(request: Visit) -> HttpResponse:
    """The plans a reader may see, and plans for all to be ordered; whoever sees one party only goes to its plan."""
    if not request.actor.may(Permission.SEE_EVERYTHING):
        return redirect("plan", party=request.actor.party) if request.actor.party else redirect("programmes")
    form = forms.VariantName(request.POST or None)
    if form.is_bound and form.is_valid():
        with refused_into(form):
            joint.order(form.cleaned_data["name"], by=request.actor, at=datetime.now(UTC))
            return redirect("plans")
    found = queries.plans(seen_by=request.actor).order_by("party__sort", "state", "name")
    shown, orders = Paginator(found, 50).get_page(request.GET.get("page")), queries.joint_plans(seen_by=request.actor)[:5]
    told: dict[str, Any] = {"shown": shown, "orders": orders, "form": form, "may": request.actor.may(Permission.KEEP_REGISTER)}
    return page(request, "plans/plans.html", "list", status=422 if form.errors else 200, **told, **WORDS)


@signed_in
@require_GET
def together(request: Visit, pk: int) -> HttpResponse:
    """How far plans for all are; once they stand, the whole page is asked for again."""
    found = queries.joint_plan(pk, seen_by=request.actor)
    if found.state == "ordered":
        return page(request, "plans/together.html", "headway", order=found, **WORDS)
    if not wants_fragment(request):
        return redirect("plans")
    answer = HttpResponse(status=200)
    answer["HX-Redirect"] = reverse("plans")
    return answer


@signed_in
@require_GET
def plan(request: Visit, party: str) -> HttpResponse:
    """The plan a party works on, or how to begin one."""
    whose = party_planning(party, seen_by=request.actor)
    draft = queries.draft_of(whose.code, seen_by=request.actor)
    if draft:
        return _shown(request, draft, _year(request.GET.get("year", "")))
    goals = aims(seen_by=request.actor).aimed().filter(party=whose).count()
    first = queries.year_to_plan_from(datetime.now(UTC).date(), seen_by=request.actor)
    return page(request, "plans/begin.html", whose=whose, may=_may(request, whose.code), goals=goals, first_year=first)


@signed_in
@require_POST
def begin(request: Visit, party: str) -> HttpResponse:
    """Begin a plan, from the year of the newest edition."""
    whose = party_planning(party, seen_by=request.actor)
    now = datetime.now(UTC)
    limits.begin(whose, first_year=queries.year_to_plan_from(now.date(), seen_by=request.actor), by=request.actor, at=now)
    return redirect("plan", party=whose.code)


@signed_in
@require_POST
def draft(request: Visit, party: str) -> HttpResponse:
    """Draft the plan: at once, and then with a proof."""
    acts.draft(_draft(request, party), by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("Drafted. The planner goes on looking for something better and will replace this draft."))
    return redirect("plan", party=party.upper())


@signed_in
@require_POST
def anew(request: Visit, party: str) -> HttpResponse:
    """Order the rest to be planned anew; the answer is looked at before it is taken."""
    made = acts.order_the_rest(_draft(request, party), by=request.actor, at=datetime.now(UTC))
    return redirect("plan_proposal", pk=made.pk)


@signed_in
@require_POST
def change(request: Visit, party: str) -> HttpResponse:
    """Change one line by hand, by the button that was pressed: what to do, the activity, the year."""
    found = _draft(request, party)
    verb, activity, year, people = _pressed(request)
    now: dict[str, Any] = {"by": request.actor, "at": datetime.now(UTC)}
    if verb in ("fix", "free"):
        {"fix": lines.fix, "free": lines.free}[verb](found, activity, year, **now)
    else:
        lines.send(found, activity, year, people, **now)
    return _again(request, found, year)


@signed_in
@require_POST
def undo(request: Visit, party: str) -> HttpResponse:
    """Undo the last change."""
    undone = lines.undo(_draft(request, party), by=request.actor, at=datetime.now(UTC))
    return _again(request, undone, _year(request.POST.get("year", "")))


@signed_in
@require_POST
def accept(request: Visit, party: str, pk: int) -> HttpResponse:
    """Make the plan part of a programme that is being drafted."""
    found, programme = _draft(request, party), one_programme(pk, seen_by=request.actor)
    laid = accepting.accept(found, programme=programme, by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("The plan lies beside the text of the programme; its next version takes it over."))
    return redirect(f"{reverse('text', args=[laid.text_id])}#annex-{laid.key}")


@signed_in
@require_GET
def menu(request: Visit, party: str) -> HttpResponse:
    """What the menu has for a goal of the plan, to be added line by line."""
    found = _draft(request, party)
    goals = list(aims(seen_by=request.actor).aimed().filter(party=found.party_id).order_by("number"))
    chosen = next((g for g in goals if str(g.pk) == request.GET.get("goal")), goals[0] if goals else None)
    on, words = datetime.now(UTC).date(), request.GET.get("q", "")
    rows = worth_adding(found, chosen, words, on=on, seen_by=request.actor) if chosen else []
    shown = Paginator(rows, 30).get_page(request.GET.get("page"))
    may = _may(request, found.party_id)
    return page(request, "plans/menu.html", "list", plan=found, goals=goals, chosen=chosen, shown=shown, q=words, may=may)


@signed_in
@require_http_methods(["GET", "POST"])
def limits_page(request: Visit, party: str) -> HttpResponse:
    """The limits of a plan."""
    found = _draft(request, party)
    form = forms.Limits(request.POST or None, plan=found)
    if form.is_bound and form.is_valid():
        with refused_into(form):
            limits.set_limits(found, by=request.actor, at=datetime.now(UTC), **form.values())
            return redirect("plan", party=found.party_id)
    return page(request, "plans/limits.html", status=422 if form.errors else 200, form=form, plan=found)


@signed_in
@require_POST
def keep(request: Visit, party: str) -> HttpResponse:
    """Keep the plan as it stands, as a variant."""
    form = forms.VariantName(request.POST)
    name = form.cleaned_data["name"] if form.is_valid() else ""
    limits.keep(_draft(request, party), name, by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("Kept as a variant."))
    return redirect("plan", party=party.upper())


@signed_in
@require_http_methods(["GET", "POST"])
def variant(request: Visit, pk: int) -> HttpResponse:
    """A variant to look at; going back to it makes the draft what it was."""
    found = queries.plan(pk, seen_by=request.actor)
    if request.method == "POST":
        limits.restore(found, by=request.actor, at=datetime.now(UTC))
        messages.success(request, _("The plan is again what this variant was. You can undo that."))
        return redirect("plan", party=found.party_id)
    return redirect("plan", party=found.party_id) if found.is_draft else _shown(request, found)


@signed_in
@require_http_methods(["GET", "POST"])
def proposal(request: Visit, pk: int) -> HttpResponse:
    """What the planner proposes, beside what stands; taken or dropped here, and watched while it is worked out."""
    found = queries.proposal(pk, seen_by=request.actor)
    if request.method == "POST":
        act = proposals.take if "take" in request.POST else proposals.drop
        act(found, by=request.actor, at=datetime.now(UTC))
        return redirect("plan", party=found.plan.party_id)
    if found.state == "ordered":
        return page(request, "plans/proposal.html", "progress", proposal=found, changes=[], **WORDS)
    if wants_fragment(request) or found.state in ("taken", "dropped"):
        return _moved(request, found)
    told = changes(found, seen_by=request.actor) if found.state == "ready" else []
    return page(request, "plans/proposal.html", "progress", proposal=found, changes=told, **WORDS)


def _moved(request: Visit, found: Proposal) -> HttpResponse:
    """On to the answer or, where there is none to look at, to the plan."""
    if found.state == "ready" and found.kind == "rest":
        to = reverse("plan_proposal", args=[found.pk])
    else:
        to = reverse("plan", args=[found.plan.party_id])
    if not wants_fragment(request):
        return redirect(to)
    answer = HttpResponse(status=200)
    answer["HX-Redirect"] = to
    return answer


def _draft(request: Visit, party: str) -> Plan:
    """The draft of a party, or nothing found."""
    whose = party_planning(party, seen_by=request.actor)
    if (found := queries.draft_of(whose.code, seen_by=request.actor)) is None:
        raise NotFound(what="plan")
    return found


def _shown(request: Visit, found: Plan, unfolded: int | None = None) -> HttpResponse:
    """The page of a plan, with the lines of one year unfolded: the one worked in, or the first."""
    told = picture(found, on=datetime.now(UTC).date(), seen_by=request.actor)
    name = forms.VariantName()
    may = found.is_draft and _may(request, found.party_id)
    taking = queries.years_taking_requests(found, at=datetime.now(UTC), seen_by=request.actor) if may else []
    drafted = programmes(seen_by=request.actor).filter(party=found.party_id, state=ProgrammeState.DRAFTING) if may else []
    shown: dict[str, Any] = {"told": told, "plan": found, "may": may, "name": name, "taking": taking, "unfolded": unfolded}
    shown["drafted"] = list(drafted) if told.going else []
    return page(request, "plans/plan.html", "plan", **shown, **WORDS)


def _again(request: Visit, found: Plan, year: int | None = None) -> HttpResponse:
    """The plan after a change: the part that changed, or the page; the lines of the year worked in are unfolded."""
    if wants_fragment(request):
        return _shown(request, queries.plan(found.pk, seen_by=request.actor), year)
    return redirect(reverse("plan", args=[found.party_id]) + (f"?year={year}#lines" if year else ""))


def _year(given: str) -> int | None:
    """The year somebody works in, if they say one."""
    return int(given) if given.isdecimal() and len(given) == 4 else None


def _may(request: Visit, party: str) -> bool:
    """Whether the reader may change the plans of a party."""
    actor = request.actor
    return actor.may(Permission.KEEP_REGISTER) or (actor.party == party and actor.may(Permission.REQUEST_PLACES))


def _pressed(request: Visit) -> tuple[str, int, int, int]:
    """The button that was pressed: what to do, the activity, the year, and how many people then go."""
    verb, *rest = request.POST.get("change", "").split(":")
    numbers: list[Any] = [int(n) if n.isdecimal() and len(n) < 10 else 0 for n in [*rest, "", "", ""][:3]]
    if verb == "add":
        form = forms.Sending(request.POST)
        given = form.cleaned_data if form.is_valid() else {}
        numbers = [given.get(name, 0) for name in ("activity", "year", "people")]
    return verb, *numbers
