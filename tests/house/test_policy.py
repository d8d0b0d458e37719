"""The policy on personal data names every column that tells something about a person, and no column that is gone."""

import re

import pytest
import yaml
from django.db import models

from tests.house import discover

POLICY = yaml.safe_load((discover.ROOT / "policy" / "retention.yaml").read_text("utf-8"))
# Tables that are about people as a whole: every column of theirs is looked at.
ABOUT_PEOPLE = {"accounts.user", "accounts.session", "accounts.token", "accounts.answer", "parties.mandate", "trail.entry"}
# What a column of any other table may be called when it tells of a person.
TELLING = re.compile(r"(^|_)(login|actor|person|people|e?mail|phone|passport|birth|address_of|owner|user|rank|diet|nominee)(_|$)")
RULES = {name: columns for name, columns in POLICY.items() if "." in name}


def columns() -> list[tuple[str, models.Field]]:
    return [(model._meta.label_lower, column) for model in discover.tables() for column in model._meta.concrete_fields]


def _points_at_people(column: models.Field) -> bool:
    return column.is_relation and column.related_model is not None and column.related_model._meta.label_lower == "accounts.user"  # type: ignore[union-attr]


def is_telling(table: str, column: models.Field) -> bool:
    return table in ABOUT_PEOPLE or bool(TELLING.search(column.name)) or _points_at_people(column)


@pytest.mark.fault("F30")
def test_every_personal_column_has_a_rule() -> None:
    without = [
        f"{table}.{column.name}"
        for table, column in columns()
        if is_telling(table, column)
        and column.name not in RULES.get(table, {})
        and f"{table}.{column.name}" not in POLICY["not_personal"]
    ]

    assert not without, "\n".join(without)


def test_no_rule_is_about_a_column_that_is_gone() -> None:
    known = {f"{table}.{column.name}" for table, column in columns()}
    named = {f"{table}.{column}" for table, rules in RULES.items() for column in rules} | set(POLICY["not_personal"])

    assert named - known == set()


def test_every_rule_says_why_and_how_long() -> None:
    rules = [POLICY["signed"], *(rule for table in RULES.values() for rule in table.values())]

    for rule in rules:
        assert rule["why"]
        assert "as long as" in str(rule["for"]) or (rule["for"] >= 0 and rule["after"] and rule["then"])


def test_who_signed_is_kept_as_a_login_and_no_more() -> None:
    long = [
        f"{table}.{column.name}"
        for table, column in columns()
        if column.name.endswith("_by")
        and column.name != "begins_by"
        and (_points_at_people(column) or (column.max_length or 0) > 150)
    ]

    assert long == []
