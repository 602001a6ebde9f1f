"""The page of fields of one's own: what there is, what it is used for, what it costs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.urls import reverse

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.lib import numbers
from keen.lib.errors import NotVisibleError, RuleError
from keen.records import declare
from keen.records.actions import computing, fields
from keen.records.declare import RecordType
from keen.records.domain import formulas, own
from keen.records.domain.fieldrules import FieldWish
from keen.records.domain.fieldvalues import id_of
from keen.records.domain.own import TYPE_LABELS, Type
from keen.records.models import OwnField
from keen.records.queries import ownfields

MANAGE = "power:fields.manage"
BOTH = ("GET", "HEAD", "POST")
EMPTY_LINES = 4
SIMPLE = ("label", "section", "help", "decision", "asked", "when_field", "when_value", "to", "formula", "most",
          "least", "largest", "decimals", "currency")  # fmt: skip
EXAMPLES = {
    Type.TEXT: "Price list, nickname",
    Type.NUMBER: "Seats, square metres",
    Type.MONEY: "Budget, last turnover",
    Type.DATE: "Contract ends",
    Type.CHOICE: "Tier: gold or silver",
    Type.CHOICES: "Interests",
    Type.PERSON: "Coach, technician",
    Type.LINK: "Broker, mother company",
    Type.CHECKBOX: "Visited the fair",
    Type.URL: "Profile, online shop",
    Type.FORMULA: "Price times pieces",
}


@route(MANAGE, methods=BOTH)
def fields_page(request: KeenRequest) -> HttpResponse:
    record_type = declare.find(request.GET.get("kind", "")) or declare.types()[0]
    chosen = _chosen(record_type, request.GET.get("field", ""))
    if request.method != "POST":
        return _page(request, record_type, chosen, {})
    wish = _wish(request.POST, chosen)
    try:
        receipt = fields.save_field(
            actor=request.actor, kind=record_type.kind, wish=wish, field_id=chosen.pk if chosen else None
        )
    except RuleError as error:
        if error.field is None:
            raise
        return _page(request, record_type, chosen, {str(error.field): error.message}, wish)
    return pages.answer(request, receipt, to=f"{reverse('fields')}?kind={record_type.kind}")


@route(MANAGE, methods=("POST",))
def archive(request: KeenRequest, field_id: int) -> HttpResponse:
    back = request.POST.get("back") == "1"
    receipt = fields.archive(actor=request.actor, field_id=field_id, back=back)
    return pages.answer(request, receipt, to=_home(field_id))


@route(MANAGE, methods=("POST",))
def move(request: KeenRequest, field_id: int) -> HttpResponse:
    receipt = fields.move(actor=request.actor, field_id=field_id, down=request.POST.get("down") == "1")
    return pages.answer(request, receipt, to=_home(field_id))


def _home(field_id: int) -> str:
    return f"{reverse('fields')}?kind={OwnField.objects.get(pk=field_id).kind}"


def _chosen(record_type: RecordType, said: str) -> OwnField | None:
    """The field that is being changed.

    Raises: NotVisibleError for one that is not there.
    """
    if not said:
        return None
    living = OwnField.objects.filter(kind=record_type.kind, archived_at__isnull=True)
    row = living.filter(pk=id_of(said) or 0).first()
    if row is None:
        raise NotVisibleError
    return row


def _wish(post: QueryDict, chosen: OwnField | None) -> FieldWish:
    """What the form asks for. Choices stand in the order of their numbers; those without a label are left out."""
    keys, labels, order = (post.getlist(f"choice_{part}") for part in ("key", "label", "order"))
    numbered = [
        (id_of(order[at] if at < len(order) else "") or 10**6, at, keys[at] if at < len(keys) else "", label)
        for at, label in enumerate(labels)
    ]
    simple: dict[str, Any] = {name: str(post.get(name, "")) for name in SIMPLE}
    return FieldWish(
        type=str(post.get("type", "")) or (chosen.type if chosen else Type.TEXT.value),
        required="required" in post,
        listed="listed" in post,
        filtered="filtered" in post,
        default=post.getlist("default") if len(post.getlist("default")) > 1 else post.get("default", ""),
        choices=[(key, label) for _, _, key, label in sorted(numbered)],
        moves=[(name.removeprefix("move-"), str(post[name])) for name in post if name.startswith("move-")],
        region=settings.KEEN.region,
        **simple,
    )


def _page(
    request: KeenRequest,
    record_type: RecordType,
    chosen: OwnField | None,
    errors: Mapping[str, str],
    wish: FieldWish | None = None,
) -> HttpResponse:
    found = ownfields.lines(record_type)
    wanted = request.GET.get("new", "")
    shown = wish or (_held(record_type, chosen) if chosen else FieldWish("", wanted or "text"))
    is_open = chosen is not None or wanted in TYPE_LABELS or wish is not None
    context = {
        "type": record_type,
        "kinds": declare.types(),
        "lines": found,
        "cost": ownfields.cost(record_type, found),
        "archived": ownfields.archived(record_type.kind),
        "chosen": chosen,
        "wish": shown if is_open else None,
        "choice_lines": _choice_lines(chosen, shown, errors),
        "gone": _gone(record_type, chosen, shown) if "choices" in errors else [],
        "errors": errors,
        "types": [(name, label, EXAMPLES[Type(name)]) for name, label in TYPE_LABELS.items()],
        "type_label": TYPE_LABELS.get(shown.type, ""),
        "sections": list(dict.fromkeys(field.section for field in record_type.fields)),
        "when_fields": _when_fields(record_type, chosen),
        "readable": computing.usable(record_type, without=chosen.name if chosen else ""),
        "functions": sorted(formulas.FUNCTIONS.values()),
        "links": [(other.kind, other.plural) for other in declare.types()],
        "history": ownfields.history(chosen.pk) if chosen else [],
    }
    return pages.render(request, "records/fields.html", context, 422 if errors else 200)


def _held(record_type: RecordType, row: OwnField) -> FieldWish:
    """The field as its form shows it."""
    limits = {name: "" if value is None else str(value) for name, value in row.limits.items()}
    return FieldWish(
        label=row.label, type=row.type, section=row.section, help=row.help, required=row.required,
        decision=row.decision, asked=row.asked, when_field=row.when_field, when_value=row.when_value,
        default=_as_typed(row), choices=[(one["key"], one["label"]) for one in row.choices if not one["retired"]],
        to=row.to, formula=formulas.shown(row.formula, computing.usable(record_type, without=row.name)),
        listed=row.listed, filtered=row.filtered, most=limits.get("most", ""), least=limits.get("least", ""), largest=limits.get("largest", ""),
        decimals=limits.get("decimals", ""), currency=limits.get("currency", ""),
    )  # fmt: skip


def _as_typed(row: OwnField) -> Any:
    if row.type == Type.MONEY and row.default:
        return f"{numbers.again(row.default['amount'])} {row.default['currency']}"
    if row.type == Type.NUMBER and row.default is not None:
        return numbers.again(row.default)
    return "" if row.default is None else row.default


def _choice_lines(
    chosen: OwnField | None, wish: FieldWish, errors: Mapping[str, str]
) -> Sequence[tuple[str, str]]:
    """The choices of the form, with the emptied ones of a form that was refused, and some empty lines."""
    if wish.type not in own.OFFERING:
        return []
    filled = [(key, label) for key, label in wish.choices if key or label]
    del chosen, errors
    return [*filled, *[("", "")] * EMPTY_LINES]


def _gone(record_type: RecordType, chosen: OwnField | None, wish: FieldWish) -> list[tuple[str, str, int]]:
    """The choices that the form leaves out although records have them: key, label, how many."""
    if chosen is None:
        return []
    kept = {key for key, label in wish.choices if label.strip()}
    left = [one for one in chosen.choices if not one["retired"] and one["key"] not in kept]
    counted = [
        (one["key"], one["label"], fields.holding(record_type, chosen, one["key"]).count()) for one in left
    ]
    return [line for line in counted if line[2]]


def _when_fields(record_type: RecordType, chosen: OwnField | None) -> list[tuple[str, str]]:
    """The fields at whose value another one can be asked."""
    return [
        ("", "—"),
        *(
            (field.name, field.label)
            for field in record_type.fields
            if field.kind in {"choice", "choices", "boolean", "text"}
            and field.editable
            and not (chosen and field.name == chosen.name)
        ),
    ]
