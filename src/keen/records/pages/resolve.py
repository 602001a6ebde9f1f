"""What somebody chose after two people changed the same record."""

from typing import Any

from django.http import HttpResponse

from keen.core import pages
from keen.core.access import KeenRequest
from keen.records.actions.save import ConflictError, InvalidError, address, save
from keen.records.declare import Kind, RecordType
from keen.records.pages import edit, inputs


def resolve(request: KeenRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """The choice, saved: mine, theirs, or both joined."""
    record = edit.changeable(request, record_type, record_id)
    names = [field.name for field in record_type.writable(request.actor)]
    typed = inputs.read(record_type, request.POST, names)
    chosen: dict[str, Any] = {}
    for name, value in typed.items():
        choice = request.POST.get(f"_keep_{name}", "mine")
        if choice == "both":
            chosen[name] = _joined(getattr(record, name), value, record_type.by_name[name].kind)
        elif choice == "mine":
            chosen[name] = value
    try:
        done = save(record_type, actor=request.actor, wish=edit.wish_of(request, record_type, record, chosen))
    except ConflictError as error:
        return edit.conflict(request, record_type, error, chosen)
    except InvalidError as error:
        return edit.again(request, record_type, record, chosen, error)
    return pages.answer(request, done.receipt, to=address(record_type, record_id))


def _joined(theirs: Any, mine: Any, kind: Kind) -> Any:
    if kind is Kind.LONG_TEXT:
        return f"{theirs}\n\n{mine}".strip()
    if kind is Kind.TAGS and isinstance(mine, str):
        return [*theirs, *(tag.strip() for tag in mine.split(",") if tag.strip())]
    return [*theirs, *mine]
