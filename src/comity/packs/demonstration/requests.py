"""The demonstration's requests: what every current partner of the register asks of edition 2027, invented, always the same.

Objectives, pools and caps come with them. Moldova's basket is left half done, so that a newcomer has something to do.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.db import transaction

from comity.activities.models import Activity, Edition
from comity.frameworks.queries import standings
from comity.kernel.actors import Actor
from comity.kernel.findings import Bar
from comity.participation import queries
from comity.participation.acts import rules
from comity.participation.models import Cap, Pool, Request
from comity.parties.models import Party
from comity.programmes.models import Objective
from comity.trail import acts as trail

# Where the rules stand that rounds are drawn up under.
PACK = Path(__file__).resolve().parents[4] / "packs" / "nato"
YEAR, TOTAL, SEED = 2027, 20_000, 20_270_116
# The last moment at which the requests are dated: after requests were opened, before their deadline.
ASKED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FRAMEWORKS = ("PFP", "MD", "ICI", "GLOBAL")
NEWCOMER, NEWCOMER_DRAFTS, NEWCOMER_SUBMITTED = "MDA", 30, 8
# Invented objectives, in the words a programme would use; a party holds some of them.
AIMS: tuple[tuple[str, str], ...] = (
    (
        "Train enough instructors to hold the basic courses at home",
        "Former assez d'instructeurs pour tenir les cours de base au pays",
    ),
    ("Have one unit evaluated for multinational operations", "Faire évaluer une unité pour des opérations multinationales"),
    ("Answer a cyber incident within a day", "Répondre à un incident cyber en un jour"),
    ("Keep energy supply running through a crisis", "Maintenir l'approvisionnement énergétique pendant une crise"),
    ("Build integrity in procurement and in finance", "Renforcer l'intégrité des achats et des finances"),
    ("Bring more women into missions and into staffs", "Faire entrer davantage de femmes dans les missions et les états-majors"),
    ("Prepare civil protection for a large earthquake", "Préparer la protection civile à un fort séisme"),
    ("Let staff officers work in a second language", "Permettre aux officiers d'état-major de travailler dans une deuxième langue"),
)
SHARES: Mapping[str, float] = {"MDA": 0.0, "UKR": 2.4, "GEO": 2.0, "CHE": 1.3, "AUT": 1.4, "SRB": 1.3, "BIH": 1.5, "ARM": 1.3}
PLACES = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4)


def build(by: Actor, at: datetime) -> int:
    """Build what is missing; the same call again changes nothing.

    Returns:
        How many requests there are of the edition.
    """
    rules.publish_all(PACK, by=by, at=min(at, ASKED))
    year = Edition.objects.filter(pk=YEAR).first()
    if year is None or year.state != "requests_open" or Request.objects.of_edition(YEAR).exists():
        return Request.objects.of_edition(YEAR).count()
    return _fill(year, by=by, at=min(at, ASKED))


@transaction.atomic
def _fill(year: Edition, *, by: Actor, at: datetime) -> int:
    """Objectives, pools, caps and requests in a few statements, under the laws of their tables."""
    codes = partners(at)
    objectives = _objectives(codes)
    offers = [o for o in map(_Offer.of, _on_offer()) if o.days]
    rows = [request for code in codes for request in _asked(code, offers, objectives.get(code, []), len(codes), at=at)]
    kept = _clear(rows, at=at)
    made = Request.objects.bulk_create(kept, batch_size=2000)
    _pools(year, made)
    _caps(year, codes, made)
    trail.record("demonstration.requests-built", year, by=by, at=at, requests=len(made), parties=len(codes))
    return len(made)


def partners(at: datetime) -> list[str]:
    """The partners of today's register that count in a framework of partnership and are not on hold in it."""
    on = at.date()
    states = set(Party.objects.filter(kind="state").values_list("code", flat=True))
    found = []
    for code, standing in standings(seen_by=QUIET).items():
        live = [f for f in standing.partner_frameworks(on) if f in FRAMEWORKS and not standing.on_hold(f, on)]
        if code in states and live and not standing.is_ally(on):
            found.append(code)
    return sorted(found)


QUIET = Actor(login="system", name="Comity")


@dataclass(frozen=True)
class _Offer:
    """An activity with what makes it wanted."""

    activity: Activity
    appeal: float
    days: bool

    @classmethod
    def of(cls, activity: Activity) -> "_Offer":
        """The appeal of an activity: a few are sought by many."""
        luck = _chance("appeal", activity.number).random()
        return cls(activity, 0.3 + 4.0 * luck**4, activity.first_day is not None)


def _on_offer() -> list[Activity]:
    return list(Activity.objects.on_offer().filter(edition=YEAR).order_by("number"))


def _chance(*about: str) -> Random:
    """Luck that depends on nothing but what it is about."""
    text = f"{SEED}:{':'.join(about)}"
    return Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))  # noqa: S311  (invented data, nothing to guard)


