"""Countries as people write them, and the code they are kept under."""

import re
from functools import cache
from typing import Final

from babel import Locale

from keen.lib import text

LANGUAGES: Final = ("en", "de", "fr", "es", "it", "pt", "nl")
_PARTS: Final = re.compile(r"[/,;()\[\]]")
# Codes that Unicode lists as territories and ISO 3166-1 does not.
_NOT_COUNTRIES: Final = frozenset(
    ["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"]
)
_ALIASES: Final = {
    "GB": "uk|u k|england|scotland|wales|schottland|northern ireland|great britain|grossbritannien|gb|gbr|"
    "angleterre|inglaterra|gran bretana|grande bretagne|united kingdom of great britain and northern ireland",
    "US": "usa|u s a|u s|united states of america|vereinigte staaten von amerika|etats unis d amerique|"
    "estados unidos de america|america|amerika|eua|ee uu|eeuu|the united states",
    "DE": "d|ger|deu|bundesrepublik deutschland|federal republic of germany|brd|germany de",
    "AT": "a|aut|oesterreich|republik osterreich",
    "CH": "che|sui|swiss|schweizerische eidgenossenschaft|schweiz suisse svizzera",
    "FR": "f|fra|republique francaise",
    "ES": "e|esp|reino de espana",
    "IT": "i|ita",
    "NL": "nld|holland|the netherlands|pays bas|paises bajos|hollande|holanda",
    "BE": "b|bel",
    "LU": "l|lux",
    "LI": "fl",
    "CZ": "czech republic|tschechische republik|republique tcheque|republica checa|cze|ceska republika",
    "SK": "slovak republic|svk",
    "RU": "russian federation|rus|russische foderation",
    "KR": "korea|south korea|republic of korea|kor",
    "KP": "north korea|prk",
    "CN": "p r china|pr china|peoples republic of china|people s republic of china|chn|volksrepublik china",
    "TW": "taiwan r o c|twn",
    "VN": "viet nam",
    "IR": "islamic republic of iran",
    "SY": "syrian arab republic",
    "MK": "macedonia|mazedonien",
    "IE": "eire|irl|republic of ireland",
    "TR": "turkey|tur|turkei",
    "CI": "ivory coast|cote d ivoire",
    "CV": "cape verde",
    "SZ": "swaziland",
    "MM": "burma|birma",
    "CD": "democratic republic of the congo|dr congo|drc|zaire",
    "CG": "republic of the congo",
    "AE": "uae|u a e|vae",
    "GR": "el|grc|hellas",
    "SE": "swe|sverige",
    "NO": "nor|norge",
    "DK": "dnk|danmark",
    "FI": "fin|suomi",
    "PL": "pol|polska",
    "PT": "prt",
    "HU": "hun|magyarorszag",
    "JP": "jpn|nippon",
    "CA": "can",
    "MX": "mex|mejico",
    "BR": "bra|brasil",
    "AR": "arg",
    "AU": "aus",
    "NZ": "nzl",
    "IN": "ind",
    "ZA": "zaf|rsa",
    "VA": "holy see",
    "MD": "republic of moldova",
    "TZ": "united republic of tanzania",
    "VE": "bolivarian republic of venezuela",
    "BO": "plurinational state of bolivia",
    "LA": "lao people s democratic republic",
    "BN": "brunei darussalam",
    "PS": "palestine|state of palestine",
    "HK": "hong kong",
    "MO": "macau|macao",
}


def code(name_or_code: str) -> str:
    """ISO 3166-1 alpha-2 code of a country named in one of seven languages, by code or by a usual short form, or ""."""
    key = text.fold(name_or_code)
    if not key:
        return ""
    codes = _codes()
    if key in codes:
        return codes[key]
    # "Schweiz/Suisse", "Germany (DE)", "Deutschland, Bayern": every part is asked, and they must not disagree.
    found = {codes[part] for part in map(text.fold, _PARTS.split(name_or_code)) if part in codes}
    return found.pop() if len(found) == 1 else ""


def name(country_code: str, language: str = "en") -> str:
    """The country's name in a language; the code itself when it is unknown."""
    return _names(language).get(country_code.upper(), country_code)


def choices(language: str = "en") -> list[tuple[str, str]]:
    """Every country as (code, name), by name."""
    return sorted(_names(language).items(), key=lambda pair: text.fold(pair[1]))


@cache
def _names(language: str) -> dict[str, str]:
    territories = Locale.parse(language).territories
    return {
        str(key): str(value)
        for key, value in territories.items()
        if len(key) == 2 and key.isalpha() and key not in _NOT_COUNTRIES
    }


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for language in LANGUAGES:
        for country_code, country_name in _names(language).items():
            codes.setdefault(text.fold(country_name), country_code)
    for country_code in _names("en"):
        codes[text.fold(country_code)] = country_code
        own = _own_name(country_code)
        if own:
            codes.setdefault(text.fold(own), country_code)
    for country_code, aliases in _ALIASES.items():
        for alias in aliases.split("|"):
            codes.setdefault(alias, country_code)
    return codes


@cache
def _own_name(country_code: str) -> str:
    own_language = {
        "SE": "sv", "NO": "nb", "DK": "da", "FI": "fi", "PL": "pl", "CZ": "cs", "SK": "sk", "HU": "hu",
        "GR": "el", "TR": "tr", "RU": "ru", "JP": "ja", "CN": "zh", "KR": "ko", "UA": "uk", "RO": "ro", "BG": "bg",
        "HR": "hr", "SI": "sl", "EE": "et", "LV": "lv", "LT": "lt", "IS": "is", "IL": "he", "EG": "ar",
    }.get(country_code)  # fmt: skip
    return _names(own_language).get(country_code, "") if own_language else ""
