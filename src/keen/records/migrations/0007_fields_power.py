"""Administrators of installations that are older than fields of one's own may manage them, too."""

from typing import Any

from django.db import migrations

POWER = "fields.manage"


def give(apps: Any, schema_editor: Any) -> None:
    """The rights of people follow with the migrate command, which reads all roles anew."""
    del schema_editor
    for role in apps.get_model("core", "Role").objects.filter(key="administrator"):
        powers = role.grants.get("powers", [])
        if POWER not in powers:
            role.grants = {**role.grants, "powers": sorted([*powers, POWER])}
            role.save()


class Migration(migrations.Migration):
    dependencies = [("records", "0006_privacy"), ("core", "0006_stamp")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
