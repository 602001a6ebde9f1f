"""Administrators of installations that are older than fields of one's own may manage them, too."""

from django.db import migrations

from keen.core.actions.grants import giving


class Migration(migrations.Migration):
    dependencies = [("records", "0006_privacy"), ("core", "0006_stamp")]

    operations = [migrations.RunPython(giving("fields.manage"), migrations.RunPython.noop)]
