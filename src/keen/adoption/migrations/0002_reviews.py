import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('adoption', '0001_standings'),
        ('core', '0010_changes_by_time'),
    ]

    operations = [
        migrations.CreateModel(
            name='TeamReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField()),
                ('minute', models.PositiveSmallIntegerField()),
                ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='core.team')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('minute__lt', 1440), ('weekday__lte', 6)), name='adoption_review_in_week')],
            },
        ),
    ]
