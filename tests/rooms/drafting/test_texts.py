"""Opening texts, passing the turn, letting them rest."""

import pytest

from comity.drafting import queries
from comity.drafting.acts import texts, versions
from comity.drafting.models import Chapter, Clause, Wording
from comity.kernel.refusals import NotFound, NotPermitted
from comity.kernel.words import Name
from comity.trail.models import Entry
from tests.rooms.drafting.desk import DESK, LAKE, MERIDIA, NINE, READER, STRANGER, a_text, clauses, later
from tests.world import cast

pytestmark = pytest.mark.django_db


def test_a_text_opens_with_its_chapters_and_clauses_in_the_court_of_whoever_opened_it() -> None:
    text = a_text(by=LAKE)

    assert (text.turn, text.state, text.party_id) == ("party", "drafting", cast.LAKELAND)
    assert [c.key for c in Chapter.objects.all()] == ["political", "defence"]
    assert [c.body for c in clauses(text)] == [
        "The two sides meet twice a year.",
        "They meet in spring.",
        "Lakeland trains ten officers a year.",
    ]
    assert len({c.key for c in clauses(text)}) == 3
    assert Wording.objects.filter(side="party", revision=1).count() == 3
    assert Entry.objects.get().act == "text.opened"
    assert Entry.objects.get().about_party == cast.LAKELAND


def test_a_version_keeps_what_the_text_says_and_its_digest() -> None:
    text = a_text()

    version = versions.make(text, note="first", by=LAKE, at=later(1))

    assert version.number == 1
    assert version.unsettled == 3
    assert version.read == queries.content_of(text, seen_by=DESK)
