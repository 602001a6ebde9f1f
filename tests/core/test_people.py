"""People: rights follow roles and teams, nobody gives more than they have, somebody always holds the keys."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from keen.core.actions.people import Person, deactivate, reactivate, save_user, set_roles, set_team
from keen.core.actions.rights import ensure_roles
from keen.core.domain.receipts import Receipt
from keen.core.domain.rights import Rights, union
from keen.core.models import Change, Invitation, Operation, Role, User
from keen.core.queries import team_branches
from keen.lib.errors import ForbiddenError, RuleError
from tests.factories.core import make_role, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_user("administrator", name="Ines Okafor")


def rights_of(user: User) -> Rights:
    return Rights.from_json(User.objects.get(pk=user.pk).rights)


def expected_rights(user: User) -> Rights:
    """What the roles and the team of the stored row give, worked out anew."""
    row = User.objects.get(pk=user.pk)
    teams = team_branches()[row.team_id] if row.team_id else frozenset()
    return union((role.grants for role in row.roles.all()), teams=teams)


def role_ids(*keys: str) -> tuple[int, ...]:
    return tuple(ensure_roles()[key].pk for key in keys)


def assert_told(receipt: Receipt) -> None:
    assert receipt.outcome == "saved"
    assert receipt.object is not None
    assert receipt.next or receipt.alternative or receipt.nothing_next
    assert Operation.objects.get(pk=receipt.operation).label == receipt.text


def test_somebody_new_has_the_rights_of_their_roles_and_no_password(admin: User) -> None:
    team = make_team()
    given = Person(
        name=" Maya Lindqvist ", email=" Maya@Nord.Example", team_id=team.pk, role_ids=role_ids("sales_rep")
    )

    made, receipt = save_user(actor=admin.actor(), user=None, given=given)

    kept = User.objects.get(pk=made.pk)
    assert (kept.name, kept.email) == ("Maya Lindqvist", "maya@nord.example")
    assert not kept.has_usable_password()
    assert rights_of(kept) == expected_rights(kept) != Rights()
    assert_told(receipt)


def test_what_changed_about_somebody_stands_in_the_audit_trail(admin: User) -> None:
    user = make_user("sales_rep", name="Maya", email="maya@nord.example")
    given = Person(name="Maya", email="maya@nord.example", role_ids=role_ids("sales_manager"))

    _, receipt = save_user(actor=admin.actor(), user=user, given=given)

    change = Change.objects.get(operation_id=receipt.operation)
    assert (change.kind, change.record_id, change.actor_id) == ("user", user.pk, admin.pk)
    assert (change.before, change.after) == ({"roles": ["sales_rep"]}, {"roles": ["sales_manager"]})


def test_an_address_is_used_once_whatever_its_case(admin: User) -> None:
    make_user(email="maya@nord.example")

    with pytest.raises(RuleError, match="signs in with this address") as refused:
        save_user(actor=admin.actor(), user=None, given=Person(name="M", email="MAYA@nord.example"))

    assert refused.value.field == "email"


def test_who_may_not_manage_people_changes_nobody() -> None:
    rep, other = make_user("sales_rep"), make_user("sales_rep")

    with pytest.raises(ForbiddenError):
        save_user(actor=rep.actor(), user=other, given=Person(name="X", email="x@nord.example"))

    assert User.objects.get(pk=other.pk).name == other.name


def test_nobody_changes_people_while_looking_as_somebody_else(admin: User) -> None:
    other = make_user("administrator")

    with pytest.raises(ForbiddenError):
        deactivate(actor=other.actor(acting_by=admin.pk), user=make_user())


def test_roles_of_several_people_are_set_at_once(admin: User) -> None:
    people = [make_user("sales_rep"), make_user("reader")]

    receipt = set_roles(actor=admin.actor(), users=people, role_ids=role_ids("marketer"))

    assert [rights_of(user) for user in people] == [expected_rights(user) for user in people]
    assert {role.key for user in people for role in user.roles.all()} == {"marketer"}
    assert Change.objects.filter(operation_id=receipt.operation, kind="user").count() == 2
    assert_told(receipt)


def test_nobody_gives_a_power_they_do_not_have() -> None:
    team_admin = make_user(
        make_role(
            "team_admin", records={"*": dict.fromkeys(("view", "edit"), "all")}, powers=["users.manage"]
        )
    )
    rep = make_user("reader")

    with pytest.raises(ForbiddenError, match="do not have yourself"):
        set_roles(actor=team_admin.actor(), users=[rep], role_ids=role_ids("administrator"))

    assert [role.key for role in rep.roles.all()] == ["reader"]
    assert rights_of(rep) == expected_rights(rep)


def test_nobody_raises_themselves() -> None:
    team_admin = make_user(make_role("team_admin", records={"*": {"view": "team"}}, powers=["users.manage"]))

    with pytest.raises(ForbiddenError):
        set_roles(actor=team_admin.actor(), users=[team_admin], role_ids=role_ids("administrator"))

    assert rights_of(team_admin) == team_admin.given


def test_who_may_do_more_is_not_changed_by_who_may_do_less(admin: User) -> None:
    """Else a new address and a forgotten password would open the stronger account."""
    team_admin = make_user(make_role("team_admin", records={"*": {"view": "team"}}, powers=["users.manage"]))

    with pytest.raises(ForbiddenError, match="may do more than you"):
        save_user(actor=team_admin.actor(), user=admin, given=Person(name="I", email="mine@nord.example"))
    with pytest.raises(ForbiddenError, match="may do more than you"):
        deactivate(actor=team_admin.actor(), user=admin)

    assert User.objects.get(pk=admin.pk).email == admin.email


def test_a_team_brings_the_teams_below_it(admin: User) -> None:
    top = make_team()
    below = make_team(parent=top)
    lowest = make_team(parent=below)
    manager = make_user("sales_manager")

    set_team(actor=admin.actor(), users=[manager], team=below)
    assert rights_of(manager).teams == {below.pk, lowest.pk}

    set_team(actor=admin.actor(), users=[manager], team=None)
    assert rights_of(manager).teams == frozenset()


def test_who_is_out_cannot_sign_in_and_leaves_no_open_invitations(admin: User, client) -> None:
    leaving = make_user("administrator")
    client.force_login(leaving)
    row = Invitation.objects.create(
        email="x@nord.example",
        name="X",
        token_hash="h",
        invited_by=leaving,
        invited_at=leaving.created_at,
        expires_at=leaving.created_at,
    )

    receipt = deactivate(actor=admin.actor(), user=leaving)

    assert client.get("/settings/").status_code == 302
    row.refresh_from_db()
    assert row.revoked_at is not None
    assert receipt.alternative is not None
    assert_told(receipt)


def test_who_comes_back_has_the_roles_of_before(admin: User) -> None:
    rep = make_user("sales_rep", make_team())
    before = rights_of(rep)
    deactivate(actor=admin.actor(), user=rep)

    receipt = reactivate(actor=admin.actor(), user=rep)

    assert User.objects.get(pk=rep.pk).is_active
    assert rights_of(rep) == before
    assert_told(receipt)


def test_nobody_closes_their_own_access(admin: User) -> None:
    with pytest.raises(RuleError, match="your own access"):
        deactivate(actor=admin.actor(), user=admin)


def test_the_last_who_can_manage_people_keeps_that(admin: User) -> None:
    given = Person(name=admin.name, email=admin.email, role_ids=role_ids("sales_rep"))

    with pytest.raises(RuleError, match="Nobody could manage people"):
        save_user(actor=admin.actor(), user=admin, given=given)

    assert rights_of(admin).has("users.manage")
    assert [role.key for role in admin.roles.all()] == ["administrator"]


def test_one_of_two_who_manage_people_may_hand_it_over(admin: User) -> None:
    make_user("administrator")
    given = Person(name=admin.name, email=admin.email, role_ids=role_ids("sales_rep"))

    save_user(actor=admin.actor(), user=admin, given=given)

    assert not rights_of(admin).has("users.manage")


def test_one_who_cannot_sign_in_does_not_count_as_the_last(admin: User) -> None:
    make_user("administrator", is_active=False)

    with pytest.raises(RuleError, match="Nobody could manage people"):
        set_roles(actor=admin.actor(), users=[admin], role_ids=[])


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_close_each_other_out_at_once_do_not_both_succeed() -> None:
    pair = [make_user("administrator"), make_user("administrator")]
    start, outcomes = Barrier(2), []

    def close_out(actor: User, other: User) -> None:
        start.wait()
        try:
            deactivate(actor=actor.actor(), user=other)
            outcomes.append("done")
        except RuleError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=close_out, args=order) for order in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "last_administrator"]
    assert User.objects.filter(is_active=True).count() == 1


def test_the_roles_of_the_start_are_made_once_and_never_overwritten(django_assert_num_queries) -> None:
    ensure_roles()
    Role.objects.filter(key="reader").update(name="Guest", grants={})

    with django_assert_num_queries(1):
        found = ensure_roles()

    assert (found["reader"].name, found["reader"].grants) == ("Guest", {})
