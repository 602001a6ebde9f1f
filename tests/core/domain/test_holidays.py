from datetime import date

from keen.core.domain.holidays import public_holidays, regions, supported


def test_a_region_has_holidays_of_its_own() -> None:
    bavaria, berlin = public_holidays("DE", "BY", 2026), public_holidays("DE", "BE", 2026)

    assert date(2026, 1, 6) in bavaria
    assert date(2026, 1, 6) not in berlin
    assert bavaria[date(2026, 12, 25)] == "Christmas Day"


def test_what_is_unknown_has_no_holidays() -> None:
    assert public_holidays("", "", 2026) == {}
    assert public_holidays("ZZ", "", 2026) == {}
    assert public_holidays("DE", "BY", 9999) == {}


def test_an_unknown_region_falls_back_to_its_country() -> None:
    assert public_holidays("DE", "XX", 2026) == public_holidays("DE", "", 2026)


def test_regions_carry_names() -> None:
    assert ("BY", "Bayern") in regions("DE")
    assert regions("ZZ") == ()
    assert "AT" in supported()
