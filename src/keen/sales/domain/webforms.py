"""What may be decided about a web form: read from what was typed, refused in words that say what to mend."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from keen.lib import text
from keen.lib.errors import RuleError
from keen.sales.domain.leads import MOST_HOURS

LONGEST_NAME: Final = 80
LONGEST: Final = {"intro": 300, "thanks": 500, "consent_text": 500, "campaign": 120}
MOST_SITES: Final = 20
# A lead needs a name, so every form asks for it.
ALWAYS: Final = "last_name"
_HOST: Final = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?::\d{1,5})?", re.ASCII
)


@dataclass(frozen=True)
class FormWish:
    """What a form is to be, as it was typed."""

    name: str
    fields: Sequence[str] = ()
    required: Collection[str] = ()
    intro: str = ""
    thanks: str = ""
    consent_text: str = ""
    campaign: str = ""
    promised_hours: str = ""
    team_id: int | None = None
    owner_id: int | None = None
    sites: str = field(default="")


def name_of(typed: str) -> str:
    """The name, tidied.

    Raises: RuleError for none, or one that is too long.
    """
    name = text.clean(typed)
    if not name:
        raise RuleError("missing", "Give the form a name: leads say that they came by it.", "name")
    if len(name) > LONGEST_NAME:
        raise RuleError("too_long", f"{LONGEST_NAME} characters fit. Choose a shorter name.", "name")
    return name


def text_of(typed: str, name: str) -> str:
    """The text, tidied.

    Raises: RuleError for one that is too long.
    """
    found = text.clean(typed)
    if len(found) > LONGEST[name]:
        raise RuleError("too_long", f"{LONGEST[name]} characters fit. Say it shorter.", name)
    return found


def fields_of(
    wished: Sequence[str], required: Collection[str], offered: Sequence[str]
) -> list[dict[str, Any]]:
    """The fields in the order in which they are offered; the name is always asked for."""
    chosen = {*wished, ALWAYS}
    return [{"name": one, "required": one == ALWAYS or one in required} for one in offered if one in chosen]


def hours_of(typed: str) -> int | None:
    """The hours, None for no promise.

    Raises: RuleError.
    """
    said = typed.strip()
    if not said:
        return None
    if not said.isascii() or not said.isdecimal() or not 0 < int(said[:9]) <= MOST_HOURS:
        raise RuleError(
            "not_a_number", f"Write hours from 1 to {MOST_HOURS}, or leave it empty.", "promised_hours"
        )
    return int(said)


def sites_of(typed: str) -> list[str]:
    """The origins that may show the form within their pages: "https://www.nord.example".

    Raises: RuleError for what is no address of a site.
    """
    found: dict[str, None] = {}
    for one in typed.replace(",", " ").split():
        scheme, host = _origin(one)
        if scheme not in {"http", "https"} or not _HOST.fullmatch(host):
            message = f"“{one[:60]}” is no address of a site. Write it like https://www.example.com."
            raise RuleError("not_a_site", message, "sites")
        found[f"{scheme}://{host}"] = None
    if len(found) > MOST_SITES:
        raise RuleError("too_many", f"{MOST_SITES} sites fit.", "sites")
    return list(found)


def _origin(typed: str) -> tuple[str, str]:
    try:
        parts = urlsplit(typed if "://" in typed else f"https://{typed}")
    except ValueError:  # brackets that are no address
        return "", ""
    return parts.scheme, parts.netloc.casefold()
