"""Setting up web forms: each step with a receipt, and taken back."""

from typing import Any

import pytest
from django.test import Client

from keen.core.domain.receipts import Receipt
from keen.core.models import Operation
from keen.sales.models import WebForm
from tests.factories.records import undo
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


def receipt_of(user: Any) -> Any:
    rows = Operation.objects.filter(actor=user, undo_until__isnull=False)
    return Receipt.from_json(rows.latest("at").receipt)


def test_a_form_is_set_up_changed_closed_and_taken_back(client: Client, admin: Any, team: Any) -> None:
    client.force_login(admin)
    assert client.get("/settings/forms/").status_code == 200
    assert client.get("/settings/forms/new/").status_code == 200
    wish = {
        "name": "Fair",
        "fields": ["emails", "company"],
        "required": ["emails"],
        "team": team.pk,
        "sites": "www.nord.example",
    }
    refused = client.post("/settings/forms/new/", {**wish, "promised_hours": "soon"})
    assert refused.status_code == 422
    assert 'value="soon"' in refused.content.decode()

    assert_receipt(client.post("/settings/forms/new/", wish), undo=True, says="Form Fair added.")
    row = WebForm.objects.get()
    assert row.sites == ["https://www.nord.example"]
    assert [(one["name"], one["required"]) for one in row.fields] == [
        ("last_name", True),
        ("company", False),
        ("emails", True),
    ]
    assert "&lt;iframe src=" in client.get(f"/settings/forms/{row.key}/").content.decode()

    assert_receipt(client.post(f"/settings/forms/{row.key}/", {**wish, "name": "Fair 2027"}), undo=True)
    undo(admin, receipt_of(admin))
    row.refresh_from_db()
    assert row.name == "Fair"
    assert_receipt(client.post(f"/settings/forms/{row.key}/archive/"), undo=True)
    row.refresh_from_db()
    assert row.archived_at
