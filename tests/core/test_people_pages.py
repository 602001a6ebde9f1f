"""The administrator's pages of people, teams and roles, as a browser posts them."""

import pytest
from django.test import Client

from keen.core.actions.rights import ensure_roles
from keen.core.models import Role, Team, User
from tests.core.test_people import expected_rights, rights_of
from tests.factories.core import make_role, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> User:
    user = make_user("administrator", name="Ines Okafor", email="ines@nord.example")
    client.force_login(user)
    return user


def role_form(**changed: str | list[str]) -> dict[str, str | list[str]]:
    """What the page of a role posts when all records say "their own"."""
    common = {f"grant-*-{action}": "own" for action in ("view", "add", "edit", "delete", "export")}
    return {"name": "Field sales", **common, **changed}


def test_people_are_listed_with_team_roles_and_state(client: Client, admin: User) -> None:
    make_user("sales_rep", make_team("North"), name="Maya Lindqvist")
    make_user(is_active=False, name="Gone Away")

    page = client.get("/settings/people/").content.decode()

    assert all(said in page for said in ("Maya Lindqvist", "North", "Sales rep", "Never"))
    assert "Gone Away" not in page
    assert "Gone Away" in client.get("/settings/people/?state=off").content.decode()
    found = client.get("/settings/people/?q=maya+lind").content.decode()
    assert "Maya Lindqvist" in found
    assert "ines@nord.example</span></td>" not in found


@pytest.mark.parametrize("more", [1, 3])
def test_the_list_of_people_costs_the_same_however_long(
    client, admin: User, more: int, django_assert_num_queries
) -> None:
    for _ in range(more):
        make_user("sales_rep", make_team())
    client.get("/settings/people/")

    with django_assert_num_queries(8):
        client.get("/settings/people/")


def test_somebody_is_added_and_changed(client: Client, admin: User) -> None:
    team, role = make_team(), ensure_roles()["sales_rep"]
    given = {
        "name": "Maya",
        "email": "maya@nord.example",
        "team": team.pk,
        "roles": [role.pk],
        "leads_team": "on",
    }

    answer = client.post("/settings/people/new/", given)

    maya = User.objects.get(email="maya@nord.example")
    assert answer["location"].startswith(f"/settings/people/{maya.pk}/?r=")
    page = client.get(answer["location"]).content.decode()
    assert 'data-outcome="saved"' in page
    assert "See their team&#39;s contacts" in page
    assert "by Sales rep" in page
    assert (maya.team, maya.leads_team, rights_of(maya)) == (team, True, expected_rights(maya))
    client.post(f"/settings/people/{maya.pk}/", {**given, "roles": []})
    assert rights_of(maya).records == {}


