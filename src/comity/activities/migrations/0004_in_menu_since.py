"""Since when an activity stood in the menu: what was public once is told as cancelled when it is retired."""

from pathlib import Path

from django.db import migrations, models

SINCE = Path(__file__).with_name("since.sql").read_text(encoding="utf-8")
UNDO = """
DROP TRIGGER activities_once_approved_say_since_when ON activities_activity;
DROP FUNCTION activities_keep_since();
"""


class Migration(migrations.Migration):
    dependencies = [("activities", "0003_vocabularies_of_programmes"), ("trail", "0001_initial")]
    operations = [
        migrations.AddField("activity", "in_menu_since", models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.RunSQL(SINCE, UNDO),
    ]
