"""Pages of versions: the list of a text, one version cut for its reader, two or three side by side."""

from datetime import UTC, datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from comity.drafting import forms, queries, rules
from comity.drafting.acts import versions
from comity.drafting.models import Text, Version
from comity.drafting.rules import side_of, writes_for
from comity.drafting.rules.sides import AMENDMENT_STATES
from comity.drafting.views.texts import told_of
from comity.kernel.faces import refused_into
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


@signed_in
@require_GET
def overview(request: Visit, pk: int) -> HttpResponse:
    """The versions of a text, to read, to compare and to amend."""
    return _show(request, queries.text(pk, seen_by=request.actor))


def _show(request: Visit, text: Text, form: forms.Noted | None = None) -> HttpResponse:
    found = queries.versions(text, seen_by=request.actor).defer("content")
    return page(
        request, "drafting/versions.html", None, status=422 if form and form.errors else 200, found=found,
        form=form or forms.Noted(), amendments=queries.amendments(text, seen_by=request.actor), named=AMENDMENT_STATES,
        **told_of(request, text),
    )  # fmt: skip


@signed_in
@require_POST
def make(request: Visit, pk: int) -> HttpResponse:
    """Keep the text as it stands as a version."""
    text, form = queries.text(pk, seen_by=request.actor), forms.Noted(request.POST)
    if form.is_valid():
        with refused_into(form):
            versions.make(text, note=form.cleaned_data["note"], by=request.actor, at=datetime.now(UTC))
            return redirect("versions", pk=pk)
    return _show(request, text, form)


@signed_in
@require_GET
def inspect(request: Visit, pk: int) -> HttpResponse:
    """One version, cut for its reader, chapter by chapter."""
    version = queries.version(pk, seen_by=request.actor)
    content = queries.visible(version.read, request.actor, version)
    side = side_of(request.actor, version.text.party_id)
    return page(
        request, "drafting/version.html", None, version=version, numbered=rules.numbered(content), content=content, side=side,
        annexes=rules.lettered(content), writes=writes_for(request.actor, version.text.party_id) is not None,
    )  # fmt: skip


@signed_in
@require_GET
def compare(request: Visit) -> HttpResponse:
    """Two or three versions of one text side by side, word by word."""
    given = forms.numbers(request.GET.getlist("version"))
    found = sorted((queries.version(pk, seen_by=request.actor) for pk in given), key=lambda v: v.number)
    if not found or len({v.text_id for v in found}) > 1:
        raise Http404
    if len(found) == 1:
        found = _with_the_one_before(request, found[0])
    contents = [queries.visible(v.read, request.actor, v) for v in found]
    step = request.GET.get("step") == "1"
    told = rules.compare(*contents, step_by_step=step)
    return page(
        request, "drafting/compare.html", "rows", found=found, text=found[0].text, told=told, step=step,
        side=side_of(request.actor, found[0].text.party_id), only=request.GET.get("only") != "all",
    )  # fmt: skip


def _with_the_one_before(request: Visit, version: Version) -> list[Version]:
    """A version after the one it was made from; alone it is compared with itself."""
    before = queries.versions(version.text, seen_by=request.actor).filter(pk=version.base_id or 0).first()
    return [before or version, version]
