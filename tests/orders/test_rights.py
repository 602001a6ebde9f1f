"""Who sees which papers, and that nobody writes them here."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from keen.activities.queries.timeline import Place
from keen.core.domain.actor import SYSTEM
from keen.lib.errors import ForbiddenError
from keen.orders.models import Order
from keen.orders.queries.timeline import lines
from keen.orders.records import ORDER
from keen.people.models import Contact
from keen.privacy.actions.erasure import erase_contact
from keen.records import search
from keen.records.actions.save import Wish, save
from tests.factories.api import Program, make_token
from tests.factories.core import make_role, make_user
from tests.factories.orders import bring, make_paper
from tests.factories.records import browser, html

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(vela: Any) -> Any:
    """An order of the owner's company."""
    return make_paper(
        "order", vela, number="SO-2231", customer_number="K-4711", gross="1482.74", on="2026-11-01"
    )


def seen(user: Any) -> list[int]:
    return list(Order.objects.visible_to(user.actor()).values_list("pk", flat=True))


def test_an_order_is_seen_by_who_sees_its_account(
    paper: Any, owner: Any, colleague: Any, stranger: Any, steward: Any
) -> None:
    assert [seen(one) == [paper.pk] for one in (owner, colleague, stranger, steward)] == [
        True,
        True,
        False,
        True,
    ]
    assert not paper.allows(stranger.actor(), "view")
    assert browser(stranger).get(f"/orders/{paper.pk}/").status_code == 404
    assert search.find(stranger.actor(), "SO-2231") == []


def test_what_repeats_somebody_restricted_leaves_by_no_program_and_no_export(
    owner: Any, vela: Any, amira: Any
) -> None:
    paper = make_paper("order", vela, number="R1", customer_number="K-4711", email="amira@vela.example")
    assert paper.contact_id == amira.pk
    Contact.objects.filter(pk=amira.pk).update(restricted_at=timezone.now())

    told = Program(make_token(owner, order="read", account="read")).get(f"orders/{paper.pk}").content
    export = browser(owner).get("/orders/export/?format=csv&cols=number,email,contact,customer_name")

    exported = b"".join(export.streaming_content)
    assert b"R1" in told
    assert b"R1" in exported
    assert b"amira" not in told.lower() + exported.lower()


def test_fields_that_are_hidden_are_told_by_no_line_and_no_sum(team: Any, vela: Any) -> None:
    told = {"on": "2026-11-01", "shipped_on": "2026-11-02", "carrier": "DHL"}
    make_paper("order", vela, customer_number="K-4711", **told)
    make_paper(
        "invoice",
        vela,
        customer_number="K-4711",
        gross="100",
        open_amount="77.77",
        on="2026-11-01",
        paid_on="2026-11-03",
    )
    kinds = {kind: {"view": "all"} for kind in ("account", "order", "invoice")}
    role = make_role(records=kinds, hidden={"order": ["tracking", "on"], "invoice": ["open_amount"]})
    reader = make_user(role, team)

    lines_ = [one.did for one in lines(reader.actor(), Place("account", vela.pk), None, 10)]

    assert lines_ == ["shipped", "sent: €100.00"]
    page = html(browser(reader).get(reverse("orders-totals", args=["invoice"])))
    assert "100" in page
    assert "77.77" not in page


def test_what_is_nobodys_is_seen_by_who_says_whose_it_is(owner: Any, steward: Any) -> None:
    bring({"kind": "order", "number": "1"})

    assert (seen(owner), len(seen(steward))) == ([], 1)


def test_a_narrower_right_to_orders_holds_besides(paper: Any, team: Any, vela: Any, owner: Any) -> None:
    role = make_role(records={"account": {"view": "all"}, "order": {"view": "own"}})
    narrow, none = make_user(role, team), make_user(make_role(records={"account": {"view": "all"}}), team)

    assert seen(narrow) == seen(none) == []
    place = Place("account", vela.pk)
    assert list(lines(narrow.actor(), place, None, 10)) == list(lines(none.actor(), place, None, 10)) == []
    assert len(list(lines(owner.actor(), place, None, 10))) == 1


def test_an_order_of_an_account_in_the_trash_is_not_seen(paper: Any, owner: Any, vela: Any) -> None:
    from keen.people.records import ACCOUNT
    from keen.records.actions import life

    life.delete(ACCOUNT, actor=owner.actor(), record_id=vela.pk)

    assert seen(owner) == []


