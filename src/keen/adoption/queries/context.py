"""What is sent along with a message: worked out from the page and the device, shown before it is sent, kept as shown."""

from urllib.parse import urlsplit

from django.http import HttpRequest

from keen.core.models import User
from keen.telemetry.domain.devices import device_of
from keen.telemetry.domain.properties import UNKNOWN
from keen.telemetry.vocabulary import page_at

DEVICES = {"phone": "Phone", "desk": "Computer"}


def screen_of(address: str) -> str:
    """The name of the page at an address of Keen, "" for none. The address itself is not kept: it may name a record."""
    path = urlsplit(address).path
    if not path.startswith("/"):
        return ""
    name = page_at(path)
    return "" if name == UNKNOWN else name


def words_for(screen: str) -> str:
    """The page as a person reads it."""
    return screen.replace("-", " ").capitalize()


def context_of(request: HttpRequest, user: User, screen: str) -> list[tuple[str, str, str]]:
    """Key, label and value of everything that can be sent along.

    Cost: 1 query, 2 with a team.
    """
    device, browser = device_of(request.headers.get("User-Agent", ""))
    roles = ", ".join(user.roles.order_by("name").values_list("name", flat=True))
    team = user.team.name if user.team else ""
    found = [
        ("page", "Page", words_for(screen)),
        ("device", "Device", f"{DEVICES[device]}, {browser.capitalize()}"),
        ("role", "Role", roles),
        ("team", "Team", team),
    ]
    return [one for one in found if one[2]]
