"""What people set for themselves: theirs alone, and nothing that gives rights."""

import pytest
from allauth.core.context import request_context

from keen.core.accounts import Accounts
from keen.core.actions.settings import OwnSettings, end_other_sessions, save_settings, set_password, set_theme
from keen.core.models import Change, User
from keen.lib.errors import ForbiddenError
from tests.core.test_people import assert_told
from tests.factories.core import make_team, make_user

pytestmark = pytest.mark.django_db
SETTINGS = {
    "name": "Maya L.",
    "job_title": "Key accounts",
    "zone": "Europe/Lisbon",
    "theme": "dark",
    "density": "compact",
}


@pytest.fixture
def maya(client) -> User:
    user = make_user("sales_rep", name="Maya Lindqvist")
    client.force_login(user)
    return user


def test_settings_are_kept_and_answered(client, maya: User) -> None:
    answer = client.post("/settings/", SETTINGS)

    assert answer.status_code == 303
    page = client.get(answer["location"]).content.decode()
    assert 'data-outcome="saved"' in page
    assert 'data-theme="dark"' in page
    assert 'data-density="compact"' in page
    kept = User.objects.get(pk=maya.pk)
    assert (kept.name, kept.zone, kept.single_keys) == ("Maya L.", "Europe/Lisbon", False)


def test_what_gives_rights_cannot_be_posted(client, maya: User) -> None:
    team, before = make_team(), User.objects.get(pk=maya.pk)
    forged = {
        "email": "boss@nord.example",
        "is_active": "",
        "is_superuser": "on",
        "rights": '{"powers": ["users.manage"]}',
        "roles": ["1"],
        "team": team.pk,
        "leads_team": "on",
        "session_stamp": "9",
        "password": "x",
        "id": "1",
    }

    client.post("/settings/", {**SETTINGS, **forged})

    after = User.objects.get(pk=maya.pk)
    untouched = ("email", "is_active", "rights", "team_id", "leads_team", "session_stamp", "password")
    assert [getattr(after, name) for name in untouched] == [getattr(before, name) for name in untouched]
    assert [role.key for role in after.roles.all()] == ["sales_rep"]


@pytest.mark.parametrize(
    "wrong", [{"zone": "Mars/Olympus"}, {"name": ""}, {"theme": "pink"}, {"zone": "../etc/passwd"}]
)
def test_what_does_not_fit_is_told_and_nothing_typed_is_lost(
    client, maya: User, wrong: dict[str, str]
) -> None:
    answer = client.post("/settings/", {**SETTINGS, **wrong})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert 'value="Key accounts"' in page
    assert User.objects.get(pk=maya.pk).job_title == ""


def test_a_changed_name_stands_in_the_audit_trail_and_looks_do_not(maya: User) -> None:
    given = OwnSettings(name="Maya L.", theme="dark")

    receipt = save_settings(actor=maya.actor(), user=maya, given=given)

    change = Change.objects.get(operation_id=receipt.operation)
    assert (change.before, change.after) == ({"name": "Maya Lindqvist"}, {"name": "Maya L."})
    assert_told(receipt)


def test_nobody_sets_something_for_somebody_else(maya: User) -> None:
    other = make_user("administrator")

    with pytest.raises(ForbiddenError):
        save_settings(actor=maya.actor(), user=other, given=OwnSettings(name="X"))
    with pytest.raises(ForbiddenError):
        set_theme(actor=maya.actor(), user=other, theme="dark")
    with pytest.raises(ForbiddenError):
        end_other_sessions(actor=maya.actor(), user=other)


def test_the_look_is_changed_with_one_click_and_the_page_stays(client, maya: User) -> None:
    answer = client.post("/settings/theme/", {"theme": "dark", "next": "/me/changes/"})

    assert (answer.status_code, answer["location"]) == (303, "/me/changes/")
    assert User.objects.get(pk=maya.pk).theme == "dark"
    assert client.post("/settings/theme/", {"theme": "pink"}).status_code == 422


def test_a_new_password_is_kept_as_a_hash_alone(maya: User) -> None:
    set_password(user=maya, password="four plain words here")

    kept = User.objects.get(pk=maya.pk)
    assert kept.check_password("four plain words here")
    assert "four plain words" not in kept.password
    noted = Change.objects.get(kind="user", record_id=maya.pk)
    assert (noted.actor, noted.verb, noted.after) == (maya, "changed sign-in", {"sign_in": "password"})


def test_a_second_factor_that_changes_is_noted(client, maya: User) -> None:
    request = client.get("/settings/").wsgi_request

    with request_context(request):
        Accounts(request).send_notification_mail("mfa/email/totp_deactivated", maya)

    noted = Change.objects.get(kind="user", record_id=maya.pk)
    assert (noted.actor, noted.after) == (maya, {"sign_in": "totp deactivated"})


def test_a_name_is_one_line(client, maya: User) -> None:
    given = {**SETTINGS, "name": "Maya\nBcc: all@nord.example\u202e", "job_title": "Key\r\naccounts"}

    assert client.post("/settings/", given).status_code == 303
    assert client.post("/settings/", {**given, "name": "\u200b"}).status_code == 422

    kept = User.objects.get(pk=maya.pk)
    assert (kept.name, kept.job_title) == ("Maya Bcc: all@nord.example", "Key accounts")


def test_own_changes_are_listed_and_those_of_others_are_not(client, maya: User) -> None:
    other = make_user("sales_rep", name="Tom")
    save_settings(actor=other.actor(), user=other, given=OwnSettings(name="Tom B."))
    client.post("/settings/", SETTINGS)

    page = client.get("/me/changes/").content.decode()

    assert page.count("Your settings are saved.") == 1
