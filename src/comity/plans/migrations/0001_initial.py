"""The tables of plans as they stood in the room of programmes, which move here with all their rows."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from comity.plans.migrations._moves import renaming


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('activities', '0002_laws'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('parties', '0001_initial'),
        ('programmes', '0003_plans_move_out'),
    ]

    operations = [
        migrations.RunPython(renaming('programmes', 'plans'), renaming('plans', 'programmes')),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='JointPlan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=120)),
                        ('state', models.CharField(choices=[('ordered', 'Ordered'), ('done', 'Done'), ('failed', 'Failed')], default='ordered', max_length=7)),
                        ('stage', models.CharField(default='waiting', max_length=40)),
                        ('share', models.FloatField(default=0.0)),
                        ('parties', models.PositiveIntegerField(default=0)),
                        ('overbooked', models.PositiveIntegerField(default=0)),
                        ('shared', models.PositiveIntegerField(default=0)),
                        ('seconds', models.FloatField(default=0.0)),
                        ('left_out', models.JSONField(blank=True, default=dict)),
                        ('fault', models.TextField(blank=True, default='')),
                        ('ordered_at', models.DateTimeField()),
                        ('ordered_by', models.CharField(max_length=150)),
                        ('settled_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ('-id',),
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['ordered', 'done', 'failed'])), name='joint_plan_state_is_known'), models.UniqueConstraint(fields=('name',), name='joint_plan_names_are_used_once'), models.UniqueConstraint(condition=models.Q(('state', 'ordered')), fields=('state',), name='joint_plan_is_worked_out_one_at_a_time'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='joint_plan_has_a_name'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), models.Q(('fault', ''), _negated=True)), models.Q(models.Q(('state', 'failed'), _negated=True), ('fault', '')), _connector='OR'), name='joint_plan_failed_iff_it_says_why')],
                    },
                ),
                migrations.CreateModel(
                    name='Plan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('variant', 'Variant'), ('proposed', 'Proposed')], default='draft', max_length=8)),
                        ('name', models.CharField(blank=True, default='', max_length=120)),
                        ('first_year', models.PositiveSmallIntegerField()),
                        ('years', models.PositiveSmallIntegerField(default=4)),
                        ('budgets', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveBigIntegerField(blank=True, null=True), blank=True, default=list, size=None)),
                        ('away_cap', models.PositiveIntegerField(blank=True, null=True)),
                        ('speakers', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(blank=True, null=True), blank=True, default=list, size=None)),
                        ('outcome', models.JSONField(blank=True, default=dict)),
                        ('proof', models.JSONField(blank=True, default=dict)),
                        ('version', models.PositiveIntegerField(default=1)),
                        ('begun_at', models.DateTimeField()),
                        ('begun_by', models.CharField(max_length=150)),
                        ('changed_at', models.DateTimeField()),
                        ('is_demonstration', models.BooleanField(default=False)),
                        ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='parties.party')),
                    ],
                    options={
                        'ordering': ('party', '-begun_at', '-id'),
                    },
                ),
                migrations.CreateModel(
                    name='PlanLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('year', models.PositiveSmallIntegerField()),
                        ('people', models.PositiveIntegerField()),
                        ('state', models.CharField(choices=[('proposed', 'Proposed'), ('fixed', 'Fixed'), ('removed', 'Removed')], default='proposed', max_length=8)),
                        ('starts_on', models.DateField()),
                        ('ends_on', models.DateField()),
                        ('cost', models.PositiveIntegerField(default=0)),
                        ('units', models.PositiveSmallIntegerField()),
                        ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_lines', to='activities.activity')),
                        ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='plans.plan')),
                    ],
                    options={
                        'ordering': ('plan', 'starts_on', 'id'),
                    },
                ),
                migrations.CreateModel(
                    name='PlanStep',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveIntegerField()),
                        ('verb', models.CharField(max_length=20)),
                        ('facts', models.JSONField(default=dict)),
                        ('before', models.JSONField(default=list)),
                        ('done_at', models.DateTimeField()),
                        ('done_by', models.CharField(max_length=150)),
                        ('undone_at', models.DateTimeField(blank=True, null=True)),
                        ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='plans.plan')),
                    ],
                    options={
                        'ordering': ('plan', '-number'),
                    },
                ),
                migrations.CreateModel(
                    name='Proposal',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('draft', 'Draft'), ('rest', 'Rest')], max_length=5)),
                        ('state', models.CharField(choices=[('ordered', 'Ordered'), ('ready', 'Ready'), ('taken', 'Taken'), ('dropped', 'Dropped'), ('failed', 'Failed')], default='ordered', max_length=7)),
                        ('base', models.PositiveIntegerField()),
                        ('stage', models.CharField(default='waiting', max_length=20)),
                        ('share', models.FloatField(default=0.0)),
                        ('lines', models.JSONField(blank=True, default=list)),
                        ('proof', models.JSONField(blank=True, default=dict)),
                        ('fault', models.TextField(blank=True, default='')),
                        ('ordered_at', models.DateTimeField()),
                        ('ordered_by', models.CharField(max_length=150)),
                        ('settled_at', models.DateTimeField(blank=True, null=True)),
                        ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='plans.plan')),
                    ],
                    options={
                        'ordering': ('plan', '-id'),
                    },
                ),
                migrations.CreateModel(
                    name='SeatForecast',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('year', models.PositiveSmallIntegerField()),
                        ('area_key', models.CharField(blank=True, default='', max_length=120)),
                        ('kind', models.CharField(blank=True, default='', max_length=12)),
                        ('asked', models.PositiveIntegerField()),
                        ('granted', models.PositiveIntegerField()),
                    ],
                    options={
                        'ordering': ('-year', 'area_key', 'kind'),
                        'constraints': [models.UniqueConstraint(fields=('year', 'area_key', 'kind'), name='seat_forecast_is_kept_once'), models.CheckConstraint(condition=models.Q(('asked__gte', 1), ('granted__lte', models.F('asked'))), name='seat_forecast_is_a_share')],
                    },
                ),
                migrations.AddConstraint(
                    model_name='plan',
                    constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'variant', 'proposed'])), name='plan_state_is_known'),
                ),
                migrations.AddConstraint(
                    model_name='plan',
                    constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('party',), name='plan_is_drafted_once_by_a_party'),
                ),
                migrations.AddConstraint(
                    model_name='plan',
                    constraint=models.UniqueConstraint(condition=models.Q(('name', ''), _negated=True), fields=('party', 'name'), name='plan_names_are_used_once_by_a_party'),
                ),
                migrations.AddConstraint(
                    model_name='plan',
                    constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('name', ''), _negated=True), _connector='OR'), name='plan_kept_beside_the_draft_has_a_name'),
                ),
                migrations.AddConstraint(
                    model_name='plan',
                    constraint=models.CheckConstraint(condition=models.Q(('years__range', (1, 8))), name='plan_runs_from_one_to_eight_years'),
                ),
                migrations.AddConstraint(
                    model_name='planline',
                    constraint=models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'fixed', 'removed'])), name='plan_line_state_is_known'),
                ),
                migrations.AddConstraint(
                    model_name='planline',
                    constraint=models.UniqueConstraint(fields=('plan', 'activity', 'year'), name='plan_line_is_told_once'),
                ),
                migrations.AddConstraint(
                    model_name='planline',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'removed'), ('people', 0)), models.Q(models.Q(('state', 'removed'), _negated=True), models.Q(('people', 0), _negated=True)), _connector='OR'), ('people__lte', 1000000)), name='plan_line_removed_iff_nobody_goes'),
                ),
                migrations.AddConstraint(
                    model_name='planline',
                    constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='plan_line_ends_after_it_starts'),
                ),
                migrations.AddConstraint(
                    model_name='planstep',
                    constraint=models.UniqueConstraint(fields=('plan', 'number'), name='plan_steps_are_counted_once'),
                ),
                migrations.AddConstraint(
                    model_name='proposal',
                    constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['draft', 'rest'])), name='proposal_kind_is_known'),
                ),
                migrations.AddConstraint(
                    model_name='proposal',
                    constraint=models.CheckConstraint(condition=models.Q(('state__in', ['ordered', 'ready', 'taken', 'dropped', 'failed'])), name='proposal_state_is_known'),
                ),
                migrations.AddConstraint(
                    model_name='proposal',
                    constraint=models.UniqueConstraint(condition=models.Q(('state', 'ordered')), fields=('plan',), name='proposal_is_worked_out_once_at_a_time'),
                ),
                migrations.AddConstraint(
                    model_name='proposal',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), models.Q(('fault', ''), _negated=True)), models.Q(models.Q(('state', 'failed'), _negated=True), ('fault', '')), _connector='OR'), name='proposal_failed_iff_it_says_why'),
                ),
            ],
        ),
    ]
