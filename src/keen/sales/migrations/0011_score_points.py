"""The points of rules of the score, where a company gives them others than usual."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0010_outside_ids")]

    operations = [
        migrations.CreateModel(
            name="ScorePoints",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sign", models.CharField(max_length=20, unique=True)),
                ("points", models.SmallIntegerField()),
            ],
            options={"verbose_name_plural": "score points"},
        )
    ]
