"""The demonstration edition 2027: exactly 1,400 invented activities, the same on every machine, and marked as invented.

Areas are those of the vocabularies and countries are real codes; providers are called "Demonstration centre" so that
nobody takes them for one that exists.
"""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from comity.activities.acts import activities, editions
from comity.activities.models import Activity, Edition, Term
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.parties.models import Party

YEAR, COUNT, SEED = 2027, 1_400, 20_270_115
BRUSSELS = "Europe/Brussels"
DEADLINE = datetime(2027, 1, 15, 18, 0, tzinfo=ZoneInfo(BRUSSELS))
# The latest moment at which the steps of the year are dated, so that the demonstration opens the same in any later year.
OPENED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
# Country, city, zone, and how many of a hundred activities take place there.
PLACES: tuple[tuple[str, str, str, int], ...] = (
    ("BEL", "Brussels", "Europe/Brussels", 9),
    ("DEU", "Berlin", "Europe/Berlin", 9),
    ("ITA", "Rome", "Europe/Rome", 8),
    ("TUR", "Ankara", "Europe/Istanbul", 6),
    ("SWE", "Stockholm", "Europe/Stockholm", 6),
    ("CHE", "Bern", "Europe/Zurich", 5),
    ("GBR", "London", "Europe/London", 5),
    ("FRA", "Paris", "Europe/Paris", 5),
    ("EST", "Tallinn", "Europe/Tallinn", 4),
    ("POL", "Warsaw", "Europe/Warsaw", 4),
    ("CZE", "Prague", "Europe/Prague", 4),
    ("ESP", "Madrid", "Europe/Madrid", 4),
    ("GRC", "Athens", "Europe/Athens", 3),
    ("FIN", "Helsinki", "Europe/Helsinki", 3),
    ("AUT", "Vienna", "Europe/Vienna", 3),
    ("BIH", "Sarajevo", "Europe/Sarajevo", 3),
    ("GEO", "Tbilisi", "Asia/Tbilisi", 3),
    ("UKR", "Kyiv", "Europe/Kyiv", 3),
    ("NLD", "The Hague", "Europe/Amsterdam", 3),
    ("NOR", "Oslo", "Europe/Oslo", 3),
    ("ROU", "Bucharest", "Europe/Bucharest", 3),
    ("BGR", "Sofia", "Europe/Sofia", 2),
    ("HRV", "Zagreb", "Europe/Zagreb", 2),
    ("HUN", "Budapest", "Europe/Budapest", 2),
    ("LTU", "Vilnius", "Europe/Vilnius", 2),
    ("LVA", "Riga", "Europe/Riga", 2),
    ("PRT", "Lisbon", "Europe/Lisbon", 2),
    ("SVN", "Ljubljana", "Europe/Ljubljana", 2),
    ("USA", "Washington", "America/New_York", 2),
    ("JOR", "Amman", "Asia/Amman", 2),
    ("MDA", "Chișinău", "Europe/Chisinau", 1),
    ("SRB", "Belgrade", "Europe/Belgrade", 1),
    ("ARM", "Yerevan", "Asia/Yerevan", 1),
    ("KWT", "Kuwait City", "Asia/Kuwait", 1),
    ("IRL", "Dublin", "Europe/Dublin", 1),
)
# Kind, share, shapes of a title, and how many days it may last.
KINDS: tuple[tuple[str, int, tuple[str, ...], tuple[int, ...]], ...] = (
    (
        "course",
        52,
        ("{} course", "{}: basic course", "{}: advanced course", "{}: course for staff officers", "{}: train the trainer"),
        (3, 5, 5, 5, 10, 12),
    ),
    ("seminar", 14, ("{} seminar", "{}: seminar for senior leaders", "{}: regional seminar"), (2, 2, 3)),
    ("workshop", 13, ("{} workshop", "{}: expert workshop", "{}: planning workshop"), (2, 3, 3)),
    ("exercise", 11, ("{} exercise", "{}: table-top exercise", "{}: field exercise"), (3, 5, 10, 12)),
    ("conference", 7, ("{} conference", "{}: annual conference"), (1, 2, 3)),
    ("other", 3, ("{}: expert visit", "{}: mobile training team"), (3, 5)),
)
TERMS: tuple[tuple[tuple[str, ...], int], ...] = (
    (("ALLIES", "ALL-PARTNERS"), 58),
    (("ALL-PARTNERS",), 12),
    (("ALLIES", "PFP"), 9),
    (("EAPC",), 6),
    (("PFP",), 5),
    (("MD", "ICI"), 5),
    (("ALLIES", "PFP", "MD"), 3),
    (("GLOBAL", "ALLIES"), 2),
)
LANGUAGES: tuple[tuple[tuple[str, ...], int], ...] = (
    (("English",), 80),
    (("English", "French"), 8),
    (("French",), 7),
    (("English", "Russian"), 3),
    (("English", "Arabic"), 2),
)
POOLS = ("FUND-A", "FUND-B", "FUND-C", "FUND-D", "FUND-E", "FUND-F", "FUND-G", "FUND-H")
RANKS = (
    "OF-1 to OF-3 or civilian equivalent",
    "OF-2 to OF-4 or civilian equivalent",
    "OF-3 to OF-5 or civilian equivalent",
    "OR-5 to OR-9",
)
PROFILES = ("SLP 2222", "SLP 3232", "SLP 3332")
DAYS = tuple(date(2027, 2, 1) + timedelta(days=n) for n in range(0, 315))


