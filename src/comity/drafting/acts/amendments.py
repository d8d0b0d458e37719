"""Acts on amendments: opening one on a version, its changes, the word of each side, adopting and dropping it.

An amendment waits for no turn and stands in nobody's way (F20): versions are made, texts drafted and other amendments
adopted beside it, and what comes of that is merged when it is adopted.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from comity.drafting import queries, rules
from comity.drafting.acts import clauses, courts, versions
from comity.drafting.acts.texts import new_key, worded
from comity.drafting.models import Amendment, AmendmentState, Change, ChangeKind, Clause, Marking, Text, Version, Wording
from comity.drafting.rules import Adoption, Content
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.words import Word, _
from comity.trail import acts as trail


class AmendmentHasEnded(Refusal):
    """What was adopted or dropped stays so."""

    message = _("Amendment {number} was {state} and does not change any more. Open another one.")


class NoTitleOfAmendment(Refusal):
    """An amendment has a name."""

    message = _("Say in a few words what the amendment is for.")


class NothingChanged(Refusal):
    """An amendment changes something."""

    message = _("The amendment changes nothing yet.")


class BothSidesMustAgree(Refusal):
    """Neither side amends alone."""

    message = _("Both sides must agree to the changes as they are. {side} has not yet.")


class ChooseFirst(Refusal):
    """Nothing is guessed."""

    message = _("Clauses changed in the same place since version {number}: {count}. Choose the words of each first.")


ENDED = {"adopted": _("adopted"), "dropped": _("dropped")}
WAITED_FOR = {"party": _("The partner"), "organisation": _("The organisation")}


@transaction.atomic
def start(version: Version, title: str, *, by: Actor, at: datetime) -> Amendment:
    """Open an amendment on a version, whatever the state of its text."""
    text, _side = courts.held(version.text_id, by=by)
    words = rules.normal(title)[:200]
    if not words:
        raise NoTitleOfAmendment
    number = version.amendments.count() + 1
    amendment = Amendment.objects.create(version=version, number=number, title=words, opened_at=at, opened_by=by.login)
    trail.record("amendment.started", amendment, by=by, at=at, about=text.party_id, version=version.number, title=words)
    return amendment


def _open(amendment: Amendment, *, by: Actor) -> tuple[Amendment, Text, str]:
    """An amendment that is still open, under the lock of its text, and the side for which somebody works on it."""
    text, side = courts.held(amendment.version.text_id, by=by)
    found = Amendment.objects.select_related("version").get(pk=amendment.pk)
    found.version.text = text
    if found.state != AmendmentState.OPEN:
        raise AmendmentHasEnded(number=found.number, state=Word(ENDED[found.state]))
    return found, text, side


@transaction.atomic
def change(
    amendment: Amendment, kind: str, key: str = "", *, body: str = "", marking: str = "", chapter: str = "", after: str = "",
    by: Actor, at: datetime,
) -> Change:  # fmt: skip
    """Put a change into an amendment, in place of the former one of its kind; the other side is asked anew."""
    found, text, side = _open(amendment, by=by)
    content = found.version.read
    told = {"body": rules.normal(body), "marking": marking, "chapter": "", "after": "", "changed_at": at, "changed_by": by.login}
    if kind == ChangeKind.INSERT:
        if chapter not in {c.key for c in content.chapters}:
            raise NotFound(what=_("chapter"))
        told |= {"chapter": chapter, "after": after, "marking": marking or Marking.RESTRICTED}
        key = key or new_key()
    elif content.clause(key) is None:
        raise NotFound(what=_("clause"))
    if kind in (ChangeKind.REPLACE, ChangeKind.INSERT) and not told["body"]:
        raise NothingChanged
    if kind == ChangeKind.REMARK and not marking:
        raise NothingChanged
    if kind != ChangeKind.REMARK:
        found.changes.filter(key=key).exclude(kind__in=[kind, ChangeKind.REMARK]).delete()
    if kind in (ChangeKind.REPLACE, ChangeKind.REMOVE):
        told["marking"] = ""
    made = Change.objects.update_or_create(amendment=found, key=key, kind=ChangeKind(kind), defaults=told)[0]
    _ask_anew(found, side, at=at)
    trail.record("amendment.changed", found, by=by, at=at, about=text.party_id, kind=kind, clause=key)
    return made


@transaction.atomic
def undo(amendment: Amendment, key: str, *, by: Actor, at: datetime) -> Amendment:
    """Take the changes of one clause out of an amendment."""
    found, text, side = _open(amendment, by=by)
    if not found.changes.filter(key=key).delete()[0]:
        raise NotFound(what=_("change"))
    _ask_anew(found, side, at=at)
    trail.record("amendment.change-undone", found, by=by, at=at, about=text.party_id, clause=key)
    return found


def _ask_anew(amendment: Amendment, side: str, *, at: datetime) -> None:
    """Whoever changes an amendment agrees to it; the other side has not seen it so."""
    amendment.party_agreed_at = at if side == rules.PARTY else None
    amendment.organisation_agreed_at = None if side == rules.PARTY else at
    amendment.save(update_fields=["party_agreed_at", "organisation_agreed_at"])


@transaction.atomic
def agree(amendment: Amendment, *, by: Actor, at: datetime) -> Amendment:
    """Agree to an amendment with its changes as they are."""
    found, text, side = _open(amendment, by=by)
    if not found.changes.exists():
        raise NothingChanged
    if found.agreed_at(side) is None:
        setattr(found, f"{side}_agreed_at", at)
        found.save(update_fields=[f"{side}_agreed_at"])
        trail.record("amendment.agreed", found, by=by, at=at, about=text.party_id, side=side)
    return found


@transaction.atomic
def adopt(amendment: Amendment, *, chosen: Mapping[str, str | None] | None = None, by: Actor, at: datetime) -> Version:
    """Merge the changes of an amendment onto the newest version; what comes of it is a new version.

    The text that is being drafted takes the changes over as well, where its own words do not stand against them.

    Args:
        chosen: the words of each clause in conflict, by its key; `None` removes the clause.
    """
    found, text, _side = _open(amendment, by=by)
    if not found.changes.exists():
        raise NothingChanged
    for side in (rules.PARTY, rules.ORGANISATION):
        if found.agreed_at(side) is None:
            raise BothSidesMustAgree(side=Word(WAITED_FOR[side]))
    newest = text.versions.first() or found.version
    adoption = queries.adoption(found, newest, chosen=chosen, seen_by=by)
    if adoption.clashes:
        raise ChooseFirst(count=len(adoption.clashes), number=found.version.number)
    note = f"{found.title} ({found.version.number}/{found.number})"
    open_ = newest.unsettled + len(adoption.chosen)
    made = versions.keep(text, adoption.content, base=newest, unsettled=open_, note=note, by=by, at=at)
    _take_over(text, newest.read, adoption, by=by, at=at)
    found.state, found.adopted_at, found.adopted_by, found.adopted_as = AmendmentState.ADOPTED, at, by.login, made
    found.save()
    trail.record("amendment.adopted", found, by=by, at=at, about=text.party_id, version=made.number, title=found.title)
    return made


@transaction.atomic
def drop(amendment: Amendment, *, by: Actor, at: datetime) -> Amendment:
    """Give an amendment up; it stays to be read."""
    found, text, _side = _open(amendment, by=by)
    found.state, found.dropped_at, found.dropped_by = AmendmentState.DROPPED, at, by.login
    found.save()
    trail.record("amendment.dropped", found, by=by, at=at, about=text.party_id, title=found.title)
    return found


def _take_over(text: Text, before: Content, adoption: Adoption, *, by: Actor, at: datetime) -> None:
    """Bring what a new version changed into the text being drafted: clause by clause, three ways.

    A clause whose words were changed otherwise in the meantime keeps them and is asked of both sides anew, as is one whose
    words were chosen; the version holds what was adopted.
    """
    rows = {c.key: c for c in Clause.objects.filter(text=text)}
    chapters = {c.key: c for c in text.chapters.all()}
    for chapter in adoption.content.chapters:
        former = ""
        for clause in chapter.clauses:
            was, row = before.clause(clause.key), rows.get(clause.key)
            if row is None:
                row = rows[clause.key] = Clause(text=text, chapter=chapters[chapter.key], key=clause.key, revision=0)
                _stand_after(rows.get(former), row)
            if was != clause:
                words = rules.merge(was.body if was else "", row.body, clause.body).text if row.revision else clause.body
                agreed = words == clause.body and clause.key not in adoption.chosen
                _settle(row, words, clause.marking, agreed=agreed, by=by, at=at)
            former = clause.key
    gone = [c.key for c in before.clauses if adoption.content.clause(c.key) is None]
    Clause.objects.filter(text=text, key__in=gone).standing().update(removed_at=at, removed_by=by.login)


def _stand_after(former: Clause | None, new: Clause) -> None:
    """Give a new clause its place in its chapter: after another, or first."""
    row = list(Clause.objects.filter(chapter=new.chapter).order_by("order", "id"))
    place = next((n for n, c in enumerate(row, 1) if former is not None and c.pk == former.pk), 0)
    row.insert(place, new)
    clauses.count_anew(row)


def _settle(row: Clause, body: str, marking: str, *, agreed: bool, by: Actor, at: datetime) -> None:
    """Give a clause of the text its adopted words; both agreed to them, unless they stand against others or in brackets."""
    state = "agreed" if agreed and not (row.pk and row.alternatives.exists()) else "proposed"
    row.party_state = row.organisation_state = state
    row.party_reason = row.organisation_reason = ""
    row.removed_at, row.removed_by = None, ""
    row.marking = marking
    if row.body != body or not row.revision:
        row.body, row.changed_at, row.changed_by, row.revision = body, at, by.login, row.revision + 1
    row.save()
    Wording.objects.bulk_create([worded(row, side=rules.ORGANISATION)], ignore_conflicts=True)
