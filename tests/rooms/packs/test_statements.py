"""What the documents say, evaluated: every known discrepancy comes out of the rows, none is set by hand."""

import re
from calendar import month_name as MONTHS
from dataclasses import replace
from datetime import date

import pytest

from comity.frameworks.queries import registers
from comity.frameworks.queries.registers import Checked
from comity.frameworks.rules.claims import evaluate
from comity.frameworks.rules.register import Register
from comity.kernel.actors import STRANGER
from comity.kernel.dates import PartialDate


@pytest.fixture(scope="module")
def found(laid_down: Register, django_db_blocker) -> dict[str, Checked]:  # type: ignore[no-untyped-def]
    """Every statement by its number."""
    with django_db_blocker.unblock():
        return {one.statement.id: one for one in registers.checked(seen_by=STRANGER)}


def because(one: Checked) -> str:
    """Why a statement has its verdict."""
    return " ".join(map(str, one.outcome.reasons))


DISCREPANCIES = [
    # S0-1, SX-2: the list of 22 and the 20 partners of the council; two of them were Allies by then.
    ("d0-list-of-22", "holds", "22"),
    ("d0-list-is-the-eapc-partners", "holds_on_another_date", "2009-04-01 until 2017-06-05"),
    ("d0-eapc-30-and-20", "holds", "30 Allies and 20 partners"),
    ("d0-partner-mne", "holds_on_another_date", "2006-12-14 until 2017-06-05"),
    ("d0-partner-mkd", "holds_on_another_date", "1997-05-30 until 2020-03-27"),
    ("d1-joins-mne", "holds", "2017-06-05"),
    ("d1-joins-mkd", "holds", "2020-03-27"),
    # S0-2: called the partner countries, but none of the Mediterranean, Gulf or global ones.
    ("d0-list-is-all-partners", "contradicted", "Algeria"),
    # S0-3, SP-4: on hold, yes; since March 2014 and completely, no.
    ("d0-russia-on-hold", "holds", "2014-04-01"),
    ("d0-russia-march-2014", "contradicted", "2014-04-01"),
    ("d0-russia-completely", "contradicted", "practical cooperation, civil"),
    ("d0-russia-meetings-remain", "holds", "2014-04-01"),
    # S0-4: a council that did not exist in 1991, under a name it never bore.
    ("d0-russia-eapc-1991", "contradicted", "1997-05-30"),
    ("d0-euro-atlantic-cooperation-council", "contradicted", "No framework"),
    ("d0-north-atlantic-cooperation-council", "holds", "1991-12-20"),
    ("d0-russia-relations-1991", "holds", "1991-12-26"),
    # S0-6: both figures are right, each with its date.
    ("d0-eu-over-40", "holds", "42"),
    ("d0-eu-over-40-today", "holds_on_another_date", "2016-12-06 until 2017-12-05"),
    ("d0-eu-over-70", "holds", "74"),
    # S0-7: Georgia in frameworks before they existed.
    ("d0-georgia-eapc-1992", "contradicted", "exists only since 1997-05-30"),
    ("d0-georgia-pfp-1992", "contradicted", "1994-03-23"),
    ("d0-georgia-nacc-1992", "holds", "1992-04"),
    # S0-8, SX-4: the council was not born at Madrid.
    ("d0-eapc-at-madrid", "contradicted", "1997-05-30"),
    ("d1-eapc-1997", "holds", "1997-05-30"),
    # S0-9: the dialogue was not launched in January 1994.
    ("d0-md-january-1994", "contradicted", "1994-12"),
    ("d0-md-december-1994", "holds", "1994-12"),
    # S0-12: nine on the roll, one of them on hold.
    ("d0-nine-global", "holds", "Afghanistan"),
    ("d0-global-cooperates-with-nine", "holds_on_another_date", "2017-05-01 until 2021-08-20"),
    ("d0-afghanistan-unclear", "holds", "2021-08-20"),
    # S1-1: for its own roll alone until April 2011, for all partners since.
    ("d1-pfp-euro-atlantic-only", "holds_on_another_date", "until 2011-04-01"),
    ("d1-pfp-open-to-all", "holds", "2011-04"),
    # S1-3, S1-8: some are suspended.
    ("d1-none-suspended", "holds_on_another_date", "Belarus"),
    ("d1-all-have-access", "holds_on_another_date", "Afghanistan"),
    # S1-4: withdrawn is not suspended.
    ("d1-malta-suspended-1996", "contradicted", "withdrawn from 1996-10-27"),
    ("d1-malta-left-1996", "holds", "1996-10-27"),
    ("d1-malta-returned-2008", "holds", "2008-04-03"),
    # S1-6: the policy is two years older.
    ("d1-trust-fund-2002", "contradicted", "2000-09"),
    # SX-1: partners in the one document, Allies in the other.
    ("d0-partner-fin", "holds", "until 2023-04-04"),
    ("d0-partner-swe", "holds", "until 2024-03-07"),
    ("d1-joins-fin", "holds", "2023-04-04"),
    ("d1-joins-swe", "holds", "2024-03-07"),
    # SX-3: both figures hold, each on its date.
    ("d0-eapc-30-and-20", "holds", "from 2020-03-27 until 2023-04-04"),
    ("d1-eapc-32-and-18", "holds", "since 2024-03-07"),
    # SX-5, SP-6: one programme for every partner, four years each.
    ("d1-itpp-covers-all", "contradicted", "Armenia"),
    ("d1-itpp-four-years", "contradicted", "2024"),
    ("d0-ipcp-main-for-md", "contradicted", "Algeria"),
    # SX-7: no gap in the one document, a gap in the other.
    ("d0-malta-pfp", "holds", "2008-04-03"),
    ("d0-malta-pfp-unbroken", "holds_on_another_date", "withdrawn"),
    # SX-8: suspended weeks before the document speaks.
    ("d0-belarus-plain-partner", "holds_on_another_date", "until 2021-11-19"),
    # SP-2: the register holds the joining, not the invitation.
    ("d0-md-invited-dza", "cannot_be_checked", "2000-03"),
    ("d0-md-algeria-2000", "contradicted", "2000-03"),
]


