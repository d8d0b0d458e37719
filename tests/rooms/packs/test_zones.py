"""The zones of capitals: only where the time zone database itself leaves no doubt."""

import csv
from pathlib import Path
from zoneinfo import available_timezones

from comity.packs.checking import faults
from comity.packs.reading import read

PACK = Path(__file__).resolve().parents[3] / "packs" / "nato"


def zones() -> dict[str, str]:
    with (PACK / "zones.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["zone"] for row in csv.DictReader(lines)}


def test_the_zones_of_north_american_capitals_are_those_of_their_capitals():
    assert (zones()["CAN"], zones()["USA"]) == ("America/Toronto", "America/New_York")


def test_every_zone_is_in_the_database_and_every_row_says_why():
    assert set(zones().values()) <= available_timezones()
    assert [fault for fault in faults(read(PACK)) if fault.file == "zones.csv"] == []


def test_what_is_not_certain_is_left_out():
    assert "KAZ" not in zones()
