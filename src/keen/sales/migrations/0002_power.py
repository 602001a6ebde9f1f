"""Administrators of installations that are older may set up pipelines; rights are read anew after."""

from typing import Any

from django.db import migrations

POWER = "pipelines.manage"


def give(apps: Any, schema_editor: Any) -> None:
    """The rights of people follow with the migrate command."""
    del schema_editor
    for role in apps.get_model("core", "Role").objects.filter(key="administrator"):
        powers = role.grants.get("powers", [])
        if POWER not in powers:
            role.grants = {**role.grants, "powers": sorted([*powers, POWER])}
            role.save()


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_sales"), ("core", "0008_calendars")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
