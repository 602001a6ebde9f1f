"""Which column becomes which value: proposed by Keen, decided by somebody, kept as JSON."""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from typing import Any, Final

from rapidfuzz import fuzz

from keen.lib import countries, emails, names, phones, text
from keen.lib.errors import RuleError
from keen.records.domain import dates
from keen.records.domain import headers as known_headers
from keen.records.domain.targets import TargetField

VERSION: Final = 1
SURE: Final = 0.95
_FUZZY: Final = 90
_ENOUGH_VALUES: Final = 0.8
_ID: Final = re.compile(r"^(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[a-zA-Z0-9]{15}|[a-zA-Z0-9]{18})$")
# Words that make another thing of a column: the assistant's phone is not the contact's.
_OTHERS: Final = frozenset(
    """
    assistant assistants asst manager managers spouse spouses children parent father mother owner creator created modified
    last type display formatted yomi phonetic radio telex isdn tty pager callback extension ext count score status date
    twitter linkedin facebook skype mobile cell fax home private privat other billing shipping business 2 3 4 second
    mail email phone telephone telefon id url assistent stellvertreter geschaftlich vorgesetzter cost price valid verified opt out bounced domain
    """.split()  # noqa: SIM905 - words read best as words
)


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What one column becomes.

    Shape: `place` counts from 0; `target` is "" for a column left out; `confidence` 0 to 1; `samples` the first
    different values.
    """

    place: int
    column: str
    target: str = ""
    confidence: float = 0.0
    reason: str = ""
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a whole file is read; can be saved and used again for a file with the same columns.

    Shape: `constants` are values every row gets where its own is empty, by target; `template` names the program that
    wrote the file, if known.
    """

    columns: tuple[ColumnMapping, ...]
    constants: MappingOf[str, str] = field(default_factory=dict)
    template: str = ""
    version: int = VERSION

    def to_json(self) -> dict[str, Any]:
        """The mapping as plain JSON data, without the samples."""
        return {
            "version": self.version,
            "template": self.template,
            "constants": dict(self.constants),
            "columns": [
                {
                    "place": c.place,
                    "column": c.column,
                    "target": c.target,
                    "confidence": c.confidence,
                    "reason": c.reason,
                }
                for c in self.columns
            ],
        }

    @classmethod
    def from_json(cls, stored: MappingOf[str, Any]) -> "Mapping":
        """The mapping that was kept.

        Raises: RuleError for data of another version or shape.
        """
        if stored.get("version") != VERSION:
            raise RuleError(
                "mapping_version", "This mapping was made by another version of Keen. Map the columns again."
            )
        try:
            columns = tuple(ColumnMapping(**column) for column in stored["columns"])
            return cls(
                columns, {str(k): str(v) for k, v in stored["constants"].items()}, str(stored["template"])
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise RuleError("mapping_shape", "This mapping cannot be read. Map the columns again.") from error

    def with_target(self, place: int, target: str) -> "Mapping":
        """The mapping with one column decided by somebody; a target that takes one column is taken from the others."""
        changed = []
        for column in self.columns:
            if column.place == place:
                changed.append(replace(column, target=target, confidence=1.0, reason="chosen"))
            elif target and column.target == target and not _repeats(target):
                changed.append(
                    replace(column, target="", confidence=0.0, reason="its place went to another column")
                )
            else:
                changed.append(column)
        return replace(self, columns=tuple(changed))

    def targets(self) -> set[str]:
        """Every target that some column or constant fills."""
        return ({column.target for column in self.columns} | set(self.constants)) - {""}


def _repeats(target: str) -> bool:
    return (
        target.startswith(("emails.", "phones."))
        or target.endswith(".street")
        or target in {"description", "tags"}
    )


@dataclass(frozen=True, slots=True)
class _Candidate:
    place: int
    target: TargetField
    confidence: float
    reason: str


def propose(
    headers: Sequence[str], sample_rows: Sequence[Sequence[str]], fields: Sequence[TargetField]
) -> Mapping:
    """What each column probably becomes: by the program that wrote the file, the column's name, or its values.

    Shape: one ColumnMapping for each header, in order; every target that takes one column is given once, to the
    surest. Confidence 1 is a known export, 0.95 a known name, below that a guess.
    Cost: about 10 ms for 90 columns.
    """
    match = known_headers.detect(headers)
    samples = [_samples(sample_rows, place) for place in range(len(headers))]
    index = _synonym_index(fields)
    by_name = {target.name: target for target in fields}
    candidates = []
    for place, header in enumerate(headers):
        if match and (known := match.target(header)) is not None:
            found = _of_template(place, by_name.get(known), match)
        else:
            found = _of_name(place, header, index) or _of_values(place, header, samples[place], by_name)
        if found:
            candidates.append(_doubted(_courtesy(found, samples[place], by_name), samples[place]))
    given = _assigned(candidates, by_name)
    columns = tuple(
        _column(place, header, given.get(place), samples[place]) for place, header in enumerate(headers)
    )
    return Mapping(columns, template=match.template.name if match else "")


def _column(place: int, header: str, given: _Candidate | None, samples: tuple[str, ...]) -> ColumnMapping:
    if given is None:
        reason = "empty in the first rows" if not samples else "nothing fits; choose a field or leave it out"
        return ColumnMapping(place, header, reason=reason, samples=samples)
    return ColumnMapping(place, header, given.target.name, given.confidence, given.reason, samples)


def _samples(rows: Sequence[Sequence[str]], place: int, most: int = 3) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for row in rows:
        value = text.clean(row[place], 80) if place < len(row) else ""
        if value:
            found[value] = None
        if len(found) >= most * 10:
            break
    return tuple(found)[: most * 10]


def _synonym_index(fields: Iterable[TargetField]) -> dict[str, TargetField]:
    index: dict[str, TargetField] = {}
    ordered = list(fields)
    curated = known_headers.synonyms()
    # Keen's own lists go before the declared ones: "name" is a full name, although a field may claim it too.
    for target in ordered:
        for word in curated.get(target.name, ()):
            index.setdefault(text.fold(word), target)
    for target in ordered:
        for word in (target.name, target.label, *target.synonyms):
            index.setdefault(text.fold(word), target)
    return index


def _of_template(
    place: int, target: TargetField | None, match: known_headers.TemplateMatch
) -> _Candidate | None:
    if target is None:
        return None
    return _Candidate(place, target, 1.0, f"{match.template.system} export")


def _of_name(place: int, header: str, index: MappingOf[str, TargetField]) -> _Candidate | None:
    key = text.fold(re.sub(r"(?<=[a-zß-ÿ])(?=[A-Z])", " ", header)).replace(" (2)", "")
    for spelling in (key, text.fold(header), _without_place(key)):
        if spelling in index:
            return _Candidate(place, index[spelling], SURE, "known column name")
    best, score = None, 0.0
    for word, target in index.items():
        if _qualified(key, word):
            continue
        close = fuzz.token_set_ratio(key, word)
        whole = fuzz.token_sort_ratio(key, word)
        if close >= _FUZZY and whole >= 60 and whole > score:
            best, score = target, whole
    return _Candidate(place, best, 0.6 + 0.3 * score / 100, "similar column name") if best else None


def _courtesy(found: _Candidate, samples: Sequence[str], by_name: MappingOf[str, TargetField]) -> _Candidate:
    """The candidate, a salutation where the values are: "Title" is a position to some programs, Mr or Dr to others."""
    if found.confidence == 1.0 or found.target.name != "job_title" or "salutation" not in by_name:
        return found
    if _share(samples, _is_salutation) < _ENOUGH_VALUES:
        return found
    return replace(found, target=by_name["salutation"], reason="the values are salutations")


def _is_salutation(value: str) -> bool:
    words = text.fold(value).split()
    return bool(words) and all(word in names.SALUTATIONS for word in words)


def _without_place(key: str) -> str:
    words = [
        word
        for word in key.split()
        if word not in {"business", "work", "contact", "primary", "main", "customer"}
    ]
    return " ".join(words)


def _qualified(key: str, word: str) -> bool:
    return bool((set(key.split()) ^ set(word.split())) & _OTHERS)


def _of_values(
    place: int, header: str, samples: Sequence[str], by_name: MappingOf[str, TargetField]
) -> _Candidate | None:
    if len(samples) < 2:
        return None
    for name, test, reason in _VALUE_TESTS:
        if name in by_name and _share(samples, test) >= _ENOUGH_VALUES:
            return _Candidate(place, by_name[name], 0.5, reason)
    if (
        "external_id" in by_name
        and "id" in text.fold(header).split()
        and _share(samples, _is_id) >= _ENOUGH_VALUES
    ):
        return _Candidate(place, by_name["external_id"], 0.5, "the values look like ids")
    return None


def _share(samples: Sequence[str], test: Any) -> float:
    return sum(bool(test(sample)) for sample in samples) / len(samples) if samples else 0.0


def _is_email(value: str) -> bool:
    return "@" in value and emails.parse(re.split(r"[;,\s]", value.strip(), maxsplit=1)[0]).valid


def _is_phone(value: str) -> bool:
    numbers = len(text.digits(value))
    written = bool(re.match(r"^[+(0\d]", value)) and bool(re.search(r"[\s()/+\-]|^0", value))
    return (
        written
        and 6 <= numbers <= 18
        and (phones.parse(value, "").valid or bool(re.match(r"^[\d\s()/+.\-x]+$", value)))
    )


def _is_phone_not_date(value: str) -> bool:
    return dates.parse(value, serials=False) is None and _is_phone(value)


def _is_country(value: str) -> bool:
    return len(value) > 1 and bool(countries.code(value))


def _is_url(value: str) -> bool:
    return bool(re.match(r"^(?:https?://|www\.)[\w.\-]+\.[a-z]{2,}", value, re.IGNORECASE))


def _is_id(value: str) -> bool:
    return bool(_ID.match(value)) or value.isdigit()


_VALUE_TESTS: Final = (
    ("emails.work", _is_email, "the values are e-mail addresses"),
    ("website", _is_url, "the values are web addresses"),
    ("phones.work", _is_phone_not_date, "the values look like phone numbers"),
    ("addresses.work.country", _is_country, "the values are countries"),
)
_KIND_TESTS: Final = {
    "email": (_is_email, "e-mail addresses"),
    "date": (lambda value: dates.is_empty(value) or dates.parse(value) is not None, "dates"),
    "phone": (lambda value: len(text.digits(value)) >= 4, "phone numbers"),
}


def _doubted(found: _Candidate, samples: Sequence[str]) -> _Candidate:
    """The candidate, less sure when the values are something else than the name says."""
    if found.target.kind not in _KIND_TESTS or not samples:
        return found
    test, words = _KIND_TESTS[found.target.kind]
    if _share(samples, test) >= 0.3:
        return found
    return replace(
        found, confidence=found.confidence * 0.5, reason=f"{found.reason}, but few values are {words}"
    )


def _assigned(candidates: list[_Candidate], by_name: MappingOf[str, TargetField]) -> dict[int, _Candidate]:
    taken: set[str] = set()
    given: dict[int, _Candidate] = {}
    for candidate in sorted(candidates, key=lambda item: (-item.confidence, item.place)):
        chosen = candidate
        if candidate.target.name in taken and not (
            candidate.confidence == 1.0 and candidate.target.takes_many
        ):
            spare = _spare(candidate.target, by_name, taken)
            if spare is None:
                continue
            chosen = replace(candidate, target=spare)
        taken.add(chosen.target.name)
        given[candidate.place] = chosen
    return given


def _spare(target: TargetField, by_name: MappingOf[str, TargetField], taken: set[str]) -> TargetField | None:
    """Where a second column of the same meaning goes: e-mails and phones to "other", streets and notes together."""
    if target.kind in {"email", "phone"}:
        other = by_name.get(f"{target.name.partition('.')[0]}.other")
        return other if other and other.name not in taken else target
    return target if target.takes_many else None
