"""How somebody stands in the events: by number, or by the codes that stood for them."""

import re
from dataclasses import dataclass
from typing import Final

_CODE: Final = re.compile(r"[0-9a-f]{20}", re.ASCII)


@dataclass(frozen=True)
class Person:
    """Somebody whose events are looked for."""

    user_id: int
    codes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(_CODE.fullmatch(code) for code in self.codes):
            raise ValueError("A code of a person has twenty hexadecimal digits.")

    @property
    def sql(self) -> str:
        """The condition that finds their events, of numbers and hexadecimal digits alone."""
        named = ", ".join(f"'{code}'" for code in self.codes)
        return f"(user_id = {int(self.user_id)}" + (f" OR who IN ({named}))" if named else ")")
