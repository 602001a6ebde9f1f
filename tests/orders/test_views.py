"""Pages of orders: the file that is dropped, the tray, what accounts and Today show."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from keen.orders.domain.samples import FORMS
from keen.orders.models import Customer, Intake, Invoice, Order
from keen.orders.views import drop as drop_page
from keen.records.importing import files as uploads
from keen.records.queries.imports import file_paths
from tests.factories.orders import bring, make_paper
from tests.factories.records import browser, html

pytestmark = pytest.mark.django_db


def csv_of(form: str) -> str:
    """The template of the form with its sample rows."""
    return "\n".join(";".join(row) for row in FORMS[form].rows)


def drop(client: Any, text: str, name: str = "orders.csv") -> Any:
    given = SimpleUploadedFile(name, text.encode(), "text/csv")
    return client.post("/orders/drop/", {"file": given, "system": "ERP"})


def test_a_file_is_checked_brought_in_and_taken_back(steward: Any, vela: Any, files: Path) -> None:
    client = browser(steward)
    answer = drop(client, csv_of("orders"))
    intake = Intake.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/orders/drop/{intake.pk}/")

    page = html(client.get(f"/orders/drop/{intake.pk}/"))
    assert "1 new orders, with 2 lines" in page
    assert "1 customer is an account here" in page
    assert not Order.objects.exists()

    assert client.post(f"/orders/drop/{intake.pk}/load/").status_code == 303
    order = Order.objects.get()
    assert (order.account_id, len(order.lines), order.carrier) == (vela.pk, 2, "DHL")

    assert client.post(f"/orders/drop/{intake.pk}/undo/").status_code == 303
    assert not Order.objects.living().exists()
    drop(client, csv_of("orders"))
    client.post(f"/orders/drop/{Intake.objects.latest('pk').pk}/load/")
    assert Order.objects.living().get().pk == order.pk


def test_what_cannot_be_read_stays_out_with_its_reason(steward: Any, files: Path) -> None:
    client = browser(steward)
    drop(client, "Order number;Customer;Total\nA-1;Vela;12,50\nA-2;Vela;twelve\n;Vela;1,00\n")
    intake = Intake.objects.get()

    client.post(f"/orders/drop/{intake.pk}/load/")

    intake.refresh_from_db()
    assert intake.counts == {"created": 1, "refused": 2}
    page = html(client.get(f"/orders/drop/{intake.pk}/"))
    assert "is no amount" in page
    rejects = b"".join(client.get(f"/orders/drop/{intake.pk}/not-read/").streaming_content).decode()
    assert "A-2,Vela,twelve" in rejects


def test_a_file_without_numbers_is_asked_about_and_then_read(steward: Any, files: Path) -> None:
    client = browser(steward)
    drop(client, "Thing;Whom;Total\nA-1;Vela;12,50\n")
    at = f"/orders/drop/{Intake.objects.get().pk}/"

    assert client.get(at).status_code == 422
    answer = client.post(
        at, {"kind": "order", "was": "order", "c-0": "number", "c-1": "customer_name", "c-2": "gross"}
    )

    assert answer.status_code == 200
    assert "1 new orders" in html(answer)


def test_columns_that_are_not_there_are_left_out(steward: Any, files: Path) -> None:
    client = browser(steward)
    drop(client, "Order number;Total\nA-1;12,50\n")
    at = f"/orders/drop/{Intake.objects.get().pk}/"

    wrong = {"c-99": "reference", "c-x": "status", "c--1": "carrier", "c-0": "number"}
    assert client.post(at, {"kind": "order", "was": "order", **wrong}).status_code == 200
    assert Intake.objects.get().mapping == {"0": "number"}


def test_a_dropped_file_is_kept_until_it_is_in_and_its_loss_is_told(
    steward: Any, files: Path, monkeypatch: Any, settings: Any
) -> None:
    client = browser(steward)
    drop(client, "Order number;Total\nA-1;12,50\n")
    intake = Intake.objects.get()
    path = Path(settings.MEDIA_ROOT) / intake.path
    assert uploads.sweep(file_paths(), timezone.now() + timedelta(days=9)) == 0

    client.post(f"/orders/drop/{intake.pk}/load/")
    assert (Order.objects.count(), path.exists()) == (1, False)

    drop(client, "Order number;Total\nB-1;12,50\n")
    lost = Intake.objects.latest("pk")
    (Path(settings.MEDIA_ROOT) / lost.path).unlink()
    for answer in (client.get(f"/orders/drop/{lost.pk}/"), client.post(f"/orders/drop/{lost.pk}/load/")):
        assert answer.status_code == 422
        assert "not kept any longer" in html(answer)
    monkeypatch.setattr(drop_page, "PAGE_BYTES", 10)
    assert "watched folder" in html(drop(client, "Order number;Total\nC-1;12,50\n"))


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "//evil.example", "/\\evil.example"],
)
def test_an_address_of_a_parcel_that_is_no_page_is_no_link(address: str, owner: Any, vela: Any) -> None:
    paper = make_paper(
        "order", vela, customer_number="K-4711", tracking="T1", tracking_url=address, shipped_on="2026-11-20"
    )
    assert paper.tracking_url == ""
    Order.objects.update(tracking_url=address)

    page = html(browser(owner).get(f"/orders/{paper.pk}/"))

    assert "T1" in page
    assert f'href="{address}' not in page


def test_one_click_ties_all_papers_of_a_customer_and_those_that_come_later(steward: Any, vela: Any) -> None:
    told = {"customer_number": "77", "customer_name": "Vela Foods"}
    bring({"kind": "order", "number": "1", **told}, {"kind": "invoice", "number": "2", "gross": "10", **told})
    client = browser(steward)
    customer = Customer.objects.get()
    page = html(client.get("/orders/unmatched/"))
    assert "Same name" in page
    assert f"Tie to {vela.name}" in page

    answer = client.post(f"/orders/unmatched/{customer.pk}/tie/", {"account": vela.pk})

    assert Order.objects.get().account_id == Invoice.objects.get().account_id == vela.pk
    bring({"kind": "order", "number": "3", **told})
    assert Order.objects.get(number="3").account_id == vela.pk

    operation = answer["Location"].partition("r=")[2]
    assert client.post(f"/undo/{operation}/").status_code in {200, 303}
    customer.refresh_from_db()
    assert (customer.state, Order.objects.filter(account=vela).count()) == ("waiting", 0)


def test_an_account_and_its_person_show_what_was_ordered_and_what_is_owed(
    owner: Any, vela: Any, amira: Any
) -> None:
    make_paper(
        "order",
        vela,
        number="SO-1",
        gross="100",
        on="2026-11-01",
        email="amira@vela.example",
        customer_number="K-4711",
    )
    make_paper("invoice", vela, number="RE-1", gross="50", due_on="2026-01-01")
    client = browser(owner)

    for at in (f"/panels/orders/account/{vela.pk}/", f"/panels/orders/contact/{amira.pk}/"):
        assert "SO-1" in html(client.get(at))
    assert "days late" in html(client.get(f"/panels/orders/account/{vela.pk}/"))
    assert "Order SO-1" in html(client.get(f"/accounts/{vela.pk}/"))
    today = html(client.get("/panels/orders/today/"))
    assert "Unpaid: Vela Foods GmbH" in today


def test_pages_of_papers_open_and_offer_no_change(owner: Any, vela: Any) -> None:
    order = make_paper(
        "order", vela, number="SO-1", lines=[{"article": "A", "quantity": "2", "price": "3.50"}]
    )
    make_paper("invoice", vela, number="RE-1", order_number="SO-1", gross="7")
    client = browser(owner)

    for at in ("orders", "invoices", "purchase-orders", "payments"):
        assert client.get(f"/{at}/").status_code == 200
    page = html(client.get(f"/orders/{order.pk}/"))
    assert "€7.00" in page
    assert "RE-1" in page
    assert "/edit/" not in page
    assert client.get("/orders/new/").status_code == 404
    assert "€7.00" in html(client.get("/panels/orders/totals/invoice/"))


def test_templates_can_be_fetched(steward: Any) -> None:
    client = browser(steward)
    assert client.get("/orders/drop/").status_code == 200
    for form in FORMS:
        assert client.get(f"/orders/drop/template/{form}/").status_code == 200
