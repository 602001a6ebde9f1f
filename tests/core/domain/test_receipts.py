"""Receipts travel as JSON between the write and the page that shows them."""

import json

from hypothesis import given
from hypothesis import strategies as st

from keen.core.domain.receipts import Link, Receipt

links = st.builds(
    Link, st.text(), st.text(), post=st.booleans(), key=st.text(max_size=3), icon=st.text(max_size=9)
)
receipts = st.builds(
    Receipt,
    st.sampled_from(["saved", "gap", "not_saved", "kept"]),
    st.text(),
    object=st.none() | links,
    also=st.lists(st.text(), max_size=3).map(tuple),
    next=st.none() | links,
    alternative=st.none() | links,
    nothing_next=st.text(),
    undo=st.text(max_size=36),
    operation=st.text(max_size=36),
)


@given(receipts)
def test_a_receipt_comes_back_from_json_as_it_was(receipt):
    assert Receipt.from_json(json.loads(json.dumps(receipt.to_json()))) == receipt
