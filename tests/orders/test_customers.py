"""Customers of other systems: recognised, tied by hand, set aside."""

from typing import Any

import pytest

from keen.core.domain.actor import SYSTEM
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.orders.actions import customers
from keen.orders.models import Customer, Milestone, Order
from keen.orders.queries.tray import page
from keen.people.records import ACCOUNT
from keen.records.actions.life import delete
from keen.records.actions.merge import merge
from tests.factories.core import make_role, make_user
from tests.factories.orders import bring, make_paper
from tests.factories.people import make_account, make_contact
from tests.factories.records import undo

pytestmark = pytest.mark.django_db


def order(number: str = "1", **told: Any) -> dict[str, Any]:
    return {"kind": "order", "number": number, "on": "2026-11-01", **told}


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"customer_number": "K-4711"}, "Same customer number"),
        ({"email": "amira@vela.example"}, "Same e-mail, same web or e-mail domain"),
        (
            {"customer_name": "VELA FOODS", "email": "info@vela.example"},
            "Same name, same web or e-mail domain",
        ),
    ],
)
def test_who_is_beyond_doubt_is_tied_at_once(told: dict[str, str], why: str, vela: Any, amira: Any) -> None:
    bring(order(**told))

    customer = Customer.objects.get()
    assert (customer.state, customer.account_id, customer.why) == ("tied", vela.pk, why)


@pytest.mark.parametrize(
    "told", [{"customer_name": "Vela Foods"}, {"email": "other@vela.example"}, {"customer_number": "0"}]
)
def test_who_is_not_waits(told: dict[str, str], vela: Any) -> None:
    bring(order(**told))

    assert Customer.objects.get().state == "waiting"


def test_two_accounts_that_fit_leave_it_to_somebody(vela: Any) -> None:
    make_account("Vela Two", account_number="K-4711")
    bring(order(customer_number="K-4711"))

    assert Customer.objects.get().state == "waiting"


def test_a_number_elsewhere_counts_and_capitals_and_noughts_do_not(owner: Any) -> None:
    account = make_account("Orbit", external_id="D-77", account_number="815")
    bring(order("1", customer_number="D-77"), order("2", customer_number="000815"))

    assert set(Order.objects.values_list("account_id", flat=True)) == {account.pk}


def test_what_anybody_may_write_ties_nobody_and_proposes_in_the_tray(
    steward: Any, stranger: Any, vela: Any
) -> None:
    bring(order("1", customer_number="55501", customer_name="Big Co"))
    claim = make_account("Mine", external_id="55501", actor=stranger.actor(), owner=stranger)

    bring(order("2", customer_number="55501"))

    assert Customer.objects.get().state == "waiting"
    (waiting,) = page(steward.actor(), "waiting").rows
    assert [(one.id, one.why) for one in waiting.choices] == [(claim.pk, "Same customer number")]
    make_account("Ours", account_number="55502", actor=steward.actor())
    bring(order("3", customer_number="55502"))
    assert Customer.objects.get(number="55502").state == "tied"


def test_tying_carries_papers_and_their_people_and_taking_it_back_leaves_none(
    steward: Any, vela: Any, amira: Any
) -> None:
    bring(order(customer_number="77", email="amira@vela.example", customer_name="X"))
    # The e-mail alone would be enough; somebody said before that this customer waits.
    customer = Customer.objects.get()
    customers.ask_again(actor=steward.actor(), customer_id=customer.pk)
    assert Order.objects.get().account_id is None

    receipt = customers.tie(actor=steward.actor(), customer_id=customer.pk, account_id=vela.pk)

    row = Order.objects.get()
    assert (row.account_id, row.contact_id, receipt.also[0]) == (vela.pk, amira.pk, "1 paper went along")
    assert Milestone.objects.filter(account=vela, contact=amira).exists()
    undo(steward, receipt)
    row.refresh_from_db()
    assert (row.account_id, row.contact_id, Milestone.objects.count()) == (None, None, 0)


