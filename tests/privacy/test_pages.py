"""The pages about personal data: who opens them, what they do, what they say when something is wrong."""

import pytest
from django.utils import timezone

from keen.core.domain.roles import ROLES
from keen.core.models import User
from keen.people.models import Contact
from keen.privacy.actions.consent import Given, note_consent
from keen.privacy.models import Consent, Erasure, RetentionRule
from tests.factories.activities import client_of, words
from tests.factories.core import make_role, make_user
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


def test_pages_open_for_whom_they_are(owner: User, boss: User, stranger: User, contact: Contact) -> None:
    rule = RetentionRule.objects.create(name="Old", record_kind="contact", months=36, set_at=timezone.now())

    def status(user: User, address: str) -> int:
        return client_of(user).get(address).status_code

    own = f"/privacy/contact/{contact.pk}/"
    assert [status(user, own) for user in (owner, boss, stranger)] == [200, 200, 404]
    for address in (
        "/settings/privacy/",
        f"/settings/privacy/rules/{rule.pk}/",
        f"/settings/privacy/former/{owner.pk}/",
    ):
        assert [status(user, address) for user in (owner, boss)] == [403, 200]
    assert status(owner, "/settings/me/data/") == 200


def test_without_the_power_nothing_but_consent_is_offered(owner: User, contact: Contact) -> None:
    client = client_of(owner)

    page = words(client.get(f"/privacy/contact/{contact.pk}/"))
    answers = [
        client.post(f"/privacy/contact/{contact.pk}/{end}").status_code
        for end in ("erase/", "file/", "asked/", "restriction/set/", "hold/lift/")
    ]

    assert "Erase for good" not in page
    assert "Write it down" in page
    assert answers == [403] * 5


def test_a_no_is_one_click_on_the_contact_s_page(owner: User, contact: Contact) -> None:
    client = client_of(owner)
    given = {"channel": "email", "granted": "no", "basis": "objection", "next": f"/contacts/{contact.pk}/"}

    answer = client.post(f"/privacy/contact/{contact.pk}/consent/", given)

    assert_receipt(answer, undo=False, says="no longer reached by e-mail")
    page = words(client.get(f"/contacts/{contact.pk}/"))
    assert "May we get in touch?" in page
    assert "E-mail: no" in page


def test_a_consent_without_a_source_comes_back_with_what_was_typed(owner: User, contact: Contact) -> None:
    given = {"channel": "phone", "granted": "yes", "basis": "consent", "wording": "Version 7"}

    answer = client_of(owner).post(f"/privacy/contact/{contact.pk}/consent/", given)

    assert answer.status_code == 422
    assert "Say where the consent came from" in words(answer)
    assert 'value="Version 7"' in words(answer)
    assert not Consent.objects.exists()


def test_erasing_asks_for_the_name_and_ends_on_the_list(boss: User, contact: Contact) -> None:
    client = client_of(boss)

    wrong = client.post(f"/privacy/contact/{contact.pk}/erase/", {"confirmed": "Amira"})
    right = client.post(f"/privacy/contact/{contact.pk}/erase/", {"confirmed": "amira  haddad"})

    assert wrong.status_code == 422
    assert "Type the name exactly" in words(wrong)
    assert_receipt(right, undo=False, says="A contact was erased.")
    assert Erasure.objects.get().record_id == contact.pk
    assert "Haddad" not in words(client.get("/settings/privacy/"))


def test_a_former_colleague_is_erased_by_name(boss: User) -> None:
    user = make_user("sales_rep", name="Jonas Brandt")
    User.objects.filter(pk=user.pk).update(is_active=False)
    client = client_of(boss)

    wrong = client.post(f"/settings/privacy/former/{user.pk}/", {"confirmed": "Jonas"})
    right = client.post(f"/settings/privacy/former/{user.pk}/", {"confirmed": "Jonas Brandt"})

    assert wrong.status_code == 422
    assert_receipt(right, undo=False, says="A former colleague was erased.")


def test_a_channel_whose_field_is_hidden_is_not_told(owner: User, contact: Contact) -> None:
    note_consent(
        actor=owner.actor(), contact_id=contact.pk, given=Given(channel="email", granted=False, source="Fair")
    )
    grants = {**ROLES["sales_rep"], "hidden": {"contact": ["email_opt_out"]}}
    blind = make_user(
        make_role("blind", **{name: grants[name] for name in ("records", "powers", "hidden")}), owner.team
    )

    pages = [
        words(client_of(blind).get(address))
        for address in (f"/contacts/{contact.pk}/", f"/privacy/contact/{contact.pk}/")
    ]

    assert not [page for page in pages if "E-mail: no" in page or "Fair" in page]
    assert "E-mail: no" in words(client_of(owner).get(f"/contacts/{contact.pk}/"))
