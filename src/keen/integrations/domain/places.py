"""Where Keen may send to: which addresses of the internet, and which a company allows in its own network besides."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from keen.lib.errors import RuleError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MOST_URL = 500
LOWEST_FREE_PORT = 1024
OPEN_PORTS = frozenset({80, 443})
# Beyond what `is_global` refuses: shared space of providers, benchmarks, relics, and the host's side of clouds.
CLOSED = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "168.63.129.16/32",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "240.0.0.0/4",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
    )
)
UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
REFUSED = "Keen does not send there: the address is not one of the public internet."


def is_open(address: Address, allowed: Iterable[Network] = ()) -> bool:
    """Whether Keen may connect to the address: a public one, or one that the installation allows.

    Shape: an IPv4 address within an IPv6 one counts as itself.
    Source: the IANA registries of special-purpose addresses, RFC 6890; RFC 6052 for NAT64.
    """
    plain = bare(address)
    if plain is None:
        return False
    if any(plain in network for network in allowed if network.version == plain.version):
        return True
    if isinstance(plain, IPv6Address) and plain not in UNICAST:
        return False
    closed = any(plain in network for network in CLOSED if network.version == plain.version)
    return plain.is_global and not (plain.is_multicast or plain.is_reserved or closed)


def bare(address: Address) -> Address | None:
    """The address without its wrapping; None for one with a scope, which means something on one link alone."""
    if isinstance(address, IPv4Address):
        return address
    if address.scope_id:
        return None
    if address.ipv4_mapped:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else address


def pinned(found: Sequence[str], allowed: Iterable[Network] = ()) -> list[str]:
    """The addresses to connect to, of those that a name leads to.

    Raises: RuleError unless every one of them is open: a name that leads to both is a trick.
    """
    networks = tuple(allowed)
    if not found or not all(is_open(ip_address(address), networks) for address in found):
        raise RuleError("closed_address", REFUSED)
    return list(dict.fromkeys(found))


def refuse_closed(url: str, allowed: Iterable[Network] = ()) -> None:
    """Nothing, unless the address is a number that is closed, or this machine: names are looked up when dialled.

    Raises: RuleError.
    """
    host = urlsplit(url).hostname or ""
    here = host.rstrip(".") == "localhost" or host.rstrip(".").endswith(".localhost")
    try:
        address = ip_address("127.0.0.1" if here else host)
    except ValueError:
        return
    if not is_open(address, allowed):
        raise _mend(
            f"{host} is no address of the public internet. Whoever runs Keen can allow its network with"
            " KEEN_WEBHOOK_NETWORKS."
        )


def networks_of(text: str) -> tuple[Network, ...]:
    """The networks of a setting such as "10.0.0.0/8, 192.168.1.5".

    Raises: ValueError for what is no network.
    """
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def checked_url(given: str, *, allow_http: bool = False) -> str:
    """The address of an endpoint as it is kept.

    Raises: RuleError that says what to mend.
    """
    url = given.strip()
    if len(url) > MOST_URL or not url.isascii() or any(sign.isspace() or sign == "\\" for sign in url):
        raise _mend("Give one address of at most 500 plain characters, without blanks.")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise _mend("This is no address. It looks like https://example.com/hooks.") from None
    _check_scheme(parts.scheme, allow_http=allow_http)
    if not host:
        raise _mend("The name of the server is missing, as in https://example.com/hooks.")
    if parts.username is not None or parts.password is not None:
        raise _mend("Leave out the name and password: every message is signed instead.")
    if parts.fragment:
        raise _mend("Leave out what stands behind #: servers never see it.")
    if port is not None and port not in OPEN_PORTS and port < LOWEST_FREE_PORT:
        raise _mend("Choose port 443, or one above 1023.")
    return url


def _check_scheme(scheme: str, *, allow_http: bool) -> None:
    if scheme == "http" and not allow_http:
        raise _mend(
            "Use https:// so that nobody on the way reads along. Whoever runs Keen can allow http:// with"
            " KEEN_WEBHOOK_ALLOW_HTTP."
        )
    if scheme not in {"https", "http"}:
        raise _mend("The address starts with https://.")


def _mend(message: str) -> RuleError:
    return RuleError("url", message, "url")
