"""Roles of installations that are older may bring in orders and say whose they are; rights are read anew after."""

from typing import Any

from django.db import migrations

GIVEN = {
    "administrator": ("orders.feed", "orders.match"),
    "data_steward": ("orders.feed", "orders.match"),
    "sales_manager": ("orders.match",),
}


def give(apps: Any, schema_editor: Any) -> None:
    """The rights of people follow with the migrate command."""
    del schema_editor
    for role in apps.get_model("core", "Role").objects.filter(key__in=GIVEN):
        powers = role.grants.get("powers", [])
        if added := [power for power in GIVEN[role.key] if power not in powers]:
            role.grants = {**role.grants, "powers": [*powers, *added]}
            role.save(update_fields=["grants"])


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_orders"), ("core", "0009_keeping")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