def test_an_account_that_was_not_seen_is_not_tied(stranger: Any, steward: Any, vela: Any) -> None:
    bring(order(customer_name="X"))
    pk = Customer.objects.get().pk
    with pytest.raises(ForbiddenError):
        customers.tie(actor=stranger.actor(), customer_id=pk, account_id=vela.pk)
    with pytest.raises(RuleError):
        customers.tie(actor=steward.actor(), customer_id=pk, account_id=vela.pk + 99)
    with pytest.raises(NotVisibleError):
        customers.tie(actor=steward.actor(), customer_id=pk + 99, account_id=vela.pk)


def test_who_was_set_aside_is_not_asked_about_again(steward: Any, vela: Any) -> None:
    bring(order("1", customer_name="Vela Foods", customer_number="5"))
    customers.set_aside(actor=steward.actor(), customer_id=Customer.objects.get().pk)

    bring(order("2", customer_name="Vela Foods", customer_number="5", email="amira@vela.example"))

    assert Customer.objects.get().state == "aside"


def test_one_click_ties_all_likely_ones_and_no_others(steward: Any, vela: Any) -> None:
    orbit = make_account("Orbit Labs")
    bring(order("1", customer_number="1", customer_name="Vela Foods"), order("2", customer_number="2", customer_name="Orbit Labs Ltd"),
          order("3", customer_number="3", customer_name="Nobody"))  # fmt: skip

    receipt = customers.tie_likely(
        actor=steward.actor(), customer_ids=list(Customer.objects.values_list("pk", flat=True))
    )

    found = dict(Order.objects.values_list("number", "account_id"))
    assert found == {"1": vela.pk, "2": orbit.pk, "3": None}
    assert receipt.text == "2 customers are tied to their accounts."
    undo(steward, receipt)
    assert not Order.objects.filter(account__isnull=False).exists()


def test_papers_go_along_when_accounts_are_merged_and_so_do_those_that_come_later(
    steward: Any, vela: Any
) -> None:
    make_paper("order", vela, number="1", customer_number="K-4711")
    kept = make_account("Vela Group")
    merge(ACCOUNT, actor=steward.actor(), keep_id=kept.pk, lose_id=vela.pk, chosen={})
    assert Order.objects.get().account_id == kept.pk

    bring(order("2", customer_number="K-4711"))

    assert Order.objects.get(number="2").account_id == kept.pk


def test_an_address_of_two_people_ties_to_the_account_and_to_nobody(
    owner: Any, vela: Any, amira: Any
) -> None:
    make_contact("Jo Doe", account=vela, emails=["amira@vela.example"])
    bring(order(email="amira@vela.example"))

    row = Order.objects.get()
    assert (row.account_id, row.contact_id) == (vela.pk, None)


def test_who_is_an_account_in_the_trash_waits_again(steward: Any, owner: Any, vela: Any) -> None:
    make_paper("order", vela, number="1", customer_number="K-4711")
    delete(ACCOUNT, actor=owner.actor(), record_id=vela.pk)

    bring(order("2", customer_number="K-4711"))

    assert [one.customer.number for one in page(steward.actor(), "waiting").rows] == ["K-4711"]
    assert list(Order.objects.visible_to(steward.actor()).values_list("number", flat=True)) == ["2"]


@pytest.mark.parametrize(
    ("seen", "sums", "number"),
    [({}, [], ""), ({"hidden": {"order": ["gross", "number"]}}, [], ""), ({"hidden": {}}, [("", 7654)], "1")],
)
def test_the_tray_tells_no_more_of_papers_than_their_reader_may_know(
    seen: dict[str, Any], sums: list[Any], number: str, team: Any
) -> None:
    bring(order("1", customer_number="Q1", gross="7654"))
    role = make_role(records={"order": {"view": "all"}} if seen else {}, powers=["orders.match"], **seen)

    (waiting,) = page(make_user(role, team).actor(), "waiting").rows

    assert (waiting.sums, waiting.number) == (sums, number)


def test_the_house_writes_in_the_name_of_who_brought_it(steward: Any) -> None:
    made = customers.feeder(steward.actor())

    assert (made.user_id, made.rights, made.via) == (steward.pk, SYSTEM.rights, "orders")
