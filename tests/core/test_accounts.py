"""Coming in: what is told, what is not, and where nobody is led."""

import json
import re
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django_tasks_db.models import DBTaskResult

from keen.core.accounts import SecondFactors
from keen.core.actions.rights import refresh_rights
from keen.core.models import Change, User
from tests.factories.core import PASSWORD, make_role, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"
EVIL = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%2f%2fevil.example/../",
    "https://evil.example/",
    "https:evil.example",
    "http://localhost:9/",
    "javascript:alert(1)",
    "/\tevil",
    "\x00//evil.example",
    " //evil.example",
    "evil.example",
    "@evil.example",
]


def try_password(client: Client, email: str, password: str, **more: str):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def words(answer) -> str:
    """What a page says, without its tokens."""
    return re.sub(r'value="[A-Za-z0-9]{64}"|data-csrf="\w+"', "", answer.content.decode())


def test_the_right_password_opens_today_or_where_somebody_wanted_to_go(client) -> None:
    user = make_user()

    assert try_password(client, user.email.upper(), PASSWORD)["location"] == "/"
    client.logout()
    assert try_password(client, user.email, PASSWORD, next="/settings/?a=1")["location"] == "/settings/?a=1"
    assert is_signed_in(client)


def test_the_way_to_a_page_is_kept_over_the_sign_in(client) -> None:
    user = make_user()

    asked = client.get("/settings/?tab=x")
    page = client.get(asked["location"])
    wanted = re.search(r'name="next" value="([^"]+)"', page.content.decode())

    assert wanted is not None
    assert try_password(client, user.email, PASSWORD, next=wanted[1])["location"] == "/settings/?tab=x"


@pytest.mark.parametrize("to", EVIL)
def test_nobody_is_led_out_of_the_house(client, to: str) -> None:
    user = make_user()

    for address in (
        try_password(client, user.email, PASSWORD, next=to)["location"],
        client.get(LOGIN, {"next": to})["location"],
        client.post("/settings/theme/", {"theme": "dark", "next": to})["location"],
        client.post("/notices/read/", {"next": to})["location"],
        client.post("/account/logout/", {"next": to})["location"],
    ):
        found = urlsplit(address)
        assert (found.scheme, found.netloc) == ("", "")
        assert address.startswith("/")
        assert not re.match(r"[/\\]{2}", address)


def test_a_wrong_password_and_an_unknown_address_are_told_the_same(client) -> None:
    user = make_user()

    known = try_password(client, user.email, "wrong")
    unknown = try_password(client, "nobody@nord.example", "wrong")

    assert known.status_code == unknown.status_code == 422
    assert words(known).replace(user.email, "") == words(unknown).replace("nobody@nord.example", "")
    assert not is_signed_in(client)


def test_after_some_wrong_passwords_the_right_one_waits_too(client) -> None:
    user = make_user()

    for email in (user.email, "nobody@nord.example"):
        answers = [words(try_password(client, email, "wrong")) for _ in range(6)]
        assert ["Too many tries" in answer for answer in answers] == [False] * 5 + [True]

    assert "Too many tries" in words(try_password(client, user.email, PASSWORD))
    assert not is_signed_in(client)
    assert try_password(Client(), make_user().email, PASSWORD).status_code == 302


