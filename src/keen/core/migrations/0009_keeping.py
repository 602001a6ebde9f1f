import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0008_calendars'),
    ]

    operations = [
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
    ]
