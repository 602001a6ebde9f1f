"""Administrators of installations that are older may set up pipelines; rights are read anew after."""

from django.db import migrations

from keen.core.actions.grants import giving


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_sales"), ("core", "0008_calendars")]

    operations = [migrations.RunPython(giving("pipelines.manage"), migrations.RunPython.noop)]
