"""What the migrations before came to, in one step for a new installation."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('activities', '0001_initial'), ('activities', '0002_names_alone'), ('activities', '0003_own'), ('activities', '0004_verdicts')]

    initial = True

    dependencies = [
        ('core', '0003_user_pins'),
        ('core', '__first__'),
        ('people', '0001_initial'),
        ('people', '0002_null_order'),
        ('records', '0003_import'),
    ]

    operations = [
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('absorbed', models.JSONField(default=list)),
                ('source', models.CharField(blank=True, max_length=60)),
                ('external_id', models.CharField(blank=True, max_length=120)),
                ('kind', models.CharField(choices=[('task', 'Task'), ('call', 'Call'), ('meeting', 'Meeting'), ('email', 'E-mail'), ('note', 'Note')], max_length=10)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('body', models.TextField(blank=True)),
                ('direction', models.CharField(blank=True, choices=[('out', 'Outgoing'), ('in', 'Incoming')], max_length=3)),
                ('outcome', models.CharField(blank=True, choices=[('reached', 'Reached'), ('voicemail', 'Voicemail'), ('no_answer', 'No answer'), ('wrong_number', 'Wrong number'), ('held', 'Held'), ('no_show', 'Nobody came')], max_length=20)),
                ('status', models.CharField(choices=[('open', 'Open'), ('done', 'Done'), ('cancelled', 'Cancelled')], default='open', max_length=10)),
                ('priority', models.CharField(choices=[('high', 'High'), ('normal', 'Normal'), ('low', 'Low')], default='normal', max_length=6)),
                ('plan_on', models.DateField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('starts_at', models.DateTimeField(null=True)),
                ('ends_at', models.DateTimeField(null=True)),
                ('duration_seconds', models.PositiveIntegerField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('reminder_at', models.DateTimeField(null=True)),
                ('reminded_at', models.DateTimeField(null=True)),
                ('recurrence', models.CharField(blank=True, max_length=200)),
                ('promised_to_customer', models.BooleanField(default=False)),
                ('is_private', models.BooleanField(default=False)),
                ('account_name', models.CharField(blank=True, max_length=200)),
                ('contact_name', models.CharField(blank=True, max_length=200)),
                ('about_kind', models.CharField(blank=True, max_length=40)),
                ('about_id', models.BigIntegerField(null=True)),
                ('participants', models.JSONField(default=list)),
                ('act_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.account')),
                ('contact', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.contact')),
                ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='activities.activity')),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.team')),
                ('updated_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('deleted_at__isnull', True), ('status', 'open'), ('reminded_at__isnull', True)), fields=['reminder_at'], name='activity_to_remind'), models.Index(fields=['account', '-created_at'], name='activity_of_account'), models.Index(fields=['contact', '-created_at'], name='activity_of_contact'), models.Index(condition=models.Q(('external_id', ''), _negated=True), fields=['external_id'], name='activity_by_external')],
            },
        ),
        migrations.CreateModel(
            name='ActivityLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record_kind', models.CharField(max_length=40)),
                ('record_id', models.BigIntegerField()),
                ('at', models.DateTimeField(null=True)),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='activities.activity')),
            ],
            options={
                'indexes': [models.Index(fields=['record_kind', 'record_id', '-at', '-activity'], name='activities_link_timeline')],
                'constraints': [models.UniqueConstraint(fields=('activity', 'record_kind', 'record_id'), name='activities_link_once')],
            },
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True), ('status', 'open')), fields=['owner', 'act_at', 'id'], name='activity_to_do'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['owner', '-done_at'], name='activity_done_by'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['-created_at', '-id', 'team', 'owner'], name='activity_by_creation'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['-updated_at', '-id', 'team', 'owner'], name='activity_by_update'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['plan_on', 'id', 'team', 'owner'], name='activity_by_plan'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['done_at', 'id', 'team', 'owner'], name='activity_by_end'),
        ),
        migrations.AddField(
            model_name='activity',
            name='own',
            field=models.JSONField(null=True),
        ),
        migrations.CreateModel(
            name='Verdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(blank=True, max_length=20)),
                ('why', models.CharField(choices=[('person', 'Not for me'), ('now', 'Not now'), ('wrong', 'Wrong information')], max_length=10)),
                ('record_kind', models.CharField(max_length=40)),
                ('record_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('until', models.DateField()),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-at'], name='activities_verdict_of')],
            },
        ),
    ]