def test_another_spelling_of_the_host_gives_no_more_tries(client, settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    user = make_user()
    for number in range(5):
        client.post(LOGIN, {"login": user.email, "password": "wrong"}, headers={"host": f"h{number}.example"})

    answer = client.post(LOGIN, {"login": user.email, "password": PASSWORD}, headers={"host": "new.example"})

    assert "Too many tries" in words(answer)


class Counting(PBKDF2PasswordHasher):
    """Counts how often the work was done that makes an answer late."""

    iterations = 1
    done = 0

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        Counting.done += 1
        return super().encode(password, salt, iterations)


def test_known_and_unknown_addresses_take_the_same_work(client, settings) -> None:
    settings.PASSWORD_HASHERS = [f"{Counting.__module__}.Counting"]
    settings.ACCOUNT_RATE_LIMITS = False
    addresses = {
        "known": make_user().email,
        "unknown": "nobody@nord.example",
        "without password": make_user(password="").email,
        "closed": make_user(is_active=False).email,
    }
    work = {}
    for kind, email in addresses.items():
        Counting.done = 0
        try_password(client, email, "wrong")
        work[kind] = Counting.done

    assert set(work.values()) == {1}, work


def test_who_was_closed_out_is_told_after_the_right_password_alone(client) -> None:
    user = make_user(is_active=False)

    assert try_password(client, user.email, PASSWORD)["location"] == "/account/inactive/"
    assert "closed" not in words(try_password(client, user.email, "wrong")).lower()
    assert not is_signed_in(client)


def test_a_forgotten_password_is_answered_the_same_for_everybody(client) -> None:
    user = make_user()

    known = client.post("/account/password/reset/", {"email": user.email}, follow=True)
    unknown = client.post("/account/password/reset/", {"email": "nobody@nord.example"}, follow=True)

    assert words(known) == words(unknown)
    assert [row.args_kwargs["kwargs"]["to"] for row in DBTaskResult.objects.all()] == [user.email]


def test_a_link_from_a_mail_sets_the_password_once_and_ends_other_sessions(
    client, settings, monkeypatch
) -> None:
    monkeypatch.setattr(settings.KEEN, "base_url", "https://crm.nord.example")
    settings.ALLOWED_HOSTS = ["*"]
    user, elsewhere = make_user(), Client()
    elsewhere.force_login(user)
    client.post("/account/password/reset/", {"email": user.email}, headers={"host": "evil.example"})
    body = DBTaskResult.objects.get().args_kwargs["kwargs"]["body"]
    link = next(word for word in body.split() if "/password/reset/key/" in word)

    assert "evil" not in body
    assert link.startswith("https://crm.nord.example/account/")
    form = client.get(urlsplit(link).path)["location"]
    assert client.post(form, {"password1": "short"}).status_code == 200
    client.post(form, {"password1": "four plain words here"})

    assert User.objects.get(pk=user.pk).check_password("four plain words here")
    assert elsewhere.get("/settings/").status_code == 302
    assert "does not work any more" in Client().get(urlsplit(link).path).content.decode()


@pytest.mark.parametrize("changed", [{"is_active": False}, {"session_stamp": 1}])
def test_a_link_from_a_mail_dies_with_the_account_and_with_its_sessions(client, changed) -> None:
    user = make_user()
    client.post("/account/password/reset/", {"email": user.email})
    body = DBTaskResult.objects.get().args_kwargs["kwargs"]["body"]
    link = urlsplit(next(word for word in body.split() if "/password/reset/key/" in word)).path
    User.objects.filter(pk=user.pk).update(**changed)

    assert "does not work any more" in Client().get(link).content.decode()
    User.objects.filter(pk=user.pk).update(is_active=True)
    alive = Client().get(link).status_code == 302

    assert alive == (
        "is_active" in changed
    )  # let in again before the link was too old, it is as good as before


def test_a_new_password_writes_nothing_but_the_password(client) -> None:
    """The page was opened before somebody changed the person's roles: these stay as they are now."""
    user = make_user()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 9e9}]
    session.save()
    User.objects.filter(pk=user.pk).update(rights={"powers": ["import"]}, name="New name")

    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": "four plain words here"})

    kept = User.objects.get(pk=user.pk)
    assert kept.check_password("four plain words here")
    assert (kept.rights, kept.name) == ({"powers": ["import"]}, "New name")
    assert client.get("/settings/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "login/code/",
        "login/code/confirm/",
        "2fa/webauthn/signup/",
        "3rdparty/",
    ],
)
def test_pages_that_keen_does_not_open_do_not_exist(client, path: str) -> None:
    assert client.get(f"/account/{path}").status_code == 404
    assert client.post(f"/account/{path}", {"email": "x@nord.example"}).status_code == 404


def test_a_code_from_an_app_is_asked_for_after_the_password(client) -> None:
    user = make_user()
    Authenticator.objects.create(
        user=user, type="totp", data={"secret": SecondFactors().encrypt("JBSWY3DPEHPK3PXP")}
    )

    assert try_password(client, user.email, PASSWORD)["location"] == "/account/2fa/authenticate/"
    assert not is_signed_in(client)
    assert client.get("/settings/").status_code == 302
    assert "Incorrect code" in client.post("/account/2fa/authenticate/", {"code": "000000"}).content.decode()
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value("JBSWY3DPEHPK3PXP", counter))
    assert client.post("/account/2fa/authenticate/", {"code": code})["location"] == "/"
    assert is_signed_in(client)


def test_secrets_of_second_factors_are_unreadable_in_the_database() -> None:
    hidden = SecondFactors().encrypt("JBSWY3DPEHPK3PXP")

    assert "JBSWY3DPEHPK3PXP" not in hidden
    assert SecondFactors().decrypt(hidden) == "JBSWY3DPEHPK3PXP"


def test_a_passkey_is_asked_for_without_saying_who_has_one(client) -> None:
    answer = client.get("/account/2fa/webauthn/login/", headers={"accept": "application/json"})

    options = json.loads(answer.content)["request_options"]["publicKey"]
    assert options.get("allowCredentials", []) == []
    assert options["userVerification"] == "required" or options["challenge"]


