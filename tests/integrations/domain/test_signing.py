"""Signatures, against the example of the specification and against the rules of its text."""

import base64

import pytest

from keen.integrations.domain import signing


def test_the_example_of_the_reference_libraries_comes_out() -> None:
    """Secret, id, timestamp and body of the test vector that the libraries of Standard Webhooks share."""
    signed = signing.sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_are_long_enough_and_never_the_same() -> None:
    made = {signing.new_secret() for _ in range(100)}

    assert len(made) == 100
    assert {len(base64.b64decode(secret.removeprefix("whsec_"))) for secret in made} == {32}


def test_two_secrets_sign_side_by_side() -> None:
    first, second = signing.new_secret(), signing.new_secret()
    sent = signing.headers([first, second], "msg_1", 7, b"{}")

    assert sent["webhook-signature"].split(" ") == [
        signing.sign(first, "msg_1", 7, b"{}"),
        signing.sign(second, "msg_1", 7, b"{}"),
    ]


@pytest.mark.parametrize("changed", [("msg_2", 7, b"{}"), ("msg_1", 8, b"{}"), ("msg_1", 7, b"{ }")])
def test_each_part_counts(changed: tuple[str, int, bytes]) -> None:
    secret = signing.new_secret()

    assert signing.sign(secret, *changed) != signing.sign(secret, "msg_1", 7, b"{}")


@pytest.mark.parametrize("secret", ["", "c2VjcmV0", "whsec_not base64"])
def test_what_is_no_secret_signs_nothing(secret: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        signing.sign(secret, "msg_1", 7, b"{}")
