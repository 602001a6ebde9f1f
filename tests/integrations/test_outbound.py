"""The one door to other servers: nothing of the inside is reached, nobody keeps a connection for ever."""

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpcore
import pytest

from keen.integrations.domain.health import Answer, Fault
from keen.integrations.outbound import Door, Outbound, leads_inside, resolve
from tests.factories.integrations import LOOPBACK, Receiver, receiver

STRICT = Door(allow_http=True, deadline=2)
SPELLINGS = [
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://017700000001:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://127.127.127.127:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST:{port}/",
    "http://localhost.:{port}/",
    "http://[::1]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://user:word@127.0.0.1:{port}/",
    "http://example.com@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@example.com/",
    "http://①②⑦.0.0.1:{port}/",
    "http://127%2e0%2e0%2e1:{port}/",
]


@contextmanager
def outbound(door: Door) -> Iterator[Outbound]:
    made = Outbound(door)
    yield made
    made.close()


def post(door: Door, url: str, body: bytes = b"{}") -> Answer:
    with outbound(door) as made:
        return made.post(url, {"content-type": "application/json"}, body)


@pytest.fixture
def everywhere() -> Iterator[Receiver]:
    """A receiver on all addresses of this machine, in both families."""
    with receiver("0.0.0.0") as four:  # noqa: S104  every address is the point
        try:
            with receiver_six(four) as six:
                four.heard = six.heard
                yield four
        except OSError:  # a machine without IPv6
            yield four


@contextmanager
def receiver_six(four: Receiver) -> Iterator[Receiver]:
    """Accepts on [::1] at the same port, and notes what connects."""
    server = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    server.bind(("::", four.port))
    server.listen()

    def accept() -> None:
        while True:
            try:
                taken, _ = server.accept()
            except OSError:
                return
            four.heard.append(taken)
            taken.close()

    threading.Thread(target=accept, daemon=True).start()
    yield four
    server.close()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_this_machine_is_reached(everywhere: Receiver, spelling: str) -> None:
    answer = post(STRICT, spelling.format(port=everywhere.port))

    assert everywhere.heard == []
    assert answer.fault in {Fault.CLOSED, Fault.NAME}
    assert answer.status == 0
    assert answer.text == ""


def test_the_receiver_of_those_tests_can_be_reached(everywhere: Receiver) -> None:
    assert post(LOOPBACK, f"http://127.0.0.1:{everywhere.port}/").status == 204
    assert len(everywhere.heard) == 1


