"""Invented data for the style page: no country, person or figure in it exists."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator

SINCE, TODAY = date(1949, 4, 1), date(2026, 11, 21)

LAYERS = (("inner", "Inner circle"), ("outer", "Outer circle"), ("suspended", "Suspended"))
SPANS = {
    "PRT": [("1952-05-01", "", "inner", "Inner circle")],
    "ISL": [("1955-01-01", "1994-01-01", "outer", "Outer circle"), ("1994-01-01", "", "inner", "Inner circle")],
    "POL": [("1991-12-20", "", "outer", "Outer circle")],
    "MLT": [("1995-04-26", "1996-10-29", "outer", "Outer circle"), ("2008-04-03", "", "outer", "Outer circle")],
    "CRI": [("1992-03-10", "", "outer", "Outer circle"), ("2021-11-16", "", "suspended", "Suspended")],
    "MNG": [("2012-03-19", "", "outer", "Outer circle")],
    "SGP": [("2001-01-01", "2015-01-01", "inner", "Inner circle"), ("2015-01-01", "", "suspended", "Suspended")],
    "URY": [("1960-06-01", "", "inner", "Inner circle")],
    "KEN": [("1978-06-01", "", "inner", "Inner circle"), ("2020-02-01", "", "suspended", "Suspended")],
}
NAMES = {
    "PRT": "Portolan",
    "ISL": "Islet",
    "POL": "Polonaise",
    "MLT": "Melita",
    "CRI": "Costata",
    "MNG": "Mangolia",
    "SGP": "Singara",
    "URY": "Uruga",
    "KEN": "Kenora",
}


class Specimen(forms.Form):
    """A form with a control of each kind, one of them wrong."""

    title = forms.CharField(label="Title", help_text="As it will stand in the menu.", max_length=80)
    area = forms.ChoiceField(
        label="Area", choices=[("", "Choose an area"), ("cyb", "Cyber defence"), ("civ", "Civil emergency planning")]
    )
    held_on = forms.DateField(label="Held on", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    clearance = forms.ChoiceField(label="Clearance", choices=[("none", "None"), ("r", "Restricted")], widget=forms.RadioSelect)
    notes = forms.CharField(label="Notes", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    online = forms.BooleanField(label="Can be followed from afar", required=False)


ROWS = (
    (
        "ARL.0412.01",
        "Executive cyber seminar",
        "School of Nets, Arlby",
        "Cyber defence",
        date(2027, 11, 8),
        date(2027, 11, 9),
        18,
        24,
        ("Open to you", "good"),
    ),
    (
        "BEL.0087.03",
        "Building integrity in peace operations",
        "Peace College, Belsund",
        "Defence institution building",
        date(2027, 3, 15),
        date(2027, 3, 19),
        41,
        30,
        ("Over-asked", "warn"),
    ),
    (
        "CAR.0150.02",
        "Leadership in security policy",
        "Centre for Policy, Carvale",
        "Defence policy",
        date(2027, 2, 26),
        date(2027, 3, 5),
        12,
        40,
        ("Open to you", "good"),
    ),
    (
        "DOR.0301.11",
        "Operational gender adviser",
        "Dorne Centre",
        "Women, peace and security",
        date(2027, 6, 14),
        date(2027, 6, 18),
        28,
        28,
        ("Moved", "calm"),
    ),
    (
        "ESK.0220.05",
        "Maritime interdiction",
        "Sea School, Eskport",
        "Maritime security",
        date(2027, 5, 2),
        date(2027, 5, 13),
        7,
        18,
        ("Needs clearance", "bad"),
    ),
)


PLAN = (
    (
        "Energy resilience",
        "#",
        [("Draft", date(2025, 1, 1), date(2025, 9, 30), 1), ("In force", date(2025, 10, 1), date(2028, 12, 31), 0)],
    ),
    ("Cyber defence", "#", [("Goal 1", date(2026, 3, 1), date(2027, 2, 28), 0)]),
    ("Women, peace and security", None, [("Goal 2", date(2027, 1, 1), date(2029, 6, 30), 2)]),
)


def specimens(on: date) -> dict[str, Any]:
    """What the style page shows."""
    wrong = {"area": "cyb", "clearance": "r", "held_on": "2027-03-08"}
    return {
        "on": on,
        "today": TODAY,
        "since": SINCE,
        "layers": LAYERS,
        "spans": SPANS,
        "names": NAMES,
        "rows": ROWS,
        "forms_of": {theme: Specimen({f"{theme}-{k}": v for k, v in wrong.items()}, prefix=theme) for theme in ("light", "dark")},
        "some_page": Paginator(range(1400), 50).page(3),
        "some_moment": datetime(2027, 1, 15, 17, 0, tzinfo=UTC),
        "some_day": date(2027, 1, 15),
        "plan": PLAN,
        "plan_first": date(2025, 1, 1),
        "plan_last": date(2028, 12, 31),
        "agenda": {date(2027, 1, day): [(row[1], "#", row[2]) for row in ROWS[:many]] for day, many in ((12, 1), (15, 3), (20, 5))},
    }
