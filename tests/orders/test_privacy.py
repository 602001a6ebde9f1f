"""What was read of a person goes with them, and is in the file about them."""

import json
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from keen.orders.actions import folder
from keen.orders.models import Customer, Order
from keen.privacy.actions.erasure import erase_contact
from keen.privacy.actions.sweep import sweep
from keen.privacy.models import Erasure
from keen.privacy.queries.access import everything
from keen.privacy.queries.subjects import person_of
from tests.factories.orders import bring

pytestmark = pytest.mark.django_db(transaction=True)
TOLD = {
    "kind": "order", "number": "SO-1", "customer_name": "Amira Haddad", "email": "amira@vela.example", "on": "2026-11-01",
    "reference": "call Amira Haddad", "gross": "5",
}  # fmt: skip


def test_names_and_addresses_as_sent_are_erased_and_do_not_come_back(
    steward: Any, vela: Any, amira: Any
) -> None:
    bring(TOLD)
    held = json.dumps(everything(person_of(amira), steward.actor()), default=str)
    assert '"number": "SO-1"' in held

    _, erasure_id = erase_contact(actor=steward.actor(), contact_id=amira.pk, confirmed="Amira Haddad")
    sweep(Erasure.objects.get(pk=erasure_id))

    kept = str([*Order.objects.values(), *Customer.objects.values()])
    assert "amira" not in kept.lower()
    assert (Order.objects.get().gross, Order.objects.get().account_id) == (5, vela.pk)
    bring(TOLD)
    assert Order.objects.get().account_id == vela.pk
    bring({**TOLD, "number": "SO-2"})
    assert "amira" not in str([*Order.objects.values("email"), *Customer.objects.values("email")]).lower()


def erased(steward: Any, person: Any) -> Erasure:
    _, erasure_id = erase_contact(actor=steward.actor(), contact_id=person.pk, confirmed=person.title)
    sweep(Erasure.objects.get(pk=erasure_id))
    return Erasure.objects.get(pk=erasure_id)


def test_a_customer_who_was_erased_stays_a_number_and_a_company_keeps_its_name(
    steward: Any, vela: Any, amira: Any
) -> None:
    theirs = {**TOLD, "customer_number": "B2C-77", "lines": [{"text": "for Amira", "article": "A1"}]}
    company = {**TOLD, "number": "C", "customer_number": "K-4711", "customer_name": "Vela Foods"}
    bring(theirs, company)
    erased(steward, amira)

    bring(theirs, {**theirs, "email": ""}, {**theirs, "number": "N", "email": ""}, company)

    rows = {row["number"]: row for row in Order.objects.values()}
    told = str([*rows.values(), *Customer.objects.values()]).lower()
    assert "amira" not in told
    assert rows["SO-1"]["lines"][0]["article"] == "A1"
    assert (rows["C"]["customer_name"], rows["C"]["gross"]) == ("Vela Foods", 5)


def test_files_that_were_read_and_files_that_were_dropped_are_searched_too(
    steward: Any, amira: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(settings.KEEN, "data", tmp_path)
    monkeypatch.setattr(settings, "MEDIA_ROOT", str(tmp_path / "uploads"))
    kept = folder.place() / "done" / "other.csv"
    naming = (
        kept.with_name("a.csv"),
        folder.place() / "failed" / "b.csv",
        tmp_path / "uploads" / "imports" / "c",
    )
    for path in (kept, *naming):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("A;amira@vela.example;5" if path in naming else "A;jo@other.example;5")
    with zipfile.ZipFile(kept.with_name("d.xlsx"), "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", "<t>amira@vela.example</t>" * 9)

    erased(steward, amira)

    assert [path for path in tmp_path.rglob("*.*") if path.suffix in {".csv", ".xlsx"}] == [kept]
    assert not naming[2].exists()
    later = time.time() + folder.KEPT.total_seconds() + 9
    monkeypatch.setattr(folder.time, "time", lambda: later)
    assert (folder.forget_old(), kept.exists()) == (1, False)
