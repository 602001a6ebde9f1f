"""Administrators and marketers of installations that are older may set up web forms; rights are read anew after."""

from django.db import migrations

from keen.core.actions.grants import giving


class Migration(migrations.Migration):
    dependencies = [("sales", "0005_leads")]

    operations = [
        migrations.RunPython(giving("forms.manage", "administrator", "marketer"), migrations.RunPython.noop)
    ]
