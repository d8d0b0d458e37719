"""Builders of the menu: an edition in any state, and activities in it, with defaults a test overrides by name."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from comity.activities.acts import editions
from comity.activities.models import LINE, Activity, DeliveryPart, Edition, EntryGroup
from comity.activities.rules.days import Days
from comity.kernel.dates import PartialDate
from tests.world.cast import MENU_MANAGER

LONG_AGO = datetime(2026, 6, 1, 8, tzinfo=UTC)


def edition(
    year: int = 2027,
    *,
    state: str = "requests_open",
    closes_at: datetime | None = None,
    zone: str = "Europe/Brussels",
    is_demonstration: bool = False,
) -> Edition:
    """An edition that walked its line as far as `state`; requests close on 15 January at 17:00 UTC unless told."""
    closes_at = closes_at or datetime(year, 1, 15, 17, tzinfo=UTC)
    at = min(LONG_AGO, closes_at - timedelta(days=60))
    found = editions.plan(year, zone=zone, is_demonstration=is_demonstration, at=at, by=MENU_MANAGER)
    walk = LINE[1 : LINE.index(state) + 1]
    for to in walk:
        if to == "open_for_contributions":
            editions.open_contributions(found, at=at, by=MENU_MANAGER)
        elif to == "published":
            editions.publish(found, at=at, by=MENU_MANAGER)
        elif to == "requests_open":
            editions.open_requests(found, closing_at=closes_at, at=at, by=MENU_MANAGER)
        elif to == "requests_closed":
            editions.close_requests(found, at=closes_at, by=MENU_MANAGER)
        elif to == "running":
            editions.start(found, at=closes_at, by=MENU_MANAGER)
        else:
            editions.close(found, at=closes_at, by=MENU_MANAGER)
    return Edition.objects.get(pk=year)


def activity(
    edition: Edition,
    *,
    number: str = "",
    title: str = "Staff officer course",
    state: str = "approved",
    seats: int | None = 20,
    minimum: int | None = 6,
    open_to: tuple[str, ...] | list[str] = ("ALLIES", "ALL-PARTNERS"),
    first_day: date | None = date(2027, 3, 8),
    last_day: date | None = date(2027, 3, 12),
    starts: str = "",
    ends: str = "",
    **fields: Any,
) -> Activity:
    """An entry of the menu, approved unless told otherwise; `starts` and `ends` give partial dates instead of days."""
    begins = PartialDate(starts) if starts or ends else PartialDate.of(first_day)
    closes = PartialDate(ends) if starts or ends else PartialDate.of(last_day)
    days = Days.of(begins, closes)
    facts: dict[str, Any] = {"kind": "course", "area": "crisis management", "provider": "Lakeland Training Centre"}
    facts |= {
        "area_key": fields.get("area", facts["area"]),
        "city": "Lakeside",
        "languages": ["English"],
        "contributed_at": LONG_AGO,
    }
    if state in ("offered", "approved", "returned"):
        facts |= {"offered_at": LONG_AGO, "offered_by": "provider"}
    if state in ("approved", "returned", "retired"):
        facts |= {
            "decided_at": LONG_AGO,
            "decided_by": "menu_manager",
            "reason": "" if state == "approved" else "It is not needed.",
        }
    return Activity.objects.create(
        edition=edition,
        number=number or f"XLA.{Activity.objects.count() + 1:04}.01",
        title=title,
        state=state,
        seats=seats,
        minimum=minimum,
        open_to=list(open_to),
        starts=begins,
        ends=closes,
        first_day=days.first,
        last_day=days.last,
        begins_by=days.begins_by,
        month=days.month,
        **(facts | fields),
    )


def part(activity: Activity, *, kind: str = "residential", **fields: Any) -> DeliveryPart:
    """A part of an activity, over its whole length unless told otherwise."""
    return DeliveryPart.objects.create(
        activity=activity, kind=kind, **({"starts": activity.first_day, "ends": activity.last_day} | fields)
    )


def entry_groups() -> None:
    """What the words of entry mean: Allies, and all partners, who were fewer before April 2011."""
    groups = (
        ("ALLIES", date(1949, 4, 4), None, ["NATO"], {"allies_only": True}, "Allies", "Alliés"),
        (
            "ALL-PARTNERS",
            date(1991, 12, 20),
            date(2011, 4, 1),
            ["PFP", "EAPC"],
            {"partners_only": True},
            "All partners",
            "Tous les partenaires",
        ),
        (
            "ALL-PARTNERS",
            date(2011, 4, 1),
            None,
            ["PFP", "EAPC", "MD", "ICI", "GLOBAL"],
            {"partners_only": True},
            "All partners",
            "Tous les partenaires",
        ),
    )
    for token, since, until, frameworks, flags, en, fr in groups:
        EntryGroup.objects.get_or_create(
            token=token, since_on=since, defaults={"until_on": until, "frameworks": frameworks, "en": en, "fr": fr, **flags}
        )
