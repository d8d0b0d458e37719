"""The notices of a change, one for each party it touches, as they will be said to its people in their own language."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from comity.accounts.rules import LANGUAGES, Role
from comity.changes.models import Change, Deed
from comity.changes.queries.substitutes import Substitute
from comity.changes.rules import Consequence, joined
from comity.kernel.actors import Actor
from comity.kernel.words import Sentence, _
from comity.parties.models import Mandate, Party

# Who is told in each party.
RECIPIENTS = (Role.POINT_OF_CONTACT, Role.HEAD_OF_DELEGATION, Role.PROVIDER)
# What a notice says of a party's own affairs, in this order; what hangs on goals and plans is on its pages.
SAID_OF = ("grant", "nominee", "reserve", "request", "clash")


@dataclass(frozen=True)
class Draft:
    """A notice to the people of one party, and in which languages how many of them will read it."""

    party: Party
    sentence: Sentence
    link: str
    readers: Mapping[str, int] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """To how many people it goes today."""
        return sum(self.readers.values())


def drafts(
    change: Change,
    found: Iterable[Consequence],
    substitutes: Mapping[str, Sequence[Substitute]],
    *,
    on: date,
    seen_by: Actor,
) -> list[Draft]:
    """The notices of a change, by the name of the party; the number of queries never grows."""
    touched: dict[str, list[Consequence]] = {}
    for one in found:
        if one.party:
            touched.setdefault(one.party, []).append(one)
    host = change.activity.provider_party_id if change.activity else None
    codes = set(touched) | ({host} if host else set())
    readers: dict[str, Counter[str]] = {code: Counter() for code in codes}
    running = Mandate.objects.running(on).filter(delegation__in=codes, role__in=RECIPIENTS, user__is_active=True).order_by()
    for code, language in running.values_list("delegation", "user__language"):
        readers[code][language if language in LANGUAGES else LANGUAGES[0]] += 1
    return [
        Draft(
            party,
            _notice(change, touched.get(party.code, ()), substitutes.get(party.code, ())),
            _link(change, touched.get(party.code, ())),
            readers[party.code],
        )
        for party in Party.objects.seen_by(seen_by).filter(code__in=codes).order_by("sort")
    ]


def _link(change: Change, own: Sequence[Consequence]) -> str:
    """Where a notice leads: what is called off has no page any more, but the party's own request says what became of it."""
    if change.activity is None:
        return f"/parties/{change.party_id}/"
    if change.deed == Deed.CANCEL:
        return next((c.href for c in own if c.kind == "request"), f"/menu/{change.activity.edition_id}/")
    return f"/menu/{change.activity.edition_id}/{change.activity.number}/"


def _notice(change: Change, own: Sequence[Consequence], instead: Sequence[Substitute]) -> Sentence:
    """What one party is told: the deed, what it means for the party, why, where else to go, and the free sentence."""
    effects = [c.says for kind in SAID_OF for c in own if c.kind == kind]
    titles = [Sentence(_("“{title}” ({number})"), {"title": s.activity.title, "number": s.activity.number}) for s in instead[:3]]
    return joined(
        [
            _deed(change),
            *(Sentence(_("{what}."), {"what": effect}) for effect in effects),
            Sentence(_("Reason: {reason}"), {"reason": change.reason}) if change.reason else None,
            Sentence(_("You could go to {titles} instead."), {"titles": titles}) if titles else None,
            Sentence(_("{note}"), {"note": change.note}) if change.note_en or change.note_fr else None,
        ]
    )


def _deed(change: Change) -> Sentence:
    """The deed itself, as its own consequence says it, with the number of the activity."""
    told = change.values
    if change.deed == Deed.SUSPEND:
        assert change.framework is not None
        facts = {"framework": change.framework.name, "on": date.fromisoformat(told["on"])}
        return Sentence(_("Your cooperation in {framework} is suspended from {on}."), facts)
    assert change.activity is not None
    facts = {"title": change.activity.title, "number": change.activity.number}
    if change.deed == Deed.MOVE:
        days = {"latter": date.fromisoformat(told["starts"]), "latter_end": date.fromisoformat(told["ends"])}
        return Sentence(_("“{title}” ({number}) moves: it now begins on {latter} and ends on {latter_end}."), {**facts, **days})
    if change.deed == Deed.SHRINK:
        return Sentence(_("“{title}” ({number}) now offers {seats} seats."), {**facts, "seats": told["seats"]})
    return Sentence(_("“{title}” ({number}) is called off."), facts)
