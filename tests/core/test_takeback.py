"""Undo of what was done to people, teams and roles: through the one undo of the receipt."""

from uuid import UUID

import pytest

from keen.core.actions.people import Person, deactivate, save_user, set_roles, set_team
from keen.core.actions.rights import ensure_roles
from keen.core.actions.settings import OwnSettings, save_settings
from keen.core.actions.teams import save_role, save_team
from keen.core.models import Change, Role, Team, User
from keen.lib.errors import ForbiddenError, RuleError
from keen.records.actions.life import undo
from tests.core.test_people import expected_rights, rights_of, role_ids
from tests.factories.core import make_role, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_user("administrator")


def take_back(user: User, operation: str) -> None:
    undo(actor=User.objects.get(pk=user.pk).actor(), operation_id=UUID(operation))


def in_step() -> bool:
    return all(rights_of(user) == expected_rights(user) for user in User.objects.all())


def test_roles_and_team_come_back_with_their_rights(admin: User) -> None:
    team = make_team()
    maya = make_user("sales_manager", team)
    before = rights_of(maya)
    given = Person(name="M", email="m@nord.example", role_ids=role_ids("reader"))
    _, receipt = save_user(actor=admin.actor(), user=maya, given=given)

    take_back(admin, receipt.undo)

    kept = User.objects.get(pk=maya.pk)
    assert (kept.name, kept.email, kept.team, rights_of(kept)) == (maya.name, maya.email, team, before)
    assert [change.after.get("name") for change in Change.objects.filter(kind="user").order_by("id")] == [
        "M",
        maya.name,
    ]


def test_many_come_back_at_once(admin: User) -> None:
    people, team = [make_user("sales_rep"), make_user("reader")], make_team()
    roles = set_roles(actor=admin.actor(), users=people, role_ids=role_ids("marketer"))
    moved = set_team(actor=admin.actor(), users=people, team=team)

    take_back(admin, moved.undo)
    take_back(admin, roles.undo)

    kept = User.objects.filter(pk__in=[user.pk for user in people]).order_by("pk")
    assert [(user.team, user.roles.get().key) for user in kept] == [(None, "sales_rep"), (None, "reader")]
    assert in_step()


def test_somebody_added_by_mistake_cannot_sign_in(admin: User) -> None:
    made, receipt = save_user(actor=admin.actor(), user=None, given=Person(name="X", email="x@nord.example"))

    take_back(admin, receipt.undo)

    assert not User.objects.get(pk=made.pk).is_active


def test_an_ended_access_is_given_back(admin: User) -> None:
    maya = make_user()

    take_back(admin, deactivate(actor=admin.actor(), user=maya).undo)

    assert User.objects.get(pk=maya.pk).is_active


def test_what_somebody_else_changed_since_is_not_overwritten(admin: User) -> None:
    maya = make_user("sales_rep")
    first = set_roles(actor=admin.actor(), users=[maya], role_ids=role_ids("marketer"))
    set_roles(actor=make_user("administrator").actor(), users=[maya], role_ids=role_ids("executive"))

    with pytest.raises(RuleError, match="changed again since"):
        take_back(admin, first.undo)

    assert [role.key for role in maya.roles.all()] == ["executive"]


def test_rights_lost_meanwhile_are_not_given_by_undo(admin: User) -> None:
    """The administrator took a role away, and may hand it out no more when they want it back."""
    maya = make_user("data_steward")
    receipt = set_roles(actor=admin.actor(), users=[maya], role_ids=role_ids("reader"))
    make_user("administrator")
    admin.roles.set([make_role("small", records={"*": {"view": "team"}}, powers=["users.manage"])])
    User.objects.filter(pk=admin.pk).update(rights=expected_rights(admin).to_json())

    with pytest.raises(ForbiddenError):
        take_back(admin, receipt.undo)

    assert [role.key for role in maya.roles.all()] == ["reader"]


def test_the_last_administrator_is_not_lost_by_undo(admin: User) -> None:
    other = make_user("sales_rep")
    made = set_roles(actor=admin.actor(), users=[other], role_ids=role_ids("administrator"))
    set_roles(actor=admin.actor(), users=[admin], role_ids=role_ids("data_steward", "administrator"))
    User.objects.filter(pk=admin.pk).update(is_active=False)

    with pytest.raises(RuleError, match="Nobody could manage people"):
        take_back(admin, made.undo)


def test_own_settings_are_taken_back_without_being_an_administrator() -> None:
    maya = make_user("sales_rep", name="Maya Lindqvist")
    receipt = save_settings(actor=maya.actor(), user=maya, given=OwnSettings(name="Maya L."))

    take_back(maya, receipt.undo)

    assert User.objects.get(pk=maya.pk).name == "Maya Lindqvist"


