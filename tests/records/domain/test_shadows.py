"""The words beside a link."""

import pytest

from keen.records.domain.shadows import MOST, beside, leads_nowhere


@pytest.mark.parametrize("name", ["Vela Foods", "x" * 300, "", "Ärmel & Söhne"])
def test_what_lies_in_the_trash_says_so_within_the_column(name: str) -> None:
    living, gone = beside(name, deleted=False), beside(name, deleted=True)
    assert (living, leads_nowhere(living)) == (name[:MOST], False)
    assert gone.endswith(" (deleted)")
    assert len(gone) <= MOST
    assert leads_nowhere(gone)