def _objectives(codes: Sequence[str]) -> dict[str, list[Objective]]:
    """From two to six objectives for each party."""
    rows = []
    for code in codes:
        chance = _chance("objectives", code)
        chosen = chance.sample(AIMS, chance.randint(2, 6))
        rows += [
            Objective(party_id=code, number=n, title_en=en, title_fr=fr, first_year=2025, last_year=2028, is_demonstration=True)
            for n, (en, fr) in enumerate(chosen, 1)
        ]
    held: dict[str, list[Objective]] = {}
    for objective in Objective.objects.bulk_create(rows):
        held.setdefault(objective.party_id, []).append(objective)
    return held


def _asked(
    code: str, offers: Sequence[_Offer], objectives: Sequence[Objective], parties: int, *, at: datetime
) -> Iterator[Request]:
    """What one party asks for: a weighted sample of what is on offer."""
    chance = _chance("requests", code)
    share = SHARES.get(code, 0.5 + chance.random())
    wanted = min(int(SURPLUS * TOTAL / parties * share), len(offers) * 7 // 10)
    if code == NEWCOMER:
        wanted = 3 * (NEWCOMER_DRAFTS + NEWCOMER_SUBMITTED)
    order = sorted(offers, key=lambda o: -(chance.random() ** (1 / o.appeal)))
    for place, offer in enumerate(order[:wanted]):
        yield _request(code, place, offer.activity, objectives, chance, at=at)


SURPLUS = 1.3


def _request(
    code: str, place: int, activity: Activity, objectives: Sequence[Objective], chance: Random, *, at: datetime
) -> Request:
    """One request; submitted some days before the last moment."""
    asked_at = at - timedelta(minutes=chance.randint(60, 14_000))
    seats = activity.seats or 10
    most = min(seats, activity.most_per_party or seats)
    linked = bool(objectives) and chance.random() < 0.55
    values: dict[str, Any] = {
        "places": min(chance.choice(PLACES), most),
        "priority": chance.choices((1, 2, 3), (28, 40, 32))[0],
        "funding": chance.choices(("none", "wanted", "needed"), (45, 30, 25))[0] if activity.pool else "none",
        "objective": chance.choice(objectives) if linked else None,
    }
    return Request(
        party_id=code, activity=activity, asked_at=asked_at, asked_by=f"poc-{code.lower()}", changed_at=asked_at,
        state="submitted", submitted_at=asked_at, submitted_by=f"poc-{code.lower()}", is_demonstration=True, **values,
    )  # fmt: skip


def _clear(rows: Sequence[Request], *, at: datetime) -> list[Request]:
    """The requests nothing bars, cut to the total."""
    known = Party.objects.in_bulk({r.party_id for r in rows})
    for row in rows:
        row.party = known[row.party_id]
    clear = [request for request, found in queries.weighed(rows, on=at.date()) if not any(isinstance(f, Bar) for f in found)]
    mine = [r for r in clear if r.party_id == NEWCOMER][: NEWCOMER_DRAFTS + NEWCOMER_SUBMITTED]
    others = [r for r in clear if r.party_id != NEWCOMER]
    lot = sorted(others, key=lambda r: hashlib.sha256(f"{SEED}:{r.party_id}:{r.activity.number}".encode()).digest())
    for request in mine[:NEWCOMER_DRAFTS]:
        request.state, request.submitted_at, request.submitted_by = "draft", None, ""
    for request in mine[:NEWCOMER_DRAFTS:5]:
        request.priority = None
    room = TOTAL - len(mine)
    return [*mine, *sorted(lot[:room], key=lambda r: (r.party_id, r.activity.number))]


def _pools(year: Edition, made: Sequence[Request]) -> None:
    """Each pool holds about half of what is asked of it."""
    asked: dict[str, int] = {}
    for request in made:
        activity = request.activity
        if request.funding != "none" and activity.pool and activity.place_cost:
            asked[activity.pool] = asked.get(activity.pool, 0) + (request.places or 0) * activity.place_cost
    Pool.objects.bulk_create(
        Pool(
            edition=year, code=code, name_en=f"Demonstration fund {code[-1]}", name_fr=f"Fonds de démonstration {code[-1]}",
            budget=int(asked[code] * _chance("pool", code).uniform(0.35, 0.75)) // 1000 * 1000,
        )
        for code in sorted(asked)
    )  # fmt: skip


def _caps(year: Edition, codes: Sequence[str], made: Sequence[Request]) -> None:
    """Some parties may hold fewer places than they ask for, and each may have only so many people away at once."""
    asked: dict[str, int] = {}
    for request in made:
        asked[request.party_id] = asked.get(request.party_id, 0) + (request.places or 0)
    Cap.objects.bulk_create(
        Cap(
            edition=year, party_id=code, away_cap=max(6, asked.get(code, 0) // 12),
            places_cap=max(20, int(asked.get(code, 0) * 0.7)) if _chance("cap", code).random() < 0.4 else None,
        )
        for code in codes
    )  # fmt: skip