def test_signing_out_elsewhere_keeps_this_session_alone(client) -> None:
    user, elsewhere = make_user(), Client()
    client.force_login(user)
    elsewhere.force_login(user)

    answer = client.post("/settings/sessions/end/")

    assert answer.status_code == 303
    assert 'data-outcome="saved"' in client.get(answer["location"]).content.decode()
    assert elsewhere.get("/settings/").status_code == 302


def test_the_demo_is_entered_with_one_click(client, settings, monkeypatch) -> None:
    monkeypatch.setattr(settings.KEEN, "demo", True)
    rep = make_user("sales_rep", password="", name="Maya Lindqvist")

    assert "Maya Lindqvist" in client.get(LOGIN).content.decode()
    assert client.post("/demo/enter", {"person": rep.pk, "next": "/settings/"})["location"] == "/settings/"
    assert client.session["_auth_user_id"] == str(rep.pk)


def test_the_demo_opens_nobody_who_has_a_password_or_was_closed_out(client, settings, monkeypatch) -> None:
    monkeypatch.setattr(settings.KEEN, "demo", True)
    made_up = ["0", "x", ""]
    chosen = [make_user("executive").pk, make_user("reader", password="", is_active=False).pk, *made_up]

    assert {client.post("/demo/enter", {"person": pk}).status_code for pk in chosen} == {404}
    assert not is_signed_in(client)


def test_a_visitor_of_the_demo_cannot_lock_its_people_up(client, settings, monkeypatch) -> None:
    monkeypatch.setattr(settings.KEEN, "demo", True)
    rep = make_user("sales_rep", password="")
    client.force_login(rep)

    assert client.post("/account/password/set/", {"password1": "four plain words here"}).status_code == 403
    assert not User.objects.get(pk=rep.pk).has_usable_password()


def test_without_the_demo_there_is_no_such_door(client) -> None:
    rep = make_user("sales_rep", password="", name="Maya Lindqvist")

    assert client.post("/demo/enter", {"person": rep.pk}).status_code == 404
    assert "Maya" not in client.get(LOGIN).content.decode()


def test_an_administrator_sees_the_app_as_somebody_else_and_changes_nothing(client) -> None:
    admin, rep = make_user("administrator"), make_user("sales_rep", name="Maya Lindqvist")
    client.force_login(admin)

    entered = client.post(f"/settings/people/{rep.pk}/act-as/")

    assert entered.status_code == 303
    page = client.get("/me/changes/").content.decode()
    assert "You see the app as <b>Maya Lindqvist</b>" in page
    assert client.get("/settings/people/").status_code == 403
    assert client.post("/settings/", {"name": "Changed"}).status_code == 403
    assert client.post("/settings/theme/", {"theme": "dark"}).status_code == 403
    assert set(User.objects.values_list("theme", flat=True)) == {""}
    seen = Change.objects.get(kind="user", record_id=rep.pk, verb="looked as")
    assert seen.actor_id == admin.pk
    assert client.post("/act-as/stop/")["location"] == f"/settings/people/{rep.pk}/"
    assert Change.objects.get(kind="user", record_id=rep.pk, verb="looked no longer").actor_id == admin.pk
    assert client.get("/settings/people/").status_code == 200


def test_nobody_looks_as_somebody_who_sees_more(client) -> None:
    small = make_user(make_role("small", records={"*": {"view": "own"}}, powers=["act_as"]))
    boss, rep = make_user("administrator"), make_user("sales_rep")
    client.force_login(small)

    assert client.post(f"/settings/people/{boss.pk}/act-as/").status_code == 403
    client.force_login(rep)
    assert client.post(f"/settings/people/{boss.pk}/act-as/").status_code == 403
    assert "acting_as" not in client.session


def test_looking_as_somebody_ends_when_they_may_do_more_than_oneself(client) -> None:
    admin = make_user(make_role("small", records={"*": {"view": "all"}}, powers=["act_as"]))
    rep = make_user(make_role("smaller", records={"*": {"view": "all"}}))
    client.force_login(admin)
    client.post(f"/settings/people/{rep.pk}/act-as/")
    assert "and cannot change anything" in client.get("/me/changes/").content.decode()

    rep.roles.add(make_role("strong", powers=["users.manage"]))
    refresh_rights([rep])

    assert "and cannot change anything" not in client.get("/me/changes/").content.decode()
    assert client.get("/settings/people/").status_code == 403
    assert "acting_as" not in client.session


def test_looking_as_somebody_ends_when_the_power_is_taken(client) -> None:
    admin, rep = make_user("administrator"), make_user("sales_rep")
    client.force_login(admin)
    client.post(f"/settings/people/{rep.pk}/act-as/")
    User.objects.filter(pk=admin.pk).update(rights={})

    assert "and cannot change anything" not in client.get("/me/changes/").content.decode()
