"""The edge: bodies that are turned away unread, and NUL, which no database keeps."""

from gzip import decompress
from io import BytesIO

import pytest
from django.http import HttpResponse
from django.test import Client

from keen.core.edge import PackMiddleware, pack
from tests.factories.core import make_user

pytestmark = pytest.mark.django_db
BOUNDARY = "edge"
LARGE = 6 << 20


class Counted(BytesIO):
    """A body that remembers how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self.taken += len(found)
        return found


def send(client: Client, address: str, said: str = ""):
    """The answer to a large file, and how much of it was read."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'.encode()
    body = Counted(head + b"x" * LARGE + f"\r\n--{BOUNDARY}--\r\n".encode())
    length = str(len(body.getvalue()))
    answer = client.post(
        address,
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
        CONTENT_LENGTH=said or length,
        **{"wsgi.input": body},
    )
    return answer, body.taken


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_body_too_large_is_turned_away_unread_wherever_it_goes(signed_in: bool):
    client = Client(enforce_csrf_checks=True)
    if signed_in:
        client.force_login(make_user("administrator"))

    for address in ("/account/login/", "/settings/", "/contacts/", "/nowhere/", "/import/1/check/"):
        answer, taken = send(client, address)
        assert (answer.status_code, taken) == (413, 0)
        assert "more than Keen takes at once (5 MB)" in answer.content.decode()


def test_a_body_of_less_than_nothing_is_turned_away():
    answer, taken = send(Client(), "/settings/", said="-1")

    assert (answer.status_code, taken) == (413, 0)


def test_the_file_of_an_import_is_read_for_importers_alone():
    stranger, reader = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    reader.force_login(make_user("reader"))
    importer = Client()
    importer.force_login(make_user("sales_rep"))

    of_stranger, taken_of_stranger = send(stranger, "/import/")
    of_reader, taken_of_reader = send(reader, "/import/")
    of_importer, taken = send(importer, "/import/")

    assert (of_stranger.status_code, taken_of_stranger) == (302, 0)
    assert (of_reader.status_code, taken_of_reader) == (403, 0)
    assert of_importer.status_code not in {302, 403, 413}
    assert taken >= LARGE


@pytest.mark.parametrize(
    "address",
    ["/audit/?kind=%00", "/settings/people/?q=a%00b", "/contacts/?q=%00", "/search/?q=%00", "/?r=%00"],
)
def test_nul_in_an_address_is_as_if_it_was_not_there(client, address: str):
    client.force_login(make_user("administrator"))

    assert client.get(address).status_code == 200


def test_nul_in_a_path_leads_nowhere(client):
    client.force_login(make_user("administrator"))

    assert client.get("/join/%00/").status_code == 404
    assert client.get("/contacts/%00/").status_code == 404


def test_nul_in_a_form_is_not_kept(client):
    user = make_user("sales_rep")
    client.force_login(user)

    answer = client.post("/settings/", {"name": "Ma\x00ya", "_once": "\x00a"})
    noted = client.post("/notes/quick/", {"text": "Re\x00member", "_once": "\x00b"})

    user.refresh_from_db()
    assert (answer.status_code, noted.status_code, user.name) == (303, 303, "Maya")


def test_nul_in_a_session_is_no_session(client):
    client.cookies["sessionid"] = "a\x00b"

    assert client.get("/settings/").status_code == 302


def test_a_page_is_packed_for_whoever_takes_it_so_and_no_other(client: Client) -> None:
    client.force_login(make_user())

    packed = client.get("/", HTTP_ACCEPT_ENCODING="br, gzip")
    plain = client.get("/", HTTP_ACCEPT_ENCODING="identity")

    assert (packed["Content-Encoding"], plain.get("Content-Encoding")) == ("gzip", None)
    assert b"<title>Today" in decompress(packed.content)
    assert (int(packed["Content-Length"]), len(packed.content)) == (len(packed.content),) * 2
    assert len(packed.content) < len(plain.content) / 3
    assert "Accept-Encoding" in packed["Vary"]
    assert "Accept-Encoding" in plain["Vary"]


def test_what_is_short_stays_as_it_is(rf) -> None:
    short = PackMiddleware(lambda _: HttpResponse(b"short"))(rf.get("/", HTTP_ACCEPT_ENCODING="gzip"))

    assert (short.content, short.has_header("Content-Encoding")) == (b"short", False)


def test_what_is_packed_already_is_not_packed_again(rf) -> None:
    body = HttpResponse(b"x" * 500, headers={"Content-Encoding": "br"})

    packed = PackMiddleware(lambda _: body)(rf.get("/", HTTP_ACCEPT_ENCODING="gzip"))

    assert (packed.content, packed["Content-Encoding"]) == (b"x" * 500, "br")


def test_the_tag_of_a_packed_answer_is_a_weak_one(rf) -> None:
    body = HttpResponse(b"x" * 500, headers={"ETag": '"7"'})

    assert PackMiddleware(lambda _: body)(rf.get("/", HTTP_ACCEPT_ENCODING="gzip"))["ETag"] == 'W/"7"'


def test_two_packings_of_one_page_differ_in_length() -> None:
    sizes = {len(pack(b"page" * 500, 100)) for _ in range(60)}

    assert len(sizes) > 10
    assert decompress(pack(b"page" * 500, 100)) == b"page" * 500