def in_words(text: str) -> str:
    """The same with every ISO date said as a reader reads it, exactly as precise: `2000-03` is `March 2000`."""

    def said(iso: re.Match[str]) -> str:
        year, month, day = (*iso[0].split("-"), "")[:3]
        return f"{int(day)} {MONTHS[int(month)]} {year}" if day else f"{MONTHS[int(month)]} {year}"

    return re.sub(r"\d{4}-\d{2}(-\d{2})?", said, text)


@pytest.mark.parametrize(("number", "verdict", "words"), DISCREPANCIES)
def test_a_known_discrepancy_comes_out_of_the_rows(found: dict[str, Checked], number: str, verdict: str, words: str) -> None:
    assert found[number].outcome.verdict == verdict
    assert in_words(words) in because(found[number])


def test_there_are_enough_statements_of_both_documents_in_both_languages(found: dict[str, Checked]) -> None:
    checkable = [one for one in found.values() if one.statement.claim["check"] != "uncheckable"]

    assert len(checkable) >= 75
    assert {one.statement.document for one in found.values()} == {0, 1}
    assert all(one.statement.says_en and one.statement.says_fr and one.statement.place for one in found.values())
    assert all(one.outcome.reasons for one in found.values())


def test_the_verdicts_add_up(found: dict[str, Checked]) -> None:
    counts = registers.verdicts(found.values())

    assert sum(counts.values()) == len(found)
    assert counts["contradicted"] >= 14
    assert counts["holds_on_another_date"] >= 9


@pytest.mark.fault("F15")
def test_no_verdict_is_stored_so_a_changed_row_changes_it(laid_down: Register, found: dict[str, Checked]) -> None:
    belarus = found["d0-belarus-plain-partner"].statement
    never_suspended = replace(laid_down, halts=tuple(halt for halt in laid_down.halts if halt.party != "BLR"))

    assert evaluate(belarus.claim, never_suspended, as_of=belarus.as_of).verdict == "holds"
    assert evaluate(belarus.claim, laid_down, as_of=belarus.as_of).verdict == "holds_on_another_date"


def test_a_flipped_membership_flips_the_count(laid_down: Register, found: dict[str, Checked]) -> None:
    sits = found["d0-eapc-30-and-20"].statement
    without = replace(laid_down, rows=tuple(row for row in laid_down.rows if (row.party, row.framework) != ("ARM", "EAPC")))

    assert evaluate(sits.claim, without, as_of=sits.as_of).verdict == "contradicted"


def test_a_coarser_row_cannot_decide_a_finer_claim(laid_down: Register) -> None:
    rows = tuple(
        replace(row, since=PartialDate("1995")) if (row.party, row.framework) == ("EGY", "MD") else row for row in laid_down.rows
    )
    claim = {"check": "joined", "framework": "MD", "party": "EGY", "on": "1995-02"}

    assert evaluate(claim, replace(laid_down, rows=rows), as_of=date(2021, 12, 31)).verdict == "cannot_be_checked"
    assert evaluate(claim, laid_down, as_of=date(2021, 12, 31)).verdict == "holds"


def test_a_claim_about_nobody_cannot_be_checked(laid_down: Register) -> None:
    def verdict(check: str, **claim: object) -> str:
        return evaluate({"check": check, "framework": "MD", "party": "OMN", **claim}, laid_down, as_of=date(2021, 12, 31)).verdict

    assert verdict("joined", on="1995") == "cannot_be_checked"
    assert verdict("left", on="1995") == "cannot_be_checked"
    assert verdict("suspended_since", on="1995") == "cannot_be_checked"
    assert verdict("period_of", since="1995", until="1996") == "cannot_be_checked"
    assert verdict("invited", party="LBY", on="2012-05") == "holds"
    assert verdict("left", party="EGY", on="2012") == "contradicted"
    assert verdict("succeeded_by", by="ICI") == "contradicted"
    assert verdict("active", parties=["DZA", "LBY"]) == "contradicted"
    assert verdict("active") == "holds"
