"""The laws of the life of programmes, in SQL: see `life.sql`."""

from pathlib import Path

from django.db import migrations

LAWS = Path(__file__).with_name("life.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("programmes", "0004_documents")]
    operations = [migrations.RunSQL(LAWS, migrations.RunSQL.noop)]
