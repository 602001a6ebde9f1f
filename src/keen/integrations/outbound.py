"""The one door to other servers: every address is checked before it is dialled, and the checked one is dialled.

Names are resolved here and nowhere else, so a name that means another address a moment later changes nothing. No proxy
of the environment is used and no redirect followed. Certificates are checked against the system's list.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore
from httpcore import NetworkBackend, NetworkStream

from keen.integrations.domain import places
from keen.integrations.domain.health import Answer, Fault, fault_of
from keen.integrations.domain.places import Network
from keen.lib.errors import RuleError

DEADLINE = 15.0
CONNECT = 5.0
MOST_ADDRESSES = 3
MOST_READ = 16_384
MOST_KEPT = 500
MOST_KEPT_ALIVE = 100
Resolve = Callable[[str, int], Sequence[str]]


class _NameError(httpcore.ConnectError):
    """The name leads nowhere."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, or of an address in any spelling that the system understands.

    Raises: httpcore.ConnectError when there are none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _NameError(host) from None
    return [str(address[0]) for *_, address in found]


def leads_inside(url: str, door: "Door", seconds: float = 2.0) -> bool:
    """Whether the name in the address leads into a closed network now. No, where nobody can tell within the time.

    Shape: for a warning alone; what counts is the address at the time of sending.
    """
    parts = urlsplit(url)
    pool = ThreadPoolExecutor(1, thread_name_prefix="keen-name")
    try:
        found = pool.submit(door.names, parts.hostname or "", parts.port or 443).result(seconds)
        places.pinned(found, door.allowed)
    except (TimeoutError, httpcore.ConnectError):
        return False
    except RuleError:
        return True
    finally:
        pool.shutdown(wait=False)
    return False


class _Clock(threading.local):
    """The end of the request that the thread is busy with: one deadline for all of its reads and writes."""

    end = 0.0

    def left(self, timeout: float | None) -> float:
        rest = self.end - time.monotonic()
        if rest <= 0:
            raise httpcore.ReadTimeout
        return rest if timeout is None else min(rest, timeout)


class _Stream(NetworkStream):
    """A connection whose every step ends with the deadline, so that nobody keeps it open drop by drop."""

    def __init__(self, inner: NetworkStream, clock: _Clock) -> None:
        self._inner = inner
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._clock.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._clock.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        try:
            inner = self._inner.start_tls(ssl_context, server_hostname, self._clock.left(timeout))
        except httpcore.ConnectError as error:
            raise _UnsafeError(str(error)) from None
        return _Stream(inner, self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _UnsafeError(httpcore.ConnectError):
    """The certificate does not hold, or the server speaks no TLS."""


class _Guard(NetworkBackend):
    """Connects to checked addresses alone."""

    def __init__(self, allowed: Iterable[Network], clock: _Clock, names: Resolve) -> None:
        self._allowed = tuple(allowed)
        self._clock = clock
        self._names = names
        self._dial = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        checked = places.pinned(self._names(host, port), self._allowed)
        for address in checked[:MOST_ADDRESSES]:
            try:
                left = self._clock.left(timeout)
                return _Stream(
                    self._dial.connect_tcp(address, port, left, local_address, socket_options), self._clock
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last


@dataclass(frozen=True)
class Door:
    """What may be reached. `names` is replaced by tests alone."""

    allow_http: bool = False
    allowed: tuple[Network, ...] = ()
    names: Resolve = resolve
    deadline: float = DEADLINE


class Outbound:
    """Sends messages, keeping connections open between them. May be used by many threads at once."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self.deadline = door.deadline
        self._clock = _Clock()
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=None,
            max_keepalive_connections=MOST_KEPT_ALIVE,
            keepalive_expiry=10,
            network_backend=_Guard(door.allowed, self._clock, door.names),
        )

    def close(self) -> None:
        """Close what is kept open."""
        self._pool.close()

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """How the server answered to a POST of the body; whatever went wrong is in the answer."""
        began = time.monotonic()
        self._clock.end = began + self._door.deadline
        try:
            places.checked_url(url, allow_http=self._door.allow_http)
            answer = self._exchange(url, headers, body)
        except RuleError:
            answer = Answer(fault=Fault.CLOSED)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
            answer = Answer(fault=_fault(error))
        took = int((time.monotonic() - began) * 1000)
        return Answer(answer.status, answer.fault, took, answer.text, answer.retry_after)

    def _exchange(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        waits = {"connect": CONNECT, "read": self._door.deadline, "write": self._door.deadline}
        with self._pool.stream(
            "POST", url, headers=list(headers.items()), content=body, extensions={"timeout": waits}
        ) as response:
            read = b""
            for part in response.iter_stream():
                read += part
                if len(read) >= MOST_READ:
                    break  # leaving the block closes the connection
            told = {name.lower(): value for name, value in response.headers}
            patience = told.get(b"retry-after", b"").decode("latin-1")[:80]
            return Answer(response.status, fault_of(response.status), text=_text(read), retry_after=patience)


def _fault(error: Exception) -> Fault:
    faults: tuple[tuple[type[Exception], Fault], ...] = (
        (_NameError, Fault.NAME),
        (_UnsafeError, Fault.TLS),
        (httpcore.TimeoutException, Fault.TIMEOUT),
        (httpcore.ProtocolError, Fault.BROKEN),
        (httpcore.ReadError, Fault.BROKEN),
    )
    return next((fault for kind, fault in faults if isinstance(error, kind)), Fault.CONNECT)


def _text(read: bytes) -> str:
    """The first characters, without what a database or a terminal takes for more than a character."""
    text = read[: MOST_KEPT * 4].decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() or sign == "\n" else "·" for sign in text)[:MOST_KEPT]
