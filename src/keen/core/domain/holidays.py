"""Public holidays by country and region."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1900, 2200


@lru_cache(maxsize=512)
def public_holidays(country: str, region: str, year: int) -> Mapping[date, str]:
    """The holidays of the year with their names; without a region those of the whole country, none for no country.

    Source: the package `holidays`, in English where it has English names.
    """
    import holidays  # noqa: PLC0415  a quarter of a second that most commands need not wait for

    if country not in supported() or not FIRST_YEAR <= year <= LAST_YEAR:
        return {}
    given = {"years": [year], "subdiv": region if region in supported()[country] else None}
    known = holidays.country_holidays(country)
    language = "en_US" if "en_US" in known.supported_languages else None
    return dict(holidays.country_holidays(country, language=language, **given))  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def supported() -> Mapping[str, tuple[str, ...]]:
    """The codes of all countries whose holidays are known, each with those of its regions."""
    import holidays  # noqa: PLC0415  as above

    found = holidays.list_supported_countries(include_aliases=False)
    return {code: tuple(regions) for code, regions in found.items() if len(code) == 2}


@lru_cache(maxsize=64)
def regions(country: str) -> tuple[tuple[str, str], ...]:
    """The regions of the country as (code, name), by name."""
    import holidays  # noqa: PLC0415  as above

    codes = supported().get(country, ())
    if not codes:
        return ()
    names = {code: name for name, code in holidays.country_holidays(country).subdivisions_aliases.items()}
    return tuple(sorted(((code, names.get(code, code)) for code in codes), key=lambda pair: pair[1]))
