"""Administrators of installations that are older may set up automations."""

from django.db import migrations

from keen.core.actions.grants import giving


class Migration(migrations.Migration):
    dependencies = [("processes", "0001_automations"), ("core", "0009_keeping")]

    operations = [migrations.RunPython(giving("automations.manage"), migrations.RunPython.noop)]
