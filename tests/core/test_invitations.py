"""Invitations: one link, one person, once."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from keen.core.actions.invitations import Sent, Welcome, accept, ask_again, invite, renew, revoke
from keen.core.actions.people import deactivate
from keen.core.actions.rights import ensure_roles
from keen.core.domain.roster import invitees
from keen.core.jobs.mail import send_mail
from keen.core.models import Change, Invitation, Notice, Role, User
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from tests.core.test_people import assert_told, expected_rights, rights_of
from tests.factories.core import PASSWORD, make_role, make_team, make_user


@pytest.fixture
def admin(db: None) -> User:
    return make_user("administrator", name="Ines Okafor", email="ines@nord.example")


def invited(admin: User, pasted: str = "Sam Okoye <sam@nord.example>", *keys: str) -> Sent:
    roles = [ensure_roles()[key] for key in keys or ("sales_rep",)]
    sent, _ = invite(
        actor=admin.actor(), people=invitees(pasted), welcome=Welcome(roles=roles, message="Because.")
    )
    return sent[0]


def test_an_invitation_keeps_the_hash_of_its_token_alone(admin: User) -> None:
    team, role = make_team(), ensure_roles()["sales_rep"]
    welcome = Welcome(team=team, roles=[role], message=" Because. ")

    sent, receipt = invite(actor=admin.actor(), people=invitees("Sam <sam@nord.example>"), welcome=welcome)

    row = Invitation.objects.get()
    assert (row.email, row.name, row.team, row.message) == ("sam@nord.example", "Sam", team, "Because.")
    assert [kept.key for kept in row.roles.all()] == ["sales_rep"]
    assert len(sent[0].token) >= 43  # 32 bytes
    assert sent[0].token not in str(vars(row))
    assert not Change.objects.filter(after__icontains=sent[0].token).exists()
    assert_told(receipt)


def test_who_has_an_account_is_not_invited_again(admin: User) -> None:
    make_user(email="ben@nord.example")

    sent, receipt = invite(
        actor=admin.actor(),
        people=invitees("BEN@nord.example, sam@nord.example"),
        welcome=Welcome(roles=[ensure_roles()["reader"]]),
    )

    assert [one.invitation.email for one in sent] == ["sam@nord.example"]
    assert receipt.also == ("ben@nord.example has an account already",)


def test_a_second_invitation_ends_the_first(admin: User) -> None:
    first, second = invited(admin), invited(admin)

    with pytest.raises(RuleError):
        accept(token=first.token, name="", password=PASSWORD)

    assert accept(token=second.token, name="", password=PASSWORD).email == "sam@nord.example"


def test_nobody_invites_beyond_their_own_rights(db: None) -> None:
    team_admin = make_user(make_role("team_admin", records={"*": {"view": "team"}}, powers=["users.manage"]))

    with pytest.raises(ForbiddenError):
        invited(team_admin, "Sam <sam@nord.example>", "administrator")

    assert not Invitation.objects.exists()


@pytest.mark.parametrize("pasted", ["", "Ana", "ana@", ", ".join(f"p{n}@nord.example" for n in range(201))])
def test_an_unreadable_or_endless_list_invites_nobody(admin: User, pasted: str) -> None:
    with pytest.raises(RuleError) as refused:
        invited(admin, pasted)

    assert refused.value.field == "people"
    assert not Invitation.objects.exists()


def test_who_joins_has_the_team_roles_and_password_of_the_invitation(admin: User) -> None:
    sent = invited(admin)

    user = accept(token=sent.token, name=" Samuel ", password=PASSWORD)

    assert (user.name, user.email) == ("Samuel", "sam@nord.example")
    assert user.check_password(PASSWORD)
    assert rights_of(user) == expected_rights(user)
    assert set(Change.objects.filter(actor=user).values_list("kind", flat=True)) == {"user", "invitation"}


def test_a_link_works_once(admin: User) -> None:
    sent = invited(admin)
    accept(token=sent.token, name="", password=PASSWORD)

    with pytest.raises(RuleError, match="used before"):
        accept(token=sent.token, name="", password="another long password")

    assert User.objects.filter(email="sam@nord.example").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_open_the_link_at_once_make_one_account() -> None:
    sent = invited(make_user("administrator"))
    start, outcomes = Barrier(2), []

    def join() -> None:
        start.wait()
        try:
            outcomes.append(accept(token=sent.token, name="", password=PASSWORD).email)
        except RuleError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=join) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["invitation_used", "sam@nord.example"]
    assert User.objects.filter(email="sam@nord.example").count() == 1


def test_a_link_ends_with_its_time(admin: User) -> None:
    sent = invited(admin)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(RuleError, match="too old"):
        accept(token=sent.token, name="", password=PASSWORD)


def test_links_of_who_leaves_are_withdrawn_and_noted_each(admin: User) -> None:
    sent, other = invited(make_user("administrator")), invited(admin, "Ada <ada@nord.example>")
    leaving = sent.invitation.invited_by

    deactivate(actor=admin.actor(), user=leaving)

    noted = Change.objects.filter(kind="invitation", verb="revoked")
    assert [(one.record_id, one.actor_id) for one in noted] == [(sent.invitation.pk, admin.pk)]
    with pytest.raises(RuleError):
        accept(token=sent.token, name="Sam", password=PASSWORD)
    assert accept(token=other.token, name="Ada\nLovelace", password=PASSWORD).name == "Ada Lovelace"


def test_a_withdrawn_link_is_dead(admin: User) -> None:
    sent = invited(admin)

    assert_told(revoke(actor=admin.actor(), invitation=sent.invitation))

    with pytest.raises(RuleError):
        accept(token=sent.token, name="", password=PASSWORD)


def test_a_new_link_replaces_the_old_one(admin: User) -> None:
    old = invited(admin)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=3))

    new, receipt = renew(actor=admin.actor(), invitation=old.invitation)

    with pytest.raises(NotVisibleError):
        accept(token=old.token, name="", password=PASSWORD)
    assert accept(token=new.token, name="", password=PASSWORD).name == "Sam Okoye"
    assert_told(receipt)


def test_a_link_of_somebody_who_left_is_dead(admin: User) -> None:
    other = make_user("administrator")
    sent = invited(other)
    deactivate(actor=admin.actor(), user=other)

    with pytest.raises(RuleError):
        accept(token=sent.token, name="", password=PASSWORD)


def test_a_role_that_grew_meanwhile_is_not_given_by_who_could_not_give_it(admin: User) -> None:
    """What counts are the rights of the moment in which somebody joins."""
    team_admin = make_user(make_role("team_admin", records={"*": {"view": "team"}}, powers=["users.manage"]))
    role = make_role("small", records={"*": {"view": "own"}})
    sent, _ = invite(
        actor=team_admin.actor(), people=invitees("s@nord.example"), welcome=Welcome(roles=[role])
    )
    Role.objects.filter(pk=role.pk).update(grants={"powers": ["audit.view"]})

    with pytest.raises(ForbiddenError):
        accept(token=sent[0].token, name="", password=PASSWORD)

    assert not User.objects.filter(email="s@nord.example").exists()
    assert Invitation.objects.get().accepted_at is None


def test_an_unknown_token_is_nobodys(db: None) -> None:
    with pytest.raises(NotVisibleError):
        accept(token="made-up", name="", password=PASSWORD)


def test_asking_again_tells_the_one_who_invited_once(admin: User) -> None:
    sent = invited(admin)

    for _ in range(3):
        ask_again(token=sent.token)

    assert list(Notice.objects.values_list("user_id", "text")) == [
        (admin.pk, "Sam Okoye asks for a new invitation")
    ]


def test_the_mail_of_an_invitation_is_a_persons_and_leads_home_whatever_the_host_says(
    admin: User, client, settings, monkeypatch
) -> None:
    monkeypatch.setattr(settings.KEEN, "base_url", "https://crm.nord.example")
    settings.ALLOWED_HOSTS = ["*"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client.force_login(admin)
    role = ensure_roles()["sales_rep"]
    asked = {"people": "Sam Okoye <sam@nord.example>", "roles": [role.pk], "message": "So no more slides."}

    answer = client.post("/settings/people/invite/", asked, headers={"host": "evil.example"})

    assert answer.status_code == 303
    page = client.get(answer["location"]).content.decode()
    assert 'data-outcome="saved"' in page
    assert "Sam Okoye" in page
    run_mail_tasks()
    (letter,) = mail.outbox
    assert (letter.to, letter.reply_to) == (["sam@nord.example"], ["ines@nord.example"])
    assert letter.subject == "Ines Okafor invites you to Keen"
    assert "So no more slides." in letter.body
    assert "evil" not in letter.body
    link = next(word for word in letter.body.split() if "/join/" in word)
    assert link.startswith("https://crm.nord.example/join/")


def test_the_page_of_a_link_lets_one_person_in_once(admin: User, client) -> None:
    path = f"/join/{invited(admin).token}/"

    shown = client.get(path).content.decode()
    assert "Ines Okafor" in shown
    assert "Because." in shown
    assert client.post(path, {"password": "short"}).status_code == 422
    assert client.post(path, {"password": PASSWORD})["location"] == "/"
    assert client.session["_auth_user_id"] == str(User.objects.get(email="sam@nord.example").pk)
    client.logout()
    assert client.get(path).status_code == 410


def test_the_page_of_a_used_up_link_offers_a_new_one_in_one_tap(admin: User, client) -> None:
    sent = invited(admin)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))

    assert "Ask for a new link" in client.get(f"/join/{sent.token}/").content.decode()
    assert client.post(f"/join/{sent.token}/ask/").status_code == 200

    assert Notice.objects.filter(user=admin).count() == 1
    assert client.get("/join/made-up/").status_code == 404
    assert client.post("/join/made-up/ask/").status_code == 404


def run_mail_tasks() -> None:
    """What the worker does with the mail that waits."""
    from django_tasks_db.models import DBTaskResult

    for row in DBTaskResult.objects.filter(task_path=send_mail.module_path):
        send_mail.func(**row.args_kwargs["kwargs"])
