"""Who may come: the rule of entry in words, and the same rule compiled for lists."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.activities.models import Activity
from comity.activities.rules import Group, Terms, findings, is_open, spans
from comity.frameworks.rules import Hold, Standing, Stay
from comity.kernel.findings import Bar, Caution, Waivable, barred
from comity.kernel.words import Name
from tests.world import menu
from tests.world.cast import GULFLAND, LAKELAND, MERIDIA

ALL_PARTNERS = "ALL-PARTNERS"
GROUPS = (
    Group("ALLIES", date(1949, 4, 4), None, ("NATO",), allies_only=True, name=Name("Allies", "Alliés")),
    Group(ALL_PARTNERS, date(1991, 12, 20), date(2011, 4, 1), ("PFP", "EAPC"), partners_only=True, name=Name("All partners")),
    Group(
        ALL_PARTNERS, date(2011, 4, 1), None, ("PFP", "EAPC", "MD", "ICI", "GLOBAL"), partners_only=True, name=Name("All partners")
    ),
)
PFP = Standing(LAKELAND, (Stay("PFP", "partner", date(1994, 5, 6), None), Stay("EAPC", "partner", date(1997, 5, 30), None)))
GULF = Standing(GULFLAND, (Stay("ICI", "partner", date(2004, 12, 1), None),))
ALLY = Standing("XAR", (Stay("NATO", "ally", date(2004, 3, 29), None), Stay("EAPC", "ally", date(1997, 5, 30), None)))
ON_HOLD = Standing(
    MERIDIA, (Stay("PFP", "partner", date(1995, 1, 11), None),), (Hold("PFP", date(2021, 11, 1), None, practical=True),)
)
NOBODY = Standing("XOU")
ASKED = date(2026, 11, 22)


def terms(*open_to: str, day: date | None = date(2027, 3, 8), by: date | None = None, **more) -> Terms:
    return Terms(open_to=open_to, first=day, begins_by=by or day, groups=GROUPS, **more)


def found(standing: Standing, asked: Terms, **more) -> list:
    return list(findings(standing, asked, on=ASKED, **more))


def test_all_partners_are_all_partners():
    for standing in (PFP, GULF):
        assert found(standing, terms(ALL_PARTNERS)) == []


def test_before_april_2011_all_partners_were_those_of_the_partnership_for_peace():
    last_day_of_old = terms(ALL_PARTNERS, day=date(2011, 3, 31))
    first_day_of_new = terms(ALL_PARTNERS, day=date(2011, 4, 1))

    assert found(PFP, last_day_of_old) == []
    assert str(found(GULF, last_day_of_old)[0]) == (
        "On 31 March 2011, the day it begins, this is open to All partners (PFP, EAPC); XGU is none of them."
    )
    assert found(GULF, first_day_of_new) == []


def test_allies_come_as_allies_and_never_as_partners():
    assert found(ALLY, terms("ALLIES")) == []
    assert barred(found(ALLY, terms(ALL_PARTNERS)))
    assert barred(found(PFP, terms("ALLIES")))


def test_a_framework_named_outright_lets_in_whoever_sits_in_it():
    assert found(ALLY, terms("EAPC")) == []
    assert found(PFP, terms("EAPC")) == []
    assert barred(found(GULF, terms("EAPC")))


@pytest.mark.fault("F6", "F21")
def test_suspended_practical_cooperation_bars():
    before = found(ON_HOLD, terms(ALL_PARTNERS, day=date(2021, 10, 31)))
    after = found(ON_HOLD, terms(ALL_PARTNERS, day=date(2021, 11, 1)), name=Name("Meridia", "Méridie"))

    assert before == []
    assert [type(f) for f in after] == [Bar]
    assert str(after[0]) == "Practical cooperation with Meridia in PFP is suspended on 1 November 2021."


def test_a_suspended_party_stays_out_even_where_it_is_named():
    assert barred(found(ON_HOLD, terms(open_to_parties=(MERIDIA,))))
    assert found(PFP, terms(open_to_parties=(LAKELAND,))) == []


def test_suspension_in_one_framework_leaves_the_other_open():
    two = Standing(MERIDIA, (*ON_HOLD.stays, Stay("MD", "partner", date(1995, 2, 1), None)), ON_HOLD.holds)

    assert found(two, terms(ALL_PARTNERS)) == []
    assert barred(found(two, terms("PFP")))


def test_named_parties_only():
    assert (
        str(found(GULF, terms(open_to_parties=(LAKELAND,)))[0])
        == "This activity is open to named parties only; XGU is not among them."
    )


def test_the_provider_may_close_it_to_a_party():
    assert str(found(PFP, terms(ALL_PARTNERS, closed_to_parties=(LAKELAND,)))[0]) == (
        "This activity is closed to XLA by decision of its provider."
    )


def test_a_month_is_judged_on_its_first_and_last_day():
    month = terms("ICI", day=date(2004, 11, 15), by=date(2004, 12, 14))

    assert [str(f) for f in found(GULF, month)] == [
        "The day is not known exactly: it is open to XGU on 14 December 2004 but not on 15 November 2004."
    ]


def test_a_suspension_within_an_unknown_day_is_a_caution_too():
    year = terms("PFP", day=date(2021, 1, 1), by=date(2021, 12, 31))

    assert [str(f) for f in found(ON_HOLD, year)] == [
        "The day is not known exactly: it is open to XME on 1 January 2021 but not on 31 December 2021."
    ]


def test_without_days_entry_is_judged_for_the_day_of_asking():
    assert [str(f) for f in found(PFP, terms("PFP", day=None))] == [
        "The dates are not known: entry was judged for 22 November 2026."
    ]
    assert [type(f) for f in found(NOBODY, terms("PFP", day=None))] == [Bar, Caution]


def test_silent_terms_bar_nobody_but_the_suspended():
    silent = terms()

    assert [str(f) for f in found(NOBODY, silent)] == ["The entry does not say who may come."]
    assert barred(found(ON_HOLD, silent))


def test_more_places_than_a_party_may_hold_can_be_waived():
    limited = terms("PFP", most_per_party=2)

    assert found(PFP, limited, places=2) == []
    assert found(PFP, limited, places=3)[0].by == "WAIVE_FINDINGS"
    assert isinstance(found(PFP, limited, places=3)[0], Waivable)


def test_clearance_ranks_language_and_the_words_of_the_source_are_said():
    all_of_it = terms("PFP", needs_clearance=True, ranks="OF-2 to OF-5", language_profile="SLP 3232", said="others case by case")

    assert [str(f) for f in found(PFP, all_of_it)] == [
        "The provider puts it thus: others case by case.",
        "Participants need a security clearance.",
        "Ranks: OF-2 to OF-5.",
        "Language profile: SLP 3232.",
    ]


def test_findings_are_said_in_french_with_the_name_of_the_party():
    bar = found(GULF, terms("ALLIES"), name=Name("Gulfland", "Golfie"))[0]

    assert "Golfie" in bar.said(str, "fr")
    assert "Alliés (NATO)" in bar.said(str, "fr")


DAYS = st.dates(date(2003, 1, 1), date(2013, 12, 31))
CODES = st.sampled_from(["NATO", "PFP", "EAPC", "MD", "ICI"])


@st.composite
def standings(draw) -> Standing:
    def pair():
        first = draw(DAYS)
        return first, draw(st.none() | st.dates(first, date(2014, 1, 1)).filter(lambda d: d > first))

    stays = []
    for _ in range(draw(st.integers(0, 4))):
        code = draw(CODES)
        standing = "ally" if code == "NATO" else draw(st.sampled_from(["partner", "ally", "participant", "invited", "withdrawn"]))
        stays.append(Stay(code, standing, *pair()))
    holds = [Hold(draw(CODES), *pair(), practical=draw(st.booleans())) for _ in range(draw(st.integers(0, 2)))]
    return Standing("XLA", tuple(stays), tuple(holds))


@st.composite
def entries(draw) -> dict:
    first = draw(DAYS)
    shape = draw(st.sampled_from(["day", "month", "year", "none", "end"]))
    text = {"day": first.isoformat(), "end": first.isoformat(), "month": f"{first:%Y-%m}", "year": str(first.year), "none": ""}[
        shape
    ]
    return {
        "starts": "" if shape == "end" else text,
        "ends": text if shape == "end" else "",
        "first_day": None,
        "open_to": draw(st.lists(st.sampled_from(["ALLIES", ALL_PARTNERS, "PFP", "EAPC", "MD", "ICI"]), max_size=3)),
        "open_to_parties": draw(st.sampled_from([[], [], ["XLA"], ["XME"]])),
        "closed_to_parties": draw(st.sampled_from([[], [], [], ["XLA"]])),
    }


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(standing=standings(), rows=st.lists(entries(), min_size=12, max_size=12), on=DAYS)
def test_the_list_and_the_page_agree_on_what_is_open(standing, rows, on):
    Activity.objects.all().delete()
    edition = menu.Edition.objects.filter(pk=2012).first() or menu.edition(2012)
    made = [menu.activity(edition, number=f"XLA.{n:04}.01", **row) for n, row in enumerate(rows)]

    by_rule = {a.number for a in made if not barred(findings(standing, a.terms(GROUPS), on=on))}
    by_query = set(Activity.objects.open_to(standing, on=on, groups=GROUPS).values_list("number", flat=True))

    assert by_query == by_rule


@given(standing=standings(), token=st.sampled_from(["ALLIES", ALL_PARTNERS, "PFP", "EAPC", "ICI"]), day=DAYS)
def test_periods_say_of_every_day_what_the_rule_says(standing, token, day):
    within = any(first <= day and (stop is None or day < stop) for first, stop in spans(standing, token, GROUPS))

    assert within == is_open(standing, terms(token, day=day), day)


@pytest.mark.django_db
def test_the_groups_of_the_database_are_those_of_the_rule():
    menu.entry_groups()
    edition = menu.edition()
    menu.activity(edition, number="XLA.0001.01")
    menu.activity(edition, number="XLA.0002.01", open_to=["ALLIES"])

    assert [a.number for a in Activity.objects.open_to(PFP, on=ASKED)] == ["XLA.0001.01"]
