"""The guide as pages: found in the palette, read by whoever has signed in."""

import pytest
from django.test import Client

from keen.core import guide
from tests.factories.core import make_user

SLUGS = [one.slug for one in guide.topics()]


def test_every_file_of_the_guide_is_a_page_of_help() -> None:
    assert sorted(SLUGS) == sorted(path.stem for path in guide.FOLDER.glob("[a-z]*.md"))


@pytest.mark.parametrize("slug", SLUGS)
def test_each_page_leads_nowhere_else_and_is_for_people(slug: str) -> None:
    _, html = guide.page(slug)

    assert "<p>" in html
    assert '.md"' not in html
    assert "In the code" not in html
    assert "For programmers" not in html


@pytest.mark.parametrize(
    ("asked", "slug"),
    [
        ("import", "import"),
        ("rollen", ""),
        ("passkey", ""),
        ("backup", "backup"),
        ("days away", "calendars"),
        ("in", ""),
    ],
)
def test_the_guide_is_found_by_what_it_is_about(asked: str, slug: str) -> None:
    found = [one.slug for one in guide.find(asked)]

    assert found[:1] == ([slug] if slug else [])


@pytest.mark.django_db
def test_help_lists_the_guide_and_the_palette_finds_it(client: Client) -> None:
    strange = client.get("/help/").content.decode()
    client.force_login(make_user())

    assert "/help/import/" not in strange
    assert "/help/import/" in client.get("/help/").content.decode()
    assert "The five steps" in client.get("/help/import/").content.decode()
    assert client.get("/help/nothing/").status_code == 404
    assert "Help: Bringing files in" in client.get("/search/palette/?q=import").content.decode()
