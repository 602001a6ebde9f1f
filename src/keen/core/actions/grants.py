"""Powers that came later, given in migrations to the roles that are there: a new installation has them from its presets."""

from collections.abc import Callable
from typing import Any


def giving(power: str, *roles: str) -> Callable[[Any, Any], None]:
    """What a migration runs to give the roles, by their keys, a power; the administrator's unless others are named.

    Shape: the rights of people follow with the migrate command, which reads all roles anew.
    """

    def give(apps: Any, _schema_editor: Any) -> None:
        for role in apps.get_model("core", "Role").objects.filter(key__in=roles or ("administrator",)):
            powers = role.grants.get("powers", [])
            if power not in powers:
                role.grants = {**role.grants, "powers": sorted([*powers, power])}
                role.save(update_fields=["grants"])

    return give
