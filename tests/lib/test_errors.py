import pickle

import pytest

from keen.lib.errors import ForbiddenError, KeenError, NotVisibleError, RuleError, StaleVersionError


def test_a_refusal_carries_code_sentence_and_field():
    error = RuleError("too_long", "Shorten the name.", "name")

    assert (error.code, error.message, error.field, str(error)) == (
        "too_long",
        "Shorten the name.",
        "name",
        "Shorten the name.",
    )
    assert isinstance(error, KeenError)


@pytest.mark.parametrize("kind", [NotVisibleError, ForbiddenError, StaleVersionError])
def test_every_refusal_has_a_sentence_of_its_own_and_travels(
    kind: type[NotVisibleError | ForbiddenError | StaleVersionError],
):
    error = kind()
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - made here

    assert (type(copy), copy.code, copy.message) == (kind, error.code, error.message)
    assert error.message.endswith(".")


def test_the_sentence_of_a_refusal_still_knows_its_rule():
    message = RuleError("too_long", "Shorten the name.").message
    copy = pickle.loads(pickle.dumps(message))  # noqa: S301 - made here

    assert (message, message.code, copy.code, f"{message}") == (
        "Shorten the name.",
        "too_long",
        "too_long",
        "Shorten the name.",
    )
