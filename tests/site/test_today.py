"""Today of who looks after the installation, and of who looks after its data."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from keen.core.models import Backup
from keen.people.models import Contact
from keen.records.models import ImportRun
from tests.factories.activities import client_of, words
from tests.factories.adoption import make_mode
from tests.factories.core import make_user
from tests.factories.orders import make_paper
from tests.factories.people import make_contact
from tests.factories.sales import make_opportunity


def test_the_checklist_leads_until_it_is_done_then_what_failed(owner: Any) -> None:
    client = client_of(make_user("administrator", owner.team))

    assert "Bring your contacts in" in words(client.get("/"))
    make_contact("Amira Haddad", owner=owner, team=owner.team)
    assert "Bring in orders and invoices" in words(client.get("/"))
    page = words(client.get("/"))
    assert "Setting up: 3 of 7 steps are done" in page
    assert words(client_of(owner).get("/")).count("Setting up") == 0


def test_failed_imports_and_old_backups_come_first_when_all_is_set_up(owner: Any) -> None:
    admin = make_user("administrator", owner.team)
    make_contact("Amira Haddad", owner=owner, team=owner.team)
    make_opportunity(owner=owner, team=owner.team)
    make_mode("team")
    admin.rights = {**admin.rights, "powers": [p for p in admin.rights["powers"] if p != "orders.feed"]}
    admin.save()
    now = timezone.now()
    Backup.objects.create(started_at=now - timedelta(days=9), finished_at=now - timedelta(days=9), place="a")
    ImportRun.objects.create(
        owner=admin, kind="contact", name="people.csv", path="x", size=1, sha256="0" * 64, state="failed",
        seen_at=now, created_at=now,
    )  # fmt: skip

    page = words(client_of(admin).get("/"))

    assert "The backup wants a look" in page
    assert "1 import failed" in page
    assert "Setting up" not in page


def test_who_looks_after_the_data_finds_what_waits_to_be_put_right(owner: Any) -> None:
    make_contact("Selin Kaya", emails=["selin@vela.example"], owner=owner, team=owner.team)
    make_contact("S. Kaya", emails=["selin@vela.example"], owner=owner, team=owner.team)
    make_contact("Nobody Has", owner=None)
    make_paper("order", customer_number="K-77", customer_name="Unknown Ltd")
    client = client_of(make_user("data_steward", owner.team))

    page = client.get("/").content.decode()

    assert "1 customer waits for an account" in page
    assert "1 contact has no owner" in page
    assert "They share the same e-mail address" in page
    one, other = Contact.objects.filter(email="selin@vela.example").order_by("pk")
    address = f"/contacts/{one.pk}/merge/{other.pk}/"
    assert address in page
    assert client.get(address).status_code == 200
    assert "They share" not in client_of(owner).get("/").content.decode()