def build(by: Actor, at: datetime, centre: str | None = None) -> Edition:
    """Build the edition, or finish what an earlier start left undone; the same call again changes nothing.

    Args:
        by: who manages the menu.
        at: the moment of building.
        centre: code of a training centre that contributes what takes place in the country of its seat.
    """
    at = min(at, OPENED)
    edition = Edition.objects.filter(pk=YEAR).first()
    if edition is None:
        edition = editions.plan(YEAR, title="Cooperation menu 2027", zone=BRUSSELS, is_demonstration=True, at=at, by=by)
    if edition.state == "planned":
        editions.open_contributions(edition, at=at, by=by)
    if edition.state == "open_for_contributions" and not Activity.objects.filter(edition=edition).exists():
        _fill(edition, centre, at=at, by=by)
    if edition.state == "open_for_contributions":
        editions.publish(edition, at=at, by=by)
    if edition.state == "published":
        editions.open_requests(edition, closing_at=DEADLINE, at=at, by=by)
    return edition


def _fill(edition: Edition, centre: str | None, *, at: datetime, by: Actor) -> None:
    """Bring in all activities of the demonstration, approved."""
    rows, parts = entries()
    seat = Party.objects.filter(code=centre).values_list("seat_id", flat=True).first() if centre else None
    known = set(Party.objects.values_list("code", flat=True))
    for row in rows:
        # Whoever offers an activity runs it: the centre those of its own country, any other country its own.
        country = row["provider_country_id"]
        row["provider_party_id"] = centre if seat and country == seat else country if country in known else None
    contributors = [centre if centre and row["provider_party_id"] == centre else by.party for row in rows]
    activities.bring_in(edition, rows, parts=parts, contributed_by=contributors, approving=True, at=at, by=by)


def entries(count: int = COUNT, seed: int = SEED) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    """Invented activities and their parts, the same for the same seed."""
    chance = Random(seed)  # noqa: S311  (invented data, nothing to guard)
    terms = Term.objects.filter(vocabulary__name="areas").order_by("vocabulary__rank", "code").values_list("en", flat=True)
    areas = list(dict.fromkeys(terms)) or ["crisis management", "cyber defence", "logistics"]
    names = dict(Party.objects.values_list("code", "name_en"))
    rows, parts = [], []
    for place in range(count):
        row, delivered = _entry(chance, areas[place % len(areas)], names)
        rows.append(row)
        parts.append(delivered)
    return rows, parts


def _entry(chance: Random, area: str, names: dict[str, str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One invented activity and its parts."""
    country, city, zone, _share = chance.choices(PLACES, [p[3] for p in PLACES])[0]
    kind, _share, shapes, lengths = chance.choices(KINDS, [k[1] for k in KINDS])[0]
    seats = chance.choice((12, 16, 18, 20, 24, 24, 28, 30, 36, 40, 48, 60))
    title = chance.choice(shapes).format(area[:1].upper() + area[1:])
    row: dict[str, Any] = {
        "title": title,
        "kind": kind,
        "area": area,
        "provider": f"Demonstration centre, {names.get(country, country)}",
        "provider_country_id": country,
        "city": city,
        "place_country_id": country,
        "languages": list(chance.choices([lang for lang, _ in LANGUAGES], [share for _, share in LANGUAGES])[0]),
        "seats": seats,
        "minimum": min(seats, chance.randint(6, 12)),
        "open_to": list(chance.choices([t for t, _ in TERMS], [share for _, share in TERMS])[0]),
        "most_per_party": chance.choice((2, 3, 4)) if chance.random() < 0.25 else None,
        "needs_clearance": chance.random() < 0.08,
        "ranks": chance.choice(RANKS) if chance.random() < 0.4 else "",
        "language_profile": chance.choice(PROFILES) if chance.random() < 0.3 else "",
        "description": f"Invented for the demonstration: a {kind} on {area} for {seats} participants.",
        "aim": f"Participants can apply the common practice of {area} in a multinational setting.",
        "fee_eur": chance.choice((150, 300, 450)) if chance.random() < 0.1 else None,
    }
    if chance.random() < 0.7:
        row |= {"pool": chance.choice(POOLS), "place_cost": chance.randrange(600, 2_401, 50)}
    return row, _dated(chance, row, chance.choice(lengths), zone)


def _dated(chance: Random, row: dict[str, Any], length: int, zone: str) -> list[dict[str, Any]]:
    """Give an activity its dates, a few of them known in part only, and its parts."""
    first = chance.choice(DAYS)
    first -= timedelta(days=first.weekday() - (chance.choice((0, 0, 1, 1, 2)) if length < 4 else 0))
    last = first + timedelta(days=length - 1)
    luck = chance.random()
    if luck < 0.01:
        row |= {"starts": PartialDate(), "ends": PartialDate()}
        return []
    if luck < 0.04:
        row |= {"starts": PartialDate(f"{first:%Y-%m}"), "ends": PartialDate()}
        return []
    row |= {"starts": PartialDate.of(first), "ends": PartialDate.of(last)}
    hours = {"zone": zone, "start_time": time(9), "end_time": time(17)}
    parts = [{"kind": "residential", "starts": first, "ends": last, "place": row["city"], **hours}]
    if luck > 0.9:
        parts.insert(0, {"kind": "online", "starts": first - timedelta(days=14), "ends": first - timedelta(days=10), **hours})
    return parts
