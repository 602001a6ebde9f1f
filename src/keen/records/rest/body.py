"""The JSON that a program sends: read once, and refused where two readers could read it differently."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from keen.core.domain.problems import Fault, Problem, pointer
from keen.records.rest.answers import RefusedError

DEEPEST = 12
TYPES = frozenset({"application/json", "application/merge-patch+json"})
_KEY = re.compile(rb'"\s*:')
Members = dict[str, Any]


def read(request: HttpRequest, *, optional: bool = False) -> Any:
    """The JSON of the body; None for no body where that is allowed.

    Raises: RefusedError.
    """
    try:
        raw = request.body
    except RequestDataTooBig:
        raise _unreadable(413, "too_large", "Send less at once, or bring it in as a file.") from None
    except UnreadablePostError:
        raise _unreadable(400, "unreadable", "The body ended before all of it had come.") from None
    if not raw and optional:
        return None
    if request.content_type not in TYPES or request.headers.get("Content-Encoding", "identity") != "identity":
        raise RefusedError(
            Problem(415, "unsupported_media_type", "Send plain JSON with Content-Type: application/json."),
            {
                "Accept-Post": "application/json",
                "Accept-Patch": "application/merge-patch+json, application/json",
            },
        )
    return _checked(raw)


def members(request: HttpRequest, known: Iterable[str] | None = None, *, optional: bool = False) -> Members:
    """The JSON object of the body, with no members but the known ones.

    Raises: RefusedError.
    """
    return object_of(
        read(request, optional=optional) if not optional else read(request, optional=True) or {}, known
    )


def object_of(given: Any, known: Iterable[str] | None = None, at: tuple[str | int, ...] = ()) -> Members:
    """The value, when it is an object without unknown members.

    Raises: RefusedError naming what is unknown.
    """
    if not isinstance(given, dict):
        raise RefusedError(_wrong([Fault("Send a JSON object: {…}.", "wrong_type", pointer(*at))]))
    unknown = sorted(set(given) - set(known)) if known is not None else []
    if unknown:
        raise RefusedError(
            _wrong(
                [
                    Fault(f"There is no “{name[:40]}” here.", "unknown_member", pointer(*at, name))
                    for name in unknown
                ]
            )
        )
    return given


def _wrong(faults: list[Fault]) -> Problem:
    return Problem(422, "invalid", "Nothing was done. Mend what is named and send it again.", faults)


def _checked(raw: bytes) -> Any:
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise _unreadable(400, "not_json", f"The body is not JSON: {str(error)[:160]}.") from None
    keys = _Walk(nul=b"\\u0000" in raw).count(value, ())
    # A key stands before a colon. Where there are more such places than keys were kept, one may be there twice.
    if len(_KEY.findall(raw)) != keys:
        _refuse_doubles(raw)
    return value


class _Walk:
    """Counts the keys of all objects; refuses what lies too deep, and NUL where the body mentions it."""

    def __init__(self, *, nul: bool) -> None:
        self.nul = nul

    def count(self, value: Any, at: tuple[str | int, ...]) -> int:
        """The number of keys in the value."""
        if len(at) > DEEPEST:
            raise _unreadable(400, "too_deep", f"The body nests deeper than {DEEPEST} levels.")
        if isinstance(value, dict):
            return len(value) + sum(
                self.count(part, (*at, self.clean(name, at)))
                for name, part in value.items()
                if self.nul or isinstance(part, dict | list)
            )
        if isinstance(value, list):
            return sum(
                self.count(part, (*at, place))
                for place, part in enumerate(value)
                if self.nul or isinstance(part, dict | list)
            )
        if isinstance(value, str):
            self.clean(value, at)
        return 0

    def clean(self, text: str, at: tuple[str | int, ...]) -> str:
        """The text, when it has no NUL."""
        if "\x00" in text:
            fault = Fault("NUL cannot be kept. Leave it out.", "nul", pointer(*at))
            raise RefusedError(Problem(400, "nul", "The body holds the character NUL.", [fault]))
        return text


def _refuse_doubles(raw: bytes) -> None:
    json.loads(raw, object_pairs_hook=_once_each())


def _once_each() -> Callable[[list[tuple[str, Any]]], None]:
    def made(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) != len(names):
            double = next(name for name in names if names.count(name) > 1)
            raise _unreadable(400, "double_member", f"“{double[:40]}” stands there twice in one object.")

    return made


def _unreadable(status: int, code: str, words: str) -> RefusedError:
    return RefusedError(Problem(status, code, words))
