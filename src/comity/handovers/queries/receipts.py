"""The receipt of a handover as a paper: who, to whom, from which day on, what passed, and what proves it."""

from datetime import datetime

from django.utils.translation import gettext, override

from comity.accounts.rules import ROLE_LABELS, Role
from comity.exchange.papers import Item, Paper, Run, Section, Signature, Table
from comity.handovers.models import Handover, HandoverState
from comity.handovers.rules import KINDS
from comity.kernel.actors import Actor
from comity.kernel.faces import say
from comity.kernel.refusals import NotFound
from comity.kernel.words import _, day_in_words

STATES = {"planned": _("planned"), "done": _("done"), "taken_back": _("taken back")}
ENDED = {
    "drafts": _("private drafts passed"),
    "tokens": _("tokens revoked"),
    "sessions": _("browsers signed out"),
    "signing_keys": _("signing keys retired"),
}
TITLE = _("Handover of {leaver} to {successor}")


def paper(found: Handover, *, language: str, seen_by: Actor) -> Paper:
    """The receipt in a language."""
    if not Handover.objects.seen_by(seen_by).filter(pk=found.pk).exists():
        raise NotFound(what="handover")
    with override(language):
        subtitle = f"{say(found.party.name)}, {gettext(ROLE_LABELS[Role(found.role)])}"
        sections = (
            Section("1", gettext("What was signed"), _paragraphs("1", _signed(found, language))),
            Section("2", gettext("What passes"), tables=_tables(found)),
            Section("3", gettext("What the day brought"), _paragraphs("3", brought(found, language))),
        )
        signed = Signature(gettext("Signed by"), found.signed_as, _moment(found.planned_at), _proof(found))
        footer = f"SHA-256 {found.sha256}"
    return Paper(_title(found, "en"), _title(found, "fr"), (subtitle,), "", language, sections, (signed,), footer)


def brought(found: Handover, language: str) -> list[str]:
    """What happened on the day, in words; before it, that it is still to come."""
    with override(language):
        if found.state == HandoverState.TAKEN_BACK:
            return [gettext("It was taken back on {at}: nothing passed.").format(at=_moment(found.taken_back_at))]
        if found.done_at is None:
            return [gettext("The day is still to come: {on}.").format(on=day_in_words(found.on, language))]
        counts = [f"{gettext(words)}: {found.passed.get(name, 0)}" for name, words in ENDED.items()]
        return [gettext("Completed on {at}.").format(at=_moment(found.done_at)), *counts]


def _title(found: Handover, language: str) -> str:
    with override(language):
        return gettext(TITLE).format(leaver=found.leaver.name, successor=found.successor.name)


def _signed(found: Handover, language: str) -> list[str]:
    drafts = gettext("Private drafts pass to the successor.") if found.drafts_pass else gettext("Private drafts are put away.")
    facts = {"leaver": found.leaver.name, "successor": found.successor.name, "on": day_in_words(found.on, language)}
    sentence = gettext("From {on} {successor} speaks in the place of {leaver}, whose access ends at the beginning of that day.")
    return [sentence.format(**facts), drafts]


def _tables(found: Handover) -> tuple[Table, ...]:
    items = found.content["items"]
    return tuple(
        Table(gettext(words), (gettext("Key"), gettext("What")), tuple((i["key"], i["label"]) for i in items[kind]), (1, 5))
        for kind, words in KINDS.items()
        if kind in items
    )


def _proof(found: Handover) -> tuple[str, ...]:
    if found.key is None:
        return (gettext("Confirmed with the password of the account."), f"SHA-256 {found.sha256}")
    return (f"Ed25519 {found.key.fingerprint}", f"SHA-256 {found.sha256}", bytes(found.signature or b"").hex())


def _paragraphs(number: str, lines: list[str]) -> tuple[Item, ...]:
    return tuple(Item(f"{number}.{nth}", (Run(line),)) for nth, line in enumerate(lines, 1))


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""
