"""Administrators of installations that exist already may manage webhooks; the migrate command reads rights anew after."""

from django.db import migrations

POWER = "integrations.manage"


def give(apps, schema_editor):
    for role in apps.get_model("core", "Role").objects.filter(key="administrator"):
        powers = role.grants.get("powers", [])
        if POWER not in powers:
            role.grants = {**role.grants, "powers": [*powers, POWER]}
            role.save(update_fields=["grants"])


class Migration(migrations.Migration):
    dependencies = [("integrations", "0001_webhooks"), ("core", "0001_initial")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
