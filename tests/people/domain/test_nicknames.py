import pytest

from keen.people.domain.nicknames import same_given_name


@pytest.mark.parametrize(
    ("a", "b"),
    [("bill", "william"), ("hans", "johannes"), ("jurgen", "juergen"), ("pepe", "jose"), ("eva", "eva")],
)
def test_names_used_for_one_another_are_known(a: str, b: str):
    assert same_given_name(a, b)
    assert same_given_name(b, a)


@pytest.mark.parametrize(("a", "b"), [("bill", "bob"), ("anna", "hans"), ("", "anna"), ("sandro", "sandra")])
def test_other_names_are_not(a: str, b: str):
    assert not same_given_name(a, b)
