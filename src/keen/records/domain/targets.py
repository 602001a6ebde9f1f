"""What a column may become: the fields of a record kind, taken apart into single values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from keen.records.domain import headers

_ADDRESS_PARTS: Final = (
    ("street", "street"), ("city", "city"), ("region", "region"), ("postal_code", "postal code"),
    ("country", "country"),
)  # fmt: skip
# Kinds of which several columns may go to one field: lines of a street, notes, tags, numbers.
MANY: Final = frozenset(["email", "phone", "street", "long_text", "tags", "ids"])


@dataclass(frozen=True, slots=True)
class TargetField:
    """One value a column may become.

    Shape: `name` such as "last_name", "emails.work", "addresses.work.city", "account.name"; `kind` one of text,
    long_text, name, full_name, email, phone, street, country, date, datetime, boolean, number, choice, url, tags, id.
    """

    name: str
    label: str
    kind: str = "text"
    synonyms: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    most: int = 0

    @property
    def takes_many(self) -> bool:
        """Whether several columns may go here."""
        return self.kind in MANY


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What is declared of a record's field, as far as import needs it."""

    name: str
    label: str
    kind: str = "text"
    labels: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    most: int = 0


def of_fields(fields: Sequence[FieldFacts]) -> list[TargetField]:
    """Every value that columns may become, in the order of the fields.

    Shape: lists are taken apart by label; a kind with first and last name also takes full, middle name and suffix.
    """
    found = [target for field in fields for target in _of_field(field)]
    names = {field.name for field in fields}
    if {"first_name", "last_name"} <= names:
        found += [
            _known("full_name", "Full name, to be split", "full_name"),
            _known("middle_name", "Middle name, joined to the first", "name"),
            _known("suffix", "Suffix, joined to the last name", "name"),
        ]
    return found


def _of_field(field: FieldFacts) -> list[TargetField]:
    labels = field.labels or ("work",)
    match field.kind:
        case "emails" | "phones":
            kind = field.kind.removesuffix("s")
            return [
                _known(
                    f"{field.name}.{label}", f"{field.label} ({label})", kind, field if place == 0 else None
                )
                for place, label in enumerate(labels)
            ]
        case "addresses":
            return [
                _known(f"{field.name}.{label}.{part}", f"{field.label} ({label}): {words}", _part_kind(part))
                for label in labels
                for part, words in _ADDRESS_PARTS
            ]
        case "reference":
            return [
                _known(f"{field.name}.name", field.label, "text", field),
                _known(f"{field.name}.external_id", f"{field.label}: id elsewhere", "id"),
            ]
        case "user":
            return [
                _known(f"{field.name}.email", f"{field.label}: e-mail", "owner_email"),
                _known(f"{field.name}.name", f"{field.label}: name", "text", field),
            ]
        case "team":
            return [_known(f"{field.name}.name", field.label, "text", field)]
        case _:
            return [_known(field.name, field.label, _plain_kind(field), field)]


def _part_kind(part: str) -> str:
    return part if part in {"street", "country"} else "address_part"


def _plain_kind(field: FieldFacts) -> str:
    if field.name == "external_id":
        return "id"
    return "name" if field.name in {"first_name", "last_name"} else field.kind


def _known(name: str, label: str, kind: str, field: FieldFacts | None = None) -> TargetField:
    declared = (field.label, *field.synonyms) if field else ()
    return TargetField(
        name=name,
        label=label,
        kind=kind,
        synonyms=tuple(dict.fromkeys((*headers.synonyms().get(name, ()), *declared))),
        choices=field.choices if field else (),
        most=field.most if field else 0,
    )
