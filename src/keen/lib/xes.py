"""Event logs in XES (IEEE 1849), read as a stream: one event at a time, whatever the size of the file."""

from collections.abc import Iterator
from typing import IO, Final
from xml.parsers import expat

TYPED: Final = frozenset({"string", "date", "int", "float", "boolean", "id"})
CHUNK: Final = 1 << 18
CASE: Final = "case:"


class XesError(ValueError):
    """The file is no log in XES."""


def read_events(file: IO[bytes]) -> Iterator[dict[str, str]]:
    """The attributes of each event by their keys; those of its trace under "case:" and the key.

    Raises: XesError for what is no XML, and for a document that declares entities, which could be a bomb.
    """
    reader = _Reader()
    while chunk := file.read(CHUNK):
        reader.feed(chunk, last=False)
        yield from reader.taken()
    reader.feed(b"", last=True)
    yield from reader.taken()


class _Reader:
    def __init__(self) -> None:
        self._found: list[dict[str, str]] = []
        self._case: dict[str, str] = {}
        self._event: dict[str, str] | None = None
        self._deep = 0
        self._in_trace = False
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._refuse

    def feed(self, chunk: bytes, *, last: bool) -> None:
        """The next part of the file."""
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise XesError(f"The file is no log in XES: line {error.lineno} cannot be read.") from error

    def taken(self) -> list[dict[str, str]]:
        """The events that are whole by now."""
        found, self._found = self._found, []
        return found

    def _refuse(self, *_: object) -> None:
        raise XesError("The file declares entities of its own, which no log needs.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "trace":
            self._in_trace, self._case, self._deep = True, {}, 0
        elif name == "event":
            self._event, self._deep = {}, 0
        elif name in TYPED or name in {"list", "container"}:
            self._deep += 1
            if self._deep == 1 and name in TYPED:
                self._keep(attributes)

    def _keep(self, attributes: dict[str, str]) -> None:
        key, value = attributes.get("key", ""), attributes.get("value", "")
        if self._event is not None:
            self._event[key] = value
        elif self._in_trace:
            self._case[CASE + key] = value

    def _end(self, name: str) -> None:
        if name == "event" and self._event is not None:
            self._found.append({**self._case, **self._event})
            self._event = None
        elif name == "trace":
            self._in_trace = False
        elif name in TYPED or name in {"list", "container"}:
            self._deep -= 1
