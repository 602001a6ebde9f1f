"""Administrators of installations that are older may answer requests about personal data; rights are read anew after."""

from django.db import migrations

from keen.core.actions.grants import giving


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_privacy"), ("core", "0008_calendars")]

    operations = [migrations.RunPython(giving("privacy.manage"), migrations.RunPython.noop)]
