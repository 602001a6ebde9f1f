"""Teams and roles: whatever moves, everybody's rights move with it."""

import pytest
from django.db import IntegrityError

from keen.core.actions.rights import ensure_roles
from keen.core.actions.teams import remove_role, remove_team, save_role, save_team
from keen.core.models import Change, Role, Team, User
from keen.core.queries import team_tree
from keen.lib.errors import ForbiddenError, RuleError
from tests.core.test_people import assert_told, expected_rights, rights_of
from tests.factories.core import make_role, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_user("administrator")


def everybody_in_step() -> bool:
    return all(rights_of(user) == expected_rights(user) for user in User.objects.all())


def test_moving_a_team_changes_what_the_people_of_both_branches_see(admin: User) -> None:
    north, south = make_team("North"), make_team("South")
    moved = make_team("Moved", parent=north)
    lowest = make_team("Lowest", parent=moved)
    of_north, of_south, of_moved = (make_user("sales_manager", team) for team in (north, south, moved))

    team, receipt = save_team(actor=admin.actor(), team=moved, name="Moved", parent=south)

    assert rights_of(of_north).teams == {north.pk}
    assert rights_of(of_south).teams == {south.pk, moved.pk, lowest.pk}
    assert rights_of(of_moved).teams == {moved.pk, lowest.pk}
    assert everybody_in_step()
    change = Change.objects.get(operation_id=receipt.operation)
    assert (change.kind, change.record_id) == ("team", team.pk)
    assert (change.before["parent"], change.after["parent"]) == (north.pk, south.pk)
    assert_told(receipt)


def test_a_new_team_below_is_seen_by_those_above_at_once(admin: User) -> None:
    top = make_team()
    leader = make_user("sales_manager", top)

    made, _ = save_team(actor=admin.actor(), team=None, name="New", parent=top)

    assert rights_of(leader).teams == {top.pk, made.pk}


def test_a_team_never_lies_below_itself(admin: User) -> None:
    top = make_team()
    below = make_team(parent=make_team(parent=top))

    for parent in (top, below):
        with pytest.raises(RuleError, match="lies below"):
            save_team(actor=admin.actor(), team=top, name=top.name, parent=parent)

    assert Team.objects.get(pk=top.pk).parent is None


def test_two_teams_have_two_names(admin: User) -> None:
    make_team("Sales")

    with pytest.raises(RuleError, match="called Sales already"):
        save_team(actor=admin.actor(), team=None, name="Sales")


def test_a_team_in_use_stays(admin: User) -> None:
    team = make_team()
    make_user("reader", team)

    with pytest.raises(RuleError, match="1 people"):
        remove_team(actor=admin.actor(), team=team)


def test_an_empty_team_goes(admin: User) -> None:
    team = make_team()

    assert_told(remove_team(actor=admin.actor(), team=team))

    assert not Team.objects.filter(pk=team.pk).exists()


def test_the_tree_shows_each_team_once_below_its_parent() -> None:
    top = make_team("B top")
    make_team("A below", parent=top)
    make_team("A first")

    assert [(branch.team.name, branch.depth) for branch in team_tree()] == [
        ("A first", 0),
        ("B top", 0),
        ("A below", 1),
    ]


def test_a_changed_role_changes_those_who_have_it(admin: User) -> None:
    rep, other = make_user("sales_rep"), make_user("reader")
    role = ensure_roles()["sales_rep"]

    _, receipt = save_role(
        actor=admin.actor(), role=role, name="Seller", grants={"records": {"*": {"view": "all"}}}
    )

    assert rights_of(rep).scope("contact", "view").value == "all"
    assert not rights_of(rep).has("import")
    assert rights_of(other) == other.given
    assert everybody_in_step()
    assert_told(receipt)


def test_a_role_never_gives_more_than_its_maker_has() -> None:
    team_admin = make_user(make_role("team_admin", records={"*": {"view": "team"}}, powers=["users.manage"]))
    role = make_role("weak")

    for grants in (
        {"powers": ["audit.view"]},
        {"records": {"*": {"view": "all"}}},
        {"records": {"case": {"edit": "own"}}},
    ):
        with pytest.raises(ForbiddenError):
            save_role(actor=team_admin.actor(), role=role, name="Weak", grants=grants)
        with pytest.raises(ForbiddenError):
            save_role(actor=team_admin.actor(), role=None, name="New", grants=grants)

    assert Role.objects.get(pk=role.pk).grants == {}
    assert not Role.objects.filter(name="New").exists()


def test_who_manages_people_alone_changes_no_role_above_their_own(admin: User) -> None:
    manager = make_user(make_role("manager", powers=["users.manage"]))
    role, before = admin.roles.get(), rights_of(admin)
    shared = make_role("shared", powers=["users.manage"])
    make_user([shared, role])

    for chosen in (role, shared):
        with pytest.raises(ForbiddenError, match="more than you"):
            save_role(actor=manager.actor(), role=chosen, name="Emptied", grants={"powers": ["users.manage"]})

    assert rights_of(admin) == before
    assert everybody_in_step()


def test_the_role_of_the_last_administrator_keeps_its_power(admin: User) -> None:
    role = admin.roles.get()

    with pytest.raises(RuleError, match="Nobody could manage people"):
        save_role(actor=admin.actor(), role=role, name=role.name, grants={**role.grants, "powers": []})


def test_new_roles_of_like_names_have_keys_of_their_own(admin: User) -> None:
    first, _ = save_role(actor=admin.actor(), role=None, name="Field Sales!", grants={})
    second, _ = save_role(actor=admin.actor(), role=None, name="Field sales", grants={})

    assert (first.key, second.key) == ("field_sales", "field_sales_1")


def test_two_roles_have_two_names(admin: User) -> None:
    with pytest.raises(RuleError, match="called READER already"):
        save_role(actor=admin.actor(), role=None, name="READER", grants={})


def test_a_role_that_somebody_has_stays(admin: User) -> None:
    with pytest.raises(RuleError, match="1 people have"):
        remove_role(actor=admin.actor(), role=admin.roles.get())


def test_a_role_that_nobody_has_goes(admin: User) -> None:
    role = make_role("idle")

    assert_told(remove_role(actor=admin.actor(), role=role))

    assert not Role.objects.filter(pk=role.pk).exists()


def test_the_database_itself_keeps_team_names_apart() -> None:
    make_team("Sales")

    with pytest.raises(IntegrityError):
        make_team("Sales")
