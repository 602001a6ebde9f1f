import random

import pytest

from keen.lib import text
from keen.records.domain import headers
from keen.records.domain.headers import Template
from tests.records.domain.fields import ACCOUNT, CONTACT

EVERY = headers.templates()


def said(template: Template) -> str:
    return f"{template.name} {template.language}"


@pytest.mark.parametrize("template", EVERY, ids=said)
def test_every_known_export_is_recognised_in_any_order_and_case(template: Template):
    shuffled = [header.upper() for header in template.headers]
    random.Random(1).shuffle(shuffled)  # noqa: S311 - no secret

    match = headers.detect(shuffled)

    assert match is not None
    assert (match.template.name, match.template.language) == (template.name, template.language)
    assert match.sentence.startswith("This looks like a")


@pytest.mark.parametrize("template", EVERY, ids=said)
def test_an_export_is_recognised_with_four_fifths_of_its_required_columns_and_not_with_less(
    template: Template,
):
    others = [header for header in template.headers if header not in template.required]
    enough = round(len(template.required) * 0.8 + 0.49)

    match = headers.detect([*template.required[:enough], *others])
    assert match is not None
    assert match.template.system == template.system

    few = headers.detect([*template.required[: enough - 2], "Colour", "Size", "Shape", "Taste"])
    assert few is None or few.template.name != template.name


@pytest.mark.parametrize("template", EVERY, ids=said)
def test_every_column_goes_to_a_value_that_exists(template: Template):
    known = {target.name for target in (CONTACT if template.kind == "contact" else ACCOUNT)}

    assert set(template.targets.values()) <= known
    assert set(template.targets) <= set(template.headers)
    assert set(template.required) <= set(template.headers)
    if not template.language:
        assert len({text.fold(header) for header in template.headers}) == len(template.headers)


@pytest.mark.parametrize(
    "names",
    [[], ["Name"], ["First Name", "Last Name", "Email", "Company"], ["a", "b", "c"], ["", "", "", ""]],
)
def test_an_ordinary_table_is_nobodys_export(names: list[str]):
    assert headers.detect(names) is None


def test_an_outlook_export_is_known_whatever_its_language_by_the_number_and_place_of_its_columns():
    finnish = [f"Sarake {place}" for place in range(92)]

    match = headers.detect(finnish)

    assert match is not None
    assert match.target("Sarake 1") == "first_name"
    assert match.target("Sarake 0") == "salutation"
    assert "92 columns" in match.sentence


def test_a_known_column_that_is_left_out_is_told_from_an_unknown_one():
    match = headers.detect(headers.named("outlook_classic").headers)

    assert match is not None
    assert match.target("Sensitivity") == ""
    assert match.target("Colour") is None
    assert match.target("e-mail address") == "emails.work"


def test_an_unknown_template_is_an_error():
    with pytest.raises(KeyError):
        headers.named("nothing")


def test_no_name_of_a_column_means_two_things_of_one_record():
    for fields in (CONTACT, ACCOUNT):
        seen: dict[str, str] = {}
        for target in fields:
            for word in headers.synonyms().get(target.name, ()):
                assert seen.setdefault(text.fold(word), target.name) == target.name, word
