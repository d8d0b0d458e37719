"""What the house may take back, in SQL: see `house.sql`."""

from pathlib import Path

from django.db import migrations

LAWS = Path(__file__).with_name("house.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("participation", "0003_taken_back")]
    operations = [migrations.RunSQL(LAWS, migrations.RunSQL.noop)]
