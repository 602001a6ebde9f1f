"""An erasure reaches fields of one's own: the person's values, and their name beside the links of others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from keen.core.models import Change
from keen.people.models import Contact
from keen.privacy.actions.erasure import Wish, erase_contact
from tests.factories.core import make_user
from tests.factories.fields import make_field
from tests.factories.records import create

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[None]:
    """A place of its own for what is written down of erasures."""
    before, settings.KEEN.data = settings.KEEN.data, tmp_path
    yield
    settings.KEEN.data = before


def test_values_and_the_name_beside_links_are_gone(journal: None) -> None:
    boss = make_user("administrator")
    make_field("Nickname")
    make_field("Broker", type="link", to="contact")
    gone = create(boss, last_name="Quaxelburg", x_nickname="Quaxi").record
    other = create(boss, last_name="Bystander", x_broker=str(gone.pk)).record
    assert Contact.objects.get(pk=other.pk).x_broker_title == "Quaxelburg"
    erase_contact(actor=boss.actor(), contact_id=gone.pk, confirmed="Quaxelburg", wish=Wish())
    assert Contact.objects.get(pk=gone.pk).own is None
    assert Contact.objects.get(pk=other.pk).x_broker_title == ""
    told = str(list(Change.objects.values_list("before", "after")))
    assert "Quax" not in told
