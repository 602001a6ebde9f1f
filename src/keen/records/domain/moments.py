"""The moments at which fields are asked for: what asks, and what fails to be decided without an answer."""

from dataclasses import dataclass

from keen.records.domain.own import Asked, Definition


@dataclass(frozen=True)
class Moment:
    """A field is asked for: always, when a record is made, or when another field has a certain value.

    Shape: without `required` a form offers it at the moment, and "later" is an answer.
    """

    name: str
    asked: Asked = Asked.EQUALS
    when_field: str = ""
    when_value: str = ""
    required: bool = False
    decision: str = ""


def of_definition(made: Definition) -> Moment | None:
    """The moment that a field of one's own was given, None without one."""
    if made.asked is Asked.NEVER:
        return None
    return Moment(made.name, made.asked, made.when_field, made.when_value, made.required, made.decision)
