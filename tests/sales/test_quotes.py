"""Quotes: from the lines of a deal to the customer's answer."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from keen.activities.models import Activity
from keen.core.jobs.mail import send_mail
from keen.core.models import Change, Notice, Operation
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.records.actions.values import InvalidError
from keen.sales.actions import answers, catalogue, lines, quotes, sending
from keen.sales.models import Opportunity, Quote, QuoteLink, QuoteMoment
from keen.sales.queries.quotes import fingerprint
from tests.factories.core import make_user
from tests.factories.offers import make_book, make_product, make_quote, row, send
from tests.factories.records import undo
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of() -> Any:
    """A browser in which this person has signed in."""

    def signed_in(person: Any) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture
def me(owner: Any) -> Any:
    return owner.actor()


@pytest.fixture
def quote(me: Any, deal: Opportunity) -> Quote:
    return make_quote(me, deal)


def token_of_mail() -> str:
    found = re.search(r"/q/([\w-]+)/", str(mail.outbox[-1].body))
    assert found
    return found[1]


@pytest.fixture
def sent(me: Any, quote: Quote, settings: Any) -> Quote:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    found = send(me, quote)
    run_mail_tasks()
    return found


def run_mail_tasks() -> None:
    """What the worker does with the mail that waits."""
    for task in DBTaskResult.objects.filter(task_path=send_mail.module_path):
        send_mail.func(**task.args_kwargs["kwargs"])
    DBTaskResult.objects.filter(task_path=send_mail.module_path).delete()


def later(quote: Quote, minutes: int = 1) -> Any:
    assert quote.sent_at
    return quote.sent_at + timedelta(minutes=minutes)


def test_the_amount_of_a_deal_follows_from_its_lines_and_is_taken_by_hand_no_more(
    me: Any, deal: Opportunity, client_of: Any, owner: Any
) -> None:
    lines.set_lines(
        actor=me, deal_id=deal.pk, wish=lines.Wish([row(quantity="3", price="19.99"), row("", "1", "")])
    )

    deal.refresh_from_db()
    assert deal.amount == {"amount": "59.97", "currency": "EUR"}
    assert [line["amount"] for line in deal.lines] == ["59.97"]
    answer = client_of(owner).post(
        f"/opportunities/{deal.pk}/edit/", {"name": deal.name, "amount": "1", "amount_currency": "EUR"}
    )
    assert answer.status_code == 422
    assert "follows from 1 line" in answer.content.decode()


def test_lines_are_taken_back_with_the_amount_that_was_there(me: Any, deal: Opportunity, owner: Any) -> None:
    receipt = lines.set_lines(actor=me, deal_id=deal.pk, wish=lines.Wish([row()]))

    undo(owner, receipt)

    deal.refresh_from_db()
    assert (deal.lines, deal.amount) == ([], {"amount": "48000", "currency": "EUR"})


def test_a_product_brings_its_price_of_the_standard_book_its_unit_and_its_tax(
    me: Any, deal: Opportunity
) -> None:
    book = make_book()
    make_book("Old", standard=False, valid_until=timezone.localdate() - timedelta(days=1))
    product = make_product(
        "Sensor T2", price="149.5", book=book, number="T2", unit="piece", tax_class="reduced"
    )

    lines.set_lines(
        actor=me,
        deal_id=deal.pk,
        wish=lines.Wish([{"product": str(product.pk), "text": "Sens", "quantity": "2"}]),
    )

    deal.refresh_from_db()
    line = deal.lines[0]
    assert (line["text"], line["article"], line["unit"], line["price"], line["tax"]) == (
        "Sensor T2",
        "T2",
        "piece",
        "149.50",
        "7",
    )


def test_wrong_lines_are_refused_with_the_input_to_mend(me: Any, deal: Opportunity) -> None:
    with pytest.raises(InvalidError) as refused:
        lines.set_lines(actor=me, deal_id=deal.pk, wish=lines.Wish([row(), row(price="-1")]))

    assert set(refused.value.errors) == {"price-2"}


def test_quotes_are_numbered_by_the_year_without_a_gap_after_an_error(
    me: Any, quote: Quote, deal: Opportunity
) -> None:
    with pytest.raises(NotVisibleError):
        quotes.draft(actor=me, deal_id=0)
    other = make_quote(me, deal)

    year = timezone.localdate().year
    assert [quote.number, other.number] == [f"Q-{year}-0001", f"Q-{year}-0002"]


def test_a_draft_has_the_lines_of_its_deal_and_adds_up(quote: Quote) -> None:
    assert (quote.net, quote.tax, quote.gross) == (Decimal(200), Decimal(38), Decimal(238))
    assert quote.valid_until == timezone.localdate() + timedelta(days=30)


def test_sending_mails_the_file_and_a_link_that_nobody_finds_in_the_database(sent: Quote) -> None:
    message = mail.outbox[-1]
    name, content, kind = message.attachments[0]
    assert (name, kind, bytes(content)[:5]) == (f"{sent.number}.pdf", "application/pdf", b"%PDF-")
    token = token_of_mail()
    link = QuoteLink.objects.get()
    assert link.token_hash == fingerprint(token) != token
    assert not Change.objects.filter(after__icontains=token).exists()
    activity = Activity.objects.get(kind="email")
    assert (activity.about_id, activity.direction, token in activity.body) == (
        sent.opportunity_id,
        "out",
        False,
    )


def test_a_sent_quote_is_frozen_and_changed_by_its_next_version(me: Any, sent: Quote) -> None:
    with pytest.raises(RuleError, match="stays as it is"):
        quotes.change(
            actor=me,
            quote_id=sent.pk,
            wish=quotes.Wish([row(price="1")], {"valid_until": str(sent.valid_until)}),
        )
    quotes.revise(actor=me, quote_id=sent.pk)

    again = Quote.objects.get(revision=2)
    assert (again.number, again.status, again.lines) == (sent.number, "draft", sent.lines)
    with pytest.raises(RuleError, match="already"):
        quotes.revise(actor=me, quote_id=sent.pk)
    token = token_of_mail()
    send(me, again)
    sent.refresh_from_db()
    assert sent.status == "superseded"
    with pytest.raises(NotVisibleError):
        answers.answer(token=token, given=answers.Answer(True, "Amira"), now=timezone.now())


def test_a_quote_without_lines_or_address_is_not_sent(me: Any, quote: Quote, deal: Opportunity) -> None:
    with pytest.raises(InvalidError) as refused:
        sending.send(actor=me, quote_id=quote.pk, letter=sending.Letter("nobody", ""))
    assert set(refused.value.errors) == {"email", "subject"}
    quotes.change(actor=me, quote_id=quote.pk, wish=quotes.Wish([], {"valid_until": str(quote.valid_until)}))
    with pytest.raises(RuleError, match="no lines"):
        send(me, quote)
    assert QuoteLink.objects.count() == 0


def test_the_customer_accepts_once_and_the_owner_is_told(client: Any, sent: Quote, owner: Any) -> None:
    token = token_of_mail()
    form = {"answer": "accepted", "name": "Amira Haddad"}

    first, second = (client.post(f"/q/{token}/", form) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    sent.refresh_from_db()
    assert (sent.status, sent.decided_name, sent.decided_from) == ("accepted", "Amira Haddad", "127.0.0.1")
    trail = Change.objects.get(kind="quote", record_id=sent.pk, verb="accepted")
    assert trail.after["decided_from"] == "127.0.0.1"
    assert Operation.objects.filter(verb="accepted", via=answers.VIA).count() == 1
    notice = Notice.objects.get(user=owner, kind=answers.NOTICE)
    assert "was accepted" in notice.text
    assert notice.href.endswith("move/?stage=closed_won")
    assert "Accepted by Amira Haddad" in client.get(f"/q/{token}/").content.decode()


def test_a_refusal_wants_a_reason(client: Any, sent: Quote) -> None:
    token = token_of_mail()

    assert client.post(f"/q/{token}/", {"answer": "refused", "name": "Amira"}).status_code == 422
    client.post(f"/q/{token}/", {"answer": "refused", "reason": "Too late"})

    sent.refresh_from_db()
    assert (sent.status, sent.reason) == ("refused", "Too late")


def test_looks_are_counted_once_a_visit_and_the_second_is_told(sent: Quote, owner: Any) -> None:
    token = token_of_mail()
    assert sent.sent_at
    moments = [
        sent.sent_at + timedelta(seconds=5),
        later(sent),
        later(sent, 2),
        later(sent, 60),
        later(sent, 120),
    ]

    for moment in moments:
        answers.look(token=token, now=moment)

    sent.refresh_from_db()
    assert (sent.looks, QuoteMoment.objects.count()) == (3, 3)
    assert Notice.objects.filter(user=owner, text__contains="opened twice").count() == 1


def test_colleagues_and_programs_that_fetch_ahead_are_no_customers(
    client: Any, client_of: Any, sent: Quote, owner: Any
) -> None:
    Quote.objects.update(sent_at=timezone.now() - timedelta(hours=1))
    token = token_of_mail()

    client_of(owner).get(f"/q/{token}/")
    client.get(f"/q/{token}/", headers={"Sec-Purpose": "prefetch"})
    client.head(f"/q/{token}/")
    assert Quote.objects.get(pk=sent.pk).looks == 0
    answer = client.get(f"/q/{token}/")

    assert Quote.objects.get(pk=sent.pk).looks == 1
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex, nofollow", "no-referrer")
    assert "no-store" in answer["Cache-Control"]


def test_a_link_ends_when_it_is_taken_back_and_when_its_time_is_over(
    client: Any, me: Any, sent: Quote
) -> None:
    token = token_of_mail()
    QuoteLink.objects.update(expires_at=timezone.now())
    assert client.get(f"/q/{token}/").status_code == 404
    QuoteLink.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert client.get(f"/q/{token}/pdf/").status_code == 200
    sending.withdraw(actor=me, quote_id=sent.pk)

    assert client.get(f"/q/{token}/").status_code == 404
    assert client.get("/q/another/").status_code == 404


def test_a_quote_whose_day_is_over_is_accepted_by_nobody(client: Any, sent: Quote) -> None:
    Quote.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    token = token_of_mail()

    answer = client.post(f"/q/{token}/", {"answer": "accepted", "name": "Amira"})

    assert (answer.status_code, "was valid until" in answer.content.decode()) == (422, True)
    assert answers.expire(now=timezone.now()) == 1
    assert Quote.objects.get(pk=sent.pk).status == "expired"


def test_who_only_sees_the_deal_sees_its_quotes_and_changes_none(
    quote: Quote, reader: Any, stranger: Any
) -> None:
    assert Quote.objects.visible_to(reader.actor()).count() == 1
    with pytest.raises(ForbiddenError):
        quotes.discard(actor=reader.actor(), quote_id=quote.pk)
    assert Quote.objects.visible_to(stranger.actor()).count() == 0
    with pytest.raises(NotVisibleError):
        sending.withdraw(actor=stranger.actor(), quote_id=quote.pk)


def test_prices_are_seen_by_all_and_changed_by_who_may(client_of: Any, owner: Any, admin: Any) -> None:
    make_product("Sensor")

    assert "Sensor" in client_of(owner).get("/products/").content.decode()
    assert client_of(owner).get("/products/new/").status_code == 403
    assert_receipt(
        client_of(admin).post("/products/new/", {"name": "Gateway", "tax_class": "standard"}), undo=True
    )


def test_one_book_is_the_standard(admin: Any) -> None:
    first, second = make_book("One"), make_book("Two", standard=False)

    catalogue.make_standard(actor=admin.actor(), book_id=second.pk)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.standard, second.standard) == (False, True)


def test_a_tax_is_set_and_taken_back(admin: Any, client_of: Any) -> None:
    client = client_of(admin)

    receipt = assert_receipt(
        client.post("/settings/prices/tax/", {"key": "standard", "name": "Standard", "percent": "20"}),
        undo=True,
    )
    assert "20 %" in client.get("/products/new/").content.decode()
    client.post(f"/undo/{receipt.undo}/")

    assert "Standard, 19 %" in client.get("/products/new/").content.decode()


def test_every_page_of_a_quote_answers(client_of: Any, owner: Any, quote: Quote) -> None:
    client, at = client_of(owner), f"/quotes/{quote.pk}/"

    for address in (at, f"{at}edit/", f"{at}send/", f"{at}answer/", "/quotes/", f"/opportunities/{quote.opportunity_id}/lines/",
                    f"/panels/opportunity/{quote.opportunity_id}/quotes/", f"/opportunities/{quote.opportunity_id}/"):  # fmt: skip
        assert client.get(address).status_code == 200, address
    assert client.get(f"{at}pdf/").content[:5] == b"%PDF-"


def test_the_form_counts_without_saving_until_it_is_told_to(client_of: Any, owner: Any, quote: Quote) -> None:
    client, at = client_of(owner), f"/quotes/{quote.pk}/edit/"
    typed = {
        **row(price="50"),
        "valid_until": str(quote.valid_until),
        "discount_whole": "10",
        "discount_whole_way": "percent",
    }
    typed |= {"product": "", "held": "", "article": "", "unit": "", "discount": "", "discount_way": "percent"}

    counted = client.post(at, {**typed, "more": "1"})
    assert "€107.10" in counted.content.decode()
    assert Quote.objects.get(pk=quote.pk).gross == Decimal(238)
    assert_receipt(client.post(at, {**typed, "save": "1"}), undo=True)

    assert Quote.objects.get(pk=quote.pk).gross == Decimal("107.1")


def test_a_colleague_without_the_right_to_amounts_sees_no_lines(
    deal: Opportunity, me: Any, team: Any, client_of: Any
) -> None:
    lines.set_lines(actor=me, deal_id=deal.pk, wish=lines.Wish([row("Secret sensor", "1", "777")]))
    blind = make_user("sales_rep", team)
    blind.rights = {**blind.rights, "hidden": {"opportunity": ["amount", "value", "weighted"]}}
    blind.save()
    client = client_of(blind)

    assert client.get(f"/panels/opportunity/{deal.pk}/quotes/").status_code == 404
    assert "777" not in client.get(f"/opportunities/{deal.pk}/").content.decode()
