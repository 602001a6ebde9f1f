"""Postal addresses."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Final, Self

from keen.lib import countries, text

# Where the postal code stands behind the city and the region; everywhere else it goes in front.
_CODE_LAST: Final = frozenset(
    ["US", "CA", "AU", "GB", "IE", "IN", "NZ", "ZA", "JP", "KR", "CN", "TW", "SG", "BR"]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One postal address; `country` is an ISO 3166-1 alpha-2 code, `label` says what it is for ("work", "home")."""

    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    label: str = ""

    def __bool__(self) -> bool:
        return bool(self.street or self.city or self.region or self.postal_code or self.country)

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> Self:
        """The address of a stored mapping; unknown keys are passed over, missing ones are empty."""
        return cls(**{f.name: str(stored.get(f.name) or "") for f in fields(cls)})

    def to_dict(self) -> dict[str, str]:
        """The address as it is stored."""
        return asdict(self)

    def lines(self, language: str = "en") -> list[str]:
        """The lines of a label, in the order usual in the country."""
        place = [self.postal_code, self.city]
        if self.country in _CODE_LAST:
            city_region = ", ".join(part for part in (self.city, self.region) if part)
            place = [city_region, self.postal_code]
            region = ""
        else:
            region = self.region
        found = [*self.street.splitlines(), " ".join(part for part in place if part), region]
        if self.country:
            found.append(countries.name(self.country, language))
        return [line.strip() for line in found if line.strip()]

    def one_line(self, language: str = "en") -> str:
        """The address in one line, parted by commas."""
        return ", ".join(self.lines(language))

    def key(self) -> str:
        """The address as it is compared: folded street with its usual abbreviations written alike, and postal code."""
        words = [_STREET_WORDS.get(word, word) for word in text.fold(self.street).split()]
        street = " ".join(words).replace("strasse", "str")
        return f"{street}|{text.fold(self.postal_code).replace(' ', '')}|{text.fold(self.city)}".strip("|")


_STREET_WORDS: Final = {
    "street": "st", "road": "rd", "avenue": "ave", "av": "ave", "boulevard": "blvd", "bd": "blvd", "drive": "dr",
    "lane": "ln", "court": "ct", "place": "pl", "square": "sq", "highway": "hwy", "suite": "ste", "floor": "fl",
    "north": "n", "south": "s", "east": "e", "west": "w", "platz": "pl", "calle": "c",
}  # fmt: skip
