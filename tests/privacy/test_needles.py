"""What is looked for in the copies of somebody lies in the database encrypted."""

from pathlib import Path

from keen.privacy.actions.needles import sealed, unsealed
from keen.privacy.domain.scrub import Needles
from keen.records.queries import tombstones

NEEDLES = Needles(("Zanzi Quaxel", "z@x.example"), ("Zanzi",), ("Ring Zanzi",))


def test_what_was_sealed_is_read_again_and_tells_nothing_by_itself(data: Path) -> None:
    kept = sealed(NEEDLES)

    assert "Zanzi" not in str(kept)
    assert unsealed(kept) == NEEDLES


def test_what_was_kept_openly_before_is_read_as_well() -> None:
    assert unsealed(NEEDLES.to_json()) == NEEDLES


def test_nothing_kept_and_what_is_under_another_key_is_nothing_to_look_for(data: Path) -> None:
    kept = sealed(NEEDLES)
    (tombstones.folder() / tombstones.KEY).write_text("ab" * 32)
    tombstones._key.cache_clear()

    assert unsealed(kept) is None
    assert unsealed({}) is None
    tombstones._key.cache_clear()
