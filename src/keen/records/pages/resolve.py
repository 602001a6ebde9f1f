"""What somebody chose after two people changed the same record."""

from typing import Any

from django.http import HttpResponse

from keen.core import pages
from keen.core.access import KeenRequest
from keen.core.actions.operations import AlreadyDoneError
from keen.lib.errors import ForbiddenError
from keen.records.actions.conflicts import ConflictError
from keen.records.actions.save import address, save
from keen.records.actions.values import InvalidError
from keen.records.declare import RecordType
from keen.records.pages import conflicts, edit, inputs


def resolve(request: KeenRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """The choice, saved: mine, theirs, or both joined."""
    record = edit.changeable(request, record_type, record_id)
    inputs.check_names(record_type, request.actor, request.POST)
    typed = inputs.read(
        record_type, request.POST, [field.name for field in record_type.writable(request.actor)]
    )
    chosen: dict[str, Any] = {}
    for name, value in typed.items():
        choice = request.POST.get(f"_keep_{name}", "mine")
        if choice == "both":
            chosen[name] = conflicts.joined(record, record_type.by_name[name], value)
        elif choice != "theirs":
            chosen[name] = value
    try:
        done = save(record_type, actor=request.actor, wish=edit.wish_of(request, record, chosen))
    except AlreadyDoneError as error:
        return edit.already_done(request, error, address(record_type, record_id))
    except ConflictError as error:
        return conflicts.page(request, record_type, error, chosen)
    except InvalidError as error:
        return edit.again(request, record_type, record, chosen, error.errors)
    except ForbiddenError as error:
        return edit.again(request, record_type, record, chosen, edit.field_error(request, record_type, error))
    return pages.answer(request, done.receipt, to=address(record_type, record_id))
