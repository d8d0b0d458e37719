"""The tables of plans, with all that is named after them, between the room of programmes and the room of plans."""

from collections.abc import Callable
from typing import Any

MODELS = ("plan", "planline", "planstep", "proposal", "jointplan", "seatforecast")
_NAMED_AFTER = r"^{room}_({models})(_|$)"
_THINGS = """
    SELECT CASE relkind WHEN 'r' THEN 'TABLE' WHEN 'S' THEN 'SEQUENCE' ELSE 'INDEX' END, relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'S', 'i') AND relname ~ %s
    ORDER BY relkind DESC, relname
"""
_TIES = """
    SELECT conrelid::regclass::text, conname FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace AND conname ~ %s ORDER BY conname
"""


def renaming(before: str, after: str) -> Callable[[Any, Any], None]:
    """What names tables, their sequences, indexes and constraints, and their content types after another room."""

    def rename(apps: Any, editor: Any) -> None:
        named_after = _NAMED_AFTER.format(room=before, models="|".join(MODELS))
        q = editor.quote_name
        with editor.connection.cursor() as cursor:
            cursor.execute(_THINGS, [named_after])
            for kind, name in cursor.fetchall():
                cursor.execute(f"ALTER {kind} {q(name)} RENAME TO {q(name.replace(before, after, 1))}")
            cursor.execute(_TIES, [named_after])
            for table, name in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {q(name)} TO {q(name.replace(before, after, 1))}")
        types = apps.get_model("contenttypes", "ContentType")
        types.objects.filter(app_label=before, model__in=MODELS).update(app_label=after)

    return rename
