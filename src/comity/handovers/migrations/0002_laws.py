"""The laws of handovers, in SQL: see `laws.sql`."""

from pathlib import Path

from django.db import migrations

LAWS = Path(__file__).with_name("laws.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("handovers", "0001_initial")]
    operations = [migrations.RunSQL(LAWS, migrations.RunSQL.noop)]
