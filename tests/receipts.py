"""The rule that every write answers with a receipt, as one check for all tests of writes."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

OUTCOMES = {"saved", "gap", "not_saved", "kept"}
_RECEIPT = re.compile(
    r'<div class="receipt[^"]*" data-receipt([^>]*)>(.*?)</div>\s*<div class="acts">(.*?)</div></div>',
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r'data-(outcome|object|next|undo)="([^"]*)"')


@dataclass(frozen=True)
class Shown:
    """A receipt as the person sees it. `next` and `undo` are "none" when there is none."""

    outcome: str
    object: str
    next: str
    undo: str
    text: str
    html: str


def shown_receipt(response: Any) -> Shown | None:
    """The receipt of an answer to a write; a redirect is followed. None when there is none."""
    if response.status_code in {302, 303}:
        response = response.client.get(response["Location"])
    found = _RECEIPT.search(response.content.decode())
    if found is None:
        return None
    attributes = {name: unescape(value) for name, value in _ATTRIBUTE.findall(found[1])}
    words = unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", "", found[2]))
    return Shown(**attributes, text=" ".join(words.split()), html=found[0])


def assert_receipt(
    response: Any, *, outcome: str = "saved", undo: bool | None = None, says: str = ""
) -> Shown:
    """The receipt, after checking that it is whole: outcome, object, next or none, undo or none.

    `undo` demands that it can, or cannot, be taken back; `says` is a part of its words.
    """
    receipt = shown_receipt(response)
    assert receipt is not None, f"status {response.status_code}: no receipt in the answer"
    assert receipt.outcome in OUTCOMES
    assert receipt.outcome == outcome, receipt.text
    assert receipt.text, "the receipt says nothing"
    assert receipt.object, "the receipt names no object, not even none"
    assert receipt.next, "the receipt says neither what is next nor that nothing is"
    assert receipt.undo, "the receipt says neither how to undo nor that it cannot be undone"
    assert receipt.object != "none" or outcome in {"not_saved", "kept"}, f"what was saved? {receipt.text}"
    if undo is not None:
        assert (receipt.undo != "none") is undo, receipt.html
    assert says in receipt.text, receipt.text
    return receipt
