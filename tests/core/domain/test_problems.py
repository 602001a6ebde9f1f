"""Problems as RFC 9457 and pointers as RFC 6901 write them."""

from hypothesis import given
from hypothesis import strategies as st

from keen.core.domain.problems import Fault, Problem, pointer


def test_a_problem_tells_what_to_mend_and_where() -> None:
    problem = Problem(422, "invalid", "Mend it.", [Fault("Too long.", "too_long", "/name")], {"version": 3})

    assert problem.to_json() == {
        "type": "urn:keen:problem:invalid",
        "title": "Not saved",
        "status": 422,
        "code": "invalid",
        "detail": "Mend it.",
        "errors": [{"pointer": "/name", "code": "too_long", "detail": "Too long."}],
        "version": 3,
    }


def test_the_whole_body_has_an_empty_pointer_and_a_parameter_none() -> None:
    assert Fault("x", pointer="").to_json() == {"pointer": "", "code": "invalid", "detail": "x"}
    assert Fault("x", parameter="limit").to_json() == {"parameter": "limit", "code": "invalid", "detail": "x"}


@given(st.lists(st.text(max_size=8) | st.integers(0, 99), max_size=6))
def test_a_pointer_leads_back_to_its_steps(steps: list[str | int]) -> None:
    parts = pointer(*steps).split("/")[1:]

    assert [part.replace("~1", "/").replace("~0", "~") for part in parts] == [str(step) for step in steps]
