"""The tables of plans come from the room of programmes: rows, numbers and names move with them, and back."""

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from comity.plans.migrations._moves import MODELS, renaming
from comity.plans.models import Plan, PlanLine
from tests.world import menu
from tests.world.cast import MERIDIA, the_world
from tests.world.plans import course, plan

pytestmark = pytest.mark.django_db
NAMES = """
    SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
    UNION ALL SELECT conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
"""


def named(cursor, room: str) -> list[str]:
    """What the database names after the plans of a room."""
    cursor.execute(NAMES)
    heads = tuple(f"{room}_{model}" for model in MODELS)
    return sorted(name.removeprefix(room) for (name,) in cursor.fetchall() if name.startswith(heads))


@pytest.fixture
def kept():
    """A plan with one line."""
    the_world()
    activity = course(menu.edition(2027))
    made = plan()
    given = {"starts_on": activity.first_day, "ends_on": activity.last_day, "units": 5}
    PlanLine.objects.create(plan=made, activity=activity, year=2027, people=2, **given)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return made


def test_a_plan_drafted_before_the_move_is_there_after_it(kept):
    with connection.cursor() as cursor, connection.schema_editor() as editor:
        stands = named(cursor, "plans")
        renaming("plans", "programmes")(apps, editor)
        cursor.execute("SELECT p.id, l.people FROM programmes_plan p JOIN programmes_planline l ON l.plan_id = p.id")
        assert cursor.fetchall() == [(kept.pk, 2)]
        assert (named(cursor, "plans"), named(cursor, "programmes")) == ([], stands)
        renaming("programmes", "plans")(apps, editor)
        assert (named(cursor, "plans"), named(cursor, "programmes")) == (stands, [])
    assert [line.people for line in Plan.objects.get().lines.all()] == [2]
    assert plan(MERIDIA).pk > kept.pk, "the numbers go on where they were"


def test_the_content_types_move_too(kept):
    ContentType.objects.filter(app_label="plans").update(app_label="programmes")
    with connection.schema_editor() as editor:
        renaming("programmes", "plans")(apps, editor)
    assert set(MODELS) <= set(ContentType.objects.filter(app_label="plans").values_list("model", flat=True))
