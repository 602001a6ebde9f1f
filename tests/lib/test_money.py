from decimal import Decimal

from keen.lib.money import in_words, told


def test_cents_are_shown_where_there_are_some_and_letters_stand_apart() -> None:
    assert in_words(Decimal("48000.00"), "EUR") == "€48,000"
    assert in_words(Decimal("12.5"), "EUR") == "€12.50"
    assert in_words(Decimal(-80000), "CHF") == "-CHF\N{NO-BREAK SPACE}80,000"
    assert told({"amount": "10", "currency": "EUR"}) == "€10"
    assert told(None) == ""
