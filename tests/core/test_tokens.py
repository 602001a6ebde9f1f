"""Tokens for programs: made by their owners alone, shown once, kept as a hash, ended at any time."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keen.core.actions import tokens
from keen.core.actions.operations import AlreadyDoneError
from keen.core.actions.tokens import MOST_TOKENS, Wish, make_token, revoke_token
from keen.core.models import ApiToken, Change, Operation, User
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from tests.factories.core import PASSWORD, make_team, make_user
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db
WISH = Wish(name="Nightly sync", scopes={"contact": "read"})


@pytest.fixture
def person() -> User:
    return make_user("sales_rep", make_team())


def browser(user: Any) -> Client:
    """A browser in which the person has just shown who they are."""
    client = Client()
    client.force_login(user)
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    return client


def page(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_token_is_kept_as_a_hash_and_told_once(person: User) -> None:
    made, receipt = make_token(actor=person.actor(), owner=person, wish=WISH)

    assert made.row.token_hash == sha256(made.token.encode()).hexdigest()
    assert made.row.scopes == {"contact": "read"}
    assert made.row.expires_at - made.row.created_at == timedelta(days=90)
    assert made.row.hint == made.token[:9]
    stored = [*ApiToken.objects.values(), *Operation.objects.values(), *Change.objects.values()]
    assert made.token not in repr(stored)
    assert made.token not in repr(receipt)
    (change,) = Change.objects.filter(kind="token")
    assert (change.verb, change.after["owner"]) == ("created", person.pk)


def test_nobody_makes_one_in_a_session_that_was_left_open(person: User, settings: Any) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    left_open, form = Client(), {"name": "Nightly sync", "may_contact": "read", "days": "90"}
    left_open.force_login(person)

    refused = left_open.post("/settings/tokens/", form)
    shown = page(left_open.get("/settings/tokens/"))
    assert (refused.status_code, ApiToken.objects.count()) == (302, 0)
    assert refused["Location"] == f"{reverse('account_reauthenticate')}?next=%2Fsettings%2Ftokens%2F"
    assert "Show that it is you" in shown
    assert 'name="days"' not in shown
    answer = left_open.post(refused["Location"], {"password": PASSWORD})
    assert answer["Location"] == "/settings/tokens/"
    assert left_open.post("/settings/tokens/", form).status_code == 200
    assert ApiToken.objects.count() == 1

    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert left_open.post("/settings/tokens/", form | {"name": "Another"}).status_code == 302
    assert ApiToken.objects.count() == 1


def test_the_same_form_sent_twice_makes_one_token(person: User) -> None:
    make_token(actor=person.actor(), owner=person, wish=WISH, once="form-1")

    with pytest.raises(AlreadyDoneError):
        make_token(actor=person.actor(), owner=person, wish=WISH, once="form-1")
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish(name="  ", scopes={"contact": "read"}), "missing"),
        (Wish(name="A"), "no_scope"),
        (Wish(name="A", scopes={"contact": ""}), "no_scope"),
        (Wish(name="A", scopes={"user": "read"}), "unknown_kind"),
        (Wish(name="A", scopes={"*": "read"}), "unknown_kind"),
        (Wish(name="A", scopes={"contact": "administer"}), "unknown_level"),
        (Wish(name="A", scopes={"contact": "read"}, days=0), "days"),
        (Wish(name="A", scopes={"contact": "read"}, days=366), "days"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(person: User, wish: Wish, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        make_token(actor=person.actor(), owner=person, wish=wish)

    assert refused.value.code == code
    assert not ApiToken.objects.exists()


def test_nobody_makes_or_ends_the_token_of_another(person: User) -> None:
    other = make_user("sales_manager", person.team)
    made, _ = make_token(actor=person.actor(), owner=person, wish=WISH)

    with pytest.raises(ForbiddenError):
        make_token(actor=other.actor(), owner=person, wish=WISH)
    with pytest.raises(NotVisibleError):
        revoke_token(actor=other.actor(), token_id=made.row.pk)
    with pytest.raises(ForbiddenError):
        make_token(actor=person.actor(acting_by=other.pk), owner=person, wish=WISH)


def test_who_manages_people_ends_any_token(person: User) -> None:
    made, _ = make_token(actor=person.actor(), owner=person, wish=WISH)
    admin = make_user("administrator", person.team)
    revoke_token(actor=admin.actor(), token_id=made.row.pk)

    made.row.refresh_from_db()
    assert not made.row.is_live(timezone.now())


def test_there_are_so_many_tokens_and_no_more(person: User) -> None:
    for _ in range(MOST_TOKENS):
        make_token(actor=person.actor(), owner=person, wish=WISH)

    with pytest.raises(RuleError, match="At most"):
        make_token(actor=person.actor(), owner=person, wish=WISH)


def test_who_cannot_sign_in_has_nothing_that_acts_for_them(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)

    with pytest.raises(RuleError):
        make_token(actor=tokens_actor(), owner=person, wish=WISH)


def tokens_actor() -> Any:
    from keen.core.domain.actor import SYSTEM

    return SYSTEM


def test_the_page_shows_a_new_token_once(person: User) -> None:
    client = browser(person)
    form = {"name": "Nightly sync", "may_contact": "write", "may_account": "", "days": "30", "_once": "f-1"}
    answer = client.post("/settings/tokens/", form)

    text = page(answer)
    row = ApiToken.objects.get()
    assert row.scopes == {"contact": "write"}
    assert text.count(row.hint) >= 1
    assert 'value="keen_' in text
    assert answer["Cache-Control"] == "no-store"
    assert_receipt(answer, undo=False, says="is made")
    again = client.post("/settings/tokens/", form)
    assert again.status_code == 422
    assert 'value="keen_' not in page(again)
    assert 'value="keen_' not in page(client.get("/settings/tokens/"))
    assert ApiToken.objects.count() == 1


def test_the_page_says_what_to_mend_and_keeps_what_was_typed(person: User) -> None:
    answer = browser(person).post("/settings/tokens/", {"name": "Sync", "days": "90"})

    assert answer.status_code == 422
    assert "Choose at least one kind of record" in page(answer)
    assert 'value="Sync"' in page(answer)


def test_the_page_ends_a_token_with_a_receipt(person: User) -> None:
    made, _ = make_token(actor=person.actor(), owner=person, wish=WISH)
    client = browser(person)
    assert "Nightly sync" in page(client.get("/settings/tokens/"))

    assert_receipt(client.post(f"/settings/tokens/{made.row.pk}/revoke/"), undo=False, says="is revoked")

    made.row.refresh_from_db()
    assert made.row.revoked_at is not None
    other = browser(make_user("sales_rep", person.team))
    assert other.post(f"/settings/tokens/{made.row.pk}/revoke/").status_code == 404


def test_the_pages_are_for_those_who_have_signed_in() -> None:
    assert Client().get("/settings/tokens/").status_code == 302
    assert Client().post("/settings/tokens/1/revoke/").status_code == 302


def test_use_is_noted_at_most_once_a_minute(person: User) -> None:
    made, _ = make_token(actor=person.actor(), owner=person, wish=WISH)
    tokens.note_use(made.row)
    made.row.refresh_from_db()
    first = made.row.last_used_at
    tokens.note_use(made.row)
    made.row.refresh_from_db()

    assert first is not None
    assert made.row.last_used_at == first


def test_the_audit_trail_tells_of_tokens(person: User) -> None:
    made, _ = make_token(actor=person.actor(), owner=person, wish=WISH)
    revoke_token(actor=person.actor(), token_id=made.row.pk)

    text = page(browser(make_user("administrator", person.team)).get("/audit/?kind=token"))

    assert "Token “Nightly sync” is made." in text
    assert "Token “Nightly sync” is revoked." in text
    assert made.token not in text