def test_people_cannot_write_them_and_the_house_can(paper: Any, steward: Any) -> None:
    with pytest.raises(ForbiddenError):
        save(ORDER, actor=steward.actor(), wish=Wish({"number": "X"}))
    with pytest.raises(ForbiddenError):
        save(ORDER, actor=steward.actor(), wish=Wish({"status": "cancelled"}, paper.pk))
    assert paper.allows(SYSTEM, "edit")
    assert not paper.allows(steward.actor(), "edit")


def test_a_hidden_amount_is_told_nowhere(paper: Any, team: Any, vela: Any) -> None:
    role = make_role(records={"*": {"view": "all"}}, hidden={"order": ["gross", "net"]})
    blind = make_user(role, team)
    client = browser(blind)

    for at in (
        "/orders/",
        f"/orders/{paper.pk}/",
        f"/accounts/{vela.pk}/",
        f"/panels/orders/account/{vela.pk}/",
        "/panels/orders/totals/order/",
    ):
        assert "1,482.74" not in html(client.get(at)), at


@pytest.mark.parametrize("asked", ["SO-2231", "so 2231", "SO2231", "2231", "SO-0002231"])
def test_an_order_is_found_by_its_number_in_any_form(paper: Any, owner: Any, asked: str) -> None:
    make_paper("order", None, number="SO-2230")

    assert [hit.record_id for hit in search.find(owner.actor(), asked)][:1] == [paper.pk]
    assert f"/orders/{paper.pk}/" in html(browser(owner).get("/orders/", {"q": asked}))


def test_a_number_filled_up_with_noughts_is_found_without_them(owner: Any, vela: Any) -> None:
    paper = make_paper("invoice", vela, number="0000077123", customer_number="K-4711")

    assert [hit.record_id for hit in search.find(owner.actor(), "77123")] == [paper.pk]


def test_programs_read_them_and_bring_them_by_a_right_of_its_own(
    paper: Any, steward: Any, owner: Any
) -> None:
    assert Program(make_token(steward, order="read")).get(f"orders/{paper.pk}").status_code == 404
    reader = Program(make_token(steward, order="read", account="read"))
    told = reader.get(f"orders/{paper.pk}").json()["data"]
    assert (told["gross"], told["account"]["title"], told["lines"]) == (
        {"amount": "1482.74", "currency": "EUR"},
        "Vela Foods GmbH",
        [],
    )
    assert reader.post("orders", {"number": "1"}).status_code == 403
    given = {
        "system": "ERP",
        "papers": [
            {"number": "SO-2231", "status": "shipped"},
            {"number": "N", "gross": "1,5"},
            {"number": "SO-9"},
        ],
    }
    assert reader.post("feed/orders", given).status_code == 403
    assert Program(make_token(owner, order="write")).post("feed/orders", given).status_code == 403

    feed = Program(make_token(steward, **{"orders.feed": "write"}))
    answer = feed.post("feed/orders", given).json()
    assert answer["summary"] == {"created": 1, "updated": 1, "unchanged": 0, "older": 0, "refused": 1}
    assert "no amount" in answer["data"][1]["why"]
    assert feed.post("feed/orders", given).json()["summary"]["unchanged"] == 2
    assert feed.get("orders").status_code == 403
    paper.refresh_from_db()
    assert (paper.status, paper.gross) == ("shipped", Decimal("1482.74"))


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"system": "", "papers": [{}]},
        {"system": "ERP", "papers": []},
        {"system": "ERP", "papers": [1] * 501},
        {"x": 1},
    ],
)
def test_a_call_that_says_nothing_is_refused(bad: Any, steward: Any) -> None:
    assert (
        Program(make_token(steward, **{"orders.feed": "write"})).post("feed/orders", bad).status_code == 422
    )


def test_one_wrong_paper_spoils_no_other_and_papers_of_the_erased_have_an_answer_too(
    steward: Any, amira: Any
) -> None:
    feed = Program(make_token(steward, **{"orders.feed": "write"}))
    erase_contact(actor=steward.actor(), contact_id=amira.pk, confirmed=amira.title)
    wrong: tuple[Any, ...] = (["x"], {}, 5)
    sent: list[dict[str, Any]] = [{"kind": kind, "number": "1"} for kind in wrong]
    sent += [{"number": "2", "email": "amira@vela.example"}, {"number": "3"}, {"number": "3", "gross": "1"}]

    told = feed.post("feed/orders", {"system": "ERP", "papers": sent}).json()["data"]

    assert [one["outcome"] for one in told] == ["refused"] * 3 + ["created", "created", "updated"]
    assert told[3]["id"] == Order.objects.get(number="2").pk
