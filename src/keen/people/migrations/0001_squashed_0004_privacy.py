"""What the migrations before came to, in one step for a new installation."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ORDER = import_module("keen.people.migrations.0002_null_order")


class Migration(migrations.Migration):

    replaces = [('people', '0001_initial'), ('people', '0002_null_order'), ('people', '0003_own'), ('people', '0004_privacy')]

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('core', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('absorbed', models.JSONField(default=list)),
                ('source', models.CharField(blank=True, max_length=60)),
                ('external_id', models.CharField(blank=True, max_length=120)),
                ('emails', models.JSONField(default=list)),
                ('phones', models.JSONField(default=list)),
                ('addresses', models.JSONField(default=list)),
                ('tags', models.JSONField(default=list)),
                ('email', models.CharField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=60)),
                ('city', models.CharField(blank=True, max_length=120)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('sort_name', models.CharField(blank=True, max_length=200)),
                ('website', models.CharField(blank=True, max_length=200)),
                ('description', models.TextField(blank=True)),
                ('last_contact_at', models.DateTimeField(null=True)),
                ('name', models.CharField(max_length=200)),
                ('type', models.CharField(blank=True, choices=[('prospect', 'Prospect'), ('customer', 'Customer'), ('partner', 'Partner'), ('supplier', 'Supplier'), ('other', 'Other')], max_length=20)),
                ('industry', models.CharField(blank=True, max_length=120)),
                ('number_of_employees', models.PositiveIntegerField(null=True)),
                ('account_number', models.CharField(blank=True, max_length=60)),
                ('parent_name', models.CharField(blank=True, max_length=200)),
                ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.account')),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.account')),
                ('team', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.team')),
                ('updated_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['type', 'sort_name', 'id'], name='account_by_type'), models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['industry', 'sort_name', 'id'], name='account_by_industry'), models.Index(condition=models.Q(('external_id', ''), _negated=True), fields=['external_id'], name='account_by_external'), models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='account_merged')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('absorbed', models.JSONField(default=list)),
                ('source', models.CharField(blank=True, max_length=60)),
                ('external_id', models.CharField(blank=True, max_length=120)),
                ('emails', models.JSONField(default=list)),
                ('phones', models.JSONField(default=list)),
                ('addresses', models.JSONField(default=list)),
                ('tags', models.JSONField(default=list)),
                ('email', models.CharField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=60)),
                ('city', models.CharField(blank=True, max_length=120)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('sort_name', models.CharField(blank=True, max_length=200)),
                ('website', models.CharField(blank=True, max_length=200)),
                ('description', models.TextField(blank=True)),
                ('last_contact_at', models.DateTimeField(null=True)),
                ('salutation', models.CharField(blank=True, max_length=20)),
                ('first_name', models.CharField(blank=True, max_length=80)),
                ('last_name', models.CharField(blank=True, max_length=120)),
                ('job_title', models.CharField(blank=True, max_length=120)),
                ('department', models.CharField(blank=True, max_length=120)),
                ('account_name', models.CharField(blank=True, max_length=200)),
                ('reports_to_name', models.CharField(blank=True, max_length=200)),
                ('language', models.CharField(blank=True, max_length=40)),
                ('birthday', models.DateField(null=True)),
                ('email_opt_out', models.BooleanField(default=False)),
                ('do_not_call', models.BooleanField(default=False)),
                ('consent_note', models.CharField(blank=True, max_length=200)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.account')),
                ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.contact')),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reports_to', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.contact')),
                ('team', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.team')),
                ('updated_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('external_id', ''), _negated=True), fields=['external_id'], name='contact_by_external'), models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='contact_merged'), models.Index(condition=models.Q(('reports_to__isnull', False)), fields=['reports_to'], name='contact_by_boss')],
            },
        ),
        migrations.CreateModel(
            name='Relation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_kind', models.CharField(max_length=40)),
                ('from_id', models.BigIntegerField()),
                ('to_kind', models.CharField(max_length=40)),
                ('to_id', models.BigIntegerField()),
                ('role', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['to_kind', 'to_id'], name='people_relation_to')],
                'constraints': [models.UniqueConstraint(fields=('from_kind', 'from_id', 'to_kind', 'to_id', 'role'), name='people_relation_once')],
            },
        ),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['sort_name', 'id', 'team', 'owner', 'deleted_at'], name='account_by_name'),
        ),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['city', 'id', 'team', 'owner', 'deleted_at'], name='account_by_city'),
        ),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['-updated_at', '-id', 'team', 'owner', 'deleted_at'], name='account_by_update'),
        ),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['-created_at', '-id', 'team', 'owner', 'deleted_at'], name='account_by_creation'),
        ),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['last_contact_at', 'id', 'team', 'owner', 'deleted_at'], name='account_by_contact'),
        ),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['owner', 'sort_name', 'id'], name='account_by_owner'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['sort_name', 'id', 'team', 'owner', 'deleted_at'], name='contact_by_name'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['account_name', 'id', 'team', 'owner', 'deleted_at'], name='contact_by_account'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['job_title', 'id', 'team', 'owner', 'deleted_at'], name='contact_by_title'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['city', 'id', 'team', 'owner', 'deleted_at'], name='contact_by_city'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['-updated_at', '-id', 'team', 'owner', 'deleted_at'], name='contact_by_update'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['-created_at', '-id', 'team', 'owner', 'deleted_at'], name='contact_by_creation'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['last_contact_at', 'id', 'team', 'owner', 'deleted_at'], name='contact_by_contact'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['owner', 'sort_name', 'id'], name='contact_by_owner'),
        ),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['team', 'owner', 'deleted_at'], name='account_by_team'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['team', 'owner', 'deleted_at'], name='contact_by_team'),
        ),
        migrations.AddField(
            model_name='account',
            name='own',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='contact',
            name='own',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='account',
            name='erased_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='account',
            name='restricted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='contact',
            name='erased_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='contact',
            name='restricted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(ORDER.nulls_first, ORDER.as_usual),
    ]
