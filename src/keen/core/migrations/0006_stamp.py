from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0005_tasks_due")]

    operations = [
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("value", models.CharField(max_length=40)),
            ],
        ),
    ]
