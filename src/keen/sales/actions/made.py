"""Records that come of something else: of a lead, of a sentence."""

from collections.abc import Mapping
from typing import Any

from keen.core.actions.operations import Work
from keen.lib.errors import ForbiddenError
from keen.records import declare
from keen.records.actions import asked
from keen.records.actions.save import create
from keen.records.actions.values import InvalidError, read_values
from keen.records.declare import RecordType
from keen.records.domain.fieldvalues import is_empty
from keen.records.models import Record
from keen.sales.models import Opportunity


def made_of(work: Work, model: type[Record], given: Mapping[str, Any], owner_id: int | None) -> Record:
    """A new record of the kind with what its writer may say of it, given to this owner.

    Raises: ForbiddenError, InvalidError; both named after the part of the form.
    """
    record_type, part = declare.get(model.KIND), _part(model)
    writable = {one.name for one in record_type.writable(work.actor)}
    wanted = {name: value for name, value in given.items() if name in writable and not is_empty(value)}
    try:
        links = {name: wanted.pop(name) for name in ("account",) if name in wanted}
        values = {**read_values(record_type, work.actor, wanted, creating=True), **links}
        _check_asked(work, record_type, values, part)
        values["owner"] = owner_id or work.actor.user_id
        return create(work, record_type, values)
    except ForbiddenError as error:
        raise ForbiddenError(error.code, error.message, part) from None
    except InvalidError as error:
        if part in error.errors:
            raise
        raise InvalidError({f"{part}_{name}": text for name, text in error.errors.items()}) from None


def _check_asked(work: Work, record_type: RecordType, values: Mapping[str, Any], part: str) -> None:
    """Nothing, unless the company demands fields of new records that a lead does not have.

    Raises: InvalidError.
    """
    if blank := asked.missing(record_type, work.actor, values):
        labels = ", ".join(record_type.by_name[name].label.lower() for name in blank)
        noun = record_type.label.lower()
        message = f"A new {noun} needs: {labels}. Add the {noun} by itself first, then choose it here."
        raise InvalidError({part: message})


def _part(model: type[Record]) -> str:
    return "deal" if model is Opportunity else model.KIND
