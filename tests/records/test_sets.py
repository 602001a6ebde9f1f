"""Many values in one question, on both databases."""

import pytest

from keen.people.models import Contact
from keen.records.models import Handle
from keen.records.queries.sets import among, among_ids
from tests.factories.people import make_contact

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("others", [0, 1, 70_000])
def test_ids_are_found_among_any_number(others):
    made = [make_contact(name).pk for name in ("Anna Berg", "Ben Cohen")]
    wanted = [made[0], *range(10_000_000, 10_000_000 + others)]

    assert list(Contact.objects.filter(pk__in=among_ids(wanted)).values_list("pk", flat=True)) == [made[0]]


def test_texts_are_found_as_they_are_whatever_signs_they_hold():
    odd = ["it's", 'a "quoted" one', "{curly,brace}", "back\\slash", "Zoë 👩‍🚀", "NULL", ""]
    Handle.objects.bulk_create(
        Handle(kind="name", value=value, record_kind="contact", record_id=place)
        for place, value in enumerate(odd)
    )

    found = Handle.objects.filter(value__in=among(odd)).order_by("record_id").values_list("value", flat=True)
    assert list(found) == odd


def test_nothing_is_among_nothing():
    make_contact("Anna Berg")

    assert not Contact.objects.filter(pk__in=among_ids([])).exists()
    assert not Handle.objects.filter(value__in=among(set())).exists()