def test_a_name_is_asked_once_and_the_checked_address_is_dialled() -> None:
    """A name that leads to an open address when it is checked and to a closed one a moment later."""
    asked: list[str] = []
    with receiver("127.0.0.2") as good, receiver("127.0.0.1", port=good.port) as bad:

        def flip(host: str, port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.2"] if len(asked) == 1 else ["127.0.0.1"]

        door = replace(STRICT, allowed=(ip_network("127.0.0.2"),), names=flip)
        url = f"http://rebinding.example:{good.port}/hook"
        first, second = post(door, url), post(door, url)

        assert (first.status, second.fault) == (204, Fault.CLOSED)
        assert [one.headers["host"] for one in good.heard] == [f"rebinding.example:{good.port}"]
        assert bad.heard == []
        assert asked == ["rebinding.example"] * 2


def test_a_name_that_leads_outside_and_inside_is_refused() -> None:
    with receiver() as inside:
        door = replace(STRICT, names=lambda *_: ["93.184.215.14", "127.0.0.1"])

        assert post(door, f"http://both.example:{inside.port}/").fault is Fault.CLOSED
        assert inside.heard == []


@pytest.mark.parametrize(
    ("found", "inside"),
    [(["10.0.0.7"], True), (["93.184.215.14", "127.0.0.1"], True), (["93.184.215.14"], False), ([], False)],
)
def test_a_name_that_leads_inside_is_known_before_anything_is_sent(found: list[str], *, inside: bool) -> None:
    def names(host: str, port: int) -> list[str]:
        assert (host, port) == ("shop.example", 8443)
        if not found:
            raise httpcore.ConnectError
        return found

    assert leads_inside("https://shop.example:8443/hook", replace(STRICT, names=names)) is inside


def test_a_name_that_nobody_answers_for_keeps_nobody_waiting() -> None:
    def names(*_: object) -> list[str]:
        time.sleep(0.2)
        return ["10.0.0.7"]

    slow = replace(STRICT, names=names)

    assert leads_inside("https://slow.example/hook", slow, seconds=0.01) is False


def test_redirects_are_not_followed() -> None:
    with receiver() as inside, receiver() as outside:
        for status in (301, 302, 303, 307, 308):
            outside.reply = (status, {"Location": inside.url}, b"")
            assert post(LOOPBACK, outside.url).fault is Fault.REDIRECT

        assert len(outside.heard) == 5
        assert inside.heard == []


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver() as proxy, receiver() as real:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")

        assert post(LOOPBACK, real.url).status == 204
        assert proxy.heard == []


def test_https_alone_unless_allowed() -> None:
    with receiver() as plain:
        assert post(replace(LOOPBACK, allow_http=False), plain.url).fault is Fault.CLOSED
        assert plain.heard == []


def test_a_connection_is_kept_for_the_next_message() -> None:
    with receiver() as server, outbound(LOOPBACK) as made:
        answers = [made.post(server.url, {}, b"{}") for _ in range(3)]

        assert [answer.status for answer in answers] == [204] * 3


def raw_server(serve: Any) -> tuple[socket.socket, str]:
    server = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                taken, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(taken,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return server, f"http://127.0.0.1:{server.getsockname()[1]}/"


def drip(taken: socket.socket) -> None:
    """One byte now and then, so that no single read takes long."""
    try:
        taken.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            taken.sendall(b"a")
            time.sleep(0.05)
    except OSError:
        taken.close()


def drip_body(taken: socket.socket) -> None:
    try:
        taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            taken.sendall(b"a")
            time.sleep(0.05)
    except OSError:
        taken.close()


def say_nothing(taken: socket.socket) -> None:
    time.sleep(5)
    taken.close()


@pytest.mark.parametrize("serve", [drip, drip_body, say_nothing])
def test_the_deadline_holds_for_the_whole_exchange(serve: Any) -> None:
    server, url = raw_server(serve)
    began = time.monotonic()
    answer = post(replace(LOOPBACK, deadline=0.5), url)
    server.close()

    assert answer.fault is Fault.TIMEOUT
    assert time.monotonic() - began < 1.5


def test_a_huge_answer_is_read_to_a_limit() -> None:
    with receiver(reply=(500, {}, b"x" * 50_000_000)) as server:
        began = time.monotonic()
        answer = post(LOOPBACK, server.url)

        assert (answer.status, answer.text) == (500, "x" * 500)
        assert time.monotonic() - began < 1


@pytest.mark.parametrize("told", [b"not http at all\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 30_000])
def test_an_answer_that_cannot_be_read_is_broken(told: bytes) -> None:
    def serve(taken: socket.socket) -> None:
        taken.recv(10_000)
        taken.sendall(told)
        taken.close()

    server, url = raw_server(serve)

    assert post(LOOPBACK, url).fault is Fault.BROKEN
    server.close()


def test_what_an_answer_says_is_kept_as_plain_text() -> None:
    with receiver(reply=(400, {}, b"bad \x00\x1b[31m<script>\xff\n\xe2\x80\xaeevil")) as server:
        assert post(LOOPBACK, server.url).text == "bad ··[31m<script>\ufffd\n·evil"


def test_nobody_at_the_address_and_no_such_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert post(LOOPBACK, f"http://127.0.0.1:{port}/").fault is Fault.CONNECT
    assert post(LOOPBACK, "http://does-not-exist.invalid/").fault is Fault.NAME


def test_a_certificate_of_nobodys_is_refused(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-keyout", str(key), "-out", str(certificate), "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def serve(taken: socket.socket) -> None:
        try:
            context.wrap_socket(taken, server_side=True).close()
        except OSError:
            taken.close()

    server, url = raw_server(serve)

    assert post(LOOPBACK, url.replace("http:", "https:")).fault is Fault.TLS
    server.close()


def test_names_are_resolved_to_every_address() -> None:
    assert "127.0.0.1" in resolve("localhost", 80)
    assert resolve("0x7f.1", 80) == ["127.0.0.1"]
