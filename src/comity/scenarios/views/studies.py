"""Pages of studies: the list, the order with its preview, one study with its scenarios."""

from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts.rules import Permission
from comity.exchange import sheets
from comity.kernel.faces import refused_into, say
from comity.participation import queries as participation
from comity.participation.rules import STAGES
from comity.scenarios import forms, queries
from comity.scenarios.acts import studies
from comity.scenarios.models import Scenario, Study
from comity.scenarios.rules import SCENARIO_STATES, STUDY_STATES, TONES, changes_of, low_end
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

PAGE = 50
# What a study shows of each scenario, by the names of figures of a comparison.
SHOWN = ("granted", "fill", "worst", "median", "funded", "self_paid", "cancelled", "gap_percent", "seconds")
Row = dict[str, Any]


@signed_in
@require_GET
def overview(request: Visit) -> HttpResponse:
    """The studies of all editions."""
    request.actor.must(Permission.SEE_ROUNDS)
    done = Count("scenarios", filter=~Q(scenarios__state="waiting"))
    found = queries.studies(seen_by=request.actor).annotate(total=Count("scenarios"), ended=done).order_by("-edition", "-number")
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    manages = request.actor.may(Permission.MANAGE_ROUNDS)
    return page(request, "scenarios/studies.html", "list", shown=shown, manages=manages, states=STUDY_STATES, tones=TONES)


@signed_in
@require_http_methods(["GET", "POST"])
def order(request: Visit) -> HttpResponse:
    """Put a study together: what it comes to is shown before it is ordered."""
    request.actor.must(Permission.MANAGE_ROUNDS)
    year = participation.edition(request.GET.get("year"), seen_by=request.actor)
    pools = participation.pools(year, seen_by=request.actor)
    form = forms.StudyOrder(request.POST or None, pools=pools, language=get_language() or "en")
    planned: list[Row] = []
    if form.is_bound and form.is_valid():
        with refused_into(form):
            told = form.cleaned_data
            if "order" in request.POST:
                at, by = datetime.now(UTC), request.actor
                made = studies.order(year, rules=list(told["rules"]), choice=form.choice(), title=told["title"], by=by, at=at)
                return redirect("study", pk=made.pk)
            planned = _planned(list(told["rules"]), form)
    status = 422 if form.errors else 200
    return page(request, "scenarios/order.html", "preview", status=status, year=year, form=form, planned=planned)


def _planned(rules: list[Any], form: forms.StudyOrder) -> list[Row]:
    """What a choice comes to, in words."""
    known = {rule.pk: rule for rule in rules}
    return [
        {
            "rule": known[pk],
            "changes": changes_of(known[pk].parameters, told, {**vars(varied)}),
            "draw": varied.draw + 1,
        }
        for pk, told, varied in studies.scenarios_of(rules, form.choice())
    ]


@signed_in
@require_GET
def inspect(request: Visit, pk: int) -> HttpResponse:
    """One study: how far it is, and every scenario with its figures."""
    study = queries.study(pk, seen_by=request.actor)
    rows = _rows(request, study)
    return page(
        request, "scenarios/study.html", "list", study=study, rows=rows, ended=sum(r["scenario"].state != "waiting" for r in rows),
        manages=request.actor.may(Permission.MANAGE_ROUNDS), states=STUDY_STATES, scenario_states=SCENARIO_STATES, tones=TONES,
        stages=STAGES, best=_best(rows), low=low_end(n for r in rows for n in r["shares"]),
        published=participation.published(study.edition_id, seen_by=request.actor),
    )  # fmt: skip


@signed_in
@require_GET
def progress(request: Visit, pk: int) -> HttpResponse:
    """How far a study is; once it has ended, the whole page is asked for again."""
    study = queries.study(pk, seen_by=request.actor)
    if study.is_under_way:
        found = list(queries.scenarios(study, seen_by=request.actor).defer("places", "counts", "fairness", "cancelled"))
        return page(request, "scenarios/progress.html", "progress", study=study, stages=STAGES, **_far(found))
    answer = HttpResponse(status=200)
    answer["HX-Redirect"] = f"/scenarios/{pk}/"
    return answer if getattr(request, "htmx", False) else redirect("study", pk=pk)


def _far(found: list[Scenario]) -> Row:
    """How many scenarios have ended, and what is being done on the ones under way."""
    under_way = [s for s in found if s.state == "waiting" and s.stage]
    return {"ended": sum(s.state != "waiting" for s in found), "total": len(found), "under_way": under_way}


@signed_in
@require_POST
def cancel(request: Visit, pk: int) -> HttpResponse:
    """Call a study off."""
    studies.cancel(queries.study(pk, seen_by=request.actor), by=request.actor, at=datetime.now(UTC))
    return redirect("study", pk=pk)


@signed_in
@require_GET
def export(request: Visit, pk: int, form: str) -> HttpResponseBase:
    """The scenarios of a study as they stand on its page."""
    if form not in sheets.FORMS:
        raise Http404
    study = queries.study(pk, seen_by=request.actor)
    columns = ["scenario", "rule", "version", "changes", "seed", "state", *SHOWN, "value", "bound", "output_sha256"]
    rows = (_told(row) for row in _rows(request, study))
    return sheets.respond(form, f"study-{study.edition_id}-{study.number}", columns, rows)


def _rows(request: Visit, study: Study) -> list[Row]:
    """Every scenario with its figures, sorted as the address bar says."""
    rows: list[Row] = []
    for s in queries.scenarios(study, seen_by=request.actor):
        side = queries.side_of_scenario(s) if s.is_done else None
        figures = {name: side.figure(name) if side else None for name in SHOWN}
        shares = sorted(side.shares.values()) if side else []
        rows.append({"scenario": s, "figures": figures, "changes": s.changes, "shares": shares, "spread": side and side.spread})
    key = request.GET.get("sort", "")
    name = key.removeprefix("-")
    if name in SHOWN:
        worst = float("-inf") if key.startswith("-") else float("inf")
        rows.sort(key=lambda r: worst if r["figures"][name] is None else r["figures"][name], reverse=key.startswith("-"))
    return rows


def _best(rows: list[Row]) -> dict[str, float]:
    """The best figure of each column in which more, or less, is better."""
    known = [row["figures"] for row in rows if row["scenario"].is_done]
    most, least = ("granted", "fill", "worst", "median", "funded"), ("cancelled",)
    found = {name: max(f[name] for f in known if f[name] is not None) for name in most if any(f[name] is not None for f in known)}
    return found | {name: min(f[name] for f in known) for name in least if known}


def _told(row: Row) -> list[object]:
    """A scenario as a row of a sheet."""
    s: Scenario = row["scenario"]
    changes = ", ".join(map(say, row["changes"])) or _("as published")
    about = [s.number, say(s.rule.title), s.rule.version, changes, str(s.seed), _(SCENARIO_STATES[s.state])]
    return [*about, *(row["figures"][name] for name in SHOWN), s.value, s.bound, s.output_sha256]
