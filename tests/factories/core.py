"""People and teams for tests."""

from itertools import count
from typing import Any

from keen.core.actions.rights import ensure_roles, refresh_rights
from keen.core.models import Role, Team, User

PASSWORD = "correct horse battery"
_numbers = count(1)


def make_team(name: str = "", *, parent: Team | None = None, **fields: Any) -> Team:
    """A team; a parent puts it below another one."""
    return Team.objects.create(name=name or f"Team {next(_numbers)}", parent=parent, **fields)


def make_role(key: str = "", **grants: Any) -> Role:
    """A role with these grants: records={"contact": {"view": "all"}}, powers=[...]."""
    key = key or f"role_{next(_numbers)}"
    return Role.objects.create(key=key, name=key.replace("_", " ").capitalize(), grants=grants)


def make_user(
    role: str | Role | list[Role] = "sales_rep",
    team: Team | None = None,
    *,
    password: str = PASSWORD,
    **fields: Any,
) -> User:
    """Somebody with a role of the installation's own (by key) or with made-up ones, and the rights these give.

    Demo people have no usable password: password="".
    """
    number = next(_numbers)
    values: dict[str, Any] = {
        "email": f"person{number}@example.com",
        "name": f"Person {number}",
        "team": team,
        **fields,
    }
    user = User(**values)
    user.set_password(password or None)
    user.save()
    user.roles.set(
        [ensure_roles()[role]] if isinstance(role, str) else [role] if isinstance(role, Role) else role
    )
    refresh_rights([user])
    return User.objects.select_related("team").get(pk=user.pk)