def test_a_person_that_does_not_fit_is_told_beside_the_fields(client: Client, admin: User) -> None:
    answer = client.post("/settings/people/new/", {"name": "Maya", "email": "ines@nord.example"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody signs in with this address already." in page
    assert 'value="Maya"' in page
    assert 'role="alert"' in page


def test_rights_cannot_be_posted_past_the_roles(client: Client, admin: User) -> None:
    maya = make_user("reader")
    forged = {
        "name": "M",
        "email": "m@nord.example",
        "rights": "{}",
        "is_active": "",
        "session_stamp": "7",
        "password": "x",
    }

    client.post(f"/settings/people/{maya.pk}/", {**forged, "roles": [role.pk for role in maya.roles.all()]})

    after = User.objects.get(pk=maya.pk)
    assert (after.rights, after.is_active, after.session_stamp) == (maya.rights, True, 0)
    assert after.password == maya.password


def test_several_people_are_moved_at_once(client: Client, admin: User) -> None:
    team, people = make_team("North"), [make_user(), make_user()]

    answer = client.post("/settings/people/many/", {"ids": [user.pk for user in people], "team": team.pk})

    assert answer.status_code == 303
    assert set(User.objects.filter(team=team)) == set(people)
    assert client.post("/settings/people/many/", {"ids": ["x", "999999"]}).status_code == 404


def test_numbers_that_are_no_ids_move_nobody(client: Client, admin: User) -> None:
    maya, team = make_user(), make_team()

    for ids in (["9" * 25], ["\u00b2"], ["9" * 5000]):
        assert client.post("/settings/people/many/", {"ids": ids, "team": team.pk}).status_code == 404
    for wrong in ("\u00b2", "9" * 25, "x"):
        posted = {"ids": [maya.pk], "team": wrong}
        assert client.post("/settings/people/many/", posted).status_code == 404
    assert client.get("/audit/?user=\u00b2&before=" + "9" * 30).status_code == 200


def test_access_is_ended_and_given_back(client: Client, admin: User) -> None:
    maya = make_user()

    ended = client.post(f"/settings/people/{maya.pk}/deactivate/")

    page = client.get(ended["location"]).content.decode()
    assert "cannot sign in" in page
    client.post(f"/settings/people/{maya.pk}/reactivate/")
    assert User.objects.get(pk=maya.pk).is_active
    assert client.post(f"/settings/people/{admin.pk}/deactivate/").status_code == 422
    assert client.get(f"/settings/people/{maya.pk}/deactivate/").status_code == 405


def test_an_unknown_person_team_or_role_is_not_there(client: Client, admin: User) -> None:
    unknown = ["people/999/", "teams/999/", "roles/999/"]

    assert [client.get(f"/settings/{path}").status_code for path in unknown] == [404, 404, 404]


def test_teams_are_added_below_each_other(client: Client, admin: User) -> None:
    top = make_team("Sales")

    client.post("/settings/teams/", {"name": "North", "parent": top.pk, "site": "Hamburg"})

    north = Team.objects.get(name="North")
    assert (north.parent, north.site) == (top, "Hamburg")
    page = client.get("/settings/teams/").content.decode()
    assert page.index(">Sales<") < page.index(">North<")
    wrong = client.post(f"/settings/teams/{top.pk}/", {"name": "Sales", "parent": north.pk})
    assert wrong.status_code == 422
    assert "lies below" in wrong.content.decode()
    assert client.post(f"/settings/teams/{top.pk}/remove/").status_code == 422
    assert client.post(f"/settings/teams/{north.pk}/remove/").status_code == 303


def test_a_role_is_stored_as_its_page_shows_it(client: Client, admin: User) -> None:
    given = {**role_form(powers=["merge"]), "grant-contact-view": "all", "hidden-contact": ["phones"]}

    answer = client.post("/settings/roles/new/", given)

    role = Role.objects.get(key="field_sales")
    own = dict.fromkeys(("view", "add", "edit", "delete", "export"), "own")
    assert answer["location"].startswith(f"/settings/roles/{role.pk}/")
    assert role.grants == {
        "records": {"*": own, "contact": {**own, "view": "all"}},
        "powers": ["merge"],
        "hidden": {"contact": ["phones"]},
        "locked": {},
    }


def test_a_role_saved_as_it_stands_stays_as_it_is(client: Client, admin: User) -> None:
    """Every role of the start survives its own page, kinds that no package knows included."""
    for role in ensure_roles().values():
        records, powers = role.grants["records"], role.grants["powers"]
        posted = {
            f"grant-{kind}-{action}": scope
            for kind, grants in records.items()
            for action, scope in grants.items()
        }

        client.post(f"/settings/roles/{role.pk}/", {"name": role.name, "powers": powers, **posted})

        kept = Role.objects.get(pk=role.pk).grants
        assert (kept["records"], sorted(kept["powers"])) == (records, sorted(powers))


def test_a_role_beyond_the_makers_own_is_refused(client: Client) -> None:
    small = make_user(make_role("small", records={"*": {"view": "team"}}, powers=["users.manage"]))
    client.force_login(small)

    answer = client.post("/settings/roles/new/", role_form(powers=["system.view"]))

    assert answer.status_code == 422
    assert "do not have yourself" in answer.content.decode()
    assert not Role.objects.filter(key="field_sales").exists()


@pytest.mark.parametrize(
    "wrong", [{"grant-*-view": "everything"}, {"powers": ["root"]}, {"hidden-contact": ["password"]}]
)
def test_a_role_takes_nothing_that_does_not_exist(
    client: Client, admin: User, wrong: dict[str, str | list[str]]
) -> None:
    assert client.post("/settings/roles/new/", role_form(**wrong)).status_code == 422


def test_the_pages_of_administration_are_closed_to_others(client: Client) -> None:
    client.force_login(make_user("data_steward"))
    paths = [
        "people/",
        "people/new/",
        "people/invite/",
        "teams/",
        "roles/",
        "roles/new/",
        "roles/1/",
        "people/1/",
    ]

    assert {client.get(f"/settings/{path}").status_code for path in paths} == {403}
