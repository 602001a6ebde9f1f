"""Powers given by migrations: once, to the roles that are meant, and nothing else of them changes."""

import pytest
from django.apps import apps

from keen.core.actions.grants import giving
from keen.core.models import Role
from tests.factories.core import make_role

pytestmark = pytest.mark.django_db


def test_a_power_is_given_once_to_the_roles_that_are_meant() -> None:
    Role.objects.filter(key="administrator").delete()
    boss = make_role("administrator", records={"*": {"view": "all"}}, powers=["users.manage"])
    other = make_role("clerk", powers=[])
    for _ in range(2):
        giving("tea.make")(apps, None)
    boss.refresh_from_db()
    other.refresh_from_db()
    assert boss.grants == {"records": {"*": {"view": "all"}}, "powers": ["tea.make", "users.manage"]}
    assert other.grants["powers"] == []


def test_other_roles_get_it_when_they_are_named() -> None:
    role = make_role("clerk", powers=["import"])
    giving("tea.make", "clerk")(apps, None)
    role.refresh_from_db()
    assert role.grants["powers"] == ["import", "tea.make"]
