"""Tokens look like tokens, and leave of somebody's rights what they name."""

from hypothesis import given
from hypothesis import strategies as st

from keen.core.domain.rights import POWERS, Rights
from keen.core.domain.scopes import fingerprint, hint, is_token, narrowed, written

SECRETS = st.binary(min_size=32, max_size=32)
EVERYTHING = Rights(
    {"*": dict.fromkeys(("view", "add", "edit", "delete", "export"), "all")},
    frozenset(POWERS),
    {"contact": frozenset({"birthday"})},
    {"contact": frozenset({"owner"})},
    frozenset({1}),
)


@given(SECRETS)
def test_a_token_is_known_by_its_prefix_and_its_sum(secret: bytes) -> None:
    token = written(secret)

    assert token.startswith("keen_")
    assert len(token) == 54
    assert is_token(token)
    assert hint(token) == token[:9]


@given(SECRETS, st.integers(5, 53), st.sampled_from("0aZ"))
def test_a_slip_in_a_token_is_noticed_without_asking_anybody(secret: bytes, place: int, letter: str) -> None:
    token = written(secret)
    slipped = token[:place] + letter + token[place + 1 :]

    assert is_token(slipped) == (slipped == token)


@given(SECRETS, SECRETS)
def test_two_secrets_make_two_tokens(one: bytes, other: bytes) -> None:
    assert (written(one) == written(other)) == (one == other)
    assert (fingerprint(written(one)) == fingerprint(written(other))) == (one == other)


def test_what_is_no_token_is_told_from_one() -> None:
    for text in ("", "keen_", "Bearer", "keen_" + "é" * 49, "keen_" + "a" * 49, "x" * 54):
        assert not is_token(text)


def test_reading_opens_seeing_alone_and_only_what_is_named() -> None:
    left = narrowed(EVERYTHING, {"contact": "read"})

    assert {action: str(left.scope("contact", action)) for action in ("view", "add", "edit", "delete", "export")} == {
        "view": "all", "add": "none", "edit": "none", "delete": "none", "export": "none",
    }  # fmt: skip
    assert left.scope("account", "view") == "none"
    assert left.powers == frozenset()


def test_writing_opens_what_its_owner_may_and_no_administration() -> None:
    mine = Rights({"*": {"view": "all", "add": "all", "edit": "team", "delete": "own"}}, frozenset(POWERS))
    left = narrowed(mine, {"contact": "write"})

    assert str(left.scope("contact", "edit")) == "team"
    assert str(left.scope("contact", "delete")) == "own"
    assert str(left.scope("contact", "export")) == "none"
    assert left.powers == {"reassign"}


def test_hidden_and_locked_fields_stay_so() -> None:
    left = narrowed(EVERYTHING, {"contact": "write"})

    assert left.hides("contact", "birthday")
    assert left.locks("contact", "owner")
    assert left.teams == {1}


def test_a_level_that_is_none_opens_nothing() -> None:
    assert narrowed(EVERYTHING, {"contact": "all"}).scope("contact", "view") == "none"
