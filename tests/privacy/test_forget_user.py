"""Somebody who used to sign in becomes nameless."""

from pathlib import Path

import pytest

from keen.activities.actions.about import About
from keen.activities.actions.log import Note, write_note
from keen.activities.models import Activity
from keen.core.models import User
from keen.lib.errors import RuleError
from keen.privacy.actions.erasure import erase_user
from keen.privacy.actions.sweep import sweep
from keen.privacy.models import Erasure
from tests.factories.core import make_user
from tests.factories.people import make_contact
from tests.factories.privacy import CANARIES, dump

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_former_colleague_becomes_nameless(boss: User, data: Path) -> None:
    user = make_user("sales_rep", name="Zanzibartfast Quaxelburg", email="zanzi.q@vogelfrei.example")
    contact = make_contact(owner=user)
    write_note(actor=user.actor(), about=About("contact", contact.pk), note=Note(text="Rang her"))

    with pytest.raises(RuleError) as active:
        erase_user(actor=boss.actor(), user_id=user.pk, confirmed=user.name)
    User.objects.filter(pk=user.pk).update(is_active=False)
    _, erasure_id = erase_user(actor=boss.actor(), user_id=user.pk, confirmed=user.name)
    sweep(Erasure.objects.get(pk=erasure_id))

    assert active.value.code == "still_active"
    user.refresh_from_db()
    assert user.name == f"Former colleague {user.pk}"
    assert not user.has_usable_password()
    assert Activity.objects.get().owner_id == user.pk
    left = {(name, canary) for name, text in dump().items() for canary in CANARIES if canary in text}
    assert left == set()
