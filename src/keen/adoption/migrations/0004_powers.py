"""Roles of installations that are older see, answer and set what belongs to adoption; rights are read anew after."""

from django.db import migrations

from keen.core.actions.grants import giving


class Migration(migrations.Migration):
    dependencies = [("adoption", "0003_voice"), ("core", "0009_keeping")]

    operations = [
        migrations.RunPython(
            giving("adoption.view", "administrator", "rollout_lead", "executive"), migrations.RunPython.noop
        ),
        migrations.RunPython(
            giving("adoption.manage", "administrator", "rollout_lead"), migrations.RunPython.noop
        ),
        migrations.RunPython(giving("adoption.mode"), migrations.RunPython.noop),
    ]
