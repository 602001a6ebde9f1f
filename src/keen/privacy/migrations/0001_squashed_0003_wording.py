"""What the migrations before came to, in one step for a new installation."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('privacy', '0001_privacy'), ('privacy', '0002_power'), ('privacy', '0003_wording')]

    initial = True

    dependencies = [
        ('core', '0008_calendars'),
        ('core', '__first__'),
        ('people', '0004_privacy'),
    ]

    operations = [
        migrations.CreateModel(
            name='RetentionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('record_kind', models.CharField(max_length=40)),
                ('months', models.PositiveSmallIntegerField()),
                ('source', models.CharField(blank=True, max_length=60)),
                ('without_consent', models.BooleanField(default=False)),
                ('active', models.BooleanField(default=False)),
                ('set_at', models.DateTimeField()),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='RetentionRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('erased', models.PositiveIntegerField(default=0)),
                ('held', models.PositiveIntegerField(default=0)),
                ('ids', models.JSONField(default=list)),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='privacy.retentionrule')),
            ],
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('record_kind', models.CharField(max_length=40)),
                ('record_id', models.BigIntegerField()),
                ('ids', models.JSONField(default=list)),
                ('why', models.CharField(default='request', max_length=20)),
                ('at', models.DateTimeField()),
                ('state', models.CharField(choices=[('cleaning', 'Copies are being cleaned'), ('done', 'Nothing is left'), ('left', 'Something is left')], default='cleaning', max_length=10)),
                ('needles', models.JSONField(default=dict)),
                ('cleaned', models.JSONField(default=dict)),
                ('proof', models.JSONField(default=dict)),
                ('done_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-at'], name='privacy_erasure_recent')],
            },
        ),
        migrations.CreateModel(
            name='Freeze',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('restriction', 'Restriction'), ('hold', 'Legal hold')], max_length=12)),
                ('record_kind', models.CharField(max_length=40)),
                ('record_id', models.BigIntegerField()),
                ('reason', models.CharField(max_length=200)),
                ('set_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('what', 'record_kind', 'record_id'), name='privacy_freeze_once')],
            },
        ),
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('access', 'What do you have about me?'), ('correction', 'Correct it'), ('erasure', 'Erase it'), ('restriction', 'Restrict it'), ('objection', 'Stop using it')], max_length=12)),
                ('record_kind', models.CharField(max_length=40)),
                ('record_id', models.BigIntegerField()),
                ('asked_on', models.DateField()),
                ('due_on', models.DateField()),
                ('how', models.CharField(blank=True, max_length=120)),
                ('done_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=200)),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('noted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['due_on'], name='privacy_request_open')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('phone', 'Phone'), ('post', 'Post')], max_length=10)),
                ('granted', models.BooleanField()),
                ('basis', models.CharField(choices=[('consent', 'Consent'), ('contract', 'Contract'), ('legitimate', 'Legitimate interest'), ('objection', 'Objection')], default='consent', max_length=12)),
                ('source', models.CharField(max_length=120)),
                ('wording', models.CharField(blank=True, max_length=500)),
                ('given_on', models.DateField()),
                ('expires_on', models.DateField(null=True)),
                ('noted_at', models.DateTimeField()),
                ('contact', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.contact')),
                ('noted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['contact', 'channel', '-given_on', '-id'], name='privacy_consent_of')],
            },
        ),
    ]
