"""How a program is told that something went wrong: problem details as in RFC 9457, with a JSON pointer for each fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from keen.lib.errors import ForbiddenError, KeenError, NotVisibleError, RuleError, StaleVersionError

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "The request could not be read",
    401: "A token is needed",
    403: "This is not open to you",
    404: "Nothing here that you can see",
    405: "This address does not do that",
    409: "Somebody else was quicker",
    412: "The record was changed meanwhile",
    413: "Too large",
    415: "Send JSON",
    422: "Not saved",
    428: "Say which version you saw",
    429: "Too many requests",
    500: "Something broke on our side",
    503: "Not now",
}


def status_of(error: KeenError) -> int:
    """The HTTP status of an error of the rules."""
    known = ((NotVisibleError, 404), (ForbiddenError, 403), (StaleVersionError, 409), (RuleError, 422))
    return next((status for kind, status in known if isinstance(error, kind)), 500)


@dataclass(frozen=True)
class Fault:
    """One thing to mend: where it stands, a stable word for programs, and a sentence.

    Shape: `pointer` is a JSON pointer (RFC 6901) into the body, or `parameter` the name of a part of the address.
    """

    detail: str
    code: str = ""
    pointer: str | None = None
    parameter: str = ""

    def to_json(self) -> dict[str, str]:
        """The fault as plain data."""
        where = {"pointer": self.pointer} if self.pointer is not None else {}
        where |= {"parameter": self.parameter} if self.parameter else {}
        return {**where, "code": self.code or "invalid", "detail": self.detail}


@dataclass(frozen=True)
class Problem:
    """A refused request. `code` is stable, for programs."""

    status: int
    code: str
    detail: str
    faults: Sequence[Fault] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The problem as plain data."""
        told: dict[str, Any] = {
            "type": f"urn:keen:problem:{self.code.replace('_', '-')}",
            "title": TITLES.get(self.status, TITLES[400]),
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.faults:
            told["errors"] = [fault.to_json() for fault in self.faults]
        return told | dict(self.more)


def pointer(*steps: str | int) -> str:
    """The JSON pointer to a place in a body."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
