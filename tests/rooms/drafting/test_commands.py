"""Texts on the terminal: what each reader finds, two versions word by word, and what is done there."""

from typing import Any

import pytest

from comity.drafting.acts import clauses, courts, versions
from comity.drafting.acts.versions import NothingNew
from comity.drafting.cli import drafting_group
from comity.drafting.models import Version
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from tests.rooms.drafting import desk
from tests.rooms.drafting.desk import DESK, LAKE, MERIDIA, STRANGER, later
from tests.world.terminal import outcome

pytestmark = pytest.mark.django_db


def told(*given: Any, by: Actor = DESK) -> dict[str, Any]:
    """What a command says as JSON."""
    status, answer = outcome(drafting_group, *given, "--format", "json", by=by)
    assert status == 0, answer
    return answer


def two_versions() -> list[Version]:
    """A text of Lakeland before and after the desk put other words forward."""
    text = desk.a_text()
    first = versions.make(text, by=DESK, at=later(1))
    clauses.put_forward(desk.first(text), "The two sides meet three times a year.", base=1, by=DESK, at=later(2))
    return [first, versions.make(text, note="Thrice.", by=DESK, at=later(3))]


def test_texts_are_listed_with_whose_turn_it_is_and_how_far_each_is():
    text = desk.a_text()
    versions.make(text, by=DESK, at=later(1))

    [line] = told("list", by=LAKE)["texts"]

    assert (line["id"], line["party"], line["turn"], line["total"], line["version"]) == (
        text.pk,
        "XLA",
        "organisation",
        3,
        1,
    )
    assert told("list", "--party", "xla", "--state", "drafting")["count"] == 1
    assert told("list", "--state", "closed")["count"] == 0


def test_a_text_is_shown_clause_by_clause_with_its_numbers_and_the_state_of_each_side():
    text = desk.a_text()
    clauses.reserve(desk.first(text), "Too often.", revision=1, by=DESK, at=later(1))

    shown = told("show", text.pk, by=LAKE)

    assert (shown["reserved"], shown["total"]) == (1, 3)
    assert [(c["number"], c["chapter"], c["organisation"]) for c in shown["clauses"]] == [
        ("1.1", "Political dialogue", "reserved"), ("1.2", "Political dialogue", "proposed"), ("2.1", "Defence", "proposed"),
    ]  # fmt: skip


def test_what_people_wrote_is_printed_as_they_wrote_it():
    text = desk.a_text(chapters=(("a", "A", "", ("We meet [bold]twice[/bold] :smile: a year.",)),))

    assert "[bold]twice[/bold]" in " ".join(outcome(drafting_group, "show", text.pk)[1].split())


def test_two_versions_are_compared_word_by_word():
    former, latter = two_versions()

    changed = told("compare", former.pk, latter.pk)

    [row] = changed["clauses"]
    assert (row["was"], row["now"], row["kind"]) == ("1.1", "1.1", "changed")
    assert row["words"] == "The two sides meet [-twice-]{+three times+} a year."
    assert (changed["changed"], changed["same"]) == (1, 2)
    assert len(told("compare", former.pk, latter.pk, "--all")["clauses"]) == 3
    other = versions.make(desk.a_text(), by=DESK, at=later(4))
    with pytest.raises(NotFound):
        told("compare", former.pk, other.pk)


def test_versions_are_listed_and_read():
    former, latter = two_versions()

    assert [(v["id"], v["number"], v["note"]) for v in told("versions", former.text_id, by=LAKE)["versions"]] == [
        (latter.pk, 2, "Thrice."), (former.pk, 1, ""),
    ]  # fmt: skip
    shown = told("read", latter.pk, by=LAKE)
    assert (shown["number"], shown["clauses"][0]["words"]) == (2, "The two sides meet three times a year.")


def test_a_version_is_made_and_the_turn_passed_there():
    text = desk.a_text()

    assert told("make-version", text.pk, "--note", "First.")["number"] == 1
    with pytest.raises(NothingNew):
        told("make-version", text.pk)
    assert told("pass-turn", text.pk)["turn"] == "party"
    with pytest.raises(courts.NotYourTurn):
        told("pass-turn", text.pk)


@pytest.mark.fault("F3", "F4")
def test_others_find_no_text_and_of_a_released_version_what_is_public():
    text = desk.a_text()
    clauses.mark(desk.first(text), "restricted", by=DESK, at=later(1))
    version = versions.make(text, by=DESK, at=later(2))

    for who in (MERIDIA, STRANGER):
        assert told("list", by=who)["texts"] == []
        for command in ("show", "versions", "make-version", "pass-turn"):
            with pytest.raises(NotFound):
                told(command, text.pk, by=who)
        with pytest.raises(NotFound):
            told("read", version.pk, by=who)
        with pytest.raises(NotFound):
            told("compare", version.pk, version.pk, by=who)

    versions.release(version, by=DESK, at=later(3))
    shown = told("read", version.pk, by=MERIDIA)
    assert [clause["words"] for clause in shown["clauses"]] == ["They meet in spring.", "Lakeland trains ten officers a year."]
    assert not {"note", "made_by"} & set(shown)
