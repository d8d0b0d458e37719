"""Acts on clauses: adding, moving, removing them, putting words forward, and what each side says to them."""

from datetime import datetime

from django.db import transaction

from comity.drafting import rules
from comity.drafting.acts import courts, drafts
from comity.drafting.acts.texts import new_key, worded
from comity.drafting.models import Alternative, Chapter, Clause, ClauseState, Draft, Marking, Wording
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.trail import acts as trail

MOST_LETTERS = 20_000


class NothingSaid(Refusal):
    """A clause says something."""

    message = _("There are no words to put forward. If the clause is to go, remove it.")


class TooLong(Refusal):
    """What is longer than a clause is several."""

    message = _("A clause holds at most {most} letters, and these are {count}. Divide it into several.")


class SameWordsChanged(Refusal):
    """Both changed the same words; somebody has to choose."""

    message = _("{who} changed the same words while you were writing. Nothing is lost: both texts are below; choose or combine.")


class ClauseIsInBrackets(Refusal):
    """What is open between the sides is not agreed."""

    message = _("The clause has text in brackets, so it cannot be agreed by both sides. Settle the brackets first.")


class NoReason(Refusal):
    """Whoever reserves says why."""

    message = _("Say why, so that the other side can answer.")


class NoBrackets(Refusal):
    """There is nothing to settle."""

    message = _("The clause has no text in brackets.")


def put_forward(clause: Clause, body: str, *, base: int, agrees: bool = True, by: Actor, at: datetime) -> Clause:
    """Make one's words those of the clause, merged with what was changed since; they are saved as a draft first.

    So a refusal loses nothing (F18): the draft stays until its words stand in the clause.

    Args:
        base: the revision of the clause that the words were written upon.
        agrees: whether one's own side agrees to the words as they then stand.
    """
    drafts.save(clause, body, base=base, by=by, at=at)
    return _put_forward(clause, body, base=base, agrees=agrees, by=by, at=at)


@transaction.atomic
def _put_forward(clause: Clause, body: str, *, base: int, agrees: bool, by: Actor, at: datetime) -> Clause:
    found, side = courts.clause_in_turn(clause, by=by)
    words = _checked(body)
    if base != found.revision:
        former = Wording.objects.filter(clause=found, revision=base).first()
        merged = rules.merge(former.body if former else "", words, found.body)
        if merged.conflicts:
            raise SameWordsChanged(who=found.changed_by)
        words = merged.text
    _say(found, words, side=side, agrees=agrees, by=by, at=at)
    Draft.objects.filter(clause=found, login=by.login).delete()
    facts = {"revision": found.revision, "agrees": agrees, "merged": base != found.revision - 1}
    trail.record("clause.put-forward", found, by=by, at=at, about=found.text.party_id, **facts)
    return found


def _say(clause: Clause, words: str, *, side: str, agrees: bool, by: Actor, at: datetime) -> None:
    """Give a clause new words and keep them as a revision; both sides begin anew, but for the author's if it agrees."""
    if words != clause.body:
        clause.body, clause.changed_at, clause.changed_by = words, at, by.login
        clause.revision += 1
        Wording.objects.create(**_columns(clause, side))
        _stand(clause, rules.other_side(side), ClauseState.PROPOSED)
    _stand(clause, side, ClauseState.AGREED if agrees else ClauseState.PROPOSED)
    _write(clause)


def _columns(clause: Clause, side: str) -> dict[str, object]:
    wording = worded(clause, side=side)
    return {name: getattr(wording, name) for name in ("clause", "revision", "body", "side", "worded_at", "worded_by")}


def _stand(clause: Clause, side: str, state: str, reason: str = "") -> None:
    """Set where one side stands on a clause."""
    setattr(clause, f"{side}_state", state)
    setattr(clause, f"{side}_reason", reason)


def _write(clause: Clause) -> None:
    with refusing(clause_in_brackets_is_not_agreed_by_both=ClauseIsInBrackets()), transaction.atomic():
        clause.save()


def _checked(body: str) -> str:
    """Words fit to stand in a clause.

    Raises:
        NothingSaid: there are none.
        TooLong: there are too many.
    """
    words = rules.normal(body)
    if not words:
        raise NothingSaid
    if len(words) > MOST_LETTERS:
        raise TooLong(most=MOST_LETTERS, count=len(words))
    return words


@transaction.atomic
def agree(clause: Clause, *, revision: int, by: Actor, at: datetime) -> Clause:
    """Agree to a clause as one has read it."""
    found, side = courts.clause_in_turn(clause, by=by, revision=revision)
    if found.state_of(side) != ClauseState.AGREED:
        _stand(found, side, ClauseState.AGREED)
        _write(found)
        trail.record("clause.agreed", found, by=by, at=at, about=found.text.party_id, revision=revision)
    return found


@transaction.atomic
def agree_chapter(chapter: Chapter, *, revisions: dict[int, int], by: Actor, at: datetime) -> int:
    """Agree to all clauses of a chapter that one has read, but for those reserved or in brackets; says how many.

    Args:
        revisions: what was read: the revision of each clause by its number in the database.
    """
    text, side = courts.in_turn(chapter.text_id, by=by)
    left = Clause.objects.filter(chapter=chapter, pk__in=revisions, alternatives=None).standing()
    open_ = [c for c in left.filter(**{f"{side}_state": ClauseState.PROPOSED}) if c.revision == revisions[c.pk]]
    Clause.objects.filter(pk__in=[c.pk for c in open_]).update(**{f"{side}_state": ClauseState.AGREED})
    if open_:
        trail.record("chapter.agreed", chapter, by=by, at=at, about=text.party_id, clauses=len(open_), title=chapter.title_en)
    return len(open_)


