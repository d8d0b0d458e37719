"""What is kept for as long as nothing is done: never longer, and never inside a transaction."""

import pytest
from django.db import transaction

from comity.accounts.models import User
from comity.trail import acts, queries
from tests.world import cast


def something_is_done() -> None:
    with transaction.atomic():
        acts.record("thing.done", User.objects.get_or_create(login="thing", defaults={"name": "Thing"})[0], by=cast.LAKE_CONTACT)


@pytest.fixture
def asked() -> list[str]:
    """What was asked for, in order."""
    return []


def answer(kept: queries.Kept[str], asked: list[str], key: str = "key") -> str:
    def ask() -> str:
        asked.append(key)
        return f"answer {len(asked)}"

    return kept.get(queries.stamp(), key, ask)


@pytest.mark.django_db(transaction=True)
class TestBetweenActs:
    def test_an_answer_is_kept_until_something_is_done(self, asked: list[str]) -> None:
        kept: queries.Kept[str] = queries.Kept()
        something_is_done()

        answers = [answer(kept, asked), answer(kept, asked)]
        something_is_done()
        answers.append(answer(kept, asked))

        assert answers == ["answer 1", "answer 1", "answer 2"]

    def test_each_key_has_its_own_answer(self, asked: list[str]) -> None:
        kept: queries.Kept[str] = queries.Kept()
        something_is_done()

        assert answer(kept, asked, "one") != answer(kept, asked, "other")

    def test_the_least_used_are_let_go_first(self, asked: list[str]) -> None:
        kept: queries.Kept[str] = queries.Kept(most=2)
        something_is_done()

        for key in ("one", "two", "one", "three", "one", "two"):
            answer(kept, asked, key)

        assert asked == ["one", "two", "three", "two"]

    def test_before_anything_was_ever_done_nothing_is_kept(self, asked: list[str]) -> None:
        kept: queries.Kept[str] = queries.Kept()

        assert [answer(kept, asked), answer(kept, asked)] == ["answer 1", "answer 2"]


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_kept(asked: list[str]) -> None:
    kept: queries.Kept[str] = queries.Kept()
    something_is_done()

    assert [answer(kept, asked), answer(kept, asked)] == ["answer 1", "answer 2"]
