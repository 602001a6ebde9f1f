"""When fields are asked for."""

from keen.records.domain.moments import Moment, of_definition
from keen.records.domain.own import Asked, Definition, Type


def test_a_field_of_ones_own_has_the_moment_that_it_was_given() -> None:
    made = Definition(
        1, "contact", "x_tier", "Tier", Type.TEXT, required=True, decision="Which price", asked=Asked.EQUALS,
        when_field="type", when_value="customer",
    )  # fmt: skip

    assert of_definition(made) == Moment("x_tier", Asked.EQUALS, "type", "customer", True, "Which price")
    assert of_definition(Definition(1, "contact", "x_tier", "Tier", Type.TEXT)) is None