def test_a_team_goes_back_to_its_place(admin: User) -> None:
    top, other = make_team("Top"), make_team("Other")
    moved = make_team("Moved", parent=top)
    leader = make_user("sales_manager", top)
    _, receipt = save_team(actor=admin.actor(), team=moved, name="Renamed", parent=other)

    take_back(admin, receipt.undo)

    kept = Team.objects.get(pk=moved.pk)
    assert (kept.name, kept.parent) == ("Moved", top)
    assert rights_of(leader).teams == {top.pk, moved.pk}
    assert in_step()


def test_a_new_team_goes_again_unless_it_is_in_use(admin: User) -> None:
    top = make_team()
    leader = make_user("sales_manager", top)
    made, receipt = save_team(actor=admin.actor(), team=None, name="New", parent=top)
    used, in_use = save_team(actor=admin.actor(), team=None, name="Used")
    make_user("reader", used)

    take_back(admin, receipt.undo)
    with pytest.raises(RuleError, match="1 people"):
        take_back(admin, in_use.undo)

    assert not Team.objects.filter(pk=made.pk).exists()
    assert rights_of(leader).teams == {top.pk}


def test_a_team_is_not_put_below_itself_by_undo(admin: User) -> None:
    top = make_team("Top")
    moved = make_team("Moved", parent=top)
    _, receipt = save_team(actor=admin.actor(), team=moved, name="Moved")
    save_team(actor=admin.actor(), team=top, name="Top", parent=moved)

    with pytest.raises(RuleError, match="lies below"):
        take_back(admin, receipt.undo)


def test_a_role_gives_again_what_it_gave(admin: User) -> None:
    rep = make_user("sales_rep")
    before = rights_of(rep)
    role = ensure_roles()["sales_rep"]
    _, receipt = save_role(actor=admin.actor(), role=role, name="Seller", grants={"powers": ["merge"]})

    take_back(admin, receipt.undo)

    assert Role.objects.get(pk=role.pk).name == "Sales rep"
    assert rights_of(rep) == before


def test_a_role_given_to_the_stronger_since_is_not_taken_back_by_the_weaker(admin: User) -> None:
    manager = make_user(make_role("manager", powers=["users.manage", "import"]))
    held = make_role("held", powers=[])
    _, receipt = save_role(actor=manager.actor(), role=held, name="Held", grants={"powers": ["import"]})
    admin.roles.add(held)

    with pytest.raises(ForbiddenError, match="may do more than you"):
        take_back(manager, receipt.undo)

    assert Role.objects.get(pk=held.pk).grants == {"powers": ["import"]}


def test_what_is_gone_meanwhile_is_said_to_be_gone(admin: User) -> None:
    team, role = make_team("Old"), make_role("old")
    _, of_team = save_team(actor=admin.actor(), team=team, name="Old", parent=make_team())
    _, of_role = save_role(actor=admin.actor(), role=role, name="Older", grants={"powers": ["import"]})
    Team.objects.filter(pk=team.pk).delete()
    Role.objects.filter(pk=role.pk).delete()

    for receipt in (of_team, of_role):
        with pytest.raises(RuleError, match="is gone"):
            take_back(admin, receipt.undo)


def test_names_and_addresses_taken_meanwhile_stay_with_who_has_them(admin: User) -> None:
    maya, team, role = make_user(email="maya@nord.example"), make_team("Old"), make_role("old")
    given = Person(name=maya.name, email="m@nord.example", role_ids=role_ids("sales_rep"))
    _, of_person = save_user(actor=admin.actor(), user=maya, given=given)
    _, of_team = save_team(actor=admin.actor(), team=team, name="New")
    _, of_role = save_role(actor=admin.actor(), role=role, name="New", grants={})
    make_user(email="maya@nord.example")
    make_team("Old")
    save_role(actor=admin.actor(), role=None, name="OLD", grants={})

    for receipt, told in ((of_person, "signs in with"), (of_team, "called Old"), (of_role, "called Old")):
        with pytest.raises(RuleError, match=told):
            take_back(admin, receipt.undo)

    assert User.objects.get(pk=maya.pk).email == "m@nord.example"
    assert (Team.objects.get(pk=team.pk).name, Role.objects.get(pk=role.pk).name) == ("New", "New")


def test_a_new_role_goes_again_unless_somebody_has_it(admin: User) -> None:
    idle, receipt = save_role(actor=admin.actor(), role=None, name="Idle", grants={})
    held, in_use = save_role(actor=admin.actor(), role=None, name="Held", grants={})
    set_roles(actor=admin.actor(), users=[make_user()], role_ids=[held.pk])

    take_back(admin, receipt.undo)
    with pytest.raises(RuleError, match="1 people have"):
        take_back(admin, in_use.undo)

    assert not Role.objects.filter(pk=idle.pk).exists()
