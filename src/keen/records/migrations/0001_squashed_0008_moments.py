"""What the migrations before came to, in one step for a new installation."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SEARCH = import_module("keen.records.migrations.0002_search")


class Migration(migrations.Migration):

    replaces = [('records', '0001_initial'), ('records', '0002_search'), ('records', '0003_import'), ('records', '0004_apianswer'), ('records', '0005_own_fields'), ('records', '0006_privacy'), ('records', '0007_fields_power'), ('records', '0008_moments')]

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('core', '0006_stamp'),
        ('core', '0007_api_tokens'),
        ('core', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Handle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('value', models.CharField(max_length=200)),
                ('record_kind', models.CharField(max_length=40)),
                ('record_id', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['record_kind', 'record_id'], name='records_handle_of')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'value', 'record_kind', 'record_id'), name='records_handle_once')],
            },
        ),
        migrations.CreateModel(
            name='SavedList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=80)),
                ('query', models.CharField(blank=True, max_length=2000)),
                ('shared_with_all', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='core.team')),
            ],
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record_kind', models.CharField(max_length=40)),
                ('record_id', models.BigIntegerField()),
                ('title', models.CharField(max_length=300)),
                ('subtitle', models.CharField(blank=True, max_length=300)),
                ('words', models.TextField(blank=True)),
                ('owner_id', models.BigIntegerField(null=True)),
                ('team_id', models.BigIntegerField(null=True)),
                ('updated_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('record_kind', 'record_id'), name='records_search_once')],
            },
        ),
        migrations.CreateModel(
            name='Favourite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('record_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'kind', 'record_id'), name='records_favourite_once')],
            },
        ),
        migrations.CreateModel(
            name='Recent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('record_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-at'], name='records_recent_of')],
                'constraints': [models.UniqueConstraint(fields=('user', 'kind', 'record_id'), name='records_recent_once')],
            },
        ),
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=200)),
                ('path', models.CharField(max_length=100)),
                ('size', models.BigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('choices', models.JSONField(default=dict)),
                ('encoding', models.CharField(blank=True, max_length=40)),
                ('delimiter', models.CharField(blank=True, max_length=1)),
                ('sheet', models.CharField(blank=True, max_length=120)),
                ('sheets', models.JSONField(default=list)),
                ('headers', models.JSONField(default=list)),
                ('warnings', models.JSONField(default=list)),
                ('preview', models.JSONField(default=dict)),
                ('mapping', models.JSONField(default=dict)),
                ('options', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('draft', 'Being matched'), ('checking', 'Being checked'), ('checked', 'Checked'), ('loading', 'Being imported'), ('paused', 'Paused'), ('done', 'Imported'), ('undoing', 'Being taken back'), ('undone', 'Taken back'), ('failed', 'Failed')], default='draft', max_length=10)),
                ('message', models.CharField(blank=True, max_length=300)),
                ('total', models.PositiveIntegerField(default=0)),
                ('seen', models.PositiveIntegerField(default=0)),
                ('cursor', models.PositiveIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('report', models.JSONField(default=dict)),
                ('kept', models.JSONField(default=list)),
                ('undo_cursor', models.BigIntegerField(null=True)),
                ('lease', models.UUIDField(null=True)),
                ('seen_at', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('operation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.operation')),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undo', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.operation')),
            ],
            options={
                'indexes': [models.Index(fields=['owner', '-created_at'], name='records_import_of')],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('hash', models.CharField(max_length=32)),
                ('outcome', models.CharField(choices=[('created', 'New'), ('updated', 'Updated'), ('unchanged', 'Unchanged'), ('review', 'To review'), ('skipped', 'Skipped'), ('rejected', 'Rejected')], max_length=10)),
                ('reason', models.CharField(blank=True, max_length=30)),
                ('note', models.CharField(blank=True, max_length=400)),
                ('repair', models.CharField(blank=True, max_length=200)),
                ('column', models.CharField(blank=True, max_length=200)),
                ('record_id', models.BigIntegerField(null=True)),
                ('raw', models.JSONField(null=True)),
                ('mended', models.JSONField(null=True)),
                ('decision', models.CharField(blank=True, max_length=10)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='records.importrun')),
            ],
            options={
                'indexes': [models.Index(fields=['run', 'outcome', 'line'], name='records_importrow_by')],
                'constraints': [models.UniqueConstraint(fields=('run', 'line'), name='records_importrow_once')],
            },
        ),
        migrations.CreateModel(
            name='ImportMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shape', models.CharField(max_length=32)),
                ('hash', models.CharField(max_length=32)),
                ('record_id', models.BigIntegerField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='records.importrun')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('shape', 'hash'), name='records_importmark_once')],
            },
        ),
        migrations.CreateModel(
            name='ImportTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(max_length=40)),
                ('signature', models.CharField(max_length=32)),
                ('mapping', models.JSONField()),
                ('options', models.JSONField(default=dict)),
                ('shared', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='records_importtemplate_once')],
            },
        ),
        migrations.CreateModel(
            name='ApiAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64)),
                ('asked', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField(default=0)),
                ('headers', models.JSONField(default=dict)),
                ('body', models.BinaryField(default=bytes)),
                ('at', models.DateTimeField(db_index=True)),
                ('token', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='core.apitoken')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('token', 'key'), name='records_apianswer_once')],
            },
        ),
        migrations.CreateModel(
            name='OwnField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=60)),
                ('type', models.CharField(max_length=12)),
                ('section', models.CharField(default='Facts', max_length=40)),
                ('position', models.PositiveIntegerField(default=0)),
                ('help', models.CharField(blank=True, max_length=200)),
                ('required', models.BooleanField(default=False)),
                ('decision', models.CharField(blank=True, max_length=300)),
                ('asked', models.CharField(blank=True, max_length=8)),
                ('when_field', models.CharField(blank=True, max_length=60)),
                ('when_value', models.CharField(blank=True, max_length=100)),
                ('default', models.JSONField(null=True)),
                ('choices', models.JSONField(default=list)),
                ('limits', models.JSONField(default=dict)),
                ('to', models.CharField(blank=True, max_length=40)),
                ('formula', models.TextField(blank=True)),
                ('result', models.CharField(blank=True, max_length=12)),
                ('uses', models.JSONField(default=list)),
                ('listed', models.BooleanField(default=False)),
                ('filtered', models.BooleanField(default=True)),
                ('archived_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('filled', models.PositiveIntegerField(null=True)),
                ('counted_of', models.PositiveIntegerField(default=0)),
                ('counted_at', models.DateTimeField(null=True)),
                ('used_at', models.DateTimeField(null=True)),
                ('indexed_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'name'), name='records_ownfield_once')],
            },
        ),
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record_kind', models.CharField(max_length=40)),
                ('hash', models.CharField(max_length=64)),
                ('erased_on', models.DateField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('record_kind', 'hash'), name='records_tombstone_once')],
            },
        ),
        migrations.CreateModel(
            name='FieldMoment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=60)),
                ('when_field', models.CharField(max_length=60)),
                ('when_value', models.CharField(max_length=100)),
                ('required', models.BooleanField(default=False)),
                ('decision', models.CharField(blank=True, max_length=300)),
                ('position', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'name', 'when_field', 'when_value'), name='records_moment_once')],
            },
        ),
        migrations.RunPython(SEARCH.make, SEARCH.undo),
    ]
