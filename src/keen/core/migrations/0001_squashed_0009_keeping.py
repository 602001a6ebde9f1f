"""What the migrations before came to, in one step for a new installation."""

from importlib import import_module

import django.db.models.deletion
import django.db.models.functions.text
import keen.core.models.calendars
import uuid
from django.conf import settings
from django.db import migrations, models

CACHE = import_module("keen.core.migrations.0004_cache_table")
DUE = import_module("keen.core.migrations.0005_tasks_due")


class Migration(migrations.Migration):

    replaces = [('core', '0001_initial'), ('core', '0002_sessions'), ('core', '0003_user_pins'), ('core', '0004_cache_table'), ('core', '0005_tasks_due'), ('core', '0006_stamp'), ('core', '0007_api_tokens'), ('core', '0008_calendars'), ('core', '0009_keeping')]

    initial = True

    dependencies = [
        ('django_tasks_database', '0021_conditional_partial_index_ordering'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('job_title', models.CharField(blank=True, max_length=120)),
                ('rights', models.JSONField(default=dict)),
                ('leads_team', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('zone', models.CharField(blank=True, max_length=64)),
                ('theme', models.CharField(blank=True, choices=[('', 'As the device'), ('light', 'Light'), ('dark', 'Dark')], max_length=5)),
                ('density', models.CharField(blank=True, choices=[('', 'Comfortable'), ('compact', 'Compact')], max_length=11)),
                ('single_keys', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='core_user_email_once')],
            },
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('grants', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='ScheduleSlot',
            fields=[
                ('name', models.CharField(max_length=120, primary_key=True, serialize=False)),
                ('next_run_at', models.DateTimeField()),
                ('last_run_at', models.DateTimeField(null=True)),
                ('task_id', models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Worker',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('host', models.CharField(max_length=120)),
                ('pid', models.PositiveIntegerField()),
                ('queue', models.CharField(max_length=32)),
                ('started_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(db_index=True)),
                ('task_id', models.UUIDField(null=True)),
                ('task_started_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Operation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('verb', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('via', models.CharField(max_length=20)),
                ('undo_until', models.DateTimeField(null=True)),
                ('receipt', models.JSONField(default=dict)),
                ('once', models.CharField(max_length=80, null=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.operation')),
            ],
            options={
                'indexes': [models.Index(fields=['actor', '-at'], name='core_operation_recent')],
                'constraints': [models.UniqueConstraint(fields=('actor', 'once'), name='core_operation_once')],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(max_length=40)),
                ('record_id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField()),
                ('verb', models.CharField(max_length=20)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('operation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='core.operation')),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'record_id', '-at', '-id'], name='core_change_record')],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='roles',
            field=models.ManyToManyField(related_name='+', to='core.role'),
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('site', models.CharField(blank=True, max_length=80)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.team')),
            ],
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(max_length=120)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('message', models.TextField(blank=True)),
                ('invited_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('roles', models.ManyToManyField(related_name='+', to='core.role')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='core.team')),
            ],
        ),
        migrations.AddField(
            model_name='user',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.team'),
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('text', models.CharField(max_length=300)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('href', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('once', models.CharField(max_length=120, null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user', '-at'], name='core_notice_unread')],
                'constraints': [models.UniqueConstraint(fields=('user', 'once'), name='core_notice_once')],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='session_stamp',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='user',
            name='pins',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.CreateModel(
            name='Stamp',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('value', models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('hint', models.CharField(max_length=12)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('scopes', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SiteCalendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('site', models.CharField(blank=True, max_length=80, unique=True)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('region', models.CharField(blank=True, max_length=20)),
            ],
        ),
        migrations.AddField(
            model_name='user',
            name='calendar',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.CreateModel(
            name='CompanyDayOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('site', models.CharField(blank=True, max_length=80)),
                ('on', models.DateField()),
                ('name', models.CharField(max_length=80)),
                ('half', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'on'), name='core_dayoff_once')],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('from_noon', models.BooleanField(default=False)),
                ('until_noon', models.BooleanField(default=False)),
                ('set_at', models.DateTimeField()),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stand_in', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'last'], name='core_absence_of'), models.Index(fields=['last', 'first'], name='core_absence_on')],
            },
        ),
        migrations.CreateModel(
            name='WorkPattern',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('minutes', models.JSONField(default=keen.core.models.calendars.full_time)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('region', models.CharField(blank=True, max_length=20)),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'valid_from'), name='core_pattern_once')],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('made_at', models.DateTimeField()),
                ('file', models.CharField(max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='Backup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('scheduled', models.BooleanField(default=False)),
                ('place', models.CharField(blank=True, max_length=1000)),
                ('size', models.BigIntegerField(null=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('rows', models.BigIntegerField(null=True)),
                ('files', models.BigIntegerField(null=True)),
                ('sealed', models.BooleanField(default=False)),
                ('notes', models.JSONField(default=list)),
                ('problem', models.CharField(blank=True, max_length=400)),
                ('rehearsed_at', models.DateTimeField(null=True)),
                ('rehearsal_seconds', models.FloatField(null=True)),
                ('rehearsal_problem', models.CharField(blank=True, max_length=400)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-started_at'], name='core_backup_latest')],
            },
        ),
        migrations.RunPython(CACHE.create, migrations.RunPython.noop),
        migrations.RunSQL(DUE.MAKE, "DROP INDEX IF EXISTS core_tasks_due"),
    ]
