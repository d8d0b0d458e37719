"""Plans become a room of their own: this room lets go of their tables, which `plans.0001_initial` takes over as they are."""

from django.db import migrations

MOVED = ("PlanLine", "PlanStep", "Proposal", "Plan", "JointPlan", "SeatForecast")


class Migration(migrations.Migration):
    dependencies = [("programmes", "0002_laws")]
    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name) for name in MOVED])]
