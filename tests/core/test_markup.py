"""The smallest pieces of pages: what they hold is escaped, whoever wrote it."""

from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from keen.core import markup

EVIL = '"><script>alert(1)</script>'


def test_what_is_put_into_a_page_is_escaped_once() -> None:
    assert markup.put("<b>") == "&lt;b&gt;"
    assert markup.put(Markup("<b>")) == "<b>"
    assert markup.put(mark_safe("<b>")) == "<b>"
    assert markup.put(7) == "7"
    assert markup.put(None) == "None"


@given(st.one_of(st.text(), st.integers(), st.lists(st.text()), st.text().map(Markup)))
def test_put_says_what_the_library_says(value: object) -> None:
    assert markup.put(value) == escape(value)


def test_nothing_given_becomes_markup() -> None:
    pieces = [
        markup.drawn("/icons.svg", EVIL, small=False, label=EVIL),
        markup.attributes({EVIL: EVIL, "title": EVIL, "hidden": True, "off": False, "none": None}),
        markup.kbd(EVIL),
        markup.options([EVIL, (EVIL, EVIL), (EVIL, [(EVIL, EVIL)])], EVIL),
    ]
    for piece in pieces:
        assert isinstance(piece, Markup)
        assert "<script" not in piece


def test_options_choose_by_what_a_form_sends() -> None:
    rows = [(None, "Nobody"), (1, "Ada"), ("Team", [(2, "Bo")])]
    assert 'value="1" selected' in markup.options(rows, "1")
    assert 'value="2" selected' in markup.options(rows, [2])
    assert markup.options(rows, [1, 2]).count("selected") == 2
    assert 'value="" selected' in markup.options(rows, "")
    assert 'value="1" selected' in markup.options(rows, 1)
    assert '<optgroup label="Team">' in markup.options(rows, "")
