"""Those who look after prices in installations that are older may set them up; rights are read anew after."""

from django.db import migrations

from keen.core.actions.grants import giving


class Migration(migrations.Migration):
    dependencies = [("sales", "0007_quotes")]

    operations = [
        migrations.RunPython(
            giving("prices.manage", "administrator", "sales_manager", "data_steward"),
            migrations.RunPython.noop,
        )
    ]
