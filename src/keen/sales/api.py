"""What programs may do with opportunities and leads, with the consequences that the pages have."""

from collections.abc import Mapping, Sequence
from typing import Any

from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.records.declare import Field, Kind
from keen.records.rest.verbs import Verb
from keen.sales.actions import answers, lines, moves, quotes, sending
from keen.sales.actions import leads as actions
from keen.sales.actions.convert import NEW, NONE, ConvertWish, convert
from keen.sales.domain import pricing, reasons
from keen.sales.queries.convert import found_for

Values = Mapping[str, Any]
# What a line may say; of a product, what is not said is that of the product.
PARTS = ("product", "text", "article", "unit", "quantity", "price", "discount_way", "discount", "tax")


def _win(actor: Actor, record_id: int, values: Values) -> Receipt:
    return moves.win(actor=actor, deal_id=record_id, reason=values.get("reason", ""))


def _lose(actor: Actor, record_id: int, values: Values) -> Receipt:
    return moves.lose(actor=actor, deal_id=record_id, reason=values.get("reason", ""))


def _reopen(actor: Actor, record_id: int, _values: Values) -> Receipt:
    return moves.reopen(actor=actor, deal_id=record_id)


def _convert(actor: Actor, record_id: int, values: Values) -> Receipt:
    """The lead converted: what is not said is what is there for sure, else new where it has a name."""
    lead = actions.lead_outside(actor, record_id)
    found = found_for(actor, lead)
    named = values.get("deal_name", "")
    amount = {"amount": values["amount"]} if "amount" in values else {}
    wish = ConvertWish(
        values.get("account") or found.account or (NEW if lead.company else NONE),
        values.get("contact") or found.contact or NEW,
        values.get("opportunity") or (NEW if named else NONE),
        lead.company,
        {"name": named, **amount},
    )
    return convert(actor=actor, lead_id=record_id, wish=wish)


def _rows(sent: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines as the form would send them: what was said stays, what was not is the product's; one of it by default."""
    return [
        {
            "quantity": 1,
            **{name: part for name, part in one.items() if part is not None},
            "held": str(one.get("product") or ""),
        }
        for one in sent
    ]


def _lines(actor: Actor, deal_id: int, values: Values) -> Receipt:
    wish = lines.Wish(_rows(values.get("lines", [])), values.get("currency", ""))
    return lines.set_lines(actor=actor, deal_id=deal_id, wish=wish)


def _change(actor: Actor, quote_id: int, values: Values) -> Receipt:
    """The draft with what was sent; what was not sent stays."""
    held = quotes.held_values(actor, quote_id)
    rows = _rows(values["lines"]) if "lines" in values else held.rows
    given = {**held.values, **{name: value for name, value in values.items() if name != "lines"}}
    return quotes.change(actor=actor, quote_id=quote_id, wish=quotes.Wish(rows, given))


def _discard(actor: Actor, quote_id: int, _values: Values) -> Receipt:
    return quotes.discard(actor=actor, quote_id=quote_id)


def _quote(actor: Actor, deal_id: int, _values: Values) -> Receipt:
    return quotes.draft(actor=actor, deal_id=deal_id)


def _send(actor: Actor, quote_id: int, values: Values) -> Receipt:
    letter = sending.Letter(values["email"], values["subject"], values.get("message", ""))
    return sending.send(actor=actor, quote_id=quote_id, letter=letter)


def _revise(actor: Actor, quote_id: int, _values: Values) -> Receipt:
    return quotes.revise(actor=actor, quote_id=quote_id)


def _accept(actor: Actor, quote_id: int, values: Values) -> Receipt:
    return answers.decide(actor=actor, quote_id=quote_id, given=answers.Answer(True, values["name"]))


def _refuse(actor: Actor, quote_id: int, values: Values) -> Receipt:
    given = answers.Answer(False, values.get("name", ""), values["reason"])
    return answers.decide(actor=actor, quote_id=quote_id, given=given)


def _withdraw(actor: Actor, quote_id: int, _values: Values) -> Receipt:
    return sending.withdraw(actor=actor, quote_id=quote_id)


VERBS = [
    Verb("opportunity", "win", "record", "edit", "Win it", _win, (
        Field("reason", "What made the difference", Kind.CHOICE, choices=reasons.WON),
    )),
    Verb("opportunity", "lose", "record", "edit", "Lose it", _lose, (
        Field("reason", "Why it was lost", Kind.CHOICE, choices=reasons.LOST),
    )),
    Verb("opportunity", "reopen", "record", "edit", "Open it again", _reopen),
    Verb("lead", "convert", "record", "edit", "Convert it", _convert, (
        Field("account", "Account to tie it to", Kind.REFERENCE, to="account"),
        Field("contact", "Contact to tie it to", Kind.REFERENCE, to="contact"),
        Field("opportunity", "Open deal to tie it to", Kind.REFERENCE, to="opportunity"),
        Field("deal_name", "Name of a new deal", most=200),
        Field("amount", "Amount of the new deal", Kind.MONEY),
    )),
    # What may be done with a quote is what may be done with its deal: each looks at that.
    Verb("opportunity", "quote", "record", "edit", "Make a quote of its lines", _quote),
    Verb("opportunity", "lines", "record", "edit", "Set its lines: the amount follows", _lines, (
        Field("lines", "Lines", Kind.LINES, labels=PARTS, help="All of them, in their order; an empty list takes them away."),
        Field("currency", "Currency", most=3),
    )),
    Verb("quote", "change", "record", "view", "Change the draft", _change, (
        Field("lines", "Lines", Kind.LINES, labels=PARTS, help="All of them, in their order."),
        Field("discount", "Discount on the whole", Kind.NUMBER),
        Field("discount_way", "Discount in", Kind.CHOICE, choices=pricing.WAYS),
        Field("valid_until", "Valid until", Kind.DATE),
        Field("contact", "Contact", Kind.REFERENCE, to="contact"),
        Field("email", "Goes to", most=254),
        Field("introduction", "Introduction", Kind.LONG_TEXT, most=quotes.MOST_TEXT),
        Field("terms", "Terms", Kind.LONG_TEXT, most=quotes.MOST_TEXT),
    )),
    Verb("quote", "discard", "record", "view", "Discard the draft", _discard),
    Verb("quote", "send", "record", "view", "Send it, with a private link", _send, (
        Field("email", "To", required=True, most=254),
        Field("subject", "Subject", required=True, most=200),
        Field("message", "Message", Kind.LONG_TEXT, most=5_000),
    )),
    Verb("quote", "revise", "record", "view", "Make its next version", _revise),
    Verb("quote", "accept", "record", "view", "The customer accepted it", _accept, (
        Field("name", "Who accepted", required=True, most=120),
    )),
    Verb("quote", "refuse", "record", "view", "The customer refused it", _refuse, (
        Field("reason", "Why", required=True, most=500),
        Field("name", "Who refused", most=120),
    )),
    Verb("quote", "withdraw", "record", "view", "End its private link", _withdraw),
]  # fmt: skip