@transaction.atomic
def reserve(clause: Clause, reason: str, *, revision: int, by: Actor, at: datetime) -> Clause:
    """Hold back one's agreement, and say why."""
    found, side = courts.clause_in_turn(clause, by=by, revision=revision)
    words = rules.normal(reason)
    if not words:
        raise NoReason
    _stand(found, side, ClauseState.RESERVED, words[:2000])
    _write(found)
    trail.record("clause.reserved", found, by=by, at=at, about=found.text.party_id, reason=words[:2000])
    return found


@transaction.atomic
def bracket(clause: Clause, body: str, *, by: Actor, at: datetime) -> Clause:
    """Put what one's own side would have instead beside the clause, in brackets; neither side agrees any longer."""
    found, side = courts.clause_in_turn(clause, by=by)
    words = _checked(body)
    for each in (side, rules.other_side(side)):
        if found.state_of(each) == ClauseState.AGREED:
            _stand(found, each, ClauseState.PROPOSED)
    _write(found)
    told = {"body": words, "proposed_at": at, "proposed_by": by.login}
    Alternative.objects.update_or_create(clause=found, side=side, defaults=told)
    trail.record("clause.bracketed", found, by=by, at=at, about=found.text.party_id, side=side)
    return found


@transaction.atomic
def settle(clause: Clause, body: str, *, revision: int, by: Actor, at: datetime) -> Clause:
    """End the brackets with the words one's own side can agree to; the other side still has to."""
    found, side = courts.clause_in_turn(clause, by=by, revision=revision)
    if not Alternative.objects.filter(clause=found).delete()[0]:
        raise NoBrackets
    _say(found, _checked(body), side=side, agrees=True, by=by, at=at)
    trail.record("clause.settled", found, by=by, at=at, about=found.text.party_id, revision=found.revision)
    return found


@transaction.atomic
def add(chapter: Chapter, body: str, *, after: Clause | None = None, marking: str = "", by: Actor, at: datetime) -> Clause:
    """Add a clause after another, or at the end of its chapter; one's own side agrees to it."""
    text, side = courts.in_turn(chapter.text_id, by=by)
    words = _checked(body)
    row = list(Clause.objects.filter(chapter=chapter).order_by("order", "id"))
    place = _place_after(after, row)
    clause = Clause(
        text=text, chapter=chapter, key=new_key(), order=0, body=words, changed_at=at, changed_by=by.login,
        marking=marking or (row[max(0, place - 1)].marking if row else Marking.RESTRICTED),
    )  # fmt: skip
    _stand(clause, side, ClauseState.AGREED)
    row.insert(place, clause)
    count_anew(row)
    clause.save()
    Wording.objects.create(**_columns(clause, side))
    trail.record("clause.added", clause, by=by, at=at, about=text.party_id, chapter=chapter.title_en)
    return clause


@transaction.atomic
def move(clause: Clause, *, to: Chapter, after: Clause | None = None, by: Actor, at: datetime) -> Clause:
    """Move a clause after another, or to the beginning of a chapter of the same text."""
    found, _side = courts.clause_in_turn(clause, by=by)
    if to.text_id != found.text_id:
        raise NotFound(what=_("chapter"))
    row = [c for c in Clause.objects.filter(chapter=to).order_by("order", "id") if c.pk != found.pk]
    row.insert(_place_after(after, row) if after else 0, found)
    found.chapter = to
    count_anew(row)
    found.save(update_fields=["chapter", "order"])
    trail.record("clause.moved", found, by=by, at=at, about=found.text.party_id, chapter=to.title_en)
    return found


def _place_after(after: Clause | None, row: list[Clause]) -> int:
    """Where in a row to stand: after a clause, or at the end."""
    if after is None:
        return len(row)
    places = [n for n, clause in enumerate(row) if clause.pk == after.pk]
    if not places:
        raise NotFound(what=_("clause"))
    return places[0] + 1


def count_anew(row: list[Clause]) -> None:
    """Give the clauses of a chapter their order, and write those that have moved."""
    moved = []
    for n, clause in enumerate(row, 1):
        if clause.order != n:
            clause.order = n
            if clause.pk:
                moved.append(clause)
    Clause.objects.bulk_update(moved, ["order"])


@transaction.atomic
def remove(clause: Clause, *, revision: int, by: Actor, at: datetime) -> Clause:
    """Take a clause out of the text; it can be brought back, and what was said about it stays."""
    found, _side = courts.clause_in_turn(clause, by=by, revision=revision)
    found.removed_at, found.removed_by = at, by.login
    found.save(update_fields=["removed_at", "removed_by"])
    trail.record("clause.removed", found, by=by, at=at, about=found.text.party_id)
    return found


@transaction.atomic
def restore(clause: Clause, *, by: Actor, at: datetime) -> Clause:
    """Bring a removed clause back to where it stood; the other side is asked anew."""
    text, side = courts.in_turn(clause.text_id, by=by)
    found = Clause.objects.get(pk=clause.pk)
    if found.removed_at is not None:
        found.removed_at, found.removed_by = None, ""
        _stand(found, rules.other_side(side), ClauseState.PROPOSED)
        found.save()
        trail.record("clause.restored", found, by=by, at=at, about=text.party_id)
    return found


@transaction.atomic
def mark(clause: Clause, marking: str, *, by: Actor, at: datetime) -> Clause:
    """Say who may read a clause once the text is released; the other side is asked anew."""
    found, side = courts.clause_in_turn(clause, by=by)
    if found.marking != marking:
        former, found.marking = found.marking, Marking(marking)
        _stand(found, rules.other_side(side), ClauseState.PROPOSED)
        found.save()
        trail.record("clause.marked", found, by=by, at=at, about=found.text.party_id, before=former, after=marking)
    return found
