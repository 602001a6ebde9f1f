"""Administrators of installations that exist already may manage webhooks; the migrate command reads rights anew after."""

from django.db import migrations

from keen.core.actions.grants import giving


class Migration(migrations.Migration):
    dependencies = [("integrations", "0001_webhooks"), ("core", "0001_initial")]

    operations = [migrations.RunPython(giving("integrations.manage"), migrations.RunPython.noop)]
