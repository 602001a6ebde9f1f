"""The kind of device and the family of the browser: all that is kept of what a browser says about itself."""

from functools import lru_cache

# In the order in which they have to be looked for: most browsers claim to be others, too.
FAMILIES = (
    ("Firefox/", "firefox"),
    ("FxiOS/", "firefox"),
    ("Edg", "edge"),
    ("OPR/", "opera"),
    ("CriOS/", "chrome"),
    ("Chrome/", "chrome"),
    ("Chromium/", "chrome"),
    ("Safari/", "safari"),
)
PHONES = ("Mobi", "Android", "iPhone", "iPad")


@lru_cache(maxsize=512)
def device_of(agent: str) -> tuple[str, str]:
    """The device ("phone" or "desk") and the family of the browser."""
    family = next((name for mark, name in FAMILIES if mark in agent), "other")
    return ("phone" if any(mark in agent for mark in PHONES) else "desk"), family
