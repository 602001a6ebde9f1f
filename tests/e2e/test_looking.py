"""The look at pages sees what it is there to see."""

import pytest

from tests.e2e.looking import faults_of

pytestmark = pytest.mark.browser
FAINT = "() => { document.querySelector('h1').style.color = '#e4e0e2' }"
FAINT_IN_THE_DARK = "() => { document.querySelector('h1').style.color = '#1c1a1b' }"
WIDE = "() => { document.querySelector('main p, main form').style.width = '340px' }"
SMALL = """() => {
  const twice = document.createElement('p');
  for (const text of ['a', 'b']) twice.append(Object.assign(document.createElement('button'), { textContent: text }));
  for (const one of twice.children) one.style.cssText = 'all: unset; width: 9px; height: 9px; display: inline-block';
  document.querySelector('main').append(twice);
}"""


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (FAINT, "light 1280: color-contrast"),
        (FAINT_IN_THE_DARK, "dark 1280: color-contrast"),
        (WIDE, "320: sideways scroll"),
        (SMALL, "light 1280: target-size"),
    ],
    ids=["faint", "faint in the dark", "wide", "small"],
)
def test_a_fault_is_found_and_says_where(office, sit_down, spoil, fault) -> None:
    page = sit_down(office.maya, reduced_motion="reduce").open("/help/").page
    assert faults_of(page) == []

    page.evaluate(spoil)

    assert any(found.startswith(fault) for found in faults_of(page))
