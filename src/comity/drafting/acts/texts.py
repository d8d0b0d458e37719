"""Acts on whole texts: opening one, passing the turn, letting it rest while a version is offered, closing it."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from comity.drafting import rules
from comity.drafting.acts import courts
from comity.drafting.models import Chapter, Clause, Marking, Side, Text, TextState, Wording
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import Name, _
from comity.parties.models import Party
from comity.trail import acts as trail

ChapterDraft = tuple[str, str, str, Sequence[str]]
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class NoTitle(Refusal):
    """A text has a name."""

    message = _("Give the text a title.")


class NoChapters(Refusal):
    """A text has somewhere to put clauses."""

    message = _("A text begins with at least one chapter, each with a key of its own.")


def new_key() -> str:
    """A short word by chance, which a clause keeps through all versions."""
    return "".join(secrets.choice(_LETTERS) for _n in range(10))


@transaction.atomic
def open_text(
    party: Party | str,
    *,
    title: Name,
    chapters: Iterable[ChapterDraft],
    language: str = "en",
    marking: str = Marking.RESTRICTED,
    by: Actor,
    at: datetime,
) -> Text:
    """Open a text with its chapters, each a key, its title in both languages and its first clauses; the opener has the turn."""
    text = Text(party_id=party if isinstance(party, str) else party.pk, language=language, opened_at=at, opened_by=by.login)
    side = courts.side_for(text, by=by)
    planned = list(chapters)
    if not planned or len({key for key, *_rest in planned}) < len(planned):
        raise NoChapters
    text.title_en, text.title_fr = rules.normal(title.en), rules.normal(title.fr)
    if not text.title_en:
        raise NoTitle
    text.turn, text.turned_at, text.turned_by = side, at, by.login
    text.save(force_insert=True)
    made = Chapter.objects.bulk_create(
        Chapter(text=text, key=key, order=n, title_en=title_en, title_fr=title_fr)
        for n, (key, title_en, title_fr, _clauses) in enumerate(planned, 1)
    )
    clauses = Clause.objects.bulk_create(
        Clause(
            text=text, chapter=chapter, key=new_key(), order=n, body=rules.normal(body), marking=marking,
            changed_at=at, changed_by=by.login,
        )
        for chapter, (_key, _en, _fr, bodies) in zip(made, planned, strict=True)
        for n, body in enumerate(bodies, 1)
    )  # fmt: skip
    Wording.objects.bulk_create(worded(clause, side=side) for clause in clauses)
    trail.record("text.opened", text, by=by, at=at, about=text.party_id, chapters=len(made), clauses=len(clauses))
    return text


def worded(clause: Clause, *, side: str) -> Wording:
    """The wording of a clause as it is now, to be kept."""
    return Wording(
        clause=clause, revision=clause.revision, body=clause.body, side=side,
        worded_at=clause.changed_at, worded_by=clause.changed_by,
    )  # fmt: skip


@transaction.atomic
def add_chapter(text: Text, *, title: Name, by: Actor, at: datetime) -> Chapter:
    """Add a chapter at the end."""
    found, _side = courts.in_turn(text, by=by)
    title_en, title_fr = rules.normal(title.en), rules.normal(title.fr)
    if not title_en:
        raise NoTitle
    last = found.chapters.order_by("order").last()
    order = last.order + 1 if last else 1
    chapter = Chapter.objects.create(text=found, key=new_key(), order=order, title_en=title_en, title_fr=title_fr)
    trail.record("chapter.added", chapter, by=by, at=at, about=found.party_id, title=title_en)
    return chapter


@transaction.atomic
def pass_turn(text: Text, *, by: Actor, at: datetime) -> Text:
    """Hand the text over to the other side."""
    found, side = courts.in_turn(text, by=by)
    found.turn, found.turned_at, found.turned_by = Side(rules.other_side(side)), at, by.login
    found.save(update_fields=["turn", "turned_at", "turned_by"])
    trail.record("text.turn-passed", found, by=by, at=at, about=found.party_id, to=found.turn)
    return found


@transaction.atomic
def rest(text: Text, *, by: Actor, at: datetime) -> Text:
    """Let the clauses rest while a version is offered for agreement; whoever offers it was asked for leave where that is done."""
    return _stand(text, TextState.OFFERED, (TextState.DRAFTING,), "text.rested", by=by, at=at)


@transaction.atomic
def resume(text: Text, *, by: Actor, at: datetime) -> Text:
    """Take up drafting again, after agreement or without it."""
    return _stand(text, TextState.DRAFTING, (TextState.OFFERED,), "text.resumed", by=by, at=at)


@transaction.atomic
def close(text: Text, *, by: Actor, at: datetime) -> Text:
    """Close a text for good: from now on it is changed by amendments."""
    return _stand(text, TextState.CLOSED, (TextState.DRAFTING, TextState.OFFERED), "text.closed", by=by, at=at)


def _stand(text: Text, state: TextState, after: tuple[TextState, ...], act: str, *, by: Actor, at: datetime) -> Text:
    """Set the state of a text, once; where it stands so already nothing happens."""
    found = Text.objects.select_for_update().get(pk=text.pk)
    if found.state in after:
        found.state = state
        found.save(update_fields=["state"])
        trail.record(act, found, by=by, at=at, about=found.party_id)
    return found
