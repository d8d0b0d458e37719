"""Papers to take away: PDF, text document, the file that proves it all, and two versions compared."""

from datetime import UTC, datetime

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from comity.agreements import queries
from comity.agreements.acts import prints
from comity.agreements.models import Agreement
from comity.agreements.queries import papers
from comity.drafting import queries as drafting
from comity.exchange.papers import FORMS, as_docx, as_pdf, attached
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


@signed_in
@require_GET
def paper(request: Visit, pk: int, form: str) -> HttpResponse:
    """An agreement as a file; a long one goes by way of a job."""
    agreement = queries.agreement(pk, seen_by=request.actor)
    name = name_of(agreement)
    if form == "json" and agreement.is_agreed:
        answer = JsonResponse(papers.file_of(agreement, seen_by=request.actor), json_dumps_params={"ensure_ascii": False})
        answer["Content-Disposition"], answer["Cache-Control"] = f'attachment; filename="{name}.json"', "no-store"
        return answer
    if form not in FORMS:
        raise Http404
    if form == "pdf" and papers.is_long(agreement):
        return redirect("agreement_print", pk=pk)
    made, carried = papers.paper_of(agreement, seen_by=request.actor)
    content = as_pdf(made, attachments=carried) if form == "pdf" else as_docx(made)
    return attached(content, name, form)


@signed_in
@require_http_methods(["GET", "POST"])
def printing(request: Visit, pk: int) -> HttpResponse:
    """A long paper: ordered here, watched while it is set, taken away when it is done."""
    agreement = queries.agreement(pk, seen_by=request.actor)
    if request.method == "POST":
        prints.order(agreement, by=request.actor, at=datetime.now(UTC))
        return redirect("agreement_print", pk=pk)
    found = papers.found_print(agreement, seen_by=request.actor)
    if found is not None and found.content is not None and "take" in request.GET:
        return attached(bytes(found.content), name_of(agreement), "pdf")
    return page(request, "agreements/print.html", "progress", agreement=agreement, found=found,
                take=f"{reverse('agreement_print', args=[pk])}?take=1")  # fmt: skip


@signed_in
@require_GET
def comparison(request: Visit, former: int, latter: int, form: str) -> HttpResponse:
    """Two versions of one text on one paper, each cut for its reader."""
    one, other = (drafting.version(pk, seen_by=request.actor) for pk in (former, latter))
    if one.text_id != other.text_id or form not in FORMS:
        raise Http404
    made = papers.comparison_of(one, other, seen_by=request.actor)
    return attached(as_pdf(made) if form == "pdf" else as_docx(made), f"{one.text_id}-{one.number}-{other.number}", form)


def name_of(agreement: Agreement) -> str:
    """The name of the file: no title, for names of files travel further than files."""
    return f"agreement-{agreement.party_id}-{agreement.pk}-version-{agreement.version.number}"
