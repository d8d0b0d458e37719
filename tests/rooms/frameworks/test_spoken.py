"""What sentences about the register say of days and standings, in the reader's language."""

from datetime import date

import pytest

from comity.frameworks.rules.spoken import Day, Label
from comity.kernel.dates import PartialDate
from comity.kernel.words import Sentence


@pytest.mark.parametrize(
    ("on", "english", "french"),
    [
        (date(2021, 12, 31), "31 December 2021", "31 décembre 2021"),
        (PartialDate("1995-02-01"), "1 February 1995", "1er février 1995"),
        (PartialDate("1992-04"), "April 1992", "avril 1992"),
        (PartialDate("1949"), "1949", "1949"),
        (PartialDate(""), "?", "?"),
    ],
)
def test_a_day_is_said_as_precisely_as_it_is_known(on: PartialDate | date, english: str, french: str) -> None:
    sentence = Sentence("{on}", {"on": Day(on)})

    assert sentence.said(str, "en") == english
    assert sentence.said(str, "fr") == french


def test_a_label_begins_small_within_a_sentence() -> None:
    assert Sentence("{what} since", {"what": Label("Equal member")}).said(str, "en") == "equal member since"
    assert Label("Ally").said({"Ally": "Allié"}.__getitem__, "fr") == "allié"
