"""What the migrations before came to, in one step for a new installation."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('integrations', '0001_webhooks'), ('integrations', '0002_power')]

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('core', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_id', models.UUIDField(default=uuid.uuid4)),
                ('topic', models.CharField(max_length=60)),
                ('kind', models.CharField(blank=True, max_length=40)),
                ('record_id', models.BigIntegerField(null=True)),
                ('told', models.JSONField(default=dict)),
                ('happened_at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('failed', 'Given up'), ('skipped', 'Not sent')], default='waiting', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('last_status', models.PositiveIntegerField(default=0)),
                ('last_fault', models.CharField(blank=True, max_length=20)),
            ],
            options={
                'indexes': [models.Index(fields=['done_at'], name='integrations_delivery_old')],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('url', models.CharField(max_length=500)),
                ('status', models.PositiveIntegerField(default=0)),
                ('fault', models.CharField(blank=True, max_length=20)),
                ('milliseconds', models.PositiveIntegerField(default=0)),
                ('request', models.JSONField(default=dict)),
                ('answer', models.CharField(blank=True, max_length=500)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='integrations.delivery')),
            ],
            options={
                'ordering': ('number', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('url', models.CharField(max_length=500)),
                ('topics', models.JSONField(default=list)),
                ('with_record', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('active', 'On'), ('paused', 'Paused'), ('off', 'Off')], default='active', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=20)),
                ('state_at', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('deleted_at', models.DateTimeField(null=True)),
                ('secret', models.TextField()),
                ('secret_at', models.DateTimeField()),
                ('old_secret', models.TextField(blank=True)),
                ('old_until', models.DateTimeField(null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('failing_since', models.DateTimeField(null=True)),
                ('blocked_until', models.DateTimeField(null=True)),
                ('last_success_at', models.DateTimeField(null=True)),
                ('last_fault', models.CharField(blank=True, max_length=20)),
                ('last_status', models.PositiveIntegerField(default=0)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['state'], name='integrations_endpoint_live')],
            },
        ),
        migrations.AddField(
            model_name='delivery',
            name='endpoint',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='integrations.endpoint'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('outcome', 'waiting')), fields=['endpoint', 'due_at', 'id'], name='integrations_delivery_due'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['endpoint', 'outcome', '-id'], name='integrations_delivery_log'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['endpoint', '-id'], name='integrations_delivery_all'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('endpoint', 'event_id'), name='integrations_delivery_once'),
        ),
    ]
