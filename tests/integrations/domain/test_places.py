"""Where Keen sends to and where not."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.integrations.domain import places
from keen.lib.errors import RuleError

CLOSED = [
    "0.0.0.0",  # noqa: S104
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
OPEN = ["1.1.1.1", "8.8.8.8", "93.184.215.14", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", CLOSED)
def test_addresses_that_are_not_of_the_public_internet_are_closed(address: str) -> None:
    assert not places.is_open(ip_address(address))


@pytest.mark.parametrize("address", OPEN)
def test_public_addresses_are_open(address: str) -> None:
    assert places.is_open(ip_address(address))


def test_what_the_installation_allows_is_open_in_every_wrapping() -> None:
    allowed = places.networks_of("10.1.0.0/16, 192.168.1.5")

    assert places.is_open(ip_address("10.1.2.3"), allowed)
    assert places.is_open(ip_address("::ffff:10.1.2.3"), allowed)
    assert places.is_open(ip_address("192.168.1.5"), allowed)
    assert not places.is_open(ip_address("10.2.0.1"), allowed)
    assert not places.is_open(ip_address("192.168.1.6"), allowed)


@given(st.ip_addresses(network="10.0.0.0/8"), st.sampled_from(["::ffff:", "64:ff9b::"]))
def test_no_wrapping_opens_a_private_address(inner: object, wrap: str) -> None:
    assert not places.is_open(ip_address(f"{wrap}{inner}"))


@given(st.ip_addresses())
def test_what_is_open_is_global_and_no_group(address: object) -> None:
    if places.is_open(address):
        plain = places.bare(address)
        assert plain.is_global
        assert not plain.is_multicast
        assert not plain.is_loopback
        assert not plain.is_link_local


def test_a_name_that_leads_inside_as_well_is_closed() -> None:
    with pytest.raises(RuleError, match="public internet"):
        places.pinned(["8.8.8.8", "127.0.0.1"])
    with pytest.raises(RuleError):
        places.pinned([])

    assert places.pinned(["8.8.8.8", "1.1.1.1", "8.8.8.8"]) == ["8.8.8.8", "1.1.1.1"]


@pytest.mark.parametrize(
    ("url", "mend"),
    [
        ("", "https://"),
        ("example.com/hook", "https://"),
        ("http://example.com/", "reads along"),
        ("ftp://example.com/", "https://"),
        ("file:///etc/passwd", "https://"),
        ("gopher://127.0.0.1:6379/_x", "https://"),
        ("https:///hook", "name of the server"),
        ("https://user:word@example.com/", "name and password"),
        ("https://@example.com/", "name and password"),
        ("https://example.com/#part", "behind #"),
        ("https://example.com:22/", "port 443"),
        ("https://example.com:0/", "port 443"),
        ("https://example.com:99999/", "no address"),
        ("https://[::1/", "no address"),
        ("https://example.com/a b", "without blanks"),
        ("https://example.com\\@127.0.0.1/", "without blanks"),
        ("https://exämple.com/", "plain characters"),
        ("https://example.com/\r\nX: y", "without blanks"),
        ("https://example.com/" + "a" * 500, "500"),
    ],
)
def test_what_is_no_address_of_an_endpoint_says_what_to_mend(url: str, mend: str) -> None:
    with pytest.raises(RuleError, match=mend) as refused:
        places.checked_url(url)
    assert refused.value.field == "url"


def test_http_is_for_those_who_allow_it() -> None:
    assert (
        places.checked_url("http://example.com:8080/x?y=z", allow_http=True)
        == "http://example.com:8080/x?y=z"
    )
    assert places.checked_url(" https://example.com/hook ") == "https://example.com/hook"


def test_networks_are_read_from_a_setting() -> None:
    assert places.networks_of("") == ()
    assert places.networks_of("10.0.0.0/8,::1") == (ip_network("10.0.0.0/8"), ip_network("::1"))
    with pytest.raises(ValueError, match="does not appear"):
        places.networks_of("my network")


def test_a_closed_number_is_refused_where_it_is_typed() -> None:
    for url in ("https://192.168.0.1/", "https://[::1]/", "https://169.254.169.254/latest/"):
        with pytest.raises(RuleError, match="public internet") as refused:
            places.refuse_closed(url)
        assert refused.value.field == "url"
    places.refuse_closed("https://192.168.0.1/", places.networks_of("192.168.0.0/24"))
    places.refuse_closed("https://8.8.8.8/")
    places.refuse_closed("https://localhost.example/")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST.", "keen.localhost"])
def test_this_machine_is_refused_by_number_and_by_name_and_the_setting_named(host: str) -> None:
    with pytest.raises(RuleError, match="KEEN_WEBHOOK_NETWORKS"):
        places.refuse_closed(f"https://{host}/hook")
    places.refuse_closed(f"https://{host}/hook", places.networks_of("127.0.0.0/8"))


def test_the_setting_that_allows_http_is_named() -> None:
    with pytest.raises(RuleError, match="KEEN_WEBHOOK_ALLOW_HTTP"):
        places.checked_url("http://example.com/hook")
